"""The two documents of a feed. Atom is what stands; RSS is made from it for older readers.

An entry's `summary` is the post's text as it was approved, its `content` the same for readers that
show HTML, with the pictures and their words.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import (
    Element,
    SubElement,
    indent,
    register_namespace,
    tostring,
)

from connectors.contract import OutgoingPost
from connectors.feed_facts import ATOM_FILE, ENDINGS, RSS_FILE
from connectors.feed_reading import ATOM, files_of, read_feed

TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
MEDIA_RSS = "http://search.yahoo.com/mrss/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LONGEST_TITLE = 80
_PREFIXES = {"atom": ATOM, "at": TOMBSTONES, "media": MEDIA_RSS}
"""As everybody writes them; some readers look for the letters and not for what they stand for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """The feed itself."""

    title: str
    address: str
    """Of its folder, with a slash behind."""


class Feed:
    """All entries, the newest first."""

    def __init__(self, about: About, written: bytes | None, now: datetime) -> None:
        """Read what stands; raise `NotOursError` where that is no feed."""
        self._about = about
        self._root = _empty(about, now) if written is None else read_feed(written)

    def published_at(self, key: str) -> datetime | None:
        """Return when an entry was published, None where there is none."""
        entry = self._entry(key)
        return None if entry is None else datetime.fromisoformat(_text(entry, "published"))

    def add(self, post: OutgoingPost, files: tuple[str, ...], now: datetime) -> None:
        """Put a post in front of the others."""
        entry = Element(f"{{{ATOM}}}entry", {_LANG: post.language})
        SubElement(entry, f"{{{ATOM}}}id").text = _id(post.delivery_key)
        SubElement(entry, f"{{{ATOM}}}title")
        SubElement(entry, f"{{{ATOM}}}published").text = now.isoformat()
        SubElement(entry, f"{{{ATOM}}}updated")
        if post.link is not None:
            SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": post.link.url})
        for name, media in zip(files, post.media, strict=True):
            told = {
                "rel": "enclosure",
                "href": self._about.address + name,
                "type": media.media_type,
                "length": str(len(media.content)),
                "title": media.alt_text,
            }
            SubElement(entry, f"{{{ATOM}}}link", told)
        SubElement(entry, f"{{{ATOM}}}summary", {"type": "text"})
        SubElement(entry, f"{{{ATOM}}}content", {"type": "html"})
        _say(entry, post.text, now)
        first = next((at for at, one in enumerate(self._root) if _is_entry(one)), len(self._root))
        self._root.insert(first, entry)
        self._touch(now)

    def reword(self, key: str, text: str, now: datetime) -> bool:
        """Give an entry other words; False where there is none."""
        entry = self._entry(key)
        if entry is None:
            return False
        if _text(entry, "summary") != text:
            _say(entry, text, now)
            self._touch(now)
        return True

    def take_out(self, key: str, now: datetime) -> tuple[str, ...] | None:
        """Leave word that an entry is gone; return its files, None where there was none."""
        entry = self._entry(key)
        if entry is None:
            return None
        self._root.remove(entry)
        gone = {"ref": _id(key), "when": now.isoformat()}
        SubElement(self._root, f"{{{TOMBSTONES}}}deleted-entry", gone)
        self._touch(now)
        return tuple(files_of(entry, key))

    def as_atom(self) -> bytes:
        """Return the Atom document."""
        return _written(self._root)

    def as_rss(self) -> bytes:
        """Return the same as RSS 2.0."""
        rss = Element("rss", {"version": "2.0"})
        channel = SubElement(rss, "channel")
        for name, text in (
            ("title", self._about.title),
            ("link", self._about.address),
            ("description", self._about.title),
            ("lastBuildDate", _rfc822(_text(self._root, "updated"))),
        ):
            SubElement(channel, name).text = text
        own = {
            "rel": "self",
            "href": self._about.address + RSS_FILE,
            "type": "application/rss+xml",
        }
        SubElement(channel, f"{{{ATOM}}}link", own)
        for entry in self._root:
            if _is_entry(entry):
                channel.append(_in_rss(entry))
        return _written(rss)

    def _entry(self, key: str) -> Element | None:
        return next(
            (one for one in self._root if _is_entry(one) and _text(one, "id") == _id(key)), None
        )

    def _touch(self, now: datetime) -> None:
        updated = self._root.find(f"{{{ATOM}}}updated")
        if updated is not None:
            updated.text = now.isoformat()


