"""Reads an account's posts and followers on Threads.

Posts are read one by one. A metric that Meta retires fails the whole answer, so after such a
refusal each is asked for by itself, and the name that was rejected is left out for a day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import (
    AccountReading,
    Metric,
    MetricReading,
    Missing,
    PostRefused,
    RemoteId,
)
from connectors.graph_errors import graph_error, number, why_unread
from connectors.http import Answer, Purpose
from connectors.readings import account_reading, unread_post
from connectors.threads_facts import ACCOUNT_METRICS, METRICS, NAME, code_in
from connectors.threads_wire import ThreadsWire

TITLE = "Threads"
_REJECTED_FOR = timedelta(days=1)


class ThreadsReading:
    """Reads for one account, and remembers which metrics were rejected."""

    def __init__(self, wire: ThreadsWire) -> None:
        self._wire = wire
        self._rejected: dict[str, datetime] = {}

    def posts(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts in the order asked; an address is looked up among the account's posts."""
        addressed = [one for one in remote_ids if not _is_id(one)]
        ids = self._ids_of(addressed) if addressed else {}
        return [self._post(one, one if _is_id(one) else ids.get(one)) for one in remote_ids]

    def known_id(self, post: RemoteId) -> str | None:
        """Return the API's id of a post known by its id or its address, None for one not found."""
        return post if _is_id(post) else self._ids_of([post]).get(post)

    def id_of(self, post: RemoteId) -> str:
        """Return the id of one of the account's own posts, whose address may be all that is known.

        Raises `PostRefused` where the account's posts do not show it.
        """
        found = self.known_id(post)
        if found is None:
            message = f"Threads does not list {post}, which this post is to answer."
            raise PostRefused(message, network=NAME)
        return found

    def followers(self) -> AccountReading:
        """Read how many people follow the account."""
        answer = self._wire.own_insights("followers_count")
        values = _values(answer)
        if values is None:
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        return account_reading(values, ACCOUNT_METRICS, observed_at=self._wire.http.now())

    def _post(self, remote_id: RemoteId, post_id: str | None) -> MetricReading:
        now = self._wire.http.now()
        if post_id is None:
            return unread_post(remote_id, Missing.NETWORK_ERROR, METRICS, observed_at=now)
        names = [one.raw_name for one in METRICS if not self._is_rejected(one.raw_name, now)]
        answer = self._wire.insights(post_id, ",".join(names))
        values = _values(answer)
        why = None if values is not None else why_unread(answer.mapping())
        if why is Missing.POST_GONE:
            return unread_post(remote_id, why, METRICS, observed_at=now)
        if why is Missing.NOT_OFFERED:
            values = self._one_by_one(post_id, names, now)
        if values is None:
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        return self._reading(remote_id, values, now)

    def _one_by_one(self, post_id: str, names: Sequence[str], now: datetime) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in names:
            answer = self._wire.insights(post_id, name)
            values = _values(answer)
            if values is not None:
                found |= values
            elif why_unread(answer.mapping()) is Missing.NOT_OFFERED:
                self._rejected[name] = now
            else:
                raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        return found

    def _reading(
        self, remote_id: RemoteId, found: Mapping[str, Any], now: datetime
    ) -> MetricReading:
        values: dict[Metric, int] = {}
        missing: dict[Metric, Missing] = {}
        for one in METRICS:
            count = number(found.get(one.raw_name))
            if count is not None and count >= 0:
                values[one.metric] = count
            elif one.raw_name in found:
                missing[one.metric] = Missing.NETWORK_ERROR
            else:
                rejected = self._is_rejected(one.raw_name, now)
                missing[one.metric] = Missing.NOT_OFFERED if rejected else Missing.NOT_YET
        return MetricReading(remote_id=remote_id, observed_at=now, values=values, missing=missing)

    def _ids_of(self, addresses: Sequence[RemoteId]) -> dict[RemoteId, str]:
        by_code = self._by_code(self._wire.own_posts("id,permalink"))
        if any(code_in(one) not in by_code for one in addresses):
            by_code |= self._by_code(self._wire.own_replies("id,permalink"))
        found = {one: by_code.get(code_in(one)) for one in addresses}
        return {one: post_id for one, post_id in found.items() if post_id is not None}

    def _by_code(self, answer: Answer) -> dict[str | None, str]:
        posts = answer.mapping().get("data")
        if not answer.ok or not isinstance(posts, list):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        return {
            code_in(str(one.get("permalink"))): str(one.get("id"))
            for one in posts
            if isinstance(one, dict)
        }

    def _is_rejected(self, name: str, now: datetime) -> bool:
        at = self._rejected.get(name)
        return at is not None and now - at < _REJECTED_FOR


def _values(answer: Answer) -> dict[str, Any] | None:
    """Return the counts of an insights answer by their names, None where it is none."""
    listed = answer.mapping().get("data")
    if not answer.ok or not isinstance(listed, list):
        return None
    found: dict[str, Any] = {}
    for one in listed:
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            found[one["name"]] = _value(one)
    return found


def _value(one: Mapping[str, Any]) -> Any:
    """Return the count, which stands in one of two places."""
    try:
        total = one.get("total_value")
        return total["value"] if isinstance(total, dict) else one["values"][0]["value"]
    except (KeyError, IndexError, TypeError):
        return None


def _is_id(remote_id: str) -> bool:
    return remote_id.isascii() and remote_id.isdigit()
