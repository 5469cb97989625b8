"""Draws the report's charts as PNG files that are the same bytes for the same report.

One shape for all, made to stand two abreast on A4 and one under the other on a telephone. The
style file decides how charts look; the words around them come from `chart_words`.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from textwrap import wrap

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analytics.attribution import Count
from analytics.chart_words import ChartWords, partner_words, reach_words, trend_words
from analytics.numbers import count_of, exact, people, shown
from analytics.reach import round_down, round_up
from analytics.report_parts import Contents
from analytics.trend import TrendPoint

DARK_BLUE, GREY, INK = "#12436D", "#BFBFBF", "#3D3D3D"
_SIZE = (4.4, 2.7)
_FEWEST_SLOTS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart with its words; `png` holds the picture without title, `titled_png` with it."""

    name: str
    words: ChartWords
    png: bytes
    titled_png: bytes


def draw_charts(report: Contents, banner: str | None = None) -> list[Chart]:
    """Draw the trend, the range of reach and the partners; a banner is printed on each."""
    drawings: list[tuple[str, ChartWords, Callable[[Axes, Contents], None]]] = [
        ("trend", trend_words(report), _trend),
        ("reach", reach_words(report), _reach),
        ("partners", partner_words(report), _partners),
    ]
    with _style():
        return [
            Chart(
                name=name,
                words=words,
                png=_png(report, draw, None, banner),
                titled_png=_png(report, draw, words, banner),
            )
            for name, words, draw in drawings
        ]


@contextmanager
def _style() -> Iterator[None]:
    with (
        as_file(files("analytics") / "desk.mplstyle") as path,
        matplotlib.style.context(path, after_reset=True),
    ):
        yield


def _png(
    report: Contents,
    draw: Callable[[Axes, Contents], None],
    words: ChartWords | None,
    banner: str | None,
) -> bytes:
    head = 0.75 if words else 0.08
    warning = wrap(banner or "", 58)
    foot = 0.08 + 0.16 * len(warning) if warning else 0.0
    height = _SIZE[1] + head + foot
    room = ConstrainedLayoutEngine(rect=(0, foot / height, 1, _SIZE[1] / height))
    figure = Figure(figsize=(_SIZE[0], height), layout=room)
    draw(figure.add_subplot(), report)
    if words:
        _write_title(figure, words, height)
    if warning:
        words_below = "\n".join(warning)
        figure.text(0.01, 0.02, words_below, fontsize=8, fontweight="bold", color=INK)
    target = io.BytesIO()
    # Without the library's version in it, the file depends on the figures alone.
    FigureCanvasAgg(figure).print_figure(target, format="png", metadata={"Software": None})
    return target.getvalue()


def _write_title(figure: Figure, words: ChartWords, height: float) -> None:
    figure.text(
        0.01, 1 - 0.08 / height, words.title, fontsize=11, fontweight="bold", va="top", wrap=True
    )
    subtitle = "\n".join(wrap(words.subtitle, 64))
    figure.text(0.01, 1 - 0.34 / height, subtitle, fontsize=8.5, color=INK, va="top")


def _trend(axes: Axes, report: Contents) -> None:
    points = report.trend
    top = max((float(point.net) for point in points if point.net is not None), default=0)
    for place, point in enumerate(points):
        _bar(axes, place, point, this=place == len(points) - 1)
    slots = max(_FEWEST_SLOTS, len(points))
    axes.set_xlim(len(points) - slots - 0.6, len(points) - 0.4)
    axes.set_ylim(min(0, *_nets(points)), top * 1.2 or 1)
    axes.set_xticks(range(len(points)), [str(point.week.number) for point in points])
    axes.set_xlabel("Week")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y")
    if top == 0:
        axes.set_yticks([])


def _bar(axes: Axes, place: int, point: TrendPoint, *, this: bool) -> None:
    if point.net is None:
        axes.annotate("no\nfigure", (place, 0), ha="center", va="bottom", fontsize=7.5, color=INK)
        return
    unsettled = bool(point.total and point.total.provisional)
    axes.bar(
        place,
        float(point.net),
        width=0.72,
        color=DARK_BLUE if this else GREY,
        hatch="///" if unsettled else None,
        edgecolor="white" if unsettled else "none",
    )
    if this:
        so_far = "\nso far" if unsettled else ""
        label = shown(point.net, estimated=bool(point.total and point.total.is_estimated)) + so_far
        axes.annotate(
            label.replace("about ", "about\n"),
            (place, float(point.net)),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontweight="bold",
            color=DARK_BLUE,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def _nets(points: Sequence[TrendPoint]) -> list[float]:
    return [float(point.net) for point in points if point.net is not None] or [0.0]


def _reach(axes: Axes, report: Contents) -> None:
    weeks = [
        (f"Week {report.week.shifted(-1).number}", report.before.reach, GREY),
        (f"Week {report.week.number}", report.this.reach, DARK_BLUE),
    ]
    highest = max((float(one.upper) for _, one, _ in weeks if one.upper is not None), default=0.0)
    for place, (_, reach, colour) in enumerate(weeks):
        if reach.lower is None or reach.upper is None:
            axes.annotate("no count of people", (0, place), va="center", fontsize=9, color=INK)
            continue
        width = float(reach.upper - reach.lower)
        axes.barh(
            place,
            max(width, highest / 200),
            left=float(reach.lower),
            height=0.34,
            color=colour,
        )
        _label_ends(axes, place, reach.lower, reach.upper)
    axes.set_yticks([0, 1], [name for name, _, _ in weeks])
    axes.set_ylim(-0.6, 1.7)
    axes.set_xlim(0, highest * 1.12 or 1)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlabel("People newly reached")
    axes.grid(axis="x")
    if highest == 0:
        axes.set_xticks([])


def _label_ends(axes: Axes, place: int, lower: Count, upper: Count) -> None:
    """Write both ends above the bar, so that short ranges keep their labels apart."""
    if round_down(lower) == round_up(upper):
        ends = [(upper, people(lower, upper), "center")]
    else:
        ends = [
            (lower, f"at least {round_down(lower):,}", "left"),
            (upper, f"at most {round_up(upper):,}", "right"),
        ]
    for value, text, align in ends:
        above = 12 if align == "right" else 24
        axes.annotate(
            text,
            (float(value), place + 0.1),
            xytext=(0, above),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=9,
        )


def _partners(axes: Axes, report: Contents) -> None:
    rows = list(reversed(report.partners))
    top = max((float(row.impressions) for row in rows if row.impressions is not None), default=0.0)
    for place, row in enumerate(rows):
        length = float(row.impressions) if row.impressions is not None else 0.0
        missing = f"no figure ({count_of(row.live, 'post', 'posts')} live)"
        text = missing if row.impressions is None else exact(row.impressions)
        axes.barh(place, length, height=0.62, color=DARK_BLUE)
        axes.annotate(
            text,
            (max(length, 0), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=INK,
        )
    axes.set_yticks(range(len(rows)), ["\n".join(wrap(row.name, 27)) for row in rows], fontsize=8.5)
    lowest = min((float(row.impressions) for row in rows if row.impressions is not None), default=0)
    axes.set_xlim(min(0, lowest * 1.25), top * 1.25 or 1)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
