"""Reads videos and the channel: counts come as text, and a count that is missing is never 0.

A video's address names no channel, so each video is asked whose it is: numbers of a stranger's
are not read. Likes and comments are left out of an answer where the owner hides or forbids them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import (
    AccessRefused,
    Account,
    AccountReading,
    Metric,
    MetricReading,
    Missing,
    RemoteId,
)
from connectors.http import Answer, Purpose
from connectors.readings import unread_post
from connectors.youtube_errors import youtube_error
from connectors.youtube_facts import ACCOUNT_METRICS, CAPABILITIES, METRICS, NAME, known_id
from connectors.youtube_wire import YouTubeWire


class YouTubeReading:
    """Reads for one channel."""

    def __init__(self, wire: YouTubeWire) -> None:
        self._wire = wire

    def posts(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts in the order asked, 50 videos a call."""
        asked = [one for one in dict.fromkeys(remote_ids) if known_id(one)]
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(asked), CAPABILITIES.read_batch):
            batch = asked[start : start + CAPABILITIES.read_batch]
            found |= self.videos("snippet,statistics", batch)
        return [self._reading(one, found) for one in remote_ids]

    def videos(self, part: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return what YouTube shows of videos, by id; those that are gone are left out."""
        answer = self._wire.videos(part, ids)
        return {str(one.get("id")): one for one in self._items(answer)}

    def followers(self) -> AccountReading:
        """Read the subscribers, where the channel does not hide them."""
        (definition,) = ACCOUNT_METRICS
        statistics = _object(self._own_channel("statistics"), "statistics")
        now = self._wire.http.now()
        count = _count(statistics.get(definition.raw_name))
        if statistics.get("hiddenSubscriberCount") is True:
            count = Missing.WITHHELD
        if isinstance(count, Missing):
            return AccountReading(observed_at=now, values={}, missing={definition.metric: count})
        return AccountReading(observed_at=now, values={definition.metric: count})

    def account(self) -> Account:
        """Say which channel the token is for; raise `AccessRefused` where it is another one."""
        channel = self._own_channel("snippet")
        snippet, number = _object(channel, "snippet"), str(channel.get("id"))
        name = str(snippet.get("customUrl") or snippet.get("title") or "")
        if number != self._wire.channel:
            message = f"The token is for {name} ({number}), not for {self._wire.channel}."
            raise AccessRefused(message, network=NAME)
        url = f"https://www.youtube.com/channel/{number}"
        return Account(remote_id=RemoteId(number), handle=name, url=url)

    def _own_channel(self, part: str) -> Mapping[str, Any]:
        items = self._items(self._wire.own_channel(part))
        if not items:
            message = "There is no YouTube channel behind this sign-in: make one, then connect."
            raise AccessRefused(message, network=NAME, code="youtubeSignupRequired")
        if not isinstance(items[0].get("id"), str) or not isinstance(items[0].get(part), dict):
            raise self._wire.http.unclear("YouTube's answer cannot be read.", Purpose.READ)
        return items[0]

    def _items(self, answer: Answer) -> list[Mapping[str, Any]]:
        if not answer.ok:
            raise youtube_error(self._wire.http, answer, Purpose.READ)
        said = answer.mapping()
        # A list that is empty may be left out; an answer that is no list of videos is none.
        items = said.get("items", [] if "pageInfo" in said else None)
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            raise self._wire.http.unclear("YouTube's answer cannot be read.", Purpose.READ)
        return items

    def _reading(
        self, remote_id: RemoteId, found: Mapping[str, Mapping[str, Any]]
    ) -> MetricReading:
        now = self._wire.http.now()
        video = found.get(remote_id)
        if known_id(remote_id) is None or (video and not self.is_own(video)):
            return unread_post(remote_id, Missing.NETWORK_ERROR, METRICS, observed_at=now)
        if video is None:
            return unread_post(remote_id, Missing.POST_GONE, METRICS, observed_at=now)
        statistics = _object(video, "statistics")
        counts = {one.metric: _count(statistics.get(one.raw_name)) for one in METRICS}
        values: dict[Metric, int] = {}
        missing: dict[Metric, Missing] = {}
        for metric, count in counts.items():
            if isinstance(count, Missing):
                missing[metric] = count
            else:
                values[metric] = count
        return MetricReading(remote_id=remote_id, observed_at=now, values=values, missing=missing)

    def is_own(self, video: Mapping[str, Any]) -> bool:
        """Whether a video is on the channel; asked with its snippet."""
        return _object(video, "snippet").get("channelId") == self._wire.channel


def _object(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = one.get(name)
    return value if isinstance(value, dict) else {}


def _count(text: Any) -> int | Missing:
    """Read a number that is written as text; one that is left out is kept from us."""
    if text is None:
        return Missing.WITHHELD
    if isinstance(text, str) and text.isascii() and text.isdigit():
        return int(text)
    return Missing.NETWORK_ERROR
