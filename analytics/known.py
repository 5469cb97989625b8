"""What the database and the networks say of a report's posts, read once for all its weeks.

Most posts have one series for each metric, and their weeks are at hand as columns. Where a
definition changed, where several sources speak, or where something became known only after
`as_of`, a post's readings are read one by one and joined to chains.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from analytics.attribution import Reading, Series, link_definitions, make_series
from analytics.frames import SeriesOf, Span, all_readings_of, reasons_of
from analytics.gain_rows import sureness
from analytics.live_posts import LivePosts, live_posts, with_others
from analytics.post_facts import PostFacts, facts_of
from analytics.series_list import SeriesList, deliveries_of, read_series, with_series_of
from analytics.walls import MissedReading
from analytics.week_columns import Chosen, WeekColumns, lay_out
from analytics.week_rows import NEVER_BEFORE, Flags, Numbers, WeekRows, read_week_rows
from analytics.weeks import Week
from campaign.instants import to_micros
from connectors.contract import PAID_METRICS, Definition, Metric, Network


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedSeries:
    """One definition's counts from one source, joined to what was counted before."""

    source: str
    series: Series
    unread_from: datetime | None
    """Where a definition changed: the last reading before this one's first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the database and the networks say of the posts of a report, over some weeks."""

    facts: PostFacts
    reasons: Mapping[tuple[str, str], str]
    networks: Mapping[str, Network]
    as_of: datetime
    weeks: tuple[Week, ...]
    columns: WeekColumns
    """The series of most posts."""
    chains: Mapping[tuple[str, str], tuple[SourcedSeries, ...]]
    """Of the others, by post and metric: the surest source first, definitions in order."""
    was_read: Flags
    """By post and week: whether any count of it was read."""
    last_read: Numbers
    """By post and week: when it was last read before the week, in microseconds."""
    missed: tuple[MissedReading, ...] = ()
    """Posts of the last week without their last reading; `missed.with_missed` finds them."""
    lost: frozenset[str] = frozenset()
    """Those of them that their network no longer tells of."""

    @property
    def posts(self) -> LivePosts:
        """The posts, in the order in which they went out."""
        return self.facts.posts


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """The posts that a span of weeks is about, and their series."""

    facts: PostFacts
    series: SeriesList


def read_live(connection: Connection, span: Span, networks: Mapping[str, Network]) -> Live:
    """Read the posts that a span is about, and any shorter one with the same end."""
    posts, places = live_posts(connection, span)
    series = read_series(connection, span, places)
    return Live(facts=facts_of(posts, networks), series=series)


def read_known(
    connection: Connection,
    span: Span,
    networks: Mapping[str, Network],
    live: Live,
    metrics: Collection[Metric] = tuple(Metric),
) -> Known:
    """Read what decides the gains of all metrics, or of a few, in the weeks of the span.

    `live` are the posts of this span, or of a longer one with the same end.
    """
    rows = read_week_rows(connection, span, metrics)
    mine, rows = _of_span(connection, span, networks, (_alive(live, span, metrics), rows))
    facts, series = mine.facts, mine.series
    odd = _odd(rows, span, mine)
    chosen = series.of(np.where(odd, -1, np.arange(len(odd))), metrics)
    columns = lay_out(
        connection, span, rows, Chosen(series=chosen, out_at=facts.out_at[chosen.post])
    )
    one_by_one = {place: facts.posts[place] for place in np.flatnonzero(odd).tolist()}
    ids = [post.id for post in one_by_one.values()]
    readings = all_readings_of(connection, ids, metrics, span.as_of)
    was_read, last_read = _times_read(columns, span, len(facts.posts))
    places = dict(zip(ids, one_by_one, strict=True))
    _add_times(readings, places, span, (was_read, last_read))
    published = {post.id: post.published_at for post in one_by_one.values()}
    return Known(
        facts=facts,
        reasons=reasons_of(connection, span),
        networks=networks,
        as_of=span.as_of,
        weeks=span.weeks,
        columns=columns,
        chains={key: tuple(_chain(published[key[0]], found)) for key, found in readings.items()},
        was_read=was_read,
        last_read=last_read,
    )


def reported_metrics(facts: PostFacts, networks: Mapping[str, Network]) -> list[Metric]:
    """List the metrics that rows are made for: times shown, reach, and what is offered at all.

    What was paid for is among them; it has rows only where it was told.
    """
    offered = {
        definition.metric
        for name in facts.networks()
        if name in networks
        for definition in networks[name].capabilities.metrics
    }
    wanted = offered | {Metric.IMPRESSIONS, Metric.REACH} | PAID_METRICS
    return [one for one in Metric if one in wanted]


