"""Reads an export back into a database of its own, from which it is put into its place.

It goes the way of a backup from there: an export is as old as its manifest says, too, so what may
have gone out since is looked up, and it starts stopped.
"""

import json
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from campaign.keeping.exporting import JSON_TABLES
from campaign.keeping.faults import KeepingError
from campaign.keeping.manifest import DATABASE, FILES, MANIFEST, Manifest, read_manifest
from campaign.keeping.open_values import from_plain
from campaign.keeping.snapshot import close_whole
from campaign.store.copying import TABLES, at_once
from campaign.store.database import HEAD, open_own


def read_export(folder: Path, place: Path) -> Manifest:
    """Build an export's database in an empty folder, with the campaign's files beside it.

    Raises:
        KeepingError: it is no export, of other tables, or not as it was written.
    """
    manifest = _manifest(folder)
    store = open_own(place / DATABASE)
    try:
        with store.engine.begin() as connection:
            for table in TABLES:
                rows = _rows(folder, table)
                while some := list(islice(rows, at_once(table))):
                    connection.execute(insert(table), some)
    finally:
        close_whole(store)
    if (folder / FILES).is_dir():
        shutil.copytree(folder / FILES, place / FILES)
    return manifest


def _manifest(folder: Path) -> Manifest:
    file = folder / MANIFEST
    if not file.is_file():
        raise KeepingError(f"{folder} is no export of a campaign, or was not finished")
    manifest = read_manifest(file.read_text(encoding="utf-8"))
    if manifest.revision != HEAD:
        raise KeepingError(
            f"{folder} was written by Campaign Desk {manifest.program}, whose tables are others; "
            f"import it with that one, back up, and restore with this one"
        )
    return manifest


def _rows(folder: Path, table: Table) -> Iterator[dict[str, Any]]:
    file = folder / JSON_TABLES / f"{table.name}.jsonl"
    if not file.is_file():
        raise KeepingError(f"{file} is missing")
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _row(table, json.loads(line))
            except (ValueError, AttributeError, KeepingError) as error:
                raise KeepingError(f"{file}:{number}: {error}") from error


def _row(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    names = {one.name for one in table.columns}
    if set(values) != names:
        odd = min(names ^ set(values))
        raise KeepingError(f"the column “{odd}” is missing, or is none")
    return {one.name: from_plain(one, values[one.name]) for one in table.columns}
