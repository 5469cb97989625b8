"""The tables of approvers from outside: the links by which they were asked, and for what."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class OutsideLink(SQLModel, table=True):
    """One link by which somebody without an account is asked for one kind of yes."""

    __tablename__ = "outside_link"
    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(unique=True)
    """SHA-256 of what stands in the address, so that no copy of the database holds addresses."""
    person: str = Field(index=True)
    kind: str
    """The gate it is asked for."""
    asked_at: datetime
    asked_by: str
    expires_at: datetime
    ended_at: datetime | None = None
    """When somebody took it back."""
    ended_by: str | None = None
    decision: str | None = None
    """`yes` or `no`, once it was used; a link is used once."""
    decided_at: datetime | None = None


class OutsideQuestion(SQLModel, table=True):
    """One delivery that a link asks for, with the content and the time it was asked for."""

    __tablename__ = "outside_question"
    link_id: int = Field(primary_key=True, foreign_key="outside_link.id")
    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id", index=True)
    content_hash: str = Field(foreign_key="payload.content_hash")
    wall_time: str
