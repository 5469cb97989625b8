"""Whatever is wrong, a person reads one sentence and the database is as it was."""

import json
import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.store import backends
from tests.campaign.cli.shell import Shell
from tests.campaign.office import ENTRY, MONDAY, Office

X = "law-helps/ico-x/1"

# One line of arguments for every command that reads the campaign.
EVERY_COMMAND = [
    ["status"],
    ["log", X],
    ["doctor"],
    ["check"],
    ["preview"],
    ["plan"],
    ["apply", "--yes"],
    ["approve", X, "--yes"],
    ["reject", X, "--reason", "no"],
    ["accept", X, "--partner", "ico"],
    ["settle", X, "--not-published"],
    ["decide", X, "--drop"],
    [
        "record",
        "ico-x",
        "law-helps",
        "--url",
        "https://x.com/a",
        "--published-at",
        "2027-01-11 06:00",
    ],
    ["stop", "--reason", "drill"],
    ["resume"],
    ["publish"],
    ["collect"],
    ["run"],
    ["import-metrics", "numbers.csv"],
    ["report", "--format", "json"],
]
READS_DATABASE = [line for line in EVERY_COMMAND if line[0] not in {"check", "preview"}]
SETTINGS = [
    ("CAMPAIGN_CALL_TIMEOUT", "soon", "CAMPAIGN_CALL_TIMEOUT is “soon”; write a number of seconds"),
    ("CAMPAIGN_CALL_TIMEOUT", "nan", "CAMPAIGN_CALL_TIMEOUT is “nan”; write a number of seconds"),
    ("CAMPAIGN_CALL_TIMEOUT", "90", "CAMPAIGN_LEASE must be longer than CAMPAIGN_CALL_TIMEOUT"),
    ("CAMPAIGN_LEASE", "-1", "CAMPAIGN_LEASE is “-1”; write a number of seconds above 0"),
    ("CAMPAIGN_SETTLING", "1e99", "CAMPAIGN_SETTLING is “1e99”; .* at most 86400"),
    ("CAMPAIGN_HANDS", "0", "CAMPAIGN_HANDS is “0”; write a whole number from 1 to 64"),
    ("CAMPAIGN_HANDS", "²", "CAMPAIGN_HANDS is “²”; write a whole number from 1 to 64"),
    ("CAMPAIGN_DATABASE_URL", "nonsense", "CAMPAIGN_DATABASE_URL is no database address"),
    ("CAMPAIGN_DATABASE_URL", "mysql://h/d", "a campaign is kept in sqlite"),
    ("CAMPAIGN_DATABASE_URL", "sqlite:////no/where/c.db", "is the folder /no/where there and"),
]


