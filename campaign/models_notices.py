"""The tables of notices: who was told of what, and which letters somebody does not want."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class NoticeRow(SQLModel, table=True):
    """One thing that one person is told, once: in a letter, which names many of them."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_of", "delivery_id", "kind", "fact"),
        Index("notice_letter", "letter_id"),
        Index("notice_waiting", "outcome"),
    )
    person: str = Field(primary_key=True)
    """As the schedule has it; empty where nobody could be told."""
    kind: str = Field(primary_key=True)
    """One of `campaign.notices.kinds.Kind`."""
    delivery_id: str = Field(primary_key=True)
    fact: str = Field(primary_key=True)
    """What it is about beside the delivery, such as the attempt: the next one is told anew."""
    noted_at: datetime
    outcome: str
    """`waiting`, `told`, `over` where it was no longer so, `unwanted` or `nobody`."""
    letter_id: str | None = None
    """The letter that tells it."""


class NoticeChoice(SQLModel, table=True):
    """A kind of letter that somebody does not want."""

    __tablename__ = "notice_choice"
    person: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    """A kind of notice, or `digest`."""
    chosen_at: datetime
