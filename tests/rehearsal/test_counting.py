"""The stand-ins count texts as the networks' own libraries do, in code of their own."""

import json
from pathlib import Path
from typing import Any

import pytest

from rehearsal.counting import graphemes, mastodon_characters, threads_characters, x_weight

VECTORS = Path(__file__).parents[1] / "vectors/text-length.json"
COUNTED = {
    "x": x_weight,
    "mastodon": mastodon_characters,
    "bluesky": graphemes,
    "threads": threads_characters,
}
UNSETTLED = {
    ("mastodon", "devanagari-conjunct"),  # 3 or 4, by the Unicode version of the server's Ruby
    ("x", "emoji-unicode15.1-zwj"),  # younger than the reference library
}


def rows() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(VECTORS.read_text())
    return [
        row
        for row in listed
        if row["platform"] in COUNTED and (row["platform"], row["case"]) not in UNSETTLED
    ]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['platform']}-{row['case']}")
def test_lengths_are_those_of_the_reference_libraries(row: dict[str, Any]) -> None:
    assert COUNTED[row["platform"]](row["text"]) == row["expected"]


def test_the_vectors_are_all_there() -> None:
    assert len(rows()) > 70


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("https://ico.org.uk", 23),
        ("ico.org.uk/for-organisations", 23),
        ("https://campaign.example/path", 29),
        ("mail ama@ndna.co.uk", 19),
        ("(https://ico.org.uk/a_(b))", 25),
        ("https://ico.org.uk/a.", 24),
        ("1️⃣ 🇬🇧 👩🏽‍🏫", 8),
    ],
)
def test_what_counts_as_a_link_on_x(text: str, weight: int) -> None:
    assert x_weight(text) == weight
