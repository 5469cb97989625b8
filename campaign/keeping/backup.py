"""Writes a backup: one zip with the database, the campaign's files, and a manifest.

It stands under its name only once it is whole and on the disk.
"""

import hashlib
import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select

from campaign.keeping.contents import kept_files
from campaign.keeping.faults import KeepingError
from campaign.keeping.manifest import DATABASE, FILES, MANIFEST, Manifest, Member
from campaign.keeping.snapshot import take_snapshot
from campaign.store.database import HEAD, Store
from campaign.store.tables import CAMPAIGN

A_PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is backed up, and into which file."""

    store: Store
    kept_in: str
    """The database's address, without secrets."""
    folder: Path
    secrets: Sequence[str]
    """Keys and passwords that must stand in no file of a backup."""
    at: datetime
    file: Path


def back_up(wanted: Wanted) -> Manifest:
    """Write the backup; raise `KeepingError` where a file of that name is there already."""
    _check_free(wanted.file)
    with (
        _own_folder(wanted.file) as place,
        _whole_or_nothing(wanted.file) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        snapshot = place / DATABASE
        rows = take_snapshot(wanted.store, snapshot)
        listing = kept_files(wanted.folder, wanted.secrets)
        members = {DATABASE: _add(archive, DATABASE, snapshot)}
        for one in listing.files:
            members[FILES + one.name] = _add(archive, FILES + one.name, one.path)
        manifest = manifest_of_state(wanted, rows, members, listing.left_out)
        archive.writestr(MANIFEST, manifest.as_json())
    return manifest


def _check_free(file: Path) -> None:
    if file.exists():
        raise KeepingError(f"{file} is there already; name a new file")
    if not file.parent.is_dir():
        raise KeepingError(f"{file.parent} is no folder; make it first, or name another place")


@contextmanager
def _own_folder(file: Path) -> Iterator[Path]:
    """Hand out an empty folder beside the backup, which nobody else may read."""
    place = file.with_name(f".{file.name}.parts")
    shutil.rmtree(place, ignore_errors=True)  # of a backup that was killed
    place.mkdir(mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place)


@contextmanager
def _whole_or_nothing(file: Path) -> Iterator[Path]:
    """Hand out a file that nobody else may read, and give it its name at the end."""
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)  # of a backup that was killed
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield partial
        _flush(partial)
        partial.replace(file)
        _flush(file.parent)
    finally:
        partial.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Member:
    """Put a file in, piece by piece, and say what was put in."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as kept:
        while piece := source.read(A_PIECE):
            digest.update(piece)
            size += len(piece)
            kept.write(piece)
    return Member(bytes=size, sha256=digest.hexdigest())


def manifest_of_state(
    wanted: Wanted, rows: dict[str, int], members: dict[str, Member], left_out: Sequence[str]
) -> Manifest:
    """Say what was taken, from where, and when."""
    with wanted.store.read() as connection:
        campaign = connection.execute(select(CAMPAIGN.c.id, CAMPAIGN.c.title)).one()
    return Manifest(
        number=str(uuid.uuid4()),
        campaign=campaign.id,
        title=campaign.title,
        taken_at=wanted.at,
        program=version("campaign-desk"),
        revision=HEAD,
        kept_in=wanted.kept_in,
        rows=rows,
        members=members,
        left_out=tuple(left_out),
    )
