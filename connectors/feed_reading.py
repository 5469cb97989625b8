"""Reads a feed's Atom file as it is found in its folder, which others may have written to.

What is not as we wrote it is no feed of ours, and is left as it is: a document type with its
entities, a depth that no feed has, an instant that is none. Read is only what is needed later.
"""

from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from connectors.feed_facts import ENDINGS

ATOM = "http://www.w3.org/2005/Atom"
_DEEPEST = 8
"""Ours has three floors; what readers of feeds add to theirs has no more than a few."""


class NotOursError(Exception):
    """What stands in the folder is no feed of ours; it is left as it is."""


class _Builder(TreeBuilder):
    """Builds a tree that is no deeper than a feed, of a document that declares nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._floor = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._floor += 1
        if self._floor > _DEEPEST:
            message = "it is deeper than any feed"
            raise NotOursError(message)
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._floor -= 1
        return super().end(tag)

    def doctype(self, name: str, _public: str, _system: str) -> None:
        """Refuse the document; called by the parser where one is declared."""
        message = f"it declares a document type ({name[:40]})"
        raise NotOursError(message)


def read_feed(written: bytes) -> Element:
    """Return the feed's element; raise `NotOursError` where that is no feed that we wrote."""
    parser = XMLParser(target=_Builder())  # noqa: S314 - the builder refuses what is dangerous
    try:
        parser.feed(written)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise NotOursError(str(error)) from error
    if root.tag != f"{{{ATOM}}}feed":
        message = "it is another kind of document"
        raise NotOursError(message)
    _check_instant(root, "updated")
    for entry in root.iterfind(f"{{{ATOM}}}entry"):
        _check_instant(entry, "published")
        _check_instant(entry, "updated")
    return root


def files_of(entry: Element, key: str) -> Iterator[str]:
    """Yield the names of an entry's own pictures: nothing that lies elsewhere is ever named."""
    ours = {f".{one}" for one in (*ENDINGS.values(), "bin")}
    for link in entry.iterfind(f"{{{ATOM}}}link[@rel='enclosure']"):
        name = link.get("href", "").rpartition("/")[2]
        number, dot, ending = name.removeprefix(f"{key}-").partition(".")
        if name.startswith(f"{key}-") and number.isdecimal() and f"{dot}{ending}" in ours:
            yield name


def _check_instant(element: Element, name: str) -> None:
    said = element.findtext(f"{{{ATOM}}}{name}") or ""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"its “{name}” is no instant: “{said[:40]}”"
        raise NotOursError(message)
