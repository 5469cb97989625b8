"""Other words for a post that is out: asked for by one person, said yes to by others.

What is said yes to is bound to the content: another wording is another correction, and drops the
one that was open. Pictures, link and account cannot be changed in place.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from campaign.decisions.approvals import CannotDecideError, Roles, existing, in_right_of
from campaign.decisions.concerned import Concerned, Matter, concerned_by, others_of, write_to
from campaign.models import Delivery
from campaign.models_changes import Correction
from campaign.payload import Payload
from campaign.people import NotAllowedError, Right, right_to
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.corrections import (
    Stage,
    add_correction,
    open_correction,
    set_stage,
    words_of,
    write_words,
)
from campaign.store.deliveries import Change, log_line
from campaign.store.leaders import is_repost
from campaign.store.payloads import load_payload, save_payloads
from campaign.store.tables import CHANNEL
from campaign.store.withdrawals import get_withdrawal
from connectors.contract import Network

PARTNER = "partner"


def with_text(before: Payload, text: str) -> Payload:
    """Return what stands there now, with another text."""
    return replace(before, text=text)


def ask_correction(
    connection: Connection, delivery_id: str, payload: Payload, change: Change, network: Network
) -> Correction:
    """Write that a post shall say something else; raise where that cannot be done in place."""
    delivery = existing(connection, delivery_id)
    _check(connection, delivery, payload, network)
    earlier = open_correction(connection, delivery_id)
    if earlier is not None:
        _drop(connection, delivery, earlier, change)
    save_payloads(connection, [payload], change.at)
    wanted = Correction(
        delivery_id=delivery.id,
        before_hash=delivery.content_hash,
        content_hash=payload.content_hash,
        asked_by=change.who,
        asked_at=change.at,
        reason=change.why,
        gates=delivery.gates,
        stage=Stage.AWAITING_APPROVAL if delivery.gates else Stage.APPROVED,
    )
    number = add_correction(connection, wanted)
    why = f"correction asked for: {change.why}"
    log_line(connection, delivery, Change(who=change.who, at=change.at, why=why))
    return Correction.model_construct(**{**wanted.model_dump(), "id": number})


def approve_correction(
    connection: Connection, delivery_id: str, change: Change, roles: Roles, *, speaks_for: str
) -> tuple[Correction, list[str]]:
    """Say yes to a correction; return it, and the kinds of yes that it still needs.

    `speaks_for` is the partner whom the person speaks for, empty for none.
    """
    delivery = existing(connection, delivery_id)
    found = open_correction(connection, delivery_id)
    if found is None or found.stage != Stage.AWAITING_APPROVAL:
        raise CannotDecideError(f"no correction of {delivery.id} waits for approval")
    if change.who == found.asked_by:
        raise NotAllowedError(f"{change.who} asked for it and cannot approve it: nobody does both")
    closed = _closed(connection, found)
    is_theirs = speaks_for == delivery.partner
    partners = Right(change.who) if is_theirs else None
    rights = {
        one: partners if one == PARTNER else right_to(one, change.who, roles, found.asked_by)
        for one in closed
    }
    mine = [one for one in closed if rights[one] is not None]
    if not mine:
        raise NotAllowedError(f"{delivery.id} waits for {' and '.join(closed)}, not {change.who}")
    write_words(connection, found, mine, change)
    left = [one for one in closed if one not in mine]
    if not left:
        set_stage(connection, found, Stage.APPROVED)
    why = f"correction approved ({', '.join(mine)})"
    said = Change(who=change.who, at=change.at, why=why)
    log_line(connection, delivery, in_right_of(said, [one for one in rights.values() if one]))
    return found, left


def matter_of(delivery: Delivery, text: str, change: Change, title: str) -> Matter:
    """Return what partners are told of a correction that everybody has said yes to."""
    return Matter(
        purpose="correction",
        subject=f"Corrected: “{delivery.post}” of {title}",
        lead=f"The post “{delivery.post}” of {title} is corrected.\n\nWhy: {change.why}\n\n"
        f"It now says:\n\n{text}",
        closing="Please answer this e-mail when that is done, or if something keeps you from it.",
        at=change.at,
        again=True,
    )


def to_tell(
    connection: Connection, delivery: Delivery, schedule: Schedule
) -> tuple[Concerned, ...]:
    """Return the partners who have the post in their hands, or on their account."""
    deliveries = [delivery, *others_of(connection, delivery)]
    return concerned_by(connection, deliveries, schedule, _asks)


def tell(
    connection: Connection, delivery: Delivery, matter: Matter, schedule: Schedule, *, mail: bool
) -> tuple[Concerned, ...]:
    """Return the partners concerned by a correction, and write to them where e-mail is set up."""
    told = to_tell(connection, delivery, schedule)
    if mail:
        write_to(connection, told, matter)
    return told


def _asks(one: Delivery, *, by_us: bool) -> str:
    if by_us:
        return f"{one.channel}: we are correcting what we posted for you at {one.url}"
    if one.state == State.PUBLISHED:
        return f"{one.channel}: please correct what you posted at {one.url} in the same sense"
    return f"{one.channel}: please correct the wording of your pack in the same sense"


def drop_correction(connection: Connection, delivery_id: str, change: Change) -> None:
    """Take back a correction that is not done."""
    delivery = existing(connection, delivery_id)
    found = open_correction(connection, delivery_id)
    if found is None:
        raise CannotDecideError(f"{delivery.id} has no correction that is not done")
    _drop(connection, delivery, found, change)


def _closed(connection: Connection, correction: Correction) -> list[str]:
    said = {
        one.kind
        for one in words_of(connection, correction.id or 0)
        if one.content_hash == correction.content_hash
    }
    return [one for one in correction.gates.split(",") if one and one not in said]


def _drop(connection: Connection, delivery: Delivery, found: Correction, change: Change) -> None:
    if found.lease_until is not None and found.lease_until > change.at:
        raise CannotDecideError(f"{delivery.id} is being corrected right now; try again soon")
    if not set_stage(connection, found, Stage.DROPPED):
        raise CannotDecideError(f"{delivery.id} has just been changed by somebody else")
    why = f"correction taken back: {change.why}"
    log_line(connection, delivery, Change(who=change.who, at=change.at, why=why))


def _check(connection: Connection, delivery: Delivery, payload: Payload, network: Network) -> None:
    mode = connection.execute(select(CHANNEL.c.mode).where(CHANNEL.c.id == delivery.channel))
    if delivery.state != State.PUBLISHED:
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: only live posts are corrected")
    if is_repost(delivery):
        raise CannotDecideError(f"{delivery.id} passes another post on and has no words of its own")
    if get_withdrawal(connection, delivery.id) is not None:
        raise CannotDecideError(f"{delivery.id} has been withdrawn")
    if mode.scalar_one() != "connected":
        raise CannotDecideError(f"{delivery.id} was posted by the partner, who has to edit it")
    if not network.capabilities.edits:
        raise CannotDecideError(
            f"{network.title} lets no program edit a post; post the correction as a post of its "
            f"own (--linked), or take it down with `campaign withdraw {delivery.id}`"
        )
    _only_the_words(delivery, load_payload(connection, delivery.content_hash), payload)


def _only_the_words(delivery: Delivery, before: Payload, after: Payload) -> None:
    if replace(after, text="", language="") != replace(before, text="", language=""):
        raise CannotDecideError(
            f"{delivery.id}: only words can be changed in place, not pictures, alt text, link or "
            f"account; take it down with `campaign withdraw {delivery.id}` and post it anew"
        )
    if after.text == before.text:
        raise CannotDecideError(f"{delivery.id} says exactly that already")


def kinds_left(connection: Connection, correction: Correction) -> Sequence[str]:
    """Return the kinds of yes that a correction still needs."""
    return _closed(connection, correction)
