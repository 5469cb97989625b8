"""One delivery from claim to outcome; safe to call any number of times, by anyone, at any moment.

The order is the promise: the attempt is committed, then everything that could forbid the post is
asked once more, then the network is called exactly once, then the outcome is committed under the
attempt's fence. Whatever happens in between leaves `sending`, which recovery makes `unknown`.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from campaign.clock import Clock
from campaign.outgoing import outgoing
from campaign.publishing.budget import Allowances, note_allowance
from campaign.publishing.claim import Claim, Worker, claim, save_prepared
from campaign.publishing.clockwatch import ClockWatch
from campaign.publishing.outcome import give_back, write_failure, write_published
from campaign.publishing.verdict import Instead, objection
from campaign.states import State
from campaign.store.barriers import word_for
from campaign.store.database import DamagedError, Store, explain
from campaign.store.deliveries import Change, get_delivery
from campaign.store.payloads import load_payload
from connectors.contract import (
    Connector,
    ConnectorError,
    Network,
    NetworkName,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    Prepared,
    PublishedPost,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rig:
    """Everything that publishing needs from outside; put together in `campaign.wiring`."""

    store: Store
    clock: Clock
    networks: Mapping[str, Network]
    connector_for: Callable[[str], Connector]
    """By channel id; raises a `ConnectorError` where the account cannot be used."""
    sign_in: Callable[[str], Connector]
    """The same whatever stop is on, for an essential delivery that was let through."""
    first_read_at: Callable[[NetworkName, datetime], datetime | None]
    """When a post is read first, by network and publication."""
    worker: Worker
    call_timeout: timedelta
    watch: ClockWatch
    allowances: Allowances = field(default_factory=Allowances)
    """What the networks' answers say of their quotas."""
    settling: timedelta | None = None
    """Overrides the networks' own waits."""

    def settling_of(self, network: str) -> timedelta:
        """Return how long an unknown outcome rests before anyone looks."""
        wait = self.settling or self.networks[network].capabilities.settling
        # A call may last as long as its lease; looking earlier could miss a post that still comes.
        return max(wait, self.worker.lease + self.call_timeout)


def publish(rig: Rig, delivery_id: str) -> State | None:
    """Make one attempt at a due delivery; return its new state, None if nothing was done."""
    claimed = _claim(rig, delivery_id)
    if isinstance(claimed, Instead):
        return claimed.to
    if claimed is None or not _still_allowed(rig, claimed):
        return None
    try:
        post, prepared, connector = _prepare(rig, claimed)
    except ConnectorError as error:
        return _fail(rig, claimed, error)
    except DamagedError as error:
        return _hold(rig, claimed, str(error))
    if not _still_allowed(rig, claimed):
        return None
    return _call(rig, claimed, lambda: connector.publish(post, prepared))


def _call(rig: Rig, claimed: Claim, send: Callable[[], PublishedPost]) -> State | None:
    try:
        published = send()
    except ConnectorError as error:
        return _fail(rig, claimed, error)
    except Exception as error:
        # A fault in the connector itself: the request may have left, so nobody may send again.
        log.exception("connector failed", extra={"action": "publish"})
        return _fail(rig, claimed, _unclear(claimed, error))
    return _succeed(rig, claimed, published)


def _claim(rig: Rig, delivery_id: str) -> Claim | Instead | None:
    with rig.store.write_one() as connection:
        delivery = get_delivery(connection, delivery_id)
        if delivery is None:
            return None
        choose_key = rig.networks[delivery.network].choose_key
        now = rig.clock.now()
        return claim(connection, delivery_id, worker=rig.worker, now=now, choose_key=choose_key)


def _still_allowed(rig: Rig, claimed: Claim) -> bool:
    """Ask everything again under the claim; give the claim back where something came up."""
    with rig.store.read() as connection:
        current = get_delivery(connection, claimed.delivery.id)
        # Only now: whoever was made to wait for the database must not judge by an older hour.
        now = rig.clock.now()
        against = objection(connection, claimed.delivery, now)
    if current is None or current.attempt != claimed.delivery.attempt:
        return False
    if current.state != State.SENDING:
        return False
    if against is None and not _lease_suffices(rig, claimed, now):
        against = Instead(to=State.PLANNED, why="the claim was too old to start a call")
    if against is None:
        return True
    with rig.store.write_one() as connection:
        give_back(connection, claimed.delivery, against, now)
    return False


def _lease_suffices(rig: Rig, claimed: Claim, now: datetime) -> bool:
    lease_until = claimed.delivery.lease_until
    return lease_until is not None and now + rig.call_timeout < lease_until


