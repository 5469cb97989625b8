import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from campaign.fitness.disks import LEAST_FREE
from campaign.wiring import NETWORKS
from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import Office


def test_a_desk_in_good_order_is_told_line_by_line(ready: Shell) -> None:
    lines = ready.fine("doctor").lines
    assert [line.split(":")[0] for line in lines] == [
        "fine   database",
        "fine   deliveries",
        "fine   last readings",
        "fine   weekly figures",
        "fine   spending",
        "fine   disk",
        "fine   permissions",
        "fine   database settings",
        "fine   versions",
        "fine   time zone",
        "fine   PDF files",
        "fine   ico-bluesky",
        "fine   ico-mastodon",
        "fine   ico-x",
        "fine   npcc-linkedin",
        "fine   clock",
    ]
    assert "signed in as @ico.example; at most 280 weighted characters" in lines[13]


def test_the_findings_as_json(ready: Shell) -> None:
    shown = ready.fine("doctor", "--json").json()
    assert shown["fine"] is True
    assert shown["findings"][0] == {"what": "database", "fine": True, "words": "ok"}


def findings(campaign: Shell) -> dict[str, str]:
    """Return what is wrong, by what was looked at; the command has to leave with 1."""
    told = campaign("doctor", "--json")
    assert told.code == 1
    shown = told.json()
    assert shown["fine"] is False
    return {one["what"]: one["words"] for one in shown["findings"] if not one["fine"]}


def test_missing_credentials_are_named_with_the_variables_to_set(ready: Shell) -> None:
    wrong = findings(ready.without_environment("CAMPAIGN__ICO_MASTODON__"))
    assert wrong == {
        "ico-mastodon": "not signed in; run `campaign connect ico-mastodon`, "
        "or set CAMPAIGN__ICO_MASTODON__ACCESS_TOKEN in the environment"
    }


def test_a_wrong_token_is_told_and_not_shown(ready: Shell) -> None:
    wrong = findings(ready.with_environment(CAMPAIGN__ICO_MASTODON__ACCESS_TOKEN="planted-token"))
    assert list(wrong) == ["ico-mastodon"]
    assert "planted-token" not in wrong["ico-mastodon"]


@pytest.mark.parametrize(
    ("ends_on", "is_wrong"), [(date(2027, 3, 11), True), (date(2027, 3, 12), False)]
)
def test_an_api_version_that_is_about_to_end_is_told_two_months_ahead(
    ready: Shell,
    ends_on: date,
    is_wrong: bool,  # noqa: FBT001 - a column
) -> None:
    networks = {
        name: replace(one, api_ends_on=ends_on if name in {"x", "linkedin"} else None)
        for name, one in NETWORKS.items()
    }
    told = Shell(replace(ready.place, networks=networks))("doctor", "--json")
    wrong = [one for one in told.json()["findings"] if not one["fine"]]
    assert told.code == int(is_wrong)
    # On LinkedIn a partner posts by hand here, so its version is nobody's matter.
    assert [one["what"] for one in wrong] == ["the API version used for X"] * is_wrong
    if wrong:
        words = "is promised until 11 March 2027 only; update the program before"
        assert wrong[0]["words"] == words


def test_a_clock_that_differs_from_the_networks_is_told(office: Office, ready: Shell) -> None:
    for network in ("x", "mastodon", "bluesky"):
        office.rehearsal.skew_dates(network, timedelta(seconds=61))
    assert list(findings(ready)) == ["clock"]


@pytest.mark.parametrize(
    ("network", "fault", "call"),
    [
        ("x", Fault.EXPIRED_TOKEN, Call.ACCOUNT),
        ("x", Fault.HTML_ERROR, Call.ACCOUNT),
        ("mastodon", Fault.EXPIRED_TOKEN, Call.ACCOUNT),
        ("mastodon", Fault.HTML_ERROR, Call.ACCOUNT),
        ("mastodon", Fault.ODD_JSON, Call.ACCOUNT),
        ("bluesky", Fault.EXPIRED_TOKEN, Call.SIGN_IN),
        ("bluesky", Fault.HTML_ERROR, Call.SIGN_IN),
    ],
)
def test_what_a_network_answers_wrongly_is_one_sentence_and_leaves_the_others_fine(
    office: Office, ready: Shell, network: str, fault: Fault, call: Call
) -> None:
    office.rehearsal.inject(network, fault, on=call, times=1)
    wrong = findings(ready)
    assert list(wrong) == [f"ico-{network}"]
    sentence = wrong[f"ico-{network}"]
    assert sentence
    assert "<" not in sentence
    assert "\n" not in sentence


def test_a_token_for_another_account_is_found_out(office: Office, ready: Shell) -> None:
    other = office.rehearsal.add_account("x", "@somebody.else")
    names = {f"CAMPAIGN__ICO_X__{name}": value for name, value in other.items()}
    assert findings(ready.with_environment(**names)) == {
        "ico-x": "signed in as @somebody.else, but the schedule says @ico.example"
    }


def test_networks_that_are_away_are_each_told(office: Office, ready: Shell) -> None:
    office.rehearsal.stop()
    assert set(findings(ready)) == {"ico-x", "ico-mastodon", "ico-bluesky"}


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_disk_that_is_nearly_full_is_told(ready: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly_full = Usage(10**9, 10**9 - 10**6, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: nearly_full)
    assert nearly_full.free < LEAST_FREE
    assert findings(ready) == {"disk": "0 MB free; make room, or nothing can be sent"}


def test_a_mail_server_that_takes_no_letters_is_told(ready: Shell, tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    mail = {"CAMPAIGN_MAIL_FROM": "desk@ico.example"}
    letters = f"file:{tmp_path}/letters"
    wrong = findings(ready.with_environment(CAMPAIGN_MAIL_SERVER=letters, **mail))
    assert wrong["mail server"].endswith("letters: File exists; look at CAMPAIGN_MAIL_SERVER")
