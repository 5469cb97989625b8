"""Moves a campaign into another database, so that at every moment one of the two is in use.

While everything is copied, in one transaction on either side, nobody can write into the old
database. The new one is complete before the old one says that the campaign has left, and is not
used before that. Wherever this is broken off: until the old database says so it stays in use, and
running the move again begins anew, or does what was left to be done.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, inspect, select, text, update
from sqlmodel import SQLModel

from campaign.store.backends import StoreError, address_of, engine_for, shown_address
from campaign.store.copying import (
    TABLES,
    be_patient,
    clear_rows,
    copy_rows,
    count_rows,
    differing,
    fingerprints,
    renumber,
)
from campaign.store.database import Store, explained
from campaign.store.fingerprint import Fingerprint
from campaign.store.tables import DELIVERY, RELOCATION, STOP
from campaign.store.whereabouts import Stage

OWN = {one.name for one in SQLModel.metadata.sorted_tables} | {"alembic_version"}


class MoveError(StoreError):
    """A move that cannot be made; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Who moves a campaign where, and when."""

    source: Store
    target: Store
    source_address: str
    target_address: str
    """Both without secrets: they are kept, and shown to people."""
    person: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What a move has done."""

    rows: dict[str, int]
    """By table."""
    sending: int
    """Deliveries that were being sent: recovery looks them up in the new database."""


def check_empty(url: str) -> None:
    """Refuse a database that holds anything already, but for a move that was broken off.

    Raises:
        MoveError: there are tables of another program, or rows.
    """
    with explained(url):
        engine = engine_for(address_of(url))
        try:
            with engine.execution_options(reads_only=True).connect() as connection:
                _check_empty(connection, url)
        finally:
            engine.dispose()


def size_of(source: Store) -> int:
    """Return how many rows there are to copy."""
    with source.read() as connection:
        return sum(count_rows(connection).values())


def move(order: Move, on_rows: Callable[[int], None]) -> Moved:
    """Copy everything, compare, and let the new database take over, stopped.

    `on_rows` is told how many rows were dealt with since the last time: each is copied, and read
    again to be compared.

    Raises:
        MoveError: the new database is in use, or what arrived is not what was sent.
    """
    number = _announce(order)
    with order.source.write() as old:
        be_patient(old)
        with order.target.engine.begin() as new:
            be_patient(new)
            _clear(new, number)
            sent = copy_rows(old, new, on_rows)
            _compare(new, sent, on_rows)
            renumber(new)
            _stop(new, order, f"moved from {order.source_address}")
            _note(new, order, number, Stage.COMPLETE)
        _stop(old, order, f"moved to {order.target_address}")
        _note(old, order, number, Stage.LEFT)
    _arrive(order, number)
    return _report(order.target)


def left_for(source: Store, target_address: str) -> str | None:
    """Return the number of the move by which a campaign has left for another database."""
    query = select(RELOCATION.c.id).where(
        RELOCATION.c.stage == Stage.LEFT, RELOCATION.c.other == target_address
    )
    with source.read() as connection:
        return connection.execute(query).scalar()


def finish(order: Move, number: str) -> Moved | None:
    """Do the last step of a move that was broken off before it; None where it was done."""
    with order.target.read() as connection:
        there = _unfinished(connection)
    if there is None or (there.id, there.stage) != (number, Stage.COMPLETE):
        return None
    _arrive(order, number)
    return _report(order.target)


def _report(target: Store) -> Moved:
    with target.read() as connection:
        sending = select(func.count()).where(DELIVERY.c.state == "sending")
        return Moved(rows=count_rows(connection), sending=connection.execute(sending).scalar_one())


def _check_empty(connection: Connection, url: str) -> None:
    names = set(inspect(connection).get_table_names())
    foreign = sorted(names - OWN)
    full = [one.name for one in TABLES if one.name in names and _is_full(connection, one.name)]
    if RELOCATION.name in names and _unfinished(connection) is not None and not foreign:
        return
    if foreign or full:
        raise MoveError(
            f"{shown_address(url)} is not empty: it has the table “{(foreign + full)[0]}”; "
            f"name a new database"
        )


def _is_full(connection: Connection, table: str) -> bool:
    return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608 - a name of ours


def _unfinished(connection: Connection) -> Row[Any, Any] | None:
    query = select(RELOCATION.c.id, RELOCATION.c.stage).where(
        RELOCATION.c.stage.in_([Stage.ARRIVING, Stage.COMPLETE])
    )
    return connection.execute(query).first()


def _announce(order: Move) -> str:
    """Give the move a number that both databases know before anything is copied."""
    with order.source.write() as old:
        query = select(RELOCATION.c.id).where(
            RELOCATION.c.stage == Stage.LEAVING, RELOCATION.c.other == order.target_address
        )
        number = old.execute(query).scalar()
        if number is None:
            number = str(uuid.uuid4())
            _note(old, order, number, Stage.LEAVING)
    with order.target.engine.begin() as new:
        there = _unfinished(new)
        if there is not None and there.id != number:
            raise MoveError(
                f"{order.target_address} holds an unfinished move of another campaign or from "
                f"another database; finish that one, or name a new database"
            )
        if there is None:
            _note(new, order, number, Stage.ARRIVING)
    return number


def _clear(new: Connection, number: str) -> None:
    """Take away what an earlier try has left; nobody has ever used it."""
    there = _unfinished(new)
    if there is None or there.id != number:
        raise MoveError("another move into this database has just ended; look at it first")
    clear_rows(new)


def _compare(new: Connection, sent: dict[str, Fingerprint], on_rows: Callable[[int], None]) -> None:
    wrong = differing(sent, fingerprints(new, on_rows))
    if wrong:
        raise MoveError(f"{wrong}; nothing was changed, the old database stays in use")


def _stop(connection: Connection, order: Move, reason: str) -> None:
    """Keep every call from leaving: here until a person lifts it, there for ever."""
    connection.execute(
        insert(STOP).values(
            scope="all", target="", reason=reason, stopped_by="campaign", stopped_at=order.at
        )
    )


def _note(connection: Connection, order: Move, number: str, stage: Stage) -> None:
    other = order.source_address
    if stage in (Stage.LEAVING, Stage.LEFT):
        other = order.target_address
    connection.execute(delete(RELOCATION).where(RELOCATION.c.id == number))
    connection.execute(
        insert(RELOCATION).values(
            id=number, stage=stage, other=other, person=order.person, at=order.at
        )
    )


def _arrive(order: Move, number: str) -> None:
    with order.target.engine.begin() as new:
        new.execute(update(RELOCATION).where(RELOCATION.c.id == number).values(stage=Stage.ARRIVED))
