"""Settles what a crash, a lost answer or a slow network left open.

`sending` whose lease has run out becomes `unknown`: nobody can know whether the call was made.
`unknown` rests until the network's slowest late commit is past, then the network is asked.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from campaign.models import Delivery
from campaign.outgoing import outgoing
from campaign.publishing.callby import calls_about
from campaign.publishing.outcome import write_published
from campaign.publishing.publisher import read_prepared
from campaign.publishing.rig import Rig
from campaign.publishing.unsure import Later, is_enough, look_for, not_seen
from campaign.publishing.verdict import latest_for
from campaign.states import State
from campaign.store.database import DamagedError
from campaign.store.deliveries import (
    Change,
    delivery_of,
    get_delivery,
    log_line,
    move,
    update_fields,
)
from campaign.store.leaders import ahead_of, is_repost, leaders_of
from campaign.store.payloads import load_payload
from campaign.store.tables import ATTEMPT, DELIVERY
from connectors.contract import (
    Absent,
    CannotSay,
    ConnectorError,
    DeliveryKey,
    Finding,
    Found,
    NotSent,
    RemoteId,
    Sought,
)

log = logging.getLogger(__name__)

LOOKS = (timedelta(seconds=60), timedelta(minutes=5), timedelta(minutes=15))
"""Waits between looks while the network cannot say; after the last, a person settles."""

LOOK_AGAIN = timedelta(minutes=1)
"""After a look-up that itself failed."""


def recover_crashed(rig: Rig) -> list[str]:
    """Make every `sending` whose lease is over `unknown`; return their ids."""
    now = rig.clock.now()
    query = select(DELIVERY).where(DELIVERY.c.state == State.SENDING, DELIVERY.c.lease_until <= now)
    with rig.store.read() as connection:  # most rings find none, and then nobody need wait
        if connection.execute(query.limit(1)).first() is None:
            return []
    with rig.store.write() as connection:
        crashed = [delivery_of(row) for row in connection.execute(query)]
        return [one.id for one in crashed if _to_unknown(rig, connection, one, now)]


def settle_unknown(rig: Rig, delivery_id: str) -> State | None:
    """Ask the network about one `unknown` whose rest is over; return its new state, if any."""
    with rig.store.read() as connection:
        delivery = get_delivery(connection, delivery_id)
    if delivery is None or not _to_look_up(delivery, rig.clock.now()):
        return None
    try:
        with calls_about(delivery.post):
            finding = _look(rig, delivery)
    except ConnectorError as error:
        return _look_later(rig, delivery, error)
    except DamagedError as error:
        finding = CannotSay(why=str(error))
    except DBAPIError:
        raise  # it is our database that cannot be asked, not the network
    except Exception as error:
        log.exception("look-up failed", extra={"action": "find", "delivery_id": delivery_id})
        finding = CannotSay(why=f"the look-up failed ({type(error).__name__})")
    with rig.store.write() as connection:
        if get_delivery(connection, delivery_id) != delivery:
            return None  # another worker, or a person, settled it in the meantime
        return _settle(rig, connection, delivery, finding)


def _look(rig: Rig, delivery: Delivery) -> Finding | Later:
    if delivery.unsure_since is not None:
        return look_for(rig, delivery)
    with rig.store.read() as connection:
        sought = _sought(connection, delivery)
    return rig.connector_for(delivery.channel).find(sought)


def _to_unknown(rig: Rig, connection: Connection, delivery: Delivery, now: datetime) -> bool:
    started_at = connection.execute(
        select(ATTEMPT.c.started_at).where(
            ATTEMPT.c.delivery_id == delivery.id, ATTEMPT.c.number == delivery.attempt
        )
    ).scalar_one()
    why = "the process that was sending stopped before it wrote what came of it"
    values = {
        "note": why,
        "lease_until": None,
        "not_before": started_at + rig.settling_of(delivery.network),
    }
    change = Change(who="recovery", at=now, why=why)
    return move(connection, delivery, State.UNKNOWN, change, values)


def _to_look_up(delivery: Delivery, now: datetime) -> bool:
    if delivery.state != State.UNKNOWN or delivery.not_before is None:
        return False
    return delivery.not_before <= now


def _sought(connection: Connection, delivery: Delivery) -> Sought:
    attempts = connection.execute(
        select(ATTEMPT.c.delivery_key, ATTEMPT.c.started_at, ATTEMPT.c.prepared_json)
        .where(ATTEMPT.c.delivery_id == delivery.id)
        .where(ATTEMPT.c.content_hash == delivery.content_hash)
        .order_by(ATTEMPT.c.number)
    ).all()
    taken = connection.execute(
        select(DELIVERY.c.remote_id).where(
            DELIVERY.c.channel == delivery.channel, DELIVERY.c.remote_id.is_not(None)
        )
    ).scalars()
    payload = load_payload(connection, delivery.content_hash)
    ahead = ahead_of(delivery, leaders_of(connection, [delivery]))
    return Sought(
        post=outgoing(payload, DeliveryKey(attempts[-1].delivery_key), ahead),
        since=attempts[0].started_at,
        taken=frozenset(RemoteId(one) for one in taken),
        prepared=read_prepared(attempts[-1].prepared_json),
    )


def _settle(
    rig: Rig, connection: Connection, delivery: Delivery, finding: Finding | Later
) -> State | None:
    now = rig.clock.now()
    if isinstance(finding, Later):
        return _wait(connection, delivery, finding, now)
    if isinstance(finding, Found):
        return _found(rig, connection, delivery, finding)
    if delivery.unsure_since is not None and is_enough(connection, delivery, finding):
        return not_seen(connection, delivery, now)
    if isinstance(finding, Absent):
        return _absent(connection, delivery, now)
    can = rig.networks[delivery.network].capabilities
    if not can.finds or (delivery.unsure_since is not None and not can.finds_unnoted):
        return _ask_person(connection, delivery, finding, now)
    return _cannot_say(connection, delivery, finding, now)


def _found(rig: Rig, connection: Connection, delivery: Delivery, found: Found) -> State | None:
    network = rig.networks[delivery.network].name
    reads = None if is_repost(delivery) else rig.first_read_at(network, found.post.published_at)
    done = write_published(
        connection,
        delivery,
        found.post,
        Change(who="recovery", at=rig.clock.now(), why=f"found on the network: {found.post.url}"),
        evidence="found",
        read_due_at=reads,
    )
    return State.PUBLISHED if done else None


def _absent(connection: Connection, delivery: Delivery, now: datetime) -> State | None:
    in_time = now <= latest_for(connection, delivery)
    to = State.PLANNED if in_time else State.MISSED
    why = "looked up: it did not go out" + (
        "" if in_time else ", and it is too late to send it now"
    )
    values = {"note": why, "not_before": None, "looks": 0}
    done = move(connection, delivery, to, Change(who="recovery", at=now, why=why), values)
    return to if done else None


def _ask_person(
    connection: Connection, delivery: Delivery, finding: CannotSay, now: datetime
) -> State:
    """Leave it to a person at once, since looking again would tell nothing more."""
    why = f"{finding.why.rstrip('.')}; a person has to settle it"
    log_line(connection, delivery, Change(who="recovery", at=now, why=why))
    update_fields(connection, [delivery.id], looks=len(LOOKS) + 1, not_before=None, note=why)
    return State.UNKNOWN


def _cannot_say(
    connection: Connection, delivery: Delivery, finding: CannotSay, now: datetime
) -> State:
    looks = delivery.looks + 1
    again = LOOKS[looks - 1] if looks <= len(LOOKS) else None
    why = finding.why if again else f"{finding.why.rstrip('.')}; a person has to settle it"
    if looks <= len(LOOKS) + 1:
        log_line(connection, delivery, Change(who="recovery", at=now, why=why))
    update_fields(
        connection, [delivery.id], looks=looks, not_before=now + again if again else None, note=why
    )
    return State.UNKNOWN


def _wait(connection: Connection, delivery: Delivery, later: Later, now: datetime) -> State:
    update_fields(connection, [delivery.id], not_before=now + LOOK_AGAIN, note=later.why)
    return State.UNKNOWN


def _look_later(rig: Rig, delivery: Delivery, error: ConnectorError) -> State | None:
    now = rig.clock.now()
    retry_at = error.retry_at if isinstance(error, NotSent) else None
    why = f"could not be looked up: {error}"
    with rig.store.write() as connection:
        if get_delivery(connection, delivery.id) != delivery:
            return None
        update_fields(connection, [delivery.id], not_before=retry_at or now + LOOK_AGAIN, note=why)
    told = {"action": "find", "delivery_id": delivery.id, "post": delivery.post}
    log.warning("could not be looked up: %s", error, extra=told)
    return State.UNKNOWN
