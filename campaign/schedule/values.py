"""The kinds of value that stand in schedule.yaml: how each is written, and what it means.

Each type reads text (never a number that YAML guessed), complains in one sentence with an
example, and writes itself back as text, so that a schedule stored as JSON reads back equal.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, LiteralString, NoReturn
from urllib.parse import urlsplit

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from campaign.schedule.local_time import WallTime

KEBAB: LiteralString = "[a-z0-9]+(-[a-z0-9]+)*"
LONGEST_ID = 60
RESERVED = frozenset({"all", "partner", "sector", "network"})
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

_WALL_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DURATION = re.compile(r"(\d{1,9}) ?([a-z]+)", re.ASCII)
_UNITS = {
    "s": ("s", "second", "seconds"),
    "m": ("m", "min", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
FIRST_YEAR, LAST_YEAR = 2000, 2199


def objection(sentence: str) -> PydanticCustomError:
    """Make the error that pydantic carries to `sentences.py` word for word."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence})


def refuse(sentence: str) -> NoReturn:
    """Raise the objection to a value."""
    raise objection(sentence)


def read_id(value: Any) -> str:
    """Read a name in kebab-case that means nothing else in a `send_to`."""
    text = _text(value, "a name such as ico-x")
    if text in RESERVED:
        refuse(f"“{text}” has a meaning of its own in send_to and can be no id")
    if not re.fullmatch(KEBAB, text, re.ASCII):
        refuse(f"“{text}” is no id; use small letters, digits and single hyphens, such as ico-x")
    if len(text) > LONGEST_ID:
        refuse(f"this id has {len(text)} characters; {LONGEST_ID} are the most")
    return text


def read_wall_time(value: Any) -> WallTime:
    """Read `2027-01-12 08:30`, with seconds and an offset where wanted."""
    if isinstance(value, WallTime):
        return value
    text = _text(value, "a date and time such as 2027-01-12 08:30")
    match = _WALL_TIME.fullmatch(text)
    if match is None:
        refuse(f"“{text}” is no date and time{_what_lacks(text)}")
    day, clock, offset = match.groups()
    local = datetime.combine(read_date(day), read_time(clock))
    return WallTime(local=local, offset=_read_offset(offset) if offset else None)


def read_date(value: Any) -> date:
    """Read `2027-01-11`."""
    if isinstance(value, date):
        return value
    text = _text(value, "a date such as 2027-01-11")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        refuse(f"“{text}” is no date; write for example 2027-01-11")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse(f"“{text}” is in no calendar; write a day that exists")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        refuse(f"“{text}” lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def read_time(value: Any) -> time:
    """Read `08:30`, with seconds where wanted."""
    if isinstance(value, time):
        return value
    text = _text(value, "a time of day such as 08:30")
    if not re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text, re.ASCII):
        refuse(f"“{text}” is no time of day; write for example 08:30")
    try:
        return time.fromisoformat(text.zfill(5) if len(text) < 6 else text.zfill(8))
    except ValueError:
        refuse(f"“{text}” is on no clock; write a time from 00:00 to 23:59")


def read_duration(value: Any) -> timedelta:
    """Read `30m`, `2h`, `4 weeks`; always longer than nothing."""
    if isinstance(value, timedelta):
        return value
    text = _text(value, "a duration such as 30m, 2h or 4 weeks")
    match = _DURATION.fullmatch(text)
    unit = next((key for key, words in _UNITS.items() if match and match[2] in words), None)
    if match is None or unit is None:
        refuse(f"“{text}” is no duration; write for example 30m, 2h or 4 weeks")
    if int(match[1]) == 0:
        refuse(f"“{text}” is no time at all; leave the field out instead")
    seconds = int(match[1]) * _SECONDS[unit]
    if seconds > 10 * 366 * _SECONDS["d"]:
        refuse(f"“{text}” is longer than ten years")
    return timedelta(seconds=seconds)


