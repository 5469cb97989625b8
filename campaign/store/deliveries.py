"""Reads deliveries and moves them from state to state.

The only code that writes `state`, but for `additions`, where those that are new get their first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from campaign.models import Delivery
from campaign.states import State, check_move
from campaign.store.database import DamagedError
from campaign.store.tables import CHANNEL, DELIVERY, MOVE


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who changes something, when and why: written beside every move."""

    who: str
    at: datetime
    why: str


def delivery_of(row: Row[Any]) -> Delivery:
    """Turn a row of the delivery table into the model, so that its fields have types.

    Made without the model's own start, which checks nothing here and takes seven times as long.
    """
    return Delivery.model_construct(**row._mapping)  # noqa: SLF001 - the documented way to it


def get_delivery(connection: Connection, delivery_id: str) -> Delivery | None:
    """Return one delivery, or None where there is none of that id."""
    row = connection.execute(select(DELIVERY).where(DELIVERY.c.id == delivery_id)).first()
    return delivery_of(row) if row else None


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


def move(
    connection: Connection,
    delivery: Delivery,
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
    result = connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery.id)
        .where(DELIVERY.c.state == old, DELIVERY.c.attempt == delivery.attempt)
        .values(state=to, **(values or {}))
    )
    if result.rowcount != 1:
        return False
    _log(connection, delivery.id, old, to, change)
    return True


def log_line(connection: Connection, delivery: Delivery, change: Change) -> None:
    """Write into a delivery's log without changing its state."""
    state = State(delivery.state)
    _log(connection, delivery.id, state, state, change)


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


def _log(
    connection: Connection, delivery_id: str, old: State | None, new: State, change: Change
) -> None:
    connection.execute(
        insert(MOVE).values(
            delivery_id=delivery_id,
            at=change.at,
            who=change.who,
            from_state=old,
            to_state=new,
            why=change.why,
        )
    )
