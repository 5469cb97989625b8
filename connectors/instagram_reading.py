"""Reads an account's posts and followers on Instagram.

Likes and comments are fields of a post; each insight is a read of its own within one batch, so that
a name that is rejected empties nothing but itself. What is rejected differs from one kind of post
to the next, so it is remembered for the kind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from connectors.contract import AccountReading, Metric, MetricReading, Missing, RemoteId
from connectors.graph_batch import Count, Rejections, bodies_in, count_of, insight_in
from connectors.graph_errors import graph_error, why_unread
from connectors.http import Purpose
from connectors.instagram_facts import (
    ACCOUNT_METRICS,
    CAPABILITIES,
    COMMENT,
    COUNTED,
    INSIGHTS,
    METRICS,
    code_in,
)
from connectors.instagram_wire import InstagramWire
from connectors.readings import account_reading, unread_post

TITLE = "Instagram"
_FIELDS = "fields=like_count,comments_count,media_product_type"


class InstagramReading:
    """Reads for one account, and remembers which metrics were rejected for which kind of post."""

    def __init__(self, wire: InstagramWire) -> None:
        self._wire = wire
        self._rejected = Rejections()
        self._kinds: dict[str, str] = {}

    def posts(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts in the order asked, ten posts to a batch."""
        addressed = [one for one in remote_ids if not _is_id(one) and not _is_comment(one)]
        by_address = self._ids_of(addressed) if addressed else {}
        known = {one: one if _is_id(one) else by_address.get(one) for one in remote_ids}
        asked = list(dict.fromkeys(one for one in known.values() if one))
        read: dict[str, MetricReading] = {}
        for start in range(0, len(asked), CAPABILITIES.read_batch):
            read |= self._read_batch(asked[start : start + CAPABILITIES.read_batch])
        now = self._wire.http.now()
        return [
            _named(one, read.get(known[one] or ""))
            or unread_post(one, _why_not_asked(one), METRICS, observed_at=now)
            for one in remote_ids
        ]

    def followers(self) -> AccountReading:
        """Read how many follow the account."""
        answer = self._wire.read(self._wire.account, "followers_count")
        if not answer.ok or "followers_count" not in answer.mapping():
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        now = self._wire.http.now()
        return account_reading(answer.mapping(), ACCOUNT_METRICS, observed_at=now)

    def _read_batch(self, ids: Sequence[str]) -> dict[str, MetricReading]:
        now = self._wire.http.now()
        wanted = {one: self._wanted(one, now) for one in ids}
        addresses = [
            address
            for one, names in wanted.items()
            for address in (
                f"{one}?{_FIELDS}",
                *(f"{one}/insights?metric={name}" for name in names),
            )
        ]
        answer = self._wire.batch(addresses)
        bodies = iter(bodies_in(self._wire.http, answer, len(addresses), title=TITLE))
        return {
            one: self._reading(
                one, next(bodies), dict(zip(names, islice(bodies, len(names)), strict=True)), now
            )
            for one, names in wanted.items()
        }

    def _wanted(self, post_id: str, now: datetime) -> list[str]:
        """Return the insights to ask for: those not rejected for this kind of post of late."""
        kind = self._kinds.get(post_id, "")
        names = [one.raw_name for one in INSIGHTS]
        return [one for one in names if not self._rejected.holds(one, now, kind=kind)]

    def _reading(
        self,
        post_id: str,
        fields: Mapping[str, Any],
        insights: Mapping[str, Mapping[str, Any]],
        now: datetime,
    ) -> MetricReading:
        counts: dict[Metric, Count] = dict(_counts(fields))
        kind = fields.get("media_product_type")
        self._kinds[post_id] = kind if isinstance(kind, str) else ""
        for one in INSIGHTS:
            body = insights.get(one.raw_name)
            counts[one.metric] = Missing.NOT_OFFERED if body is None else insight_in(body)
            if body is not None and counts[one.metric] is Missing.NOT_OFFERED:
                self._rejected.note(one.raw_name, now, kind=self._kinds[post_id])
        values = {one: count for one, count in counts.items() if not isinstance(count, Missing)}
        missing = {one: count for one, count in counts.items() if isinstance(count, Missing)}
        return MetricReading(
            remote_id=RemoteId(post_id), observed_at=now, values=values, missing=missing
        )

    def _ids_of(self, addresses: Sequence[RemoteId]) -> dict[RemoteId, str]:
        answer = self._wire.own_posts("id,permalink")
        posts = answer.mapping().get("data")
        if not answer.ok or not isinstance(posts, list):
            raise graph_error(self._wire.http, answer, Purpose.READ, title=TITLE)
        by_code = {
            code_in(str(one.get("permalink"))): str(one.get("id"))
            for one in posts
            if isinstance(one, dict)
        }
        found = {one: by_code.get(code_in(one)) for one in addresses}
        return {one: post_id for one, post_id in found.items() if post_id is not None}


def _counts(fields: Mapping[str, Any]) -> Iterable[tuple[Metric, Count]]:
    for one in COUNTED:
        if "id" not in fields:
            yield one.metric, why_unread(fields)
        elif fields.get(one.raw_name) is None:
            # Where the account hides its likes they are left out, which is no count of 0.
            yield one.metric, Missing.WITHHELD
        else:
            yield one.metric, count_of(fields[one.raw_name])


def _is_comment(remote_id: str) -> bool:
    return remote_id.startswith(COMMENT)


def _why_not_asked(remote_id: str) -> Missing:
    return Missing.NOT_OFFERED if _is_comment(remote_id) else Missing.NETWORK_ERROR


def _named(remote_id: RemoteId, reading: MetricReading | None) -> MetricReading | None:
    """Let a reading bear the name that was asked for, which may be an address."""
    return replace(reading, remote_id=remote_id) if reading else None


def _is_id(remote_id: str) -> bool:
    return remote_id.isascii() and remote_id.isdigit()