def read_days(value: Any) -> timedelta:
    """Read a duration of whole days, for what recurs in local time."""
    length = read_duration(value)
    if length % timedelta(days=1):
        refuse(f"“{duration_text(length)}” is not made of whole days; write 2 days or 4 weeks")
    return length


def duration_text(length: timedelta) -> str:
    """Write a duration as the schedule would."""
    seconds = int(length.total_seconds())
    for unit, words in (("w", "weeks"), ("d", "days")):
        if seconds and seconds % _SECONDS[unit] == 0:
            count = seconds // _SECONDS[unit]
            return f"{count} {words if count > 1 else words[:-1]}"
    unit = next(unit for unit in ("h", "m", "s") if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def time_text(moment: time) -> str:
    """Write a time of day as `08:30`, with seconds only where there are some."""
    return moment.isoformat("seconds" if moment.second else "minutes")


def read_origin(value: Any) -> str:
    """Read a server as an origin; plain http only on this machine."""
    text = _text(value, "a server such as https://social.example").rstrip("/")
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port != 0
    except ValueError:
        refuse(f"“{text}” is no address; write for example https://social.example")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        refuse(f"“{text}” is no address of a server; write for example https://social.example")
    if parts.path or parts.query or parts.fragment or parts.username:
        refuse(f"“{text}” says more than a server; write only {parts.scheme}://{parts.hostname}")
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        refuse(f"“{text}” is not encrypted; write https://{parts.hostname}")
    return text


def _read_offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        refuse(f"“{text}” is no offset from UTC; write for example +01:00")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if text[0] == "-" else size


def _what_lacks(text: str) -> str:
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text, re.ASCII):
        return f": it has no date; write for example 2027-01-12 {text.zfill(5)}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return f": it has no time of day; write for example {text} 08:30"
    return "; write for example 2027-01-12 08:30"


def _text(value: Any, wanted: str) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is None or value == "":
        refuse(f"nothing stands here; write {wanted}")
    refuse(f"expected {wanted}, not {'a list' if isinstance(value, list) else 'fields'}")


def _written(pattern: str, words: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": pattern, "description": words, "examples": list(examples)}
    )


Id = Annotated[
    str,
    PlainValidator(read_id),
    _written(f"^{KEBAB}$", "A name of your own: small letters, digits, single hyphens.", "ico-x"),
]
Day = Annotated[
    date,
    PlainValidator(read_date),
    PlainSerializer(date.isoformat, return_type=str),
    _written(r"^\d{4}-\d{2}-\d{2}$", "A day.", "2027-01-11"),
]
LocalTime = Annotated[
    WallTime,
    PlainValidator(read_wall_time),
    PlainSerializer(str, return_type=str),
    _written(
        r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?\s*(Z|[+-]\d{2}:?\d{2})?$",
        "Date and time as the clocks in the campaign's zone show it; an offset may follow.",
        "2027-01-12 08:30",
        "2027-10-31 01:30+01:00",
    ),
]
TimeOfDay = Annotated[
    time,
    PlainValidator(read_time),
    PlainSerializer(time_text, return_type=str),
    _written(r"^\d{1,2}:\d{2}(:\d{2})?$", "A time of day in the campaign's zone.", "08:30"),
]
Duration = Annotated[
    timedelta,
    PlainValidator(read_duration),
    PlainSerializer(duration_text, return_type=str),
    _written(r"^\d+ ?[a-z]+$", "A duration in seconds, minutes, hours, days or weeks.", "20m"),
]
WholeDays = Annotated[
    timedelta,
    PlainValidator(read_days),
    PlainSerializer(duration_text, return_type=str),
    _written(r"^\d+ ?(d|days?|w|weeks?)$", "A number of days or weeks.", "4 weeks"),
]
Origin = Annotated[
    str,
    PlainValidator(read_origin),
    _written(
        r"^https?://[^/\s]+/?$",
        "A server's address; it replaces the network's own hosts.",
        "https://social.example",
    ),
]
