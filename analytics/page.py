"""The report as one accessible HTML page that prints to A4, with nothing outside the file.

The first printed side is for people who read one page a week; the tables behind the figures
follow on the next. No script, no font and no picture is fetched from anywhere.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from analytics.attribution import Method
from analytics.channel_table import channel_table
from analytics.charts import Chart
from analytics.json_values import moment
from analytics.labels import COMES_FROM, LABELS
from analytics.numbers import (
    NO_FIGURE,
    as_words,
    day_and_time,
    days_of,
    exact,
    joined,
    late_by,
    people,
    shown,
)
from analytics.objectives import goal
from analytics.page_words import (
    ROOM,
    ROOM_CORRECTED,
    by_channel,
    corrected_words,
    cut,
    gaps,
    how_known,
    once_each,
)
from analytics.report_parts import Contents
from analytics.tiles import tiles


def render_page(
    report: Contents,
    charts: Iterable[Chart],
    *,
    banner: str | None = None,
    sources: Mapping[str, str] | None = None,
) -> str:
    """Return the page; charts are embedded unless `sources` gives an address for their names."""
    environment = Environment(
        loader=PackageLoader("analytics"),
        autoescape=select_autoescape(["html.j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    drawn = {chart.name: chart for chart in charts}
    pictures = {name: _embedded(chart.png) for name, chart in drawn.items()}
    return environment.get_template("report.html.j2").render(
        report=report,
        banner=banner,
        charts=drawn,
        sources=pictures | dict(sources or {}),
        tiles=tiles(report),
        definitions=once_each(report.definitions),
        readings=by_channel(report.definitions),
        channels=channel_table(report.gains, report.networks),
        css=Markup(_css(environment)),  # noqa: S704 - our own file, it holds nobody's words
        **_lists(report),
        **_words(report),
    )


def _lists(report: Contents) -> dict[str, Any]:
    """Cut the page's lists to their room, and collect what does not fit."""
    room = ROOM_CORRECTED if report.correction else ROOM
    needed, known = cut(report.needed, room), cut(gaps(report), room)
    coming = cut([one.words for one in report.coming], 3 if report.correction else 4)
    overflow = (
        ("More that is needed", needed.rest),
        ("More corrections and gaps", known.rest),
        ("More of next week", coming.rest),
    )
    correction = report.correction
    return {
        "corrected": corrected_words(correction, report.week) if correction else "",
        "needed": needed.lines,
        "more_needed": needed.more,
        "gaps": known.lines,
        "more_gaps": known.more,
        "coming": coming.lines,
        "more_coming": coming.more,
        "overflow": [one for one in overflow if one[1]],
    }


def _words(report: Contents) -> dict[str, Any]:
    """Give the template its ways of writing; it holds no rules of its own."""
    week = report.week
    return {
        "days": days_of(week),
        "next_days": days_of(week.shifted(1)),
        "as_of": day_and_time(report.as_of, week),
        "created": moment(report.as_of),
        "moment": lambda at: NO_FIGURE if at is None else day_and_time(at, week),
        "exact": exact,
        "late_by": late_by,
        "shown": lambda value, method: shown(value, estimated=method is not Method.OBSERVED),
        "people": people,
        "joined": lambda words: joined([str(one) for one in words]),
        "label": LABELS.__getitem__,
        "how_known": how_known,
        "open_end": lambda value, known: "open" if value is None and known else exact(value),
        "comes_from": lambda sources: joined([COMES_FROM.get(one, one) for one in sources]),
        "title": lambda name: report.networks.get(name, name),
        "as_words": as_words,
        "embedded": _embedded,
        "goal": goal,
        "networks_in": lambda total: joined(
            [report.networks.get(one, one) for one in total.networks] or ["nobody"]
        ),
        "on_day": lambda day: f"{day.day} {day:%B %Y}",
        "whole": lambda share: NO_FIGURE if share is None else f"{round(share * 100)}%",
    }


def _embedded(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode('ascii')}"


def _css(environment: Environment) -> str:
    return environment.get_template("report.css").render()
