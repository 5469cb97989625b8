"""Reads a page's posts and followers on Facebook.

The counts of a post and each of its insights are reads of their own within one batch, so that a
metric that Meta retires empties nothing but itself. A name that was rejected is not asked for again
for a day. An insight without a value is not counted yet: Facebook gives an empty list, never 0.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import (
    AccountReading,
    Definition,
    Metric,
    MetricReading,
    Missing,
    RemoteId,
)
from connectors.facebook_comments import COMMENT
from connectors.facebook_errors import graph_error
from connectors.facebook_facts import (
    ACCOUNT_METRICS,
    CAPABILITIES,
    COUNTED,
    INSIGHTS,
    METRICS,
    graph_id,
)
from connectors.facebook_wire import FacebookWire
from connectors.graph_errors import why_unread
from connectors.http import Purpose
from connectors.readings import account_reading, unread_post

_COUNTS = (
    "fields=reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0),shares"
)
_REJECTED_FOR = timedelta(days=1)

Count = int | Missing


class FacebookReading:
    """Reads for one page, and remembers which metrics were rejected."""

    def __init__(self, wire: FacebookWire) -> None:
        self._wire = wire
        self._rejected: dict[str, datetime] = {}

    def posts(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts in the order asked, 16 posts to a batch."""
        known = {one: graph_id(one, self._wire.page) for one in dict.fromkeys(remote_ids)}
        asked = [one for one, at_facebook in known.items() if at_facebook]
        read: dict[RemoteId, MetricReading] = {}
        for start in range(0, len(asked), CAPABILITIES.read_batch):
            batch = {
                one: known[one] or "" for one in asked[start : start + CAPABILITIES.read_batch]
            }
            read |= {one.remote_id: one for one in self._read_batch(batch)}
        now = self._wire.http.now()
        return [
            read.get(one) or unread_post(one, _why_not_asked(one), METRICS, observed_at=now)
            for one in remote_ids
        ]

    def followers(self) -> AccountReading:
        """Read how many people follow the page."""
        answer = self._wire.read(self._wire.page, "followers_count")
        if not answer.ok or "followers_count" not in answer.mapping():
            raise graph_error(self._wire.http, answer, Purpose.READ)
        now = self._wire.http.now()
        return account_reading(answer.mapping(), ACCOUNT_METRICS, observed_at=now)

    def _read_batch(self, batch: Mapping[RemoteId, str]) -> Iterable[MetricReading]:
        insights = [one for one in INSIGHTS if not self._is_rejected(one)]
        addresses = [
            address
            for post in batch.values()
            for address in (
                f"{post}?{_COUNTS}",
                *(f"{post}/insights?metric={one.raw_name}&period=lifetime" for one in insights),
            )
        ]
        bodies = self._bodies(addresses)
        now = self._wire.http.now()
        for number, remote_id in enumerate(batch):
            start = number * (1 + len(insights))
            counts = _counts(bodies[start])
            for place, one in enumerate(insights, start=start + 1):
                counts[one.metric] = self._insight(one, bodies[place], now)
            yield _reading(remote_id, counts, now)

    def _bodies(self, addresses: Sequence[str]) -> list[Mapping[str, Any]]:
        """Return the body of every read; a read that timed out at Facebook has an empty one."""
        answer = self._wire.batch(addresses)
        parts = answer.parsed()
        if not answer.ok:
            raise graph_error(self._wire.http, answer, Purpose.READ)
        if not isinstance(parts, list) or len(parts) != len(addresses):
            message = "Facebook's answer to a batch cannot be read."
            raise self._wire.http.unclear(message, Purpose.READ)
        return [_body(one) for one in parts]

    def _insight(self, one: Definition, body: Mapping[str, Any], now: datetime) -> Count:
        if not isinstance(body.get("data"), list):
            why = why_unread(body)
            if why is Missing.NOT_OFFERED:
                self._rejected[one.raw_name] = now
            return why
        if not body["data"]:
            return Missing.NOT_YET
        try:
            value = body["data"][0]["values"][0]["value"]
        except (KeyError, IndexError, TypeError):
            return Missing.NETWORK_ERROR
        return _count(value)

    def _is_rejected(self, one: Definition) -> bool:
        at = self._rejected.get(one.raw_name)
        return at is not None and self._wire.http.now() - at < _REJECTED_FOR


def _why_not_asked(remote_id: str) -> Missing:
    comment = remote_id.startswith(COMMENT)
    return Missing.NOT_OFFERED if comment else Missing.NETWORK_ERROR


def _counts(body: Mapping[str, Any]) -> dict[Metric, Count]:
    if "id" not in body:
        return {one.metric: why_unread(body) for one in COUNTED}
    counts: dict[Metric, Count] = {}
    for one in COUNTED:
        value: Any = body
        for name in one.raw_name.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        # A post that nobody has shared comes without `shares`, which is no count of 0.
        counts[one.metric] = Missing.NOT_YET if value is None else _count(value)
    return counts


def _reading(remote_id: RemoteId, counts: Mapping[Metric, Count], now: datetime) -> MetricReading:
    values = {one: count for one, count in counts.items() if not isinstance(count, Missing)}
    missing = {one.metric: Missing.NOT_OFFERED for one in METRICS if one.metric not in counts} | {
        one: count for one, count in counts.items() if isinstance(count, Missing)
    }
    return MetricReading(remote_id=remote_id, observed_at=now, values=values, missing=missing)


def _count(value: Any) -> Count:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count else Missing.NETWORK_ERROR


def _body(part: Any) -> Mapping[str, Any]:
    text = part.get("body") if isinstance(part, dict) else None
    try:
        body = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}
