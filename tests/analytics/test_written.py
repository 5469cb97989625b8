import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from analytics.chart_words import partner_words, reach_words, trend_words
from analytics.charts import draw_charts
from analytics.page import render_page
from analytics.report import Report
from analytics.report_json import GAIN_FIELDS, gains_values
from analytics.tiles import tiles
from analytics.written import WRITERS, FormatError, gains_csv, write_report
from connectors.contract import Metric
from tests.analytics.outline import Outline
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")
BANNER = "The numbers are made up: rehearsal"


@pytest.fixture(scope="module")
def report() -> Report:
    world = World()
    text = "Share <script>alert(1)</script> what is needed & keep a child safe."
    on_x = world.post("ico-x", "law-helps", PUBLISHED, text=text)
    aged = at("2027-01-22 09:00")
    world.read(on_x, Metric.IMPRESSIONS, {aged: 9_000, SUNDAY: 48_210})
    world.read(on_x, Metric.REACTIONS, {SUNDAY: 300})
    world.post("ico-bluesky", "law-helps", PUBLISHED)
    for name, people in (("a", 12_345), ("b", 18_020)):
        post = world.post("ndna-facebook", name, PUBLISHED)
        world.read(post, Metric.REACH, {SUNDAY: people}, source="upload")
    return world.report()


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render_page(report, draw_charts(report))


def test_the_page_has_one_h1_which_is_the_headline_and_begins_its_title(
    page: str, report: Report
) -> None:
    outline = Outline(page)
    assert outline.words["h1"] == [report.headline]
    assert outline.words["title"][0].startswith(report.headline)
    assert outline.all("html") == [{"lang": "en-GB"}]


def test_every_chart_has_a_text_alternative_and_a_link_to_its_figures(page: str) -> None:
    outline = Outline(page)
    alternatives = [str(one["alt"]) for one in outline.all("img")]
    assert len(alternatives) == 2
    assert "Information Commissioner's Office: 48,210" in alternatives[1]
    ids = {one["id"] for _, one in outline.tags if "id" in one}
    assert {str(one["href"]).removeprefix("#") for one in outline.all("a")} <= ids


def test_every_table_has_a_caption_or_a_labelled_region_and_its_headings_have_a_scope(
    page: str,
) -> None:
    outline = Outline(page)
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all(one.get("scope") in {"row", "col"} for one in outline.all("th"))
    regions = [one for one in outline.all("div") if one.get("role") == "region"]
    assert len(regions) == len(outline.all("table"))
    assert all(one["tabindex"] == "0" for one in regions)


