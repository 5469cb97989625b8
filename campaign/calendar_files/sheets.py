"""Writes and reads tables as CSV and XLSX; what is in a cell is a text, and never worked out.

CSV is UTF-8 with a mark in front, as Excel wants it, and its cells are guarded (`cells`). In a
workbook every cell is written as a text. Both give back what was written, letter by letter.
"""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from campaign.calendar_files.cells import as_typed, guarded_cell
from campaign.schedule.faults import Fault, FaultsFound

LARGEST = 10 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of a table as somebody's file has it."""

    number: int
    """From 1, as a spreadsheet counts."""
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table that was read: its columns in their order, and its rows."""

    file: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]

    def fault(self, number: int, column: str, message: str) -> Fault:
        """Make a fault at a cell: row and column, both from 1."""
        place = self.columns.index(column) + 1 if column in self.columns else 1
        return Fault(self.file, number, place, f"{column}: {message}")


def as_csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """Return a table as CSV, lines ending CR LF."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(guarded_cell(row.get(one, "")) for one in columns)
    return target.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Sequence[str], rows: Sequence[Mapping[str, str]], at: datetime) -> bytes:
    """Return a table as a workbook dated `at`; the same table gives the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": at.replace(tzinfo=None)})
    sheet, bold = book.add_worksheet("Calendar"), book.add_format({"bold": True, "bottom": 1})
    words = book.add_format({"valign": "top", "num_format": "@"})
    for place, heading in enumerate(columns):
        sheet.write_string(0, place, heading, bold)
        longest = max((len(row.get(heading, "")) for row in rows), default=0)
        sheet.set_column(place, place, min(40, max(longest, len(heading)) + 2), words)
    for number, row in enumerate(rows, start=1):
        for place, heading in enumerate(columns):
            if row.get(heading):
                sheet.write_string(number, place, row[heading], words)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    book.close()
    return target.getvalue()


def read_table(path: Path) -> Table:
    """Return a file's table; raise `FaultsFound` where it is none."""
    try:
        if path.stat().st_size > LARGEST:
            raise _refusal(path, f"has more than {LARGEST // 1024 // 1024} MB")
        content = path.read_bytes()
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}") from error
    rows = _workbook_rows(path, content) if content[:2] == b"PK" else _csv_rows(path, content)
    headings = next(rows, None)
    if headings is None or not any(headings):
        raise _refusal(path, "is empty; write one with `campaign calendar --out FILE`")
    columns = tuple(one.strip() for one in headings)
    return Table(file=str(path), columns=columns, lines=tuple(_lines(path, columns, rows)))


def _lines(path: Path, columns: Sequence[str], rows: Iterator[list[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise _refusal(path, f"has more than {MOST_ROWS:,} rows")
        if any(cell.strip() for cell in row):
            cells = {name: cell for name, cell in zip(columns, row, strict=False) if name}
            yield Line(number=number, cells=cells)


def _csv_rows(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(path, "is not UTF-8 text; save it as “CSV UTF-8”") from error
    first = text.partition("\n")[0]
    comma = ";" if first.count(";") > first.count(",") else ","
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True):
            yield [as_typed(cell) for cell in row]
    except csv.Error as error:
        raise _refusal(path, f"is no CSV file ({error})") from error


_DAMAGED = (
    *(LookupError, ValueError, OSError, EOFError, SyntaxError, TypeError, AttributeError),
    *(RuntimeError, NotImplementedError),
)
"""What the libraries raise over a workbook whose parts are not what they say they are; a part
that is no XML is a `SyntaxError` to them, one with a password a `RuntimeError`."""


def _workbook_rows(path: Path, content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_UNPACKED:
                raise _refusal(path, "holds far more than a calendar")
        # Not the worked-out values: a formula is read as the text it is.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a calendar does not use, such as styles
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
            rows = [[_as_text(cell) for cell in row] for row in book.worksheets[0].values]
    except (InvalidFileException, zipfile.BadZipFile, zlib.error, *_DAMAGED) as error:
        raise _refusal(path, "is no workbook that can be read; save it as .xlsx") from error
    return iter(rows)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refusal(path: Path, why: str) -> FaultsFound:
    return FaultsFound([Fault(str(path), 1, 1, f"this file {why}")])
