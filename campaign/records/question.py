"""Reads a question for the record as somebody typed it, on the command line or on the page."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from campaign.records.asked import Asked, NothingAskedError
from campaign.records.themes import posts_on


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What was typed; empty is not narrowed."""

    first: str | None = None
    last: str | None = None
    theme: str | None = None
    partner: str | None = None
    channel: str | None = None
    names: bool = False
    reference: str = ""


def asked_by(question: Question, folder: Path) -> Asked:
    """Return what is asked for; raise `NothingAskedError` with a sentence where it is nothing.

    A partner or channel that the schedule no longer names may be asked for as well: its record is
    still there, and where it never was the record says that it holds nothing.
    """
    theme = (question.theme or "").strip() or None
    return Asked(
        from_on=day_in(question.first),
        until_on=day_in(question.last),
        theme=theme,
        posts=posts_on(folder, theme) if theme else None,
        partner=question.partner or None,
        channel=question.channel or None,
        names=question.names,
        reference=" ".join(question.reference.split()),
    )


def day_in(text: str | None) -> date | None:
    """Return the day that was typed; None for nothing."""
    if not text or not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"“{text}” is no day; write it such as 2027-01-11"
        raise NothingAskedError(message) from None
