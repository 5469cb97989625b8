"""Faults of the publishing protocol, planted from outside: the simulation has to find each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from campaign.outgoing import outgoing
from campaign.publishing import claim as claiming
from campaign.publishing import outcome, publisher, recovery, takedown
from campaign.publishing.outcome import write_failure, write_published
from campaign.publishing.publisher import Line
from campaign.publishing.rig import Rig
from campaign.states import State
from campaign.store import barriers
from campaign.store.deliveries import AnyDelivery, Change, Step, get_delivery
from campaign.store.payloads import load_payload
from campaign.store.tables import DELIVERY, MOVE
from campaign.wiring import NETWORKS
from connectors.contract import (
    Access,
    Connector,
    ConnectorError,
    DeliveryKey,
    Gone,
    Network,
    NetworkName,
    OutcomeUnknown,
    OutgoingPost,
    Prepared,
    PublishedPost,
)

Networks = Mapping[NetworkName, Network]
Plant = Callable[[pytest.MonkeyPatch], Networks]


def call_before_commit(patch: pytest.MonkeyPatch) -> Networks:
    """Call the network first and commit the attempt with its outcome: quick, and wrong."""
    patch.setattr(Line, "publish", _publish_in_one_transaction)
    return NETWORKS


def no_fence(patch: pytest.MonkeyPatch) -> Networks:
    """Write outcomes and findings whatever has become of the row meanwhile."""
    patch.setattr(outcome, "standing", lambda _, seen, **__: {(o.id, o.attempt) for o in seen})
    patch.setattr(outcome, "move_all", _move_all_in_any_case)
    patch.setattr(outcome, "move", _move_in_any_case)
    patch.setattr(recovery, "move", _move_in_any_case)
    return NETWORKS


def key_per_attempt(patch: pytest.MonkeyPatch) -> Networks:
    """Choose a fresh key for every attempt."""
    patch.setattr(claiming, "_earlier", lambda _connection, _tried: {})

    def fresh(network: Network) -> Network:
        def choose(delivery: str, content: str, at: datetime) -> DeliveryKey:
            return network.choose_key(f"{delivery} at {at}", content, at)

        return replace(network, choose_key=choose)

    return {name: fresh(network) for name, network in NETWORKS.items()}


def retry_on_timeout(_patch: pytest.MonkeyPatch) -> Networks:
    """Send again where no answer came, as many HTTP libraries offer to do."""

    def impatient(network: Network) -> Network:
        connect = network.connect
        if connect is None:
            return network
        return replace(network, connect=lambda access: _impatient(connect, access))

    return {name: impatient(network) for name, network in NETWORKS.items()}


def stop_not_read(patch: pytest.MonkeyPatch) -> Networks:
    """Publish without looking whether somebody has thrown a stop."""
    patch.setattr(barriers, "_stopped", lambda *_: None)
    patch.setattr("campaign.wiring.stop_on_channel", lambda *_: None)
    return NETWORKS


def parts_by_themselves(patch: pytest.MonkeyPatch) -> Networks:
    """Post every part as a post of its own, as those do who forget what it answers."""

    def alone(*given: Any) -> OutgoingPost:
        return replace(outgoing(*given), answers=None)

    patch.setattr(publisher, "outgoing", alone)
    return NETWORKS


def say_gone_at_once(patch: pytest.MonkeyPatch) -> Networks:
    """Say that a post is gone before any network was asked to delete it."""
    patch.setattr(takedown, "_ask", lambda *_: Gone(was_there=True))
    return NETWORKS


PLANTS: dict[str, Plant] = {
    "call before commit": call_before_commit,
    "no fence": no_fence,
    "key per attempt": key_per_attempt,
    "retry on time-out": retry_on_timeout,
    "stop not read": stop_not_read,
    "parts by themselves": parts_by_themselves,
    "say gone at once": say_gone_at_once,
}


def _publish_in_one_transaction(line: Line, delivery_id: str) -> bool:
    state = _send_before_commit(line._rig, delivery_id)
    if state is not None:
        line._tell(state)
    return state is not None


def _send_before_commit(rig: Rig, delivery_id: str) -> State | None:
    with rig.store.write() as connection:
        delivery = get_delivery(connection, delivery_id)
        assert delivery is not None
        claimed = claiming.claim(
            connection,
            delivery_id,
            worker=rig.worker,
            now=rig.clock.now(),
            choose_key=rig.networks[delivery.network].choose_key,
        )
        if not isinstance(claimed, claiming.Claim):
            return claimed.to if claimed else None
        post = outgoing(load_payload(connection, delivery.content_hash), claimed.key)
        change = Change(who="worker", at=rig.clock.now(), why="sent")
        try:
            connector = rig.connector_for(delivery.channel)
            published = connector.publish(post, connector.prepare(post, None))
        except ConnectorError as error:
            wait = rig.settling_of(delivery.network)
            return write_failure(connection, claimed.delivery, error, now=change.at, settling=wait)
        write_published(
            connection, claimed.delivery, published, change, evidence="api", read_due_at=None
        )
        return State.PUBLISHED


def _move_in_any_case(
    connection: Connection,
    delivery: AnyDelivery,
    to: State,
    change: Change,
    values: Mapping[str, Any] | None = None,
) -> bool:
    connection.execute(
        update(DELIVERY).where(DELIVERY.c.id == delivery.id).values(state=to, **(values or {}))
    )
    line = {"delivery_id": delivery.id, "at": change.at, "who": change.who, "why": change.why}
    connection.execute(insert(MOVE).values(**line, from_state=delivery.state, to_state=to))
    return True


def _move_all_in_any_case(connection: Connection, steps: Sequence[Step]) -> None:
    for one in steps:
        _move_in_any_case(connection, one.delivery, one.to, one.change, one.values)


def _impatient(connect: Callable[[Access], Connector], access: Access) -> Any:
    return Impatient(connect(access))


@dataclass
class Impatient:
    """A connector that sends a second time where the first answer was lost."""

    inner: Connector

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Send, and send again."""
        try:
            return self.inner.publish(post, prepared)
        except OutcomeUnknown:
            return self.inner.publish(post, prepared)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)
