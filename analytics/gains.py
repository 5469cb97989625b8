"""Turns what is known into the rows of the report: what each post gained, or why nobody knows.

One row for each post, metric, definition and source. Where several sources speak of one post
and metric, the surest that has a number counts in totals.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from analytics.attribution import Method, Series, gain_between
from analytics.cadence import next_read_at
from analytics.gain_rows import Figure
from analytics.gain_table import (
    METRICS,
    Columns,
    GainTable,
    Words,
    columns_from_figures,
    no_gains,
    put_together,
)
from analytics.known import Known, SourcedSeries, offered_definition
from analytics.live_posts import FOREVER, LivePost
from analytics.post_facts import is_read_by_us
from analytics.purse import NOT_FOR_COST
from analytics.week_columns import WeekColumns
from analytics.week_ends import week_end_reads_after
from analytics.week_gains import METHODS, WeekEdges, gains_in_week
from analytics.week_rows import NEVER_AFTER, NEVER_BEFORE, Flags, Numbers
from analytics.weeks import Week
from campaign.instants import from_micros, to_micros
from connectors.contract import PAID_METRICS, Metric, Missing


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    known: Known
    week: Week
    edges: WeekEdges
    metrics: tuple[Metric, ...]
    live: Flags
    """By post: whether the week has rows of it."""
    words: Words = field(default_factory=Words)


def weekly_gains(known: Known, week: Week, metrics: Iterable[Metric]) -> GainTable:
    """List what every post that was out before the week's end gained in it.

    The week must be one of those that `known` was read for.
    """
    number = week.index - known.weeks[0].index
    start, end = to_micros(week.start_at), to_micros(week.end_at)
    edges = WeekEdges(number=number, start=start, end=end)
    live = (known.facts.out_at < end) & ~_are_over(known, week, edges)
    asked = _Asked(known=known, week=week, edges=edges, metrics=tuple(metrics), live=live)
    plain = _from_columns(asked)
    joined = columns_from_figures(list(_from_chains(asked)), asked.words)
    rows = put_together([plain, joined, _missing(asked, [plain, joined])])
    return GainTable(known.facts, asked.words, rows, _exposed_for(asked))


def _exposed_for(asked: _Asked) -> Numbers:
    until = min(asked.edges.end, to_micros(asked.known.as_of))
    exposed: Numbers = until - np.maximum(asked.edges.start, asked.known.facts.out_at)
    return np.maximum(exposed, 0, out=exposed)


def _from_columns(asked: _Asked) -> Columns:
    known, held, edges = asked.known, asked.known.columns, asked.edges
    started = (held.before_at[:, edges.number + 1] != NEVER_BEFORE) | (
        held.after_at[:, edges.number + 1] != NEVER_AFTER
    )
    wanted = np.isin(held.metric, [METRICS.index(one) for one in asked.metrics])
    rows = np.flatnonzero(started & wanted & asked.live[held.post])
    part = _one_week(held, rows, edges.number)
    gain = gains_in_week(part, known.facts.out_at[part.post], replace(edges, number=0))
    carried = gain.method == METHODS.index(Method.CARRIED)
    unread = carried & (gain.read_to <= edges.start)
    reason = np.full(len(part.post), -1, dtype=np.int64)
    reason[unread] = _reasons_unread(asked, part.post[unread], gain.read_to[unread])
    return Columns(
        post=part.post,
        metric=part.metric,
        definition=asked.words.places(one for _, one, _ in held.kinds)[part.kind],
        evidence=asked.words.places(one for _, _, one in held.kinds)[part.kind],
        reason=reason,
        counted=~known.facts.is_repost[part.post],
        has_number=~unread,
        provisional=_still_to_come(asked, part.post, gain.read_to, carried & ~unread),
        gain=gain,
    )


def _one_week(held: WeekColumns, rows: Numbers, number: int) -> WeekColumns:
    """Return some rows, and of them one week with its two boundaries."""
    ends, week = slice(number, number + 2), slice(number, number + 1)
    return WeekColumns(
        kinds=held.kinds,
        kind=held.kind[rows],
        metric=held.metric[rows],
        post=held.post[rows],
        before_at=held.before_at[:, ends][rows],
        before_value=held.before_value[:, ends][rows],
        after_at=held.after_at[:, ends][rows],
        after_value=held.after_value[:, ends][rows],
        was_read=held.was_read[:, week][rows],
        first_value=held.first_value[:, week][rows],
        gross=held.gross[:, week][rows],
        correction=held.correction[:, week][rows],
    )


def _still_to_come(asked: _Asked, posts: Numbers, read_to: Numbers, carried: Flags) -> Flags:
    """Say for which carried readings a later one is to come."""
    provisional = carried.copy()
    rows = np.flatnonzero(carried)
    provisional[rows] = ~_were_last(asked.known, asked.week, posts[rows], read_to[rows])
    if asked.known.lost:
        lost = [asked.known.posts[post].id in asked.known.lost for post in posts[rows].tolist()]
        provisional[rows] &= ~np.array(lost, dtype=np.bool_)
    return provisional


def _from_chains(asked: _Asked) -> Iterator[tuple[int, Metric, Figure, bool]]:
    """Work out one by one the posts whose series were joined or are known only in part."""
    if not asked.known.chains:
        return
    places = {id_: place for place, id_ in enumerate(asked.known.posts.column("id"))}
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
        reason = _why_unread(known, post, read_to, week)
        return Figure(definition=series.definition, evidence=one.source, reason=reason)
    return Figure(
        definition=series.definition,
        evidence=one.source,
        gain=gain,
        provisional=gain.provisional
        and post.id not in known.lost
        and not _was_last(known, post, read_to, week),
        unknown_between=_gap(one, week),
    )


def _reasons_unread(asked: _Asked, posts: Numbers, read_at: Numbers) -> Numbers:
    """Return, as words, why counts that were read once gave no number this week."""
    known = asked.known
    minutes, places = np.unique(read_at // _MINUTE, return_inverse=True)
    since = [_unread_since(from_micros(one * _MINUTE), asked.week) for one in minutes.tolist()]
    reason = asked.words.places(since)[places]
    if known.lost or NOT_FOR_COST in known.reasons.values():
        for row, (place, at) in enumerate(zip(posts.tolist(), read_at.tolist(), strict=True)):
            why = _why_unread(known, known.posts[place], from_micros(at), asked.week)
            reason[row] = asked.words.place(why)
    reason[_are_gone(asked, posts)] = asked.words.place(str(Missing.POST_GONE))
    return reason


_MINUTE = 60_000_000
"""In microseconds."""


def _why_unread(known: Known, post: LivePost, read_at: datetime, week: Week) -> str:
    if post.deleted_at is not None and post.deleted_at <= week.end_at:
        return str(Missing.POST_GONE)
    words = _unread_since(read_at, week)
    if post.id in known.lost:
        title = known.networks[post.network].title
        return f"{words}; {title} no longer tells it"
    return f"{words}; the spending limit was reached" if _cost_too_much(known, post) else words


def _unread_since(read_at: datetime, week: Week) -> str:
    local = read_at.astimezone(week.zone)
    return f"not read since {local.day} {local:%B %Y, %H:%M}"


def _cost_too_much(known: Known, post: LivePost) -> bool:
    """Say whether the week's last answer for the post was that there was no money for it."""
    said = (known.reasons.get((post.id, metric)) for metric in METRICS)
    return NOT_FOR_COST in said


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
    facts, last_read = known.facts, known.last_read[:, edges.number]
    unread = ~known.was_read[:, edges.number] & (facts.out_at < edges.end)
    over: Flags = unread & ~facts.read_by_us & (facts.out_at + facts.weekly_until <= edges.start)
    read_before = np.flatnonzero(unread & facts.read_by_us & (last_read != NEVER_BEFORE))
    over[read_before] = _were_last(known, week, read_before, last_read[read_before])
    over |= facts.deleted_at <= edges.start
    return over


