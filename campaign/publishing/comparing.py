"""Compares the clocks before anything is sent, by asking a network for the time it has.

One comparison holds for a while (`campaign.publishing.clockwatch`); every answer brings another.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import func, select

from campaign.publishing.accounts import Account
from campaign.publishing.rig import UNFIT, Rig
from campaign.publishing.work import Work
from campaign.store.barriers import barred
from campaign.store.deliveries import get_delivery
from campaign.store.snapshots import SIGNED_IN
from campaign.store.tables import CHANNEL
from connectors.contract import Connector, ConnectorError


def compare_clocks(rig: Rig, work: Work) -> ConnectorError | None:
    """Compare the clocks where that was not done lately; return what kept us from it."""
    if not rig.watch.needs_a_look():
        return None
    times = rig.watch.times
    try:
        rig.connector_for(work.channel).whoami()
    except ConnectorError as error:
        return _ask_through_a_stop(rig, work) if _has_let_through(rig, work.ids) else error
    return None if rig.watch.times > times else _ask_others(rig, work.channel)


def _ask_through_a_stop(rig: Rig, work: Work) -> ConnectorError | None:
    """Ask although a stop keeps the calls for other deliveries from leaving."""
    try:
        rig.sign_in(work.channel).whoami()
    except ConnectorError as error:
        return error
    return None


def _ask_others(rig: Rig, channel: str) -> ConnectorError | None:
    """Compare with another network's clock where this one tells none: a feed is only a file.

    Where nobody else can be asked, because only such channels are signed in, nothing is compared.
    """
    failed: ConnectorError | None = None
    times = rig.watch.times
    for other in _other_channels(rig, channel):
        try:
            rig.connector_for(other).whoami()
        except ConnectorError as error:
            failed = failed if error.code == UNFIT else error
        if rig.watch.times > times:
            return None
    return failed


def _other_channels(rig: Rig, channel: str) -> list[str]:
    """Return a channel for each other network that we are signed in to."""
    mine = select(CHANNEL.c.network).where(CHANNEL.c.id == channel).scalar_subquery()
    query = select(func.min(CHANNEL.c.id)).where(
        CHANNEL.c.mode == SIGNED_IN, CHANNEL.c.active, CHANNEL.c.network != mine
    )
    with rig.store.read() as connection:
        grouped = query.group_by(CHANNEL.c.network).order_by(CHANNEL.c.network)
        return list(connection.execute(grouped).scalars())


def _has_let_through(rig: Rig, ids: Collection[str]) -> bool:
    """Whether an approver's word lets one of them through everything that bars it now."""
    with rig.store.read() as connection:
        found = [one for one in (get_delivery(connection, name) for name in ids) if one]
        bars = barred(connection, found, rig.clock.now())
    return bool(bars.let_through - bars.why.keys())


def cut_off(rig: Rig, error: ConnectorError) -> Rig:
    """Let publishing and look-ups meet what kept the clocks from being compared, and say so.

    The network may be back in a moment, but nothing is sent by a clock that nobody has compared.
    """

    def refuse(_account: str | Account) -> Connector:
        raise error

    return replace(rig, connector_for=refuse, sign_in=refuse)
