"""The tables of people: how somebody signs in here, and the browsers they are signed in with.

Who there is, and with which roles, stands in the schedule; here is only what must not stand there.
"""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """What is kept of somebody whom the schedule names."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    """As the schedule has it."""
    password_hash: str | None = Field(default=None, repr=False)
    """Argon2id with its parameters and salt; None for who signs in otherwise."""
    code_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    """What the codes of their app are made from, sealed; None for who has no such app."""
    code_step: int = 0
    """The last half minute whose code was used: none is used twice."""
    subject: str | None = Field(default=None, unique=True)
    """Issuer and its name for their account at the organisation, once they signed in with it."""
    changed_at: datetime
    left_at: datetime | None = None
    """When they left; from then on nothing lets them in, whatever the schedule says."""
    left_by: str | None = None


class AbsenceRow(SQLModel, table=True):
    """Days on which one person is away and another stands in for them."""

    __tablename__ = "absence"
    id: int | None = Field(default=None, primary_key=True)
    absent: str
    deputy: str
    from_on: date
    until_on: date = Field(index=True)
    """The last day, itself included; days are those of the campaign's zone."""
    named_by: str
    named_at: datetime
    ended_at: datetime | None = None
    """When somebody ended it before its last day."""
    ended_by: str | None = None


class VisitRow(SQLModel, table=True):
    """One browser in which somebody is signed in; signing out deletes it."""

    __tablename__ = "visit"
    id_hash: str = Field(primary_key=True)
    """SHA-256 of what the browser holds, so that no copy of the database signs anybody in."""
    person: str = Field(index=True)
    way: str
    """How they signed in: `password`, `link`, `organisation`."""
    browser: str
    """What the browser calls itself, for the person's own list."""
    began_at: datetime
    seen_at: datetime
    """To the minute."""
    until: datetime = Field(index=True)
    """The end, however busy they are."""


class SignInTry(SQLModel, table=True):
    """A try to sign in, written before it is judged; one that succeeds takes its person's away."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("sign_in_try_person", "person", "at"),
        Index("sign_in_try_address", "address", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    person: str
    """As it was typed."""
    address: str
    at: datetime


class SignInLink(SQLModel, table=True):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_link"
    token_hash: str = Field(primary_key=True)
    """SHA-256 of what stands in the address."""
    person: str = Field(index=True)
    made_by: str
    until: datetime
