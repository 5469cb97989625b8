"""A network that answers from a script: what stands behind the connector contract in tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NoReturn

from campaign.clock import Clock
from connectors.contract import (
    AccountReading,
    Capabilities,
    Definition,
    Metric,
    MetricReading,
    Missing,
    OutgoingPost,
    Prepared,
    RemoteId,
    Sought,
)
from tests.analytics.world import NETWORKS

Answer = Mapping[Metric, int] | Missing


@dataclass
class Scripted:
    """Counts by remote id; a `Missing` answers every metric with that reason."""

    network: str
    clock: Clock
    counts: dict[str, Answer] = field(default_factory=dict)
    followers: int = 5000
    failure: Callable[[], Exception] | None = None
    asked: list[list[str]] = field(default_factory=list)
    closed: bool = False
    told: tuple[Definition, ...] = ()
    """What it counts of some posts only."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(NETWORKS[self.network].capabilities, sometimes=self.told)

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        self.asked.append(list(remote_ids))
        if self.failure is not None:
            raise self.failure()
        now = self.clock.now()
        return [self._reading(one, now) for one in remote_ids if one in self.counts]

    def _reading(self, remote_id: RemoteId, now: datetime) -> MetricReading:
        answer = self.counts[remote_id]
        offered = [one.metric for one in self.capabilities.metrics]
        if isinstance(answer, Missing):
            gaps = dict.fromkeys(offered, answer)
            return MetricReading(remote_id=remote_id, observed_at=now, values={}, missing=gaps)
        missing = {one: Missing.NOT_YET for one in offered if one not in answer}
        return MetricReading(remote_id=remote_id, observed_at=now, values=answer, missing=missing)

    def read_account(self) -> AccountReading:
        if self.failure is not None:
            raise self.failure()
        values = {Metric.FOLLOWERS: self.followers}
        return AccountReading(observed_at=self.clock.now(), values=values)

    def close(self) -> None:
        self.closed = True

    def limits(self) -> NoReturn:
        raise AssertionError("collection asks for no limits")

    def check(self, post: OutgoingPost, limits: object) -> NoReturn:
        raise AssertionError("collection checks nothing")

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> NoReturn:
        raise AssertionError("collection prepares nothing")

    def publish(self, post: OutgoingPost, prepared: Prepared) -> NoReturn:
        raise AssertionError("collection publishes nothing")

    def find(self, sought: Sought) -> NoReturn:
        raise AssertionError("collection seeks nothing")

    def whoami(self) -> NoReturn:
        raise AssertionError("collection asks for no name")
