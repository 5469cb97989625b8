"""Absences: the days on which somebody is away and a deputy stands in for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from campaign.people import Absence
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import ABSENCE

_STANDS = ABSENCE.c.ended_at.is_(None)


def absences_on(connection: Connection, day: date) -> tuple[Absence, ...]:
    """Return the absences that hold on one day, in the order in which they were named."""
    return _those(connection, _STANDS, ABSENCE.c.from_on <= day, ABSENCE.c.until_on >= day)


def absences_within(connection: Connection, first: date, last: date) -> tuple[Absence, ...]:
    """Return the absences that hold on any of these days."""
    return _those(connection, _STANDS, ABSENCE.c.from_on <= last, ABSENCE.c.until_on >= first)


def absences_from(connection: Connection, day: date) -> tuple[Absence, ...]:
    """Return the absences that hold on a day or are to come."""
    return _those(connection, _STANDS, ABSENCE.c.until_on >= day)


def absences_of(connection: Connection, person: str, day: date) -> tuple[Absence, ...]:
    """Return those from a day on in which a person is away, or stands in for somebody."""
    theirs = or_(ABSENCE.c.absent == person, ABSENCE.c.deputy == person)
    return _those(connection, _STANDS, theirs, ABSENCE.c.until_on >= day)


def add_absence(connection: Connection, wanted: Absence, change: Change) -> Absence:
    """Write an absence, whose number is not known yet; return it with its number."""
    given = insert(ABSENCE).values(
        absent=wanted.absent,
        deputy=wanted.deputy,
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        named_by=change.who,
        named_at=change.at,
    )
    number = connection.execute(given.returning(ABSENCE.c.id)).scalar_one()
    days = f"{wanted.from_on} to {wanted.until_on}"
    note_deed(connection, change, "named deputy", f"{wanted.deputy} for {wanted.absent}, {days}")
    return replace(wanted, number=number)


def end_absences(
    connection: Connection, those: Sequence[Absence], change: Change
) -> tuple[Absence, ...]:
    """End absences that still stand; return those that this ended."""
    ended = []
    for one in those:
        this = update(ABSENCE).where(ABSENCE.c.id == one.number, _STANDS)
        done = connection.execute(this.values(ended_at=change.at, ended_by=change.who))
        if done.rowcount == 1:
            note_deed(connection, change, "ended deputy", f"{one.deputy} for {one.absent}")
            ended.append(one)
    return tuple(ended)


def _those(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Absence, ...]:
    query = select(ABSENCE).where(*conditions).order_by(ABSENCE.c.from_on, ABSENCE.c.id)
    return tuple(_absence(row) for row in connection.execute(query))


def _absence(row: Any) -> Absence:
    return Absence(
        number=row.id,
        absent=row.absent,
        deputy=row.deputy,
        from_on=row.from_on,
        until_on=row.until_on,
    )
