"""A rehearsal of the networks that fetch: pictures, videos and packs, without a socket."""

import socket
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from tests.campaign.cli.shell import Shell
from tests.campaign.folders import write_post
from tests.connectors.pictures import jpeg
from tests.films.shelf import film

SCHEDULE = """\
campaign: small
timezone: Europe/London
runs: {from: 2027-01-11, until: 2027-01-24}
partners:
  ico: {name: Information Commissioner's Office, owner: true}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
channels:
  ico-threads: {network: threads, partner: ico, handle: "@ico.example"}
  ico-instagram: {network: instagram, partner: ico, handle: ico.example}
  ndna-instagram: {network: instagram, partner: ico, handle: ndna.example, mode: pack}
schedule:
  - {post: look, at: 2027-01-12 08:30, send_to: [all]}
  - {post: watch, at: 2027-01-13 08:30, send_to: [ico-threads, ico-instagram]}
"""
ONE, TWO = "{file: one.jpg, alt: A green door.}", "{file: two.jpg, alt: A blue door.}"
TALK = "media: [{file: talk.mp4, alt: They talk., captions: burnt-in}]\n"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    def refuse(*_arguments: object) -> None:
        message = "a rehearsal opened a socket"
        raise AssertionError(message)

    (tmp_path / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    write_post(tmp_path, "look", "Look at these.", front=f"media: [{ONE}, {TWO}]\n")
    for number, name in enumerate(("one", "two")):
        (tmp_path / "posts" / "look" / f"{name}.jpg").write_bytes(jpeg(320 + number, 320))
    write_post(tmp_path, "watch", "Watch this.", front=TALK)
    (tmp_path / "posts" / "watch" / "talk.mp4").write_bytes(film("talk"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
    clock = SteppedClock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    return Shell(Place(folder=tmp_path, clock=clock, environment={}))


@pytest.mark.parametrize("faults", ["none", "many"])
def test_everything_goes_out_once(shell: Shell, tmp_path: Path, faults: str) -> None:
    found = shell.fine(
        "rehearse", "--json", "--faults", faults, "--out", str(tmp_path / "out")
    ).json()
    assert found["proof"]["violations"] == []
    states = Counter(one["state"] for one in found["deliveries"])
    if faults == "none":
        assert states == {"published": 5}
        assert found["proof"]["posts_on_networks"] == 4
    musts = [one["what"] for one in found["to_fix"] if one["weight"] == "must"]
    assert "Instagram and Threads could not fetch pictures and videos from this machine" in musts
