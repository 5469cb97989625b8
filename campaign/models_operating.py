"""The tables of watching: which processes live, and which alarms stand."""

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


class Alarm(SQLModel, table=True):
    """Something that an operator has to look at, from when it was seen until it was over."""

    __tablename__ = "operator_alarm"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """One of `campaign.operating.alarms.Kind`."""
    about: str = ""
    """The channel or network, where it is about one."""
    words: str
    """One sentence; no wording of a post and no secret."""
    raised_at: datetime
    told_at: datetime | None = None
    """When the last letter or call about it was on its way."""
    over_at: datetime | None = Field(default=None, index=True)
