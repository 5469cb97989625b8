"""Tells a deputy, and the person who is away, that one stands in for the other.

Each letter has an id of the absence and its reader, so that it is written once, whatever number of
processes rings. One that was named before its first day is told of again on that day.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from campaign.access.deputies import day_in_words, name_of, today
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models_reports import Letter
from campaign.notices.bureau import Bureau
from campaign.people import Absence
from campaign.store.absences import absences_from
from campaign.store.tables import LETTER

PURPOSE = "deputy"


def standing_in_due(connection: Connection, bureau: Bureau) -> list[Letter]:
    """Return the letters about deputies that are to be written and were not yet."""
    day = today(bureau.schedule, bureau.now)
    wanted = {
        letter.id: letter
        for one in absences_from(connection, day)
        for letter in _letters(one, bureau)
    }
    if not wanted:
        return []
    there = select(LETTER.c.id).where(LETTER.c.id.in_(list(wanted)))
    done = set(connection.execute(there).scalars())
    return [letter for name, letter in wanted.items() if name not in done]


def tell_deputies(connection: Connection, bureau: Bureau) -> list[Letter]:
    """Write the letters about deputies; return those that were written."""
    letters = standing_in_due(connection, bureau)
    write_letters(connection, letters)
    return letters


def _letters(one: Absence, bureau: Bureau) -> Iterator[Letter]:
    day = today(bureau.schedule, bureau.now)
    absent, deputy = (name_of(bureau.schedule, each) for each in (one.absent, one.deputy))
    days = f"from {day_in_words(one.from_on)} until {day_in_words(one.until_on)}"
    lead = (
        f"You stand in for {absent} {days}. You open the gates that {absent} could open, but for "
        f"what you or {absent} applied, and get the letters that {absent} gets."
    )
    subject = f"You stand in for {absent} until {day_in_words(one.until_on)}"
    # Named for the same day it is one letter: the one that says that it begins.
    begun = one.from_on <= day
    yield from _letter(one, one.deputy, "begun" if begun else "named", (subject, lead), bureau)
    subject = f"{deputy} stands in for you until {day_in_words(one.until_on)}"
    lead = f"{deputy} stands in for you {days}: opens your gates, and gets your letters as well."
    yield from _letter(one, one.absent, "named", (subject, lead), bureau)


def _letter(
    one: Absence, person: str, what: str, words: tuple[str, str], bureau: Bureau
) -> Iterator[Letter]:
    address = bureau.concerned.address(person)
    if address is None:
        return
    subject, lead = words
    approvals = f"What waits for a yes: {bureau.pointers.approvals}\n"
    where = bureau.pointers.page("/deputies", f"campaign deputy end {one.number}")
    yield Letter(
        id=f"{PURPOSE}/{one.number}/{what}/{person}",
        purpose=PURPOSE,
        person=person,
        address=address,
        subject=f"{subject} ({bureau.schedule.title or bureau.schedule.campaign})",
        text=f"Dear {name_of(bureau.schedule, person)},\n\n{lead}\n\n"
        f"{approvals if person == one.deputy else ''}To look at it or to end it: {where}\n",
        state=PLANNED,
        created_at=bureau.now,
    )