def _prepare(rig: Rig, claimed: Claim) -> tuple[OutgoingPost, Prepared, Connector]:
    """Upload what shows nothing, and keep what came of it before anything is published."""
    with rig.store.read() as connection:
        payload = load_payload(connection, claimed.delivery.content_hash)
        let_through = word_for(connection, claimed.delivery) is not None
    post = outgoing(payload, claimed.key)
    resume = _resume(claimed, rig.clock.now())
    connect = rig.sign_in if let_through else rig.connector_for
    try:
        connector = connect(claimed.delivery.channel)
        prepared = connector.prepare(post, resume)
    except OutcomeUnknown as error:
        # Nothing that `prepare` does can be seen by anybody, so trying again is safe.
        raise NotSent(str(error), network=error.network, code=error.code) from error
    except ConnectorError:
        raise
    except DBAPIError as error:
        raise NotSent(explain(error), network=_network(claimed)) from error
    except Exception as error:
        log.exception("connector failed", extra={"action": "prepare"})
        raise NotSent(f"the upload failed: {error}", network=_network(claimed)) from error
    if prepared.tokens and prepared != resume:
        with rig.store.write_one() as connection:
            save_prepared(connection, claimed, _to_json(prepared))
    return post, prepared, connector


def _resume(claimed: Claim, now: datetime) -> Prepared | None:
    kept = read_prepared(claimed.prepared_json)
    return None if kept is None or (kept.expires_at and kept.expires_at <= now) else kept


def read_prepared(text: str | None) -> Prepared | None:
    """Return what an attempt had prepared; raise `DamagedError` where its row is damaged.

    It is never taken for nothing: a container may have been published under a token lost here.
    """
    if text is None:
        return None
    try:
        fields = json.loads(text)
        expires_at = fields["expires_at"] and datetime.fromisoformat(fields["expires_at"])
        return Prepared(tokens=tuple(fields["tokens"]), expires_at=expires_at)
    except (ValueError, KeyError, TypeError) as error:
        message = "what an earlier attempt had uploaded is damaged in the database; not sent again"
        raise DamagedError(message) from error


def _to_json(prepared: Prepared) -> str:
    return json.dumps(asdict(prepared), default=datetime.isoformat)


def _succeed(rig: Rig, claimed: Claim, published: PublishedPost) -> State | None:
    network = _network(claimed)
    with rig.store.write_one() as connection:
        now = rig.clock.now()
        done = write_published(
            connection,
            claimed.delivery,
            published,
            Change(who=rig.worker.name, at=now, why=f"the network confirmed it: {published.url}"),
            evidence="api",
            read_due_at=rig.first_read_at(network, published.published_at),
        )
        _note_allowance(rig, connection, claimed)
    log.info(
        "published" if done else "fenced off: another attempt had taken over",
        extra={"action": "publish", "delivery_id": claimed.delivery.id, "network": network},
    )
    return State.PUBLISHED if done else None


def _hold(rig: Rig, claimed: Claim, why: str) -> State:
    """Set a delivery aside for a person before anything of it was sent."""
    with rig.store.write() as connection:
        give_back(connection, claimed.delivery, Instead(to=State.HELD, why=why), rig.clock.now())
    log.error(why, extra={"action": "publish", "delivery_id": claimed.delivery.id})
    return State.HELD


def _fail(rig: Rig, claimed: Claim, error: ConnectorError) -> State | None:
    with rig.store.write_one() as connection:
        state = write_failure(
            connection,
            claimed.delivery,
            error,
            now=rig.clock.now(),
            settling=rig.settling_of(claimed.delivery.network),
        )
        _note_allowance(rig, connection, claimed)
    log.warning(
        "not published: %s",
        error,
        extra={"action": "publish", "delivery_id": claimed.delivery.id, "network": error.network},
    )
    return state


def _note_allowance(rig: Rig, connection: Connection, claimed: Claim) -> None:
    channel, network = claimed.delivery.channel, claimed.delivery.network
    quotas = rig.worker.quotas.get(network, ())
    note_allowance(connection, channel, rig.allowances.take(channel), quotas)


def _unclear(claimed: Claim, error: Exception) -> OutcomeUnknown:
    message = f"the connector failed while sending ({type(error).__name__}); it may be out"
    return OutcomeUnknown(message, network=_network(claimed))


def _network(claimed: Claim) -> NetworkName:
    return NetworkName(claimed.delivery.network)
