"""Turns readings into the rows of the report: what each post gained, or why nobody knows.

One row for each post, metric, definition and source. Where several sources speak of one post
and metric, the surest that has a number counts in totals.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

from analytics.attribution import Method, Series, gain_between
from analytics.cadence import next_read_at
from analytics.frames import LivePost
from analytics.gain_rows import Figure, GainRow
from analytics.known import Known, SourcedSeries, is_read_by_us, offered_definition
from analytics.weeks import Week
from connectors.contract import Metric, Missing


def weekly_gains(known: Known, week: Week, metrics: Iterable[Metric]) -> list[GainRow]:
    """List what every post that was out before the week's end gained in it."""
    wanted = tuple(metrics)
    return [
        row
        for post in known.posts
        if post.published_at < week.end_at and not _is_over(known, post, week)
        for metric in wanted
        for row in _of_post(known, post, metric, week)
    ]


def _of_post(known: Known, post: LivePost, metric: Metric, week: Week) -> list[GainRow]:
    found = [
        _figure(known, post, one, week)
        for one in known.chains.get((post.id, metric), ())
        if _in_force(one.series, week)
    ]
    with_number = [one.evidence for one in found if one.gain is not None]
    surest = with_number[0] if with_number else found[0].evidence if found else None
    return [
        GainRow(
            delivery=post.id,
            post=post.post,
            channel=post.channel,
            partner=post.partner,
            network=post.network,
            metric=metric,
            figure=one,
            counted=post.mode != "repost" and one.evidence == surest,
            exposed_for=_exposure(known, post, week),
        )
        for one in found or [_missing(known, post, metric, week)]
    ]


def _exposure(known: Known, post: LivePost, week: Week) -> timedelta:
    until = min(week.end_at, known.as_of)
    return max(timedelta(), until - max(week.start_at, post.published_at))


def _figure(known: Known, post: LivePost, one: SourcedSeries, week: Week) -> Figure:
    series = one.series
    gain = gain_between(series, week.start_at, week.end_at)
    read_to = gain.read_to
    if gain.method is Method.CARRIED and read_to is not None and read_to <= week.start_at:
        local = read_to.astimezone(week.zone)
        last = f"{local.day} {local:%B %Y, %H:%M}"
        reason = str(Missing.POST_GONE) if _is_gone(post, week) else f"not read since {last}"
        return Figure(definition=series.definition, evidence=one.source, reason=reason)
    return Figure(
        definition=series.definition,
        evidence=one.source,
        gain=gain,
        provisional=gain.provisional and not _was_last(known, post, read_to, week),
        unknown_between=_gap(one, week),
    )


def _gap(one: SourcedSeries, week: Week) -> tuple[datetime, datetime] | None:
    """Return the stretch that a change of definition left unread, where the week has part of it."""
    since, until = one.unread_from, one.series.starts_at
    if since is None or since >= until:
        return None
    return (since, until) if since < week.end_at and until > week.start_at else None


def _is_over(known: Known, post: LivePost, week: Week) -> bool:
    """Say whether the post had stopped being read, as planned, before the week began."""
    if post.deleted_at is not None and post.deleted_at <= week.start_at:
        return True
    times = known.read_times.get(post.id, ())
    before = bisect_right(times, week.start_at)
    if post.network not in known.networks or before < bisect_right(times, week.end_at):
        return False
    if is_read_by_us(post, known.networks):
        return before > 0 and _was_last(known, post, times[before - 1], week)
    cadence = known.networks[post.network].capabilities.cadence
    return post.published_at + cadence.weekly_until <= week.start_at


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


def _in_force(series: Series, week: Week) -> bool:
    ended = series.ends_at is not None and series.ends_at <= week.start_at
    return bool(series.readings) and series.starts_at < week.end_at and not ended


def _missing(known: Known, post: LivePost, metric: Metric, week: Week) -> Figure:
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
