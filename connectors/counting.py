"""How long a text is in the eyes of each network, in the unit that network counts in.

`check`, preview and the plan all ask here, so that an editor is never told a length the network
would not agree with. No function reads anything but its argument.
"""

import unicodedata

import regex  # type: ignore[import-untyped]  # the package ships no types

from connectors.link_spans import Span, mastodon_links, x_links

_X_LINK_WEIGHT = 23
_X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_X_EMOJI_WEIGHT = 2

# One picture in the sense of Unicode Technical Standard 51: a flag, a keycap, a flag made of tags,
# or pictures joined by U+200D, each with its skin tone or, where text is its default, U+FE0F.
_PICTURE = (
    r"(?:(?=\p{Emoji_Modifier_Base})\p{Emoji}\p{Emoji_Modifier}|\p{Emoji_Presentation}"
    r"|(?![#*0-9\xA9\xAE])\p{Emoji}\uFE0F?)"
)
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}"
    r"|[#*0-9]\uFE0F?\u20E3"
    r"|\U0001F3F4[\U000E0020-\U000E007E]++\U000E007F"
    r"|[\xA9\xAE]\uFE0F"
    rf"|{_PICTURE}(?:\u200D{_PICTURE})*+"
)
_GRAPHEME = regex.compile(r"\X")

# `@user@server`, not inside a word, a path or a query; Mastodon drops one that runs straight into
# another @, an accented letter or `://`.
_MENTION = regex.compile(
    r"(?<![=/\w])@(?P<user>[a-z0-9_]++(?:[.\-]++[a-z0-9_]++)*)(?:@\w++(?:[.\-]++\w++)*)?",
    regex.IGNORECASE,
)
_NO_MENTION_BEFORE = regex.compile(r"[@＠\xC0-\xD6\xD8-\xF6\xF8-\xFF]|://")  # noqa: RUF001 - the sign people type


def x_weighted_length(text: str) -> int:
    """Count as X does: weighted characters, of which an ordinary post takes 280.

    Latin, Greek, Cyrillic, Arabic and the like weigh 1, everything else 2, an emoji 2 however
    many code points it is made of, every link 23. Source: X documentation, "Counting
    characters", configuration 3.
    """
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    links = x_links(normal)
    between = _without(normal, links)
    return _X_LINK_WEIGHT * len(links) + sum(_x_weight(part) for part in between)


def mastodon_length(text: str, *, url_weight: int = 23) -> int:
    """Count as Mastodon does: what a reader sees as characters, of which a server takes 500.

    A recognised link counts as `url_weight` (a server announces it as
    `characters_reserved_per_url`), `@user@server` as `@user`. Source: Mastodon documentation,
    "Posting to your profile", and the instance entity.
    """
    lines = text.replace("\r\n", "\n")
    links = mastodon_links(lines)
    shown = dict.fromkeys(links, "x" * url_weight) | _short_mentions(lines, links)
    spans = sorted(shown)
    pieces = _without(lines, spans)
    joined = pieces[0] + "".join(
        shown[span] + piece for span, piece in zip(spans, pieces[1:], strict=True)
    )
    return grapheme_count(joined)


def grapheme_count(text: str) -> int:
    """Count what a reader sees as characters: Unicode's extended grapheme clusters."""
    clusters: list[str] = _GRAPHEME.findall(text)
    return len(clusters)


def utf8_length(text: str) -> int:
    """Count bytes in UTF-8."""
    return len(text.encode())


def _without(text: str, spans: list[Span]) -> list[str]:
    """Give what stands before, between and after the spans."""
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _x_weight(part: str) -> int:
    pictures: int
    letters, pictures = _EMOJI.subn("", part)
    return _X_EMOJI_WEIGHT * pictures + sum(_x_weight_of(letter) for letter in letters)


def _x_weight_of(letter: str) -> int:
    return 1 if any(low <= ord(letter) <= high for low, high in _X_LIGHT) else 2


def _short_mentions(text: str, links: list[Span]) -> dict[Span, str]:
    """Give the mentions outside links, each with the form that Mastodon counts."""
    found = {match.span(): "@" + match["user"] for match in _MENTION.finditer(text)}
    return {
        (start, end): short
        for (start, end), short in found.items()
        if not _NO_MENTION_BEFORE.match(text, end)
        and all(end <= first or start >= last for first, last in links)
    }
