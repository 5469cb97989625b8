"""The tables of what people change about posts that are out, or on their way."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Withdrawal(SQLModel, table=True):
    """A person's word that a post shall not stand, written before any network is called.

    It holds for good: whatever of the delivery still goes out later is taken down, too.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (Index("withdrawal_stage", "stage"),)
    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    asked_by: str
    asked_at: datetime
    reason: str
    stage: str
    """One of `campaign.store.withdrawals.Stage`."""
    tries: int = 0
    """The fence: only the holder of the newest try may write what came of it."""
    lease_until: datetime | None = None
    not_before: datetime | None = None
    ended_at: datetime | None = None
    """When nothing was left to be done."""
    note: str = ""
    """What came of the last try, in words."""


class Correction(SQLModel, table=True):
    """Other words for a post that is out, asked for by a person; never changed, one row each."""

    __tablename__ = "correction"
    __table_args__ = (Index("correction_stage", "stage"), Index("correction_of", "delivery_id"))
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id")
    before_hash: str = Field(foreign_key="payload.content_hash")
    """What it said until then, byte for byte."""
    content_hash: str = Field(foreign_key="payload.content_hash")
    """What it shall say: what the words given in `correction_word` are bound to."""
    asked_by: str
    asked_at: datetime
    reason: str
    gates: str = ""
    """The kinds of yes it needs, comma-separated; those given stand in `correction_word`."""
    stage: str
    """One of `campaign.store.corrections.Stage`."""
    tries: int = 0
    """The fence: only the holder of the newest try may write what came of it."""
    lease_until: datetime | None = None
    not_before: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""
    """What came of the last try, in words."""


class CorrectionWord(SQLModel, table=True):
    """A person's yes to a correction: one of each kind that it needs."""

    __tablename__ = "correction_word"
    correction_id: int = Field(primary_key=True, foreign_key="correction.id")
    kind: str = Field(primary_key=True)
    person: str
    said_at: datetime
    content_hash: str
    """What was said yes to."""
