"""How things stand as JSON: what `campaign status --json` prints and the API answers.

The keys are a contract with other programs (docs/api.md): more may come, none goes. Times are in
UTC with a `Z`; what is not known is null.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analytics.json_values import moment
from analytics.walls import MissedReading
from campaign.credentials.ending import Ending
from campaign.link_checks.checking import Trouble
from campaign.mailing.undelivered import Undelivered
from campaign.models import Delivery
from campaign.models_changes import Withdrawal
from campaign.store.figures import LATENESS_OVER, Figures


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a campaign stands at one instant, besides its deliveries."""

    stops: Sequence[Any]
    """The rows of the stops that stand."""
    figures: Figures
    missed: Sequence[MissedReading]
    ending: Sequence[Ending]
    links: Sequence[Trouble]
    letters: Sequence[Undelivered]


def status_values(standing: Standing) -> dict[str, Any]:
    """Return everything but the deliveries."""
    return {
        "stopped": bool(standing.stops),
        "stops": [f"{one.scope} {one.target}".strip() for one in standing.stops],
        **_figures(standing.figures),
        "missed_readings": [_missed(one) for one in standing.missed],
        "sign_ins_ending": [_ending(one) for one in standing.ending],
        "links": [asdict(one) for one in standing.links],
        "letters": [_letter(one) for one in standing.letters],
    }


def row_of(one: Delivery, waiting_for: str | None, pulled: Withdrawal | None) -> dict[str, Any]:
    """Return a delivery as `status --json` prints it."""
    return {
        "id": one.id,
        "post": one.post,
        "channel": one.channel,
        "partner": one.partner,
        "network": one.network,
        "state": one.state,
        "due_at": moment(one.due_at),
        "published_at": moment(one.published_at),
        "remote_id": one.remote_id,
        "url": one.url,
        "attempts": one.attempt,
        "waiting_for": waiting_for,
        "note": one.note,
        "wall_time": one.wall_time,
        "evidence": one.evidence,
        "corrects": one.corrects,
        "withdrawal": pulled
        and {
            "asked_by": pulled.asked_by,
            "asked_at": moment(pulled.asked_at),
            "reason": pulled.reason,
            "stage": pulled.stage,
            "note": pulled.note,
        },
        "follows": one.follows,
    }


def _letter(one: Undelivered) -> dict[str, Any]:
    return {
        "id": one.id,
        "person": one.person,
        "subject": one.subject,
        "state": one.state,
        "written_at": moment(one.written_at),
        "needs_a_person": one.needs_a_person,
        "why": one.why,
    }


def _ending(one: Ending) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "account": one.account,
        "ends_at": moment(one.at),
        "warned_ahead_days": one.warned_ahead,
        "why": one.why or None,
    }


def _figures(seen: Figures) -> dict[str, Any]:
    oldest, late = seen.oldest_due, seen.lateness
    return {
        "as_of": moment(seen.as_of),
        "counts": {str(state): number for state, number in seen.counts.items()},
        "oldest_due": oldest
        and {
            "delivery": oldest.delivery,
            "due_at": moment(oldest.due_at),
            "age_s": oldest.age.total_seconds(),
        },
        "lateness": late
        and {
            "days": LATENESS_OVER.days,
            "deliveries": late.deliveries,
            "p50_s": late.p50.total_seconds(),
            "p95_s": late.p95.total_seconds(),
            "p99_s": late.p99.total_seconds(),
        },
    }


def _missed(one: MissedReading) -> dict[str, Any]:
    return {
        "delivery": one.delivery,
        "wall_at": moment(one.wall_at),
        "read_at": moment(one.read_at),
    }
