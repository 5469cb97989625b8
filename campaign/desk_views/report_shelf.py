"""The weekly reports of a campaign: those that are out, those that wait, and the sentences."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from analytics.weeks import Week, week_of
from campaign.mailing.outbox import letters_of
from campaign.models_reports import Letter, ReportIssue, ReportNote
from campaign.schedule.model import Schedule
from campaign.store.reports import ASK, issues_of, learning_of, notes_of
from campaign.store.tables import REPORT_FILE, REPORT_ISSUE


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One issue with the names of its files."""

    issue: ReportIssue
    files: tuple[str, ...]
    """Empty until it is released."""

    @property
    def released(self) -> bool:
        """Whether it has gone to its readers."""
        return self.issue.released_at is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekReports:
    """Everything there is of one week."""

    week: Week
    issues: tuple[Issue, ...]
    """The first one first; a correction is another one."""
    learning: ReportNote | None
    asks: tuple[ReportNote, ...]
    letters: tuple[Letter, ...]

    @property
    def released(self) -> Issue | None:
        """The issue that readers hold, None where none has gone out."""
        found = [one for one in self.issues if one.released]
        return found[-1] if found else None

    @property
    def waits(self) -> bool:
        """Whether a prepared report waits for its release."""
        return bool(self.issues) and not self.issues[-1].released

    @property
    def fingerprint(self) -> str:
        """Names what somebody decides on who has this week before them: figures and sentences."""
        issues = [(one.issue.number, one.issue.as_of, one.released) for one in self.issues]
        said = [(one.kind, one.text) for one in (self.learning, *self.asks) if one]
        return hashlib.sha256(repr((issues, said)).encode()).hexdigest()[:32]


class ReadOtherwiseError(Exception):
    """The week stands otherwise than whoever decides has read it; the message says so."""


def check_week_read(connection: Connection, week: Week, seen: str, now: datetime) -> WeekReports:
    """Return all of one week; raise `ReadOtherwiseError` unless `seen` is its fingerprint."""
    known = week_reports(connection, week, now)
    if seen != known.fingerprint:
        message = f"{week.name} has been changed since you read it; nothing was done. Look again"
        raise ReadOtherwiseError(message)
    return known


@dataclass(frozen=True, slots=True)
class OnShelf:
    """One week in the archive."""

    week: Week
    issue: ReportIssue | None
    """The newest one; None where nothing was prepared."""


def shelf(connection: Connection, schedule: Schedule, now: datetime) -> tuple[OnShelf, ...]:
    """Return every week of the campaign that is over, the latest first."""
    newest: dict[str, ReportIssue] = {}
    columns = [one for one in REPORT_ISSUE.c if one is not REPORT_ISSUE.c.values_json]
    query = select(*columns).order_by(REPORT_ISSUE.c.week, REPORT_ISSUE.c.number)
    for row in connection.execute(query):
        newest[row.week] = ReportIssue.model_construct(**row._mapping)  # noqa: SLF001 - documented
    return tuple(OnShelf(week, newest.get(week.name)) for week in _weeks(schedule, now))


def week_reports(connection: Connection, week: Week, now: datetime) -> WeekReports:
    """Return all of one week."""
    issues = issues_of(connection, week.name)
    return WeekReports(
        week=week,
        issues=tuple(Issue(issue=one, files=_files(connection, one.id or 0)) for one in issues),
        learning=learning_of(connection, week.name, now),
        asks=tuple(notes_of(connection, week.name, ASK, now)),
        letters=tuple(letters_of(connection, f"{week.name}/")),
    )


def _weeks(schedule: Schedule, now: datetime) -> Sequence[Week]:
    first = week_of(_noon(schedule, now, first=True), schedule.zone)
    last = week_of(min(now, _noon(schedule, now, first=False)), schedule.zone)
    if last.end_at > now:
        last = last.shifted(-1)
    number = (last.monday_on - first.monday_on).days // 7 + 1
    return [last.shifted(-one) for one in range(max(0, number))]


def _noon(schedule: Schedule, now: datetime, *, first: bool) -> datetime:
    day = schedule.runs.from_on if first else schedule.runs.until_on
    return now.astimezone(schedule.zone).replace(
        year=day.year, month=day.month, day=day.day, hour=12, minute=0, second=0, microsecond=0
    )


def _files(connection: Connection, issue_id: int) -> tuple[str, ...]:
    query = select(REPORT_FILE.c.name).where(REPORT_FILE.c.issue_id == issue_id)
    return tuple(connection.execute(query.order_by(REPORT_FILE.c.id)).scalars())
