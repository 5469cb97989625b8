"""Deputies: somebody is away for some days, and one named person stands in for them.

A deputy opens the gates that the absent person could open, but for what either of them applied, and
gets the letters that the absent one would have got. Deputies make no chain, and a right that the
absent one loses is lost to the deputy at once: both are asked of the schedule at each decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from campaign.access.leaving import has_left
from campaign.access.people import ADMIN, PARTNER, READER
from campaign.people import Absence, NotAllowedError, Standing
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule
from campaign.store.absences import (
    absences_from,
    absences_on,
    absences_within,
    add_absence,
    end_absences,
)
from campaign.store.deliveries import Change

LONGEST = timedelta(days=366)


class DeputyError(Exception):
    """An absence that cannot be; `field` is what is wrong with it, the message says why."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Who is to stand in for whom, on which days, both included."""

    absent: str
    deputy: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Named:
    """An absence that was written, and what is to be known about it at once."""

    absence: Absence
    warnings: tuple[str, ...]


def today(schedule: Schedule, now: datetime) -> date:
    """Return the day in the campaign's zone."""
    return wall_clock(now, schedule.zone).date()


def standing(connection: Connection, schedule: Schedule, now: datetime) -> Standing:
    """Return everybody's roles, and who stands in for whom right now."""
    roles = {name: one.roles for name, one in schedule.people.items()}
    return Standing(roles, absences_on(connection, today(schedule, now)))


def in_words(absence: Absence, schedule: Schedule) -> str:
    """Say for whom a deputy acts, such as “Ben, away until 12 January 2027”."""
    return f"{name_of(schedule, absence.absent)}, away until {day_in_words(absence.until_on)}"


def day_in_words(day: date) -> str:
    """Write a day as people do."""
    return f"{day.day} {day:%B %Y}"


def name_of(schedule: Schedule, person: str) -> str:
    """Return a person's name; whoever is not in the schedule keeps the id."""
    known = schedule.people.get(person)
    return known.name if known else person


def may_be_deputy(schedule: Schedule, person: str) -> bool:
    """Whether somebody works at the desk: a reader or a partner sees none of what is decided."""
    known = schedule.people.get(person)
    return known is not None and not known.outside and bool(set(known.roles) - {READER, PARTNER})


def name_deputy(connection: Connection, schedule: Schedule, wish: Wish, change: Change) -> Named:
    """Write that somebody stands in for somebody else.

    Raises:
        DeputyError: no such people or days, or the absent one has a deputy on one of those days.
        NotAllowedError: whoever names makes themselves the deputy of another person.
    """
    _check_people(connection, schedule, wish, change)
    _check_days(wish, today(schedule, change.at))
    others = absences_within(connection, wish.from_on, wish.until_on)
    for one in others:
        if one.absent == wish.absent:
            message = (
                f"{name_of(schedule, one.deputy)} stands in for {name_of(schedule, one.absent)} "
                f"from {day_in_words(one.from_on)} until {day_in_words(one.until_on)}; "
                f"end that first"
            )
            raise DeputyError("from", message)
    wanted = Absence(
        number=0,
        absent=wish.absent,
        deputy=wish.deputy,
        from_on=wish.from_on,
        until_on=wish.until_on,
    )
    written = add_absence(connection, wanted, change)
    return Named(written, tuple(_warnings(schedule, written, others)))


def find_absence(connection: Connection, schedule: Schedule, number: int, now: datetime) -> Absence:
    """Return an absence that holds or is to come; raise `DeputyError` where there is none."""
    for one in absences_from(connection, today(schedule, now)):
        if one.number == number:
            return one
    raise DeputyError("number", f"no deputy of the number {number} stands in, or is to")


def end_deputy(
    connection: Connection, schedule: Schedule, absence: Absence, change: Change
) -> None:
    """End an absence: for whoever is away, whoever stands in, and admins."""
    known = schedule.people.get(change.who)
    is_admin = known is not None and ADMIN in known.roles
    if known is not None and not is_admin and change.who not in {absence.absent, absence.deputy}:
        who = f"{name_of(schedule, absence.absent)}, {name_of(schedule, absence.deputy)}"
        raise NotAllowedError(f"{who} or an admin can end it, not {known.name}")
    if not end_absences(connection, [absence], change):
        raise DeputyError("number", "it has ended already")


def _check_people(connection: Connection, schedule: Schedule, wish: Wish, change: Change) -> None:
    if not may_be_deputy(schedule, wish.absent):
        raise DeputyError("absent", f"the schedule has nobody at the desk who is “{wish.absent}”")
    if wish.absent == wish.deputy:
        raise DeputyError("deputy", "nobody stands in for themselves; choose somebody else")
    if not may_be_deputy(schedule, wish.deputy):
        message = (
            f"“{wish.deputy}” does not work at the desk; choose an author, an approver or such"
        )
        raise DeputyError("deputy", message)
    if has_left(connection, wish.deputy):
        raise DeputyError("deputy", f"{name_of(schedule, wish.deputy)} has left")
    if has_left(connection, wish.absent):
        raise DeputyError("absent", f"{name_of(schedule, wish.absent)} has left")
    known = schedule.people.get(change.who)
    if known and change.who != wish.absent and ADMIN not in known.roles:
        raise NotAllowedError(
            f"{known.name} names a deputy for themselves; an admin for others, too"
        )
    if change.who == wish.deputy:
        message = "nobody makes themselves somebody's deputy: the absent one or another admin does"
        raise NotAllowedError(message)


def _check_days(wish: Wish, day: date) -> None:
    if wish.until_on < wish.from_on:
        raise DeputyError("until", "the last day comes before the first")
    if wish.until_on < day:
        raise DeputyError("until", f"{day_in_words(wish.until_on)} is over")
    if wish.until_on - wish.from_on > LONGEST:
        raise DeputyError(
            "until", "a deputy stands in for a year at most; change the roles instead"
        )


def _warnings(schedule: Schedule, new: Absence, others: Iterable[Absence]) -> Iterable[str]:
    absent, deputy = name_of(schedule, new.absent), name_of(schedule, new.deputy)
    for one in others:
        days = f"from {day_in_words(one.from_on)} until {day_in_words(one.until_on)}"
        if one.absent == new.deputy:
            other = name_of(schedule, one.deputy)
            yield (
                f"{deputy}, the deputy, is away {days}. {other} stands in for {deputy} then, "
                f"but not for {absent}: deputies make no chain"
            )
        if one.deputy == new.absent:
            other = name_of(schedule, one.absent)
            yield (
                f"{absent} stands in for {other} {days} and is away meanwhile. "
                f"{deputy} does not: deputies make no chain"
            )
    if schedule.people[new.deputy].email is None:
        yield f"{deputy} has no e-mail address in schedule.yaml, so no letters come"
