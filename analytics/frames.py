"""Reads from the database what a report needs, reduced before it leaves the database.

A post has dozens of readings, a week needs four of them: the ones beside its two boundaries.
Between those, only readings at which a count turns matter, because steps up add up to the same
however finely they were read. So the statements here hand on a few rows a post and week, however
long the history is, and the arithmetic on them stays exact.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)

from analytics.attribution import Reading
from campaign.states import State
from campaign.store.tables import CHANNEL, DELIVERY, PAYLOAD, SNAPSHOT
from connectors.contract import Metric

_COLUMNS = (
    "delivery_id",
    "metric",
    "source",
    "definition",
    "observed_at",
    "recorded_at",
    "value",
)

SeriesOf = dict[tuple[str, str], dict[tuple[str, str], list[Reading]]]
"""(delivery, metric) -> (source, definition) -> readings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LivePost:
    """A delivery as the report sees it."""

    id: str
    post: str
    channel: str
    partner: str
    network: str
    mode: str
    access_lost: bool
    due_at: datetime
    published_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Week boundaries, in order, and what was known when: nothing learned after `as_of` counts."""

    boundaries: tuple[datetime, ...]
    as_of: datetime
    alive_from: datetime
    """Posts from before then are no longer read, unless somebody did."""


def live_posts(connection: Connection, span: Span) -> list[LivePost]:
    """List the posts that were out before the last boundary and may still gain."""
    query = (
        select(
            DELIVERY,
            CHANNEL.c.mode,
            CHANNEL.c.refused_access,
        )
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(_is_alive(span))
        .order_by(DELIVERY.c.published_at, DELIVERY.c.id)
    )
    return [_live_post(row) for row in connection.execute(query)]


def readings_of(
    connection: Connection, span: Span, metrics: Collection[Metric] | None = None
) -> SeriesOf:
    """Return the readings of all live posts that decide the gains between the boundaries."""
    valid = _valid(span, metrics)
    query = _deciding(_with_neighbours(valid, span), span)
    # One reading an instant is left, so when it was recorded no longer decides anything.
    return _grouped((*row[:5], row[4], row[5]) for row in connection.execute(query))


def all_readings_of(
    connection: Connection, ids: Iterable[str], metrics: Collection[Metric], as_of: datetime
) -> SeriesOf:
    """Return every reading of a few posts, for looking at an age of theirs."""
    query = select(*(SNAPSHOT.c[name] for name in _COLUMNS)).where(
        SNAPSHOT.c.delivery_id.in_(sorted(ids)), _holds(as_of), _counts(metrics)
    )
    return _grouped(connection.execute(query))


def reasons_of(connection: Connection, span: Span) -> dict[tuple[str, str], str]:
    """Return, by delivery and metric, why the last answer between the boundaries had no count."""
    query = (
        select(SNAPSHOT.c.delivery_id, SNAPSHOT.c.metric, SNAPSHOT.c.reason)
        .where(
            SNAPSHOT.c.value.is_(None),
            SNAPSHOT.c.observed_at > span.boundaries[-2],
            SNAPSHOT.c.observed_at <= min(span.boundaries[-1], span.as_of),
            SNAPSHOT.c.recorded_at <= span.as_of,
        )
        .order_by(SNAPSHOT.c.observed_at, SNAPSHOT.c.recorded_at)
    )
    return {
        (row.delivery_id, row.metric): row.reason for row in connection.execute(query) if row.reason
    }


def sent_texts(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return what was sent, as stored JSON, by delivery."""
    query = (
        select(DELIVERY.c.id, PAYLOAD.c.body)
        .join(PAYLOAD, PAYLOAD.c.content_hash == DELIVERY.c.content_hash)
        .where(DELIVERY.c.id.in_(sorted(ids)))
    )
    return {row.id: row.body for row in connection.execute(query)}


def _live_post(row: Row[Any]) -> LivePost:
    return LivePost(
        id=row.id,
        post=row.post,
        channel=row.channel,
        partner=row.partner,
        network=row.network,
        mode=row.mode,
        access_lost=row.refused_access is not None,
        due_at=row.due_at,
        published_at=row.published_at,
        deleted_at=row.deleted_at,
    )


