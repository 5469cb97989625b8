"""Several reads in one request to the Graph API, each with a status and a body of its own.

Facebook and Instagram are read so. An insight that has no value yet comes as an empty list, which
is never a count of 0; a name that was rejected is not asked for again for a day.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Missing
from connectors.graph_errors import graph_error, why_unread
from connectors.http import Answer, Http, Purpose

MOST_READS = 50
_REJECTED_FOR = timedelta(days=1)

Count = int | Missing


def bodies_in(http: Http, answer: Answer, number: int, *, title: str) -> list[Mapping[str, Any]]:
    """Return the body of every read; a read that timed out at Meta has an empty one."""
    parts = answer.parsed()
    if not answer.ok:
        raise graph_error(http, answer, Purpose.READ, title=title)
    if not isinstance(parts, list) or len(parts) != number:
        raise http.unclear(f"{title}'s answer to a batch cannot be read.", Purpose.READ)
    return [_body(one) for one in parts]


def count_of(value: Any) -> Count:
    """Return a count as it stands in an answer; what is none could not be read."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count else Missing.NETWORK_ERROR


def insight_in(body: Mapping[str, Any]) -> Count:
    """Return the count in an answer about one insight, or why there is none."""
    if not isinstance(body.get("data"), list):
        return why_unread(body)
    if not body["data"]:
        return Missing.NOT_YET
    try:
        first = body["data"][0]
        total = first.get("total_value")
        value = total["value"] if isinstance(total, dict) else first["values"][0]["value"]
    except (AttributeError, KeyError, IndexError, TypeError):
        return Missing.NETWORK_ERROR
    return count_of(value)


class Rejections:
    """Which names a network has rejected of late, perhaps for one kind of post only."""

    def __init__(self) -> None:
        self._since: dict[tuple[str, str], datetime] = {}

    def note(self, name: str, now: datetime, *, kind: str = "") -> None:
        """Remember that a name was rejected."""
        self._since[name, kind] = now

    def holds(self, name: str, now: datetime, *, kind: str = "") -> bool:
        """Whether a name is better not asked for yet."""
        at = self._since.get((name, kind))
        return at is not None and now - at < _REJECTED_FOR


def _body(part: Any) -> Mapping[str, Any]:
    text = part.get("body") if isinstance(part, dict) else None
    try:
        body = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}