def _empty(about: About, now: datetime) -> Element:
    root = Element(f"{{{ATOM}}}feed")
    address = about.address + ATOM_FILE
    SubElement(root, f"{{{ATOM}}}id").text = address
    SubElement(root, f"{{{ATOM}}}title").text = about.title
    SubElement(root, f"{{{ATOM}}}updated").text = now.isoformat()
    SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "href": address})
    author = SubElement(root, f"{{{ATOM}}}author")
    SubElement(author, f"{{{ATOM}}}name").text = about.title
    return root


def _say(entry: Element, text: str, now: datetime) -> None:
    """Write the words of an entry, and that they are of now."""
    first = text.strip().splitlines()[0] if text.strip() else "A picture"
    short = first if len(first) <= _LONGEST_TITLE else f"{first[: _LONGEST_TITLE - 1]}…"
    said = {
        "title": short,
        "updated": now.isoformat(),
        "summary": text,
        "content": _as_html(entry, text),
    }
    for name, value in said.items():
        element = entry.find(f"{{{ATOM}}}{name}")
        if element is not None:
            element.text = value


def _as_html(entry: Element, text: str) -> str:
    paragraphs = (html.escape(one).replace("\n", "<br>") for one in text.split("\n\n"))
    pictures = (
        f'<p><img src="{html.escape(one.get("href", ""))}" '
        f'alt="{html.escape(one.get("title", ""))}"></p>'
        for one in _enclosures(entry)
    )
    return "".join([*(f"<p>{one}</p>" for one in paragraphs), *pictures])


def _in_rss(entry: Element) -> Element:
    shown = Element("item")
    guid = SubElement(shown, "guid", {"isPermaLink": "false"})
    guid.text = _text(entry, "id")
    SubElement(shown, "title").text = _text(entry, "title")
    SubElement(shown, "pubDate").text = _rfc822(_text(entry, "published"))
    for link in entry.iterfind(f"{{{ATOM}}}link[@rel='alternate']"):
        SubElement(shown, "link").text = link.get("href")
    SubElement(shown, "description").text = _text(entry, "content")
    for place, one in enumerate(_enclosures(entry)):
        told = {name: one.get(name, "") for name in ("type", "length")}
        if place == 0:  # the specification knows one, and some readers show no other
            SubElement(shown, "enclosure", {"url": one.get("href", ""), **told})
        size = {"url": one.get("href", ""), "type": told["type"], "fileSize": told["length"]}
        media = SubElement(shown, f"{{{MEDIA_RSS}}}content", {**size, "medium": "image"})
        described = SubElement(media, f"{{{MEDIA_RSS}}}description", {"type": "plain"})
        described.text = one.get("title")
    return shown


def _enclosures(entry: Element) -> Iterator[Element]:
    return entry.iterfind(f"{{{ATOM}}}link[@rel='enclosure']")


def _is_entry(element: Element) -> bool:
    return element.tag == f"{{{ATOM}}}entry"


def _id(key: str) -> str:
    return f"urn:uuid:{key}"


def _text(element: Element, name: str) -> str:
    return element.findtext(f"{{{ATOM}}}{name}") or ""


def _written(root: Element) -> bytes:
    for prefix, namespace in _PREFIXES.items():
        register_namespace(prefix, namespace)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _rfc822(instant: str) -> str:
    return format_datetime(datetime.fromisoformat(instant))


def file_name(key: str, number: int, media_type: str) -> str:
    """Return what a picture of a post is called; nobody who does not know the post guesses it."""
    return f"{key}-{number}.{ENDINGS.get(media_type, 'bin')}"
