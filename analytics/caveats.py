"""What a reader must know to trust the figures, as sentences made by rule, the weightiest first.

The page prints the first four; the files carry them all.
"""

from collections.abc import Iterable
from fractions import Fraction

from analytics.attribution import Method, magnitude
from analytics.gain_rows import GainRow
from analytics.headline import in_times, paid_total, shown_total
from analytics.known import Known, offered_definition
from analytics.live_posts import LivePost
from analytics.missed import lost_in_words
from analytics.numbers import count_of, day, day_and_time, exact, joined, percent
from analytics.paid import definitions_by_id, is_paid
from analytics.purse import NOT_FOR_COST
from analytics.report_parts import WeekFigures
from analytics.totals import Total
from analytics.weeks import Week
from connectors.contract import Metric, Missing, Paid

_MUCH_ESTIMATED = Fraction(1, 5)
_NOTABLE_CORRECTION = Fraction(1, 100)
_SHOWN_TO_PEOPLE = frozenset({Metric.IMPRESSIONS, Metric.VIEWS, Metric.REACH})
_NAMED = 4
"""More channels than that are counted, not named."""


def list_caveats(
    figures: WeekFigures, rows: Iterable[GainRow], known: Known, week: Week
) -> list[str]:
    """List every caveat of the week."""
    # What was paid for has a sentence of its own, and makes up for no number that is missing.
    listed = [row for row in rows if not is_paid(row.metric)]
    shown = shown_total(figures)
    found = [
        _running(known, week),
        _outstanding(listed),
        _withdrawn(known, week),
        _corrected(known, week),
        lost_in_words(known.missed, known.networks, week),
        _not_for_cost(listed, known),
        _unread(listed),
        _partly_read(listed),
        _estimated(shown),
        _universe(figures),
        _without_times_shown(listed, known),
        _without_people(figures),
        _corrections(figures.totals),
        _changed_definitions(listed, week),
        _paid_for(figures),
        _may_hold_paid(listed, known),
        _brought_by_partners(listed),
        _backfilled(listed),
        _gone(known, week),
        _many_ways(shown),
    ]
    return [one for one in found if one]


def _running(known: Known, week: Week) -> str | None:
    if known.as_of >= week.end_at:
        return None
    return f"The week is not over: figures as of {day_and_time(known.as_of, week)}."


def _outstanding(rows: list[GainRow]) -> str | None:
    posts = {row.delivery for row in rows if row.counted and row.provisional}
    if not posts:
        return None
    many = count_of(len(posts), "post has", "posts have")
    return f"Provisional: {many} not been read since before the week's end and may still grow."


def _not_for_cost(rows: list[GainRow], known: Known) -> str | None:
    """Say what the spending limit cost in accuracy."""
    posts = {delivery for (delivery, _), reason in known.reasons.items() if reason == NOT_FOR_COST}
    if not posts:
        return None
    shown = [row for row in rows if row.metric is Metric.IMPRESSIONS and row.counted and row.gain]
    whole = sum((magnitude(row.net) for row in shown if row.net), Fraction(0))
    unsure = sum(
        (
            magnitude(row.net)
            for row in shown
            if row.net and row.gain and row.delivery in posts
            if row.gain.method is not Method.OBSERVED
        ),
        Fraction(0),
    )
    many = count_of(len(posts), "post was", "posts were")
    share = f"; {percent(unsure / whole)} of the times shown are less sure for it" if whole else ""
    return f"The spending limit was reached: {many} not read in time{share}."


def _unread(rows: list[GainRow]) -> str | None:
    """Name channels that should have given numbers, and gave none at all."""
    offered = [row for row in rows if row.reason != Missing.NOT_OFFERED]
    read = {row.channel for row in offered if row.gain is not None}
    reasons: dict[str, str] = {}
    for row in offered:
        if row.channel not in read and row.reason:
            reasons.setdefault(row.channel, row.reason)
    if not reasons:
        return None
    grouped: dict[str, list[str]] = {}
    for channel, reason in sorted(reasons.items()):
        grouped.setdefault(reason, []).append(channel)
    lines = [f"{_channels(named)} ({reason})" for reason, named in grouped.items()]
    return f"No numbers from {joined(lines)}; nothing is counted for them."


def _partly_read(rows: list[GainRow]) -> str | None:
    """Count posts without any number on channels that gave numbers of other posts."""
    read = {row.delivery for row in rows if row.gain is not None}
    channels = {row.channel for row in rows if row.gain is not None}
    live = {row.delivery for row in rows if row.channel in channels}
    unread = len(live - read)
    if not unread:
        return None
    return f"{unread} of {len(live)} live posts on these channels gave no number this week."


def _estimated(total: Total | None) -> str | None:
    if total is None or total.estimated <= _MUCH_ESTIMATED:
        return None
    share = percent(total.estimated)
    return f"{share} of the times shown lie between readings or after the last one: estimated."


def _universe(figures: WeekFigures) -> str | None:
    stated = figures.reach.too_small_universe
    if stated is None:
        return None
    return (
        f"One post alone reached more people than the {stated:,} the campaign is stated to be "
        "for, so that size is left out of the bounds."
    )


def _without_times_shown(rows: list[GainRow], known: Known) -> str | None:
    """Name the networks that are not in the times shown; some count views in their place."""
    names = _not_offering(rows, Metric.IMPRESSIONS)
    views = [one for one in names if offered_definition(known.networks, one, Metric.VIEWS)]
    neither = joined([_title(one, known) for one in names if one not in views])
    parts = []
    if neither:
        verb = "does" if len(names) - len(views) == 1 else "do"
        parts.append(f"{neither} {verb} not say how often posts are shown")
    if views:
        verb = "counts" if len(views) == 1 else "count"
        parts.append(f"{joined([_title(one, known) for one in views])} {verb} views instead")
    return f"Not in the times shown: {'; '.join(parts)}." if parts else None