def _is_alive(span: Span) -> ColumnElement[bool]:
    read_since = select(SNAPSHOT.c.delivery_id).where(
        SNAPSHOT.c.observed_at > span.boundaries[0], SNAPSHOT.c.observed_at <= span.as_of
    )
    return and_(
        DELIVERY.c.state == State.PUBLISHED,
        DELIVERY.c.published_at < span.boundaries[-1],
        DELIVERY.c.published_at <= span.as_of,
        or_(DELIVERY.c.published_at >= span.alive_from, DELIVERY.c.id.in_(read_since)),
    )


def _holds(as_of: datetime) -> ColumnElement[bool]:
    known = and_(SNAPSHOT.c.recorded_at <= as_of, SNAPSHOT.c.observed_at <= as_of)
    return and_(SNAPSHOT.c.value.is_not(None), known)


def _counts(metrics: Collection[Metric] | None) -> ColumnElement[bool]:
    return SNAPSHOT.c.metric.is_not(None) if metrics is None else SNAPSHOT.c.metric.in_(metrics)


def _valid(span: Span, metrics: Collection[Metric] | None) -> CTE:
    """Every reading that holds, with the next one's instant: equal means it was superseded."""
    kept = _from_first_boundary(span, metrics)
    following = func.lead(kept.c.observed_at).over(
        partition_by=_series(kept),
        order_by=(kept.c.observed_at, kept.c.recorded_at, kept.c.value),
    )
    return select(kept, following.label("following_at")).cte("valid")


def _from_first_boundary(span: Span, metrics: Collection[Metric] | None) -> CTE:
    """Take the readings after the first boundary, and of each series the last one before it."""
    alive = select(DELIVERY.c.id).where(_is_alive(span))
    wanted = and_(SNAPSHOT.c.delivery_id.in_(alive), _holds(span.as_of), _counts(metrics))
    columns = [SNAPSHOT.c[name] for name in _COLUMNS]
    first = span.boundaries[0]
    last = (
        select(*_series(SNAPSHOT), func.max(SNAPSHOT.c.observed_at).label("observed_at"))
        .where(wanted, SNAPSHOT.c.observed_at <= first)
        .group_by(*_series(SNAPSHOT))
        .cte("last_before")
    )
    same = [SNAPSHOT.c[column.name] == column for column in last.c]
    before = select(*columns).join(last, and_(*same)).where(_holds(span.as_of))
    after = select(*columns).where(wanted, SNAPSHOT.c.observed_at > first)
    return union_all(before, after).cte("kept")


def _with_neighbours(valid: CTE, span: Span) -> CTE:
    week = case(
        *((valid.c.observed_at <= at, index) for index, at in enumerate(span.boundaries)),
        else_=len(span.boundaries),
    )
    window: dict[str, Any] = {
        "partition_by": _series(valid),
        "order_by": valid.c.observed_at,
    }
    stands = or_(valid.c.following_at.is_(None), valid.c.following_at != valid.c.observed_at)
    return (
        select(
            valid,
            week.label("week"),
            func.lag(week).over(**window).label("week_before"),
            func.lead(week).over(**window).label("week_after"),
            func.lag(valid.c.value).over(**window).label("value_before"),
            func.lead(valid.c.value).over(**window).label("value_after"),
        )
        .where(stands)
        .cte("neighbours")
    )


def _deciding(near: CTE, span: Span) -> Select[Any]:
    """Keep readings at an edge of a week, and those inside at which the count turns or falls."""
    edge = or_(
        near.c.week_before.is_(None),
        near.c.week_after.is_(None),
        near.c.week_before != near.c.week,
        near.c.week_after != near.c.week,
    )
    falls = or_(near.c.value < near.c.value_before, near.c.value > near.c.value_after)
    inside = and_(near.c.week > 0, near.c.week < len(span.boundaries))
    columns = [near.c[name] for name in _COLUMNS if name != "recorded_at"]
    return select(*columns).where(or_(edge, and_(inside, falls)))


def _series(table: Table | CTE) -> tuple[ColumnElement[Any], ...]:
    return table.c.delivery_id, table.c.definition, table.c.source


def _grouped(rows: Iterable[Sequence[Any]]) -> SeriesOf:
    found: SeriesOf = defaultdict(lambda: defaultdict(list))
    for delivery, metric, source, definition, observed_at, recorded_at, value in rows:
        reading = Reading(observed_at=observed_at, recorded_at=recorded_at, value=value)
        found[delivery, metric][source, definition].append(reading)
    return found
