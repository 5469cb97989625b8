"""Writes a value of a row as JSON has it, and reads it back as the column has it."""

import base64
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column

from campaign.instants import Instant
from campaign.keeping.faults import KeepingError

Plain = str | int | float | bool | None


def kind_of(column: Column[Any]) -> type:
    """Return what a column's values are in Python; own types hide it."""
    if isinstance(column.type, Instant):
        return datetime
    kind: type = getattr(column.type, "impl", column.type).python_type
    return kind


def as_plain(value: Any) -> Plain:
    """Return a value as JSON can hold it: instants in UTC with a Z, bytes in base64."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    plain: Plain = value
    return plain


def from_plain(column: Column[Any], value: Plain) -> Any:
    """Return what `as_plain` was given; raise `KeepingError` where the column cannot hold it."""
    kind = kind_of(column)
    if value is None:
        return None
    try:
        if kind is datetime:
            return _instant(str(value))
        if kind is date:
            return date.fromisoformat(str(value))
        if kind is bytes:
            return base64.b64decode(str(value), validate=True)
    except ValueError as error:
        raise KeepingError(f"“{value}” is no {kind.__name__} ({column})") from error
    if type(value) is not kind:
        raise KeepingError(f"“{value}” is no {kind.__name__} ({column})")
    return value


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        message = "an instant has to name its offset"
        raise ValueError(message)
    return instant.astimezone(UTC)
