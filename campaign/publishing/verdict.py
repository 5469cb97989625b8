"""Whether a delivery may go out at this instant; asked before the claim and again under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from campaign.states import PEOPLES_WORDS, State
from campaign.store.barriers import barred
from campaign.store.deliveries import AnyDelivery
from campaign.store.embargoes import under_embargo
from campaign.store.gates import closed_kinds
from campaign.store.leaders import WAITED_FOR, Leader, Leaders, leaders_of, went_out_at
from campaign.store.tables import CHANNEL
from campaign.store.withdrawals import withdrawn

UNSURE = "the database was restored from a backup: it is looked up whether this is out already"


@dataclass(frozen=True, kw_only=True, slots=True)
class Instead:
    """A delivery may not go out; this is where it goes in place of that, and why."""

    to: State
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What keeps some deliveries from going out, by id; the others may go."""

    against: dict[str, Instead]
    let_through: frozenset[str]
    """Those that pass every stop and window on an approver's word."""
    leaders: Leaders
    """What some of them follow."""


def objection(connection: Connection, delivery: AnyDelivery, now: datetime) -> Instead | None:
    """Return what keeps a delivery from going out now, or None where it may go."""
    return judge(connection, [delivery], now).against.get(delivery.id)


def judge(connection: Connection, deliveries: Sequence[AnyDelivery], now: datetime) -> Verdict:
    """Judge several at once: withdrawals, stops, windows, embargoes, what they follow, time, gates.

    What a restore has left unsure is looked up first, once nothing else keeps it.

    The plan puts nothing before the end of its embargo; a person's new time or an embargo that
    came later could.
    """
    bars = barred(connection, deliveries, now)
    closed = closed_kinds(connection, deliveries)
    leaders = leaders_of(connection, deliveries)
    ids = [one.id for one in deliveries]
    pulled, secret = withdrawn(connection, ids), under_embargo(connection, ids, now)
    against: dict[str, Instead] = {}
    for one in deliveries:
        out_at = went_out_at(one, leaders)
        if one.id in pulled:
            against[one.id] = Instead(to=State.CANCELLED, why=pulled[one.id])
        elif one.id in bars.why:
            against[one.id] = Instead(to=State.HELD, why=bars.why[one.id])
        elif one.id in secret:
            why = f"its post is under embargo until {secret[one.id]:%Y-%m-%d %H:%M} UTC"
            against[one.id] = Instead(to=State.HELD, why=why)
        elif one.follows and (not_after := _not_after(one, leaders)):
            against[one.id] = not_after
        elif now > latest_at(one, out_at):
            why = _too_late(connection, one, now, out_at)
            against[one.id] = Instead(to=State.MISSED, why=why)
        elif one.id in closed:
            kinds = " and ".join(closed[one.id])
            why = f"{kinds} is not given for this content and day"
            against[one.id] = Instead(to=State.AWAITING_APPROVAL, why=why)
        elif one.unsure_since is not None and one.state == State.PLANNED:
            against[one.id] = Instead(to=State.UNKNOWN, why=UNSURE)
    return Verdict(against, bars.let_through, leaders)


def latest_at(delivery: AnyDelivery, leader_out_at: datetime | None = None) -> datetime:
    """Return the last instant at which a delivery may still be sent.

    One that follows another counts from when that went out, if that was after its own time.
    """
    since = delivery.due_at if leader_out_at is None else max(delivery.due_at, leader_out_at)
    return since + timedelta(seconds=delivery.late_limit_s)


def latest_for(connection: Connection, delivery: AnyDelivery) -> datetime:
    """Return the last instant of one delivery, looking up what it follows."""
    return latest_at(delivery, went_out_at(delivery, leaders_of(connection, [delivery])))


def _not_after(delivery: AnyDelivery, leaders: Leaders) -> Instead | None:
    """Return what keeps a delivery from following: it waits, or a person has to decide."""
    leader = leaders.get(delivery.follows or "")
    if leader is not None and leader.is_out:
        return None
    if leader is not None and leader.state in WAITED_FOR:
        return Instead(to=State.PLANNED, why=f"waits for {leader.id} to go out")
    return Instead(to=State.HELD, why=f"{delivery.follows}, which it follows, {_why(leader)}")


def _why(leader: Leader | None) -> str:
    if leader is None:
        return "is not in the database"
    if leader.state == State.PUBLISHED:
        return "is no longer on its network" if leader.deleted_at else "is out at an unknown place"
    return f"did not go out: {PEOPLES_WORDS[State(leader.state)]}"


def _too_late(
    connection: Connection, delivery: AnyDelivery, now: datetime, leader_out_at: datetime | None
) -> str:
    limit = delivery.late_limit_s // 60
    since, what = delivery.due_at, "it was due"
    if leader_out_at is not None and leader_out_at > since:
        since, what = leader_out_at, f"{delivery.follows} went out"
    minutes = int((now - since).total_seconds() // 60)
    why = f"found {minutes} minutes after {what}; the late limit is {limit} minutes"
    refused = connection.execute(
        select(CHANNEL.c.refused_access).where(CHANNEL.c.id == delivery.channel)
    ).scalar()
    return f"{why}; the network refuses the account: {refused}" if refused else why
