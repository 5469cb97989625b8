"""The fields at the top of a post.md: what a form shows of them, and what it changes in them."""

from collections.abc import Mapping
from typing import Any

from campaign.composing.manuscript import Manuscript, Video
from campaign.composing.media_fields import pictures_of, with_pictures
from campaign.composing.raw_values import lines, listed, mapping, put, words
from campaign.schedule.rendering import YesOrNo

_FIELDS = ("title", "theme", "language", "embargo_until", "note", "sectors", "approvals")
_LINK = {"url": "link", "title": "link_title", "description": "link_description"}
_LINK |= {"image": "link_image"}


def shown_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a manuscript holds of the fields, by its names."""
    link = mapping(fields.get("link"), "url")
    return {
        **{name: words(fields.get(name)) for name in ("title", "theme", "language")},
        "embargo_until": words(fields.get("embargo_until")),
        "note": lines(fields.get("note")),
        "sectors": listed(fields.get("sectors")),
        "approvals": listed(fields.get("approvals")),
        **{name: words(link.get(ours)) for ours, name in _LINK.items()},
        "draft": fields.get("status") == "draft",
        "media": pictures_of(fields.get("media")),
        "video": _video(mapping(fields.get("video"))),
    }


def with_shown(fields: Mapping[str, Any], before: Manuscript, wanted: Manuscript) -> dict[str, Any]:
    """Return the fields with what differs between two manuscripts, and all else as it is."""
    new = dict(fields)
    for name in _FIELDS:
        if getattr(before, name) != getattr(wanted, name):
            put(new, name, _as_value(getattr(wanted, name)))
    if before.draft != wanted.draft:
        put(new, "status", "draft" if wanted.draft else None)
    if any(getattr(before, one) != getattr(wanted, one) for one in _LINK.values()):
        put(new, "link", _link(fields.get("link"), before, wanted))
    if before.media != wanted.media:
        put(new, "media", with_pictures(fields.get("media"), wanted.media))
    if before.video != wanted.video:
        put(new, "video", _declared(mapping(fields.get("video")), before.video, wanted.video))
    return new


def _video(fields: Mapping[str, Any]) -> Video:
    return Video(
        made_for_children=words(fields.get("made_for_children")),
        privacy=words(fields.get("privacy")),
        tags=listed(fields.get("tags")),
    )


def _declared(there: Mapping[str, Any], before: Video, wanted: Video) -> dict[str, Any]:
    new = dict(there)
    if before.made_for_children != wanted.made_for_children:
        put(new, "made_for_children", YesOrNo(wanted.made_for_children))
    if before.privacy != wanted.privacy:
        put(new, "privacy", wanted.privacy)
    if before.tags != wanted.tags:
        put(new, "tags", list(wanted.tags))
    return new


def _link(there: Any, before: Manuscript, wanted: Manuscript) -> Any:
    on_card = any(getattr(wanted, name) for ours, name in _LINK.items() if ours != "url")
    if not wanted.link and (before.link or not on_card):
        return None
    if isinstance(there, str) and not on_card:
        return wanted.link
    new = dict(mapping(there, "url"))
    for ours, name in _LINK.items():
        if getattr(before, name) != getattr(wanted, name):
            put(new, ours, getattr(wanted, name))
    return {"url": wanted.link, **new} if wanted.link else new


def _as_value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
