"""The report as JSON for other programs: every figure exact, every gap with its reason.

Times are UTC with `Z`. Counts are whole numbers, or fractions as decimals where they were
interpolated; a number that is missing is null, never 0.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from analytics.figures import printed_figures
from analytics.gain_rows import GainRow
from analytics.json_values import (
    coming_values,
    compared_values,
    correction_values,
    figure_values,
    learning_values,
    missed_values,
    moment,
    objective_values,
    plain,
    restated_values,
    sector_values,
)
from analytics.labels import LABELS
from analytics.paid import is_paid
from analytics.report_parts import Contents, DefinitionRead, PostsLive
from analytics.totals import BASKET, Coverage, Engagement, Total
from analytics.trend import TrendPoint, breaks
from analytics.weekly_reach import Reach
from connectors.contract import Metric

COMPARED = frozenset({Metric.IMPRESSIONS, Metric.REACH, Metric.PAID_IMPRESSIONS, *BASKET})
"""Metrics of which a later report says that they were restated."""
GAIN_FIELDS = (
    "delivery",
    "post",
    "channel",
    "partner",
    "network",
    "metric",
    "net",
    "gross",
    "correction",
    "method",
    "lower",
    "upper",
    "provisional",
    "stale_h",
    "backfilled",
    "definition",
    "read_from",
    "read_to",
    "evidence",
    "counted",
    "exposed_h",
    "unknown_from",
    "unknown_to",
    "paid",
    "reason",
)
"""The keys of a gain, which are the columns of the CSV."""


def report_values(report: Contents, banner: str | None = None) -> dict[str, Any]:
    """Return the report as plain values."""
    head: dict[str, Any] = {"banner": banner} if banner else {}
    return head | {
        "campaign": report.campaign,
        "title": report.title,
        "week": report.week.name,
        "from": moment(report.week.start_at),
        "to": moment(report.week.end_at),
        "as_of": moment(report.as_of),
        "provisional": report.provisional,
        "correction": correction_values(report),
        "headline": report.headline,
        "quotation": report.quotation,
        "needed": list(report.needed),
        "restated": [restated_values(one) for one in report.restated],
        "comparison": report.comparison,
        "compared": compared_values(report.compared),
        "gains": gains_values(report),
        "totals": [_total(one, report.networks) for one in report.this.totals],
        "reach": _reach(report.this.reach) | {"universe_source": report.universe_source},
        "engagement": _engagement(report.this.engagement),
        "posts": _posts(report.this.posts),
        "partners": _partners(report),
        **_together(report),
        "week_before": {
            "posts": _posts(report.before.posts),
            "totals": [_total(one, report.networks) for one in report.before.totals],
            "reach": _reach(report.before.reach),
            "engagement": _engagement(report.before.engagement),
        },
        "trend": [_point(point) for point in report.trend],
        "breaks": [
            {"week": one.week.name, "channels": list(one.channels)} for one in breaks(report.trend)
        ],
        "top_posts": _top(report),
        "objectives": [objective_values(one) for one in report.objectives],
        "sectors": [sector_values(row) for row in report.sectors],
        "next_week": _posts(report.next_week) | {"coming": coming_values(report)},
        "learning": learning_values(report),
        "figures": [figure_values(one) for one in printed_figures(report)],
        "definitions": [_definition(one) for one in report.definitions],
        "missed_readings": [missed_values(one) for one in report.missed],
        "caveats": list(report.caveats),
    }


def frozen_values(report: Contents) -> dict[str, Any]:
    """Return what later reports are compared with: figures, and the numbers behind them.

    The whole of a sent report is in its files; this is kept small, since every later report of
    the campaign looks at it.
    """
    return {
        "totals": [_total(one, report.networks) for one in report.this.totals],
        "reach": _reach(report.this.reach),
        "engagement": _engagement(report.this.engagement),
        "trend": [_point(point) for point in report.trend],
        "gains": [_frozen(row) for row in report.gains if row.counted and row.metric in COMPARED],
    }


def _frozen(row: GainRow) -> dict[str, Any]:
    kept = ("delivery", "channel", "metric", "definition", "net", "method", "provisional")
    values = gain_values(row, {})
    return {name: values[name] for name in kept}


def gains_values(report: Contents) -> list[dict[str, Any]]:
    """Return every gain as plain values; JSON and CSV write the same."""
    paid = paid_by_definition(report)
    return [gain_values(row, paid) for row in report.gains]


def paid_by_definition(report: Contents) -> dict[str, str]:
    """Return of each definition in the report whether it holds what was paid for."""
    return {one.id: str(one.paid) for one in report.definitions}


def gain_values(row: GainRow, paid: Mapping[str, str]) -> dict[str, Any]:
    """Return one gain as plain values; `paid` says of definitions what they hold."""
    gain = row.gain
    return {
        "delivery": row.delivery,
        "post": row.post,
        "channel": row.channel,
        "partner": row.partner,
        "network": row.network,
        "metric": str(row.metric),
        "net": plain(gain.net if gain else None),
        "gross": plain(gain.gross if gain else None),
        "correction": plain(gain.correction if gain else None),
        "method": str(gain.method) if gain else None,
        "lower": plain(gain.lower if gain else None),
        "upper": plain(gain.upper if gain else None),
        "provisional": row.provisional,
        "stale_h": _hours(gain.stale_for) if gain else None,
        "backfilled": gain.backfilled if gain else False,
        "definition": row.definition,
        "read_from": moment(gain.read_from if gain else None),
        "read_to": moment(gain.read_to if gain else None),
        "evidence": row.evidence,
        "counted": row.counted,
        "exposed_h": _hours(row.exposed_for),
        "unknown_from": moment(row.unknown_between[0] if row.unknown_between else None),
        "unknown_to": moment(row.unknown_between[1] if row.unknown_between else None),
        "paid": paid.get(row.definition or "") if gain else None,
        "reason": row.reason,
    }


def _hours(duration: timedelta) -> float:
    return round(duration.total_seconds() / 3600, 2)


def _total(total: Total, networks: Mapping[str, str]) -> dict[str, Any]:
    return {
        "metric": str(total.metric),
        "label": LABELS[total.metric],
        "paid_for": is_paid(total.metric),
        "net": plain(total.net),
        "gross": plain(total.gross),
        "correction": plain(total.correction),
        "lower": plain(total.lower),
        "upper": plain(total.upper),
        "method": str(total.method) if total.method else None,
        "provisional": total.provisional,
        "estimated_share": plain(total.estimated),
        "backfilled": total.backfilled,
        "coverage": str(total.coverage),
        **_coverage(total.coverage),
        "networks": [networks.get(one, one) for one in total.networks],
        "reason": total.reason,
    }


def _coverage(coverage: Coverage) -> dict[str, int]:
    return {
        "channels_read": coverage.channels_read,
        "channels_live": coverage.channels_live,
        "posts_read": coverage.posts_read,
        "posts_live": coverage.posts_live,
    }


def _reach(reach: Reach) -> dict[str, Any]:
    return {
        "lower": plain(reach.lower),
        "upper": plain(reach.upper),
        "universe": reach.universe,
        "models": [
            {
                "name": one.name,
                "value": plain(one.value),
                "universe": one.universe,
                "assumption": one.assumption,
            }
            for one in reach.models
        ],
        "without": list(reach.without),
        "channels": list(reach.channels),
        "provisional": reach.provisional,
        "reason": reach.reason,
    }


def _engagement(engagement: Engagement) -> dict[str, Any]:
    return {
        "rate": plain(engagement.rate),
        "lower": engagement.lower,
        "upper": engagement.upper,
        "engagements": plain(engagement.engagements),
        "shown": plain(engagement.shown),
        "formula": "(reactions + replies + reshares) / times shown, ratio of sums",
        "coverage": str(engagement.coverage),
        **_coverage(engagement.coverage),
        "reason": engagement.reason,
    }


def _posts(posts: PostsLive) -> dict[str, Any]:
    return {"planned": posts.planned, "live": posts.live, "waiting": dict(posts.waiting)}


def _together(report: Contents) -> dict[str, Any]:
    """Return what partners came to together."""
    delay = report.punctuality.delay
    return {
        "take_up": {"posted": report.take_up.posted, "asked": report.take_up.asked},
        "punctuality": {
            "live": report.punctuality.live,
            "on_time": report.punctuality.on_time,
            "delay_h": _hours(delay) if delay is not None else None,
        },
        "amplification": {
            "measured": plain(report.amplification.measured),
            "reported": plain(report.amplification.reported),
            "partner_share": plain(report.amplification.partner_share),
        },
    }


def _partners(report: Contents) -> list[dict[str, Any]]:
    return [
        {
            "partner": row.partner,
            "name": row.name,
            "owner": row.owner,
            "planned": row.planned,
            "live": row.live,
            "on_time": row.on_time,
            "delay_h": _hours(row.delay) if row.delay is not None else None,
            "impressions": plain(row.impressions),
            "evidence": list(row.evidence),
            "reason": row.reason,
        }
        for row in report.partners
    ]


def _point(point: TrendPoint) -> dict[str, Any]:
    total = point.total
    return {
        "week": point.week.name,
        "net": plain(point.net),
        "lower": plain(total.lower) if total else None,
        "upper": plain(total.upper) if total else None,
        "method": str(total.method) if total and total.method else None,
        "provisional": bool(total and total.provisional),
        "backfilled": bool(total and total.backfilled),
        "channels": list(total.channels) if total else [],
    }


def _top(report: Contents) -> list[dict[str, Any]]:
    return [
        {
            "delivery": one.delivery,
            "post": one.post,
            "channel": one.channel,
            "network": one.network,
            "published_at": moment(one.published_at),
            "shown_at_72_h": plain(one.shown),
            "lower": plain(one.lower),
            "upper": plain(one.upper),
            "method": str(one.method),
            "evidence": one.evidence,
        }
        for one in report.top_posts
    ]


def _definition(one: DefinitionRead) -> dict[str, Any]:
    return {
        "id": one.id,
        "network": one.network,
        "channel": one.channel,
        "raw_name": one.raw_name,
        "words": one.words,
        "paid": str(one.paid),
        "evidence": list(one.evidence),
        "read_to": moment(one.read_to),
    }
