"""What a Mastodon server says of itself: its limits, and whether it is Mastodon at all.

Source: Mastodon documentation, methods/instance (v2, since 4.0) and entities/Instance. Servers
that speak the API without being Mastodon often have only v1, or neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.contract import Limits, TextLimit, VideoLimits
from connectors.counting import mastodon_length
from connectors.http import Answer, Call, Http, Purpose
from connectors.video import MP4

DOCUMENTED = Limits(
    text=(TextLimit(unit="characters", measure=mastodon_length, maximum=500),),
    max_media=4,
    max_media_bytes=16 * 1024 * 1024,
    media_types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", MP4}),
    max_alt_text=1500,
    # The server makes of a video what it plays; no length is documented.
    video=VideoLimits(
        max_bytes=99 * 1024 * 1024,
        shortest=timedelta(milliseconds=100),
        longest=timedelta(days=1),
    ),
)
"""Mastodon's own defaults (documentation of July 2026); a server may set others."""

_OLDEST_WITH_KEYS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """A server's limits, and whether it is known to honour `Idempotency-Key`."""

    limits: Limits
    honours_key: bool


def read_instance(http: Http, server: str) -> Instance:
    """Ask the server; one that answers without announcing anything has the documented limits.

    Raises `NotSent` when it cannot be reached or is out of order.
    """
    answers = []
    for path in ("/api/v2/instance", "/api/v1/instance"):
        answer = http.send(Call(purpose=Purpose.READ, method="GET", url=server + path))
        if answer.ok and isinstance(answer.mapping().get("configuration"), dict):
            return _instance_of(answer.mapping())
        if answer.status == 429:
            raise http.plain_error(answer, Purpose.READ)
        answers.append(answer)
    if all(_is_silent(one) for one in answers):
        return Instance(limits=DOCUMENTED, honours_key=False)
    raise http.plain_error(max(answers, key=lambda one: one.status), Purpose.READ)


def _is_silent(answer: Answer) -> bool:
    return answer.ok or 400 <= answer.status < 500


def _instance_of(said: Mapping[str, Any]) -> Instance:
    configuration = said["configuration"]
    statuses = _part(configuration, "statuses")
    media = _part(configuration, "media_attachments")
    measure = partial(
        mastodon_length, url_weight=_number(statuses, "characters_reserved_per_url", 23)
    )
    maximum = _number(statuses, "max_characters", 500)
    limits = Limits(
        text=(TextLimit(unit="characters", measure=measure, maximum=maximum),),
        max_media=_number(statuses, "max_media_attachments", DOCUMENTED.max_media),
        max_media_bytes=_number(media, "image_size_limit", DOCUMENTED.max_media_bytes),
        media_types=_types(media.get("supported_mime_types")),
        max_alt_text=_number(media, "description_limit", 1500),
        video=_video(media),
        announced=True,
    )
    return Instance(limits=limits, honours_key=_is_mastodon(said.get("version")))


def _part(configuration: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = configuration.get(name)
    return part if isinstance(part, dict) else {}


def _number(part: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = part.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    return otherwise


def _types(announced: Any) -> frozenset[str]:
    """Keep the types of pictures, and the one of videos that we send."""
    if not isinstance(announced, list):
        return DOCUMENTED.media_types
    named = (one for one in announced if isinstance(one, str))
    return frozenset(one for one in named if one.startswith("image/") or one == MP4)


def _video(media: Mapping[str, Any]) -> VideoLimits | None:
    documented = DOCUMENTED.video
    if documented is None:
        return None
    return replace(documented, max_bytes=_number(media, "video_size_limit", documented.max_bytes))


def _is_mastodon(version: Any) -> bool:
    """Whether the version is Mastodon's own or a fork's, such as `4.5.3` or `4.5.3+glitch`.

    Others write `4.2.0 (compatible; Name 1.0)` or count from 0; some of them ignore the key and
    would post twice.
    """
    if not isinstance(version, str) or "compatible" in version.lower():
        return False
    major = version.partition(".")[0]
    return major.isdecimal() and int(major) >= _OLDEST_WITH_KEYS
