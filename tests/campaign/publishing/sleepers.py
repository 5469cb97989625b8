"""A worker that stands still between its last check and its call while everybody else goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from threading import Event
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter

from campaign.clock import SteppedClock
from campaign.publishing.publisher import publish
from campaign.states import State
from connectors.contract import Connector, OutgoingPost, Prepared, PublishedPost
from tests.campaign.office import Office


class Sleep(StrEnum):
    """Where a worker stands still."""

    BEFORE_LAST_CHECK = "before the last check"
    BEFORE_LAST_LOOK = "between the last check and the look at stop and clock before the call"
    BEFORE_CALL = "between that look and the first byte: the window that no check closes"


A_BLINK = timedelta(milliseconds=200)
POSTS = ("/2/tweets", "/api/v1/statuses", "/xrpc/com.atproto.repo.putRecord")


class Wire(HTTPAdapter):
    """Lets others act before the request that makes a post visible leaves, the first time."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile: Callable[[], None] | None = meanwhile

    def send(self, request: requests.PreparedRequest, *given: Any, **named: Any) -> Any:
        """Send what was asked, perhaps too late."""
        if self._meanwhile and request.method == "POST" and request.path_url in POSTS:
            meanwhile, self._meanwhile = self._meanwhile, None
            meanwhile()
        return super().send(request, *given, **named)


@dataclass
class Sleeper:
    """A connector that lets others act on the way."""

    inner: Connector
    meanwhile: Callable[[], None]
    where: Sleep
    clock: SteppedClock

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Prepare; a worker asks everything again after this."""
        prepared = self.inner.prepare(post, resume)
        if self.where is Sleep.BEFORE_LAST_CHECK:
            self.meanwhile()
            self.clock.advance(A_BLINK)  # nobody stands still without time going by
        return prepared

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Publish, perhaps after a sleep."""
        if self.where is Sleep.BEFORE_LAST_LOOK:
            self.meanwhile()
        return self.inner.publish(post, prepared)


def publish_asleep(
    office: Office,
    delivery_id: str,
    meanwhile: Callable[[], None],
    *,
    name: str = "sleeper",
    where: Sleep = Sleep.BEFORE_CALL,
) -> State | None:
    """Let a worker publish a delivery and sleep on the way."""
    wire = Wire(meanwhile) if where is Sleep.BEFORE_CALL else None
    desk = office.open(transport=wire)
    try:
        inner = desk.connector_for(delivery_id.split("/")[1])
        sleeper = Sleeper(inner, meanwhile, where, office.clock)
        rig = desk.rig(name)
        asleep = replace(rig, connector_for=lambda _channel: cast("Connector", sleeper))
        return publish(asleep, delivery_id)
    finally:
        desk.close()


@contextmanager
def second_attempt(office: Office, delivery_id: str, where: Sleep) -> Iterator[None]:
    """Let another worker claim a delivery and sleep on the way until the end of the block."""
    asleep, awake = Event(), Event()

    def sleep() -> None:
        asleep.set()
        assert awake.wait(10)

    def work() -> None:
        publish_asleep(office, delivery_id, sleep, name="second", where=where)

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
