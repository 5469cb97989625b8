"""Writes a rehearsal's files: the page, JSON, the calendar as a table, and example reports."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from analytics.written import write_report
from campaign.states import PEOPLES_WORDS
from simulation.rehearse.as_json import result_values
from simulation.rehearse.outcomes import Line
from simulation.rehearse.page import render_page
from simulation.rehearse.result import BANNER, Result

REPORT_FORMATS = ("html", "csv", "json")
COLUMNS = ("banner", "week", "time", "post", "channel", "partner", "network", "state", "why")


def write_files(result: Result, folder: Path) -> list[Path]:
    """Write everything into a folder that exists; return the files for people to open first."""
    pages = {}
    for report in result.reports:
        made = write_report(report, folder / "reports", REPORT_FORMATS, banner=BANNER)
        pages[report.week.name] = next(path for path in made.paths if path.suffix == ".html")
    addresses = {week: f"reports/{path.name}" for week, path in pages.items()}
    page, values, calendar = (
        folder / name for name in ("rehearsal.html", "rehearsal.json", "calendar.csv")
    )
    page.write_text(render_page(result, addresses), encoding="utf-8")
    text = json.dumps(result_values(result), ensure_ascii=False, indent=2)
    values.write_text(f"{text}\n", encoding="utf-8")
    # The mark at the start tells spreadsheets that the file is UTF-8.
    calendar.write_text(calendar_csv(result.lines), encoding="utf-8-sig", newline="")
    return [page, calendar, values, *pages.values()]


def calendar_csv(lines: Iterable[Line]) -> str:
    """Return one line a delivery; the banner stands in every one."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for one in lines:
        cells = (one.week, one.wall_time, one.post, one.channel, one.partner, one.network)
        writer.writerow([BANNER, *map(_cell, (*cells, PEOPLES_WORDS[one.state], one.why))])
    return target.getvalue()


def _cell(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in set("=+-@\t\r") else text
