"""The four figures at the head of the page, each with its range, its footing and last week's."""

from dataclasses import dataclass, replace

from analytics.comparison import NO_COMPARISON
from analytics.figures import PrintedFigure, engagement_rate, newly_reached, paid_for, times_shown
from analytics.headline import shown_total
from analytics.numbers import count_of, exact, people, percent
from analytics.report_parts import Contents
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
    towards: str = ""
    """How far the campaign has come towards a target that it measures."""


MEASURES = ("posts-live", "times-shown", "people", "engagement-rate")
"""What an objective has to measure for its progress to stand under a figure, in their order."""


def tiles(report: Contents) -> list[Tile]:
    """Return posts live, times shown, people newly reached and the engagement rate."""
    found = [_posts(report), _times_shown(report), _people(report), _rate(report)]
    words = {str(one.objective.measure): one.words for one in reversed(report.objectives)}
    return [
        replace(tile, towards=words.get(measure, ""))
        for tile, measure in zip(found, MEASURES, strict=True)
    ]


def _posts(report: Contents) -> Tile:
    posts, before, asked = report.this.posts, report.before.posts, report.take_up
    notes = ["planned posts are live"]
    if asked.asked:
        notes.append(f"{asked.posted} of {asked.asked} partners have posted")
    return Tile(
        name="Posts live",
        figure=f"{posts.live:,} of {posts.planned:,}",
        notes=tuple(notes),
        quality="Counted",
        before=f"{_week_before(report)}: {before.live:,} of {before.planned:,}",
    )


def _times_shown(report: Contents) -> Tile:
    figure = times_shown(report.this, report.week.name)
    total = shown_total(report.this)
    median = four_week_median(report.trend)
    notes = [f"on {figure.coverage}" if total else "no post was live"]
    if (between := _range(total)) is not None:
        notes.append(between)
    if report.missed:
        notes.append(f"{count_of(len(report.missed), 'post lacks', 'posts lack')} the last reading")
    if (paid := paid_for(report.this, report.week.name)) is not None:
        notes.append(f"{paid.printed} paid for, counted apart")
    if median is not None:
        notes.append(f"median of four weeks: {exact(median)}")
    return Tile(
        name="Times shown",
        figure=figure.printed,
        notes=tuple(notes),
        quality=_quality(total),
        before=_shown_before(report),
    )


def _range(total: Total | None) -> str | None:
    """Write the range of an estimated sum; an open upper end is said to be open."""
    if total is None or total.lower is None or not total.is_estimated:
        return None
    if total.upper is None:
        return f"at least {exact(total.lower)}; the upper end is open"
    return f"between {exact(total.lower)} and {exact(total.upper)}"


def _quality(total: Total | None) -> str:
    if total is None or total.net is None:
        return "No figure"
    if total.provisional:
        return "So far"
    return "Partly estimated" if total.is_estimated else "Measured"


def _shown_before(report: Contents) -> str:
    compared = report.compared
    if compared.shown is None:
        return _alone(report, times_shown(report.before, ""))
    before, this = (exact(one) for one in compared.shown)
    on = count_of(len(compared.shown_channels), "channel", "channels")
    return _side_by_side(report, on, (before, this), times_shown(report.this, "").printed)


def _people(report: Contents) -> Tile:
    figure = newly_reached(report.this, report.week.name)
    reach, compared = report.this.reach, report.compared
    unsure = "So far" if reach.provisional else "True bounds"
    if compared.reach is None:
        before = _alone(report, newly_reached(report.before, ""))
    else:
        then, this = (people(one.lower, one.upper) for one in compared.reach)
        on = count_of(len(compared.reach_channels), "channel", "channels")
        before = _side_by_side(report, on, (then, this), figure.printed)
    return Tile(
        name="People newly reached",
        figure=figure.printed,
        notes=_footing(report),
        quality="No figure" if reach.lower is None else unsure,
        before=before,
    )


def _footing(report: Contents) -> tuple[str, ...]:
    reach = report.this.reach
    live = len(reach.channels) + len(reach.without)
    if not live and reach.reason:
        return (reach.reason,)
    return ("at least, at most", f"{len(reach.channels)} of {live} channels count people")


def _rate(report: Contents) -> Tile:
    rate = report.this.engagement
    figure = engagement_rate(rate, report.week.name)
    if rate.rate is None:
        notes = [rate.reason or "not known"]
    else:
        notes = [
            f"95% interval {percent(rate.lower)} to {percent(rate.upper)}",
            f"reactions, replies, reshares for each time shown, {rate.coverage}",
        ]
    return Tile(
        name="Engagement rate",
        figure=figure.printed,
        notes=tuple(notes),
        quality="No figure" if rate.rate is None else _quality(shown_total(report.this)),
        before=_rate_before(report),
    )


def _rate_before(report: Contents) -> str:
    compared = report.compared
    if compared.rate is None:
        return _alone(report, engagement_rate(report.before.engagement, ""))
    then, this = (percent(one.rate) for one in compared.rate)
    on = count_of(len(compared.rate_channels), "channel", "channels")
    figure = engagement_rate(report.this.engagement, "").printed
    words = _side_by_side(report, on, (then, this), figure)
    return f"{words}; the difference may be chance" if compared.rates_overlap else words


def _side_by_side(report: Contents, on: str, both: tuple[str, str], printed: str) -> str:
    """Write last week's figure on the channels read in both, and this week's where it is other."""
    before, this = both
    now = "" if this == printed else f"; now {this}"
    return f"{_week_before(report)} on the same {on}: {before}{now}"


def _alone(report: Contents, figure: PrintedFigure) -> str:
    known = "no figure" if figure.reason else figure.printed
    return f"{_week_before(report)}: {known}; {NO_COMPARISON}"


def _week_before(report: Contents) -> str:
    return f"Week {report.week.shifted(-1).number}"
