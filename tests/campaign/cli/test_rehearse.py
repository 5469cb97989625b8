import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from simulation.history import Violation
from tests.campaign.cli.shell import Result, Shell
from tests.campaign.folders import write_post

BEFORE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
BANNER = "Rehearsal: networks, readers and numbers are made up, nothing was published"

SCHEDULE = """\
campaign: small
timezone: Europe/London
runs: {from: 2027-03-22, until: 2027-04-04}
partners:
  ico: {name: Information Commissioner's Office, owner: true}
  ndna:
    name: National Day Nurseries Association
    consent: accept-each
    contacts: [{name: Nia, email: c@ndna.example}]
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
  elin: {name: Elin, roles: [partner], partner: ndna}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  ico-mastodon:
    {network: mastodon, partner: ico, handle: "@ico@social.org", server: "https://social.org"}
  ndna-bluesky: {network: bluesky, partner: ndna, handle: ndna.org}
  ndna-facebook: {network: facebook, partner: ndna, mode: pack}
rules:
  bank_holidays: {region: england-and-wales, do: next-slot}
  windows:
    - {from: 2027-04-01, until: 2027-04-30, partners: [ndna], do: hold, reason: quiet weeks}
schedule:
  - {post: hello, at: 2027-03-23 08:30, send_to: [all]}
  - {post: tips, at: 2027-03-26 08:30, send_to: [ico-mastodon, ndna-facebook]}
  - {post: bye, at: 2027-04-01 08:30, send_to: [ico-x, ndna-bluesky, ndna-facebook]}
"""


def shell_in(folder: Path, **environment: str) -> Shell:
    return Shell(Place(folder=folder, clock=SteppedClock(BEFORE), environment=environment))


def write_folder(folder: Path, schedule: str = SCHEDULE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
    link = "link: {url: https://ico.org.uk/share, title: Share, description: What to do.}\n"
    write_post(folder, "hello", "Good morning. {link}", front=link)
    write_post(folder, "tips", "Three tips.")
    write_post(folder, "bye", "Good-bye.")
    return folder


def rehearse(shell: Shell, out: Path, *arguments: str) -> dict[str, Any]:
    found = shell.fine("rehearse", "--json", "--out", str(out), *arguments).json()
    assert isinstance(found, dict)
    return found


def whats(found: dict[str, Any], weight: str) -> list[str]:
    return [one["what"] for one in found["to_fix"] if one["weight"] == weight]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("campaign"))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rehearsal") / "out"


@pytest.fixture(scope="module")
def played(folder: Path, out: Path) -> Result:
    """The whole small campaign, rehearsed once, as people see it."""
    mail = {"CAMPAIGN_MAIL_SERVER": "file:e-mails", "CAMPAIGN_MAIL_FROM": "desk@ico.example"}
    return shell_in(folder, **mail).fine("rehearse", "--out", str(out))


@pytest.fixture(scope="module")
def found(played: Result, out: Path) -> dict[str, Any]:
    assert played.code == 0
    values = json.loads((out / "rehearsal.json").read_text(encoding="utf-8"))
    assert isinstance(values, dict)
    return values


@pytest.fixture
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        message = "a rehearsal opened a socket"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_every_delivery_runs_as_planned_and_what_is_held_waits(found: dict[str, Any]) -> None:
    assert {one["delivery"]: (one["wall_time"], one["state"]) for one in found["deliveries"]} == {
        "hello/ico-mastodon/1": ("2027-03-23 08:30", "published"),
        "hello/ico-x/1": ("2027-03-23 08:30", "published"),
        "hello/ndna-bluesky/1": ("2027-03-23 08:30", "published"),
        "hello/ndna-facebook/1": ("2027-03-23 08:30", "published"),
        "tips/ico-mastodon/1": ("2027-03-27 08:30", "published"),
        "tips/ndna-facebook/1": ("2027-03-27 08:30", "published"),
        "bye/ico-x/1": ("2027-04-01 08:30", "published"),
        "bye/ndna-bluesky/1": ("2027-04-01 08:30", "held"),
        "bye/ndna-facebook/1": ("2027-04-01 08:30", "held"),
    }
    notes = {one["delivery"]: one["notes"] for one in found["deliveries"]}
    assert notes["tips/ico-mastodon/1"] == ["moved from 26 March 2027: Good Friday"]
    why = {one["delivery"]: one["why"] for one in found["deliveries"]}
    assert why["bye/ndna-bluesky/1"] == "held: quiet weeks"
    assert why["bye/ndna-facebook/1"].startswith("falls into the hold “quiet weeks”")
    assert found["states"] == {"published": 7, "held": 2}
    assert found["lateness"] == {"posts": 5, "p50_s": 0.0, "p95_s": 0.0, "worst_s": 0.0}


def test_nobody_is_written_to_by_a_rehearsal(played: Result, folder: Path) -> None:
    assert played.code == 0
    assert not (folder / "e-mails").exists()


