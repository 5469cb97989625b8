"""The last figures of deliveries, each with when it was true and what was missing since."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, and_, func, select

from analytics.json_values import moment
from analytics.labels import COMES_FROM, LABELS
from campaign.store.tables import READING, SERIES, SERIES_KIND
from connectors.contract import Metric

AT_ONCE = 500


def latest_figures(
    connection: Connection, ids: Collection[str], words: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the last value of every series of these deliveries, in the order of its metric.

    A series that was never answered has no value and says why; it is never 0. `words` says what
    each definition counts.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        values = _last(connection, some, with_value=True)
        looks = _last(connection, some, with_value=False)
        query = select(SERIES.c.id, SERIES.c.delivery_id, *_KIND).join(
            SERIES_KIND, SERIES_KIND.c.id == SERIES.c.kind
        )
        query = query.where(SERIES.c.delivery_id.in_(some))
        for row in connection.execute(query.order_by(*_ORDER)):
            line = _line(row, values.get(row.id), looks.get(row.id), words)
            found.setdefault(row.delivery_id, []).append(line)
    return found


_KIND = (SERIES_KIND.c.metric, SERIES_KIND.c.definition, SERIES_KIND.c.source)
_ORDER = (SERIES.c.delivery_id, *_KIND)


def _last(connection: Connection, ids: Collection[str], *, with_value: bool) -> dict[int, Any]:
    """Return the last reading of each series: that with a value, or that without one."""
    is_wanted = READING.c.value.is_not(None) if with_value else READING.c.value.is_(None)
    newest = (
        select(READING.c.series_id, func.max(READING.c.observed_at).label("at"))
        .join(SERIES, SERIES.c.id == READING.c.series_id)
        .where(SERIES.c.delivery_id.in_(ids), is_wanted)
        .group_by(READING.c.series_id)
        .subquery()
    )
    there = and_(READING.c.series_id == newest.c.series_id, READING.c.observed_at == newest.c.at)
    query = select(READING).join(newest, there).where(is_wanted).order_by(READING.c.recorded_at)
    return {row.series_id: row for row in connection.execute(query)}  # what was said last holds


def _line(series: Any, value: Any, look: Any, words: Mapping[str, str]) -> dict[str, Any]:
    since = look if look and (value is None or look.observed_at > value.observed_at) else None
    return {
        "metric": series.metric,
        "words": LABELS.get(Metric(series.metric), series.metric),
        "definition": series.definition,
        "counts": words.get(series.definition, ""),
        "value": None if value is None else value.value,
        "as_of": None if value is None else moment(value.observed_at),
        "source": COMES_FROM.get(series.source, series.source),
        "missing_since": None if since is None else moment(since.observed_at),
        "why_missing": None if since is None else since.reason,
    }
