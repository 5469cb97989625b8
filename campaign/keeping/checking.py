"""Reads a backup and finds out whether all of it is as it was written, the database as well."""

import hashlib
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaign.audit.chain import verify
from campaign.keeping.faults import KeepingError
from campaign.keeping.manifest import DATABASE, MANIFEST, Manifest, check_names, read_manifest
from campaign.store.copying import count_rows
from campaign.store.database import Store, open_own

A_PIECE = 1024 * 1024
MOST_MANIFEST_BYTES = 50_000_000


def unpack(file: Path, place: Path) -> Manifest:
    """Write every file of a backup into an empty folder, each compared with its checksum.

    Raises:
        KeepingError: something in it is not as it was written, or the disk has no room for it.
    """
    with _opened(file) as archive:
        manifest = _manifest(file, archive)
        _check_room(manifest, place)
        for name in manifest.members:
            _unpack(file, archive, manifest, name, place / name)
    return manifest


def check_database(place: Path, manifest: Manifest) -> None:
    """Look whether the unpacked database is sound and holds what the manifest says.

    Raises:
        KeepingError: it does not, or somebody has changed the logs.
    """
    path = place / DATABASE
    with sqlite3.connect(path) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    connection.close()
    if verdict != "ok" or orphan:
        raise KeepingError(f"the database in it is damaged: {orphan or verdict}")
    store = open_own(path)
    try:
        _check_rows(store, manifest)
    finally:
        store.close()


def _check_rows(store: Store, manifest: Manifest) -> None:
    with store.read() as connection:
        rows, chain = count_rows(connection), verify(connection)
    wrong = {name: n for name, n in manifest.rows.items() if rows.get(name) != n}
    if wrong:
        raise KeepingError(f"the database in it has not the rows it was written with: {wrong}")
    if chain.broken:
        raise KeepingError(f"the log in it was changed before it was backed up: {chain.broken}")


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    if not file.is_file():
        raise KeepingError(f"there is no file {file}")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        message = f"{file} is no backup, or is damaged ({error}); take another one"
        raise KeepingError(message) from error


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    there = {one.filename: one for one in archive.infolist()}
    if MANIFEST not in there or there[MANIFEST].file_size > MOST_MANIFEST_BYTES:
        raise KeepingError(f"{file} is no backup of a campaign: it has no manifest")
    try:
        manifest = read_manifest(archive.read(MANIFEST).decode("utf-8", "replace"))
        check_names(manifest)
    except KeepingError as error:
        raise KeepingError(f"{file}: {error}") from error
    wanted = {MANIFEST: there[MANIFEST].file_size}
    wanted |= {name: one.bytes for name, one in manifest.members.items()}
    if len(there) != len(archive.infolist()) or wanted != {
        n: i.file_size for n, i in there.items()
    }:
        raise KeepingError(f"{file} does not hold the files that its manifest names; take another")
    return manifest


def _check_room(manifest: Manifest, place: Path) -> None:
    needed = sum(one.bytes for one in manifest.members.values())
    free = shutil.disk_usage(place).free
    if needed > free:
        raise KeepingError(
            f"{needed:,} bytes have to be unpacked, and the disk has room for {free:,}"
        )


def _unpack(file: Path, archive: zipfile.ZipFile, manifest: Manifest, name: str, to: Path) -> None:
    expected, digest, left = manifest.members[name], hashlib.sha256(), manifest.members[name].bytes
    to.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, to.open("wb") as written:
        while left > 0 and (piece := packed.read(min(A_PIECE, left))):
            digest.update(piece)
            left -= len(piece)
            written.write(piece)
    if left or digest.hexdigest() != expected.sha256:
        raise KeepingError(f"{file}: “{name}” is not as it was written; take another backup")
