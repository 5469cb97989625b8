"""Everybody whom the schedule names, with how they sign in and where they are signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.access.people import Person, person_in
from campaign.access.visits import visits_of
from campaign.schedule.model import Schedule
from campaign.store.tables import PERSON


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What is known of one person's ways in; nothing of it is a secret."""

    person: Person
    password: bool
    code: bool
    browsers: int
    """In how many browsers they are signed in."""
    left_at: datetime | None
    left_by: str | None


def register(connection: Connection, schedule: Schedule, now: datetime) -> list[Line]:
    """Return a line for everybody, in the schedule's order."""
    rows = {row.id: row for row in connection.execute(select(PERSON))}
    found = []
    for name in schedule.people:
        person, row = person_in(schedule, name), rows.get(name)
        if person is not None:
            line = Line(
                person=person,
                password=row is not None and row.password_hash is not None,
                code=row is not None and row.code_sealed is not None,
                browsers=len(visits_of(connection, name, now)),
                left_at=row.left_at if row else None,
                left_by=row.left_by if row else None,
            )
            found.append(line)
    return found
