"""Finds what somebody has to be told and was not told yet: by the rows, not by an event.

So it does not matter how often this is asked, in which process, or whether one was missed; and
what is over before anybody could be written to is told to nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, String, and_, cast, exists, func, select

from campaign.models import Delivery
from campaign.notices.kinds import STATE_OF, Kind
from campaign.states import State
from campaign.store.tables import DELIVERY, GATE, NOTICE

AT_ONCE = 2_000
"""Deliveries that are looked at in one round; the next round has the others."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is so, and of which nobody was told."""

    kind: Kind
    delivery: Delivery
    fact: str


def find_untold(connection: Connection) -> list[Found]:
    """Return what is so and was not noted, the earliest due first within a kind."""
    kinds = (*STATE_OF, Kind.APPROVAL)
    return [*_answers(connection), *(one for kind in kinds for one in _of_state(connection, kind))]


def open_matters(connection: Connection) -> Iterator[Found]:
    """Return everything that is so, told or not, but for partners' noes, which ask for nothing."""
    for kind, condition in _IS_SO.items():
        query = select(DELIVERY, _FACTS[kind].label("fact")).where(condition)
        rows = connection.execute(query.order_by(DELIVERY.c.due_at, DELIVERY.c.id))
        yield from (Found(kind, _delivery(row), row.fact) for row in rows)
    for one in _said_no(connection):
        if one.delivery.state != State.DECLINED:
            yield one


def still_so(
    connection: Connection, kind: Kind, ids: Sequence[str]
) -> dict[tuple[str, str], Delivery]:
    """Return, of some deliveries, what is still so, by delivery and fact."""
    here = DELIVERY.c.id.in_(list(ids))
    if kind in (Kind.SENT_BACK, Kind.PARTNER):
        return {(one.delivery.id, one.fact): one.delivery for one in _said_no(connection, here)}
    fact = _FACTS[kind]
    query = select(DELIVERY, fact.label("fact")).where(here, _IS_SO[kind])
    rows = connection.execute(query).all()
    return {(row.id, row.fact): _delivery(row) for row in rows}


_WAITS = and_(
    DELIVERY.c.state == State.AWAITING_APPROVAL,
    exists().where(
        GATE.c.delivery_id == DELIVERY.c.id,
        GATE.c.kind != "partner",
        (GATE.c.decision.is_(None))
        | GATE.c.content_hash.is_distinct_from(DELIVERY.c.content_hash)
        | and_(
            GATE.c.decision == "yes",
            GATE.c.day.is_distinct_from(func.substr(DELIVERY.c.wall_time, 1, 10)),
        ),
    ),
    # What was sent back waits for its author, not for a yes.
    ~exists().where(
        GATE.c.delivery_id == DELIVERY.c.id,
        GATE.c.decision == "no",
        GATE.c.content_hash == DELIVERY.c.content_hash,
    ),
)
_IS_SO: dict[Kind, ColumnElement[bool]] = {
    Kind.APPROVAL: _WAITS,
    **{kind: DELIVERY.c.state == state for kind, state in STATE_OF.items()},
}
_FACTS: dict[Kind, ColumnElement[str]] = {
    Kind.APPROVAL: DELIVERY.c.content_hash + " " + func.substr(DELIVERY.c.wall_time, 1, 10),
    Kind.REFUSED: cast(DELIVERY.c.attempt, String),
    Kind.UNKNOWN: cast(DELIVERY.c.attempt, String),
    Kind.MISSED: DELIVERY.c.wall_time + "",
}
_NAMES = tuple(column.name for column in DELIVERY.columns)


def _of_state(connection: Connection, kind: Kind) -> list[Found]:
    fact = _FACTS[kind]
    told = exists().where(
        NOTICE.c.delivery_id == DELIVERY.c.id, NOTICE.c.kind == kind, NOTICE.c.fact == fact
    )
    query = (
        select(DELIVERY, fact.label("fact"))
        .where(_IS_SO[kind], ~told)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(AT_ONCE)
    )
    return [Found(kind, _delivery(row), row.fact) for row in connection.execute(query)]


def _answers(connection: Connection) -> list[Found]:
    """Return what was sent back or declined and not told: there is never much of it."""
    found = list(_said_no(connection))
    query = select(NOTICE.c.delivery_id, NOTICE.c.fact).where(
        NOTICE.c.kind.in_((Kind.SENT_BACK, Kind.PARTNER))
    )
    told = {(row.delivery_id, row.fact) for row in connection.execute(query)}
    return [one for one in found if (one.delivery.id, one.fact) not in told]


def _said_no(connection: Connection, *conditions: ColumnElement[bool]) -> Iterator[Found]:
    """Return every delivery to which somebody said no, with when: a later no is another fact."""
    query = (
        select(DELIVERY, GATE.c.kind.label("gate"), GATE.c.decided_at.label("said_at"))
        .join(GATE, GATE.c.delivery_id == DELIVERY.c.id)
        .where(GATE.c.decision == "no", GATE.c.content_hash == DELIVERY.c.content_hash)
        .where(DELIVERY.c.state.in_((State.AWAITING_APPROVAL, State.DECLINED)), *conditions)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id, GATE.c.kind)
    )
    latest: dict[str, Found] = {}
    for row in connection.execute(query):
        partners = row.gate == "partner" or row.note.partition(": ")[0].endswith(
            "asks for a change"
        )
        kind = Kind.PARTNER if partners else Kind.SENT_BACK
        one = Found(kind, _delivery(row), row.said_at.isoformat())
        before = latest.get(row.id)
        if before is None or (one.fact, one.kind is Kind.PARTNER) > (
            before.fact,
            before.kind is Kind.PARTNER,
        ):
            latest[row.id] = one
    yield from latest.values()


def _delivery(row: object) -> Delivery:
    return Delivery.model_construct(**{name: getattr(row, name) for name in _NAMES})
