"""A correction as a post of its own that links to what it corrects, where nobody can edit.

It is a delivery like any other, with its own name, key, gates and attempts; only the schedule does
not know it. There is one at a time for each post, and never the same words twice.
"""

from sqlalchemy import Connection, select

from campaign.decisions.approvals import CannotDecideError, existing
from campaign.models import Delivery
from campaign.payload import Payload
from campaign.states import MAY_STILL_GO, State
from campaign.store.additions import Addition, add_deliveries
from campaign.store.deliveries import Change, delivery_of, log_line
from campaign.store.payloads import load_payload, save_payloads
from campaign.store.tables import CHANNEL, DELIVERY
from campaign.store.withdrawals import get_withdrawal

ON_ITS_WAY = (*MAY_STILL_GO, State.SENDING, State.UNKNOWN)


def linked_payload(before: Payload, text: str, url: str) -> Payload:
    """Return the correction as it will be sent: the words, and the address of what they correct."""
    words = text if url in text else f"{text}\n\n{url}"
    return Payload(
        network=before.network,
        handle=before.handle,
        server=before.server,
        text=words,
        language=before.language,
    )


def post_correction(
    connection: Connection, delivery_id: str, payload: Payload, change: Change, wall_time: str
) -> str:
    """Add the delivery that corrects a live one, due now; return its id."""
    delivery = existing(connection, delivery_id)
    _check(connection, delivery)
    earlier = corrections_by_post(connection, delivery.id)
    _check_earlier(connection, earlier, payload)
    values = {
        "id": f"correction:{delivery.id}.{len(earlier) + 1}",
        "entry": f"correction:{delivery.entry}",
        "post": delivery.post,
        "channel": delivery.channel,
        "partner": delivery.partner,
        "network": delivery.network,
        "run": f"{delivery.run}.{len(earlier) + 1}",
        "due_at": change.at,
        "wall_time": wall_time,
        "late_limit_s": delivery.late_limit_s,
        "content_hash": payload.content_hash,
        "gates": delivery.gates,
        "applied_by": change.who,
        "corrects": delivery.id,
    }
    gates = tuple(one for one in delivery.gates.split(",") if one)
    to = State.AWAITING_APPROVAL if gates else State.PLANNED
    save_payloads(connection, [payload], change.at)
    why = "" if gates else "no approval is asked for"
    addition = Addition(values=values, gates=gates, to=to, why=why)
    add_deliveries(connection, [addition], change)
    said = f"{values['id']} is to correct it: {change.why}"
    log_line(connection, delivery, Change(who=change.who, at=change.at, why=said))
    return str(values["id"])


def corrections_by_post(connection: Connection, delivery_id: str) -> list[Delivery]:
    """Return the deliveries that correct this one, the first one first."""
    query = select(DELIVERY).where(DELIVERY.c.corrects == delivery_id).order_by(DELIVERY.c.run)
    return [delivery_of(row) for row in connection.execute(query)]


def _check(connection: Connection, delivery: Delivery) -> None:
    mode = connection.execute(select(CHANNEL.c.mode).where(CHANNEL.c.id == delivery.channel))
    if delivery.state != State.PUBLISHED:
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: only live posts are corrected")
    if delivery.follows is not None:
        raise CannotDecideError(f"{delivery.id} follows {delivery.follows}: correct that one")
    if get_withdrawal(connection, delivery.id) is not None:
        raise CannotDecideError(f"{delivery.id} has been withdrawn")
    if mode.scalar_one() != "connected" or not delivery.url:
        raise CannotDecideError(f"{delivery.id} was posted by the partner, who has to correct it")


def _check_earlier(connection: Connection, earlier: list[Delivery], payload: Payload) -> None:
    for one in earlier:
        if one.state in ON_ITS_WAY:
            raise CannotDecideError(f"{one.id} is {one.state}: settle it first, or withdraw it")
        if one.state == State.PUBLISHED and _text(connection, one) == payload.text:
            raise CannotDecideError(f"{one.id} says exactly that already: {one.url}")


def _text(connection: Connection, delivery: Delivery) -> str:
    return load_payload(connection, delivery.content_hash).text
