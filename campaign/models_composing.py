"""The table of preview links: who may look at a post that is being written, and until when."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class PreviewLink(SQLModel, table=True):
    """One link by which anybody who has it sees one post as it would be sent."""

    __tablename__ = "preview_link"
    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(unique=True)
    """SHA-256 of what stands in the address, so that no copy of the database holds addresses."""
    post: str = Field(index=True)
    made_at: datetime
    made_by: str
    expires_at: datetime
    ended_at: datetime | None = None
    """When somebody took it back."""
    ended_by: str | None = None
