from pathlib import Path

import pytest

from campaign.checks.preview import preview_rows
from tests.campaign.folders import PNG, checked, write_campaign, write_post
from tests.campaign.networks import NETWORKS

ENTRIES = """\
  - {post: law, at: 2027-01-12 08:30, every: 4 weeks, send_to: [ico-bluesky, ndna-linkedin]}
  - {post: myth, at: 2027-01-13 08:30, send_to: [ico-x]}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    front = "link: https://ico.example/law\nmedia: [{file: a.png, alt: A poster.}]"
    place = write_post(tmp_path, "law", "All.\n## bluesky #2\nAgain.", front=front)
    (place / "a.png").write_bytes(PNG)
    write_post(tmp_path, "myth", "m" * 281)
    write_post(tmp_path, "spare", front="status: draft")
    return write_campaign(tmp_path, ENTRIES)


def test_a_row_shows_exactly_what_would_be_sent(folder: Path) -> None:
    rows = preview_rows(checked(folder), NETWORKS, post="law", channel="ndna-linkedin")
    assert rows == [
        {
            "post": "law",
            "channel": "ndna-linkedin",
            "text": (
                "All.\n\nhttps://ico.example/law?utm_source=linkedin&utm_medium=social"
                "&utm_campaign=spring&utm_content=law-ndna"
            ),
            "length": 108,
            "limit": 3000,
            "problems": [],
            "unit": "characters",
            "limit_source": "documented",
            "link": (
                "https://ico.example/law?utm_source=linkedin&utm_medium=social"
                "&utm_campaign=spring&utm_content=law-ndna"
            ),
            "media": [
                {
                    "type": "image/png",
                    "bytes": 77,
                    "sha256": "f42b225d76ff9ceefe86fd315ff10eeda188059cf1f05246d4682e46abed8112",
                    "file": None,
                    "alt": "A poster.",
                    "captions": None,
                }
            ],
            "video": None,
            "network": "linkedin",
            "delivery": "law/ndna-linkedin/1",
            "form": "post",
        }
    ]


def test_runs_that_say_the_same_are_one_row(folder: Path) -> None:
    rows = preview_rows(checked(folder), NETWORKS, channel="ico-bluesky")
    assert [(row["delivery"], row["text"]) for row in rows] == [
        ("law/ico-bluesky/1", "All.\n\nico.example/law"),
        ("law/ico-bluesky/2", "Again.\n\nico.example/law"),
    ]


def test_a_text_too_long_is_a_problem_of_its_row(folder: Path) -> None:
    (row,) = preview_rows(checked(folder), NETWORKS, post="myth")
    assert (row["length"], row["limit"]) == (281, 280)
    assert row["problems"] == [
        "281 characters on ico-x, but X takes 280 (its documented limit): cut 1"
    ]


def test_everything_is_shown_where_nothing_is_asked_for(folder: Path) -> None:
    rows = preview_rows(checked(folder), NETWORKS)
    assert [(row["post"], row["channel"]) for row in rows] == [
        ("law", "ico-bluesky"),
        ("law", "ndna-linkedin"),
        ("myth", "ico-x"),
        ("law", "ico-bluesky"),
    ]


def test_a_post_without_a_delivery_is_shown_for_every_channel(folder: Path) -> None:
    rows = preview_rows(checked(folder), NETWORKS, post="spare")
    assert [row["channel"] for row in rows] == [
        "ico-x",
        "ico-bluesky",
        "ndna-bluesky",
        "ndna-linkedin",
    ]
    assert {row["delivery"] for row in rows} == {None}


def test_a_post_without_a_delivery_is_not_shown_in_a_language_that_it_lacks(folder: Path) -> None:
    file = folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("network: x, partner: ico,") == 1
    spoken = text.replace("network: x, partner: ico,", "network: x, partner: ico, language: cy,")
    file.write_text(spoken, encoding="utf-8")
    rows = preview_rows(checked(folder), NETWORKS, post="spare")
    assert [row["channel"] for row in rows] == ["ico-bluesky", "ndna-bluesky", "ndna-linkedin"]


@pytest.mark.parametrize(
    ("post", "channel", "sentence"),
    [
        ("lost", None, "there is no post “lost” that can be read"),
        (None, "lost", "there is no channel “lost”"),
    ],
)
def test_a_name_that_does_not_exist_is_said(
    folder: Path, post: str | None, channel: str | None, sentence: str
) -> None:
    with pytest.raises(LookupError, match=sentence):
        preview_rows(checked(folder), NETWORKS, post=post, channel=channel)


def test_without_a_schedule_there_is_nothing_to_preview(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="the schedule cannot be read; run `campaign check`"):
        preview_rows(checked(tmp_path), NETWORKS)
