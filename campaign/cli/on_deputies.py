"""deputy: who stands in for somebody who is away."""

from dataclasses import dataclass
from datetime import date

from campaign.access.deputies import (
    DeputyError,
    Wish,
    day_in_words,
    end_deputy,
    find_absence,
    in_words,
    name_deputy,
    name_of,
    today,
)
from campaign.cli.failures import Failure
from campaign.cli.output import print_json, say, table, tell
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.people import Absence
from campaign.store.absences import absences_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """The first and the last day, as typed."""

    from_on: str
    until_on: str


def show(place: Place, *, as_json: bool) -> None:
    """List who stands in for whom, from today on."""
    with open_session(place) as session:
        day = today(session.schedule, session.now)
        with session.desk.store.read() as connection:
            absences = absences_from(connection, day)
        if as_json:
            print_json({"deputies": [_as_json(one, day) for one in absences]})
            return
        headings = ["NUMBER", "DEPUTY", "FOR", "FROM", "UNTIL", "STANDS IN"]
        rows = [
            [
                str(one.number),
                one.deputy,
                one.absent,
                f"{one.from_on}",
                f"{one.until_on}",
                "now" if one.from_on <= day else "later",
            ]
            for one in absences
        ]
        table(headings, rows)


def name(place: Place, absent: str, deputy: str, days: Days, person: str | None) -> None:
    """Write that somebody stands in for somebody else, and say what is to be known of it."""
    wish = Wish(
        absent=absent,
        deputy=deputy,
        from_on=_day(days.from_on, "--from"),
        until_on=_day(days.until_on, "--until"),
    )
    with open_session(place) as session:
        change = session.change(person, "named on the command line")
        try:
            with session.desk.store.write() as connection:
                named = name_deputy(connection, session.schedule, wish, change)
        except DeputyError as error:
            raise Failure(str(error), code=2) from error
        first = day_in_words(wish.from_on)
        deputys_name = name_of(session.schedule, deputy)
        say(f"{deputys_name} stands in for {in_words(named.absence, session.schedule)}.")
        tell(f"From {first}; `campaign deputy end {named.absence.number}` ends it before.")
        for one in named.warnings:
            tell(f"Note: {one}.")


def end(place: Place, number: int, person: str | None) -> None:
    """End one deputy at once."""
    with open_session(place) as session:
        change = session.change(person, "ended on the command line")
        try:
            with session.desk.store.write() as connection:
                absence = find_absence(connection, session.schedule, number, session.now)
                end_deputy(connection, session.schedule, absence, change)
        except DeputyError as error:
            message = f"{error}; `campaign deputy list` has them all"
            raise Failure(message, code=2) from error
        deputy, absent = (
            name_of(session.schedule, one) for one in (absence.deputy, absence.absent)
        )
        say(f"{deputy} no longer stands in for {absent}.")


def _day(typed: str, option: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        message = f"{option} is no day: “{typed}”; write one such as 2027-01-11"
        raise Failure(message, code=2) from None


def _as_json(one: Absence, day: date) -> dict[str, object]:
    return {
        "number": one.number,
        "deputy": one.deputy,
        "absent": one.absent,
        "from": f"{one.from_on}",
        "until": f"{one.until_on}",
        "stands_in_now": one.from_on <= day,
    }
