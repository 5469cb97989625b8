"""What the database and the networks say of a report's posts, read once for all its weeks.

Most posts have one series for each metric, and their weeks are at hand as columns. Where a
definition changed, where several sources speak, or where something became known only after
`as_of`, a post's readings are read one by one and joined to chains.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from analytics.attribution import Reading, Series, link_definitions, make_series
from analytics.changed import Corrected, corrected, reasons_withdrawn
from analytics.due import known_by
from analytics.frames import (
    LivePost,
    SeriesOf,
    Span,
    all_readings_of,
    live_posts,
    posts_of,
    reasons_of,
)
from analytics.gain_rows import sureness
from analytics.post_facts import PostFacts, facts_of
from analytics.week_columns import Chosen, WeekColumns, lay_out
from analytics.week_rows import NEVER_BEFORE, Flags, Numbers, WeekRows, known_later, read_week_rows
from analytics.weeks import Week
from campaign.instants import to_micros
from connectors.contract import Definition, Metric, Network


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
    withdrawn: Mapping[str, str]
    """Why a person took a post down, by delivery."""
    corrected: tuple[Corrected, ...]
    """Posts that got other words within the weeks."""
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

    @property
    def posts(self) -> tuple[LivePost, ...]:
        """The posts, in the order in which they went out."""
        return self.facts.posts


def read_known(
    connection: Connection,
    span: Span,
    networks: Mapping[str, Network],
    metrics: Collection[Metric] | None = None,
) -> Known:
    """Read what decides the gains of all metrics, or of a few, in the weeks of the span."""
    rows = read_week_rows(connection, span, metrics)
    posts = _posts(connection, span, rows)
    places = {post.id: place for place, post in enumerate(posts)}
    facts = facts_of(posts, networks)
    out_at = facts.out_at
    of_series = np.array([places.get(one, -1) for one in rows.series.delivery], dtype=np.int64)
    odd = _odd(rows, span, of_series, out_at)
    chosen = np.flatnonzero((of_series >= 0) & ~odd[of_series])
    columns = lay_out(
        connection,
        span,
        rows,
        Chosen(rows=chosen, posts=of_series[chosen], out_at=out_at[of_series[chosen]]),
    )
    one_by_one = [posts[place] for place in np.flatnonzero(odd[:-1])]
    readings = all_readings_of(connection, (post.id for post in one_by_one), metrics, span.as_of)
    was_read, last_read = _times_read(columns, span, len(posts))
    _add_times(readings, places, span, (was_read, last_read))
    published = {post.id: post.published_at for post in one_by_one}
    return Known(
        facts=facts,
        reasons=reasons_of(connection, span),
        withdrawn=reasons_withdrawn(connection),
        corrected=corrected(connection, span.boundaries[0], min(span.boundaries[-1], span.as_of)),
        networks=networks,
        as_of=span.as_of,
        weeks=span.weeks,
        columns=columns,
        chains={key: tuple(_chain(published[key[0]], found)) for key, found in readings.items()},
        was_read=was_read,
        last_read=last_read,
    )


def reported_metrics(posts: Iterable[LivePost], networks: Mapping[str, Network]) -> list[Metric]:
    """List the metrics that rows are made for: times shown, reach, and what is offered at all."""
    names = {post.network for post in posts}
    offered = {
        definition.metric
        for name in names
        if name in networks
        for definition in networks[name].capabilities.metrics
    }
    return [one for one in Metric if one in offered | {Metric.IMPRESSIONS, Metric.REACH}]


def offered_definition(
    networks: Mapping[str, Network], network: str, metric: Metric
) -> Definition | None:
    """Return what a network counts under a metric; None when it does not offer it."""
    if network not in networks:
        return None
    found = (one for one in networks[network].capabilities.metrics if one.metric is metric)
    return next(found, None)


def _posts(connection: Connection, span: Span, rows: WeekRows) -> list[LivePost]:
    """List the live posts, and those that somebody read in the weeks although they were over."""
    posts = live_posts(connection, span)
    listed = {post.id for post in posts}
    read = np.unique(rows.row[rows.week > 0]).tolist()
    others = {rows.series.delivery[row] for row in read} - listed
    if others:
        posts = sorted([*posts, *posts_of(connection, span, others)], key=_by_publication)
    return known_by(connection, posts, span.as_of)


def _by_publication(post: LivePost) -> tuple[datetime, str]:
    return post.published_at, post.id


def _odd(rows: WeekRows, span: Span, of_series: Numbers, out_at: Numbers) -> Flags:
    """Say which posts have to be worked out from their readings; one more for “no post”."""
    odd = np.zeros(len(out_at) + 1, dtype=np.bool_)
    odd[of_series[known_later(rows, span)]] = True
    mine = of_series[rows.row]
    early = (mine >= 0) & (rows.values["first_at"] <= np.append(out_at, 0)[mine])
    odd[mine[early]] = True
    metrics = len(Metric)
    pairs, counts = np.unique(of_series * metrics + rows.series.metric, return_counts=True)
    odd[pairs[counts > 1] // metrics] = True
    odd[-1] = False
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
