"""One delivery as the API shows it, and its ETag: the state that a decision is made upon."""

import hashlib
from typing import Any

from sqlalchemy import Connection

from analytics.json_values import moment
from campaign.decisions.approvals import Roles
from campaign.desk_views.contents import contents
from campaign.desk_views.status_json import row_of
from campaign.desk_views.waiting import waiting_for
from campaign.models import Delivery, Gate
from campaign.payload import Payload
from campaign.store.deliveries import get_delivery
from campaign.store.gates import closed_kinds, gates_of
from campaign.store.withdrawals import get_withdrawal
from campaign.web.api.caller import Caller
from campaign.web.api.problems import ProblemError
from campaign.web.api.shapes import ContentShape, GateShape, LinkShape, MediaShape, OneDeliveryShape


def delivery_at(connection: Connection, delivery_id: str) -> Delivery:
    """Return a delivery; raise a problem where there is none."""
    found = get_delivery(connection, delivery_id)
    if found is None:
        raise ProblemError("not-found", f"There is no delivery “{delivery_id}”")
    return found


def read_one(connection: Connection, caller: Caller, delivery_id: str) -> OneDeliveryShape:
    """Return a delivery with its content and gates; raise a problem where there is none."""
    delivery = delivery_at(connection, delivery_id)
    base = caller.desk.settings.pages_url
    content = contents(connection, [delivery.content_hash])[delivery.content_hash]
    return OneDeliveryShape(
        **row_in(connection, delivery, caller.roles),
        content_hash=delivery.content_hash,
        applied_by=sorted(delivery.applied_by.split(",")),
        content=content_shape(content),
        gates=_gates(connection, delivery),
        page=f"{base}/deliveries/{delivery.id}",
    )


def row_in(connection: Connection, delivery: Delivery, roles: Roles) -> dict[str, Any]:
    """Return a delivery's line of `campaign status --json`."""
    pulled = get_withdrawal(connection, delivery.id)
    withdrawals = {delivery.id: pulled} if pulled else {}
    waits = waiting_for(connection, [delivery], roles, withdrawals)[delivery.id]
    return row_of(delivery, waits, pulled)


def etag_of(shape: OneDeliveryShape) -> str:
    """Return the tag of exactly what was shown (RFC 9110, section 8.8.3)."""
    text = shape.model_dump_json()
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def check_condition(
    connection: Connection, caller: Caller, delivery_id: str, condition: str | None
) -> None:
    """Raise a problem unless the delivery is as its reader saw it (RFC 9110, section 13.1.1)."""
    seen = read_one(connection, caller, delivery_id)
    if condition is None:
        raise ProblemError("no-condition", "Send the ETag of the delivery in If-Match")
    tags = [one.strip() for one in condition.split(",")]
    if "*" not in tags and etag_of(seen) not in tags:
        detail = f"{delivery_id} has changed since you read it: it is {seen.state} now"
        raise ProblemError("stale", detail)


def content_shape(content: Payload) -> ContentShape:
    """Return what is sent, without the bytes of its media."""
    link = content.link
    return ContentShape(
        text=content.text,
        language=content.language,
        form=content.form,
        link=LinkShape(url=link.url, title=link.title, description=link.description)
        if link
        else None,
        media=[
            MediaShape(sha256=one.sha256, media_type=one.media_type, alt_text=one.alt_text)
            for one in content.media
        ],
    )


def _gates(connection: Connection, delivery: Delivery) -> list[GateShape]:
    closed = closed_kinds(connection, [delivery]).get(delivery.id, [])
    return [_gate(one, holds=one.kind not in closed) for one in gates_of(connection, delivery.id)]


def _gate(gate: Gate, *, holds: bool) -> GateShape:
    return GateShape(
        kind=gate.kind,
        decision=gate.decision,
        person=gate.person,
        stood_in_for=gate.stood_in_for,
        decided_at=moment(gate.decided_at),
        holds=holds,
        reason=gate.reason,
    )