def _without_people(figures: WeekFigures) -> str | None:
    reach = figures.reach
    if not reach.without or not reach.channels:
        return None
    return f"People reached are not counted for {_channels(list(reach.without))}."


def _corrections(totals: Iterable[Total]) -> str | None:
    notable = [
        f"{exact(magnitude(one.correction))} {one.metric.replace('-', ' ')}"
        for one in totals
        if one.correction is not None and one.gross is not None
        if magnitude(one.correction) > _NOTABLE_CORRECTION * one.gross
    ]
    return f"Networks took back {joined(notable)} this week; it is subtracted." if notable else None


def _changed_definitions(rows: list[GainRow], week: Week) -> str | None:
    gaps = sorted({row.channel for row in rows if row.unknown_between})
    changed = sorted(_channels_with_two_definitions(rows))
    if gaps:
        return f"What is counted changed on {_channels(gaps)}; the change left hours unread."
    if not changed:
        return None
    return f"What is counted changed on {_channels(changed)} in week {week.number}."


def _channels_with_two_definitions(rows: Iterable[GainRow]) -> set[str]:
    seen: dict[tuple[str, Metric, str | None], set[str | None]] = {}
    channels: set[str] = set()
    for row in rows:
        if row.gain is None:
            continue
        definitions = seen.setdefault((row.delivery, row.metric, row.evidence), set())
        definitions.add(row.definition)
        if len(definitions) > 1:
            channels.add(row.channel)
    return channels


def _brought_by_partners(rows: list[GainRow]) -> str | None:
    brought = {
        row.channel
        for row in rows
        if row.counted and row.gain is not None and row.evidence not in {"api", None}
    }
    if not brought:
        return None
    return (
        f"Figures for {_channels(sorted(brought))} were reported by their owners, not read by us."
    )


def _paid_for(figures: WeekFigures) -> str | None:
    total = paid_total(figures)
    if total is None or total.net is None:
        return None
    on = _channels(list(total.channels))
    return f"Paid for: shown {in_times(total)} more on {on}; no other figure here holds that."


def _may_hold_paid(rows: list[GainRow], known: Known) -> str | None:
    """Name the channels in whose figures paid showings may be, since nobody told them apart."""
    definitions = definitions_by_id(known.networks)
    unclear = {name for name, one in definitions.items() if one.paid is Paid.NOT_TOLD}
    channels = {
        row.channel
        for row in rows
        if row.counted and row.gain is not None and row.metric in _SHOWN_TO_PEOPLE
        if row.definition in unclear
    }
    if not channels:
        return None
    return f"Nobody told whether figures of {_channels(sorted(channels))} hold paid showings."


def _backfilled(rows: list[GainRow]) -> str | None:
    posts = {row.delivery for row in rows if row.counted and row.gain and row.gain.backfilled}
    if not posts:
        return None
    many = count_of(len(posts), "post was", "posts were")
    return f"{many} first read long after going out; the gain until then is spread evenly."


def _gone(known: Known, week: Week) -> str | None:
    gone = [post for post in _gone_in(known, week) if post.id not in known.withdrawn]
    if not gone:
        return None
    if len(gone) == 1:
        return "One post is no longer on its network; its last count stands."
    return f"{len(gone)} posts are no longer on their networks; their last counts stand."


def _withdrawn(known: Known, week: Week) -> str | None:
    """Name each post that a person took down, when it was gone, and why."""
    named = [
        f"“{post.post}” on {post.channel} on {day(post.deleted_at, week)} "
        f"({known.withdrawn[post.id]})"
        for post in _gone_in(known, week)
        if post.deleted_at is not None and post.id in known.withdrawn
    ]
    if not named:
        return None
    more = "; and others" if len(named) > _NAMED else ""
    return (
        f"Withdrawn: {'; '.join(named[:_NAMED])}{more}. The counts as last read before that stand; "
        "what was gained after the last reading is not known."
    )


def _corrected(known: Known, week: Week) -> str | None:
    """Name each post that got other words; its counts are those of both wordings."""
    names = {post.id: f"“{post.post}” on {post.channel}" for post in known.posts}
    named = [
        f"{names[one.delivery]} on {day(one.at, week)} ({one.reason})"
        for one in known.corrected
        if week.start_at < one.at <= week.end_at and one.delivery in names
    ]
    if not named:
        return None
    more = "; and others" if len(named) > _NAMED else ""
    listed = "; ".join(named[:_NAMED])
    return f"Corrected while live: {listed}{more}. Counts before and after are one count."


def _gone_in(known: Known, week: Week) -> list[LivePost]:
    return [
        post
        for post in known.posts
        if post.deleted_at is not None and week.start_at < post.deleted_at <= week.end_at
    ]


def _many_ways(total: Total | None) -> str | None:
    if total is None or len(total.networks) < 2:
        return None
    return "Each network counts times shown in its own way; the definitions are listed below."


def _not_offering(rows: Iterable[GainRow], metric: Metric) -> list[str]:
    of_metric = [row for row in rows if row.metric is metric]
    return sorted({row.network for row in of_metric if row.reason == Missing.NOT_OFFERED})


def _title(name: str, known: Known) -> str:
    return known.networks[name].title if name in known.networks else name


def _channels(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return joined(names)
    return f"{len(names)} channels ({names[0]} and others)"
