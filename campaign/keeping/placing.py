"""Puts the files of a backup into the campaign's folder; what stood there is kept beside them."""

import shutil
from pathlib import Path

from campaign.keeping.contents import KEPT
from campaign.keeping.manifest import FILES


def in_the_way(folder: Path) -> list[str]:
    """Return what of the campaign's own files stands in a folder."""
    return [name for name in KEPT if (folder / name).exists() or (folder / name).is_symlink()]


def replaced_folder(folder: Path, number: str) -> Path:
    """Return where a restore puts what it replaces."""
    return folder / f"replaced-{number[:8]}"


def place_files(unpacked: Path, folder: Path, number: str) -> None:
    """Put what was unpacked into its places; may be run again after it was broken off.

    What stood there first is in `replaced_folder`; a second try never puts anything else there.
    """
    replaced, source = replaced_folder(folder, number), unpacked / FILES
    for name in KEPT:
        here, new = folder / name, source / name
        if here.exists() or here.is_symlink():
            _set_aside(here, replaced / name)
        if new.exists():
            new.rename(here)


def set_aside_database(file: Path, folder: Path, number: str) -> None:
    """Put a database that cannot be read beside, with what belongs to it."""
    replaced = replaced_folder(folder, number)
    for ending in ("", "-wal", "-shm"):
        one = file.with_name(file.name + ending)
        if one.exists():
            _set_aside(one, replaced / one.name)


def _set_aside(here: Path, to: Path) -> None:
    if to.exists():  # it stood here first, and this is what a broken-off try has put in its place
        shutil.rmtree(here) if here.is_dir() and not here.is_symlink() else here.unlink()
        return
    to.parent.mkdir(mode=0o700, exist_ok=True)
    here.rename(to)
