"""Writes a report as files: the page with its charts, a table for spreadsheets, JSON.

File names carry the week. Every file is complete before it gets its name, so a reader never
opens half a report.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from analytics.charts import draw_charts
from analytics.page import render_page
from analytics.report import Report
from analytics.report_json import GAIN_FIELDS, gain_values

Files = Mapping[str, bytes]


class FormatError(ValueError):
    """A format that this version does not write; the message lists those it does."""


def write_report(
    report: Report, out_dir: Path, formats: Iterable[str], *, banner: str | None = None
) -> list[Path]:
    """Write the report in each format and return the files, `html`, `csv` and `json` being known.

    A banner such as "The numbers are made up: rehearsal" stands on every page, chart and file.
    Raises `FormatError` before anything is written.
    """
    wanted = list(dict.fromkeys(formats))
    unknown = [name for name in wanted if name not in WRITERS]
    if unknown:
        known = ", ".join(WRITERS)
        message = f"this version writes {known}; it cannot write {', '.join(unknown)} yet"
        raise FormatError(message)
    out_dir.mkdir(parents=True, exist_ok=True)
    contents = {
        name: content for kind in wanted for name, content in WRITERS[kind](report, banner).items()
    }
    return [_write(out_dir / name, content) for name, content in contents.items()]


def gains_csv(report: Report, banner: str | None = None) -> str:
    """Return one line a gain with every field; a missing number is an empty cell with a reason."""
    rows = [gain_values(row) for row in report.gains]
    head = {"banner": banner} if banner else {}
    head |= {"week": report.week.name}
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, [*head, *GAIN_FIELDS], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in (head | row).items()} for row in rows)
    return target.getvalue()


def _html(report: Report, banner: str | None) -> Files:
    charts = draw_charts(report, banner)
    page = render_page(report, charts, banner=banner)
    pictures = {f"{_stem(report)}-{one.name}.png": one.titled_png for one in charts}
    return {f"{_stem(report)}.html": page.encode()} | pictures


def _csv(report: Report, banner: str | None) -> Files:
    # The mark at the start tells spreadsheets that the file is UTF-8.
    return {f"{_stem(report)}.csv": gains_csv(report, banner).encode("utf-8-sig")}


def _json(report: Report, banner: str | None) -> Files:
    text = json.dumps(report.to_json(banner), ensure_ascii=False, indent=2) + "\n"
    return {f"{_stem(report)}.json": text.encode()}


WRITERS: dict[str, Callable[[Report, str | None], Files]] = {
    "html": _html,
    "csv": _csv,
    "json": _json,
}


def _stem(report: Report) -> str:
    return f"report-{report.week.name}"


def _cell(value: object) -> object:
    """Write a gap as an empty cell, and a text so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+-@\t\r") else value


def _write(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path
