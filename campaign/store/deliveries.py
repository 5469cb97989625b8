"""Reads deliveries and moves them from state to state.

The only code that writes `state`, but for `additions`, where those that are new get their first.

Statements that sending needs are built once: building one costs more than running it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from campaign.models import Delivery
from campaign.states import State, check_move
from campaign.store.database import DamagedError
from campaign.store.prepared import Prepared
from campaign.store.tables import CHANNEL, DELIVERY, MOVE


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who changes something, when and why: written beside every move."""

    who: str
    at: datetime
    why: str
    stood_in_for: str | None = None
    """The absent person in whose right a deputy decides; None for one's own."""
    reason: str = ""
    """What the person gave as the reason, kept beside what the program says of each delivery."""


@dataclass(frozen=True, slots=True)
class Due:
    """What sending has to know of a delivery; the model takes thirty times as long to make."""

    id: str
    post: str
    channel: str
    partner: str
    network: str
    state: str
    due_at: datetime
    late_limit_s: int
    content_hash: str
    attempt: int
    lease_until: datetime | None
    not_before: datetime | None
    follows: str | None = None
    unsure_since: datetime | None = None


AnyDelivery = Delivery | Due
DUE_COLUMNS = tuple(DELIVERY.c[one.name] for one in fields(Due))


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One delivery on its way to another state."""

    delivery: AnyDelivery
    to: State
    change: Change
    values: Mapping[str, Any]
    """What else changes in its row."""


_MOVE_ON = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("the_id"))
    .where(
        DELIVERY.c.state == bindparam("seen_state"), DELIVERY.c.attempt == bindparam("seen_attempt")
    )
)
_LINE = Prepared(insert(MOVE), "delivery_id", "at", "who", "from_state", "to_state", "why")
_ON_WHERE = (
    select(DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.attempt)
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(DELIVERY.c.id)
)
_STAND = Prepared(_ON_WHERE)
_STAND_STILL = Prepared(_ON_WHERE.with_for_update())


def delivery_of(row: Row[Any]) -> Delivery:
    """Turn a row of the delivery table into the model, so that its fields have types.

    Made without the model's own start, which checks nothing here and takes seven times as long.
    """
    return Delivery.model_construct(**row._mapping)  # noqa: SLF001 - the documented way to it


def get_delivery(connection: Connection, delivery_id: str) -> Delivery | None:
    """Return one delivery, or None where there is none of that id."""
    row = connection.execute(select(DELIVERY).where(DELIVERY.c.id == delivery_id)).first()
    return delivery_of(row) if row else None


def get_deliveries(connection: Connection, ids: Collection[str]) -> dict[str, Delivery]:
    """Return those of some thousand deliveries that exist, by id."""
    query = select(DELIVERY).where(DELIVERY.c.id.in_(list(ids)))
    return {row.id: delivery_of(row) for row in connection.execute(query)}


def list_deliveries(connection: Connection) -> list[Delivery]:
    """Return every delivery, earliest first; raise `DamagedError` where a row is no delivery."""
    query = select(DELIVERY).order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    try:
        found = [delivery_of(row) for row in connection.execute(query)]
        for one in found:
            State(one.state)
    except ValueError as error:
        names = ", ".join(_damaged(connection))
        message = f"damaged in the database: {names}; put a backup of the database in its place"
        raise DamagedError(message) from error
    return found


def _damaged(connection: Connection) -> Iterator[str]:
    for one in connection.execute(select(DELIVERY.c.id)).scalars().all():
        try:
            found = get_delivery(connection, one)
            State(found.state if found else "")
        except ValueError:
            yield one


def modes(connection: Connection) -> dict[str, str]:
    """Return the mode of every channel by id."""
    query = select(CHANNEL.c.id, CHANNEL.c.mode)
    return {row.id: row.mode for row in connection.execute(query)}


def standing(
    connection: Connection, deliveries: Collection[AnyDelivery], *, to_change: bool
) -> set[tuple[str, int]]:
    """Return id and attempt of those that stand where the caller saw them.

    With `to_change` they stay there until the transaction ends.
    """
    seen = {(one.id, one.state, one.attempt) for one in deliveries}
    query = _STAND_STILL if to_change else _STAND
    rows = query.rows(connection, {"ids": sorted({one.id for one in deliveries})})
    return {(row.id, row.attempt) for row in rows if (row.id, row.state, row.attempt) in seen}


def move_all(connection: Connection, steps: Sequence[Step]) -> None:
    """Move deliveries that are `standing`, all of them with values of the same names."""
    if not steps:
        return
    for one in steps:
        check_move(State(one.delivery.state), one.to)
    names = tuple(steps[0].values)
    moved = _moves(names).change(connection, [_moving(one) for one in steps])
    if moved != len(steps):
        message = f"of {len(steps)} deliveries that stood still only {moved} could be moved"
        raise RuntimeError(message)
    lines = [_line(one.delivery.id, State(one.delivery.state), one.to, one.change) for one in steps]
    _LINE.change(connection, lines)


def move(
    connection: Connection,
    delivery: AnyDelivery,
    to: State,
    change: Change,
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Move a delivery on, unless somebody else moved it first.

    The update is fenced by the state and the attempt that the caller saw: False means that the
    row has moved on since, and that nothing was changed.
    """
    old = State(delivery.state)
    check_move(old, to)
    step = Step(delivery=delivery, to=to, change=change, values=values or {})
    if _moves(tuple(step.values)).change(connection, [_moving(step)]) != 1:
        return False
    _LINE.change(connection, [_line(delivery.id, old, to, change)])
    return True


@lru_cache(maxsize=32)
def _moves(names: tuple[str, ...]) -> Prepared:
    """Return the fenced update of the state and of these columns."""
    return Prepared(_MOVE_ON, "state", *names)


def _moving(step: Step) -> dict[str, Any]:
    seen = step.delivery
    fence = {"the_id": seen.id, "seen_state": seen.state, "seen_attempt": seen.attempt}
    return {**fence, "state": step.to, **step.values}


def log_line(connection: Connection, delivery: AnyDelivery, change: Change) -> None:
    """Write into a delivery's log without changing its state."""
    state = State(delivery.state)
    _LINE.change(connection, [_line(delivery.id, state, state, change)])


def log_lines(connection: Connection, lines: Iterable[tuple[Delivery, Change]]) -> None:
    """Write into the logs of many deliveries without changing their states."""
    rows = [_line(one.id, State(one.state), State(one.state), change) for one, change in lines]
    if rows:
        connection.execute(insert(MOVE), rows)


def history(connection: Connection, delivery_id: str) -> Sequence[Row[Any]]:
    """Return the log of one delivery, oldest first."""
    query = select(MOVE).where(MOVE.c.delivery_id == delivery_id).order_by(MOVE.c.id)
    return connection.execute(query).all()


def update_fields(connection: Connection, ids: Iterable[str], **values: Any) -> None:
    """Change attributes other than the state."""
    if "state" in values:
        message = "the state is changed by `move`"
        raise ValueError(message)
    connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(list(ids))).values(**values))


def update_each(connection: Connection, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Change attributes other than the state in many deliveries, in all of them the same ones."""
    rows = [{"the_id": delivery_id, **values} for delivery_id, values in changes.items()]
    if rows:
        statement = update(DELIVERY).where(DELIVERY.c.id == bindparam("the_id"))
        connection.execute(statement, rows)


def _line(delivery_id: str, old: State | None, new: State, change: Change) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "at": change.at,
        "who": change.who,
        "from_state": old,
        "to_state": new,
        "why": change.why,
    }
