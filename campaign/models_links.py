"""The table of link checks: what stood behind a link when it was approved, and the day before."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class LinkCheckRow(SQLModel, table=True):
    """One link of one content. A content without links has one row, whose page is empty."""

    __tablename__ = "link_check"
    content_hash: str = Field(primary_key=True, foreign_key="payload.content_hash")
    page: str = Field(primary_key=True)
    """The address without UTM values: one page, however many channels link to it."""
    first_title: str | None = None
    """The page's title when the content was first found approved; None where it had none."""
    state: str
    """One of `campaign.link_checks.judging.Verdict`."""
    words: str = ""
    """What a person is told; empty where there is nothing to tell."""
    checked_at: datetime
