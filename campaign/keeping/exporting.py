"""Writes the whole campaign as open files: each table as CSV and as JSON, and the files."""

import csv
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from campaign.keeping.backup import Wanted, manifest_of_state
from campaign.keeping.contents import kept_files
from campaign.keeping.dictionary import data_dictionary
from campaign.keeping.faults import KeepingError
from campaign.keeping.manifest import FILES, MANIFEST, Manifest, Member
from campaign.keeping.open_values import as_plain
from campaign.store.copying import TABLES, partitions

JSON_TABLES, CSV_TABLES = "tables", "csv"
README = """\
# A campaign as open files

`csv/` has each table for spreadsheets, `tables/` the same as JSON, one row a line: there an empty
text and no value are told apart, so that is what `campaign import` reads. `files/` has the
campaign's own files. `data-dictionary.md` says what each column means, `manifest.json` of which
campaign this is, as of when.

Sign-ins are sealed, and the key that opens them is not here. There are names of people in it, and
e-mail addresses: keep it as you would keep the campaign.
"""


def export(wanted: Wanted) -> Manifest:
    """Write everything into a new or empty folder, as of one instant.

    Raises:
        KeepingError: the folder holds something already.
    """
    folder = wanted.file
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KeepingError(f"{folder} is not empty; name a new or an empty folder")
    for name in (JSON_TABLES, CSV_TABLES, FILES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    listing = kept_files(wanted.folder, wanted.secrets)
    with wanted.store.read() as connection:
        rows = {one.name: _write(connection, one, folder) for one in TABLES}
    for one in listing.files:
        to = folder / FILES / one.name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.path, to)
    members: dict[str, Member] = {}
    manifest = manifest_of_state(wanted, rows, members, listing.left_out)
    (folder / "data-dictionary.md").write_text(data_dictionary(), encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")
    # Last: an export without it was broken off, and is not imported.
    (folder / MANIFEST).write_text(manifest.as_json(), encoding="utf-8")
    return manifest


def _write(connection: Connection, table: Table, folder: Path) -> int:
    names = [one.name for one in table.columns]
    count = 0
    with (
        (folder / JSON_TABLES / f"{table.name}.jsonl").open("w", encoding="utf-8") as lines,
        (folder / CSV_TABLES / f"{table.name}.csv").open(
            "w", encoding="utf-8", newline=""
        ) as sheet,
    ):
        writer = csv.writer(sheet)
        writer.writerow(names)
        for some in partitions(connection, table):
            for row in some:
                values = [as_plain(one) for one in row]
                lines.write(json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False))
                lines.write("\n")
                writer.writerow(_cells(values))
            count += len(some)
    return count


def _cells(values: Sequence[Any]) -> list[Any]:
    """Return values as a spreadsheet takes them: nothing that it would run as a formula."""
    return [
        f"'{one}" if isinstance(one, str) and one[:1] in "=+-@\t\r" and one else one
        for one in values
    ]
