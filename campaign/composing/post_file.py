"""Reads `post.md` into a manuscript and writes a manuscript back into it.

Only what differs between the manuscript that was read and the one that is to stand there is
touched; every other byte stays.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.composing.bodies import heading_of, with_texts
from campaign.composing.manuscript import MASTER, Manuscript, Picture, Text
from campaign.content.post import Wording
from campaign.content.wordings import split_wordings
from campaign.schedule.editing import with_values
from campaign.schedule.faults import Fault, FaultsFound
from campaign.schedule.tree import Tree, read_tree

FENCE = "---"
_FIELDS = ("title", "theme", "language", "embargo_until", "note", "sectors", "approvals")


@dataclass(frozen=True, slots=True)
class PostFile:
    """A post.md in its two halves."""

    fences: tuple[str, str]
    """The two lines around the fields."""
    front: tuple[str, ...]
    body: tuple[str, ...]
    fields: Mapping[str, Any]
    wordings: tuple[Wording, ...]
    """Their lines are counted from the file's first one."""

    @property
    def first_line(self) -> int:
        """The line of the file on which the body begins."""
        return len(self.front) + 3


def split_post(file: str, text: str) -> PostFile:
    """Return the halves of a post.md; raise `FaultsFound` where its wordings are no such."""
    found, faults = split_loosely(file, text)
    if faults:
        raise FaultsFound(faults)
    return found


def split_loosely(file: str, text: str) -> tuple[PostFile, list[Fault]]:
    """Return the halves of a post.md, and what is wrong with its wordings.

    Raises `FaultsFound` where the fields cannot be told from the body, or are no YAML.
    """
    lines = text.split("\n")
    end = next((n for n, one in enumerate(lines) if n and one.rstrip() == FENCE), None)
    if lines[0].rstrip() != FENCE or end is None:
        raise FaultsFound([Fault(file, 1, 1, f"the fields between two lines {FENCE} are missing")])
    wordings, faults = split_wordings(file, lines[end + 1 :], end + 2)
    front, body = tuple(lines[1:end]), tuple(lines[end + 1 :])
    fields = front_tree(file, front).value
    return PostFile((lines[0], lines[end]), front, body, fields, wordings), faults


def front_tree(file: str, front: Sequence[str]) -> Tree:
    """Return the fields with their places in the file."""
    says = any(line.strip() and line.lstrip()[0] != "#" for line in front)
    return read_tree(file, "\n".join(front) if says else "{}", first_line=2)


def manuscript_of(found: PostFile) -> Manuscript:
    """Return what a form shows of a post.md; its time stands elsewhere."""
    fields, link = found.fields, _link(found.fields.get("link"))
    texts = tuple(_text(one) for one in found.wordings)
    has_master = bool(texts) and texts[0].heading == MASTER
    return Manuscript(
        title=_words(fields.get("title")),
        theme=_words(fields.get("theme")),
        language=_words(fields.get("language")),
        embargo_until=_words(fields.get("embargo_until")),
        note=_lines(fields.get("note")),
        sectors=_list(fields.get("sectors")),
        approvals=_list(fields.get("approvals")),
        link=_words(link.get("url")),
        link_title=_words(link.get("title")),
        link_description=_words(link.get("description")),
        draft=fields.get("status") == "draft",
        media=tuple(_picture(one) for one in _items(fields.get("media"))),
        texts=texts if has_master else (Text(), *texts),
    )


def with_manuscript(file: str, text: str, wanted: Manuscript) -> str:
    """Return a post.md that says what is wanted; where it does already, the very same text.

    Raises:
        CannotRewriteError: the file is written in a way that a form cannot change.
        FaultsFound: the file cannot be read, or what is wanted would not be read as it is meant.
    """
    found = split_post(file, text)
    before = manuscript_of(found)
    there = "\n".join(found.front)
    front = with_values("post.md", there, _fields(found.fields, before, wanted))
    lines = found.front if front == there else front.split("\n")
    body = with_texts(found.body, found.first_line, found.wordings, wanted.texts)
    return "\n".join([found.fences[0], *lines, found.fences[1], *body])


def _fields(fields: Mapping[str, Any], before: Manuscript, wanted: Manuscript) -> dict[str, Any]:
    """Return the fields with what differs between two manuscripts, and all else as it is."""
    new = dict(fields)
    for name in _FIELDS:
        if getattr(before, name) != getattr(wanted, name):
            _set(new, name, _as_value(getattr(wanted, name)))
    if before.draft != wanted.draft:
        _set(new, "status", "draft" if wanted.draft else None)
    links = [(one.link, one.link_title, one.link_description) for one in (before, wanted)]
    if links[0] != links[1]:
        _set(new, "link", _new_link(fields.get("link"), before, wanted))
    if before.media != wanted.media:
        _set(new, "media", _new_media(_items(fields.get("media")), before, wanted))
    return new


def _new_link(there: Any, before: Manuscript, wanted: Manuscript) -> Any:
    if not wanted.link:
        return None
    card = {"title": wanted.link_title, "description": wanted.link_description}
    if isinstance(there, str) and not any(card.values()):
        return wanted.link
    new = dict(_link(there))
    for name, old, value in (
        ("url", before.link, wanted.link),
        ("title", before.link_title, card["title"]),
        ("description", before.link_description, card["description"]),
    ):
        if old != value:
            _set(new, name, value or None)
    return {"url": wanted.link, **new}


def _new_media(
    there: list[Any], before: Manuscript, wanted: Manuscript
) -> list[dict[str, Any]] | None:
    known = {one.file: (value, one) for value, one in zip(there, before.media, strict=True)}
    listed = []
    for one in wanted.media:
        value, old = known.get(one.file, ({"file": one.file}, Picture(file=one.file)))
        new = {**value} if isinstance(value, dict) else {"file": value}
        if old.alt != one.alt:
            _set(new, "alt", one.alt or None)
        listed.append(new)
    return listed or None


def _set(fields: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        fields.pop(name, None)
    else:
        fields[name] = value


def _as_value(value: Any) -> Any:
    return (list(value) if isinstance(value, tuple) else value) or None


def _text(one: Wording) -> Text:
    comment = next((part.text for part in one.rest if part.comment), "")
    return Text(
        heading=heading_of(one),
        text=one.text,
        parts=tuple(part.text for part in one.rest if not part.comment),
        comment=comment,
    )


def _picture(one: Any) -> Picture:
    fields = one if isinstance(one, dict) else {"file": one}
    return Picture(file=_words(fields.get("file")), alt=_words(fields.get("alt")))


def _link(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {"url": value} if value else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _list(value: Any) -> tuple[str, ...]:
    return tuple(_words(one) for one in _items(value))


def _words(value: Any) -> str:
    """Return a text on one line, as the field of a form holds it."""
    return unicodedata.normalize("NFC", " ".join(value.split())) if isinstance(value, str) else ""


def _lines(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
