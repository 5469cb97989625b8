"""A worker that stands still between its last check and its call while everybody else goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event
from typing import cast

from campaign.publishing.publisher import publish
from campaign.states import State
from connectors.contract import Connector, OutgoingPost, Prepared, PublishedPost
from tests.campaign.office import Office


@dataclass
class Sleeper:
    """A connector that lets others act before it calls, or before its worker's last check."""

    inner: Connector
    meanwhile: Callable[[], None]
    before_last_check: bool = False

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Prepare; a worker asks everything again after this."""
        prepared = self.inner.prepare(post, resume)
        if self.before_last_check:
            self.meanwhile()
        return prepared

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Call as if no time had gone by."""
        if not self.before_last_check:
            self.meanwhile()
        return self.inner.publish(post, prepared)


def publish_asleep(
    office: Office,
    delivery_id: str,
    meanwhile: Callable[[], None],
    *,
    name: str = "sleeper",
    before_last_check: bool = False,
) -> State | None:
    """Let a worker publish a delivery and sleep on the way."""
    inner = office.desk.connector_for(delivery_id.split("/")[1])
    sleeper = Sleeper(inner, meanwhile, before_last_check)
    rig = office.desk.rig(name)
    asleep = replace(rig, connector_for=lambda _channel: cast("Connector", sleeper))
    return publish(asleep, delivery_id)


@contextmanager
def second_attempt(office: Office, delivery_id: str, *, before_last_check: bool) -> Iterator[None]:
    """Let another worker claim a delivery and sleep on the way until the end of the block."""
    asleep, awake = Event(), Event()

    def sleep() -> None:
        asleep.set()
        assert awake.wait(10)

    def work() -> None:
        publish_asleep(
            office, delivery_id, sleep, name="second", before_last_check=before_last_check
        )

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        try:
            assert asleep.wait(10)
            yield
        finally:
            awake.set()
        done.result()


def wait(office: Office, seconds: float) -> None:
    """Let time go by and a process do what falls due."""
    office.publish_at(office.clock.now() + timedelta(seconds=seconds))
