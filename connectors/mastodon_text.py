"""Answers whether a status on a Mastodon server says what we sent, although it comes as HTML.

`find` must never overlook our own post, so a text that is close but not the same is told apart
from one that has nothing to do with it.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from html import unescape
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3"})
_LINK = re.compile(r"https?://\S+")
# Servers show `@user@server` as `@user`.
_MENTION = re.compile(r"(?<!\w)@(\w+(?:[.\-]+\w+)*)@\w+(?:[.\-]+\w+)*")
_PLAIN = re.compile(r"<p>([^<>]*)</p>")
_ALIKE = 0.8
_ENOUGH_TO_CONTAIN = 8


def same_text(sent: str, content: str) -> bool:
    """Whether a status's `content` is the text we sent, apart from spacing and mark-up.

    Mastodon hides the ends of a long link in invisible spans, which count as text here; other
    servers shorten what is shown, so the address behind the link counts as well.
    """
    wanted = _normal(sent)
    plain = _PLAIN.fullmatch(content)
    if plain and _normal(unescape(plain[1])) == wanted:
        return True  # most posts are one paragraph without links, and need no parser
    reader = _read(content)
    return wanted in {_normal("".join(reader.shown)), _normal("".join(reader.linked))}


def text_and_links(content: str) -> tuple[str, tuple[str, ...]]:
    """Return a status's text as it is shown, and the addresses of its links."""
    reader = _read(content)
    return "".join(reader.shown).strip(), tuple(reader.addresses)


def alike(sent: str, content: str) -> bool:
    """Whether the two have so much in common that they may be the same post, edited or changed."""
    ours, theirs = _skeleton(sent), _skeleton("".join(_read(content).linked))
    shorter, longer = sorted((ours, theirs), key=len)
    if not shorter:
        return not longer
    if len(shorter) >= _ENOUGH_TO_CONTAIN and shorter in longer:
        return True
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


class _Reader(HTMLParser):
    """Collects the text twice: as shown, and with each link replaced by its address."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.linked: list[str] = []
        self.addresses: list[str] = []
        self._address: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS:
            self._add("\n")
        if tag == "a":
            given = dict(attrs)
            is_link = not {"mention", "hashtag"} & set((given.get("class") or "").split())
            self._address = given.get("href") if is_link else None
            self.linked.append(self._address or "")
            self.addresses += [self._address] if self._address else []

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._address = None
        if tag in _BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        self.shown.append(text)
        if self._address is None:
            self.linked.append(text)


def _read(content: str) -> _Reader:
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return reader


def _normal(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join(_MENTION.sub(r"@\1", composed).split())


def _skeleton(text: str) -> str:
    without_links = _LINK.sub("", _normal(text))
    return "".join(one for one in without_links.casefold() if one.isalnum())
