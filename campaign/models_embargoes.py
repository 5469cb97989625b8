"""The table of embargoes: until when nobody outside the team may see a post."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class EmbargoRow(SQLModel, table=True):
    """One post's embargo as it was applied; a post without one has no row."""

    __tablename__ = "embargo"
    post: str = Field(primary_key=True)
    until_at: datetime
    """The first instant at which it may be seen."""