def test_headings_skip_no_level(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(page).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_page_fetches_nothing_and_runs_no_script(page: str) -> None:
    outline = Outline(page)
    assert outline.all("script") == outline.all("link") == []
    assert all(str(one["src"]).startswith("data:image/png;base64,") for one in outline.all("img"))
    assert "url(" not in page
    assert "@import" not in page


def test_the_text_of_a_post_is_shown_as_text(page: str) -> None:
    assert "Share &lt;script&gt;alert(1)&lt;/script&gt; what is needed &amp; keep a" in page


def test_charts_may_be_served_from_elsewhere(report: Report) -> None:
    sources = {"reach": "/r.png", "partners": "/p.png"}
    page = render_page(report, draw_charts(report), sources=sources)
    assert [one["src"] for one in Outline(page).all("img")] == ["/r.png", "/p.png"]


def test_a_missing_figure_is_a_dash_or_a_reason_and_never_zero(page: str) -> None:
    row = next(line for line in page.splitlines() if '<th scope="row">ico-bluesky' in line)
    assert "not read yet" in row
    assert ">0<" not in row


def test_the_four_tiles_say_the_figure_and_how_it_is_known(report: Report) -> None:
    found = {tile.name: (tile.figure, tile.quality) for tile in tiles(report)}
    assert found == {
        "Posts live": ("4 of 4", "Counted"),
        "Times shown": ("48,210", "Measured"),
        "People newly reached": ("18,000 to 31,000", "True bounds"),
        "Engagement rate": ("\N{EN DASH}", "No figure"),
    }


def test_chart_titles_say_the_message(report: Report) -> None:
    assert trend_words(report).title == "Posts were shown 48,210 times"
    assert reach_words(report).title == "18,000 to 31,000 people newly reached"
    assert partner_words(report).title == "Times shown by partner"
    assert "National Day Nurseries Association: no figure" in partner_words(report).alt


def test_charts_of_one_report_are_the_same_bytes_and_carry_no_date(report: Report) -> None:
    first, second = draw_charts(report), draw_charts(report)
    assert [one.png for one in first] == [one.png for one in second]
    assert [one.titled_png for one in first] == [one.titled_png for one in second]
    assert b"tEXt" not in first[0].png
    assert b"tIME" not in first[0].png


def test_a_banner_is_drawn_on_every_chart(report: Report) -> None:
    plain, marked = draw_charts(report), draw_charts(report, BANNER)
    for before, after in zip(plain, marked, strict=True):
        assert before.png != after.png
        assert before.titled_png != after.titled_png


def test_a_week_without_anything_still_gives_a_page() -> None:
    report = World().report()
    page = render_page(report, draw_charts(report))
    assert "In week 3 no post was planned and none was live." in page
    assert "No post with so many this week." in page
    assert "Nothing of this week is safe to quote yet." in page


def test_files_carry_the_week_in_their_names(report: Report, tmp_path: Path) -> None:
    paths = write_report(report, tmp_path / "new" / "folder", WRITERS).paths
    assert [path.name for path in paths] == [
        "report-2027-W03.html",
        "report-2027-W03-reach.png",
        "report-2027-W03-partners.png",
        "report-2027-W03.pdf",
        "report-2027-W03.csv",
        "report-2027-W03-figures.csv",
        "report-2027-W03.xlsx",
        "report-2027-W03.json",
    ]
    assert sorted((tmp_path / "new" / "folder").iterdir()) == sorted(paths)


def test_the_same_report_gives_the_same_files(report: Report, tmp_path: Path) -> None:
    first = write_report(report, tmp_path / "a", WRITERS, banner=BANNER).paths
    second = write_report(report, tmp_path / "b", WRITERS, banner=BANNER).paths
    different = [
        one.name
        for one, other in zip(first, second, strict=True)
        if one.read_bytes() != other.read_bytes()
    ]
    assert different == []


def test_a_format_that_nobody_knows_is_refused_before_anything_is_written(
    report: Report, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match="writes html, pdf, csv, xlsx, json; it cannot write doc"):
        write_report(report, tmp_path / "out", ["html", "doc"])
    assert not (tmp_path / "out").exists()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_has_a_line_for_every_gain_and_empty_cells_for_missing_numbers(
    report: Report,
) -> None:
    rows = read_csv(gains_csv(report))
    assert len(rows) == len(report.gains)
    known = next(row for row in rows if row["net"] == "48210")
    assert (known["week"], known["method"], known["reason"]) == ("2027-W03", "observed", "")
    missing = next(row for row in rows if row["channel"] == "ico-bluesky")
    assert (missing["net"], missing["reason"]) == ("", "not offered by the network")


def test_the_csv_without_gains_still_has_its_columns() -> None:
    assert gains_csv(World().report()).startswith("week,delivery,post,channel,partner,network,")


def test_every_field_of_a_gain_is_a_column(report: Report) -> None:
    assert tuple(gains_values(report)[0]) == GAIN_FIELDS


def test_a_banner_stands_on_the_page_in_every_line_and_in_the_json(
    report: Report, tmp_path: Path
) -> None:
    made = write_report(report, tmp_path, ["html", "csv", "json"], banner=BANNER)
    html, _, _, table, _, values = made.paths
    page = html.read_text(encoding="utf-8")
    assert f'<aside class="banner" aria-label="Important">{BANNER}</aside>' in page
    rows = read_csv(table.read_text(encoding="utf-8-sig"))
    assert {row["banner"] for row in rows} == {BANNER}
    assert json.loads(values.read_text(encoding="utf-8"))["banner"] == BANNER


def test_interpolated_values_keep_their_decimals_in_files() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-24 22:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-25 01:00"): 100})
    (row,) = [row for row in read_csv(gains_csv(world.report())) if row["net"]]
    assert row["net"] == "66.667"
    assert (row["lower"], row["upper"], row["method"]) == ("0", "100", "interpolated")
