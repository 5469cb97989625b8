"""Somebody leaves: what they have in hand is listed first, then one step ends every access.

What they decided stands, since it was theirs to decide then. What they wrote and channels that
they signed in go on; somebody else is told to look after them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from campaign.access.links import void_links
from campaign.access.tokens import revoke_all, tokens_of
from campaign.access.visits import end_all
from campaign.people import has_applied
from campaign.states import MAY_STILL_GO
from campaign.store.absences import absences_of, end_absences
from campaign.store.backends import insert
from campaign.store.deliveries import Change
from campaign.store.tables import CREDENTIAL, DELIVERY, GATE, PERSON

A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class InHand:
    """What somebody would leave behind."""

    applied: tuple[str, ...]
    """Deliveries that they applied and that may still go out."""
    approved: tuple[str, ...]
    """Deliveries that may still go out on their yes, as `delivery (gate)`."""
    channels: tuple[str, ...]
    """Channels that work by their sign-in at the network."""
    tokens: tuple[str, ...]
    """Programs that work by an access token of theirs, by what the token is for."""
    deputies: tuple[str, ...]
    """For whom they stand in, and who stands in for them, from today on."""


def in_hand(connection: Connection, person: str, day: date) -> InHand:
    """Return what somebody would leave behind."""
    still = DELIVERY.c.state.in_(MAY_STILL_GO)
    wrote = select(DELIVERY.c.id, DELIVERY.c.applied_by).where(
        still, DELIVERY.c.applied_by.contains(person, autoescape=True)
    )
    said = (
        select(GATE.c.delivery_id, GATE.c.kind)
        .join_from(GATE, DELIVERY, DELIVERY.c.id == GATE.c.delivery_id)
        .where(still, GATE.c.person == person, GATE.c.decision == "yes")
    )
    signed_in = select(CREDENTIAL.c.channel).where(CREDENTIAL.c.connected_by == person)
    return InHand(
        applied=tuple(
            one.id
            for one in connection.execute(wrote.order_by(DELIVERY.c.id))
            if has_applied(person, one.applied_by)
        ),
        approved=tuple(
            f"{one.delivery_id} ({one.kind})"
            for one in connection.execute(said.order_by(GATE.c.delivery_id, GATE.c.kind))
        ),
        channels=_sorted(connection, signed_in),
        tokens=tuple(sorted(one.name for one in tokens_of(connection, person))),
        deputies=tuple(
            f"{one.deputy} for {one.absent}, {one.from_on} to {one.until_on}"
            for one in absences_of(connection, person, day)
        ),
    )


def leave(connection: Connection, person: str, by: str, now: datetime) -> int:
    """End every access of somebody, for good; return in how many browsers they were signed in."""
    values: dict[str, Any] = {
        "password_hash": None,
        "code_sealed": None,
        "subject": None,
        "changed_at": now,
        "left_at": now,
        "left_by": by,
    }
    statement = insert(connection, PERSON).values(id=person, code_step=0, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[PERSON.c.id], set_=values))
    void_links(connection, person)
    change = Change(who=by, at=now, why=f"{person} left")
    revoke_all(connection, person, change)
    # A day earlier than here may still be today somewhere else; what is over ends once more.
    end_absences(connection, absences_of(connection, person, (now - A_DAY).date()), change)
    return end_all(connection, person)


def everybody_who_left(connection: Connection) -> frozenset[str]:
    """Return the people whom nothing lets in any more."""
    query = select(PERSON.c.id).where(PERSON.c.left_at.is_not(None))
    return frozenset(connection.execute(query).scalars())


def has_left(connection: Connection, person: str) -> bool:
    """Whether somebody has left."""
    query = select(PERSON.c.left_at).where(PERSON.c.id == person)
    return connection.execute(query).scalar() is not None


def come_back(connection: Connection, person: str, now: datetime) -> None:
    """Let somebody in again who had left; they need a new password or link."""
    values = {"left_at": None, "left_by": None, "changed_at": now}
    statement = insert(connection, PERSON).values(id=person, code_step=0, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[PERSON.c.id], set_=values))


def _sorted(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(sorted(connection.execute(query).scalars()))
