"""Lists the posts of a folder: their titles, whether they are drafts, and their times."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from campaign.composing.entries import times_by_post
from campaign.composing.folder import POST, SCHEDULE
from campaign.composing.post_file import manuscript_of, split_post
from campaign.content.reading import post_names
from campaign.schedule.faults import FaultsFound
from campaign.schedule.text import read_text
from campaign.schedule.tree import read_tree

MOST_KEPT = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelved:
    """One post as the list shows it."""

    post: str
    title: str
    draft: bool
    times: tuple[str, ...]
    """Its own times as they stand in the schedule, or the queue that it waits in."""
    wrong: str = ""
    """Why its file cannot be read; empty where it can."""


def list_posts(folder: Path) -> list[Shelved]:
    """Return every post, by title; those whose files cannot be read with a sentence."""
    try:
        schedule = read_tree(SCHEDULE, read_text(folder / SCHEDULE)).value
    except FaultsFound:
        schedule = {}
    listed, known = [], times_by_post(schedule)
    for name in post_names(folder / "posts"):
        title, draft, wrong = _head(folder, name)
        times = tuple(known.get(name, ()))
        listed.append(Shelved(post=name, title=title, draft=draft, times=times, wrong=wrong))
    return sorted(listed, key=lambda one: (one.title.casefold(), one.post))


def _head(folder: Path, post: str) -> tuple[str, bool, str]:
    file = folder / "posts" / post / POST
    try:
        known = file.stat()
    except OSError:
        return post, False, f"{POST} is missing"
    return _read(file, known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=MOST_KEPT)
def _read(file: Path, _changed_at: int, _size: int) -> tuple[str, bool, str]:
    """Read a file once for as long as it stays what it is."""
    try:
        found = manuscript_of(split_post(POST, read_text(file)))
    except FaultsFound as error:
        first = error.faults[0]
        return file.parent.name, False, f"line {first.line}: {first.message}"
    return found.title or file.parent.name, found.draft, ""
