"""What the report's e-mails say: the page in plain words for its readers, reminders for its owner.

A reader who opens nothing but the letter learns what the first side of the report says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.numbers import day, day_and_time, days_of
from analytics.page_words import corrected_words, gaps
from analytics.report_parts import Contents
from analytics.tiles import tiles
from analytics.weeks import Week
from campaign.mailing.outbox import PLANNED
from campaign.models_reports import Letter, ReportIssue
from campaign.schedule.model import Schedule

REPORT, DRAFT, REMINDER, TROUBLE = "report", "draft", "reminder", "trouble"
_LISTED = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Subject and text of one kind of letter."""

    purpose: str
    subject: str
    text: str


def letters_to(
    issue: ReportIssue, addresses: Mapping[str, str], words: Words, at: datetime
) -> list[Letter]:
    """Write the letter to each person; its id makes sure that there is only one of each."""
    files = issue.id if words.purpose == REPORT else None
    return [
        Letter(
            id=f"{issue.week}/{issue.number}/{words.purpose}/{person}",
            issue_id=files,
            purpose=words.purpose,
            person=person,
            address=address,
            subject=words.subject,
            text=words.text,
            state=PLANNED,
            created_at=at,
        )
        for person, address in addresses.items()
    ]


def addresses_of(schedule: Schedule, people: Iterable[str]) -> dict[str, str]:
    """Return the e-mail addresses of those who have one."""
    found = {name: schedule.people[name].email for name in people if name in schedule.people}
    return {name: address for name, address in found.items() if address}


def report_words(report: Contents, banner: str | None = None) -> Words:
    """Write the report as a letter; a correction says so before anything else."""
    marks = ["Corrected" if report.correction else "", "provisional" if report.provisional else ""]
    mark = ", ".join(one for one in marks if one)
    title = f"{report.title} week {report.week.number}: {days_of(report.week)}"
    subject = f"{mark[:1].upper()}{mark[1:]}: {title}" if mark else title
    return Words(purpose=REPORT, subject=subject, text="\n".join(_lines(report, banner)) + "\n")


def draft_words(report: Contents, command: str) -> Words:
    """Tell the person in charge that the report waits for a sentence and for its release."""
    subject = f"To release: {report.title} week {report.week.number}"
    known = day_and_time(report.as_of, report.week)
    lines = [
        f"The report of week {report.week.number} is prepared, as known on {known}.",
        "It goes to its readers once you have written what was learned and released it:",
        "",
        f"  {command}",
        "",
        *_lines(report, None),
    ]
    return Words(purpose=DRAFT, subject=subject, text="\n".join(lines) + "\n")


def reminder_words(title: str, week: Week, command: str) -> Words:
    """Tell that nobody has released the report yet."""
    return Words(
        purpose=REMINDER,
        subject=f"Not released yet: {title} week {week.number}",
        text=(
            f"Nobody has released the report of week {week.number} ({days_of(week)}). Its readers "
            f"are waiting. Write what was learned and release it:\n\n  {command}\n"
        ),
    )


def trouble_words(letters: Iterable[Letter]) -> Words:
    """Tell that letters need a person: nobody knows whether they arrived, or they were refused."""
    listed = list(letters)
    lines = [f"- {one.person}: {one.state}, {one.note or 'no answer'} ({one.id})" for one in listed]
    return Words(
        purpose=TROUBLE,
        subject=f"{len(listed)} of the report's e-mails need a person",
        text=(
            "These e-mails are not sent again by themselves. Ask their readers, then say what you "
            "know with `campaign report settle LETTER --arrived` or `--again`:\n\n"
            + "\n".join(lines)
            + "\n"
        ),
    )


def _lines(report: Contents, banner: str | None) -> Iterator[str]:
    if banner:
        yield from (banner, "")
    if report.correction:
        yield f"Corrected report. {corrected_words(report.correction, report.week)}"
        yield ""
    yield report.headline
    yield ""
    if report.quotation:
        yield f"Safe to quote: {report.quotation}"
        yield ""
    yield from _section("Needed from you", report.needed, "Nothing this week.")
    yield from _section("Corrections and gaps", gaps(report), "None.")
    yield "Figures"
    for tile in tiles(report):
        notes = "; ".join((*tile.notes, tile.before))
        yield f"- {tile.name}: {tile.figure} ({tile.quality}). {notes}."
    yield ""
    if report.objectives:
        lines = [f"{one.objective.text}: {one.words}; {one.verdict}" for one in report.objectives]
        yield from _section("Objectives", lines, "None.")
    yield from _section("Next week", [one.words for one in report.coming], "No post is due.")
    if report.learning:
        yield f"What we learned: {report.learning.text} ({report.learning.person})"
        yield ""
    made = day(report.as_of, report.week)
    yield f"As known on {made}. The page is attached; its second side has every table."


def _section(heading: str, lines: Iterable[str], otherwise: str) -> Iterator[str]:
    listed = list(lines)
    yield heading
    yield from (f"- {line}" for line in listed[:_LISTED] or [otherwise])
    if len(listed) > _LISTED:
        yield f"- {len(listed) - _LISTED} more on the page"
    yield ""
