"""`campaign pack`: what is in the zip, what is not, and that it is the same zip every time."""

import csv
import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ical.calendar_stream import IcsCalendarStream
from PIL import Image

from tests.campaign.cli.shell import Shell
from tests.campaign.office import MONDAY, Office

PACK = "law-helps/npcc-linkedin/1"
ENTRIES = """\
  - {post: law-helps, at: 2027-01-12 08:30, send_to: [npcc-linkedin]}
  - {post: sealed, at: 2027-01-14 10:00, send_to: [npcc-linkedin]}
"""
ENDS = datetime(2027, 1, 13, 9, 0, tzinfo=UTC)
SEALED = "---\nembargo_until: 2027-01-13 09:00\n---\nNobody may know this yet.\n"
FIRST = "posts/20270112-0830--law-helps--npcc-linkedin--1"
SECOND = "posts/20270114-1000--sealed--npcc-linkedin--1"
LAW = """\
---
media:
  - {file: law.jpg, alt: Two people and a tick.}
---
=1+1 is no formula here, and <b>this</b> is no HTML.

The law helps you share.
"""


@pytest.fixture
def packed(office: Office, campaign: Shell) -> Shell:
    """The Chiefs post two things by hand; the second is under embargo until Wednesday."""
    office.write_post("law-helps", LAW, ("law.jpg",), size=(320, 180))
    office.write_post("sealed", SEALED)
    office.write_schedule(ENTRIES)
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    return campaign


def unpacked(campaign: Shell, *more: str) -> dict[str, bytes]:
    file = campaign.folder / "npcc.zip"
    campaign.fine("pack", "npcc", "--out", str(file), *more)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


