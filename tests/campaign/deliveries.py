"""Planned deliveries and rows as plain values, for the tests of diff and apply."""

from datetime import UTC, datetime, timedelta
from typing import Any

from campaign.models import Delivery
from campaign.payload import Payload
from campaign.plan import PlannedDelivery

NOW = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
TUESDAY = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def planned(
    delivery: str = "myth/ico-x/1", text: str = "Hello.", **changes: Any
) -> PlannedDelivery:
    """Return one delivery as the plan has it: due on Tuesday, waiting for approval."""
    entry, channel, run = delivery.split("/")[:3]
    due_at = changes.pop("due_at", TUESDAY)
    payload = Payload(network="x", handle="@ico.example", server=None, text=text, language="en")
    usual: dict[str, Any] = {
        "id": delivery,
        "entry": entry,
        "post": entry,
        "channel": channel,
        "partner": "ico",
        "network": "x",
        "mode": "connected",
        "run": run,
        "due_at": due_at,
        "wall_time": f"{due_at:%Y-%m-%d %H:%M}",
        "late_limit": HALF_AN_HOUR,
        "gates": ("approval",),
        "payload": payload,
        "theme": "rumour",
        "notes": (),
    }
    return PlannedDelivery(**{**usual, **changes})


def thread(*texts: str, root: str = "myth/ico-x/1", **changes: Any) -> list[PlannedDelivery]:
    """Return a thread as the plan has it, each part after the one before."""
    found = [planned(root, texts[0], **changes)]
    for part, text in enumerate(texts[1:], start=2):
        before = found[-1].id
        found.append(planned(f"{root}/{part}", text, part=part, follows=before, **changes))
    return found


def row(one: PlannedDelivery, state: str = "awaiting-approval", **changes: Any) -> Delivery:
    """Return a delivery as it is stored after it was applied and came to a state."""
    usual: dict[str, Any] = {
        "id": one.id,
        "entry": one.entry,
        "post": one.post,
        "channel": one.channel,
        "partner": one.partner,
        "network": one.network,
        "run": one.run,
        "state": state,
        "due_at": one.due_at,
        "wall_time": one.wall_time,
        "late_limit_s": int(one.late_limit.total_seconds()),
        "content_hash": one.payload.content_hash,
        "gates": ",".join(one.gates),
        "follows": one.follows,
        "applied_by": "ama",
    }
    return Delivery(**{**usual, **changes})
