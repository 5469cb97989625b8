"""Folders that a command fills and clears again: only those that carry its own mark."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from campaign.cli.failures import Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """By what a command knows the folder that it made."""

    marker: str
    by: str
    """In words, for example `a demo`."""
    notice: str
    """What stands in the folder for whoever finds it."""


def check_made(folder: Path, made: Made) -> None:
    """Refuse a file, and a folder that holds something without carrying the mark."""
    if folder.exists() and not folder.is_dir():
        raise Failure(f"{folder} is a file; name another place with --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / made.marker).is_file():
        raise Failure(
            f"{folder} was not made by {made.by} and is left alone; name another with --out"
        )


def clear_made(folder: Path, made: Made) -> None:
    """Make the folder empty but for its mark; refuse one that carries none."""
    check_made(folder, made)
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / made.marker).write_text(made.notice, encoding="utf-8")
    (folder / "READ-ME.txt").write_text(made.notice, encoding="utf-8")
