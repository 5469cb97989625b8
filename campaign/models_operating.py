"""The tables of watching: which processes live."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Heartbeat(SQLModel, table=True):
    """One process that works on this campaign, and when it last showed that it does."""

    __tablename__ = "heartbeat"
    process: str = Field(primary_key=True)
    """Machine and number of the process."""
    kind: str
    """`run`, `worker` or `web`."""
    version: str
    started_at: datetime
    beat_at: datetime
    """By that machine's clock."""
    worked_at: datetime | None = None
    """When it last did all it is there for without a fault; None before the first time."""
