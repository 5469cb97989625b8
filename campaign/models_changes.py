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
