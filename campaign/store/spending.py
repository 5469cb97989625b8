"""What reading the networks has cost, and whether more may be read under the limit.

A charge is written before the call it pays for, in a transaction that sees every other charge, so
no number of processes can pass the limit together. A call that reached nobody is given back.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, select

from campaign.store.backends import insert
from campaign.store.tables import CHARGE


def month_of(instant: datetime) -> tuple[date, date]:
    """Return the first day of an instant's month, in UTC, and of the next: a limit's period."""
    first = instant.astimezone(UTC).date().replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def spent_in_month(connection: Connection, now: datetime) -> int:
    """Return what was charged in the month, in millionths of a dollar."""
    first, following = month_of(now)
    query = select(func.sum(CHARGE.c.amount)).where(CHARGE.c.day >= first, CHARGE.c.day < following)
    return int(connection.execute(query).scalar() or 0)


def already_paid(
    connection: Connection, network: str, kind: str, things: Sequence[str], day: date
) -> set[str]:
    """Return which things were charged on that day, so that reading them again is free."""
    query = select(CHARGE.c.thing).where(
        CHARGE.c.network == network,
        CHARGE.c.day == day,
        CHARGE.c.kind == kind,
        CHARGE.c.thing.in_(things),
    )
    return {row.thing for row in connection.execute(query)}


def charge(
    connection: Connection, network: str, kind: str, things: Iterable[str], at: tuple[date, int]
) -> None:
    """Write a charge for each thing; `at` is the day and the amount."""
    day, amount = at
    rows = [
        {"network": network, "day": day, "kind": kind, "thing": thing, "amount": amount}
        for thing in things
    ]
    if rows:
        connection.execute(insert(connection, CHARGE).on_conflict_do_nothing(), rows)


def give_back(
    connection: Connection, network: str, kind: str, things: Iterable[str], day: date
) -> None:
    """Take charges back whose call reached nobody."""
    for thing in things:
        connection.execute(
            delete(CHARGE).where(
                and_(CHARGE.c.network == network, CHARGE.c.day == day),
                and_(CHARGE.c.kind == kind, CHARGE.c.thing == thing),
            )
        )
