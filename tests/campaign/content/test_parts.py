from pathlib import Path

import pytest

from campaign.content.compose import compose
from campaign.content.reading import read_post
from campaign.content.wordings import split_wordings
from campaign.payload import Form, Payload
from campaign.schedule.reading import read_schedule
from connectors.contract import NetworkName
from tests.campaign.folders import PNG, write_campaign, write_post
from tests.campaign.networks import NETWORKS

THREAD = """\
First.

### next part

Second.
### next part
Third.

## x
Short.
### first comment
A comment.
"""
LINK = "link: {url: https://ico.example/law, title: The law}"


def faults(body: str) -> list[str]:
    return [str(one) for one in split_wordings("post.md", body.split("\n"), 1)[1]]


def composed(folder: Path, body: str, *, front: str = "") -> tuple[Payload, ...]:
    schedule = read_schedule(write_campaign(folder, "") / "schedule.yaml")
    post = read_post(write_post(folder, "law", body, front=front))
    network = NETWORKS[NetworkName("x")]
    return compose(post, "ico-x", schedule=schedule, network=network, run=1)


def test_a_wording_is_split_into_its_parts() -> None:
    (default, x), found = split_wordings("post.md", THREAD.split("\n"), 10)
    assert found == []
    assert [one.text for one in default.pieces] == ["First.", "Second.", "Third."]
    assert [one.text for one in x.pieces] == ["Short.", "A comment."]
    assert [(one.part, one.comment) for one in default.pieces] == [
        (1, False),
        (2, False),
        (3, False),
    ]
    assert [(one.part, one.comment) for one in x.pieces] == [(1, False), (2, True)]


def test_a_part_knows_its_lines_and_its_name() -> None:
    (default, x), _ = split_wordings("post.md", THREAD.split("\n"), 10)
    assert [(one.place, one.line) for one in default.pieces] == [(10, 10), (12, 14), (15, 16)]
    assert [one.heading for one in default.pieces] == [
        "part 1 of the default wording",
        "part 2 of the default wording",
        "part 3 of the default wording",
    ]
    assert [one.heading for one in x.pieces] == [
        "the wording “## x”",
        "the first comment of the wording “## x”",
    ]


@pytest.mark.parametrize(
    "line", ["### Next part", "## next part", "### next part:", " ### next part", "### comment"]
)
def test_every_other_line_is_text(line: str) -> None:
    (default,), found = split_wordings("post.md", f"Before.\n{line}\nAfter.".split("\n"), 1)
    assert (default.text, default.rest, found) == (f"Before.\n{line}\nAfter.", (), [])


def test_a_part_that_says_nothing_is_a_fault() -> None:
    assert faults("First.\n### next part\n\n### next part\nThird.") == [
        "post.md:2:1: part 2 of the default wording is empty; write it, or take its heading out"
    ]
    assert faults("### next part\nSecond.") == [
        "post.md:1:1: part 1 of the default wording is empty; write what the post says"
    ]


def test_a_comment_and_other_parts_exclude_each_other() -> None:
    words = (
        "a wording has either one “### first comment” or any number of “### next part”; "
        "write the comment as the last part"
    )
    assert faults("A.\n### next part\nB.\n### first comment\nC.") == [f"post.md:4:1: {words}"]
    assert faults("A.\n### first comment\nB.\n### first comment\nC.") == [f"post.md:2:1: {words}"]


def test_every_part_is_a_payload_of_its_own(tmp_path: Path) -> None:
    first, second = composed(tmp_path, "First.\n### next part\nSecond.")
    assert (first.text, first.form) == ("First.", Form.POST)
    assert (second.text, second.form) == ("Second.", Form.PART)
    assert (second.handle, second.network) == (first.handle, first.network)
    (_, comment) = composed(tmp_path, "First.\n### first comment\nSecond.")
    assert comment.form is Form.COMMENT
    assert comment.content_hash != second.content_hash


def test_the_same_text_is_another_content_where_it_stands_under_another_one(
    tmp_path: Path,
) -> None:
    first, second = composed(tmp_path, "Same.\n### next part\nSame.")
    assert first.content_hash != second.content_hash


def test_the_link_goes_with_the_first_part_unless_another_names_it(tmp_path: Path) -> None:
    first, second = composed(tmp_path, "First.\n### next part\nSecond.", front=LINK)
    assert first.link is not None
    assert first.text.startswith("First.\n\nhttps://ico.example/law?utm_source=x")
    assert (second.link, second.text) == (None, "Second.")


def test_a_link_that_a_comment_names_stands_there_alone(tmp_path: Path) -> None:
    body = "First.\n### first comment\nRead more: {link}"
    first, comment = composed(tmp_path, body, front=LINK)
    assert (first.link, first.text) == (None, "First.")
    assert comment.link is not None
    assert comment.text.startswith("Read more: https://ico.example/law?utm_source=x")


def test_pictures_go_with_the_first_part(tmp_path: Path) -> None:
    write_post(tmp_path, "law")
    (tmp_path / "posts" / "law" / "sign.png").write_bytes(PNG)
    front = "media: [{file: sign.png, alt: A sign.}]"
    first, second = composed(tmp_path, "First.\n### next part\nSecond.", front=front)
    assert (len(first.media), second.media) == (1, ())
