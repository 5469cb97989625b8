"""A person's word that a post shall not stand: written at once, carried out by `publishing`.

Also whom it concerns besides: partners on whose account it stands, who hold it in a pack, or who
posted it by hand. They are told once, by e-mail where it is set up, else by whoever withdraws it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, or_, select

from campaign.decisions.approvals import CannotDecideError, existing
from campaign.mailing.outbox import PLANNED, letters_of, write_letters
from campaign.models import Delivery
from campaign.models_reports import Letter
from campaign.publishing.takedown import cancel, gone
from campaign.schedule.model import Schedule
from campaign.states import MAY_STILL_GO, OUT, State
from campaign.store.corrections import Stage, open_correction, set_stage
from campaign.store.deliveries import Change, delivery_of, log_line
from campaign.store.tables import CHANNEL, DELIVERY
from campaign.store.withdrawals import (
    claim_withdrawal,
    end_by_word,
    get_withdrawal,
    write_withdrawal,
)

BY_HAND = ("pack", "repost")
"""Modes of channels on which a partner has the post in its own hands."""

HOLDS_IT = (State.WITH_PARTNER, State.NO_ANSWER, State.PUBLISHED)
PURPOSE = "withdrawal"
_ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Concerned:
    """A partner who has to know, and what of it stands where."""

    partner: str
    name: str
    contact: str
    where: tuple[str, ...]
    """One sentence a delivery."""

    @property
    def address(self) -> str | None:
        """The e-mail address among what is known of it, if that is one."""
        return self.contact if _ADDRESS.fullmatch(self.contact) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """What a word has done so far, and who has to be told."""

    state: State
    concerned: tuple[Concerned, ...]
    elsewhere: tuple[str, ...]
    """Deliveries of the same post on our own accounts, which this word leaves alone."""


def withdraw(
    connection: Connection, delivery_id: str, change: Change, schedule: Schedule
) -> Withdrawn:
    """Write that a post shall not stand; what has not gone out is cancelled at once.

    Raises `CannotDecideError` where nothing is out and nothing can go out.
    """
    delivery = existing(connection, delivery_id)
    state = State(delivery.state)
    if state in (State.CANCELLED, State.DECLINED, State.WITHDRAWN):
        raise CannotDecideError(f"{delivery.id} is {state}: there is nothing to withdraw")
    others = _others(connection, delivery)
    concerned = _concerned(connection, [delivery, *others], schedule)
    write_withdrawal(connection, delivery.id, change)
    corrected = open_correction(connection, delivery.id)
    if corrected is not None:
        set_stage(connection, corrected, Stage.DROPPED)
    why = f"withdrawn: {change.why}"
    log_line(connection, delivery, Change(who=change.who, at=change.at, why=why))
    if state in MAY_STILL_GO:
        state = _cancel(connection, delivery, change.at)
    elsewhere = tuple(one.id for one in others if one.channel not in _by_hand(connection))
    return Withdrawn(state=state, concerned=concerned, elsewhere=elsewhere)


def say_gone(connection: Connection, delivery_id: str, change: Change) -> State:
    """Take a person's word that a withdrawn post is no longer there."""
    delivery = existing(connection, delivery_id)
    said = get_withdrawal(connection, delivery_id)
    if said is None:
        raise CannotDecideError(
            f"{delivery.id} has not been withdrawn; withdraw it with --reason first"
        )
    if delivery.state != State.PUBLISHED:
        raise CannotDecideError(f"{delivery.id} is {delivery.state}: nothing of it is live")
    end_by_word(connection, [delivery.id], change)
    note = f"{change.who} says that it is gone: {change.why}"
    gone(connection, delivery, said, note, change.at)
    return State.WITHDRAWN


def all_concerned(withdrawn: Iterable[Withdrawn]) -> list[Concerned]:
    """Return everybody whom several withdrawals concern, each once with all that is said."""
    found: dict[str, Concerned] = {}
    for one in (concerned for each in withdrawn for concerned in each.concerned):
        known = found.get(one.partner, one)
        found[one.partner] = replace(one, where=tuple(dict.fromkeys((*known.where, *one.where))))
    return list(found.values())