def test_the_networks_hold_each_post_once_as_a_checker_of_its_own_finds(
    found: dict[str, Any],
) -> None:
    assert found["proof"] == {"posts_on_networks": 5, "by_hand_not_checked": 3, "violations": []}


def test_the_price_of_x_is_told_item_by_item_with_its_day_and_source(found: dict[str, Any]) -> None:
    (bill,) = found["money"]
    items = {one["for"]: (one["count"], one["each"], one["amount"]) for one in bill["items"]}
    assert items["posts with a link"] == (1, 0.2, 0.2)
    assert items["posts without a link"] == (1, 0.015, 0.015)
    assert items["alt texts"] == (0, 0.005, 0.0)
    # 21 March to 5 April: once a day, whatever else asks for the account on that day.
    assert items["accounts read, once a UTC day"] == (16, 0.01, 0.16)
    assert (bill["network"], bill["currency"], bill["valid_from"]) == ("x", "USD", "2026-04-20")
    assert bill["total"] == pytest.approx(sum(amount for _, _, amount in items.values()))
    writes = {
        one["network"]: sum(week["writes"] for week in one["weeks"]) for one in found["calls"]
    }
    # Bluesky's session had ended: the first of its calls was refused before it signed in anew.
    assert writes == {"x": 2, "mastodon": 2, "bluesky": 2}


def test_what_is_to_be_done_before_the_first_day_is_listed_with_place_and_remedy(
    found: dict[str, Any],
) -> None:
    assert whats(found, "must") == [
        "ico-x is not signed in on this machine",
        "ico-mastodon is not signed in on this machine",
        "ndna-bluesky is not signed in on this machine",
    ]
    assert found["to_fix"][1]["remedy"] == (
        "`campaign connect ico-mastodon`, or set CAMPAIGN__ICO_MASTODON__ACCESS_TOKEN where "
        "`campaign run` runs, then `campaign doctor`"
    )
    decide = "\n".join(whats(found, "decide"))
    assert "9 deliveries wait for “approval” by Ben" in decide
    assert "National Day Nurseries Association has to accept 5 deliveries" in decide
    assert "National Day Nurseries Association posts 3 deliveries by hand" in decide
    assert "2 deliveries fall into the hold “quiet weeks” and will not go out" in decide
    look = "\n".join(whats(found, "look"))
    assert "9 deliveries wait for “approval”, which only Ben may give" in look
    assert "the campaign names no audience" in look
    assert all(one["where"] and one["remedy"] for one in found["to_fix"])


def test_secrets_that_end_are_told_apart_from_those_nobody_knows_of(found: dict[str, Any]) -> None:
    lasts = {(one["channel"], one["field"]): one["lasts"] for one in found["tokens"]}
    assert lasts["ico-mastodon", "ACCESS_TOKEN"] == "until revoked"
    assert lasts["ndna-bluesky", "APP_PASSWORD"] == "until revoked"
    assert lasts["ico-x", "ACCESS_TOKEN"] == "unknown: the network does not say"
    assert not any(one["expires_in_campaign"] for one in found["tokens"])


