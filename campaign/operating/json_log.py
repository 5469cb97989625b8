"""The log as JSON, one object a line: what happened, where and to which delivery, by ids.

A message is kept as it stands in the code; what was put into it only where it is a number, an
instant, one of our own names, or marked as ours (`campaign.log_words`). An error is told by its
kinds, its code and the lines of code it went through, never by its text.
"""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from campaign.log_words import Said

LEFT_OUT = "[left out]"
IDS = ("action", "network", "channel", "post", "attempt")
"""What a record may carry besides; a delivery's id is taken apart into more."""
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_ROOT = Path(__file__).parents[2]


class JsonFormatter(logging.Formatter):
    """Writes records so that programs can read them and nobody's words are in them."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": self._process,
            "message": _message(record),
            **_ids(record),
        }
        errors = [one for one in (record.exc_info or ())[1:2] if isinstance(one, BaseException)]
        if errors:
            line["error"] = _error(errors[0])
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    words = str(record.msg)
    if not record.args:
        return words
    given = record.args
    safe: Any = (
        {name: _safe(one) for name, one in given.items()}
        if isinstance(given, Mapping)
        else tuple(_safe(one) for one in given)
    )
    try:
        return str(words % safe)
    except (TypeError, ValueError):
        return words


def _safe(value: object) -> object:
    """Return what may be written of something that was put into a message."""
    if isinstance(value, BaseException):
        return _kind(value)
    if isinstance(value, Said):
        return str(value)
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool | int | float | date | timedelta):
        return value
    return LEFT_OUT


def _ids(record: logging.LogRecord) -> dict[str, Any]:
    found: dict[str, Any] = {}
    delivery = getattr(record, "delivery_id", None)
    if isinstance(delivery, str):
        found["delivery"] = delivery
        parts = delivery.split("/")
        if len(parts) >= 3:
            found |= {"entry": parts[0], "channel": parts[1], "run": parts[2]}
    for name in IDS:
        value = getattr(record, name, None)
        if isinstance(value, str | int):
            found[name] = value
    return found


def _error(error: BaseException) -> dict[str, Any]:
    """Tell an error by its kinds and its way, the one it was caused by included."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 10:
        kinds.append(_kind(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    way = [
        f"{_place(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return {"kinds": kinds, "way": way}


def _kind(error: BaseException) -> str:
    code = getattr(error, "code", None)
    known = f" {code}" if isinstance(code, str | int) and _CODE.fullmatch(str(code)) else ""
    return f"{type(error).__name__}{known}"


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name
