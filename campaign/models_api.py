"""The tables of the API: the access tokens of programs, and the answers they were given."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class AccessTokenRow(SQLModel, table=True):
    """What lets one program do, for one person, a part of what that person may do."""

    __tablename__ = "access_token"
    id: str = Field(primary_key=True)
    """Stands in the token as well, so that it is found without a search."""
    secret_hash: str = Field(repr=False)
    """SHA-256 of the rest, 256 random bits, so that no copy of the database lets anybody in."""
    person: str = Field(index=True)
    name: str
    """What it is for, in the person's words."""
    scopes: str
    """Words of `campaign.access.scopes.Scope`, separated by spaces."""
    made_at: datetime
    made_by: str
    until: datetime
    used_at: datetime | None = None
    """When it was last used, to the minute."""


class ApiAnswerRow(SQLModel, table=True):
    """The answer to a write, under the key its sender gave it, for when it is sent again.

    It is written in the transaction of the change that it tells of: there is both, or neither.
    """

    __tablename__ = "api_answer"
    person: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_hash: str
    """SHA-256 over method, address, conditions and body."""
    status: int
    body: str
    etag: str | None = None
    at: datetime = Field(index=True)
