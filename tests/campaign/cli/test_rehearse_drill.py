"""The crisis stop, practised inside a rehearsal: measured, lifted by another person, reviewed."""

import json
from pathlib import Path
from typing import Any

import pytest

from campaign.store import barriers
from tests.campaign.cli.shell import Result
from tests.campaign.cli.test_rehearse import BANNER, shell_in, write_folder

UNTIL = ("--until", "2027-03-28")
DRILL = ("--drill", *UNTIL)
AT = ("--drill-at", "2027-03-23 08:30", *UNTIL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("campaign"))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drill") / "out"


@pytest.fixture(scope="module")
def played(folder: Path, out: Path) -> Result:
    return shell_in(folder).fine("rehearse", *DRILL, "--out", str(out))


@pytest.fixture(scope="module")
def found(played: Result, out: Path) -> dict[str, Any]:
    assert played.code == 0
    values = json.loads((out / "rehearsal.json").read_text(encoding="utf-8"))
    assert isinstance(values, dict)
    return values


def test_what_fell_due_was_held_and_went_out_only_when_a_person_had_decided(
    found: dict[str, Any],
) -> None:
    drill = found["drill"]
    assert drill["holds"] is True
    assert drill["call_in_flight"] is True
    assert 0 <= drill["last_call_s"] <= drill["promised_s"] == 5
    held = [(one["delivery"], one["wall_time"], one["decided"]) for one in drill["held"]]
    assert held == [
        ("hello/ico-mastodon/1", "2027-03-23 08:30", "sent at 09:25"),
        ("hello/ico-x/1", "2027-03-23 08:30", "sent at 09:30"),
        ("hello/ndna-bluesky/1", "2027-03-23 08:30", "sent at 09:35"),
    ]
    assert drill["sent_by_lifting"] == 0
    assert {one["state"] for one in found["deliveries"]} == {"published"}
    assert found["proof"]["violations"] == []
    assert found["proof"]["posts_on_networks"] == 4


def test_whoever_threw_it_was_refused_and_another_person_lifted_it(found: dict[str, Any]) -> None:
    drill = found["drill"]
    assert (drill["thrown_by"], drill["lifted_by"]) == ("Ama", "Ben")
    assert drill["refused"] == "ama threw this stop; another person has to lift it"


def test_the_page_and_the_screen_tell_the_steps_and_say_that_it_is_a_rehearsal(
    played: Result, found: dict[str, Any], out: Path
) -> None:
    page = (out / "rehearsal.html").read_text(encoding="utf-8")
    for text in (page, played.out):
        assert BANNER in text
        assert "Crisis drill" in text
        assert "Ben read what was held (3 deliveries) and lifted it." in text
        assert found["drill"]["verdict"] in text


def test_the_same_seed_and_moment_give_the_same_bytes_and_a_busy_moment_is_drawn(
    folder: Path, played: Result, out: Path, tmp_path: Path
) -> None:
    assert played.code == 0
    shell_in(folder).fine("rehearse", *AT, "--out", str(tmp_path / "out"))
    for name in ("rehearsal.json", "rehearsal.html", "calendar.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes()


def test_a_stop_that_does_not_hold_fails_the_drill(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(barriers, "_stopped", lambda *_: None)
    monkeypatch.setattr("campaign.wiring.stop_on_channel", lambda *_: None)
    result = shell_in(folder)("rehearse", *AT, "--out", str(tmp_path / "out"))
    assert result.code == 1
    assert "promise" in result.err
    drill = json.loads((tmp_path / "out" / "rehearsal.json").read_text(encoding="utf-8"))["drill"]
    assert (drill["holds"], drill["held"]) == (False, [])
    assert drill["last_call_s"] > 5


@pytest.mark.parametrize(
    ("when", "code", "says"),
    [
        ("soon", 2, "--drill-at: "),
        ("2028-01-01 08:30", 1, "the drill lies outside the days that are played"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(
    folder: Path, tmp_path: Path, when: str, code: int, says: str
) -> None:
    result = shell_in(folder)("rehearse", "--drill-at", when, "--out", str(tmp_path / "out"))
    assert (result.code, says in result.err) == (code, True), result.err
