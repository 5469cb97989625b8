"""Writes calendar files (iCalendar, RFC 5545) of what goes out when.

A delivery keeps its UID for life. Every line in its log raises SEQUENCE and is LAST-MODIFIED, so
that a calendar which has subscribed sees a move as a move. The same deliveries give the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Campaign Desk//Calendar//EN"
SHOWN_FOR = timedelta(minutes=15)
"""A slot is an instant; calendars show what lasts no time badly, or not at all."""
READ_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One delivery as a calendar has it."""

    uid: str
    starts_at: datetime
    summary: str
    description: str
    changes: int
    """How many lines its log has."""
    changed_at: datetime
    """When the last of them was written."""


def calendar_file(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar of that name, its entries by time; UTC throughout, so it needs no zones."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_AGAIN, {"value": "DURATION"})
    for one in sorted(entries, key=lambda entry: (entry.starts_at, entry.uid)):
        calendar.add_component(_event(one))
    content: bytes = calendar.to_ical(sorted=True)
    return content


def _event(one: Entry) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("sequence", one.changes)
    event.add("dtstart", one.starts_at)
    event.add("duration", SHOWN_FOR)
    event.add("summary", one.summary)
    event.add("description", one.description)
    event.add("transp", "TRANSPARENT")
    return event
