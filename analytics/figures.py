"""Every figure that the page prints, beside its exact value and the rounding between the two.

The page takes its figures from here and the files carry the list, so what is printed can be
checked against what is known, and a figure cannot be written in two ways.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from analytics.attribution import Count
from analytics.headline import paid_total, shown_total
from analytics.numbers import count_of, exact, people, percent, shown
from analytics.report_parts import Contents, WeekFigures
from analytics.totals import Engagement

WHOLE = "to a whole number"
THREE = "to three figures, with “about”"
OUTWARD = "outward to two figures"
TENTH = "to a tenth of a per cent"


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedFigure:
    """One figure of the page."""

    name: str
    of: str
    """What it belongs to: the week, a partner, a post, a week of the trend."""
    printed: str
    value: Count | float | None
    """None where the figure is a range, or is not known."""
    lower: Count | float | None
    upper: Count | float | None
    unit: str
    rounding: str
    coverage: str
    reason: str | None
    """Why there is no figure; None where there is one."""


def printed_figures(report: Contents) -> list[PrintedFigure]:
    """List the page's figures in the order in which they stand on it."""
    parts: tuple[Callable[[Contents], Iterator[PrintedFigure]], ...] = (
        _of_weeks,
        _of_trend,
        _of_top_posts,
        _of_partners,
    )
    return [figure for part in parts for figure in part(report)]


def times_shown(figures: WeekFigures, of: str) -> PrintedFigure:
    """Return the times shown of a week."""
    total = shown_total(figures)
    estimated = bool(total and total.is_estimated)
    value = total.net if total else None
    return PrintedFigure(
        name="Times shown",
        of=of,
        printed=shown(value, estimated=estimated),
        value=value,
        lower=total.lower if total else None,
        upper=total.upper if total else None,
        unit="times shown, as each network counts it",
        rounding=THREE if estimated else WHOLE,
        coverage=str(total.coverage) if total else "no channel",
        reason=total.reason if total else "no post was live",
    )


def paid_for(figures: WeekFigures, of: str) -> PrintedFigure | None:
    """Return the times shown that were paid for, which no other figure holds; None without any."""
    total = paid_total(figures)
    if total is None:
        return None
    return PrintedFigure(
        name="Paid for, apart",
        of=of,
        printed=shown(total.net, estimated=total.is_estimated),
        value=total.net,
        lower=total.lower,
        upper=total.upper,
        unit="times shown that were paid for, as each network counts it",
        rounding=THREE if total.is_estimated else WHOLE,
        coverage=count_of(len(total.channels), "channel", "channels"),
        reason=total.reason,
    )


def newly_reached(figures: WeekFigures, of: str) -> PrintedFigure:
    """Return the people newly reached in a week."""
    reach = figures.reach
    live = len(reach.channels) + len(reach.without)
    return PrintedFigure(
        name="People newly reached",
        of=of,
        printed=people(reach.lower, reach.upper),
        value=None,
        lower=reach.lower,
        upper=reach.upper,
        unit="people, at least and at most",
        rounding=OUTWARD,
        coverage=f"{len(reach.channels)} of {live} channels",
        reason=reach.reason,
    )


def engagement_rate(rate: Engagement, of: str) -> PrintedFigure:
    """Return the engagement rate of a week."""
    return PrintedFigure(
        name="Engagement rate",
        of=of,
        printed=percent(rate.rate),
        value=rate.rate,
        lower=rate.lower,
        upper=rate.upper,
        unit="(reactions + replies + reshares) / times shown; 95% interval",
        rounding=TENTH,
        coverage=str(rate.coverage),
        reason=rate.reason,
    )


def _of_weeks(report: Contents) -> Iterator[PrintedFigure]:
    before = report.week.shifted(-1).name
    for figures, of in ((report.this, report.week.name), (report.before, before)):
        posts = figures.posts
        yield PrintedFigure(
            name="Posts live",
            of=of,
            printed=f"{posts.live:,} of {posts.planned:,}",
            value=posts.live,
            lower=None,
            upper=posts.planned,
            unit="posts out, of posts planned",
            rounding=WHOLE,
            coverage="all",
            reason=None,
        )
        yield times_shown(figures, of)
        if (paid := paid_for(figures, of)) is not None:
            yield paid
        yield newly_reached(figures, of)
        yield engagement_rate(figures.engagement, of)


def _of_trend(report: Contents) -> Iterator[PrintedFigure]:
    for point in report.trend:
        total = point.total
        yield PrintedFigure(
            name="Trend",
            of=point.week.name,
            printed=exact(point.net),
            value=point.net,
            lower=total.lower if total else None,
            upper=total.upper if total else None,
            unit="times shown, as each network counts it",
            rounding=WHOLE,
            coverage=str(total.coverage) if total else "no channel",
            reason=None if point.net is not None else "no figure",
        )


def _of_top_posts(report: Contents) -> Iterator[PrintedFigure]:
    for post in report.top_posts:
        yield PrintedFigure(
            name="Top post at three days",
            of=post.delivery,
            printed=shown(post.shown, estimated=post.is_estimated),
            value=post.shown,
            lower=post.lower,
            upper=post.upper,
            unit="times shown in 72 hours",
            rounding=THREE if post.is_estimated else WHOLE,
            coverage=post.channel,
            reason=None,
        )


def _of_partners(report: Contents) -> Iterator[PrintedFigure]:
    for row in report.partners:
        yield PrintedFigure(
            name="Partner",
            of=row.name,
            printed=exact(row.impressions),
            value=row.impressions,
            lower=None,
            upper=None,
            unit="times shown, as each network counts it",
            rounding=WHOLE,
            coverage=f"{row.live} of {row.planned} posts live",
            reason=row.reason,
        )
