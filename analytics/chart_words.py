"""The words around each chart: a title that says the message, a subtitle, a text alternative.

Made by rule from the report, so that a reader who sees no picture learns the same.
"""

from dataclasses import dataclass

from analytics.headline import shown_total
from analytics.numbers import exact, joined, people, shown
from analytics.report_parts import Contents
from analytics.trend import TrendPoint, breaks
from analytics.trend_chart import has_outlines


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartWords:
    """What is written above a chart, and what stands in its place for those who do not see it."""

    title: str
    subtitle: str
    alt: str


def trend_words(report: Contents) -> ChartWords:
    """Describe the times shown, week by week."""
    total = shown_total(report.this)
    figure = None if total is None else total.net
    title = f"No times shown are known for week {report.week.number}"
    if total is not None and figure is not None:
        estimated = total.is_estimated
        title = f"Posts were shown {shown(figure, estimated=estimated)} times"
    if report.comparison:
        title = f"Times shown are {report.comparison}"
    coverage = f"; week {report.week.number} on {total.coverage}" if total else ""
    outlined = "; outlined: on channels without a figure this week" if has_outlines(report) else ""
    weeks = [_week(point) for point in report.trend]
    broken = [
        f" From week {one.week.number} on {joined(list(one.channels))} is counted otherwise."
        for one in breaks(report.trend)
    ]
    return ChartWords(
        title=title,
        subtitle=f"By week, as each network counts it{coverage}{outlined}",
        alt=f"Bar chart of the times shown by week. {'; '.join(weeks)}.{''.join(broken)}",
    )


def reach_words(report: Contents) -> ChartWords:
    """Describe the least and the most people newly reached."""
    reach, before = report.this.reach, report.before.reach
    subtitle = "Least and most possible, where networks count people"
    if reach.lower is None or reach.upper is None:
        title = f"No count of people for week {report.week.number}"
        return ChartWords(title=title, subtitle=subtitle, alt=f"{title}: {reach.reason}.")
    figures = people(reach.lower, reach.upper)
    alt = f"Range bar. Week {report.week.number}: {figures} people newly reached"
    alike = report.compared.reach
    if alike:
        before = alike[0]
    if before.lower is not None:
        number = report.week.shifted(-1).number
        same = " on the same channels" if alike else ""
        alt += f"; week {number}{same}: {people(before.lower, before.upper)}"
    return ChartWords(title=f"{figures} people newly reached", subtitle=subtitle, alt=f"{alt}.")


def partner_words(report: Contents) -> ChartWords:
    """Describe the times shown by partner."""
    share = report.amplification.partner_share
    known = [row for row in report.partners if row.impressions is not None]
    title = "Times shown by partner"
    if share is not None:
        title = f"Partners brought {round(share * 100)}% of the times shown"
    elif not known:
        title = "No partner's times shown are known"
    amplified = _amplified(report)
    figures = [
        f"{row.name}: {exact(row.impressions)}"
        if row.impressions is not None
        else f"{row.name}: no figure, {row.reason}"
        for row in report.partners
    ]
    return ChartWords(
        title=title,
        subtitle=f"Times shown in the week, as each network counts it{amplified}",
        alt=f"Bar chart of the times shown by partner. {joined(figures)}.",
    )


def _amplified(report: Contents) -> str:
    """Write what the partners multiply the owner's times shown with, read and reported apart."""
    measured, reported = report.amplification.measured, report.amplification.reported
    if reported is None:
        return ""
    with_reported = f"{float(reported):.2f} times the owner's alone"
    if measured is None:
        return f"; {with_reported}, all reported by partners"
    if measured == reported:
        return f"; {with_reported}"
    return f"; {with_reported}, {float(measured):.2f} as far as read by us"


def _week(point: TrendPoint) -> str:
    so_far = ", so far" if point.total and point.total.provisional else ""
    figure = exact(point.net) if point.net is not None else "no figure"
    return f"week {point.week.number}: {figure}{so_far}"
