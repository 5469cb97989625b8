"""How fast snapshots come in, with the weeks kept up to date, against bare Core inserts."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from benchmarks.report_data import Shape, make_posts
from benchmarks.report_fill import delivery_id, write_campaign
from campaign.instants import from_micros
from campaign.store.database import Store
from campaign.store.series_weeks import series_ids
from campaign.store.snapshots import SnapshotLine, add_snapshots
from campaign.store.tables import READING
from campaign.wiring import NETWORKS

ROUNDS = 30
POSTS = 250
BATCH = 1000
SHAPE = Shape(seed=7, weeks=1, posts_a_week=2_000)


def ingest(bare: Store, kept: Store) -> tuple[float, float]:
    """Return rows a second of bare inserts and of ours, batch by batch in turn."""
    for store in (bare, kept):
        with store.write() as connection:
            write_campaign(connection, make_posts(SHAPE))
    lines = list(_lines())
    ids = _series(bare, lines)
    took = [0.0, 0.0]
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        rows = [_row(ids, line) for line in batch]
        took[0] += _timed(
            bare, lambda connection, rows=rows: connection.execute(READING.insert(), rows)
        )
        took[1] += _timed(kept, lambda connection, batch=batch: add_snapshots(connection, batch))
    return len(lines) / took[0], len(lines) / took[1]


def _timed(store: Store, write: Any) -> float:
    began = time.perf_counter()
    with store.write() as connection:
        write(connection)
    return time.perf_counter() - began


def _lines() -> Iterator[SnapshotLine]:
    posts = make_posts(SHAPE)
    metrics = next(one for name, one in NETWORKS.items() if name == "mastodon").capabilities.metrics
    start = from_micros(int(posts.out_at[-1]))
    for number in range(ROUNDS):
        at: datetime = start + timedelta(hours=9 * number)
        for place in range(POSTS):
            for definition in metrics:
                yield SnapshotLine(
                    delivery_id=delivery_id(place, posts.channel[place]),
                    metric=definition.metric,
                    definition=definition.id,
                    source="api",
                    observed_at=at,
                    recorded_at=at,
                    value=100 * number + place,
                    reason=None,
                )


def _series(store: Store, lines: list[SnapshotLine]) -> dict[Any, int]:
    wanted = {(one.delivery_id, one.definition, one.source): one.metric for one in lines}
    with store.write() as connection:
        return series_ids(connection, wanted)


def _row(ids: dict[Any, int], line: SnapshotLine) -> dict[str, Any]:
    return {
        "series_id": ids[line.delivery_id, line.definition, line.source],
        "observed_at": line.observed_at,
        "recorded_at": line.recorded_at,
        "value": line.value,
        "reason": line.reason,
    }
