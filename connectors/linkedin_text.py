r"""LinkedIn's "little text": what stands in a post's `commentary`, and what a reader sees of it.

Fifteen characters are reserved. One that is not escaped is answered with success, and the text is
cut there without a word, so everything is escaped that is not meant as an element: a hashtag
(`#ThinkCheckShare`) or a mention, which an author types as LinkedIn writes it,
`@[Name of the page](urn:li:organization:1234)`. Source: LinkedIn's documentation, "little Text
Format" (learn.microsoft.com, version 2026-05).
"""

import unicodedata

import regex  # type: ignore[import-untyped]  # the package ships no types

RESERVED = frozenset("\\|{}@[]()<>#*_~")

_ADDRESS = r"(?P<address>https?://\S+)"
_MENTION = r"@\[(?P<name>[^\[\]\n]+)\]\((?P<urn>urn:li:(?:organization|person):[\w-]+)\)"
# Letters and digits only: whether an underscore ends a hashtag is not documented, and an element
# that is not understood cuts the text.
_HASHTAG = (
    r"(?<![\p{L}\p{M}\p{N}_#])#(?P<tag>[\p{N}]*\p{L}[\p{L}\p{M}\p{N}]*)(?![\p{L}\p{M}\p{N}_])"
)
_WRITTEN = regex.compile(f"{_ADDRESS}|{_MENTION}|{_HASHTAG}")

_ESCAPED = r"\\(?P<escaped>.)"
_SHOWN_MENTION = r"@\[(?P<name>(?:\\.|[^\]\\])*)\]\([^)\s]*\)"
_TEMPLATE = r"\{hashtag\|\\?[#＃]\|(?P<tag>(?:\\.|[^}\\])*)\}"  # noqa: RUF001 - LinkedIn's own sign
_READ = regex.compile(f"{_ESCAPED}|{_SHOWN_MENTION}|{_TEMPLATE}", regex.DOTALL)


def escape(text: str) -> str:
    """Put a backslash before every reserved character."""
    return "".join(f"\\{one}" if one in RESERVED else one for one in text)


def commentary(text: str) -> str:
    """Write a text so that a reader sees it whole, with hashtags and mentions that work."""
    parts, end = [], 0
    for found in _WRITTEN.finditer(text):
        parts += [escape(text[end : found.start()]), _element(found)]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def shown(written: str) -> str:
    """Return what a reader sees of a commentary, as far as it can be read."""
    return str(_READ.sub(_seen, written))


def same_text(written: str, text: str) -> bool:
    """Whether a commentary that came back shows the text that was to be sent."""
    return _plain(shown(written)) == _plain(shown(commentary(text)))


def _element(found: regex.Match[str]) -> str:
    if found["tag"]:
        return f"#{found['tag']}"
    if found["name"]:
        return f"@[{escape(found['name'])}]({found['urn']})"
    return escape(found[0])


def _seen(found: regex.Match[str]) -> str:
    if found["escaped"]:
        return str(found["escaped"])
    if found["name"] is not None:
        return shown(found["name"])
    return f"#{shown(found['tag'])}"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
