"""What a later look changed in figures that were sent: from what, to what, and why.

A sent report is frozen. What is known of its week today is laid beside the frozen figures; where
they differ as they are printed, the next page says so. Reasons are found by comparing the frozen
gains with today's, post by post.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from analytics.attribution import Count
from analytics.gain_rows import GainRow
from analytics.headline import paid_total, shown_total
from analytics.numbers import exact, joined, people, percent
from analytics.report_parts import Restated, WeekFigures
from analytics.totals import BASKET
from analytics.trend import TrendPoint
from campaign.models_reports import ReportIssue
from connectors.contract import Metric

SHOWN, REACHED, RATE = "times shown", "people newly reached", "engagement rate"
PAID = "times shown that were paid for"
_METRICS: dict[str, tuple[Metric, ...]] = {
    SHOWN: (Metric.IMPRESSIONS,),
    PAID: (Metric.PAID_IMPRESSIONS,),
    REACHED: (Metric.REACH,),
    RATE: (Metric.IMPRESSIONS, *BASKET),
}
_NAMED = 3


def restated_week(
    issue: ReportIssue, figures: WeekFigures, rows: Sequence[GainRow]
) -> list[Restated]:
    """Compare a week's frozen figures with today's."""
    frozen = json.loads(issue.values_json)
    found = []
    for name, was, now in _pairs(frozen, figures):
        if was != now:
            reason = _reason(frozen["gains"], rows, _METRICS[name])
            found.append(_restated(issue, name, (was, now), reason))
    return found


def restated_trend(
    issues: Mapping[str, ReportIssue], points: Iterable[TrendPoint], told: ReportIssue | None
) -> list[Restated]:
    """Compare the times shown of earlier weeks with what readers were told of them last.

    That is the figure in the trend of the report before (`told`) where it shows the week, so a
    change is told once and not in every report that follows.
    """
    last = {} if told is None else _trend_of(told)
    found = []
    for point in points:
        issue = issues.get(point.week.name)
        if issue is None:
            continue
        frozen = json.loads(issue.values_json)
        sent = _count(_frozen_total(frozen).get("net"))
        was, now = exact(last.get(point.week.name, sent)), exact(point.net)
        if was != now:
            moved = _channels_that_moved(frozen["gains"], point)
            found.append(_restated(issue, SHOWN, (was, now), f"changed: {_named(moved)}"))
    return found


def _trend_of(issue: ReportIssue) -> dict[str, Count | None]:
    trend = json.loads(issue.values_json)["trend"]
    return {point["week"]: _count(point["net"]) for point in trend}


def _restated(issue: ReportIssue, figure: str, printed: tuple[str, str], reason: str) -> Restated:
    return Restated(
        week=issue.week,
        sent_at=issue.released_at or issue.prepared_at,
        figure=figure,
        was=printed[0],
        now=printed[1],
        reason=reason,
    )


def _pairs(frozen: Mapping[str, Any], figures: WeekFigures) -> list[tuple[str, str, str]]:
    """Write each figure as it was sent and as it is known now, by the same rounding."""
    total, then = shown_total(figures), _frozen_total(frozen)
    paid, paid_then = paid_total(figures), _frozen_total(frozen, Metric.PAID_IMPRESSIONS)
    reach, rate = frozen["reach"], frozen["engagement"]["rate"]
    return [
        (SHOWN, exact(_count(then.get("net"))), exact(total.net if total else None)),
        (PAID, exact(_count(paid_then.get("net") or None)), exact(paid.net if paid else None)),
        (
            REACHED,
            people(_count(reach["lower"]), _count(reach["upper"])),
            people(figures.reach.lower, figures.reach.upper),
        ),
        (RATE, percent(rate), percent(figures.engagement.rate)),
    ]


def _frozen_total(
    frozen: Mapping[str, Any], metric: Metric = Metric.IMPRESSIONS
) -> Mapping[str, Any]:
    totals = (one for one in frozen["totals"] if one["metric"] == metric)
    return next(totals, {})


def _count(value: float | None) -> Count | None:
    return None if value is None else Fraction(value)


Key = tuple[str, str, str | None]


def _reason(
    frozen: Iterable[Mapping[str, Any]], rows: Iterable[GainRow], metrics: Sequence[Metric]
) -> str:
    """Name what changed since then, and on which channels."""
    listed = list(frozen)
    then = {_frozen_key(one): one for one in listed if one["metric"] in metrics}
    then_posts = {one["delivery"] for one in listed}
    now = {_key(row): row for row in rows if row.metric in metrics and row.counted}
    causes: dict[str, set[str]] = {}
    for key, row in now.items():
        cause = _cause(then.get(key), row, known=row.delivery in then_posts)
        if cause:
            causes.setdefault(cause, set()).add(row.channel)
    for key, one in then.items():
        if key not in now and one["net"] is not None:
            causes.setdefault("numbers from a surer source", set()).add(one["channel"])
    parts = [f"{cause}: {_named(sorted(channels))}" for cause, channels in sorted(causes.items())]
    return "; ".join(parts) or "the same readings, computed otherwise"


def _cause(then: Mapping[str, Any] | None, row: GainRow, *, known: bool) -> str | None:
    """Say in words why one number is another now; None where it is the same."""
    was = None if then is None else then["net"]
    now = None if row.net is None else float(row.net)
    if was is None and now is None:
        return None
    if was is not None and now is not None and abs(was - now) < 1e-6:
        return None
    if now is None:
        return "numbers no longer held"
    if was is None:
        return "numbers that came later" if known else "posts recorded later"
    if then is not None and (then["provisional"] or then["method"] != "observed"):
        return "later readings"
    return "corrected counts"


def _frozen_key(one: Mapping[str, Any]) -> Key:
    return one["delivery"], one["metric"], one["definition"]


def _key(row: GainRow) -> Key:
    return row.delivery, str(row.metric), row.definition


def _channels_that_moved(frozen: Iterable[Mapping[str, Any]], point: TrendPoint) -> list[str]:
    then: dict[str, float] = {}
    for one in frozen:
        if one["metric"] == Metric.IMPRESSIONS and one["net"] is not None:
            then[one["channel"]] = then.get(one["channel"], 0) + one["net"]
    now = point.by_channel
    both = sorted(then.keys() | now.keys())
    return [one for one in both if abs(then.get(one, 0) - float(now.get(one, 0))) >= 0.5]


def _named(channels: Sequence[str]) -> str:
    if len(channels) <= _NAMED:
        return joined(list(channels)) if channels else "rounding"
    return f"{channels[0]} and {len(channels) - 1} more channels"
