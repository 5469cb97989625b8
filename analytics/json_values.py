"""Parts of the report as plain values: instants, counts, and what people decide or correct."""

from datetime import UTC, datetime
from typing import Any

from analytics.attribution import Count
from analytics.comparison import NO_COMPARISON, Comparison
from analytics.figures import PrintedFigure
from analytics.objectives import Progress
from analytics.report_parts import Contents, Restated
from analytics.sectors import SectorRow
from analytics.walls import MissedReading


def plain(value: Count | None) -> int | float | None:
    """Return a whole number where the fraction is one, else the nearest decimal."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def moment(instant: datetime | None) -> str | None:
    """Write an instant as `2027-01-18T00:00:00Z`."""
    if instant is None:
        return None
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text}Z"


def number(value: Count | float | None) -> int | float | None:
    """Return a count or a share as a plain number."""
    return value if isinstance(value, float) else plain(value)


def figure_values(figure: PrintedFigure) -> dict[str, Any]:
    """Return a figure as it is printed, beside what is known; the keys are columns of a CSV."""
    return {
        "figure": figure.name,
        "of": figure.of,
        "printed": figure.printed,
        "value": number(figure.value),
        "lower": number(figure.lower),
        "upper": number(figure.upper),
        "unit": figure.unit,
        "rounding": figure.rounding,
        "coverage": figure.coverage,
        "reason": figure.reason,
    }


def missed_values(one: MissedReading) -> dict[str, Any]:
    """Return a post without its last reading, and when its network stops telling of it."""
    return {
        "delivery": one.delivery,
        "channel": one.channel,
        "network": one.network,
        "wall_at": moment(one.wall_at),
        "read_at": moment(one.read_at),
    }


def restated_values(one: Restated) -> dict[str, Any]:
    """Return one figure that was sent and is known otherwise now."""
    return {
        "week": one.week,
        "sent_at": moment(one.sent_at),
        "figure": one.figure,
        "was": one.was,
        "now": one.now,
        "reason": one.reason,
    }


def correction_values(report: Contents) -> dict[str, Any] | None:
    """Return what a corrected report replaces; None where it is the first of its week."""
    found = report.correction
    if found is None:
        return None
    return {
        "number": found.number,
        "replaces_sent_at": moment(found.replaces_sent_at),
        "reason": found.reason,
        "changes": [restated_values(one) for one in found.changes],
    }


def compared_values(compared: Comparison) -> dict[str, Any]:
    """Return this week beside the one before, over the channels that were read in both."""
    shown, rate, reach = compared.shown, compared.rate, compared.reach
    return {
        "times_shown": {
            "channels": list(compared.shown_channels),
            "before": plain(shown[0]) if shown else None,
            "this": plain(shown[1]) if shown else None,
            "reason": None if shown else NO_COMPARISON,
        },
        "engagement_rate": {
            "channels": list(compared.rate_channels),
            "before": plain(rate[0].rate) if rate else None,
            "this": plain(rate[1].rate) if rate else None,
            "may_be_chance": compared.rates_overlap if rate else None,
            "reason": None if rate else NO_COMPARISON,
        },
        "reach": {
            "channels": list(compared.reach_channels),
            "before": _bounds(reach[0].lower, reach[0].upper) if reach else None,
            "this": _bounds(reach[1].lower, reach[1].upper) if reach else None,
            "reason": None if reach else NO_COMPARISON,
        },
    }


def objective_values(one: Progress) -> dict[str, Any]:
    """Return one objective with what is known of it."""
    known = one.known
    return {
        "objective": one.name,
        "text": one.objective.text,
        "stage": one.objective.stage,
        "measure": one.objective.measure,
        "target": float(one.objective.target),
        "by": one.objective.by_on.isoformat(),
        "printed": known.printed,
        "lower": plain(known.lower),
        "upper": plain(known.upper),
        "progress_share": plain(one.share),
        "time_share": plain(one.time_passed),
        "verdict": one.verdict,
        "rests_on": known.rests_on,
        "reason": known.reason,
    }


def sector_values(row: SectorRow) -> dict[str, Any]:
    """Return one sector's week."""
    return {
        "sector": row.sector,
        "partners": row.partners,
        "planned": row.planned,
        "live": row.live,
        "impressions": plain(row.impressions),
        "partners_with_figure": row.with_figure,
    }


def coming_values(report: Contents) -> list[dict[str, Any]]:
    """Return the next week's posts, day by day."""
    return [
        {
            "day": one.day_on.isoformat(),
            "post": one.post,
            "channels": one.channels,
            "waiting": dict(one.states),
        }
        for one in report.coming
    ]


def learning_values(report: Contents) -> dict[str, str] | None:
    """Return the sentence that a person wrote; None where nobody has."""
    found = report.learning
    return None if found is None else {"text": found.text, "person": found.person}


def _bounds(lower: Count | None, upper: Count | None) -> dict[str, int | float | None]:
    return {"lower": plain(lower), "upper": plain(upper)}
