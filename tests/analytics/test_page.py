"""The page as people get it: one side, in its order, the figures the same in every format."""

import csv
import io
import re
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from analytics.charts import draw_charts
from analytics.page import render_page
from analytics.pdf import as_pdf
from analytics.report import Report
from analytics.report_json import report_values
from analytics.spreadsheet import workbook
from analytics.written import figures_csv, gains_csv
from tests.analytics.heaviest import LAST_WORDS, heaviest
from tests.analytics.outline import Outline
from tests.analytics.weeks_of import LONG, add_picture, full_world

BANNER = "The numbers are made up: rehearsal"
SECTIONS = [
    "Safe to quote",
    "Needed from you",
    "Corrections and gaps",
    "Posts live",
    "Times shown",
    "People newly reached",
    "Engagement rate",
    "Times shown are down on recent weeks",
    "1,200 people newly reached",
    "Most shown posts at three days old",
    "Partners brought 50% of the times shown",
    "Next: 25 to 31 January 2027",
    "What we learned",
    "The figures in full",
]


@pytest.fixture(scope="module")
def report() -> Report:
    world = full_world()
    add_picture(world, f"{LONG}-0/ico-x/1", "A dark blue field.")
    return world.report()


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render_page(report, draw_charts(report))


@pytest.fixture(scope="module")
def pdf(page: str) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(page)))


@pytest.mark.parametrize("corrected", [True, False])
def test_the_heaviest_page_keeps_to_one_side_as_well(report: Report, corrected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    heavy = heaviest(report, corrected=corrected)
    page = render_page(heavy, draw_charts(heavy, BANNER), banner=BANNER)
    first, second = (side.extract_text() for side in PdfReader(io.BytesIO(as_pdf(page))).pages[:2])
    assert LAST_WORDS in words_of(first)
    assert words_of(second).startswith("The figures in full")


def words_of(text: str) -> str:
    return " ".join(text.split())


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_page_has_its_parts_in_the_order_that_a_leader_reads(page: str) -> None:
    assert Outline(page).words["h2"] == SECTIONS


def test_a_full_page_keeps_to_one_side_and_the_tables_begin_on_the_next(pdf: PdfReader) -> None:
    first, second = (words_of(side.extract_text()) for side in pdf.pages[:2])
    assert "What we learned" in first
    assert "Nobody has written" in first
    assert "The figures in full" not in first
    assert second.startswith("The figures in full")


def test_the_pdf_is_tagged_and_says_its_language_and_title(pdf: PdfReader, report: Report) -> None:
    catalogue: Any = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] is not None
    assert bool(catalogue["/MarkInfo"]["/Marked"])
    assert catalogue["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in catalogue
    assert pdf.metadata is not None
    assert pdf.metadata.title is not None
    assert pdf.metadata.title.startswith(report.headline)


def test_every_picture_of_the_pdf_has_words_in_its_place(pdf: PdfReader) -> None:
    found: list[str] = []
    root: Any = pdf.trailer["/Root"]
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, dict):
            if one.get("/S") == "/Figure":
                found.append(str(one.get("/Alt", "")))
            kids = one.get("/K", [])
            waiting += kids if isinstance(kids, list) else [kids]
            waiting = [kid for kid in waiting if hasattr(kid, "get_object")]
    assert len(found) == 4
    assert "A dark blue field." in found
    assert all(len(one) > 10 for one in found)


def test_the_picture_of_a_top_post_is_shown_with_the_words_that_were_sent_with_it(
    page: str,
) -> None:
    pictures = {str(one["alt"]): str(one["src"]) for one in Outline(page).all("img")}
    assert pictures["A dark blue field."].startswith("data:image/png;base64,")


