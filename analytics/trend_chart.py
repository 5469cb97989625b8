"""Draws the trend: a bar a week, what may be compared with this week solid, the rest outlined.

An outline is what other channels added in that week. A break, where a channel began to count
something else, is a dashed line; a week that may still grow is hatched; a range between readings
is a thin line from its lower to its upper end.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analytics.headline import shown_total
from analytics.numbers import shown
from analytics.report_parts import Contents
from analytics.trend import TrendPoint, breaks

DARK_BLUE, GREY, INK = "#12436D", "#BFBFBF", "#3D3D3D"
_FEWEST_SLOTS = 6
_WIDE = 0.72


def draw_trend(axes: Axes, report: Contents) -> None:
    """Draw the weeks of the trend, this one last."""
    points = report.trend
    top = max((float(point.net) for point in points if point.net is not None), default=0)
    total = shown_total(report.this)
    for place, point in enumerate(points):
        _bar(axes, place, point, total.channels if total else (), this=place == len(points) - 1)
    _breaks(axes, points)
    slots = max(_FEWEST_SLOTS, len(points))
    axes.set_xlim(len(points) - slots - 0.6, len(points) - 0.4)
    axes.set_ylim(min(0, *_nets(points)), top * 1.22 or 1)
    axes.set_xticks(range(len(points)), [str(point.week.number) for point in points])
    axes.set_xlabel("Week")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y")
    if top == 0:
        axes.set_yticks([])


def has_outlines(report: Contents) -> bool:
    """Say whether some week is shown with a part that this week has no channel for."""
    total = shown_total(report.this)
    channels = total.channels if total else ()
    return any(
        point.net is not None and _comparable(point, channels) != point.net
        for point in report.trend[:-1]
    )


def _comparable(point: TrendPoint, channels: Sequence[str]) -> float:
    """Return the part on this week's channels; nothing unless all of them were read then."""
    part = point.on(channels) if channels else None
    return 0.0 if part is None else float(part)


def _bar(axes: Axes, place: int, point: TrendPoint, channels: Sequence[str], *, this: bool) -> None:
    if point.net is None:
        axes.annotate("no\nfigure", (place, 0), ha="center", va="bottom", fontsize=7.5, color=INK)
        return
    unsettled = bool(point.total and point.total.provisional)
    net = float(point.net)
    axes.bar(
        place,
        net if this else _comparable(point, channels),
        width=_WIDE,
        color=DARK_BLUE if this else GREY,
        hatch="///" if unsettled else None,
        edgecolor="white" if unsettled else "none",
    )
    if not this and _comparable(point, channels) != net:
        axes.bar(place, net, width=_WIDE, fill=False, edgecolor="#8A8A8A", linewidth=0.9)
    _whisker(axes, place, point)
    if this:
        _label(axes, place, point)


def _label(axes: Axes, place: int, point: TrendPoint) -> None:
    total = point.total
    so_far = "\nso far" if total and total.provisional else ""
    text = shown(point.net, estimated=bool(total and total.is_estimated)) + so_far
    axes.annotate(
        text.replace("about ", "about\n"),
        (place, _top_of(point)),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        fontweight="bold",
        color=DARK_BLUE,
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )


def _whisker(axes: Axes, place: int, point: TrendPoint) -> None:
    """Draw the range of a week that was estimated between readings."""
    total = point.total
    if total is None or not total.is_estimated or total.lower is None or total.upper is None:
        return
    low, high = float(total.lower), float(total.upper)
    axes.plot([place, place], [low, high], color=INK, linewidth=1.2, solid_capstyle="butt")
    for end in (low, high):
        axes.plot([place - 0.13, place + 0.13], [end, end], color=INK, linewidth=1.2)


def _top_of(point: TrendPoint) -> float:
    total = point.total
    if total is not None and total.is_estimated and total.upper is not None:
        return float(total.upper)
    return float(point.net or 0)


def _breaks(axes: Axes, points: Sequence[TrendPoint]) -> None:
    weeks = [point.week for point in points]
    for one in breaks(points):
        place = weeks.index(one.week)
        axes.axvline(place - 0.5, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        left = place > len(points) / 2
        axes.annotate(
            "counted otherwise\nfrom here",
            (place - 0.5, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-3 if left else 3, -1),
            textcoords="offset points",
            ha="right" if left else "left",
            va="top",
            fontsize=7.5,
            color=INK,
        )


def _nets(points: Sequence[TrendPoint]) -> list[float]:
    return [float(point.net) for point in points if point.net is not None] or [0.0]
