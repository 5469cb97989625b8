"""Which stretches of a Bluesky text are links, mentions and tags, in the network's own offsets.

Bluesky marks nothing up by itself: the post carries a list of facets (lexicon
`app.bsky.richtext.facet`), each a range of UTF-8 bytes, end exclusive, that must not overlap. The
recognition follows the official client's `RichText` (`@atproto/api` 0.19), with two differences
that favour the reader: all closing punctuation is left out of a link, not just one sign, and
`$TICKER` is plain text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import regex  # type: ignore[import-untyped]  # the package ships no types

from connectors.tlds import TOP_LEVEL_DOMAINS

LINK = "app.bsky.richtext.facet#link"
MENTION = "app.bsky.richtext.facet#mention"
TAG = "app.bsky.richtext.facet#tag"

_LONGEST_TAG = 64
_NOTHING: Mapping[str, str] = {}

_ADDRESS = regex.compile(
    r"(?:^|(?<=[\s(]))(?:https?://\S+|(?P<domain>[a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)",
    regex.IGNORECASE | regex.MULTILINE,
)
_CLOSING = ".,;:!?…'\"’”»"  # noqa: RUF001 - the quotation marks people type
_HANDLE = regex.compile(r"(?:^|(?<=[\s(]))@(?P<handle>[a-zA-Z0-9.\-]+)\b", regex.ASCII)
_UNSEEN = r"\u00AD\u2060\u200A-\u200D\u20E2"
_HASHTAG = regex.compile(
    rf"(?:^|(?<=\s))[#＃](?!\uFE0F)"  # noqa: RUF001 - the full-width sign is a hash sign, too
    rf"(?P<tag>[^\s{_UNSEEN}]*[^0-9\s\p{{P}}{_UNSEEN}][^\s{_UNSEEN}]*)"
)
_TRAILING_PUNCTUATION = regex.compile(r"\p{P}+$")


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    feature: dict[str, str]

    def overlaps(self, other: "_Stretch") -> bool:
        return self.start < other.end and other.start < self.end


def bluesky_facets(text: str, links: Mapping[str, str] = _NOTHING) -> list[dict[str, Any]]:
    """List the facets of a text in the order they stand in it.

    `links` maps what stands in the text to the full address it leads to; it goes before anything
    recognised. A mention carries `handle` where the network wants `did`: the caller resolves the
    handle and puts the `did` in its place, or leaves the facet out. Sent unresolved it would be
    refused, never shown as a link to the wrong person.
    """
    chosen: list[_Stretch] = []
    for candidate in _candidates(text, links):
        if not any(candidate.overlaps(one) for one in chosen):
            chosen.append(candidate)
    return [_facet(text, one) for one in sorted(chosen, key=lambda one: one.start)]


def _candidates(text: str, links: Mapping[str, str]) -> Iterator[_Stretch]:
    yield from _given_links(text, links)
    yield from _found_links(text)
    yield from _mentions(text)
    yield from _tags(text)


def _given_links(text: str, links: Mapping[str, str]) -> Iterator[_Stretch]:
    # Longest first, so that a display form which begins like another one is not cut short.
    for shown in sorted(filter(None, links), key=len, reverse=True):
        feature = {"$type": LINK, "uri": links[shown]}
        for start, end in _places(shown, text):
            yield _Stretch(start, end, feature)


def _places(shown: str, text: str) -> list[tuple[int, int]]:
    """Find where a display form stands by itself; inside other words only if nowhere else."""
    exactly = regex.escape(shown)
    alone = rf"(?<![A-Za-z0-9/]){exactly}(?![A-Za-z0-9/])"
    return [match.span() for match in regex.finditer(alone, text)] or [
        match.span() for match in regex.finditer(exactly, text)
    ]


def _found_links(text: str) -> Iterator[_Stretch]:
    for match in _ADDRESS.finditer(text):
        domain = match["domain"]
        if domain and not _is_domain(domain):
            continue
        shown = _without_closing(match.group())
        uri = f"https://{shown}" if domain else shown
        yield _Stretch(match.start(), match.start() + len(shown), {"$type": LINK, "uri": uri})


def _without_closing(address: str) -> str:
    shorter = address.rstrip(_CLOSING)
    if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
        return _without_closing(shorter[:-1])
    return shorter


def _mentions(text: str) -> Iterator[_Stretch]:
    for match in _HANDLE.finditer(text):
        handle = match["handle"]
        if _is_domain(handle) or handle.endswith(".test"):
            yield _Stretch(match.start(), match.end(), {"$type": MENTION, "handle": handle})


def _tags(text: str) -> Iterator[_Stretch]:
    for match in _HASHTAG.finditer(text):
        tag = _TRAILING_PUNCTUATION.sub("", match["tag"])
        if 0 < len(tag) <= _LONGEST_TAG:
            end = match.start("tag") + len(tag)
            yield _Stretch(match.start(), end, {"$type": TAG, "tag": tag})


def _is_domain(name: str) -> bool:
    _, dot, top_level = name.lower().rpartition(".")
    return bool(dot) and top_level in TOP_LEVEL_DOMAINS


def _facet(text: str, stretch: _Stretch) -> dict[str, Any]:
    start = len(text[: stretch.start].encode())
    end = start + len(text[stretch.start : stretch.end].encode())
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [stretch.feature]}
