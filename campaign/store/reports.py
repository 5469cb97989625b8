"""Keeps what belongs to weekly reports: people's sentences, issues, and the bytes of their files.

An issue that was released is never written to again: a correction is another issue.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from campaign.models_reports import ReportFile, ReportIssue, ReportNote
from campaign.store.tables import REPORT_FILE, REPORT_ISSUE, REPORT_NOTE

LEARNING, ASK = "learning", "ask"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """A file as it is kept with an issue."""

    media_type: str
    content: bytes


def write_note(connection: Connection, note: ReportNote) -> None:
    """Add a person's sentence to a week."""
    connection.execute(insert(REPORT_NOTE).values(**note.model_dump(exclude={"id"})))


def notes_of(connection: Connection, week: str, kind: str, until: datetime) -> list[ReportNote]:
    """Return what people said of a week by then, oldest first; an empty one takes back the rest."""
    query = (
        select(REPORT_NOTE)
        .where(REPORT_NOTE.c.week == week, REPORT_NOTE.c.kind == kind)
        .where(REPORT_NOTE.c.written_at <= until)
        .order_by(REPORT_NOTE.c.id)
    )
    found: list[ReportNote] = []
    for row in connection.execute(query):
        found = [*found, ReportNote(**_fields(row))] if row.text else []
    return found


def learning_of(connection: Connection, week: str, until: datetime) -> ReportNote | None:
    """Return the sentence on what was learned that holds."""
    found = notes_of(connection, week, LEARNING, until)
    return found[-1] if found else None


def add_issue(connection: Connection, issue: ReportIssue) -> ReportIssue:
    """Add the next issue of a week; its number is the one that comes next."""
    last = connection.execute(
        select(func.max(REPORT_ISSUE.c.number)).where(REPORT_ISSUE.c.week == issue.week)
    ).scalar()
    values = issue.model_dump(exclude={"id"}) | {"number": (last or 0) + 1}
    key = connection.execute(insert(REPORT_ISSUE).values(**values)).inserted_primary_key
    return ReportIssue(**values, id=key[0] if key else None)


def issues_of(connection: Connection, week: str) -> list[ReportIssue]:
    """Return every issue of a week, the first one first."""
    query = select(REPORT_ISSUE).where(REPORT_ISSUE.c.week == week).order_by(REPORT_ISSUE.c.number)
    return [ReportIssue(**_fields(row)) for row in connection.execute(query)]


def last_released(
    connection: Connection, weeks: Sequence[str], until: datetime
) -> dict[str, ReportIssue]:
    """Return, of each week, the issue that its readers hold at that instant."""
    query = (
        select(REPORT_ISSUE)
        .where(REPORT_ISSUE.c.week.in_(weeks), REPORT_ISSUE.c.released_at <= until)
        .order_by(REPORT_ISSUE.c.number)
    )
    return {row.week: ReportIssue(**_fields(row)) for row in connection.execute(query)}


def release(
    connection: Connection, issue: ReportIssue, person: str, at: datetime, values_json: str
) -> bool:
    """Mark a prepared issue as released; False where somebody has released it already."""
    done = connection.execute(
        update(REPORT_ISSUE)
        .where(REPORT_ISSUE.c.id == issue.id, REPORT_ISSUE.c.released_at.is_(None))
        .values(released_at=at, released_by=person, values_json=values_json)
    )
    return done.rowcount == 1


def keep_files(connection: Connection, issue: ReportIssue, files: Mapping[str, KeptFile]) -> None:
    """Keep the files of an issue, byte for byte."""
    connection.execute(
        insert(REPORT_FILE),
        [
            {
                "issue_id": issue.id,
                "name": name,
                "media_type": file.media_type,
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "content": file.content,
            }
            for name, file in files.items()
        ],
    )


def files_of(connection: Connection, issue_id: int) -> list[ReportFile]:
    """Return the files of an issue as they were kept."""
    query = select(REPORT_FILE).where(REPORT_FILE.c.issue_id == issue_id).order_by(REPORT_FILE.c.id)
    return [ReportFile(**_fields(row)) for row in connection.execute(query)]


def _fields(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