def offered_definition(
    networks: Mapping[str, Network], network: str, metric: Metric
) -> Definition | None:
    """Return what a network counts under a metric; None when it does not offer it."""
    if network not in networks:
        return None
    found = (one for one in networks[network].capabilities.metrics if one.metric is metric)
    return next(found, None)


def _alive(live: Live, span: Span, metrics: Collection[Metric]) -> Live:
    """Return what of it a span with the same end, but perhaps fewer weeks, is about."""
    wanted = live.facts.are_alive_in(span)
    places = np.where(wanted, np.cumsum(wanted) - 1, -1)
    return Live(facts=live.facts.those(wanted), series=live.series.of(places, metrics))


def _of_span(
    connection: Connection,
    span: Span,
    networks: Mapping[str, Network],
    found: tuple[Live, WeekRows],
) -> tuple[Live, WeekRows]:
    """Add the posts that somebody read in the weeks although they were over; drop other rows."""
    live, rows = found
    ids = rows.values["series_id"]
    _, listed = live.series.rows_of(ids)
    unlisted = np.unique(ids[~listed & (rows.week > 0)]).tolist()
    if not unlisted:
        return live, rows if listed.all() else rows.those(listed)
    deliveries = deliveries_of(connection, unlisted)
    posts = with_others(connection, span, live.facts.posts, deliveries)
    places = {id_: place for place, id_ in enumerate(posts.column("id"))}
    moved = np.array([places[one] for one in live.facts.posts.column("id")], dtype=np.int64)
    series = with_series_of(connection, live.series.of(moved, Metric), unlisted, places)
    series = series.of(np.arange(len(posts)), Metric)
    _, listed = series.rows_of(ids)
    return Live(facts=facts_of(posts, networks), series=series), rows.those(listed)


def _odd(rows: WeekRows, span: Span, live: Live) -> Flags:
    """Say which posts have to be worked out from their readings."""
    out_at, series = live.facts.out_at, live.series
    odd = np.zeros(len(out_at), dtype=np.bool_)
    row, _ = series.rows_of(rows.values["series_id"])
    mine = series.post[row]
    # Something became known, or was seen, after the report's instant; or before publication.
    limit = to_micros(span.as_of)
    odd[mine[(rows.values["recorded_at"] > limit) | (rows.values["last_at"] > limit)]] = True
    odd[mine[rows.values["first_at"] <= out_at[mine]]] = True
    metrics = len(Metric)
    pairs, counts = np.unique(series.post * metrics + series.metric, return_counts=True)
    odd[pairs[counts > 1] // metrics] = True
    return odd


def _times_read(columns: WeekColumns, span: Span, posts: int) -> tuple[Flags, Numbers]:
    weeks = len(span.weeks)
    was_read = np.zeros((posts, weeks), dtype=np.bool_)
    last_read = np.full((posts, weeks), NEVER_BEFORE, dtype=np.int64)
    for week in range(weeks):
        np.logical_or.at(was_read[:, week], columns.post, columns.was_read[:, week])
        np.maximum.at(last_read[:, week], columns.post, columns.before_at[:, week])
    return was_read, last_read


def _add_times(
    readings: SeriesOf, places: Mapping[str, int], span: Span, times: tuple[Flags, Numbers]
) -> None:
    was_read, last_read = times
    for (delivery, _), by_series in readings.items():
        place = places[delivery]
        for reading in (one for found in by_series.values() for one in found):
            for number, week in enumerate(span.weeks):
                if reading.observed_at <= week.start_at:
                    at = to_micros(reading.observed_at)
                    last_read[place, number] = max(last_read[place, number], at)
                elif reading.observed_at <= week.end_at:
                    was_read[place, number] = True


def _chain(
    published_at: datetime, by_series: Mapping[tuple[str, str], list[Reading]]
) -> Iterator[SourcedSeries]:
    for source in sorted({source for source, _ in by_series}, key=sureness):
        linked = link_definitions(
            make_series(published_at, found, definition)
            for (one, definition), found in by_series.items()
            if one == source
        )
        for before, series in zip([None, *linked], linked, strict=False):
            unread_from = before.ends_at if before else None
            yield SourcedSeries(source=source, series=series, unread_from=unread_from)
