"""The tables of people: how somebody signs in here, and the browsers they are signed in with.

Who there is, and with which roles, stands in the schedule; here is only what must not stand there.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """What is kept of somebody whom the schedule names."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    """As the schedule has it."""
    password_hash: str | None = Field(default=None, repr=False)
    """Argon2id with its parameters and salt; None for who signs in otherwise."""
    changed_at: datetime


class VisitRow(SQLModel, table=True):
    """One browser in which somebody is signed in; signing out deletes it."""

    __tablename__ = "visit"
    id_hash: str = Field(primary_key=True)
    """SHA-256 of what the browser holds, so that no copy of the database signs anybody in."""
    person: str = Field(index=True)
    way: str
    """How they signed in: `password`, `link`, `provider`."""
    browser: str
    """What the browser calls itself, for the person's own list."""
    began_at: datetime
    seen_at: datetime
    """To the minute."""
    until: datetime = Field(index=True)
    """The end, however busy they are."""
