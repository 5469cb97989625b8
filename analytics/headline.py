"""The sentence at the head of the report, made by rule from what is known.

It says how often posts were shown and how many people were newly reached, on how many of the
channels, and nothing that the figures do not carry. A week without numbers says so.
"""

from collections.abc import Mapping
from datetime import datetime

from analytics.numbers import count_of, day, days_of, joined, people, shown
from analytics.report_parts import WeekFigures
from analytics.totals import Total
from analytics.weekly_reach import Reach
from analytics.weeks import Week
from connectors.contract import Metric


def headline(week: Week, figures: WeekFigures, *, as_of: datetime) -> str:
    """Return the headline of a week; how it compares with others is said beside the trend."""
    total, reach = shown_total(figures), figures.reach
    running = as_of < week.end_at
    start = f"So far in week {week.number}" if running else f"In week {week.number}"
    if total is None or total.net is None:
        known = _reached(reach)
        return f"{start} posts {known}." if known else f"{start} {_nothing(figures)}."
    times = f"{start} posts were shown {in_times(total)}"
    if reach.lower is None:
        return f"{times} ({total.coverage})."
    if total.channels == reach.channels:
        return f"{times} and {_people(reach)} ({total.coverage})."
    return f"{times} ({total.coverage}) and {_reached(reach)}."


def quotation(
    title: str, week: Week, figures: WeekFigures, *, networks: Mapping[str, str], as_of: datetime
) -> str | None:
    """Return a sentence that stays true where nothing else of the report is beside it.

    It names the campaign, the days, who counts and on how many channels, and when it was known;
    figures that may still grow are called provisional. None where there is nothing to quote.
    """
    total, reach = shown_total(figures), figures.reach
    parts = []
    if total is not None and total.net is not None:
        counting = joined([networks.get(one, one) for one in total.networks])
        verb = "count" if len(total.networks) > 1 else "counts"
        apart = ", paid showings left out" if paid_total(figures) else ""
        on = f"on {total.coverage}, as {counting} {verb} it{apart}"
        parts.append(f"were shown {in_times(total)} {on}")
    if (known := _reached(reach)) is not None:
        parts.append(known.replace(" (", " on ").removesuffix(")"))
    if not parts:
        return None
    so_far = as_of < week.end_at or reach.provisional or bool(total and total.provisional)
    known_on = f"{'provisional, ' if so_far else ''}as known on {day(as_of, week)}"
    return f"In the week of {days_of(week)} posts of “{title}” {', and '.join(parts)} ({known_on})."


def shown_total(figures: WeekFigures) -> Total | None:
    """Return the total of the times shown, None where no post is live."""
    return next((one for one in figures.totals if one.metric is Metric.IMPRESSIONS), None)


def paid_total(figures: WeekFigures) -> Total | None:
    """Return the total of the times shown that were paid for, None where none were."""
    paid = (one for one in figures.totals if one.metric is Metric.PAID_IMPRESSIONS)
    return next((one for one in paid if one.net), None)


def in_times(total: Total) -> str:
    """Return a total in words, such as `1 time` or `about 5,000 times`."""
    figure = shown(total.net, estimated=total.is_estimated)
    return f"{figure} {'time' if figure == '1' else 'times'}"


def _reached(reach: Reach) -> str | None:
    """Return the range of people and the channels it is counted on, None where it is not."""
    if reach.lower is None:
        return None
    live = len(reach.channels) + len(reach.without)
    return f"{_people(reach)} ({len(reach.channels)} of {live} channels)"


def _people(reach: Reach) -> str:
    figures = people(reach.lower, reach.upper)
    between = f"between {figures.replace(' to ', ' and ')}" if " to " in figures else figures
    return f"newly reached {between} {'person' if between == '1' else 'people'}"


def _nothing(figures: WeekFigures) -> str:
    total, posts = shown_total(figures), figures.posts
    live = total.coverage.posts_live if total else 0
    if any(one.net is not None for one in figures.totals):
        return "no network of a post that is live has said how often it was shown"
    if live:
        return f"no numbers are known of {count_of(live, 'post that is', 'posts that are')} live"
    if posts.planned:
        return f"none of {count_of(posts.planned, 'planned post', 'planned posts')} went out"
    return "no post was planned and none was live"
