"""The life of a weekly report: prepared by the clock, released by a person, corrected by another.

Preparing fixes the instant `as_of`: what is released later is what was known then, so the figures
that the person read and wrote a sentence about are the figures that go out. Releasing freezes
files and figures and writes a letter to every reader, in one transaction: it happens once.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from analytics.letters import REPORT, addresses_of, letters_to, report_words
from analytics.report import build_report, learning_from
from analytics.report_json import frozen_values
from analytics.report_parts import Contents, Correction
from analytics.weeks import Week
from analytics.written import WRITERS, report_files
from campaign.mailing.outbox import addresses, letters_of, write_letters
from campaign.models_reports import ReportIssue, ReportNote
from campaign.people import NotAllowedError
from campaign.schedule.model import Schedule
from campaign.store.database import Store
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.reports import (
    KeptFile,
    add_issue,
    issues_of,
    keep_files,
    learning_of,
    release,
    write_note,
)
from connectors.contract import Network

LONGEST_SENTENCE = 240
LONGEST_REASON = 120

MEDIA_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


class CannotReleaseError(Exception):
    """The report cannot go out as things stand; the message says what is wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """Where reports are made: the database, the networks, the schedule as it is applied."""

    store: Store
    networks: Mapping[str, Network]
    schedule: Schedule
    banner: str | None = None

    def built(self, week: Week, as_of: datetime) -> Contents:
        """Build the report of a week with what was known at an instant."""
        with self.store.read() as connection:
            return build_report(connection, week=week, as_of=as_of, networks=self.networks)

    def issues(self, week: Week) -> list[ReportIssue]:
        """Return every issue of a week."""
        with self.store.read() as connection:
            return issues_of(connection, week.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """A report that has gone out, or had gone out before."""

    issue: ReportIssue
    files: Mapping[str, KeptFile]
    letters: int
    """How many were written now."""
    no_pdf: str | None = None
    """Why there is no PDF among the files."""
    anew: bool
    """False where somebody had released it already."""


def check_releaser(schedule: Schedule, person: str, on: date) -> None:
    """Refuse anybody but the named person and the deputies of the day; without names, nobody."""
    if schedule.report is None:
        return
    allowed = schedule.report.releasers(on)
    if person not in allowed:
        names = " or ".join(allowed)
        raise NotAllowedError(f"the report is released by {names} today, not by {person}")


def write_sentence(
    store: Store, week: Week, kind: str, text: str, *, by: tuple[str, datetime]
) -> None:
    """Keep a person's sentence, which has to have room on the page; an empty one takes it back.

    Raises `CannotReleaseError` where it has no room.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST_SENTENCE:
        raise CannotReleaseError(
            f"the sentence has {len(words)} characters; the page has room for {LONGEST_SENTENCE}"
        )
    person, at = by
    row = ReportNote(week=week.name, kind=kind, text=words, person=person, written_at=at)
    with store.write() as connection:
        write_note(connection, row)
        what = f"wrote {kind}" if words else f"took {kind} back"
        note_deed(connection, Change(who=person, at=at, why=""), what, week.name)


def prepare(connection: Connection, week: Week, now: datetime) -> ReportIssue:
    """Return the open issue of a week, opening the first one where there is none yet."""
    found = issues_of(connection, week.name)
    if found:
        return found[-1]
    return add_issue(connection, ReportIssue(week=week.name, number=1, as_of=now, prepared_at=now))


def release_week(press: Press, week: Week, person: str, now: datetime, *, mail: bool) -> Released:
    """Release the prepared report of a week; a second time changes and sends nothing.

    Raises `CannotReleaseError` where nobody has written what was learned.
    """
    with press.store.write() as connection:
        issue = prepare(connection, week, now)
        learning = learning_of(connection, week.name, now)
    if issue.released_at is not None:
        return Released(issue=issue, files={}, letters=0, anew=False)
    if learning is None:
        raise CannotReleaseError(
            f"nobody has written what was learned in week {week.number}; write it with --learning "
            f'or `campaign report note --week {week.name} "…"`'
        )
    report = replace(
        press.built(week, issue.as_of), learning=learning_from(learning, press.schedule)
    )
    readers = addresses_of(press.schedule, press.schedule.readers()) if mail else {}
    return _out(press, issue, report, _Going(person=person, at=now, readers=readers))


def reissue_week(press: Press, week: Week, person: str, now: datetime, *, reason: str) -> Released:
    """Send a corrected report to the readers of the one before; that one stays as it is.

    Raises `CannotReleaseError` where none was sent, or where no figure has changed since.
    """
    with press.store.read() as connection:
        sent = [one for one in issues_of(connection, week.name) if one.released_at is not None]
        written = letters_of(connection, f"{week.name}/")
        learning = learning_of(connection, week.name, now)
    if not sent:
        raise CannotReleaseError(f"no report of week {week.number} has been sent yet")
    last = sent[-1]
    report = press.built(week, now)
    changes = tuple(one for one in report.restated if one.week == week.name)
    if not changes:
        raise CannotReleaseError(
            f"no figure of week {week.number} is another than in the report that was sent"
        )
    correction = Correction(
        number=last.number + 1,
        replaces_sent_at=last.released_at or last.prepared_at,
        changes=changes,
        reason=reason,
    )
    corrected = replace(
        report,
        correction=correction,
        restated=tuple(one for one in report.restated if one.week != week.name),
        learning=learning_from(learning, press.schedule) if learning else None,
    )
    issue = ReportIssue(
        week=week.name, number=correction.number, as_of=now, prepared_at=now, reason=reason
    )
    before = addresses(
        [one for one in written if one.id.startswith(f"{week.name}/{last.number}/{REPORT}/")]
    )
    # An address that is no longer kept beside the letter stands in the schedule, or nowhere.
    known = addresses_of(press.schedule, before)
    readers = {name: to or known.get(name, "") for name, to in before.items()}
    readers = {name: to for name, to in readers.items() if to}
    return _out(press, issue, corrected, _Going(person=person, at=now, readers=readers))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Going:
    person: str
    at: datetime
    readers: Mapping[str, str]


def _out(press: Press, issue: ReportIssue, report: Contents, going: _Going) -> Released:
    files, no_pdf = _files(report, press.banner)
    values = json.dumps(frozen_values(report), ensure_ascii=False)
    words = report_words(report, press.banner)
    with press.store.write() as connection:
        if issue.id is None:
            issue = _next(connection, issue)
        if not release(connection, issue, going.person, going.at, values):
            return Released(issue=issue, files={}, letters=0, anew=False)
        change = Change(who=going.person, at=going.at, why=issue.reason)
        what = "released report" if issue.number == 1 else "corrected report"
        note_deed(connection, change, what, f"{issue.week}/{issue.number}")
        keep_files(connection, issue, files)
        letters = letters_to(issue, going.readers, words, going.at)
        written = write_letters(connection, letters)
    return Released(issue=issue, files=files, letters=written, no_pdf=no_pdf, anew=True)


def _next(connection: Connection, issue: ReportIssue) -> ReportIssue:
    """Open a correction, unless somebody has sent another one in the meantime."""
    if issues_of(connection, issue.week)[-1].number != issue.number - 1:
        raise CannotReleaseError("somebody else has just sent a correction of this week")
    return add_issue(connection, issue)


def _files(report: Contents, banner: str | None) -> tuple[dict[str, KeptFile], str | None]:
    """Make every file that is kept; where this machine makes no PDF, the others are."""
    made = report_files(report, WRITERS, banner=banner)
    kept = {
        name: KeptFile(media_type=MEDIA_TYPES[name.rpartition(".")[2]], content=content)
        for name, content in made.files.items()
        if not name.endswith(".png")
    }
    return kept, made.no_pdf
