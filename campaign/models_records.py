"""The tables of keeping and letting go: legal holds, and what is left of what was deleted."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel


class LegalHold(SQLModel, table=True):
    """A person's word that some records are kept, whatever the rules say; never deleted itself."""

    __tablename__ = "legal_hold"
    id: int | None = Field(default=None, primary_key=True)
    matter: str
    """What it is for, such as a request's or a claim's number."""
    scope: str
    """`all`, `post`, `partner` or `channel`."""
    target: str
    """Which one; empty for `all`."""
    from_on: date | None = None
    until_on: date | None = None
    """The days that it covers, both included; None for however early or late."""
    reason: str
    placed_by: str
    placed_at: datetime
    ends_at: datetime | None = None
    """When it ends by itself; None until somebody lifts it."""
    lifted_by: str | None = None
    lifted_at: datetime | None = None


class Tombstone(SQLModel, table=True):
    """What was deleted at one go: how much, when and under which rule. Only ever appended to."""

    __tablename__ = "tombstone"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    who: str
    kind: str
    """One of `campaign.retention_settings.KINDS`."""
    rule: str
    """In words, such as `letters are kept for 730 days`."""
    number: int
    """How many rows."""
    oldest_at: datetime
    newest_at: datetime
    sha256: str
    """Over the rows as they were, so that a copy found elsewhere can be proved to be of them."""
