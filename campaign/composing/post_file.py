"""Reads `post.md` into a manuscript and writes a manuscript back into it.

Only what differs between the manuscript that was read and the one that is to stand there is
touched; every other byte stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.composing.bodies import heading_of, with_texts
from campaign.composing.front_fields import shown_of, with_shown
from campaign.composing.manuscript import MASTER, Manuscript, Text
from campaign.content.post import Wording
from campaign.content.wordings import split_wordings
from campaign.schedule.editing import with_values
from campaign.schedule.faults import Fault, FaultsFound
from campaign.schedule.tree import Tree, read_tree

FENCE = "---"


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
    texts = tuple(_text(one) for one in found.wordings)
    has_master = bool(texts) and texts[0].heading == MASTER
    return Manuscript(**shown_of(found.fields), texts=texts if has_master else (Text(), *texts))


def with_manuscript(file: str, text: str, wanted: Manuscript) -> str:
    """Return a post.md that says what is wanted; where it does already, the very same text.

    Raises:
        CannotRewriteError: the file is written in a way that a form cannot change.
        FaultsFound: the file cannot be read, or what is wanted would not be read as it is meant.
    """
    found = split_post(file, text)
    before = manuscript_of(found)
    there = "\n".join(found.front)
    front = with_values("post.md", there, with_shown(found.fields, before, wanted))
    lines = found.front if front == there else front.split("\n")
    body = with_texts(found.body, found.first_line, found.wordings, wanted.texts)
    return "\n".join([found.fences[0], *lines, found.fences[1], *body])


def _text(one: Wording) -> Text:
    comment = next((part.text for part in one.rest if part.comment), "")
    return Text(
        heading=heading_of(one),
        text=one.text,
        parts=tuple(part.text for part in one.rest if not part.comment),
        comment=comment,
    )
