"""The metrics as Prometheus reads them, on a registry of our own.

What is the campaign's comes from the database at the moment it is asked for, so every process says
the same; what is one process's own has `process` in its name or says so. A figure that nobody
knows has no line: missing is never zero.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from campaign.operating.families import GaugeMetricFamily, gauge, of_database
from campaign.operating.measuring import Measured, measure
from campaign.operating.of_process import of_process
from campaign.operating.watched import Watched
from campaign.store.database import StoreError

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposition(watched: Watched) -> str:
    """Return all metrics as text; where the database is away, what this process knows."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Exposed(watched))
    return generate_latest(registry).decode("utf-8")


class _Exposed(Collector):
    """Gives the metrics of one look."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """Yield every metric there is something to say of."""
        found = self._measured()
        yield _database_up(found)
        if found is not None:
            yield from of_database(found, self._watched.settings.spending_limit)
        yield from of_process(self._watched)

    def describe(self) -> Iterator[Metric]:
        """Say nothing ahead: whatever is registered here is asked for once."""
        return iter(())

    def _measured(self) -> Measured | None:
        watched = self._watched
        try:
            with watched.store.read() as connection:
                return measure(connection, watched.networks, watched.zone(), watched.clock.now())
        except (DBAPIError, StoreError):
            return None


def _database_up(found: Measured | None) -> GaugeMetricFamily:
    return gauge(
        "campaign_database_up",
        "Whether the campaign's database could be read; while it is 0 its figures are missing.",
        0 if found is None else 1,
    )
