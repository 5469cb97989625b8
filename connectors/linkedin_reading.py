"""Reads a page's posts and followers on LinkedIn.

The statistics leave out a post that nobody has seen yet as well as one that is gone; the posts
themselves tell the two apart. Shares and user generated content are counted by separate calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from connectors.contract import AccountReading, MetricReading, Missing, RemoteId
from connectors.http import Answer, Purpose
from connectors.linkedin_comments import COMMENT
from connectors.linkedin_errors import linkedin_error
from connectors.linkedin_facts import ACCOUNT_METRICS, CAPABILITIES, METRICS
from connectors.linkedin_finding import elements_of
from connectors.linkedin_wire import LinkedInWire
from connectors.readings import account_reading, post_reading, unread_post

_KINDS = {"urn:li:share:": "shares", "urn:li:ugcPost:": "ugcPosts"}
_NAMED = ("share", "ugcPost")


def read_posts(wire: LinkedInWire, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
    """Read counts in the order asked, 20 posts of a kind to a call."""
    read: dict[RemoteId, MetricReading] = {}
    for prefix, kind in _KINDS.items():
        asked = [one for one in dict.fromkeys(remote_ids) if one.startswith(prefix)]
        for start in range(0, len(asked), CAPABILITIES.read_batch):
            batch = asked[start : start + CAPABILITIES.read_batch]
            read |= {one.remote_id: one for one in _read_batch(wire, kind, batch)}
    now = wire.http.now()
    return [
        read.get(one) or unread_post(one, _why_not_asked(one), METRICS, observed_at=now)
        for one in remote_ids
    ]


def _why_not_asked(remote_id: str) -> Missing:
    comment = remote_id.startswith(COMMENT)
    return Missing.NOT_OFFERED if comment else Missing.NETWORK_ERROR


def read_followers(wire: LinkedInWire) -> AccountReading:
    """Read how many members follow the page."""
    answer = wire.followers()
    if not answer.ok or "firstDegreeSize" not in answer.mapping():
        raise linkedin_error(wire.http, answer, Purpose.READ)
    return account_reading(answer.mapping(), ACCOUNT_METRICS, observed_at=wire.http.now())


def _read_batch(
    wire: LinkedInWire, kind: str, batch: Sequence[RemoteId]
) -> Iterable[MetricReading]:
    answer = wire.statistics(kind, batch)
    elements = elements_of(answer)
    if not answer.ok or elements is None:
        raise linkedin_error(wire.http, answer, Purpose.READ)
    counts = _counts(elements)
    absent = [one for one in batch if one not in counts]
    reasons = _why_absent(wire, absent) if absent else {}
    now = wire.http.now()
    for one in batch:
        if one in counts:
            yield post_reading(one, counts[one], METRICS, observed_at=now)
        else:
            yield unread_post(one, reasons[one], METRICS, observed_at=now)


def _counts(elements: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for one in elements:
        urn = next((one[name] for name in _NAMED if isinstance(one.get(name), str)), None)
        statistics = one.get("totalShareStatistics")
        if urn is not None and isinstance(statistics, dict):
            found[urn] = statistics
    return found


def _why_absent(wire: LinkedInWire, absent: Sequence[RemoteId]) -> dict[RemoteId, Missing]:
    """Say of posts without statistics whether they stand or are gone.

    An app of the development tier may not ask for several posts; then nobody knows.
    """
    answer = wire.posts(absent)
    standing, statuses = _by_urn(answer, "results"), _by_urn(answer, "statuses")
    reasons = {}
    for one in absent:
        gone = statuses.get(one) == 404
        known = Missing.POST_GONE if gone else Missing.NETWORK_ERROR
        reasons[one] = Missing.NOT_YET if one in standing else known
    return reasons


def _by_urn(answer: Answer, name: str) -> dict[str, Any]:
    found = answer.mapping().get(name) if answer.ok else None
    return {unquote(key): value for key, value in found.items()} if isinstance(found, dict) else {}
