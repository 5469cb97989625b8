"""Draws the report's charts as PNG files that are the same bytes for the same report.

One width for all, made to stand two abreast on A4 and one under the other on a telephone. The
style file decides how charts look; the words around them come from `chart_words`.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from textwrap import wrap

import matplotlib as mpl
import matplotlib.style
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analytics.chart_words import ChartWords, partner_words, reach_words, trend_words
from analytics.numbers import count_of, exact, people
from analytics.partners import PartnerRow
from analytics.reach import round_down, round_up
from analytics.report_parts import Contents
from analytics.trend import FIRST_DRAWN
from analytics.trend_chart import DARK_BLUE, GREY, INK, draw_trend
from analytics.weekly_reach import Reach

DOTS_PER_INCH = 200
_WIDTH = 4.4
_HEIGHT = 2.05
_MOST_PARTNERS = 8
_FEWEST_BARS = 5
"""So that two bars do not fill the chart."""
_LABEL = 0.42
"""Room that a label beside a bar takes, as a share of the longest bar."""
_FONTS = ("Liberation Sans", "Arial", "Helvetica")
"""The faces of the page; where none is installed matplotlib's own stands in."""

Draw = Callable[[Axes, Contents], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart with its words; `png` holds the picture without title, `titled_png` with it."""

    name: str
    words: ChartWords
    png: bytes
    titled_png: bytes
    width: int
    """Of `png`, in its own dots."""
    height: int


def draw_charts(report: Contents, banner: str | None = None) -> list[Chart]:
    """Draw the trend from the fourth week on, the range of reach, and the partners."""
    drawings: list[tuple[str, ChartWords, Draw]] = [
        ("trend", trend_words(report), draw_trend),
        ("reach", reach_words(report), _reach),
        ("partners", partner_words(report), _partners),
    ]
    if len(report.trend) < FIRST_DRAWN:
        drawings = drawings[1:]
    with _style():
        return [_chart(report, name, words, draw, banner) for name, words, draw in drawings]


def _chart(report: Contents, name: str, words: ChartWords, draw: Draw, banner: str | None) -> Chart:
    bare = _figure(report, draw, None, banner)
    return Chart(
        name=name,
        words=words,
        png=_png(bare),
        titled_png=_png(_figure(report, draw, words, banner)),
        width=round(bare.get_figwidth() * DOTS_PER_INCH),
        height=round(bare.get_figheight() * DOTS_PER_INCH),
    )


@contextmanager
def _style() -> Iterator[None]:
    with (
        as_file(files("analytics") / "desk.mplstyle") as path,
        matplotlib.style.context(path, after_reset=True),
    ):
        mpl.rcParams["font.family"] = _face()
        yield


@lru_cache(maxsize=1)
def _face() -> str:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _FONTS if name in installed), "DejaVu Sans")


def _figure(report: Contents, draw: Draw, words: ChartWords | None, banner: str | None) -> Figure:
    """Draw on a figure with room for a title above and a banner below, where there are some."""
    head = 0.8 if words else 0.02
    warning = wrap(banner or "", 80)
    foot = 0.04 + 0.14 * len(warning) if warning else 0.0
    height = _HEIGHT + head + foot
    room = ConstrainedLayoutEngine(rect=(0, foot / height, 1, _HEIGHT / height))
    figure = Figure(figsize=(_WIDTH, height), layout=room)
    draw(figure.add_subplot(), report)
    if words:
        _write_title(figure, words, height)
    if warning:
        words_below = "\n".join(warning)
        figure.text(0.01, 0.02, words_below, fontsize=7, fontweight="bold", color=INK)
    return figure


def _png(figure: Figure) -> bytes:
    target = io.BytesIO()
    # Without the library's version in it, the file depends on the figures alone.
    FigureCanvasAgg(figure).print_figure(target, format="png", metadata={"Software": None})
    return target.getvalue()


def _write_title(figure: Figure, words: ChartWords, height: float) -> None:
    figure.text(
        0.01, 1 - 0.08 / height, words.title, fontsize=11, fontweight="bold", va="top", wrap=True
    )
    subtitle = "\n".join(wrap(words.subtitle, 72))
    figure.text(0.01, 1 - 0.34 / height, subtitle, fontsize=8.5, color=INK, va="top")


def _reach(axes: Axes, report: Contents) -> None:
    before = f"Week {report.week.shifted(-1).number}"
    alike = report.compared.reach
    weeks = [
        (f"{before}\n(same channels)", alike[0], GREY)
        if alike
        else (before, report.before.reach, GREY),
        (f"Week {report.week.number}", report.this.reach, DARK_BLUE),
    ]
    highest = max((float(one.upper) for _, one, _ in weeks if one.upper is not None), default=0.0)
    for place, (_, reach, colour) in enumerate(weeks):
        if reach.lower is None or reach.upper is None:
            _end(axes, (0, place), "no count of people", (5, 0))
            continue
        width = float(reach.upper - reach.lower)
        axes.barh(
            place,
            max(width, highest / 200),
            left=float(reach.lower),
            height=0.34,
            color=colour,
        )
        _label_ends(axes, place, reach, highest)
    axes.set_yticks([0, 1], [name for name, _, _ in weeks])
    axes.set_ylim(-0.55, 1.6)
    axes.set_xlim(0, highest * (1 + _LABEL) or 1)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlabel("People newly reached")
    axes.grid(axis="x")
    if highest == 0:
        axes.set_xticks([])


def _label_ends(axes: Axes, place: int, reach: Reach, highest: float) -> None:
    """Write both ends beside the bar; the lower one above it where there is no room before it."""
    if reach.lower is None or reach.upper is None:
        return
    low, high = float(reach.lower), float(reach.upper)
    if round_down(reach.lower) == round_up(reach.upper):
        _end(axes, (high, place), people(reach.lower, reach.upper), (5, 0))
        return
    room_before = low > highest * _LABEL
    above = (-5, 0) if room_before else (0, 15)
    _end(axes, (low, place), f"at least {round_down(reach.lower):,}", above, right=room_before)
    _end(axes, (high, place), f"at most {round_up(reach.upper):,}", (5, 0))


def _end(
    axes: Axes, at: tuple[float, float], text: str, offset: tuple[int, int], *, right: bool = False
) -> None:
    axes.annotate(
        text,
        at,
        xytext=offset,
        textcoords="offset points",
        ha="right" if right else "left",
        va="center",
        fontsize=9,
    )


def _partners(axes: Axes, report: Contents) -> None:
    rows = list(reversed(shown_partners(report)))
    top = max((float(row.impressions) for row in rows if row.impressions is not None), default=0.0)
    for place, row in enumerate(rows):
        length = float(row.impressions) if row.impressions is not None else 0.0
        missing = f"no figure ({count_of(row.live, 'post', 'posts')} live)"
        text = missing if row.impressions is None else exact(row.impressions)
        axes.barh(place, length, height=0.6, color=DARK_BLUE if row.owner else GREY)
        axes.annotate(
            text,
            (max(length, 0), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            fontweight="bold" if row.owner else "normal",
            color=INK,
        )
    axes.set_yticks(range(len(rows)), ["\n".join(wrap(row.name, 30)) for row in rows], fontsize=8.5)
    lowest = min((float(row.impressions) for row in rows if row.impressions is not None), default=0)
    axes.set_xlim(min(0, lowest * 1.25), top * 1.25 or 1)
    axes.set_ylim(len(rows) - max(_FEWEST_BARS, len(rows)) - 0.6, len(rows) - 0.4)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)


def shown_partners(report: Contents) -> list[PartnerRow]:
    """Return the partners that have room in the chart: the owner and those with most."""
    rows = list(report.partners)
    if len(rows) <= _MOST_PARTNERS:
        return rows
    ranked = sorted(rows, key=lambda row: (not row.owner, -float(row.impressions or 0)))
    kept = ranked[:_MOST_PARTNERS]
    return [row for row in rows if row in kept]
