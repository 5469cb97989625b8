"""A rehearsal's result as JSON values; the keys are documented and stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

from campaign.prices import MICROS
from simulation.rehearse.calls import Bill
from simulation.rehearse.drill_story import verdict
from simulation.rehearse.drilled import PROMISED
from simulation.rehearse.outcomes import Line
from simulation.rehearse.result import ASSUMED, BANNER, Result
from simulation.rehearse.tokens import Token


def result_values(result: Result) -> dict[str, Any]:
    """Return everything the page shows."""
    script = result.script
    return {
        "rehearsal": True,
        "banner": BANNER,
        "campaign": script.schedule.campaign,
        "title": script.schedule.title or script.schedule.campaign,
        "from": str(script.schedule.runs.from_on),
        "until": str(script.until),
        "timezone": script.schedule.timezone,
        "seed": script.seed,
        "faults": str(result.level),
        "headline": result.headline,
        "assumed": list(ASSUMED),
        "to_fix": [
            {"weight": str(one.weight), "what": one.what, "where": one.where, "remedy": one.remedy}
            for one in result.fixes
        ],
        "states": {str(state): number for state, number in result.states.items()},
        "deliveries": [_line(one) for one in result.lines],
        "left_out": list(script.report.left_out),
        "lateness": {
            "posts": result.lateness.posts,
            "p50_s": result.lateness.p50,
            "p95_s": result.lateness.p95,
            "worst_s": result.lateness.worst,
        },
        "calls": _calls(result),
        "money": [_money(network, bill) for network, bill in result.bills.items()],
        "tokens": [_token(one) for one in result.tokens],
        "went_wrong": _went_wrong(result),
        "proof": {
            "posts_on_networks": result.stored,
            "by_hand_not_checked": result.by_hand,
            "violations": [
                {"kind": one.kind, "delivery": one.delivery, "why": one.why}
                for one in result.violations
            ],
        },
        "reports": [one.week.name for one in result.reports],
        "drill": _drill(result),
    }


def _line(one: Line) -> dict[str, Any]:
    return {
        "delivery": one.delivery,
        "post": one.post,
        "channel": one.channel,
        "partner": one.partner,
        "network": one.network,
        "by_hand": one.by_hand,
        "week": one.week,
        "due_at": _instant(one.due_at),
        "wall_time": one.wall_time,
        "state": str(one.state),
        "why": one.why,
        "notes": list(one.notes),
        "late_s": one.late_s,
        "attempts": one.attempts,
        "found": one.found,
    }


def _calls(result: Result) -> list[dict[str, Any]]:
    calls = result.calls
    return [
        {
            "network": network,
            "kinds": {
                kind: n for (name, kind), n in sorted(calls.by_kind.items()) if name == network
            },
            "weeks": [
                {
                    "week": week,
                    "writes": calls.by_week[network, week, True],
                    "reads": calls.by_week[network, week, False],
                }
                for week in calls.weeks
            ],
        }
        for network in result.networks
    ]


def _money(network: str, bill: Bill) -> dict[str, Any]:
    return {
        "network": network,
        "currency": "USD",
        "valid_from": str(bill.price.valid_from),
        "source": bill.price.source,
        "items": [
            {
                "for": one.words,
                "count": one.count,
                "each": one.each / MICROS,
                "amount": one.amount / MICROS,
            }
            for one in bill.items
        ],
        "total": bill.total / MICROS,
    }


def _token(one: Token) -> dict[str, Any]:
    known = one.life is not None and one.life != timedelta.max
    return {
        "channel": one.channel,
        "network": one.network,
        "field": one.field,
        "lasts": one.life_words,
        "lasts_days": one.life.days if known and one.life else None,
        "expires_in_campaign": one.expires_in_campaign,
    }


def _drill(result: Result) -> dict[str, Any] | None:
    drill = result.drill
    if drill is None:
        return None
    return {
        "verdict": verdict(drill),
        "holds": drill.holds,
        "thrown_at": _instant(drill.thrown_at),
        "thrown_by": drill.thrown_by,
        "call_in_flight": drill.in_flight,
        "calls_after": drill.calls_after,
        "last_call_s": drill.last_call_s,
        "promised_s": PROMISED.total_seconds(),
        "refused": drill.refused,
        "lifted_at": _instant(drill.lifted_at),
        "lifted_by": drill.lifted_by,
        "sent_by_lifting": drill.sent_by_lifting,
        "held": [
            {"delivery": one.delivery, "wall_time": one.wall_time, "decided": one.decided}
            for one in drill.held
        ],
    }


def _went_wrong(result: Result) -> dict[str, Any]:
    return {
        "faults": [
            {"network": network, "call": call, "fault": fault, "times": times}
            for (network, call, fault), times in sorted(result.calls.faults.items())
        ],
        "outages": dict(sorted(result.ordered.outages.items())),
        "late_answers": dict(sorted(result.ordered.late_answers.items())),
        "killed": result.deaths,
        "settled_by_person": result.settled,
        "found_after_lost_answer": sum(one.found for one in result.lines),
        "sent_after_several_attempts": sum(
            one.attempts > 1 and one.late_s is not None for one in result.lines
        ),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
