from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.calendar_files.sheets import as_csv, as_xlsx, read_table
from campaign.schedule.faults import FaultsFound

AT = datetime(2027, 1, 11, tzinfo=UTC)
COLUMNS = ("id", "text", "note")
SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], include_characters="\n=+-@'")
CELLS = st.text(SIGNS, max_size=20)
ROWS = st.lists(
    st.fixed_dictionaries({"id": st.just("x"), "text": CELLS, "note": CELLS}), max_size=4
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sheets")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_csv_gives_back_every_cell_letter_by_letter(
    folder: Path, rows: list[dict[str, str]]
) -> None:
    file = folder / "table.csv"
    file.write_bytes(as_csv(COLUMNS, rows))
    assert [dict(line.cells) for line in read_table(file).lines] == rows


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS)
def test_a_workbook_gives_back_every_cell_letter_by_letter(
    folder: Path, rows: list[dict[str, str]]
) -> None:
    file = folder / "table.xlsx"
    file.write_bytes(as_xlsx(COLUMNS, rows, AT))
    back = [dict.fromkeys(COLUMNS, "") | dict(line.cells) for line in read_table(file).lines]
    assert back == rows
    assert as_xlsx(COLUMNS, rows, AT) == file.read_bytes()


def test_semicolons_are_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"id;text\r\n1;'=a\r\n\r\n2;b\r\n")
    table = read_table(file)
    assert [(line.number, line.cells["text"]) for line in table.lines] == [(2, "=a"), (4, "b")]


def test_a_workbook_whose_inside_is_damaged_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "calendar.xlsx"
    whole = as_xlsx(("post",), [{"post": "law"}], AT)
    for at in range(0, len(whole) - 64, 40):  # found by `make fuzz`: some of it no longer unpacks
        file.write_bytes(whole[: at + 2] + b"\xff" * 9 + whole[at + 11 :])
        with suppress(FaultsFound):
            read_table(file)
