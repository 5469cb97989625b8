from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.cli.links_clock import tick
from campaign.cli.place import Place
from campaign.cli.reports_clock import send_letters
from campaign.cli.session import open_session
from campaign.link_checks import checking
from campaign.link_checks.checking import pages_in
from campaign.payload import Payload, PayloadLink
from tests.campaign.cli.shell import Shell
from tests.campaign.link_checks.sites import Site, serving
from tests.campaign.office import DUE, POST, Office

LINKED = f"{POST}\nRead it all: URL\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        opened.pages["/law"] = "The law"
        yield opened


@pytest.fixture
def shell(office: Office, site: Site) -> Shell:
    office.write_post("law-helps", LINKED.replace("URL", site.at("/law")))
    schedule = office.folder / "schedule.yaml"
    told = "roles: [author], email: ama@ico.example"
    schedule.write_text(schedule.read_text().replace("roles: [author]", told))
    place = Place(folder=office.folder, clock=office.clock, environment=dict(office.environment))
    mail = {"CAMPAIGN_MAIL_SERVER": "file:letters", "CAMPAIGN_MAIL_FROM": "desk@ico.example"}
    mail["CAMPAIGN_PRIVATE_ADDRESSES"] = "127.0.0.1"
    shell = Shell(replace(place, environment={**office.environment, **mail}))
    shell.fine("apply", "--as", "ama", "--yes")
    shell.fine("approve", "--all", "--as", "ben", "--yes")
    return shell


def look(shell: Shell) -> int:
    with open_session(shell.place) as session:
        tried = tick(session)
        send_letters(session)
    return tried


def letters(folder: Path) -> list[str]:
    place = folder / "letters"
    return [one.read_text() for one in sorted(place.iterdir())] if place.is_dir() else []


def test_a_link_is_tried_when_approved_and_the_day_before_once_for_all_channels(
    shell: Shell, site: Site, office: Office
) -> None:
    office.clock.move_to(DUE - timedelta(days=1, hours=1))
    assert look(shell) == 1
    assert look(shell) == 0
    assert site.paths() == ["/law"]
    office.clock.move_to(DUE - timedelta(hours=4))
    assert (look(shell), look(shell)) == (1, 0)
    assert site.paths() == ["/law", "/law"]
    assert shell.fine("status", "--json").json()["links"] == []
    assert letters(office.folder) == []


def test_what_changed_since_it_was_approved_is_told_and_the_post_goes_out_all_the_same(
    shell: Shell, site: Site, office: Office
) -> None:
    office.clock.move_to(DUE - timedelta(days=1, hours=1))
    look(shell)
    site.pages["/law"] = "Something else"
    office.clock.move_to(DUE - timedelta(hours=4))
    assert look(shell) == 1
    words = f"{site.at('/law')} has changed: its title was “The law” when it was approved, it is"
    (line,) = [one for one in shell.fine("status").lines if one.startswith("Link: ")]
    assert line.startswith(f"Link: {words} “Something else” now (in law-helps/ico-bluesky/1, ")
    assert f"WRONG  link: {words}" in shell("doctor").out
    (letter,) = letters(office.folder)
    assert "To: ama@ico.example" in letter
    assert "Nothing is held back for it." in letter
    look(shell)
    assert len(letters(office.folder)) == 1
    office.clock.move_to(DUE)
    shell.fine("publish")
    assert set(shell.states().values()) == {"published"}
    assert shell.fine("status", "--json").json()["links"] == []


def test_of_a_post_all_links_are_tried_or_none_yet_so_that_none_is_forgotten(
    shell: Shell, site: Site, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "PAGES_AT_ONCE", 2)
    site.pages |= {"/b": "Another page", "/c": "A third"}
    entry = "  - {{post: {}, at: 2027-01-{} 08:30, send_to: [network:x]}}\n"
    for name, links in (("first", ("/law", "/b")), ("second", ("/b", "/c"))):
        post = LINKED.replace("URL", " ".join(site.at(one) for one in links))
        office.write_post(name, post.replace("Data", name))
    office.write_schedule(entries=entry.format("first", 14) + entry.format("second", 15))
    shell.fine("apply", "--as", "ama", "--yes")
    shell.fine("approve", "--all", "--as", "ben", "--yes")
    assert [look(shell), look(shell), look(shell)] == [2, 2, 0]
    assert set(site.paths()) == {"/law", "/b", "/c"}


def test_under_a_stop_for_everything_no_link_is_tried(
    shell: Shell, site: Site, office: Office
) -> None:
    shell.fine("stop", "--reason", "drill", "--as", "ama")
    office.clock.move_to(DUE - timedelta(hours=4))
    assert look(shell) == 0
    assert site.visits == []


def test_links_are_found_in_the_card_and_in_the_text() -> None:
    payload = Payload(
        network="x",
        handle="@ico.example",
        server=None,
        text="See (https://ico.example/a?utm_source=x), https://ico.example/b.",
        language="en",
        link=PayloadLink(url="https://ico.example/a?utm_source=y"),
    )
    assert pages_in(payload.to_json()) == ["https://ico.example/a", "https://ico.example/b"]
