"""The report as a workbook: every table a sheet, numbers as numbers and instants as instants.

A missing number is an empty cell with its reason beside it. Instants are UTC, since a sheet knows
no zones; the first sheet says so. The same report gives the same bytes.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from analytics.numbers import days_of
from analytics.report_json import GAIN_FIELDS, report_values
from analytics.report_parts import Contents

MOMENTS = frozenset(
    {"read_from", "read_to", "unknown_from", "unknown_to", "published_at", "sent_at"}
)
SHARES = frozenset({"estimated_share", "progress_share", "time_share"})
_MOST_WIDTH, _LEAST_WIDTH = 60, 9
_SETTINGS = {
    "in_memory": True,
    # A text is a text: nothing that people wrote becomes a formula, a link or a number.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Row = Mapping[str, Any]


def workbook(report: Contents, banner: str | None = None) -> bytes:
    """Return the report as an XLSX file."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _SETTINGS)
    # The instant of the report, so that the file does not depend on when it was written.
    book.set_properties({"title": report.headline, "created": _naive(report.as_of)})
    values = report_values(report, banner)
    _Sheet(book, "About", ("What", "")).fill(_about(report, banner))
    for name, rows in _tables(values).items():
        columns = GAIN_FIELDS if name == "Gains" else _columns(rows)
        _Sheet(book, name, columns).fill(rows)
    book.close()
    return target.getvalue()


class _Sheet:
    """One sheet with a bold first line that stays in sight."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:
        self._sheet = book.add_worksheet(name)
        self._columns = tuple(columns)
        self._text = book.add_format({"text_wrap": name == "About", "valign": "top"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top"})
        self._share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self._number = book.add_format({"num_format": "#,##0.###", "valign": "top"})
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, heading in enumerate(self._columns):
            self._sheet.write_string(0, place, heading, bold)
        self._sheet.freeze_panes(1, 0)

    def fill(self, rows: Sequence[Row]) -> None:
        """Write the rows, each value by its kind, and make the columns wide enough."""
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(self._columns):
                self._write(line, place, column, row)
        for place, column in enumerate(self._columns):
            longest = max((len(str(row.get(column) or "")) for row in rows), default=0)
            width = min(_MOST_WIDTH, max(_LEAST_WIDTH, longest, len(column)) + 1)
            self._sheet.set_column(place, place, width)
        if rows:
            self._sheet.autofilter(0, 0, len(rows), len(self._columns) - 1)

    def _write(self, line: int, place: int, column: str, row: Row) -> None:
        value = row.get(column)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(line, place, value)
        elif isinstance(value, int | float):
            share = column in SHARES or _is_share(column, row)
            self._sheet.write_number(line, place, value, self._share if share else self._number)
        elif column in MOMENTS:
            self._sheet.write_datetime(line, place, _instant(value), self._moment)
        else:
            self._sheet.write_string(line, place, str(value), self._text)


def _is_share(column: str, row: Row) -> bool:
    return column in {"value", "lower", "upper"} and row.get("figure") == "Engagement rate"


def _about(report: Contents, banner: str | None) -> list[Row]:
    lines = [
        ("Important", banner),
        ("Campaign", report.title),
        ("Week", f"{report.week.name}, {days_of(report.week)}"),
        ("Headline", report.headline),
        ("Safe to quote", report.quotation),
        ("Provisional", "yes: figures may still grow" if report.provisional else "no"),
        ("As known at (UTC)", f"{_naive(report.as_of):%Y-%m-%d %H:%M:%S}"),
        ("Times", f"All instants are UTC; the week is one of {report.week.zone.key}."),
        ("Empty cells", "A number that is not known is an empty cell with a reason beside it."),
        ("Rounding", "“printed” is what the page shows, “value” what is known, exactly."),
        ("People", "Reach is a range. Never add people over posts, networks or weeks."),
    ]
    return [{"What": what, "": text} for what, text in lines if text]


def _tables(values: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Lay out the report's lists; lists inside a row are written as words."""
    found = {
        "Figures": values["figures"],
        "Gains": values["gains"],
        "Totals": values["totals"],
        "Reach": _reach(values["reach"]),
        "Trend": values["trend"],
        "Partners": values["partners"],
        "Sectors": values["sectors"],
        "Objectives": values["objectives"],
        "Top posts": values["top_posts"],
        "Next week": values["next_week"]["coming"],
        "Definitions": values["definitions"],
        "Restated": values["restated"],
        "Needed": [{"needed": one} for one in values["needed"]],
        "Corrections and gaps": [{"to know": one} for one in values["caveats"]],
    }
    return {name: [_flat(row) for row in rows] for name, rows in found.items()}


def _reach(reach: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = [
        {"what": "at least", "people": reach["lower"], "rests on": reach["reason"]},
        {"what": "at most", "people": reach["upper"], "rests on": reach["reason"]},
    ]
    for one in reach["models"]:
        rests_on = f"{one['assumption']}; audience of {one['universe']:,}"
        rows.append({"what": one["name"], "people": one["value"], "rests on": rests_on})
    return rows


def _flat(row: Row) -> Row:
    return {key: _words(value) for key, value in row.items()}


def _words(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    return value


def _columns(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return every key in the order of its first appearance; an empty table says that it is."""
    return tuple(dict.fromkeys(key for row in rows for key in row)) or ("nothing to list",)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