def commands(lines: list[list[str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("line", lines, ids=[line[0] for line in lines])


@commands(EVERY_COMMAND)
def test_a_folder_that_is_none_is_named_with_the_option_to_use(
    tmp_path: Path, line: list[str]
) -> None:
    for folder in (tmp_path / "missing", tmp_path / "file"):
        (tmp_path / "file").touch()
        shell = Shell(Place(folder=folder, clock=SteppedClock(MONDAY), environment={}))
        shell.fails(*line, code=2, says=f"^{folder} is no folder; name one with --dir\n$")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize("command", ["check", "plan", "preview", "apply"])
@pytest.mark.parametrize("what", ["missing", "folder", "bytes"])
def test_a_schedule_that_cannot_be_read_leaves_with_3(
    tmp_path: Path, command: str, what: str
) -> None:
    file = tmp_path / "schedule.yaml"
    if what == "folder":
        file.mkdir()
    elif what == "bytes":
        file.write_bytes(b"\xff\xfe\x00")
    (tmp_path / "posts").mkdir()
    shell = Shell(Place(folder=tmp_path, clock=SteppedClock(MONDAY), environment={}))
    told = shell(command)
    assert told.code == 3
    said = told.out if command == "check" else told.err
    assert "schedule.yaml" in said or "schedule cannot be read; run `campaign check`" in said
    assert not (tmp_path / "campaign.db").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_a_folder_without_permission_is_told(ready: Shell) -> None:
    file = ready.folder / "schedule.yaml"
    file.chmod(0)
    try:
        assert ready("plan").code == 3
    finally:
        file.chmod(0o600)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, r"cannot be read \(No such file or directory\); make one with `campaign plan --out"),
        (b"", "is no plan; make one with `campaign plan --out"),
        (b"\xff", "is no plan; make one with"),
        (b"[1]", "is no plan; make one with"),
        (b'{"add": 3}', "is no plan; make one with"),
        (b"[" * 100_000, "is no plan; make one with"),
        (b'{"deliveries": []}', "the plan is out of date: .*; run `campaign plan --out` again"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(
    office: Office, campaign: Shell, content: bytes | None, says: str
) -> None:
    file = office.folder / "plan.json"
    if content is not None:
        file.write_bytes(content)
    campaign.fails("apply", str(file), "--yes", "--as", "ama", code=1, says=says)


def test_a_plan_that_is_a_folder_and_one_that_cannot_be_kept_are_refused(campaign: Shell) -> None:
    folder = str(campaign.folder)
    says = r"cannot be read \(Is a directory\)"
    campaign.fails("apply", folder, "--yes", "--as", "ama", code=1, says=says)
    says = "Is a directory; is this path right, and may you use it?"
    campaign.fails("plan", "--out", folder, code=1, says=says)
    campaign.fails("plan", "--out", f"{folder}/no/plan.json", code=1, says="No such file or dir")


def test_a_plan_that_was_tampered_with_is_refused(office: Office, campaign: Shell) -> None:
    file = office.folder / "plan.json"
    campaign.fine("plan", "--out", str(file))
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["deliveries"][0]["fingerprint"] = "0" * 16
    file.write_text(json.dumps(kept), encoding="utf-8")
    campaign.fails("apply", str(file), "--yes", "--as", "ama", code=1, says="out of date")


@pytest.mark.parametrize(("name", "value", "says"), SETTINGS)
def test_a_setting_that_cannot_be_used_is_named(
    office: Office, campaign: Shell, name: str, value: str, says: str
) -> None:
    del office
    campaign.with_environment(**{name: value}).fails("status", code=1, says=says)


@commands(
    [
        ["approve", "x/y/1", "--yes"],
        ["reject", "x/y/1", "--reason", "no"],
        ["settle", "x/y/1", "--not-published"],
        ["decide", "x/y/1", "--drop"],
        ["decide", "x/y/1", "--send-now"],
        ["log", "x/y/1"],
        ["log", "'; drop table delivery; --"],
        ["log", ""],
    ]
)
def test_a_delivery_that_does_not_exist_is_named_with_a_remedy(
    ready: Shell, line: list[str]
) -> None:
    as_ben = [] if line[0] == "log" else ["--as", "ben"]
    says = "^there is no delivery “.*”; `campaign status` lists them all\n$"
    ready.fails(*line, *as_ben, code=1, says=says)


def test_people_that_are_not_declared_are_named_with_those_that_are(ready: Shell) -> None:
    for line in READS_DATABASE:
        if line[0] in {"status", "log", "doctor", "plan", "publish", "collect", "run", "report"}:
            continue  # they take no --as
        says = "there is no “eva” among the people in schedule.yaml; known are: ama, ben, cat"
        if line[0] == "accept":
            says = "eva does not speak for ico"
        ready.fails(*line, "--as", "eva", code=1, says=says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["publsh"], "No such command 'publsh'"),
        (["status", "--jsn"], "No such option: --jsn"),
        (["log"], "Missing argument 'DELIVERY'"),
        (["report", "--week"], "Option '--week' requires an argument"),
        (["log", X, "more"], "unexpected extra argument.* \\(more\\)"),
    ],
)
def test_wrong_usage_leaves_with_2(ready: Shell, line: list[str], says: str) -> None:
    ready.fails(*line, code=2, says=says)


def test_a_database_that_another_program_holds_is_told_with_a_remedy(
    ready: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "BUSY_MS", 50)
    holder = sqlite3.connect(ready.folder / "campaign.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    told = ready("stop", "--reason", "drill", "--as", "ben")
    holder.execute("ROLLBACK")
    holder.close()
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert "database is locked" in told.err
    assert "try again" in told.err
    assert ready.fine("status", "--json").json()["stopped"] is False


def test_a_database_of_a_newer_version_is_told_with_a_remedy(ready: Shell) -> None:
    with sqlite3.connect(ready.folder / "campaign.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ff00'")
    connection.close()
    says = "was written by a newer Campaign Desk .*; upgrade the program"
    for line in READS_DATABASE:
        ready.fails(*line, code=1, says=says)


def test_a_file_that_is_no_database_is_told_and_kept(office: Office, campaign: Shell) -> None:
    office.close()
    for file in office.folder.glob("campaign.db*"):
        file.unlink()
    letter = office.folder / "campaign.db"
    letter.write_text("a letter, no database; " * 50, encoding="utf-8")
    told = campaign("status")
    assert told.code == 1
    assert "campaign.db is no Campaign Desk database: file is not a database" in told.err
    assert letter.read_text(encoding="utf-8") == "a letter, no database; " * 50


def test_a_channel_that_would_send_its_token_in_the_clear_is_a_fault(
    office: Office, campaign: Shell
) -> None:
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    server = office.rehearsal.server_of("mastodon")
    file.write_text(text.replace(server, "http://social.example"), encoding="utf-8")
    says = r"schedule\.yaml:\d+:\d+: “http://social.example” is not encrypted; write https://social"
    for line in (["plan"], ["apply", "--yes", "--as", "ama"]):
        campaign.fails(*line, code=3, says=says)


def test_a_schedule_that_names_an_unknown_partner_person_or_channel_leaves_with_3(
    office: Office, campaign: Shell
) -> None:
    office.write_schedule(ENTRY.replace("network:x", "partner:nobody"))
    campaign.fails("plan", code=3, says=r"schedule\.yaml:27:15: unknown partner “nobody”; there is")


def test_words_of_others_cannot_steer_the_terminal(ready: Shell) -> None:
    told = ready.fails("log", "\x1b[2J\x07", code=1, says="there is no delivery")
    assert r"“\x1b[2J\x07”" in told.err


def test_a_fault_of_the_program_itself_is_told_with_a_file_to_send(
    ready: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    class Broken:
        def now(self) -> None:
            message = "the clock is broken"
            raise ZeroDivisionError(message)

    broken = Shell(replace(ready.place, clock=Broken()))  # type: ignore[arg-type]  # on purpose
    told = broken("stop", "--reason", "drill", "--as", "ben")
    assert told.code == 1
    assert told.err.startswith(
        "a fault in Campaign Desk itself (ZeroDivisionError: the clock is broken); please send "
    )
    (report,) = tmp_path.glob("campaign-desk-*.txt")
    assert str(report) in told.err
    assert "Traceback" in report.read_text(encoding="utf-8")
