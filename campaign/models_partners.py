"""The tables of what is asked of partners, what they were reminded of, and who has left."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class PartnerQuestion(SQLModel, table=True):
    """One delivery whose partner is asked for its yes; other content or another time asks anew."""

    __tablename__ = "partner_question"
    __table_args__ = (Index("partner_question_answer_by", "answer_by"),)
    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    content_hash: str
    """What is asked about."""
    due_at: datetime
    """The slot that is asked about."""
    asked_at: datetime
    """When everything else had been said yes to."""
    answer_by: datetime
    """Silence until then is a no; never later than the slot."""
    nudge_at: datetime
    nudged_at: datetime | None = None


class PartnerReminder(SQLModel, table=True):
    """That a partner was reminded of a delivery that it posts by hand: once before, once after."""

    __tablename__ = "partner_reminder"
    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    kind: str = Field(primary_key=True)
    """`before` or `after` its slot."""
    due_at: datetime = Field(primary_key=True)
    """The slot: another time is reminded of again."""
    said_at: datetime


class PartnerAddress(SQLModel, table=True):
    """An e-mail address that reminders go to, and whether its owner wants no more of them."""

    __tablename__ = "partner_address"
    address: str = Field(primary_key=True)
    """In small letters."""
    token: str = Field(unique=True)
    """Stands in the link that stops reminders; nobody can guess it."""
    stopped_at: datetime | None = None


class PartnerLeaving(SQLModel, table=True):
    """That a partner takes part no longer: nothing leaves for its channels from then on."""

    __tablename__ = "partner_leaving"
    id: int | None = Field(default=None, primary_key=True)
    partner: str
    left_at: datetime
    said_by: str
    reason: str
    back_at: datetime | None = None
    """When somebody took it back."""
    back_by: str | None = None
