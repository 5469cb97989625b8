"""The tables of the weekly report: what people say of a week, what was sent, and the letters."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class ReportNote(SQLModel, table=True):
    """A sentence that a person wrote for the report of one week. Only ever appended to."""

    __tablename__ = "report_note"
    __table_args__ = (Index("report_note_week", "week"),)
    id: int | None = Field(default=None, primary_key=True)
    week: str
    """As ISO 8601 writes it, `2027-W03`."""
    kind: str
    """`learning`, of which the last one holds, or `ask`, which all stand until taken back."""
    text: str
    """Empty takes back what was said before."""
    person: str
    written_at: datetime


class ReportIssue(SQLModel, table=True):
    """One report of one week: prepared, then released, then never changed again.

    A correction is an issue of its own with the next number.
    """

    __tablename__ = "report_issue"
    __table_args__ = (UniqueConstraint("week", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    week: str
    number: int
    """1, and one more for each correction."""
    as_of: datetime
    """What was known then is in it, and nothing later."""
    prepared_at: datetime
    released_at: datetime | None = None
    released_by: str | None = None
    reason: str = ""
    """Why it corrects the one before."""
    values_json: str = ""
    """The figures as they were sent; later reports are compared with these."""


class ReportFile(SQLModel, table=True):
    """One file of a released report, byte for byte."""

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("issue_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="report_issue.id")
    name: str
    media_type: str
    sha256: str
    content: bytes = Field(sa_type=LargeBinary)


class Letter(SQLModel, table=True):
    """One e-mail to one person: written when it is decided on, before any server is called."""

    __tablename__ = "letter"
    __table_args__ = (Index("letter_state", "state"),)
    id: str = Field(primary_key=True)
    """week/number/purpose/person: there is one of each, so nothing is sent for a second time."""
    issue_id: int | None = Field(default=None, foreign_key="report_issue.id")
    """Whose files go with it."""
    purpose: str
    """`report`, `draft`, `reminder`, `notice`, `digest` and others: what it was written for."""
    person: str
    address: str
    subject: str
    text: str
    html: str = ""
    """The same for mail programs that show pages; empty where plain text is all there is."""
    stop_link: str = ""
    """Of a reminder: where its reader stops them, or only `mailto:`; empty for other letters."""
    posts: str = ""
    """Of a letter to a partner: the posts that it names, with blanks between."""
    good_until: datetime | None = None
    """After this it says what is no longer so, and is not sent."""
    state: str
    """`planned`, `sending`, `sent`, `refused`, `unknown`, or `not-sent` by a person's word."""
    created_at: datetime
    attempt: int = 0
    """The fence: only the holder of the newest attempt may write the outcome."""
    lease_until: datetime | None = None
    not_before: datetime | None = None
    """After a try that certainly sent nothing."""
    leaving_at: datetime | None = None
    """When the server was about to be given the text; from then on it may have arrived."""
    ended_at: datetime | None = None
    note: str = ""


class ObjectiveValue(SQLModel, table=True):
    """What a person knows of an objective on one day, with its source. Only appended to."""

    __tablename__ = "objective_value"
    __table_args__ = (Index("objective_value_of", "objective", "known_on"),)
    id: int | None = Field(default=None, primary_key=True)
    objective: str
    known_on: str
    """The local day for which it holds; the total so far, not what was added."""
    value: str
    """A decimal number as text, so that it stays what was entered."""
    lower: str | None = None
    upper: str | None = None
    source: str
    person: str
    recorded_at: datetime
