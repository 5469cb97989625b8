"""The tables of signing in: what networks gave, sealed, and the links that partners were sent."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class CredentialRow(SQLModel, table=True):
    """What a network gave for one channel. The key that opens it is not in the database."""

    __tablename__ = "credential"
    channel: str = Field(primary_key=True, foreign_key="channel.id")
    grant_id: str
    """Made anew by every sign-in: whoever holds another one was disconnected."""
    edition: int
    """1, and one more with every renewal: the fence of a renewal."""
    origin: str
    """Whom it was given by: the channel's server, empty for the network itself."""
    account: str
    """As the network named it."""
    sealed: bytes = Field(sa_type=LargeBinary, repr=False)
    rights: str
    """Scopes, with spaces between."""
    expires_at: datetime | None = None
    """When it stops to work unless it is renewed."""
    renew_at: datetime | None = None
    ends_at: datetime | None = None
    """When its owner has to sign in again, whatever we do."""
    connected_at: datetime
    connected_by: str
    renewing_until: datetime | None = None
    """The lease of whoever renews it now, or the pause after a renewal that failed."""
    trouble: str = ""
    """Why the last renewal failed."""
    leaving_at: datetime | None = None
    """When somebody disconnected it; from then on nothing is done with it but revoking it."""


class KeptSessionRow(SQLModel, table=True):
    """The session of a network that counts sign-ins, sealed; whoever needs it may open another."""

    __tablename__ = "kept_session"
    channel: str = Field(primary_key=True, foreign_key="channel.id")
    sealed: bytes = Field(sa_type=LargeBinary, repr=False)
    """Bound to the channel and to the server that it was opened at."""
    kept_at: datetime


class InvitationRow(SQLModel, table=True):
    """The one link by which a partner may sign a channel in and out; a new one voids the old."""

    __tablename__ = "invitation"
    channel: str = Field(primary_key=True, foreign_key="channel.id")
    link_id: str
    made_at: datetime
    made_by: str
    expires_at: datetime