def _were_last(known: Known, week: Week, posts: Numbers, read_at: Numbers) -> Flags:
    """Say of posts and readings of them whether no reading was ever planned after that one."""
    facts = known.facts
    age = read_at - facts.out_at[posts]
    last_age, until = facts.last_age[posts], facts.weekly_until[posts]
    found: Flags = facts.read_by_us[posts] & (age >= last_age)
    rows = np.flatnonzero(found & (age < until))
    following = week_end_reads_after(read_at[rows], week.zone)
    found[rows] = following - facts.out_at[posts[rows]] > until[rows]
    found |= (facts.deleted_at[posts] != FOREVER) & facts.read_by_us[posts]
    return found


def _was_last(known: Known, post: LivePost, read_at: datetime | None, week: Week) -> bool:
    """Say whether no reading was ever planned after this one."""
    if not is_read_by_us(post, known.networks):
        return False
    cadence = known.networks[post.network].capabilities.cadence
    following = next_read_at(
        post.published_at, read_at, cadence=cadence, zone=week.zone, now=post.published_at
    )
    return following is None or post.deleted_at is not None


def _are_gone(asked: _Asked, posts: Numbers) -> Flags:
    gone: Flags = asked.known.facts.deleted_at[posts] <= asked.edges.end
    return gone


