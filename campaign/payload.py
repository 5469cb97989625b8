"""What exactly will be sent for one delivery, frozen when the plan is applied.

The plan makes payloads from `posts/`; the store keeps them by hash; publishing turns them into
the connector's `OutgoingPost`. Nothing else decides what goes out.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

from connectors.content import Content


class Form(StrEnum):
    """How it stands on the network. The values are stored."""

    POST = "post"
    """By itself."""
    PART = "part"
    """As the answer to the part before."""
    COMMENT = "comment"
    """As the first comment on the post."""
    REPOST = "repost"
    """As the owner's own post, passed on by another account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PayloadMedia:
    """A file of the post: its bytes are known by their SHA-256."""

    sha256: str
    media_type: str
    alt_text: str
    burnt_in: bool = False
    """Whether the captions of a video are part of its picture."""
    captions: "PayloadMedia | None" = None
    """The file with the captions of a video."""
    content: Content = field(repr=False, compare=False, default=b"")


@dataclass(frozen=True, kw_only=True, slots=True)
class PayloadVideo:
    """What is declared of a video, for networks that want it declared."""

    made_for_children: bool
    privacy: str = "public"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PayloadLink:
    """The post's link as sent, UTM values included, and what a card says of it."""

    url: str
    title: str = ""
    description: str = ""
    thumbnail: PayloadMedia | None = None


@dataclass(frozen=True, kw_only=True)
class Payload:
    """Text, link and media for one account: what an approver approves."""

    network: str
    handle: str
    server: str | None
    text: str
    language: str
    link: PayloadLink | None = None
    media: tuple[PayloadMedia, ...] = ()
    video: PayloadVideo | None = None
    form: Form = Form.POST
    reposts: str | None = None
    """Of a repost: the content hash of the post that it passes on."""

    def to_json(self) -> str:
        """Return the canonical JSON without the media bytes; equal payloads give equal text."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True)

    @cached_property
    def content_hash(self) -> str:
        """Name everything an approval is bound to: text, link, media, alt text, account."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def all_media(self) -> tuple[PayloadMedia, ...]:
        """Return the media, the videos' caption files and, last, the card's thumbnail."""
        captions = tuple(one.captions for one in self.media if one.captions)
        card = (self.link.thumbnail,) if self.link and self.link.thumbnail else ()
        return self.media + captions + card


def payload_from_json(text: str) -> Payload:
    """Read back what `Payload.to_json` wrote; media come without their bytes."""
    fields: dict[str, Any] = json.loads(text)
    link = fields.pop("link")
    media = tuple(_media_from(one) for one in fields.pop("media"))
    video = _video_from(fields.pop("video"))
    form = Form(fields.pop("form"))
    return Payload(**fields, media=media, video=video, link=_link_from(link), form=form)


def _video_from(fields: dict[str, Any] | None) -> PayloadVideo | None:
    return PayloadVideo(**{**fields, "tags": tuple(fields["tags"])}) if fields else None


def _link_from(fields: dict[str, Any] | None) -> PayloadLink | None:
    if fields is None:
        return None
    thumbnail = fields.pop("thumbnail")
    return PayloadLink(**fields, thumbnail=_media_from(thumbnail) if thumbnail else None)


def _media_from(fields: dict[str, Any]) -> PayloadMedia:
    captions = fields.pop("captions", None)
    return PayloadMedia(**fields, captions=_media_from(captions) if captions else None)


def _plain(value: Any) -> Any:
    """Turn payloads into mappings, all of their fields but the bytes."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    names = _NAMES.get(type(value))
    return value if names is None else {name: _plain(getattr(value, name)) for name in names}


_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(one.name for one in fields(kind) if one.name != "content")
    for kind in (Payload, PayloadLink, PayloadMedia, PayloadVideo)
}
