"""A decision on what somebody was shown: it holds for exactly that, or for nothing.

A page lies open for minutes. What was edited, moved or decided meanwhile is not what the person
said yes to; the decision is refused whole, and says what has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError, Roles, approve_all, existing, reject
from campaign.models import Delivery
from campaign.publishing.verdict import latest_at
from campaign.states import PEOPLES_WORDS, State
from campaign.store.deliveries import Change, get_deliveries, modes
from campaign.store.leaders import later_parts


@dataclass(frozen=True, slots=True)
class Shown:
    """What stood on the page of one delivery."""

    delivery: str
    content_hash: str
    wall_time: str


class HasChangedError(CannotDecideError):
    """What was shown is not what is there now; nothing was decided."""

    def __init__(self, changes: Sequence[str]) -> None:
        self.changes = tuple(changes)
        super().__init__("; ".join(changes))


def shown(delivery: Delivery) -> Shown:
    """Return what a page has to hand back with a decision."""
    return Shown(delivery.id, delivery.content_hash, delivery.wall_time)


def stands_as(delivery: Delivery) -> str:
    """Return where a delivery stands, in one word that a form hands back with a decision."""
    return f"{delivery.state} {delivery.wall_time} {delivery.attempt} {delivery.content_hash}"


def check_stands(connection: Connection, delivery_id: str, seen: str) -> Delivery:
    """Return a delivery that stands where a form saw it; else raise `HasChangedError`."""
    delivery = existing(connection, delivery_id)
    if stands_as(delivery) != seen:
        words = PEOPLES_WORDS[State(delivery.state)]
        raise HasChangedError(
            [f"{delivery.id} has moved on since this page was made: {words}, {delivery.wall_time}"]
        )
    return delivery


def approve_as_shown(
    connection: Connection, seen: Sequence[Shown], change: Change, roles: Roles
) -> list[State]:
    """Open what this person may open of what was shown, all of it or none.

    Raises `HasChangedError` where a content or a time is another one now, where a later part of a
    thread would be approved unseen, and where the last moment to go out has passed.
    """
    _check(connection, seen, change, to_send=True)
    return approve_all(connection, [one.delivery for one in seen], change, roles)


def reject_as_shown(
    connection: Connection, seen: Sequence[Shown], change: Change, roles: Roles
) -> list[State]:
    """Send what was shown back to its author, all of it or none."""
    _check(connection, seen, change, to_send=False)
    return [reject(connection, one.delivery, change, roles) for one in seen]


def _check(connection: Connection, seen: Sequence[Shown], change: Change, *, to_send: bool) -> None:
    there = get_deliveries(connection, [one.delivery for one in seen])
    found = [words for one in seen if (words := _differs(one, there.get(one.delivery)))]
    if to_send and not found:
        found = [*_unseen(connection, seen), *_expired(connection, list(there.values()), change)]
    if found:
        raise HasChangedError(found)


def _differs(one: Shown, now: Delivery | None) -> str | None:
    if now is None:
        return f"{one.delivery} is no longer there"
    if now.state != State.AWAITING_APPROVAL:
        return f"{one.delivery} no longer waits for approval: {PEOPLES_WORDS[State(now.state)]}"
    if now.content_hash != one.content_hash:
        return f"{one.delivery} says something else now"
    if now.wall_time != one.wall_time:
        return f"{one.delivery} was moved from {one.wall_time} to {now.wall_time}"
    return None


def _unseen(connection: Connection, seen: Sequence[Shown]) -> list[str]:
    known = {one.delivery for one in seen}
    return [
        f"{one.id} would be approved along with it and was not shown"
        for one in later_parts(connection, known)
        if one.state == State.AWAITING_APPROVAL and one.id not in known
    ]


def _expired(connection: Connection, deliveries: Sequence[Delivery], change: Change) -> list[str]:
    by_hand = {name for name, mode in modes(connection).items() if mode == "pack"}
    return [
        f"{one.id} was due at {one.wall_time} and is too late now; give it a new time first"
        for one in deliveries
        if one.channel not in by_hand and one.follows is None and change.at > latest_at(one)
    ]
