"""The four figures at the head of the page, each with its footing and with the week before."""

from dataclasses import dataclass

from analytics.headline import shown_total
from analytics.numbers import NO_FIGURE, exact, people, percent, shown
from analytics.report_parts import Contents, WeekFigures
from analytics.totals import Total
from analytics.trend import four_week_median


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One figure."""

    name: str
    figure: str
    notes: tuple[str, ...]
    quality: str
    """In words, never by colour alone."""
    before: str


def tiles(report: Contents) -> list[Tile]:
    """Return posts live, times shown, people newly reached and the engagement rate."""
    return [_posts(report), _times_shown(report), _people(report), _rate(report)]


def _posts(report: Contents) -> Tile:
    posts, before, asked = report.this.posts, report.before.posts, report.take_up
    notes = ["planned posts are live"]
    if asked.asked:
        notes.append(f"{asked.posted} of {asked.asked} partners have posted")
    return Tile(
        name="Posts live",
        figure=f"{posts.live} of {posts.planned}",
        notes=tuple(notes),
        quality="Counted",
        before=f"{_week_before(report)}: {before.live} of {before.planned}",
    )


def _times_shown(report: Contents) -> Tile:
    total = shown_total(report.this)
    median = four_week_median(report.trend)
    notes = [f"on {total.coverage}" if total else "no post was live"]
    if median is not None:
        notes.append(f"median of the last four weeks: {exact(median)}")
    return Tile(
        name="Times shown",
        figure=_shown(total),
        notes=tuple(notes),
        quality=_quality(total),
        before=f"{_week_before(report)}: {_shown_before(report)}",
    )


def _shown(total: Total | None) -> str:
    if total is None:
        return NO_FIGURE
    return shown(total.net, estimated=total.is_estimated)


def _quality(total: Total | None) -> str:
    if total is None or total.net is None:
        return "No figure"
    if total.provisional:
        return "So far"
    return "Partly estimated" if total.is_estimated else "Measured"


def _shown_before(report: Contents) -> str:
    """Return last week's figure on this week's channels, or say that it is of other channels."""
    this, before = shown_total(report.this), shown_total(report.before)
    if this is None or before is None or this.channels == before.channels:
        return _shown(before)
    like_for_like = report.trend[-2].on(this.channels) if len(report.trend) > 1 else None
    if like_for_like is None or not this.channels:
        return f"{_shown(before)}, on other channels"
    return f"{shown(like_for_like, estimated=before.is_estimated)} on the same channels"


def _people(report: Contents) -> Tile:
    reach, before = report.this.reach, report.before.reach
    live = len(reach.channels) + len(reach.without)
    where = f"at least, at most; {len(reach.channels)} of {live} channels count people"
    note = reach.reason if reach.reason and not live else where
    unsure = "So far" if reach.provisional else "True bounds"
    return Tile(
        name="People newly reached",
        figure=people(reach.lower, reach.upper),
        notes=(note or where,),
        quality="No figure" if reach.lower is None else unsure,
        before=f"{_week_before(report)}: {people(before.lower, before.upper)}",
    )


def _rate(report: Contents) -> Tile:
    rate = report.this.engagement
    if rate.rate is None:
        notes = [rate.reason or "not known"]
    else:
        spread = f"95% interval {percent(rate.lower)} to {percent(rate.upper)}"
        notes = [
            "reactions, replies and reshares for each time shown",
            f"{spread}; {rate.coverage}",
        ]
    return Tile(
        name="Engagement rate",
        figure=percent(rate.rate),
        notes=tuple(notes),
        quality="No figure" if rate.rate is None else _quality(shown_total(report.this)),
        before=f"{_week_before(report)}: {_rate_of(report.before)}",
    )


def _rate_of(figures: WeekFigures) -> str:
    return percent(figures.engagement.rate)


def _week_before(report: Contents) -> str:
    return f"Week {report.week.shifted(-1).number}"
