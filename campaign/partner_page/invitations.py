"""The link that a partner opens on its own phone: signed, for one channel, for some days.

The signature proves that the link is ours and whole, the row that it is the newest one and was not
taken back. Each channel has one; making another voids it.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from campaign.signing import BadSignatureError, said_in, signed
from campaign.store.backends import insert
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import INVITATION

LASTS_FOR = timedelta(days=7)
_PURPOSE = b"campaign-desk/partner-link/1"


class LinkError(Exception):
    """A link that opens nothing; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """One link, as its row has it."""

    channel: str
    link_id: str
    made_by: str
    expires_at: datetime


def invite(
    connection: Connection, channel: str, made_by: str, now: datetime, *, lasts: timedelta
) -> Invitation:
    """Make the channel's link; the one before is void from now on."""
    fresh = Invitation(
        channel=channel,
        link_id=secrets.token_hex(12),
        made_by=made_by,
        expires_at=(now + lasts).replace(microsecond=0),
    )
    values = asdict(fresh) | {"made_at": now}
    statement = insert(connection, INVITATION).values(**values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[INVITATION.c.channel], set_=values)
    )
    change = Change(who=made_by, at=now, why="")
    note_deed(connection, change, "gave sign-in link", channel)
    return fresh


def invitation_of(connection: Connection, channel: str) -> Invitation | None:
    """Return the channel's link, whether it has ended or not; None where there is none."""
    row = connection.execute(select(INVITATION).where(INVITATION.c.channel == channel)).first()
    if row is None:
        return None
    return Invitation(
        channel=row.channel, link_id=row.link_id, made_by=row.made_by, expires_at=row.expires_at
    )


def take_back(connection: Connection, channel: str) -> bool:
    """Void the channel's link; False where there is none."""
    done = connection.execute(delete(INVITATION).where(INVITATION.c.channel == channel))
    return done.rowcount == 1


def token_of(invitation: Invitation, keys: Sequence[str]) -> str:
    """Return what stands in the address, signed with the first key."""
    return signed(_said(invitation), _PURPOSE, keys)


def invitation_in(
    connection: Connection, token: str, keys: Sequence[str], now: datetime
) -> Invitation:
    """Return what a link opens; raise `LinkError` where it opens nothing."""
    channel, link_id = _checked(token, keys)
    invitation = invitation_of(connection, channel)
    if invitation is None or not hmac.compare_digest(invitation.link_id, link_id):
        message = "This link was taken back, or a newer one has taken its place. Ask for a new one."
        raise LinkError(message)
    if now >= invitation.expires_at:
        message = f"This link ended on {invitation.expires_at:%d %B %Y}. Ask for a new one."
        raise LinkError(message)
    return invitation


def _checked(token: str, keys: Sequence[str]) -> tuple[str, str]:
    try:
        channel, link_id, _ = said_in(token, _PURPOSE, keys).decode().split("\n")
    except (BadSignatureError, ValueError):
        message = "This link is not whole. Open it as it was sent, or ask for a new one."
        raise LinkError(message) from None
    return channel, link_id


def _said(invitation: Invitation) -> bytes:
    until = int(invitation.expires_at.timestamp())
    return f"{invitation.channel}\n{invitation.link_id}\n{until}".encode()
