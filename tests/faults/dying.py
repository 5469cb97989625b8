"""Kills its own process at one point around the one call; used inside the forked lives.

Nothing of ours is patched: the networks handed in die where the point says, and what happens at
a commit is seen through SQLAlchemy's own events.
"""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from connectors.contract import (
    Access,
    Connector,
    Correction,
    DeliveryKey,
    Network,
    NetworkName,
    OutgoingPost,
    Prepared,
    PublishedPost,
    RemoteId,
    Removal,
)
from tests.faults.cells import Point


def die(*_: object) -> NoReturn:
    """End as a machine does that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


@dataclass
class Dying:
    """A connector that dies around its calls."""

    inner: Connector
    point: Point
    part: int | None = None
    """The part of a thread around which it dies, by the number its text begins with; None: any."""

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Die with the attempt committed and nothing said to the network about the post."""
        if self.point is Point.AFTER_CLAIM and self._is_meant(post):
            die()
        return self.inner.prepare(post, resume)

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Die before the request, after its answer, or at the commit that follows."""
        if not self._is_meant(post):
            return self.inner.publish(post, prepared)
        if self.point is Point.AFTER_PREPARE:
            die()
        try:
            return self.inner.publish(post, prepared)
        finally:
            _after_the_answer(self.point)

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Die before the network is asked to delete, after its answer, or at the commit then."""
        if self.point is Point.AFTER_CLAIM:
            die()
        try:
            return self.inner.withdraw(remote_id)
        finally:
            _after_the_answer(self.point)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Die before the network is asked to edit, after its answer, or at the commit then."""
        if self.point is Point.AFTER_CLAIM:
            die()
        try:
            return self.inner.correct(remote_id, post)
        finally:
            _after_the_answer(self.point)

    def _is_meant(self, post: OutgoingPost) -> bool:
        return self.part is None or post.text.startswith(f"{self.part}. ")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def dying_networks(
    networks: Mapping[NetworkName, Network], point: Point, part: int | None = None
) -> Mapping[NetworkName, Network]:
    """Return the networks, each dying at the point; `under-way` is killed from outside."""
    if point in (Point.NONE, Point.UNDER_WAY):
        return networks
    return {name: _dying(network, point, part) for name, network in networks.items()}


def _dying(network: Network, point: Point, part: int | None) -> Network:
    if point is Point.BEFORE_CLAIM:
        return replace(network, choose_key=_dying_key(network, part))
    inner = network.connect
    if inner is None:
        return network

    def connect(access: Access) -> Any:
        return Dying(inner(access), point, part)

    return replace(network, connect=connect)


def _dying_key(network: Network, part: int | None) -> Callable[[str, str, datetime], DeliveryKey]:
    def choose_key(delivery_id: str, content_hash: str, at: datetime) -> DeliveryKey:
        if part is None or delivery_id.endswith(f"/1/{part}"):
            die()
        return network.choose_key(delivery_id, content_hash, at)

    return choose_key


def _after_the_answer(point: Point) -> None:
    if point is Point.AFTER_ANSWER:
        die()
    if point is Point.BEFORE_OUTCOME:
        event.listen(Engine, "commit", die)  # called before the database hears of it
    if point is Point.AFTER_OUTCOME:
        event.listen(Engine, "commit", _die_when_given_back)


def _die_when_given_back(_connection: object) -> None:
    event.listen(Pool, "checkin", die)
