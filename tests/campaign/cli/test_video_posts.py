"""check and preview of a post that goes to YouTube: its title, its video, what is declared."""

from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from tests.campaign.cli.shell import Shell
from tests.campaign.office import MONDAY
from tests.films.shelf import film

SCHEDULE = """\
campaign: think-check-share
timezone: Europe/London
runs: {from: 2027-01-11, until: 2027-04-30}
partners:
  ico: {name: Information Commissioner's Office, owner: true}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
channels:
  ico-youtube: {network: youtube, partner: ico, handle: "@ico.example"}
schedule:
  - {post: watch, at: 2027-01-12 08:30, send_to: [all]}
"""
MEDIA = "media: [{file: talk.mp4, alt: They talk., captions: burnt-in}]\n"
DECLARED = "video: {made_for_children: no, privacy: unlisted, tags: [data, schools]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    place = tmp_path / "posts" / "watch"
    place.mkdir(parents=True)
    (place / "talk.mp4").write_bytes(film("talk"))
    return tmp_path


def written(folder: Path, front: str, text: str = "Watch this.\n\nThree words.") -> Shell:
    post = f"---\n{front}---\n{text}\n"
    (folder / "posts" / "watch" / "post.md").write_text(post, encoding="utf-8")
    return Shell(Place(folder=folder, clock=SteppedClock(MONDAY), environment={}))


def test_an_approver_sees_title_description_and_what_is_declared(folder: Path) -> None:
    shell = written(folder, MEDIA + DECLARED)
    assert shell.fine("preview").lines == [
        "── watch on ico-youtube: 11 of 100 characters of title",
        "Watch this.",
        "",
        "Three words.",
        "[video: They talk.]",
        "[shown to: whoever has the address; not made for children; tags: data, schools]",
        "",
    ]
    (row,) = shell.fine("preview", "--json").json()
    assert row["video"] == {
        "made_for_children": False,
        "privacy": "unlisted",
        "tags": ["data", "schools"],
    }


@pytest.mark.parametrize(
    ("front", "text", "words"),
    [
        (MEDIA, "Watch this.", "Say whether the video is made for children"),
        (DECLARED, "Watch this.", "There is no post without a video here: add one."),
        (MEDIA + DECLARED, "a" * 101, "101 characters of title on ico-youtube, but YouTube takes"),
        (MEDIA + DECLARED, "T\n\n" + "d" * 5001, "5001 bytes of description on ico-youtube"),
        (MEDIA + DECLARED, "Less < more", "takes neither < nor >"),
        (MEDIA + "video: {privacy: unlisted}\n", "T", "made_for_children"),
        (MEDIA + "video: {made_for_children: perhaps}\n", "T", "is neither true nor false"),
        (MEDIA + DECLARED.replace("unlisted", "private"), "T", "is none of public, unlisted"),
    ],
)
def test_what_a_video_lacks_is_said_before_the_day(
    folder: Path, front: str, text: str, words: str
) -> None:
    said = written(folder, front, text)("check")
    assert said.code == 3
    assert words in said.out + said.err