def write_to(
    connection: Connection, concerned: Iterable[Concerned], post: str, change: Change, title: str
) -> None:
    """Put an e-mail to every partner with an address into the outbox; nothing is told twice."""
    said = letters_of(connection, f"{PURPOSE}/")
    letters = []
    for one in concerned:
        known = "\n".join(letter.text for letter in said if letter.person == one.partner)
        where = tuple(line for line in one.where if line not in known)
        if one.address and where:
            number = sum(letter.person == one.partner for letter in said) + 1
            letters.append(_letter(replace(one, where=where), number, post, change, title))
    write_letters(connection, letters)


def _cancel(connection: Connection, delivery: Delivery, at: datetime) -> State:
    claimed = claim_withdrawal(connection, delivery.id, at, at - at)
    if claimed is None:
        raise CannotDecideError(f"{delivery.id} is being withdrawn already")
    done = cancel(connection, delivery, claimed, at)
    if done is None:
        raise CannotDecideError(f"{delivery.id} has just been changed by somebody else")
    return done


def _by_hand(connection: Connection) -> set[str]:
    query = select(CHANNEL.c.id).where(CHANNEL.c.mode.in_(BY_HAND))
    return set(connection.execute(query).scalars())


def _others(connection: Connection, delivery: Delivery) -> list[Delivery]:
    """Return the other deliveries of the same post that somebody holds or everybody sees."""
    query = (
        select(DELIVERY)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.post == delivery.post, DELIVERY.c.id != delivery.id)
        .where(DELIVERY.c.state.in_(HOLDS_IT))
        .where(or_(CHANNEL.c.mode.in_(BY_HAND), DELIVERY.c.state == State.PUBLISHED))
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    return [delivery_of(row) for row in connection.execute(query)]


def _concerned(
    connection: Connection, deliveries: Sequence[Delivery], schedule: Schedule
) -> tuple[Concerned, ...]:
    by_hand = _by_hand(connection)
    first = deliveries[0]
    where: dict[str, list[str]] = {}
    for one in deliveries:
        has_it = one.channel in by_hand and one.state in HOLDS_IT
        is_its_own = one is first and (one.state in OUT or one.state in _MAY_BE_OUT)
        if not _is_owner(schedule, one.partner) and (has_it or is_its_own):
            where.setdefault(one.partner, []).append(_stands(one, by_us=one.channel not in by_hand))
    return tuple(_known(schedule, partner, lines) for partner, lines in where.items())


_MAY_BE_OUT = (State.SENDING, State.UNKNOWN)


def _is_owner(schedule: Schedule, partner: str) -> bool:
    known = schedule.partners.get(partner)
    return known is not None and known.owner


def _known(schedule: Schedule, partner: str, where: Sequence[str]) -> Concerned:
    known = schedule.partners.get(partner)
    name, contact = (known.name, known.contact or "") if known else (partner, "")
    return Concerned(partner=partner, name=name, contact=contact, where=tuple(where))


def _stands(one: Delivery, *, by_us: bool) -> str:
    if by_us:
        at = f" at {one.url}" if one.url else ""
        return f"{one.channel}: we are deleting what we posted for you{at}"
    if one.state == State.PUBLISHED:
        return f"{one.channel}: please delete what you posted at {one.url}, and tell us"
    return f"{one.channel}: please do not post it; the pack no longer holds"


def _letter(one: Concerned, number: int, post: str, change: Change, title: str) -> Letter:
    return Letter(
        id=f"{PURPOSE}/{one.partner}/{number}",
        purpose=PURPOSE,
        person=one.partner,
        address=one.contact,
        subject=f"Withdrawn: “{post}” of {title}",
        text=_text(one, post, change, title),
        state=PLANNED,
        created_at=change.at,
    )


def _text(one: Concerned, post: str, change: Change, title: str) -> str:
    listed = "\n".join(f"- {line}" for line in one.where)
    return (
        f"The post “{post}” of {title} has been withdrawn by {change.who}.\n\n"
        f"Why: {change.why}\n\n{listed}\n\n"
        "Reposts and shares of it, and copies of its text or pictures that you keep, should go, "
        "too. Please answer this e-mail when that is done, or if something keeps you from it.\n"
    )
