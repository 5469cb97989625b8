from dataclasses import replace
from pathlib import Path

import pytest

from campaign.composing.folder import open_post
from campaign.composing.judging import Bench, Finding, Judgement, judge
from campaign.composing.manuscript import Picture, Text, When
from tests.campaign.folders import PNG, write_campaign, write_post
from tests.campaign.networks import NETWORKS

FRONT = """\
title: Hello
status: draft
link: {url: https://ico.example/share}
media: [{file: a.png, alt: Two people}]"""
NINE = "2027-01-12 09:00"
ENTRIES = """\
  - {post: hello, at: 2027-01-12 08:30, send_to: [ico-x, network:bluesky]}
  - {post: other, at: 2027-01-12 08:31, send_to: [ico-x]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_campaign(tmp_path, ENTRIES)
    (
        write_post(tmp_path, "hello", "Hello.\n\n## bluesky / ndna\nHi.", front=FRONT) / "a.png"
    ).write_bytes(PNG)
    write_post(tmp_path, "other", front="nonsense: [")
    return tmp_path


def judged(folder: Path, **changes: object) -> Judgement:
    opened = open_post(folder, "hello")
    wanted = replace(opened.manuscript, **changes)  # type: ignore[arg-type]
    return judge(Bench(folder=folder, networks=NETWORKS), opened, wanted)


def test_a_draft_is_shown_as_each_channel_would_send_it_and_others_faults_stay_theirs(
    folder: Path,
) -> None:
    found = judged(folder)
    assert not found.blocked
    shown = {one.channels: (one.text.split("\n")[0], one.limit) for one in found.previews}
    assert shown == {
        ("ico-x",): ("Hello.", 280),
        ("ico-bluesky",): ("Hello.", 300),
        ("ndna-bluesky",): ("Hi.", 300),
    }
    (first,) = [one for one in found.previews if one.network == "x"]
    assert first.link == (
        "https://ico.example/share?utm_source=x&utm_medium=social"
        "&utm_campaign=spring&utm_content=hello-ico"
    )
    assert (first.price, found.previews[0].price) == (205_000, None)
    assert first.media[0]["alt"] == "Two people"


def test_an_x_post_without_a_link_is_cheaper(folder: Path) -> None:
    found = judged(folder, link="", link_title="", link_description="", media=())
    assert [one.price for one in found.previews if one.network == "x"] == [15_000]


def test_each_finding_stands_beside_its_field(folder: Path) -> None:
    texts = (Text(text="word " * 80), Text(heading="bluesky / ndna", text="A {partner:none}."))
    found = judged(
        folder,
        texts=texts,
        media=(Picture(file="a.png"),),
        when=When(at="2027-01-12 02:30", send_to=("ico-x",)),
    )
    assert found.blocked
    said = {one.field: one.sentence for one in found.findings if one.blocks}
    assert "on ico-x, but X takes 280" in said["text-1"]
    assert "unknown partner “none”" in said["text-2"]
    assert "no alt text" in said["alt-1"]
    assert "text-1" in {one.field for one in found.findings if not one.blocks}


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"link": "http://a.example"}, "link", "is not encrypted"),
        ({"embargo_until": "soon"}, "embargo_until", "no date and time"),
        ({"sectors": ("Ä",)}, "sectors", "Ä"),
        ({"when": When(at="soon", send_to=("ico-x",))}, "at", "no date and time"),
        ({"when": When(at=NINE, send_to=("none",))}, "send_to", "unknown channel"),
        ({"when": When(at=NINE, send_to=("ico-x",), every="soon")}, "every", "no duration"),
        ({"texts": (Text(text=""),)}, "text-1", "is empty"),
        ({"texts": (Text(text="One\n## x\nTwo"),)}, "form", "would begin another wording"),
        ({"media": (Picture(file="gone.png", alt="A"),)}, "alt-1", "there is no file"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_the_files_is_said_at_its_field(
    folder: Path, change: dict[str, object], field: str, says: str
) -> None:
    found = judged(folder, **change)
    (first,) = [one for one in found.findings if one.field == field and one.blocks][:1]
    assert says in first.sentence


def test_a_warning_does_not_block(folder: Path) -> None:
    found = judged(folder, texts=(Text(text="HELLO THERE EVERYBODY **now**"),))
    assert not found.blocked
    assert {one.field for one in found.findings} == {"text-1"}
    assert isinstance(found.of("text-1")[0], Finding)


def test_nothing_is_written(folder: Path) -> None:
    before = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    judged(folder, title="Another", when=When(at="2027-01-13 09:00", send_to=("ico-x",)))
    assert {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()} == before
