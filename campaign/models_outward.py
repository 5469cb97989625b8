"""The tables of what subscribers are told: who they are to us, and every message to them."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel


class SubscriberRow(SQLModel, table=True):
    """What is kept of another system that the schedule names as a subscriber."""

    __tablename__ = "subscriber"
    name: str = Field(primary_key=True)
    """As the schedule has it."""
    told_to: int
    """The last line of the log of moves that was looked at for it."""
    since: datetime
    """What happened before is none of its messages."""
    secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    """What its messages are signed with; None until a person has made one."""
    old_secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    old_until: datetime | None = None
    """Until when messages are signed with the secret before, too."""
    failing_since: datetime | None = None
    """The first failure since a message last arrived."""
    disabled_at: datetime | None = None
    disabled_why: str = ""


class OutwardMessageRow(SQLModel, table=True):
    """One message to one subscriber: written once, tried until it has arrived or is given up."""

    __tablename__ = "outward_message"
    __table_args__ = (
        Index("outward_message_source", "subscriber", "source", unique=True),
        Index("outward_message_due", "state", "next_at"),
    )
    id: str = Field(primary_key=True)
    """What receivers know it by; every try and every replay has the same."""
    subscriber: str
    source: str
    """What it tells of: a line of the log, or an issue of a report."""
    kind: str
    """Such as `delivery.published`."""
    about: str
    """The delivery, or the week."""
    body: str
    """The bytes that are signed and sent, as text."""
    made_at: datetime
    state: str
    """`waiting`, `arrived` or `given-up`."""
    tries: int = 0
    next_at: datetime
    """When it is tried next; moved on before each try, so that no two senders have it at once."""
    ended_at: datetime | None = None
    note: str = ""
    """What became of the last try."""
