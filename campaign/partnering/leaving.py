"""A partner leaves in mid-campaign: one word, in force before the next call on every network.

The word is committed first, with everything that has not gone out cancelled and every link taken
back. Only then the networks are asked to revoke the sign-ins, which may fail or take a while. What
is out stays in the record with its numbers as last read.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from campaign.credentials.connecting import sign_out
from campaign.credentials.means import CannotSignInError, Means
from campaign.decisions.approvals import CannotDecideError
from campaign.models import Delivery
from campaign.partner_page.invitations import take_back
from campaign.publishing.accounts import Account
from campaign.states import MAY_STILL_GO, OUT, State
from campaign.store.credentials import kept_for
from campaign.store.deliveries import Change, delivery_of, move
from campaign.store.leaving import left, note_back, note_leaving
from campaign.store.tables import CHANNEL, DELIVERY, PARTNER_LINK

MAY_BE_LEAVING = (State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What the word has done."""

    cancelled: tuple[str, ...]
    on_their_way: tuple[str, ...]
    """Deliveries whose call may have left before: kept back if it has not, else settled."""
    out: int
    """Deliveries that are or were live, and stay in the record."""
    links: tuple[str, ...]
    """Channels whose link for signing in was taken back."""
    accounts: tuple[Account, ...]
    signed_in: tuple[Account, ...]
    """Those whose sign-ins are still to be ended."""


def leave(connection: Connection, partner: str, change: Change) -> Left:
    """Write that a partner takes part no longer, and stop everything that is to come.

    Raises `CannotDecideError` where it has left already.
    """
    if partner in left(connection):
        raise CannotDecideError(f"{left(connection)[partner]}; there is nothing to revoke")
    note_leaving(connection, partner, change)
    deliveries = _of(connection, partner)
    channels = _channels(connection, partner)
    found = Left(
        cancelled=tuple(_cancelled(connection, deliveries, change)),
        on_their_way=tuple(one.id for one in deliveries if one.state in MAY_BE_LEAVING),
        out=sum(one.state in OUT for one in deliveries),
        links=tuple(one.id for one in channels if take_back(connection, one.id)),
        accounts=tuple(channels),
        signed_in=tuple(one for one in channels if kept_for(connection, one.id) is not None),
    )
    _end_links(connection, partner, change)
    return found


def end_sign_ins(means: Means, accounts: Collection[Account], by: str) -> list[str]:
    """Disconnect accounts, each whatever becomes of the others; say of each what came of it."""
    said = []
    for account in accounts:
        try:
            said.append(sign_out(means, account, by))
        except CannotSignInError as error:
            said.append(f"{account.id}: {error}")
    return said


def come_back(connection: Connection, partner: str, change: Change) -> None:
    """Let a partner take part again; what was cancelled stays so, and channels sign in anew."""
    if not note_back(connection, partner, change):
        raise CannotDecideError(f"{partner} has not left; there is nothing to take back")


def _cancelled(
    connection: Connection, deliveries: Collection[Delivery], change: Change
) -> list[str]:
    why = Change(who=change.who, at=change.at, why=f"the partner has left: {change.why}")
    # The last parts of threads first, so that none is ever left without what it follows.
    return [
        one.id
        for one in sorted(deliveries, key=lambda one: one.id, reverse=True)
        if one.state in MAY_STILL_GO
        and move(connection, one, State.CANCELLED, why, {"note": why.why, "not_before": None})
    ][::-1]


def _end_links(connection: Connection, partner: str, change: Change) -> None:
    """Let the links to the partner's own pages open nothing from now on."""
    mine = update(PARTNER_LINK).where(
        PARTNER_LINK.c.partner == partner, PARTNER_LINK.c.ended_at.is_(None)
    )
    connection.execute(mine.values(ended_at=change.at, ended_by=change.who))


def _of(connection: Connection, partner: str) -> list[Delivery]:
    query = select(DELIVERY).where(DELIVERY.c.partner == partner).order_by(DELIVERY.c.id)
    return [delivery_of(row) for row in connection.execute(query)]


def _channels(connection: Connection, partner: str) -> list[Account]:
    columns = (CHANNEL.c[name] for name in Account.__dataclass_fields__)
    query = select(*columns).where(CHANNEL.c.partner == partner).order_by(CHANNEL.c.id)
    return [Account(*row) for row in connection.execute(query)]
