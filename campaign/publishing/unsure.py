"""Looks up what a restored database is not sure of: whether a post went out after the backup.

The attempts that may have been made are not in the database. So neither a key nor a token proves
that a post is not out, and its words may have been edited before it went. Three rules follow:

- A post that is seen is out.
- One that was due by the time of the restore, and is not seen, is `missed`: never sent by itself.
- One whose time came later, and that people have said yes to since, is sent if it is not seen.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from campaign.models import Delivery
from campaign.outgoing import outgoing
from campaign.publishing.rig import Rig
from campaign.publishing.verdict import latest_for
from campaign.states import State
from campaign.store.deliveries import Change, move
from campaign.store.leaders import WAITED_FOR, Leaders, ahead_of, leaders_of
from campaign.store.payloads import load_payload
from campaign.store.tables import ATTEMPT, DELIVERY, RESTORATION
from connectors.contract import (
    Absent,
    CannotSay,
    DeliveryKey,
    Finding,
    RemoteId,
    Sought,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Later:
    """Nothing can be said before what it follows is settled."""

    why: str


def look_for(rig: Rig, delivery: Delivery) -> Finding | Later:
    """Look on the account for a post that may have gone out after the backup."""
    if not rig.networks[delivery.network].capabilities.finds_unnoted:
        return CannotSay(why="Nobody can look there for a post whose id was lost.")
    with rig.store.read() as connection:
        leaders = leaders_of(connection, [delivery])
        led = _led(delivery, leaders)
        if led is not None:
            return led
        sought = _sought(rig, connection, delivery, leaders)
    return rig.connector_for(delivery.channel).find(sought)


def is_enough(connection: Connection, delivery: Delivery, finding: Absent | CannotSay) -> bool:
    """Whether a look that did not show a post is enough to go on with it.

    On a network that proves no absence it is where the post's time came after the restore and
    people have said yes to it since: whatever was called before the restore is long over.
    """
    if isinstance(finding, Absent):
        return True
    return finding.unseen and delivery.gates != "" and not _was_due(connection, delivery)


def not_seen(connection: Connection, delivery: Delivery, now: datetime) -> State | None:
    """Let a post that is not out be sent in its time, or leave it to a person; return its state."""
    was_due = _was_due(connection, delivery)
    in_time = not was_due and now <= latest_for(connection, delivery)
    to = State.PLANNED if in_time else State.MISSED
    why = "looked up after the restore: it is not on its account as it stands here"
    if was_due:
        why += "; other words of it may be, so a person has to decide"
    elif not in_time:
        why += ", and it is too late to send it now"
    values = {"note": why, "not_before": None, "looks": 0, "unsure_since": None}
    done = move(connection, delivery, to, Change(who="recovery", at=now, why=why), values)
    return to if done else None


def _was_due(connection: Connection, delivery: Delivery) -> bool:
    """Whether a post was due by the time of the restore that has left it unsure."""
    restored_at = connection.execute(select(func.max(RESTORATION.c.restored_at))).scalar()
    return restored_at is None or delivery.due_at <= restored_at


def _led(delivery: Delivery, leaders: Leaders) -> Absent | Later | None:
    """Say what is known of a part or a repost by what it follows; None where that is out."""
    if delivery.follows is None or ahead_of(delivery, leaders) is not None:
        return None
    leader = leaders.get(delivery.follows)
    if leader is not None and leader.state in WAITED_FOR:
        return Later(why=f"waits until it is known whether {leader.id} is out")
    return Absent()


def _sought(rig: Rig, connection: Connection, delivery: Delivery, leaders: Leaders) -> Sought:
    network = rig.networks[delivery.network]

    def key_at(instant: datetime) -> DeliveryKey:
        return network.choose_key(delivery.id, delivery.content_hash, instant)

    since = delivery.unsure_since or delivery.due_at
    first = connection.execute(
        select(ATTEMPT.c.delivery_key, ATTEMPT.c.started_at)
        .where(ATTEMPT.c.delivery_id == delivery.id)
        .where(ATTEMPT.c.content_hash == delivery.content_hash)
        .order_by(ATTEMPT.c.number)
    ).first()
    taken = connection.execute(
        select(DELIVERY.c.remote_id).where(
            DELIVERY.c.channel == delivery.channel, DELIVERY.c.remote_id.is_not(None)
        )
    ).scalars()
    payload = load_payload(connection, delivery.content_hash)
    key = DeliveryKey(first.delivery_key) if first else key_at(since)
    return Sought(
        post=outgoing(payload, key, ahead_of(delivery, leaders)),
        since=min(since, first.started_at) if first else since,
        taken=frozenset(RemoteId(one) for one in taken),
        key_at=key_at,
    )
