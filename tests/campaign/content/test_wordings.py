import pytest

from campaign.content.post import Wording
from campaign.content.wordings import split_wordings

BODY = """\

For everybody.

## x
For X.
## x / ndna
For the nurseries' X.

## x / cy
I bawb.
## x #2
Again.
## linkedin / ndna-linkedin #3
Third.
"""


def split(body: str) -> tuple[tuple[Wording, ...], list[str]]:
    wordings, faults = split_wordings("post.md", body.split("\n"), 10)
    return wordings, [str(one) for one in faults]


def test_a_body_is_split_at_headings_that_name_a_network() -> None:
    wordings, faults = split(BODY)
    assert faults == []
    assert [(one.network, one.qualifier, one.run, one.text) for one in wordings] == [
        (None, None, None, "For everybody."),
        ("x", None, None, "For X."),
        ("x", "ndna", None, "For the nurseries' X."),
        ("x", "cy", None, "I bawb."),
        ("x", None, 2, "Again."),
        ("linkedin", "ndna-linkedin", 3, "Third."),
    ]


def test_a_wording_knows_its_lines() -> None:
    wordings, _ = split(BODY)
    assert [(one.heading_line, one.line) for one in wordings] == [
        (0, 11),
        (13, 14),
        (15, 16),
        (18, 19),
        (20, 21),
        (22, 23),
    ]


@pytest.mark.parametrize(
    "line",
    ["## X", "## twitter", "# x", "### x", "##x", "## x:", "## x /ndna", "## x #0", " ## x", "x"],
)
def test_every_other_line_is_text(line: str) -> None:
    wordings, faults = split(f"Before.\n{line}\nAfter.")
    assert faults == []
    assert [one.text for one in wordings] == [f"Before.\n{line}\nAfter."]


def test_text_is_sent_as_typed_apart_from_its_ends_and_composed_letters() -> None:
    (wording,) = split("\n\n  Cafe\u0301:  two  spaces \n\n- a line\n\n \n")[0]
    assert wording.text == "  Caf\u00e9:  two  spaces \n\n- a line"


def test_a_heading_that_stands_twice_is_a_fault_at_the_second() -> None:
    _, faults = split("All.\n## x\nOne.\n## x\nTwo.")
    assert faults == ["post.md:13:1: the wording “## x” stands here twice, first on line 11"]


def test_a_wording_without_text_is_a_fault() -> None:
    assert split("All.\n## x\n\n## linkedin\nText.")[1] == [
        "post.md:11:1: the wording “## x” is empty; write what the post says"
    ]
    assert split("\n")[1] == [
        "post.md:10:1: the default wording is empty; write what the post says"
    ]


def test_the_default_wording_may_be_missing_where_networks_have_their_own() -> None:
    wordings, faults = split("\n## x\nOnly here.")
    assert faults == []
    assert [one.network for one in wordings] == ["x"]


def test_a_control_character_is_a_fault_at_its_place() -> None:
    assert split("Fine.\n\tAlso fine.\nNot\x07 fine.")[1] == [
        "post.md:12:4: the control character U+0007 cannot be sent; remove it"
    ]


def test_the_heading_is_named_as_it_stands_in_the_file() -> None:
    assert split(BODY)[0][5].heading == "the wording “## linkedin / ndna-linkedin #3”"
