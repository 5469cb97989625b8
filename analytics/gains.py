"""Turns what is known into the rows of the report: what each post gained, or why nobody knows.

One row for each post, metric, definition and source. Where several sources speak of one post
and metric, the surest that has a number counts in totals.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analytics.attribution import Method, Series, gain_between
from analytics.cadence import next_read_at
from analytics.frames import LivePost
from analytics.gain_rows import Figure
from analytics.gain_table import (
    Columns,
    GainTable,
    columns_from_figures,
    no_gains,
    put_together,
    words,
)
from analytics.known import Known, SourcedSeries, is_read_by_us, offered_definition
from analytics.week_columns import NEVER_AFTER, NEVER_BEFORE, WeekColumns
from analytics.week_gains import METHODS, WeekEdges, gains_in_week
from analytics.week_rows import Flags, Numbers
from analytics.weeks import Week
from campaign.instants import from_micros, to_micros
from connectors.contract import Metric, Missing


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    known: Known
    week: Week
    edges: WeekEdges
    metrics: tuple[Metric, ...]
    live: Flags
    """By post: whether the week has rows of it."""


def weekly_gains(known: Known, week: Week, metrics: Iterable[Metric]) -> GainTable:
    """List what every post that was out before the week's end gained in it.

    The week must be one of those that `known` was read for.
    """
    number = week.index - known.weeks[0].index
    start, end = to_micros(week.start_at), to_micros(week.end_at)
    edges = WeekEdges(number=number, start=start, end=end)
    live = (known.out_at < end) & ~_are_over(known, week, edges)
    asked = _Asked(known=known, week=week, edges=edges, metrics=tuple(metrics), live=live)
    plain, joined = _from_columns(asked), columns_from_figures(list(_from_chains(asked)))
    rows = put_together([plain, joined, _missing(asked, [plain, joined])], asked.metrics)
    return GainTable(known.posts, rows, _exposed_for(asked))


def _exposed_for(asked: _Asked) -> Numbers:
    until = min(asked.edges.end, to_micros(asked.known.as_of))
    exposed: Numbers = until - np.maximum(asked.edges.start, asked.known.out_at)
    return np.maximum(exposed, 0, out=exposed)


def _from_columns(asked: _Asked) -> Columns:
    known, held, edges = asked.known, asked.known.columns, asked.edges
    wanted = {str(one) for one in asked.metrics}
    started = (held.before_at[:, edges.number + 1] != NEVER_BEFORE) | (
        held.after_at[:, edges.number + 1] != NEVER_AFTER
    )
    of_metric = np.array([one in wanted for one in held.metric], dtype=np.bool_)
    rows = np.flatnonzero(started & of_metric & asked.live[held.post])
    part = _rows_of(held, rows)
    gain = gains_in_week(part, known.out_at[part.post], edges)
    carried = gain.method == METHODS.index(Method.CARRIED)
    unread = carried & (gain.read_to <= edges.start)
    reason = words([None] * len(rows))
    for row in np.flatnonzero(unread):
        post = known.posts[part.post[row]]
        reason[row] = _why_unread(post, from_micros(int(gain.read_to[row])), asked.week)
    reposts = np.array([post.mode == "repost" for post in known.posts], dtype=np.bool_)
    return Columns(
        post=part.post,
        metric=words([Metric(one) for one in part.metric]),
        definition=words(part.definition),
        evidence=words(part.source),
        reason=reason,
        counted=~reposts[part.post] if len(reposts) else np.zeros(0, dtype=np.bool_),
        has_number=~unread,
        provisional=_still_to_come(asked, part.post, gain.read_to, carried & ~unread),
        gain=gain,
        unread={},
    )


def _rows_of(held: WeekColumns, rows: Numbers) -> WeekColumns:
    return WeekColumns(
        metric=[held.metric[row] for row in rows],
        definition=[held.definition[row] for row in rows],
        source=[held.source[row] for row in rows],
        post=held.post[rows],
        before_at=held.before_at[rows],
        before_value=held.before_value[rows],
        after_at=held.after_at[rows],
        after_value=held.after_value[rows],
        was_read=held.was_read[rows],
        first_value=held.first_value[rows],
        gross=held.gross[rows],
        correction=held.correction[rows],
    )


def _still_to_come(asked: _Asked, posts: Numbers, read_to: Numbers, carried: Flags) -> Flags:
    """Say for which carried readings a later one is to come."""
    provisional = carried.copy()
    for row in np.flatnonzero(carried):
        post = asked.known.posts[posts[row]]
        at = from_micros(int(read_to[row]))
        provisional[row] = not _was_last(asked.known, post, at, asked.week)
    return provisional


def _from_chains(asked: _Asked) -> Iterator[tuple[int, Metric, Figure, bool]]:
    """Work out one by one the posts whose series were joined or are known only in part."""
    places = {post.id: place for place, post in enumerate(asked.known.posts)}
    for (delivery, metric), chain in asked.known.chains.items():
        place = places[delivery]
        if not asked.live[place] or metric not in asked.metrics:
            continue
        post = asked.known.posts[place]
        found = [
            _figure(asked.known, post, one, asked.week)
            for one in chain
            if _in_force(one.series, asked.week)
        ]
        with_number = [one.evidence for one in found if one.gain is not None]
        surest = with_number[0] if with_number else found[0].evidence if found else None
        for one in found:
            counted = post.mode != "repost" and one.evidence == surest
            yield place, Metric(metric), one, counted


def _figure(known: Known, post: LivePost, one: SourcedSeries, week: Week) -> Figure:
    series = one.series
    gain = gain_between(series, week.start_at, week.end_at)
    read_to = gain.read_to
    if gain.method is Method.CARRIED and read_to is not None and read_to <= week.start_at:
        reason = _why_unread(post, read_to, week)
        return Figure(definition=series.definition, evidence=one.source, reason=reason)
    return Figure(
        definition=series.definition,
        evidence=one.source,
        gain=gain,
        provisional=gain.provisional and not _was_last(known, post, read_to, week),
        unknown_between=_gap(one, week),
    )


def _why_unread(post: LivePost, read_at: datetime, week: Week) -> str:
    if _is_gone(post, week):
        return str(Missing.POST_GONE)
    local = read_at.astimezone(week.zone)
    return f"not read since {local.day} {local:%B %Y, %H:%M}"


def _gap(one: SourcedSeries, week: Week) -> tuple[datetime, datetime] | None:
    """Return the stretch that a change of definition left unread, where the week has part of it."""
    since, until = one.unread_from, one.series.starts_at
    if since is None or since >= until:
        return None
    return (since, until) if since < week.end_at and until > week.start_at else None


def _in_force(series: Series, week: Week) -> bool:
    ended = series.ends_at is not None and series.ends_at <= week.start_at
    return bool(series.readings) and series.starts_at < week.end_at and not ended


def _are_over(known: Known, week: Week, edges: WeekEdges) -> Flags:
    """Say which posts had stopped being read, as planned, before the week began."""
    over = np.zeros(len(known.posts), dtype=np.bool_)
    unread = ~known.was_read[:, edges.number] & (known.out_at < edges.end)
    for number in np.flatnonzero(unread).tolist():
        post = known.posts[number]
        over[number] = _is_over(known, post, week, int(known.last_read[number, edges.number]))
    for place, post in enumerate(known.posts):
        if post.deleted_at is not None and post.deleted_at <= week.start_at:
            over[place] = True
    return over


def _is_over(known: Known, post: LivePost, week: Week, last_read: int) -> bool:
    network = known.networks.get(post.network)
    if network is None:
        return False
    if is_read_by_us(post, known.networks):
        return last_read != NEVER_BEFORE and _was_last(known, post, from_micros(last_read), week)
    return post.published_at + network.capabilities.cadence.weekly_until <= week.start_at


def _was_last(known: Known, post: LivePost, read_at: datetime | None, week: Week) -> bool:
    """Say whether no reading was ever planned after this one."""
    if not is_read_by_us(post, known.networks):
        return False
    cadence = known.networks[post.network].capabilities.cadence
    following = next_read_at(
        post.published_at, read_at, cadence=cadence, zone=week.zone, now=post.published_at
    )
    return following is None or post.deleted_at is not None


def _is_gone(post: LivePost, week: Week) -> bool:
    return post.deleted_at is not None and post.deleted_at <= week.end_at


def _missing(asked: _Asked, parts: Sequence[Columns]) -> Columns:
    """Make a row, with its reason, for every live post and metric that has none yet."""
    known, places = asked.known, {metric: place for place, metric in enumerate(asked.metrics)}
    absent = np.repeat(asked.live[:, np.newaxis], len(places), axis=1)
    for part in parts:
        absent[part.post, [places[one] for one in part.metric]] = False
    posts, metrics = np.nonzero(absent)
    figures = [
        _no_figure(known, known.posts[post], asked.metrics[metric], asked.week)
        for post, metric in zip(posts.tolist(), metrics.tolist(), strict=True)
    ]
    nothing = np.zeros(len(posts), dtype=np.bool_)
    return Columns(
        post=posts,
        metric=words([asked.metrics[metric] for metric in metrics.tolist()]),
        definition=words([one.definition for one in figures]),
        evidence=words([None] * len(posts)),
        reason=words([one.reason for one in figures]),
        counted=np.array([known.posts[post].mode != "repost" for post in posts], dtype=np.bool_),
        has_number=nothing,
        provisional=nothing,
        gain=no_gains(len(posts)),
        unread={},
    )


def _no_figure(known: Known, post: LivePost, metric: Metric, week: Week) -> Figure:
    definition = offered_definition(known.networks, post.network, metric)
    if definition is None:
        return Figure(reason=str(Missing.NOT_OFFERED))
    return Figure(definition=definition.id, reason=_why_missing(known, post, metric, week))


def _why_missing(known: Known, post: LivePost, metric: Metric, week: Week) -> str:
    if _is_gone(post, week):
        return str(Missing.POST_GONE)
    said = known.reasons.get((post.id, metric))
    if said is not None:
        return said
    if not is_read_by_us(post, known.networks):
        return "the partner has reported no numbers"
    return str(Missing.ACCESS_LOST) if post.access_lost else "not read yet"
