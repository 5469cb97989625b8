"""`campaign calendar` and `import-calendar`: out as a table, edited by people, and back."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream

from tests.campaign.cli.shell import Answering, Shell
from tests.campaign.office import MONDAY, Office

X, BLUESKY = "law-helps/ico-x/1", "law-helps/ico-bluesky/1"
ENTRIES = """\
  # Launch: nobody moves this without Ama.
  - post: law-helps
    at: 2027-01-12 08:30    # before the news at nine
    send_to: [ico-x,   ico-mastodon, ico-bluesky]
    stagger: 10m

  # For the police.
  - post: second
    at: "2027-01-13 10:00"
    send_to:
      - npcc-linkedin
      - ico-mastodon
  - post: second
    id: evergreen
    at: 2027-01-20 11:00
    every: 4 weeks
    send_to: [ico-mastodon]
# The end.
"""
Rows = list[dict[str, str]]


@pytest.fixture
def planned(office: Office, campaign: Shell) -> Shell:
    office.write_post("second", "---\nnote: '=HYPERLINK(1)'\n---\n=1+1 is no formula.\n")
    office.write_schedule(ENTRIES)
    return campaign


def table(campaign: Shell, name: str = "cal.csv") -> Rows:
    campaign.fine("calendar", "--out", str(campaign.folder / name))
    text = (campaign.folder / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def write(campaign: Shell, rows: Rows) -> str:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = campaign.folder / "edited.csv"
    file.write_bytes(target.getvalue().encode())
    return str(file)


def schedule(campaign: Shell) -> str:
    return (campaign.folder / "schedule.yaml").read_text("utf-8")


def named(rows: Rows, row_id: str) -> dict[str, str]:
    (found,) = [one for one in rows if one["id"] == row_id]
    return found


def test_the_table_has_a_row_for_each_delivery_and_no_formula(planned: Shell) -> None:
    rows = table(planned)
    assert [one["id"] for one in rows[:5]] == [
        X, "law-helps/ico-mastodon/1", BLUESKY, "second/ico-mastodon/1",
        "second/npcc-linkedin/1",
    ]  # fmt: skip
    row = named(rows, "second/npcc-linkedin/1")
    assert row["local date and time"] == "2027-01-13 10:00"
    assert row["variant text"] == "'=1+1 is no formula."
    assert row["notes"] == "'=HYPERLINK(1)"
    assert row["status"] == "not applied"
    assert row["evergreen"] == "no"
    assert not any(cell.startswith("=") for one in rows for cell in one.values())


def test_in_a_workbook_a_formula_is_a_text(planned: Shell) -> None:
    file = planned.folder / "cal.xlsx"
    planned.fine("calendar", "--out", str(file))
    sheet = openpyxl.load_workbook(file).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=1+1 is no formula." in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("name", ["cal.csv", "cal.xlsx"])
def test_what_comes_back_unchanged_changes_no_letter(planned: Shell, name: str) -> None:
    before = schedule(planned)
    file = planned.folder / name
    planned.fine("calendar", "--out", str(file))
    said = planned.fine("import-calendar", str(file), "--yes")
    assert said.lines == ["Nothing to change: the schedule says the same already."]
    assert schedule(planned) == before


def test_a_move_changes_one_time_and_keeps_every_comment(planned: Shell) -> None:
    rows, before = table(planned), schedule(planned)
    for one in rows:
        if one["entry"] == "law-helps":
            one["local date and time"] = one["local date and time"].replace("08:", "09:")
    said = planned.fine("import-calendar", write(planned, rows), "--yes")
    assert "  + 2027-01-12 09:30  law-helps/ico-x/1" in said.lines
    assert schedule(planned) == before.replace("2027-01-12 08:30", "2027-01-12 09:30")
    assert named(table(planned), BLUESKY)["local date and time"] == "2027-01-12 09:50"


def test_a_workbook_may_hold_a_real_date(planned: Shell) -> None:
    file = planned.folder / "cal.xlsx"
    planned.fine("calendar", "--out", str(file), "--partner", "npcc")
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("local date and time") + 1
    sheet.cell(2, column, datetime(2027, 1, 14, 10, 0))  # noqa: DTZ001 - as Excel has it
    other = [cell.value for cell in sheet[1]].index("entry") + 1
    sheet.cell(2, other, "police")
    book.save(file)
    before = schedule(planned)
    planned.fine("import-calendar", str(file), "--yes")
    assert schedule(planned) == before.replace(
        "    send_to:\n      - npcc-linkedin\n      - ico-mastodon\n",
        "    send_to:\n      [ico-mastodon]\n",
    ).replace(
        "    send_to: [ico-mastodon]\n# The end.",
        "    send_to: [ico-mastodon]\n\n  - post: second\n    id: police\n"
        "    at: 2027-01-14 10:00\n    send_to: [npcc-linkedin]\n# The end.",
    )


def test_rows_that_are_not_there_stay_and_what_goes_has_to_be_said(planned: Shell) -> None:
    rows, before = table(planned), schedule(planned)
    planned.fine("import-calendar", write(planned, rows[:1]), "--yes")
    assert schedule(planned) == before
    for one in rows:
        one["change"] = "remove" if one["entry"] == "second" else ""
    said = planned.fine("import-calendar", write(planned, rows), "--yes")
    after = schedule(planned)
    assert "  - post: second\n    at:" not in after
    assert "# For the police." in after
    assert "id: evergreen" in after
    assert said.lines[-1].endswith("Next: campaign plan, then campaign apply")


def test_a_new_row_is_a_new_entry(planned: Shell) -> None:
    rows = table(planned)
    for minute, channel in ((0, "ico-bluesky"), (15, "ico-mastodon")):
        rows.append(
            dict.fromkeys(rows[0], "")
            | {"entry": "again", "post": "law-helps", "account": channel}
            | {"local date and time": f"2027-02-02 10:{minute:02}"}
        )
    planned.fine("import-calendar", write(planned, rows), "--yes")
    assert (
        "\n  - post: law-helps\n    id: again\n    at: 2027-02-02 10:00\n"
        "    send_to: [ico-bluesky, ico-mastodon]\n    stagger: 15m\n"
    ) in schedule(planned)


def _time(text: str) -> Callable[[Rows], object]:
    return lambda rows: rows[0].update({"local date and time": text})


BAD: dict[str, tuple[Callable[[Rows], object], str]] = {
    "no-time": (_time("soon"), r"edited.csv:2:24: local date and time: “soon” is no date and time"),
    "no-such-hour": (_time("2027-01-12 25:00"), r"2:24: .*“25:00” is on no clock"),
    "alone": (_time("2027-01-12 09:00"), r"3:24: .*goes out as one, its channels 10m apart"),
    "text": (lambda rows: rows[1].update({"variant text": "x"}), r"3:16: variant text: is not"),
    "boost": (lambda rows: rows[0].update({"boost budget and code": "£9"}), r"2:33: .*keeps this"),
    "post": (lambda rows: rows[0].update({"post": "second"}), r"2:5: post: belongs to “law-helps/"),
    "twice": (lambda rows: rows.append(rows[0]), r"“law-helps/ico-x/1” stands twice in this file"),
    "gone": (lambda rows: rows[0].update({"id": "a/b/1"}), r"2:2: id: “a/b/1” is not in"),
    "change": (lambda rows: rows[0].update({"change": "delete"}), r"2:1: change: “delete” is no"),
    "series": (
        lambda rows: rows[-1].update({"change": "remove"}),
        r"“evergreen” runs again and again; change it in schedule.yaml",
    ),
    "channel": (
        lambda rows: rows.append({**rows[0], "id": "", "entry": "new", "account": "ico-tiktok"}),
        r"account: there is no channel “ico-tiktok”",
    ),
    "post-that-says-more": (
        lambda rows: rows.append(
            {**rows[0], "id": "", "entry": "new", "post": "law-helps\nrules: {approval: none}"}
        ),
        r"post: “law-helps\nrules: {approval: none}” is no id",
    ),
    "entry-that-says-more": (
        lambda rows: rows[0].update({"entry": "x\nrules: {approval: none}"}),
        r"entry: “x\nrules: {approval: none}” is no id",
    ),
    "there-already": (
        lambda rows: rows.append({**rows[0], "id": "", "variant text": ""}),
        r"entry: “law-helps” is there already; give new rows an entry of their own",
    ),
    "middle": (
        lambda rows: rows[1].update({"change": "remove"}),
        r"ico-bluesky would be at 2027-01-12 08:40; say so",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_told_with_row_and_column_and_nothing_is_written(
    planned: Shell, name: str
) -> None:
    rows, before = table(planned), schedule(planned)
    change, says = BAD[name]
    change(rows)
    planned.fails("import-calendar", write(planned, rows), "--yes", code=3, says=says)
    assert schedule(planned) == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "this file is empty"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"PK\x03\x04broken", "is no workbook that can be read"),
        (b"a,b\n1,2\n", "there is no column “id”"),
        (b"id,post,account,local date and time,colour\n", "unknown column “colour”"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(planned: Shell, content: bytes, says: str) -> None:
    file = planned.folder / "bad.csv"
    file.write_bytes(content)
    planned.fails("import-calendar", str(file), "--yes", code=3, says=says)


def test_what_the_schedule_would_refuse_is_not_written(planned: Shell) -> None:
    rows, before = table(planned), schedule(planned)
    for one in rows:
        if one["entry"] == "second":
            one["local date and time"] = "2026-01-13 10:00"
    file = write(planned, rows)
    planned.fails("import-calendar", file, "--yes", code=3, says="schedule.yaml:.*outside|before")
    assert schedule(planned) == before


def test_without_a_yes_nothing_is_written(planned: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, before = table(planned), schedule(planned)
    for one in rows[:3]:
        one["local date and time"] = one["local date and time"].replace("-12 ", "-19 ")
    assert planned("import-calendar", write(planned, rows)).code == 2
    monkeypatch.setattr("sys.stdin", Answering("n\n"))
    assert "nothing was changed" in planned("import-calendar", write(planned, rows)).err
    assert schedule(planned) == before


def feed(campaign: Shell, *more: str) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(campaign.fine("calendar", "--ics", *more).out)


def test_a_moved_delivery_keeps_its_name_in_calendars_and_counts_up(
    office: Office, planned: Shell
) -> None:
    planned.fine("apply", "--yes", "--as", "ama")
    before = {event.uid: event for event in feed(planned).events}
    assert before[f"{X}@think-check-share.campaign-desk"].dtstart == datetime(
        2027, 1, 12, 8, 30, tzinfo=UTC
    )
    office.clock.move_to(MONDAY + timedelta(hours=1))
    office.write_schedule(ENTRIES.replace("08:30", "09:30"))
    planned.fine("apply", "--yes", "--as", "ama")
    after = {event.uid: event for event in feed(planned).events}
    assert set(after) == set(before)
    moved, stayed = f"{X}@think-check-share.campaign-desk", "second/npcc-linkedin/1"
    assert (after[moved].sequence or 0) > (before[moved].sequence or 0)
    assert after[moved].last_modified == datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
    stayed = f"{stayed}@think-check-share.campaign-desk"
    assert after[stayed].sequence == before[stayed].sequence


def test_feeds_show_what_may_be_seen_and_no_more(office: Office, planned: Shell) -> None:
    sealed = "---\nembargo_until: 2027-01-12 12:00\n---\nSecret for now.\n"
    office.write_post("second", sealed)
    planned.fine("apply", "--yes", "--as", "ama")
    assert feed(planned, "--partner", "npcc").events == []
    team = {event.uid.partition("@")[0]: event for event in feed(planned).events}
    assert team["second/npcc-linkedin/1"].summary == "Under embargo until 2027-01-12 12:00"
    assert "Secret" not in planned.fine("calendar", "--ics").out
    planned.fine("approve", "--all", "--yes", "--as", "ben")
    assert feed(planned, "--partner", "npcc").events == []
    office.clock.move_to(datetime(2027, 1, 12, 12, 0, tzinfo=UTC))
    (event,) = feed(planned, "--partner", "npcc").events
    assert event.summary == "Second (npcc-linkedin)"
    assert "Secret for now." in (event.description or "")
    planned.fine("stop", "--partner", "npcc", "--reason", "mourning", "--as", "ben")
    assert feed(planned, "--partner", "npcc").events == []


def test_a_name_that_is_no_calendar_is_asked_for_again(planned: Shell, tmp_path: Path) -> None:
    planned.fails("calendar", code=2, says="name a file with --out FILE.csv")
    planned.fails("calendar", "--out", str(tmp_path / "a.pdf"), code=2, says="ends in .csv")
