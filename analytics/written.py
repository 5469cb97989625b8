"""Writes a report as files: the page with its charts, PDF, tables for spreadsheets, JSON.

File names carry the week. Every file is complete before it gets its name, so a reader never
opens half a report. The same report gives the same bytes in every format.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analytics.charts import Chart, draw_charts
from analytics.figures import printed_figures
from analytics.json_values import figure_values
from analytics.page import render_page
from analytics.pdf import NoPdfError, as_pdf
from analytics.report_json import GAIN_FIELDS, gains_values, report_values
from analytics.report_parts import Contents
from analytics.spreadsheet import workbook

Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """The files of a report by name, and why there is no PDF among them where one was asked for."""

    files: Files
    no_pdf: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Where the files of a report stand."""

    paths: tuple[Path, ...]
    no_pdf: str | None = None


class FormatError(ValueError):
    """A format that this version does not write; the message lists those it does."""


def write_report(
    report: Contents, out_dir: Path, formats: Iterable[str], *, banner: str | None = None
) -> Written:
    """Write the report in each format and return the files; `WRITERS` has the formats.

    A banner such as "The numbers are made up: rehearsal" stands on every page, chart and file.
    Raises `FormatError` before anything is written. Where this machine makes no PDF the other
    formats are written all the same.
    """
    made = report_files(report, formats, banner=banner)
    out_dir.mkdir(parents=True, exist_ok=True)
    paths = tuple(write_file(out_dir / name, content) for name, content in made.files.items())
    return Written(paths=paths, no_pdf=made.no_pdf)


def report_files(report: Contents, formats: Iterable[str], *, banner: str | None = None) -> Made:
    """Return the report in each format, by file name; raise `FormatError` for one not known."""
    wanted = list(dict.fromkeys(formats))
    unknown = [name for name in wanted if name not in WRITERS]
    if unknown:
        known = ", ".join(WRITERS)
        message = f"this version writes {known}; it cannot write {', '.join(unknown)}"
        raise FormatError(message)
    sources = Sources(report=report, banner=banner)
    files: dict[str, bytes] = {}
    no_pdf = None
    for kind in wanted:
        try:
            files |= WRITERS[kind](sources)
        except NoPdfError as error:
            no_pdf = str(error)
    return Made(files=files, no_pdf=no_pdf)


def gains_csv(report: Contents, banner: str | None = None) -> str:
    """Return one line a gain with every field; a missing number is an empty cell with a reason."""
    return _table(gains_values(report), GAIN_FIELDS, _head(report, banner))


def figures_csv(report: Contents, banner: str | None = None) -> str:
    """Return every figure of the page as it is printed, beside its exact value and rounding."""
    rows = [figure_values(figure) for figure in printed_figures(report)]
    return _table(rows, tuple(rows[0]), _head(report, banner))


def _head(report: Contents, banner: str | None) -> dict[str, Any]:
    head = {"banner": banner} if banner else {}
    return head | {"week": report.week.name}


def _table(
    rows: Iterable[Mapping[str, Any]], fields: Iterable[str], head: Mapping[str, Any]
) -> str:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, [*head, *fields], lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in {**head, **row}.items()})
    return target.getvalue()


@dataclass(kw_only=True)
class Sources:
    """What several formats share, made once."""

    report: Contents
    banner: str | None

    @cached_property
    def charts(self) -> list[Chart]:
        """The charts."""
        return draw_charts(self.report, self.banner)

    @cached_property
    def page(self) -> str:
        """The page."""
        return render_page(self.report, self.charts, banner=self.banner)

    @property
    def stem(self) -> str:
        """How the files are called."""
        week, correction = self.report.week.name, self.report.correction
        return f"report-{week}-corrected-{correction.number}" if correction else f"report-{week}"


def _html(sources: Sources) -> Files:
    pictures = {f"{sources.stem}-{one.name}.png": one.titled_png for one in sources.charts}
    return {f"{sources.stem}.html": sources.page.encode()} | pictures


def _pdf(sources: Sources) -> Files:
    return {f"{sources.stem}.pdf": as_pdf(sources.page)}


def _csv(sources: Sources) -> Files:
    # The mark at the start tells spreadsheets that the file is UTF-8.
    return {
        f"{sources.stem}.csv": gains_csv(sources.report, sources.banner).encode("utf-8-sig"),
        f"{sources.stem}-figures.csv": figures_csv(sources.report, sources.banner).encode(
            "utf-8-sig"
        ),
    }


def _xlsx(sources: Sources) -> Files:
    return {f"{sources.stem}.xlsx": workbook(sources.report, sources.banner)}


def _json(sources: Sources) -> Files:
    values = report_values(sources.report, sources.banner)
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    return {f"{sources.stem}.json": text.encode()}


WRITERS: dict[str, Callable[[Sources], Files]] = {
    "html": _html,
    "pdf": _pdf,
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
}


def _cell(value: object) -> object:
    """Write a gap as an empty cell, and a text so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value[:1] in set("=+-@\t\r") else value


def write_file(path: Path, content: bytes) -> Path:
    """Write a file under another name first, so that nobody ever reads half of it."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return path
