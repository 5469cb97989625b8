"""The report as one accessible HTML page that prints to A4, with nothing outside the file.

The first printed page is for people who read one page a week; the tables behind the figures
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
from analytics.labels import LABELS
from analytics.numbers import (
    count_of,
    day_and_time,
    days_of,
    exact,
    hours,
    joined,
    people,
    percent,
    shown,
)
from analytics.report_parts import Contents, DefinitionRead, PostsLive
from analytics.tiles import tiles
from analytics.totals import Total
from campaign.states import PEOPLES_WORDS, State

CAVEATS_ON_PAGE = 4


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
    embedded = {name: _embedded(chart.png) for name, chart in drawn.items()}
    return environment.get_template("report.html.j2").render(
        report=report,
        banner=banner,
        charts=drawn,
        sources=embedded | dict(sources or {}),
        tiles=tiles(report),
        caveats=report.caveats[:CAVEATS_ON_PAGE],
        more_caveats=report.caveats[CAVEATS_ON_PAGE:],
        next_week=_next_week(report.next_week),
        definitions=_once_each(report),
        readings=_by_channel(report),
        channels=channel_table(report.gains, report.networks),
        css=Markup(_css(environment)),  # noqa: S704 - our own file, it holds nobody's words
        **_words(report),
    )


def _words(report: Contents) -> dict[str, Any]:
    """Give the template its ways of writing; it holds no rules of its own."""
    week = report.week
    return {
        "days": days_of(week),
        "as_of": day_and_time(report.as_of, week),
        "moment": lambda at: "–" if at is None else day_and_time(at, week),  # noqa: RUF001
        "exact": exact,
        "shown": lambda value, method: shown(value, estimated=method is not Method.OBSERVED),
        "people": people,
        "percent": percent,
        "hours": lambda duration: "–" if duration is None else hours(duration),  # noqa: RUF001
        "joined": lambda words: joined([str(one) for one in words]),
        "label": LABELS.__getitem__,
        "how_known": _how_known,
        "title": lambda name: report.networks.get(name, name),
        "as_words": lambda name: name.replace("-", " ").capitalize(),
    }


def _how_known(total: Total) -> str:
    share = percent(total.estimated)
    some = "less than 0.1%" if share == "0.0%" else share
    known = "measured" if total.estimated == 0 else f"{some} estimated"
    return f"{known}, provisional" if total.provisional else known


def _once_each(report: Contents) -> list[DefinitionRead]:
    """List every definition once, whichever channels it was read on."""
    return list({(one.network, one.id): one for one in report.definitions}.values())


def _by_channel(report: Contents) -> list[DefinitionRead]:
    """Keep the last reading of each channel from each kind of source."""
    latest: dict[tuple[str, tuple[str, ...]], DefinitionRead] = {}
    for one in sorted(report.definitions, key=lambda one: (one.channel, str(one.read_to))):
        latest[one.channel, one.evidence] = one
    return list(latest.values())


def _next_week(posts: PostsLive) -> str:
    if not posts.planned:
        return "No post is due next week."
    states = [
        f"{number} {PEOPLES_WORDS[State(state)].lower()}"
        for state, number in posts.waiting.items()
        if state != State.PLANNED
    ]
    verb = "is" if posts.planned == 1 else "are"
    due = f"{count_of(posts.planned, 'post', 'posts')} {verb} due next week"
    return f"{due}; of these: {', '.join(states)}." if states else f"{due}."


def _embedded(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode('ascii')}"


def _css(environment: Environment) -> str:
    return environment.get_template("report.css").render()