def _missing(asked: _Asked, parts: Sequence[Columns]) -> Columns:
    """Make a row, with its reason, for every live post and metric that has none yet.

    A post that nobody paid for has no paid count, which is nothing that is missing.
    """
    facts = asked.known.facts
    places = [METRICS.index(one) for one in asked.metrics if one not in PAID_METRICS]
    absent = np.zeros((len(facts.posts), len(METRICS)), dtype=np.bool_)
    for place in places:
        absent[asked.live, place] = True
    for part in parts:
        absent[part.post, part.metric] = False
    posts, metrics = np.nonzero(absent)
    definition, reason = _without_number(asked, posts, metrics)
    nothing = np.zeros(len(posts), dtype=np.bool_)
    return Columns(
        post=posts,
        metric=metrics,
        definition=definition,
        evidence=np.full(len(posts), -1, dtype=np.int64),
        reason=reason,
        counted=~facts.is_repost[posts],
        has_number=nothing,
        provisional=nothing,
        gain=no_gains(len(posts)),
    )


def _without_number(asked: _Asked, posts: Numbers, metrics: Numbers) -> tuple[Numbers, Numbers]:
    """Return, as words, what would be counted and why it is not; -1 where nothing would be."""
    known, words = asked.known, asked.words
    offered = np.array(
        [
            [words.place(_offered_id(known, name, metric)) for metric in METRICS]
            for name in known.facts.network.names
        ],
        dtype=np.int64,
    ).reshape(-1, len(METRICS))
    definition = offered[known.facts.network.places[posts], metrics]
    reason = np.full(len(posts), words.place(str(Missing.NOT_OFFERED)), dtype=np.int64)
    rows = np.flatnonzero(definition >= 0)
    reason[rows] = _reasons_missing(asked, posts[rows], metrics[rows])
    return definition, reason


def _offered_id(known: Known, network: str, metric: Metric) -> str | None:
    definition = offered_definition(known.networks, network, metric)
    return definition.id if definition else None


def _reasons_missing(asked: _Asked, posts: Numbers, metrics: Numbers) -> Numbers:
    """Return, as words, why counts that would be offered have never been read."""
    facts, words = asked.known.facts, asked.words
    reason = np.full(len(posts), words.place("not read yet"), dtype=np.int64)
    reason[facts.access_lost[posts]] = words.place(str(Missing.ACCESS_LOST))
    by_others = words.place("the partner has reported no numbers")
    reason[~facts.read_by_us[posts]] = by_others
    reason[facts.is_repost[posts]] = words.place("counted in the post that it passes on")
    if asked.known.reasons:
        ids = facts.posts.column("id")
        for row, (post, metric) in enumerate(zip(posts.tolist(), metrics.tolist(), strict=True)):
            said = asked.known.reasons.get((ids[post], METRICS[metric]))
            reason[row] = reason[row] if said is None else words.place(said)
    reason[_are_gone(asked, posts)] = words.place(str(Missing.POST_GONE))
    return reason
