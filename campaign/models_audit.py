"""The tables of the audit: what people did beside the deliveries' own log, and the chain of both.

All of them are only ever appended to; the database itself refuses anything else
(`campaign.store.guards`).
"""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Deed(SQLModel, table=True):
    """Something that a person did or decided and that no move of a delivery tells."""

    __tablename__ = "deed"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    who: str
    what: str
    """A word or two: `said yes`, `stop`, `signed in`."""
    about: str
    """The delivery, person, channel or address that it was done to."""
    words: str = ""


class Seal(SQLModel, table=True):
    """One link of the chain: a line of a log, and the hash over it and all links before."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("log", "line"),)
    number: int = Field(primary_key=True)
    """1, 2, 3 and so on without a gap."""
    log: str
    """`move` or `deed`."""
    line: int
    """The line's id in its log."""
    sealed_at: datetime
    hash: str
    """SHA-256 in hexadecimal."""
