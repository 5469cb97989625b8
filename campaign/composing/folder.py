"""Opens a post of a campaign folder for editing, and saves it: whole, or not at all.

Whoever saves says what stood there when they began. Where it stands otherwise by now, nothing is
written and both texts are handed back: two people may have one post open.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from campaign.composing.entries import entries_of, standing_in, when_of, with_when
from campaign.composing.manuscript import Manuscript
from campaign.composing.post_file import manuscript_of, split_post, with_manuscript
from campaign.composing.workbench import read_as
from campaign.schedule.text import read_text
from campaign.schedule.tree import read_tree
from campaign.schedule.values import LONGEST_ID
from campaign.schedule.writing import as_bytes, only_writer, write_whole

POST, SCHEDULE = "post.md", "schedule.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A post as it stands in the files."""

    post: str
    manuscript: Manuscript
    mark: str
    """Names exactly what stood there: the post's file and its own entries of the schedule."""
    entries: Mapping[str, bool]
    """The names of its entries in the schedule, and of each whether it is a queue."""
    text: str = field(repr=False)
    schedule_text: str = field(repr=False)


class ChangedMeanwhileError(Exception):
    """Somebody else has saved the post since it was opened; nothing was written."""

    def __init__(self, there: Opened) -> None:
        super().__init__(f"“{there.post}” has been changed since you opened it; nothing was saved")
        self.there = there


class NoSuchPostError(LookupError):
    """There is no post of that name in the folder."""


def post_folder(folder: Path, post: str) -> Path:
    """Return where a post stands; raise `NoSuchPostError` where none does."""
    found = folder / "posts" / post
    is_name = post == Path(post).name and not post.startswith(".") and len(post) <= LONGEST_ID
    if not is_name or not (found / POST).is_file():
        message = f"there is no post “{post}”"
        raise NoSuchPostError(message)
    return found


def open_post(folder: Path, post: str) -> Opened:
    """Return a post as it stands; raise `FaultsFound` where its files cannot be edited by form."""
    place = post_folder(folder, post)
    text, schedule_text = read_text(place / POST), read_text(folder / SCHEDULE)
    schedule = read_tree(SCHEDULE, schedule_text).value
    manuscript = manuscript_of(split_post(f"posts/{post}/{POST}", text))
    return Opened(
        post=post,
        manuscript=replace(manuscript, when=when_of(schedule, post)),
        mark=_mark(text, schedule, post),
        entries=standing_in(schedule, post),
        text=text,
        schedule_text=schedule_text,
    )


def written_out(opened: Opened, wanted: Manuscript) -> tuple[str, str]:
    """Return the texts of post.md and schedule.yaml with what is wanted; nothing is written.

    Raises:
        CannotRewriteError: a file is written in a way that a form cannot change.
        FaultsFound: what is wanted cannot stand in the files.
    """
    name = f"posts/{opened.post}/{POST}"
    text = with_manuscript(name, opened.text, wanted)
    return text, with_when(SCHEDULE, opened.schedule_text, opened.post, wanted.when)


def save_post(folder: Path, post: str, wanted: Manuscript, mark: str) -> Opened:
    """Write a post, and its time into the schedule; return it as it stands then.

    Raises:
        ChangedMeanwhileError: it is not what `mark` names any more.
        CannotRewriteError, FaultsFound: it cannot be written so that it would be read again.
    """
    with only_writer(folder):
        there = open_post(folder, post)
        if there.mark != mark:
            raise ChangedMeanwhileError(there)
        text, schedule_text = written_out(there, wanted)
        read_as(folder, post, text)
        _write(folder / "posts" / post / POST, there.text, text)
        _write(folder / SCHEDULE, there.schedule_text, schedule_text)
        return open_post(folder, post)


def _write(file: Path, before: str, after: str) -> None:
    if before != after:
        write_whole(file, as_bytes(after, file.read_bytes()))


def _mark(text: str, schedule: Mapping[str, Any], post: str) -> str:
    entries = [entry for _, entry in entries_of(schedule, post)]
    known = json.dumps([text, entries], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(known.encode()).hexdigest()[:32]