def test_every_file_says_that_it_is_a_rehearsal(played: Result, out: Path) -> None:
    made = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert [name for name in made if not name.endswith(".png")] == [
        ".campaign-desk-rehearsal",
        "READ-ME.txt",
        "calendar.csv",
        "rehearsal.html",
        "rehearsal.json",
        "reports/report-2027-W12-figures.csv",
        "reports/report-2027-W12.csv",
        "reports/report-2027-W12.html",
        "reports/report-2027-W12.json",
        "reports/report-2027-W13-figures.csv",
        "reports/report-2027-W13.csv",
        "reports/report-2027-W13.html",
        "reports/report-2027-W13.json",
    ]
    for name in made:
        if not name.endswith(".png"):
            assert BANNER in (out / name).read_text(encoding="utf-8"), name
    rows = (out / "calendar.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 9
    assert all(row.startswith(BANNER) or f'"{BANNER}"' in row for row in rows[1:])
    assert played.lines[0] == BANNER
    assert played.lines[-1] == BANNER


def test_the_page_is_one_file_without_script_whose_links_lead_somewhere(
    found: dict[str, Any], out: Path
) -> None:
    page = (out / "rehearsal.html").read_text(encoding="utf-8")
    assert found["headline"] in page
    assert "<script" not in page
    assert "src=" not in page
    assert '<html lang="en-GB">' in page
    for week in found["reports"]:
        address = f"reports/report-{week}.html"
        assert f'href="{address}"' in page
        assert (out / address).is_file()


def test_people_read_the_same_on_the_screen(played: Result, found: dict[str, Any]) -> None:
    assert found["headline"] == (
        "7 of 9 deliveries would go out; 3 things to fix before the first day"
    )
    assert found["headline"] in played.lines
    assert any("bye/ndna-bluesky/1  On hold: held: quiet weeks" in line for line in played.lines)
    assert any(
        line.startswith("Checked for this run: the networks hold 5") for line in played.lines
    )
    for sentence in found["assumed"]:
        assert f"  {sentence}" in played.lines


@pytest.mark.usefixtures("_no_sockets")
def test_it_reads_the_folder_and_nothing_else_and_is_the_same_again_to_the_last_byte(
    folder: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    arguments = ("--until", "2027-03-23", "--faults", "many", "--seed")
    shell = shell_in(folder)
    results = []
    for name, seed in (("first", "3"), ("second", "3"), ("third", "4")):
        out = tmp_path / name
        printed = shell.fine("rehearse", "--json", "--out", str(out), *arguments, seed).out
        files = {
            str(path.relative_to(out)): path.read_bytes()
            for path in out.rglob("*")
            if path.is_file()
        }
        results.append((printed, files))
    assert results[0] == results[1]
    assert results[0][0] != results[2][0]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_new_campaign_can_be_rehearsed_at_once(tmp_path: Path) -> None:
    shell_in(tmp_path).fine("new", str(tmp_path / "mine"))
    found = rehearse(shell_in(tmp_path / "mine"), tmp_path / "out")
    assert found["states"] == {"published": 2}
    assert "1 channel names a server that no network has" in whats(found, "must")
    assert "1 post links to an example address that nobody can open" in whats(found, "must")


def test_two_channels_may_share_an_account_and_packs_may_be_for_any_network(
    tmp_path: Path,
) -> None:
    head = SCHEDULE[: SCHEDULE.index("channels:")]
    schedule = f"""{head}channels:
  ico-mastodon:
    {{network: mastodon, partner: ico, handle: "@ico@social.org", server: "https://social.org"}}
  ico-events:
    {{network: mastodon, partner: ico, handle: "@Ico@social.org", server: "https://social.org"}}
  ndna-x: {{network: x, partner: ndna, mode: pack, handle: "@ndna.org"}}
  ndna-bluesky: {{network: bluesky, partner: ndna, mode: pack, handle: ndna.org}}
schedule:
  - {{post: hello, at: 2027-03-23 08:30, send_to: [ico-mastodon, ndna-x, ndna-bluesky]}}
  - {{post: bye, at: 2027-03-23 09:30, send_to: [ico-events]}}
"""
    folder = write_folder(tmp_path / "campaign", schedule)
    found = rehearse(shell_in(folder), tmp_path / "out", "--until", "2027-03-23")
    assert found["states"] == {"published": 4}
    assert found["proof"] == {"posts_on_networks": 2, "by_hand_not_checked": 2, "violations": []}
    assert found["money"] == []


def test_a_day_ends_the_rehearsal_early(folder: Path, tmp_path: Path) -> None:
    found = rehearse(shell_in(folder), tmp_path / "out", "--until", "2027-03-23")
    assert {one["delivery"].partition("/")[0] for one in found["deliveries"]} == {"hello"}
    assert found["until"] == "2027-03-23"
    assert found["reports"] == ["2027-W12"]


def test_what_this_machine_knows_is_not_asked_for_again(folder: Path, tmp_path: Path) -> None:
    shell = shell_in(folder, CAMPAIGN__ICO_MASTODON__ACCESS_TOKEN="a-secret-of-mine")
    found = rehearse(shell, tmp_path / "out", "--until", "2027-03-23")
    assert "ico-mastodon is not signed in on this machine" not in whats(found, "must")
    for path in (tmp_path / "out").rglob("*"):
        assert path.is_dir() or b"a-secret-of-mine" not in path.read_bytes()


def test_prices_that_this_machine_knows_of_hold(folder: Path, tmp_path: Path) -> None:
    shell = shell_in(folder, CAMPAIGN_READ_PRICES="x 2027-01-01 0.007 0.03")
    (bill,) = rehearse(shell, tmp_path / "out", "--until", "2027-03-23")["money"]
    each = {one["for"]: one["each"] for one in bill["items"]}
    assert each["accounts read, once a UTC day"] == 0.03


def test_slots_that_are_past_today_are_named(folder: Path, tmp_path: Path) -> None:
    late = SteppedClock(datetime(2027, 3, 24, 9, tzinfo=UTC))
    shell = Shell(Place(folder=folder, clock=late, environment={}))
    found = rehearse(shell, tmp_path / "out", "--until", "2027-03-23")
    assert whats(found, "must")[0].startswith("3 posts are due before today")


def test_a_broken_promise_is_told_and_fails(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Violation(kind="doubled", delivery="hello/ico-x/1", why="stands 2 times")
    monkeypatch.setattr("simulation.rehearse.result.check", lambda _history: [broken])
    result = shell_in(folder)("rehearse", "--until", "2027-03-23", "--out", str(tmp_path / "out"))
    assert result.code == 1
    assert "1 promise was broken" in result.err
    page = (tmp_path / "out" / "rehearsal.html").read_text(encoding="utf-8")
    assert "hello/ico-x/1 stands 2 times" in page
