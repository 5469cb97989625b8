import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from tests.campaign.cli.conftest import open_office, shell_of
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, ENTRY, Office

LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"
PACK = "law-helps/npcc-linkedin/1"
HEAD = "channel,post,observed_at,metric,value\n"
ROW = "npcc-linkedin,law-helps,2027-01-14 09:00,impressions,1200\n"

REPORT = {
    "campaign",
    "week",
    "from",
    "to",
    "as_of",
    "headline",
    "gains",
    "totals",
    "reach",
    "partners",
    "caveats",
}
GAIN = {
    "delivery",
    "post",
    "channel",
    "partner",
    "metric",
    "net",
    "gross",
    "correction",
    "method",
    "lower",
    "upper",
    "provisional",
    "definition",
    "read_from",
    "read_to",
    "evidence",
    "reason",
}


@pytest.fixture(scope="module")
def lived_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a week is over: the post is out and was read, on LinkedIn by hand."""
    folder = tmp_path_factory.mktemp("week")
    with open_office(folder) as office:
        live_through_the_week(office, shell_of(office))
    return folder


@pytest.fixture
def week_over(lived_week: Path, tmp_path: Path) -> Shell:
    """`campaign ARGS` in a copy of that folder, on the Monday after the week."""
    folder = shutil.copytree(lived_week, tmp_path / "week")
    clock = SteppedClock(DUE.replace(day=18))
    return Shell(Place(folder=folder, clock=clock, environment={}))


def live_through_the_week(office: Office, campaign: Shell) -> None:
    office.write_schedule(ENTRY.replace("[network:x,", "[npcc-linkedin, network:x,"))
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE)
    campaign.fine("publish")
    campaign.fine(
        *("record", "npcc-linkedin", "law-helps", "--url", LINKEDIN),
        *("--published-at", "2027-01-12 08:30"),
    )
    for age in (timedelta(days=1, hours=1), timedelta(days=5, hours=14, minutes=35)):
        office.clock.move_to(DUE + age)
        campaign.fine("collect")


def write(campaign: Shell, text: str, name: str = "npcc.csv") -> Path:
    file = campaign.folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_weeks_report_as_json_has_the_promised_keys(week_over: Shell) -> None:
    report = week_over.fine("report", "--format", "json").json()
    assert report.keys() >= REPORT
    assert (report["campaign"], report["week"]) == ("think-check-share", "2027-W02")
    assert (report["from"], report["to"], report["as_of"]) == (
        "2027-01-11T00:00:00Z",
        "2027-01-18T00:00:00Z",
        "2027-01-18T08:30:00Z",
    )
    for gain in report["gains"]:
        assert gain.keys() >= GAIN
        for name in ("read_from", "read_to"):
            assert gain[name] is None or gain[name].endswith("Z")
    for total in report["totals"]:
        assert total.keys() >= {"metric", "net", "gross", "correction", "method", "coverage"}
    assert report["reach"].keys() >= {"lower", "upper", "universe", "models", "without"}
    assert report["reach"]["universe"] == 500000


def test_a_missing_number_is_null_and_says_why_and_a_read_one_says_from_when(
    week_over: Shell,
) -> None:
    report = week_over.fine("report", "--format", "json").json()
    gains = {(one["channel"], one["metric"]): one for one in report["gains"]}
    by_hand = gains["npcc-linkedin", "impressions"]
    assert by_hand["net"] is None
    assert by_hand["reason"]
    on_x = gains["ico-x", "impressions"]
    assert on_x["net"] > 0
    assert on_x["reason"] is None
    assert on_x["evidence"] == "api"


def test_numbers_that_a_partner_reports_stand_in_the_report(week_over: Shell) -> None:
    # An hour before the week ends, so that it counts as the value at its boundary.
    text = HEAD + ROW.replace("2027-01-14 09:00", "2027-01-17 23:00")
    file = write(week_over, text)
    said = week_over.fine("import-metrics", str(file), "--as", "ama")
    assert said.out == "1 number taken in, 0 corrected, 0 known already.\n"
    report = week_over.fine("report", "--format", "json").json()
    (gain,) = [
        one
        for one in report["gains"]
        if (one["channel"], one["metric"]) == ("npcc-linkedin", "impressions")
    ]
    assert (gain["net"], gain["evidence"], gain["delivery"]) == (1200, "upload", PACK)


def test_the_same_file_changes_nothing_and_a_new_count_corrects(week_over: Shell) -> None:
    file = write(week_over, HEAD + ROW)
    week_over.fine("import-metrics", str(file))
    again = week_over.fine("import-metrics", str(file))
    assert again.out == "0 numbers taken in, 0 corrected, 1 known already.\n"
    write(week_over, HEAD + ROW.replace("1200", "1300"))
    corrected = week_over.fine("import-metrics", str(file))
    assert corrected.out == "0 numbers taken in, 1 corrected, 0 known already.\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "1"),
        (HEAD, "2"),
        ("channel,post\nx,y\n", "1"),
        (HEAD + "npcc-linkedin,law-helps,2027-01-14 09:00,impressions\n", "2"),
        (HEAD + ROW + ROW, "3"),
        (HEAD + ROW.replace("npcc-linkedin", "npcc-x"), "2"),
        (HEAD + ROW.replace("law-helps", "nothing"), "2"),
        (HEAD + ROW.replace("2027-01-14 09:00", "soon"), "2"),
        (HEAD + ROW.replace("2027-01-14 09:00", "2027-03-14 09:00"), "2"),
        (HEAD + ROW.replace("impressions", "likes"), "2"),
        (HEAD + ROW.replace("1200", "-1"), "2"),
        (HEAD + ROW.replace("1200", "1.200"), "2"),
        (HEAD + ROW.replace("1200", ""), "2"),
        (HEAD + ROW.replace("npcc-linkedin", "ico-x"), "2"),
        (HEAD + '"npcc-linkedin', "2"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole_with_the_line(
    week_over: Shell, text: str, line: str
) -> None:
    file = write(week_over, text)
    says = f"^({file}:{line}: .+\n)+Nothing of {file} was stored.\n$"
    week_over.fails("import-metrics", str(file), code=1, says=says)


def test_one_wrong_row_keeps_the_right_ones_out(week_over: Shell) -> None:
    file = write(week_over, HEAD + ROW + ROW.replace("1200", "many").replace("-14", "-15"))
    week_over.fails("import-metrics", str(file), code=1, says=f"{file}:3: ")


def test_a_file_that_is_none_is_refused(week_over: Shell) -> None:
    folder = week_over.folder
    missing = folder / "missing.csv"
    week_over.fails("import-metrics", str(missing), code=1, says="cannot be read: No such file")
    week_over.fails("import-metrics", str(folder), code=1, says="cannot be read: Is a directory")
    (folder / "excel.csv").write_bytes("Büro".encode("utf-16"))
    says = "is not UTF-8 text; save it as “CSV UTF-8”"
    week_over.fails("import-metrics", str(folder / "excel.csv"), code=1, says=says)


def test_the_report_is_written_as_files_named_by_week(week_over: Shell) -> None:
    out = week_over.folder / "reports" / "new"
    said = week_over.fine("report", "--format", "csv, json,csv", "--out", str(out))
    assert said.lines == [
        f"{out}/report-2027-W02.csv",
        f"{out}/report-2027-W02-figures.csv",
        f"{out}/report-2027-W02.json",
    ]
    kept = json.loads((out / "report-2027-W02.json").read_text(encoding="utf-8"))
    assert kept == week_over.fine("report", "--format", "json").json()


def test_the_page_is_written_with_its_charts(week_over: Shell) -> None:
    out = week_over.folder / "reports"
    said = week_over.fine("report", "--out", str(out))
    assert said.lines[0] == f"{out}/report-2027-W02.html"
    for line in said.lines:
        assert Path(line).stat().st_size > 0


@pytest.mark.parametrize("week", ["2027-W02", "2027-01-11", "2027-01-17", "last"])
def test_a_week_is_named_by_its_number_a_day_or_the_word_last(week_over: Shell, week: str) -> None:
    shown = week_over.fine("report", "--week", week, "--format", "json").json()
    assert shown["week"] == "2027-W02"


@pytest.mark.parametrize("week", ["2026-W50", "2027-W30"])
def test_a_week_without_posts_is_an_honest_report_of_nothing(week_over: Shell, week: str) -> None:
    shown = week_over.fine("report", "--week", week, "--format", "json").json()
    assert shown["gains"] == []
    assert {one["net"] for one in shown["totals"]} <= {None}
    assert (shown["reach"]["lower"], shown["reach"]["upper"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--week", "soon"], "--week: 'soon' is no week: write it like 2027-W03, as a day such as"),
        (["--week", "2027-W54"], "--week: '2027-W54' is no week"),
        (["--week", "2027-02-30"], "--week: '2027-02-30' is no week"),
        (["--week", "9999-W52"], "--week: 9999-W52 lies outside the years 2000 to 2199"),
        (["--week", "0001-W01"], "--week: 0001-W01 lies outside the years 2000 to 2199"),
        (["--format", "doc"], "--format doc is unknown; use html, pdf, csv, xlsx, json"),
        (["--format", "docx"], "--format docx is unknown; use html, pdf, csv, xlsx, json"),
        (["--format", " , "], "--format names none; use html, pdf, csv, xlsx, json"),
        (["--format", "csv"], "name a folder with --out, or give --format json"),
        ([], "name a folder with --out, or give --format json"),
    ],
)
def test_a_report_that_cannot_be_meant_is_refused(
    week_over: Shell, arguments: list[str], says: str
) -> None:
    more = [] if "--format" in arguments or not arguments else ["--format", "json"]
    week_over.fails("report", *arguments, *more, code=2, says=says)


def test_a_report_is_not_written_over_a_file_that_is_no_folder(week_over: Shell) -> None:
    file = write(week_over, "keep me", "letter.txt")
    says = f"{file}: .*; is this path right, and may you use it"
    week_over.fails("report", "--format", "json", "--out", str(file), code=1, says=says)
    assert file.read_text(encoding="utf-8") == "keep me"