def rounded(row: dict[str, str]) -> str:
    """Round a figure's exact value as its line says, by other means than the program's."""

    def number(name: str) -> Fraction | None:
        return Fraction(row[name]) if row[name] else None

    value, lower, upper = number("value"), number("lower"), number("upper")
    match row["rounding"]:
        case "outward to two figures" if lower is not None and upper is not None:
            low, high = (10 ** max(0, len(str(int(one))) - 2) for one in (lower, upper))
            ends = floor(lower / low) * low, ceil(upper / high) * high
            return f"{ends[0]:,}" if lower == upper == ends[0] else f"{ends[0]:,} to {ends[1]:,}"
        case "to a tenth of a per cent" if value is not None:
            return f"{float(value):.1%}"
        case "to three figures, with “about”" if value is not None:
            return f"about {int(float(f'{float(value):.3g}')):,}"
        case "to a whole number" if value is not None and row["figure"] == "Posts live":
            return f"{int(value):,} of {int(upper or 0):,}"
        case "to a whole number" if value is not None:
            return f"{round(value):,}"
    assert row["reason"], row
    return "\N{EN DASH}"


def test_every_figure_is_printed_as_its_exact_value_rounded_as_stated(report: Report) -> None:
    rows = read(figures_csv(report))
    assert len(rows) > 20
    assert [(row["figure"], row["of"], rounded(row)) for row in rows] == [
        (row["figure"], row["of"], row["printed"]) for row in rows
    ]


def test_the_figures_of_the_week_stand_on_the_page_and_in_the_pdf_as_in_the_csv(
    report: Report, page: str, pdf: PdfReader
) -> None:
    shown = {row["printed"] for row in read(figures_csv(report)) if row["of"] == "2027-W03"}
    assert {"4 of 8", "4,000", "1,200", "3.6%"} <= shown
    side = words_of(pdf.pages[0].extract_text())
    flat = words_of(re.sub("<[^>]+>", " ", page))
    assert [one for one in sorted(shown) if one not in side or one not in flat] == []


def test_the_sum_of_the_counted_lines_is_the_figure_of_the_page(report: Report) -> None:
    lines = [
        Fraction(row["net"])
        for row in read(gains_csv(report))
        if row["metric"] == "impressions" and row["counted"] == "true" and row["net"]
    ]
    (figure,) = [
        row
        for row in read(figures_csv(report))
        if (row["figure"], row["of"]) == ("Times shown", "2027-W03")
    ]
    assert sum(lines) == Fraction(figure["value"]) == 4000


def test_the_workbook_has_numbers_instants_and_empty_cells_where_they_belong(
    report: Report,
) -> None:
    book = load_workbook(io.BytesIO(workbook(report)))
    sheet = book["Gains"]
    heads = [cell.value for cell in sheet[1]]
    rows = [
        dict(zip(heads, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=2)
    ]
    known = next(row for row in rows if row["channel"] == "ico-x" and row["net"] == 2000)
    assert known["read_to"].isoformat() == "2027-01-24T23:00:00"
    assert (known["provisional"], known["reason"]) == (False, None)
    missing = next(row for row in rows if row["channel"] == "ico-bluesky")
    assert (missing["net"], missing["reason"]) == (None, "not offered by the network")
    (rate,) = [
        row for row in book["Figures"].iter_rows(min_row=2)
        if (row[0].value, row[1].value) == ("Engagement rate", "2027-W03")
    ]  # fmt: skip
    assert (rate[3].value, rate[3].number_format) == (pytest.approx(0.036), "0.0%")


def test_no_text_of_a_workbook_becomes_a_formula_or_a_link(report: Report) -> None:
    asked = replace(report, needed=("=HYPERLINK(1)", "https://ico.example"))
    book = load_workbook(io.BytesIO(workbook(asked)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=HYPERLINK(1)"] == ["s"]
    assert [cell for cell in cells if cell.hyperlink or cell.data_type == "f"] == []


def test_figures_of_the_page_are_in_the_json_as_in_the_csv(report: Report) -> None:
    printed = [one["printed"] for one in report_values(report)["figures"]]
    assert printed == [row["printed"] for row in read(figures_csv(report))]
