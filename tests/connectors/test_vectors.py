"""No row of the length and entity vectors lies unused: where each kind is held against our code.

Rows that the networks' own libraries have not settled are held to what their notes allow.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.counting import mastodon_length, x_weighted_length
from connectors.linkedin_text import commentary, shown

TESTS = Path(__file__).parent
VECTORS = TESTS.parent / "vectors"
LENGTHS: list[dict[str, Any]] = json.loads((VECTORS / "text-length.json").read_text("utf-8"))
USED_BY = {
    "x": ("test_counting.py", "test_vectors.py"),
    "mastodon": ("test_counting.py", "test_vectors.py"),
    "bluesky": ("test_counting.py",),
    "bluesky-bytes": ("test_counting.py",),
    "threads": ("test_threads.py",),
    "linkedin": ("test_vectors.py",),
    "linkedin-escaped": ("test_registry.py",),
    "facebook": ("test_registry.py",),
    "instagram": ("test_registry.py",),
    "youtube-title": ("test_registry.py",),
    "youtube-description": ("test_registry.py",),
    "bluesky_facets": ("test_facets.py",),
    "linkedin_escaping": ("test_linkedin_text.py",),
}
VISIBLE = [one for one in LENGTHS if one["platform"] == "linkedin"]


def test_every_kind_of_row_is_used_by_a_test() -> None:
    entities = json.loads((VECTORS / "text-entities.json").read_text("utf-8"))
    assert {one["platform"] for one in LENGTHS} | set(entities) == set(USED_BY)
    for kind, files in USED_BY.items():
        for file in files:
            assert kind.removesuffix("title").removesuffix("description") in (
                TESTS / file
            ).read_text("utf-8"), f"{file} says nothing of {kind}"


def test_the_rows_that_nobody_has_settled_are_these_two() -> None:
    unsettled = [one for one in LENGTHS if not one["verified"]]
    counted = [one for one in unsettled if one["platform"] in {"x", "mastodon"}]
    assert [(one["platform"], one["case"]) for one in counted] == [
        ("mastodon", "devanagari-conjunct"),
        ("x", "emoji-unicode15.1-zwj"),
    ]
    assert mastodon_length(counted[0]["text"]) in {3, 4}
    assert 2 <= x_weighted_length(counted[1]["text"]) <= 5


@pytest.mark.parametrize("row", VISIBLE, ids=lambda row: row["case"])
def test_what_linkedin_shows_of_a_text_is_as_long_as_the_text(row: dict[str, Any]) -> None:
    seen = shown(commentary(row["text"]))
    assert len(seen.encode("utf-16-le")) // 2 == row["expected"]