class Texts(HTMLParser):
    """Collects what stands in each `pre` of a page, as a browser would copy it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self._inside = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag == "pre":
            self._inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            # A browser leaves out the line break right after the tag.
            self.texts[-1] += data if self.texts[-1] else data.removeprefix("\n")


APPROVED = "=1+1 is no formula here, and <b>this</b> is no HTML.\n\nThe law helps you share."


def test_the_page_and_the_text_file_hold_what_was_approved_letter_by_letter(packed: Shell) -> None:
    files = unpacked(packed)
    assert files[f"{FIRST}/text.txt"].decode() == APPROVED
    page = Texts(files["index.html"])
    assert page.texts == [APPROVED, "Two people and a tick."]
    assert "script" not in page.tags
    assert b"82 of 3000" in files["index.html"]


def test_an_edit_that_was_not_applied_is_in_no_pack(office: Office, packed: Shell) -> None:
    office.write_post("law-helps", LAW.replace("helps", "hinders"), ("law.jpg",))
    assert unpacked(packed)[f"{FIRST}/text.txt"].decode() == APPROVED


def test_the_table_holds_no_formula_and_is_read_back_exactly(packed: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(unpacked(packed)["posts.csv"].decode("utf-8-sig"))))
    assert [one["text"] for one in rows] == [f"'{APPROVED}"]
    assert rows[0]["length"] == "82"
    assert rows[0]["limit"] == "3000"
    assert rows[0]["local date and time"] == "2027-01-12 08:30"
    assert rows[0]["media files"] == f"{FIRST}/picture-1.jpg"


def test_another_library_reads_the_slots(packed: Shell) -> None:
    calendar = IcsCalendarStream.calendar_from_ics(unpacked(packed)["slots.ics"].decode())
    (event,) = calendar.events
    assert event.dtstart == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
    assert event.uid == f"{PACK}@think-check-share.campaign-desk"
    assert event.summary == "Law helps (npcc-linkedin)"


def test_the_checksums_are_those_of_the_files(packed: Shell) -> None:
    files = unpacked(packed)
    listed = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert listed == {name: hashlib.sha256(one).hexdigest() for name, one in files.items()}


def test_the_picture_comes_in_the_shapes_that_its_network_wants_and_nothing_is_cut_off(
    packed: Shell,
) -> None:
    files = unpacked(packed)
    sizes = {
        name.removeprefix(f"{FIRST}/picture-1"): Image.open(io.BytesIO(one)).size
        for name, one in files.items()
        if "picture" in name
    }
    assert sizes == {".jpg": (320, 180), "-square.png": (320, 320), "-upright.png": (320, 400)}
    assert files[f"{FIRST}/alt-text.txt"].decode() == (
        "picture-1.jpg: Two people and a tick.\n"
        "picture-1-square.png: Two people and a tick.\n"
        "picture-1-upright.png: Two people and a tick.\n"
    )
    page = files["index.html"].decode()
    assert f'<a href="{FIRST}/picture-1-upright.png" download>upright (4:5)</a>' in page
    assert "story" not in page


def test_the_same_stage_gives_the_same_bytes_whenever_it_is_packed(
    office: Office, packed: Shell
) -> None:
    first, second = packed.folder / "one.zip", packed.folder / "two.zip"
    packed.fine("pack", "npcc", "--out", str(first))
    office.clock.move_to(MONDAY + timedelta(hours=5))
    packed.fine("pack", "npcc", "--out", str(second))
    assert first.read_bytes() == second.read_bytes()


def test_an_embargo_ends_to_the_second(office: Office, packed: Shell) -> None:
    office.clock.move_to(ENDS - timedelta(seconds=1))
    before = unpacked(packed)
    assert not any(b"Nobody may know" in one or b"sealed" in one for one in before.values())
    assert (
        b"1 post is under embargo until Wednesday 13 January 2027, 09:00." in before["index.html"]
    )
    office.clock.move_to(ENDS)
    after = unpacked(packed)
    assert after[f"{SECOND}/text.txt"] == b"Nobody may know this yet."
    assert b"embargo" not in after["index.html"]


def test_what_is_not_approved_is_only_counted(office: Office, packed: Shell) -> None:
    office.write_post("law-helps", LAW.replace("helps", "still helps"), ("law.jpg",))
    packed.fine("apply", "--yes", "--as", "ama")
    files = unpacked(packed)
    assert not any(b"still helps" in one for one in files.values())
    assert b"1 post is not approved yet." in files["index.html"]


@pytest.mark.parametrize("scope", [(), ("--partner", "npcc"), ("--network", "linkedin")])
def test_under_a_stop_the_pack_is_empty(packed: Shell, scope: tuple[str, ...]) -> None:
    packed.fine("stop", *scope, "--reason", "mourning", "--as", "ben")
    files = unpacked(packed)
    assert [name for name in files if name.startswith("posts/")] == []
    assert b"2 posts are on hold" in files["index.html"]


def test_a_stop_on_others_takes_nothing_out(packed: Shell) -> None:
    packed.fine("stop", "--network", "x", "--reason", "mourning", "--as", "ben")
    assert f"{FIRST}/text.txt" in unpacked(packed)


def test_a_hold_window_ends_the_pack_before_it_begins(office: Office, packed: Shell) -> None:
    window = "{from: 2027-01-14, until: 2027-01-15, partners: [npcc], do: hold, reason: election}"
    office.write_schedule(ENTRIES, rules=f"  windows: [{window}]")
    packed.fine("apply", "--yes", "--as", "ama")
    office.clock.move_to(ENDS)
    said = packed.fine("pack", "npcc", "--json", "--out", str(packed.folder / "a.zip")).json()
    assert [one["delivery"] for one in said["posts"]] == [PACK]
    assert said["valid_until"] == "2027-01-14T00:00:00Z"
    assert said["following"] == [{"because": "held", "posts": 1, "at": None}]
    office.clock.move_to(datetime(2027, 1, 14, 0, 0, tzinfo=UTC))
    assert f"{FIRST}/text.txt" not in unpacked(packed)


@pytest.mark.parametrize(
    "command",
    [
        ("withdraw", PACK, "--reason", "wrong", "--as", "ben"),
        ("record", "npcc-linkedin", "law-helps", "--as", "ben", "--published-at",
         "2027-01-11 06:30", "--url", "https://www.linkedin.com/feed/update/urn:li:share:7"),
    ],
    ids=["withdrawn", "posted"],
)  # fmt: skip
def test_what_needs_no_posting_any_more_is_gone(packed: Shell, command: tuple[str, ...]) -> None:
    packed.fine(*command)
    files = unpacked(packed)
    assert not any(b"The law helps" in one for one in files.values())
    assert b"There is nothing to publish from this pack." in files["index.html"]


def test_what_is_written_is_told_as_json(packed: Shell) -> None:
    file = packed.folder / "npcc.zip"
    said = packed.fine("pack", "npcc", "--json", "--out", str(file)).json()
    assert said["file"] == str(file)
    assert said["valid_until"] == "2027-04-30T23:00:00Z"
    assert said["following"] == [{"because": "embargo", "posts": 1, "at": "2027-01-13T09:00:00Z"}]
    assert said["posts"][0]["texts"] == [
        {"length": 82, "limit": 3000, "unit": "escaped characters"}
    ]
    assert {one["name"] for one in said["files"]} == set(unpacked(packed)) - {"SHA256SUMS"}


def test_a_partner_that_posts_nothing_by_hand_is_told_why(packed: Shell) -> None:
    packed.fails("pack", "ico", code=1, says="“ico” posts nothing by hand")
    packed.fails("pack", "nobody", code=1, says="there is no partner “nobody”; known are: ico")


def test_a_folder_that_cannot_be_written_leaves_no_half_a_file(
    packed: Shell, tmp_path: Path
) -> None:
    packed.fails(
        "pack", "npcc", "--out", str(tmp_path / "no" / "x.zip"), code=1, says="No such file"
    )


def test_a_thread_comes_whole(office: Office, campaign: Shell) -> None:
    office.write_post("law-helps", "---\n---\nOne.\n\n### next part\n\nTwo.\n")
    office.write_schedule(ENTRIES.splitlines()[0] + "\n")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    files = unpacked(campaign)
    assert files[f"{FIRST}/text-1.txt"] == b"One."
    assert files[f"{FIRST}/text-2.txt"] == b"Two."
