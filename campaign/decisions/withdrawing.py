"""A person's word that a post shall not stand: written at once, carried out by `publishing`.

Also whom it concerns besides: partners on whose account it stands, who hold it in a pack, or who
posted it by hand. They are told once, by e-mail where it is set up, else by whoever withdraws it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from campaign.decisions.approvals import CannotDecideError, existing
from campaign.decisions.concerned import (
    Concerned,
    Matter,
    channels_by_hand,
    concerned_by,
    others_of,
    write_to,
)
from campaign.models import Delivery
from campaign.publishing.takedown import cancel, gone
from campaign.schedule.model import Schedule
from campaign.states import MAY_STILL_GO, State
from campaign.store.corrections import Stage, open_correction, set_stage
from campaign.store.deliveries import Change, log_line
from campaign.store.leaders import later_parts
from campaign.store.withdrawals import (
    claim_withdrawal,
    end_by_word,
    get_withdrawal,
    write_withdrawal,
)

OVER = frozenset({State.CANCELLED, State.DECLINED, State.WITHDRAWN})
"""Nothing of it is out, and nothing goes out."""


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
    if state in OVER:
        raise CannotDecideError(f"{delivery.id} is {state}: there is nothing to withdraw")
    others = others_of(connection, delivery)
    concerned = concerned_by(connection, [delivery, *others], schedule, _stands)
    write_withdrawal(connection, delivery.id, change)
    corrected = open_correction(connection, delivery.id)
    if corrected is not None:
        set_stage(connection, corrected, Stage.DROPPED)
    why = f"withdrawn: {change.why}"
    log_line(connection, delivery, Change(who=change.who, at=change.at, why=why))
    if state in MAY_STILL_GO:
        state = _cancel(connection, delivery, change.at)
    elsewhere = tuple(one.id for one in others if one.channel not in channels_by_hand(connection))
    return Withdrawn(state=state, concerned=concerned, elsewhere=elsewhere)


def with_later_parts(connection: Connection, named: Sequence[str]) -> list[str]:
    """Add what comes after these in their threads, the last part first: none is to hang in the air.

    Parts that are over already are left out.
    """
    found = later_parts(connection, list(named))
    later = [one.id for one in reversed(found) if one.state not in OVER]
    return list(dict.fromkeys((*(one for one in later if one not in named), *named)))


def withdraw_all(
    connection: Connection, ids: Sequence[str], change: Change, schedule: Schedule, *, mail: bool
) -> list[Withdrawn]:
    """Withdraw several together; with `mail`, write to the partners whom that concerns."""
    asked = [withdraw(connection, one, change, schedule) for one in ids]
    if mail:
        posts = dict.fromkeys(existing(connection, one).post for one in ids)
        title = schedule.title or schedule.campaign
        write_to(connection, all_concerned(asked), matter_of(list(posts), change, title))
    return asked


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


def _cancel(connection: Connection, delivery: Delivery, at: datetime) -> State:
    claimed = claim_withdrawal(connection, delivery.id, at, at - at)
    if claimed is None:
        raise CannotDecideError(f"{delivery.id} is being withdrawn already")
    done = cancel(connection, delivery, claimed, at)
    if done is None:
        raise CannotDecideError(f"{delivery.id} has just been changed by somebody else")
    return done


def _stands(one: Delivery, *, by_us: bool) -> str:
    if by_us:
        at = f" at {one.url}" if one.url else ""
        return f"{one.channel}: we are deleting what we posted for you{at}"
    if one.state == State.PUBLISHED:
        return f"{one.channel}: please delete what you posted at {one.url}, and tell us"
    return f"{one.channel}: please do not post it; the pack no longer holds"


def matter_of(posts: Sequence[str], change: Change, title: str) -> Matter:
    """Return what partners are told of posts that were withdrawn together."""
    named = ", ".join(posts)
    return Matter(
        purpose="withdrawal",
        subject=f"Withdrawn: “{named}” of {title}",
        lead=f"The post “{named}” of {title} has been withdrawn by {change.who}.\n\n"
        f"Why: {change.why}",
        closing="Reposts and shares of it, and copies of its text or pictures that you keep, "
        "should go, too. Please answer this e-mail when that is done, or if something keeps you "
        "from it.",
        at=change.at,
    )
