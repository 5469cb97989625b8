"""What stands under `media:` in a post.md: read for a form, and written back."""

from collections.abc import Mapping
from typing import Any

from campaign.composing.manuscript import Artwork, Picture
from campaign.composing.raw_values import items, mapping, put, words

_NAMES = ("alt", "captions", "logo")


def pictures_of(there: Any) -> tuple[Picture, ...]:
    """Return what a form shows of the list."""
    return tuple(_picture(one) for one in items(there))


def with_pictures(there: Any, wanted: tuple[Picture, ...]) -> list[Any]:
    """Return the list with what differs from it; each keeps what a form has no field for."""
    known: dict[str, list[Any]] = {}
    for value in items(there):
        known.setdefault(_picture(value).file, []).append(value)
    return [_changed(known[one.file].pop(0) if known.get(one.file) else {}, one) for one in wanted]


def _picture(value: Any) -> Picture:
    fields = mapping(value, "file")
    artwork = mapping(fields.get("artwork"))
    return Picture(
        file=words(fields.get("file")),
        **{name: words(fields.get(name)) for name in _NAMES},
        artwork=tuple(_artwork(partner, one) for partner, one in artwork.items()),
    )


def _artwork(partner: str, value: Any) -> Artwork:
    fields = mapping(value, "file")
    return Artwork(partner=partner, file=words(fields.get("file")), alt=words(fields.get("alt")))


def _changed(value: Any, wanted: Picture) -> Any:
    old = _picture(value)
    if old == wanted:
        return value
    new = {"file": wanted.file, **mapping(value, "file")}
    for name in _NAMES:
        if getattr(old, name) != getattr(wanted, name):
            put(new, name, getattr(wanted, name))
    if old.artwork != wanted.artwork:
        versions = mapping(mapping(value).get("artwork"))
        put(new, "artwork", {one.partner: _version(versions, one) for one in wanted.artwork})
    return new


def _version(there: Mapping[str, Any], wanted: Artwork) -> Any:
    value = there.get(wanted.partner)
    if value is not None and _artwork(wanted.partner, value) == wanted:
        return value
    return {"file": wanted.file, "alt": wanted.alt} if wanted.alt else wanted.file
