"""A person's word on what happened, or on what shall happen: settle, decide, record."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from campaign.decisions.approvals import CannotDecideError, Roles, existing, in_right_of, refresh
from campaign.decisions.logos import logo_forbids
from campaign.models import Delivery
from campaign.people import right_to
from campaign.publishing.outcome import write_published
from campaign.publishing.verdict import latest_for
from campaign.states import State
from campaign.store.barriers import barrier
from campaign.store.deliveries import Change, delivery_of, move, update_fields
from campaign.store.embargoes import under_embargo
from campaign.store.gates import closed_gates, decide_gate, local_day
from campaign.store.leaders import later_parts, root_of
from campaign.store.tables import ATTEMPT, CHANNEL, DELIVERY
from connectors.contract import Network, PublishedPost

DECIDABLE = (State.HELD, State.MISSED, State.REFUSED)
GOES_ALONG = frozenset({State.AWAITING_APPROVAL, State.PLANNED, State.HELD, State.MISSED})
"""Later parts of a thread in these states share what a person decides on an earlier one."""
RECORDABLE = frozenset(
    {
        State.AWAITING_APPROVAL,
        State.PLANNED,
        State.HELD,
        State.MISSED,
        State.REFUSED,
        State.WITH_PARTNER,
        State.NO_ANSWER,
        State.DECLINED,
    }
)


class AlreadyRecordedError(CannotDecideError):
    """One post on a network cannot be two deliveries."""


class OtherAccountError(CannotDecideError):
    """An address that is no post of the channel's account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Where and when a person saw a post."""

    url: str
    published_at: datetime
    read_due_at: datetime | None
    """When its counts are read first; None for what no API reads."""
    evidence: str = "person"
    """How we know; `found` where it was seen on the network first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTime:
    """The instant a delivery is moved to, and the local time people read."""

    due_at: datetime
    wall_time: str


def settle_published(
    connection: Connection, delivery_id: str, change: Change, network: Network, seen: Seen
) -> State:
    """Take a person's word that an `unknown` is out, at this address."""
    delivery = _unknown(connection, delivery_id)
    return _published(connection, delivery, change, network, seen)


def settle_not_published(connection: Connection, delivery_id: str, change: Change) -> State:
    """Take a person's word that an `unknown` did not go out; too late, it stays unsent."""
    delivery = _unknown(connection, delivery_id)
    in_time = change.at <= latest_for(connection, delivery)
    to = State.PLANNED if in_time else State.MISSED
    values = {"note": change.why, "not_before": None, "looks": 0, "unsure_since": None}
    move(connection, delivery, to, change, values)
    settled = existing(connection, delivery_id)
    if to is State.PLANNED and closed_gates(connection, settled):
        return refresh(connection, settled, change)
    return to


def first_try_at(connection: Connection, delivery_id: str) -> datetime | None:
    """Return when the first attempt at a delivery began, if there was one."""
    query = select(ATTEMPT.c.started_at).where(ATTEMPT.c.delivery_id == delivery_id)
    return connection.execute(query.order_by(ATTEMPT.c.number).limit(1)).scalar()


def record(
    connection: Connection, delivery_id: str, change: Change, network: Network, seen: Seen
) -> State:
    """Take a person's word that a post was published by hand."""
    delivery = existing(connection, delivery_id)
    if delivery.state not in RECORDABLE:
        hint = "; use `campaign settle`" if delivery.state == State.UNKNOWN else ""
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: nothing to record{hint}")
    if seen.published_at > change.at:
        raise CannotDecideError("--published-at lies in the future")
    return _published(connection, delivery, change, network, seen)


def find_for_record(connection: Connection, channel: str, post: str) -> Delivery:
    """Return the one delivery of a post on a channel that a person may mean; else say which."""
    query = (
        select(DELIVERY)
        .where(DELIVERY.c.channel == channel, (DELIVERY.c.post == post) | (DELIVERY.c.id == post))
        .order_by(DELIVERY.c.due_at)
    )
    found = [delivery_of(row) for row in connection.execute(query)]
    if not found:
        raise CannotDecideError(f"there is no delivery of “{post}” on “{channel}”")
    if len(found) == 1:
        return found[0]
    open_ones = [one for one in found if one.state in RECORDABLE]
    # Whoever names a post means its beginning; later parts are named by their ids.
    firsts = [one for one in open_ones if root_of(one.id) == one.id]
    if len(firsts or open_ones) == 1:
        return (firsts or open_ones)[0]
    ids = ", ".join(one.id for one in open_ones or found)
    raise CannotDecideError(f"“{post}” goes to “{channel}” more than once; give its id: {ids}")


