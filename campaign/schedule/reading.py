"""Reads schedule.yaml: the whole of it or every fault in it, never a half."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from campaign.schedule.clashes import clashes
from campaign.schedule.faults import FaultsFound
from campaign.schedule.known import known_in
from campaign.schedule.model import Schedule
from campaign.schedule.sentences import faults_of
from campaign.schedule.text import read_text
from campaign.schedule.tree import Tree, read_tree


@dataclass(frozen=True, slots=True)
class PlacedSchedule:
    """A schedule together with where each part of it stands in the file."""

    schedule: Schedule
    tree: Tree


def read_schedule(path: Path) -> Schedule:
    """Return the schedule of a file.

    Raises `FaultsFound` with everything that is wrong with it, sorted by place. Whether the
    posts it names exist is `campaign.checks`' question.
    """
    return read_placed(path, posts=None).schedule


def read_placed(path: Path, *, posts: Collection[str] | None) -> PlacedSchedule:
    """Return the schedule with its places; names of posts are checked where `posts` lists them."""
    return place_schedule(str(path), read_text(path), posts=posts)


def place_schedule(file: str, text: str, *, posts: Collection[str] | None) -> PlacedSchedule:
    """Return the schedule of a text, with places in the file of that name."""
    tree = read_tree(file, text)
    known = known_in(tree.value, posts)
    faults = clashes(tree)
    try:
        schedule = Schedule.model_validate(tree.value, context={"known": known})
    except ValidationError as error:
        raise FaultsFound([*faults, *faults_of(error, tree, Schedule)]) from error
    if faults:
        raise FaultsFound(faults)
    return PlacedSchedule(schedule, tree)
