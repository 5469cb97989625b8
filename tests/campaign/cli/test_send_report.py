"""The weekly report from the clock to its readers: released once, corrected openly, told of."""

import hashlib
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.cli.reports_clock import tick
from campaign.cli.session import open_session
from campaign.clock import SteppedClock
from tests.campaign.cli.conftest import open_office, shell_of
from tests.campaign.cli.shell import Shell
from tests.campaign.cli.test_numbers import HEAD, ROW, live_through_the_week, write
from tests.campaign.mailing.mailbox import DROP_AFTER, Mailbox, open_mailbox

TUESDAY = datetime(2027, 1, 19, 7, 30, tzinfo=UTC)
LEARNT = "Ask partners for numbers by Monday."
REPORTING = """\
report:
  released_by: ama
  deputies:
    - {person: cat, from: 2027-01-18, until: 2027-01-22}
people:
  ama: {name: Ama, roles: [author], email: ama@ico.example}
  ben: {name: Ben, roles: [approver, legal]}
  cat: {name: Cat, roles: [approver], email: cat@ico.example}
  dana: {name: Dana, roles: [reader], email: dana@ico.example}
  frank: {name: Frank, roles: [reader], email: frank@ico.example}
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    with open_office(folder) as office:
        campaign = shell_of(office)
        live_through_the_week(office, campaign)
        file = folder / "schedule.yaml"
        text = file.read_text(encoding="utf-8")
        people = re.compile(r"people:\n(  .*\n)+")
        file.write_text(people.sub(REPORTING, text), encoding="utf-8")
        campaign.fine("apply", "--yes", "--as", "ama")
    return folder


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.fixture
def campaign(lived: Path, tmp_path: Path, mailbox: Mailbox) -> Shell:
    """`campaign ARGS` on the Tuesday after the week, with a mail server."""
    folder = shutil.copytree(lived, tmp_path / "week")
    mail = {"CAMPAIGN_MAIL_SERVER": mailbox.address, "CAMPAIGN_MAIL_FROM": "desk@ico.example"}
    return Shell(Place(folder=folder, clock=SteppedClock(TUESDAY), environment=mail))


def release(campaign: Shell, *more: str) -> list[str]:
    return campaign.fine("send-report", "--as", "ama", "--learning", LEARNT, *more).lines


def ring(campaign: Shell) -> None:
    with open_session(campaign.place) as session:
        tick(session)


def at(campaign: Shell, instant: datetime) -> Shell:
    return Shell(replace(campaign.place, clock=SteppedClock(instant)))


def sent_folder(campaign: Shell) -> dict[str, str]:
    folder = campaign.folder / "reports" / "sent"
    return {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(folder.iterdir())
    }


def test_the_report_goes_once_to_every_reader_and_stands_as_files(
    campaign: Shell, mailbox: Mailbox
) -> None:
    lines = release(campaign)
    assert lines[-1] == "2 e-mails sent: dana, frank"
    assert sorted(mailbox.to()) == ["dana@ico.example", "frank@ico.example"]
    assert list(sent_folder(campaign)) == [
        "report-2027-W02-figures.csv",
        "report-2027-W02.csv",
        "report-2027-W02.html",
        "report-2027-W02.json",
        "report-2027-W02.pdf",
        "report-2027-W02.xlsx",
    ]
    message = mailbox.message()
    assert "week 2: 11 to 17 January 2027" in message["Subject"]
    text = mailbox.text()
    assert "In week 2 posts were shown" in text
    assert f"What we learned: {LEARNT} (Ama)" in text
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["report-2027-W02.html", "report-2027-W02.pdf"]


def test_pressing_again_sends_nothing_and_changes_no_file(
    campaign: Shell, mailbox: Mailbox
) -> None:
    release(campaign)
    before = sent_folder(campaign)
    again = campaign.fine("send-report", "--as", "cat", "--learning", "Something else.")
    assert "2027-W02: released by ama on Tuesday 19 January 2027, 07:30." in again.err
    assert len(mailbox.arrived) == 2
    assert sent_folder(campaign) == before


def test_without_a_sentence_nothing_is_released(campaign: Shell, mailbox: Mailbox) -> None:
    result = campaign("send-report", "--as", "ama")
    assert result.code == 1
    assert "nobody has written what was learned in week 2" in result.err
    assert mailbox.arrived == []
    campaign.fine("report", "note", LEARNT, "--as", "cat")
    assert campaign.fine("send-report", "--as", "ama").lines[-1] == "2 e-mails sent: dana, frank"


def test_only_the_named_person_or_the_deputy_of_the_day_releases(campaign: Shell) -> None:
    result = campaign("send-report", "--as", "ben", "--learning", LEARNT)
    assert (result.code, result.out) == (1, "")
    assert "the report is released by ama or cat today, not by ben" in result.err
    later = at(campaign, TUESDAY + timedelta(days=7))
    result = later("send-report", "--week", "2027-W02", "--as", "cat", "--learning", LEARNT)
    assert "the report is released by ama today, not by cat" in result.err


def test_without_a_mail_server_nothing_is_released_unless_files_are_enough(
    campaign: Shell,
) -> None:
    bare = campaign.without_environment("CAMPAIGN_MAIL")
    result = bare("send-report", "--as", "ama", "--learning", LEARNT)
    assert "no mail server is set" in result.err
    assert release(bare, "--file-only")[-1] == "No e-mail: files alone."


def test_the_clock_prepares_on_tuesday_and_tells_who_may_release(
    campaign: Shell, mailbox: Mailbox
) -> None:
    ring(at(campaign, TUESDAY - timedelta(hours=1)))
    assert mailbox.arrived == []
    ring(campaign)
    ring(campaign)
    assert mailbox.to() == ["ama@ico.example", "cat@ico.example"]
    assert mailbox.message()["Subject"] == "To release: Think. Check. Share. week 2"
    assert "campaign send-report --week 2027-W02" in mailbox.text()


def test_what_was_prepared_is_what_is_released(campaign: Shell, mailbox: Mailbox) -> None:
    ring(campaign)
    noon = at(campaign, TUESDAY + timedelta(hours=2))
    noon.fine("import-metrics", str(write(campaign, HEAD + ROW)))
    release(noon)
    text = mailbox.text(2)
    assert "As known on 19 January 2027" in text
    assert "1,200" not in text


def test_both_are_told_once_when_nobody_has_released_by_noon(
    campaign: Shell, mailbox: Mailbox
) -> None:
    ring(campaign)
    for hour in (4, 5, 6):
        ring(at(campaign, TUESDAY + timedelta(hours=hour)))
    # Half past eleven is not noon yet; half past twelve is, and half past one is no second time.
    assert mailbox.to() == [f"{who}@ico.example" for who in ("ama", "cat", "ama", "cat")]
    assert mailbox.message(2)["Subject"] == "Not released yet: Think. Check. Share. week 2"


def test_a_report_that_was_released_in_time_is_not_reminded_of(
    campaign: Shell, mailbox: Mailbox
) -> None:
    release(campaign)
    ring(at(campaign, TUESDAY + timedelta(hours=6)))
    assert sorted(mailbox.to()) == ["dana@ico.example", "frank@ico.example"]


def test_a_corrected_report_goes_to_the_same_readers_and_says_first_what_changed(
    campaign: Shell, mailbox: Mailbox
) -> None:
    release(campaign)
    before = sent_folder(campaign)
    later = at(campaign, TUESDAY + timedelta(days=1))
    later.fine("import-metrics", str(write(campaign, HEAD + ROW)))
    shown = later.fine("report", "--week", "2027-W02", "--format", "json").json()
    (restated,) = [one for one in shown["restated"] if one["figure"] == "times shown"]
    assert restated["reason"] == "numbers that came later: npcc-linkedin"
    later.fine("report", "reissue", "--reason", "NPCC's numbers came late", "--as", "ama")
    with sqlite3.connect(campaign.folder / "campaign.db") as connection:
        told = list(connection.execute("SELECT who, what, about, words FROM deed"))
    assert told[-3:] == [
        ("ama", "wrote learning", "2027-W02", ""),
        ("ama", "released report", "2027-W02/1", ""),
        ("ama", "corrected report", "2027-W02/2", "NPCC's numbers came late"),
    ]
    assert sorted(mailbox.to()[2:]) == ["dana@ico.example", "frank@ico.example"]
    message = mailbox.message(2)
    assert message["Subject"].startswith("Corrected")
    first = mailbox.text(2).splitlines()[0]
    assert first.startswith(f"Corrected report. Times shown: was {restated['was']}, is ")
    assert first.endswith(
        "Reason: NPCC's numbers came late. It replaces the report sent on 19 January 2027."
    )
    after = sent_folder(campaign)
    assert {name: after[name] for name in before} == before
    assert "report-2027-W02-corrected-2.pdf" in after


def test_the_next_weeks_report_says_what_was_restated(campaign: Shell) -> None:
    release(campaign)
    later = at(campaign, TUESDAY + timedelta(days=7))
    later.fine("import-metrics", str(write(campaign, HEAD + ROW)))
    shown = later.fine("report", "--week", "2027-W03", "--format", "json").json()
    assert {(one["week"], one["figure"]) for one in shown["restated"]} >= {
        ("2027-W02", "times shown")
    }


def test_nothing_is_corrected_where_no_figure_changed_or_none_was_sent(campaign: Shell) -> None:
    result = campaign("report", "reissue", "--reason", "a slip", "--as", "ama")
    assert "no report of week 2 has been sent yet" in result.err
    release(campaign)
    result = campaign("report", "reissue", "--reason", "a slip", "--as", "ama")
    assert (result.code, "no figure of week 2 is another" in result.err) == (1, True)


def test_a_letter_of_unknown_fate_is_told_of_and_settled_by_a_person(
    campaign: Shell, mailbox: Mailbox
) -> None:
    mailbox.answers = [DROP_AFTER]
    lines = release(campaign)
    assert lines[-2:] == ["1 e-mail sent: frank", "1 e-mail unknown: dana"]
    ring(campaign)
    assert mailbox.to() == ["dana@ico.example", "frank@ico.example", "ama@ico.example"]
    assert "2027-W02/1/report/dana" in mailbox.text(2)
    rows = campaign.fine("report", "sent", "--json").json()["letters"]
    assert {one["letter"]: one["state"] for one in rows}["2027-W02/1/report/dana"] == "unknown"
    campaign.fine("report", "settle", "2027-W02/1/report/dana", "--arrived", "--as", "ama")
    again = campaign("report", "settle", "2027-W02/1/report/dana", "--again", "--as", "ama")
    assert "is sent; there is nothing to settle" in again.err
    assert len(mailbox.arrived) == 3


def test_a_sentence_that_has_no_room_on_the_page_is_refused(campaign: Shell) -> None:
    result = campaign("report", "note", "word " * 60, "--as", "ama")
    assert (result.code, "the page has room for 240" in result.err) == (1, True)
    assert campaign.fine("report", "note", "", "--ask", "--as", "ama").lines == [
        "What is needed from readers in 2027-W02 is taken back."
    ]
