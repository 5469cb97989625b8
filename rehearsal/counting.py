"""Counts texts as the networks do, so that they refuse what is too long.

Written on its own from the networks' rules: X "Counting characters" (twitter-text configuration
3), Mastodon's status length rule, and the atproto lexicon's graphemes and bytes. Sharing the
connectors' counting would let one mistake hide on both sides.
"""

import unicodedata
from collections.abc import Iterator

import regex  # type: ignore[import-untyped]  # the package ships no types

X_URL_WEIGHT = 23
LIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that weigh 1 on X; all others weigh 2."""

TEXT_STYLE = "\ufe0e"
"""Asks for the black-and-white form of a sign; X then counts no emoji but characters."""

RESERVED = frozenset({"example", "test", "invalid", "localhost", "local", "internal", "onion"})
"""Names that are nobody's top-level domain (RFC 2606, RFC 6761): no network links them."""

_USUAL_ENDINGS = """
com org net edu gov mil int info biz name pro museum aero jobs app dev page blog shop site online
store tech xyz cloud news media social today world agency london scot wales cymru charity
foundation care health school academy college university police
"""
BARE_TOP_LEVELS = frozenset(_USUAL_ENDINGS.split())
"""Endings besides the two-letter ones that X links without a scheme: the usual ones only."""


def _link_pattern(letters: str) -> "regex.Pattern[str]":
    """Build the pattern of an address; `letters` may stand in a path besides a to z."""
    path = rf"{letters}a-z0-9!*';:=+,.$%\-_~@&|"
    return regex.compile(
        rf"""(?<![a-z0-9_@\uFF20$\#\uFF03./-])
        (?P<scheme>https?://)?
        (?P<host>(?:[a-z0-9\p{{Latin}}](?:[a-z0-9\p{{Latin}}_-]*[a-z0-9\p{{Latin}}])?\.)+
            (?P<top>[a-z]{{2,63}}|xn--[a-z0-9-]+)(?![a-z0-9@-]|\p{{Latin}}))
        (?::[0-9]+)?
        (?P<path>/(?:[{path}\[\]/]|\([{path}]*(?:\([^()\s]*\)[^()\s]*)?\))*)?
        (?P<query>\?[a-z0-9!?*'();:&=+$/%\#\[\]\-_.,~|@]*[a-z0-9\-_&=\#/])?
        (?P<fragment>\#[a-z0-9\-_~./=&]*)?""",
        regex.VERBOSE | regex.IGNORECASE,
    )


_ON_X = _link_pattern(r"\p{Latin}\p{Cyrillic}")
_ON_MASTODON = _link_pattern(r"\p{Letter}\p{Mark}")
_REMOTE_MENTION = regex.compile(r"(?<![\w/])(@\w+(?:[\w.-]*\w)?)@[\w.-]+\w")
_TRAILING = regex.compile(r"[!*';:,.$%\[\]~@&|()]+$")
_EMOJI = regex.compile(
    r"^(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|.*\p{Emoji_Presentation}.*"
    r"|\p{Extended_Pictographic}.+|\p{Extended_Pictographic})$",
    regex.DOTALL,
)


def graphemes(text: str) -> int:
    """Count what people see as characters (Unicode extended grapheme clusters)."""
    clusters: list[str] = regex.findall(r"\X", text)
    return len(clusters)


def links_on_x(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every address that X would turn into a link."""
    yield from _links(text, _ON_X)


def links_on_mastodon(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every address that Mastodon would turn into a link."""
    for start, end in _links(text, _ON_MASTODON):
        if regex.match("https?://", text[start:end], regex.IGNORECASE):
            yield start, end


def _links(text: str, pattern: "regex.Pattern[str]") -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(text):
        top = found["top"].lower()
        usual = len(top) == 2 or top in BARE_TOP_LEVELS
        if top in RESERVED or not (found["scheme"] or usual):
            continue
        end = found.end()
        if found["query"] is None and found["fragment"] is None and found["path"]:
            end = found.start() + _without_trailing(found[0])
        yield found.start(), end


def x_weight(text: str) -> int:
    """Return the weighted length of a post on X; 280 is the most."""
    normal = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for start, end in links_on_x(normal):
        total += _weight_of_plain(normal[at:start]) + X_URL_WEIGHT
        at = end
    return total + _weight_of_plain(normal[at:])


def mastodon_characters(text: str, url_weight: int = 23) -> int:
    """Return a status's length: links with a scheme weigh `url_weight`, servers of mentions 0."""
    at, plain = 0, ""
    for start, end in links_on_mastodon(text):
        plain += text[at:start] + "x" * url_weight
        at = end
    plain += text[at:]
    return graphemes(_REMOTE_MENTION.sub(r"\1", plain))


def threads_characters(text: str) -> int:
    """Count characters as Threads does: code points, an emoji as its bytes in UTF-8."""
    return sum(
        len(cluster.encode()) if _EMOJI.match(cluster) else len(cluster)
        for cluster in regex.findall(r"\X", text)
    )


def _without_trailing(address: str) -> int:
    tail = _TRAILING.search(address)
    if tail is None or (tail[0].endswith(")") and address.count("(") == address.count(")")):
        return len(address)
    return int(tail.start())


def _weight_of_plain(text: str) -> int:
    return sum(_weight_of_cluster(cluster) for cluster in regex.findall(r"\X", text))


def _weight_of_cluster(cluster: str) -> int:
    if _EMOJI.match(cluster) and not cluster.isascii() and TEXT_STYLE not in cluster:
        return 2
    return sum(_weight_of_code_point(ord(character)) for character in cluster)


def _weight_of_code_point(code_point: int) -> int:
    light = any(first <= code_point <= last for first, last in LIGHT_RANGES)
    return 1 if light else 2