def drop(connection: Connection, delivery_id: str, change: Change) -> State:
    """Take a held, missed or refused delivery out for good, and what follows it in its thread."""
    delivery = _decidable(connection, delivery_id)
    for one in (*going_along(connection, delivery.id), delivery):
        move(connection, one, State.CANCELLED, change, {"note": change.why})
    return State.CANCELLED


def going_along(connection: Connection, delivery_id: str) -> list[Delivery]:
    """Return the later parts of a thread to which a decision on this one applies, too."""
    later = later_parts(connection, [delivery_id])
    return [one for one in later if one.state in GOES_ALONG]


def send_at(
    connection: Connection,
    delivery_id: str,
    change: Change,
    when: NewTime,
    roles: Roles,
) -> State:
    """Give a held, missed or refused delivery a new time; return where it stands then.

    The later parts of its thread get it, too. An approval holds for its day. An approver who names
    another day gives it for that day too; anybody else's decision sends the delivery back to the
    approvers.
    """
    delivery = _decidable(connection, delivery_id)
    moved = Delivery(**{**delivery.model_dump(), "due_at": when.due_at})
    against = barrier(connection, moved, when.due_at)
    if not against and under_embargo(connection, [delivery.id], when.due_at):
        against = "its post is under embargo, and that ends later"
    against = against or logo_forbids(connection, delivery, when.due_at)
    if against:
        raise CannotDecideError(f"{delivery.id} cannot go out then: {against}")
    for one in going_along(connection, delivery.id):
        reschedule(connection, one, change, when, roles)
    return reschedule(connection, delivery, change, when, roles)


def reschedule(
    connection: Connection,
    delivery: Delivery,
    change: Change,
    when: NewTime,
    roles: Roles,
) -> State:
    """Give a delivery its new time; the day's approval is kept by an approver's decision."""
    times = {"due_at": when.due_at, "wall_time": when.wall_time}
    values = {**times, "not_before": None, "note": ""}
    if delivery.state == State.AWAITING_APPROVAL:
        update_fields(connection, [delivery.id], **values)
    elif not move(connection, delivery, State.AWAITING_APPROVAL, change, values):
        raise CannotDecideError(f"{delivery.id} has just been changed by somebody else")
    waiting = existing(connection, delivery.id)
    for gate in closed_gates(connection, waiting):
        same = gate.decision == "yes" and gate.content_hash == waiting.content_hash
        right = right_to(gate.kind, change.who, roles, waiting.applied_by)
        if same and right is not None:
            day = local_day(connection, waiting)
            kept = Change(who=change.who, at=change.at, why=f"kept for {day}: {change.why}")
            decide_gate(connection, waiting, gate.kind, "yes", in_right_of(kept, [right]))
    return refresh(connection, waiting, change)


def _published(
    connection: Connection, delivery: Delivery, change: Change, network: Network, seen: Seen
) -> State:
    channel = connection.execute(
        select(CHANNEL.c.handle, CHANNEL.c.server).where(CHANNEL.c.id == delivery.channel)
    ).one()
    remote_id = network.read_permalink(seen.url, channel.handle, channel.server)
    if remote_id is None:
        whose = channel.handle or delivery.partner
        raise OtherAccountError(
            f"{seen.url} is no post of {whose} on {network.title}; nothing was recorded"
        )
    _not_taken(connection, delivery, remote_id, seen.url)
    post = PublishedPost(remote_id=remote_id, url=seen.url, published_at=seen.published_at)
    write_published(
        connection, delivery, post, change, evidence=seen.evidence, read_due_at=seen.read_due_at
    )
    return State.PUBLISHED


def _not_taken(connection: Connection, delivery: Delivery, remote_id: str, url: str) -> None:
    """Refuse a post that is recorded already, on this channel or on another of the network.

    Ids of a network with many servers are told apart by where the post is shown.
    """
    query = select(DELIVERY.c.id, DELIVERY.c.channel, DELIVERY.c.url).where(
        DELIVERY.c.network == delivery.network,
        DELIVERY.c.remote_id == remote_id,
        DELIVERY.c.id != delivery.id,
    )
    for row in connection.execute(query.order_by(DELIVERY.c.id)):
        if row.channel == delivery.channel or _host(row.url) == _host(url):
            raise AlreadyRecordedError(f"that post is already recorded as {row.id}")


def _host(url: str | None) -> str:
    return (urlsplit(url or "").hostname or "").removeprefix("www.")


def _unknown(connection: Connection, delivery_id: str) -> Delivery:
    delivery = existing(connection, delivery_id)
    if delivery.state != State.UNKNOWN:
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: there is nothing to settle")
    return delivery


def _decidable(connection: Connection, delivery_id: str) -> Delivery:
    delivery = existing(connection, delivery_id)
    if delivery.state not in DECIDABLE:
        raise CannotDecideError(
            f"{delivery.id} is {delivery.state}: only held, missed or refused ones are decided on"
        )
    return delivery
