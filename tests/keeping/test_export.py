"""Everything as open files, and back: table by table the same."""

import csv
import json
from pathlib import Path

from campaign.cli.place import Place
from campaign.keeping.dictionary import data_dictionary
from campaign.keeping.importing import read_export
from campaign.store.copying import TABLES
from campaign.store.tables import DELIVERY
from tests.campaign.cli.shell import Shell
from tests.campaign.office import POST
from tests.keeping.kept import Kept
from tests.moving.scene import everything, fill


def test_what_is_exported_comes_back_equal_in_every_table(kept: Kept, tmp_path: Path) -> None:
    fill(kept.office)
    before = everything(kept.url)
    assert [name for name, rows in before.items() if not rows] == []
    folder, place = tmp_path / "export", tmp_path / "unpacked"
    place.mkdir()
    shown = kept.shell.fine("export", str(folder), "--json").json()
    read_export(folder, place)
    assert everything(f"sqlite:///{place}/campaign.db") == before
    assert shown["rows"] == {name: len(rows) for name, rows in before.items()}
    assert (place / "files/posts/law-helps/post.md").read_text(encoding="utf-8") == POST


def test_it_is_imported_into_an_empty_place_and_starts_stopped(kept: Kept, tmp_path: Path) -> None:
    kept.office.apply()
    kept.office.approve()
    kept.shell.fine("export", str(tmp_path / "export"))
    place = Place(folder=tmp_path / "new", clock=kept.office.clock, environment={})
    there = Shell(place)
    there.fine("import", str(tmp_path / "export"), "--yes", "--as", "ben")
    assert there.fine("status", "--json").json()["stopped"] is True
    assert set(there.states().values()) == {"awaiting-approval"}
    says = "there is the campaign"
    there.fails("import", str(tmp_path / "export"), "--yes", "--as", "ben", code=1, says=says)


def test_a_line_that_was_changed_is_named(kept: Kept, tmp_path: Path) -> None:
    kept.office.apply()
    folder = tmp_path / "export"
    kept.shell.fine("export", str(folder))
    file = folder / "tables" / "delivery.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[1])
    there = Shell(Place(folder=tmp_path / "new", clock=kept.office.clock, environment={}))
    for change, says in (
        ({"due_at": "soon"}, r"delivery\.jsonl:2: “soon” is no datetime"),
        ({"attempt": "1"}, r"delivery\.jsonl:2: “1” is no int"),
        ({"more": 1}, r"delivery\.jsonl:2: the column “more” is missing, or is none"),
    ):
        lines[1] = json.dumps({**row, **change})
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        there.fails("import", str(folder), "--yes", "--as", "ben", code=1, says=says)


def test_a_sheet_has_a_heading_for_every_column_and_runs_no_formula(
    kept: Kept, tmp_path: Path
) -> None:
    kept.office.apply()
    with kept.office.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET note = '=1+1'")
    kept.shell.fine("export", str(tmp_path / "export"))
    with (tmp_path / "export/csv/delivery.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [one["note"] for one in rows] == ["'=1+1"] * 3
    assert list(rows[0]) == [one.name for one in DELIVERY.columns]


def test_the_dictionary_says_of_every_column_what_kind_it_is() -> None:
    text = data_dictionary()
    for table in TABLES:
        assert f"\n## {table.name}\n" in text
        for column in table.columns:
            assert f"| {column.name} | " in text.partition(f"## {table.name}\n")[2]
    assert "| unsure_since | datetime | yes | Set by a restore: what became of it" in text
