"""The tables behind partners' pages: links, embargoes, screenshots, posts that were sighted."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class PartnerLink(SQLModel, table=True):
    """One link by which one contact of a partner sees the partner's posts."""

    __tablename__ = "partner_link"
    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(unique=True)
    """SHA-256 of what stands in the address, so that no copy of the database holds addresses."""
    partner: str
    contact: str
    """The e-mail address of whoever it was given to; empty where nobody said."""
    made_at: datetime
    made_by: str
    expires_at: datetime
    ended_at: datetime | None = None
    """When somebody took it back."""
    ended_by: str | None = None


class LinkRequest(SQLModel, table=True):
    """Somebody asked for a lost link; kept for a day, so that nobody is flooded with letters."""

    __tablename__ = "link_request"
    id: int | None = Field(default=None, primary_key=True)
    address_mark: str = Field(index=True)
    """Tells the same address again and says nothing of it."""
    asked_at: datetime = Field(index=True)


class Embargo(SQLModel, table=True):
    """Until when nobody outside may see a post, as it was applied."""

    __tablename__ = "embargo"
    post: str = Field(primary_key=True)
    until_at: datetime
    """The first instant at which it may be seen."""


class Screenshot(SQLModel, table=True):
    """A picture of a network's counts, until one person has typed them off."""

    __tablename__ = "screenshot"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id", index=True)
    sent_by: str
    sent_at: datetime
    taken_at: datetime
    """When the picture shows the counts, as whoever sent it says."""
    content: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    """A PNG made anew of what was sent; None once somebody has typed the numbers."""
    seen_by: str | None = None
    """The one person who has opened it."""
    ended_at: datetime | None = None
    outcome: str = ""
    """`typed`, `refused` or `too-old`."""


class Sighting(SQLModel, table=True):
    """A post on a partner's account that may be one of its deliveries, for a person to say."""

    __tablename__ = "sighting"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id", index=True)
    remote_id: str
    url: str
    published_at: datetime
    why: str
    """What speaks for it."""
    seen_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    outcome: str = ""
    """`confirmed`, or `another` where a person says that it is something else."""
