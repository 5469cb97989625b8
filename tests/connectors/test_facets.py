import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.facets import LINK, MENTION, TAG, bluesky_facets

VECTORS = Path(__file__).parents[1] / "vectors" / "text-entities.json"
ROWS: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["bluesky_facets"]
PIECES = st.lists(
    st.one_of(
        st.sampled_from(["https://ico.org.uk/a", "#tag", "@alice.bsky.social", "ico.org.uk"]),
        st.sampled_from([" ", "\n", "(", ")", "日本", "🚀", "é", ".", "#", "@", "shown…", "a"]),
    ),
    max_size=12,
).map("".join)


def found(text: str, links: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """What the network would cut out of the text by its byte offsets, with kind and value."""
    rows = []
    for facet in bluesky_facets(text, links or {}):
        index, (feature,) = facet["index"], facet["features"]
        cut = text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        kind = feature["$type"]
        rows.append((cut, kind, *(value for name, value in feature.items() if name != "$type")))
    return rows


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_facets_are_those_of_the_official_client(row: dict[str, Any]) -> None:
    wanted = [(one["slice"], one["type"], one["value"]) for one in row["facets"]]
    offsets = [(one["byteStart"], one["byteEnd"]) for one in row["facets"]]
    assert found(row["text"]) == wanted
    assert [
        (one["index"]["byteStart"], one["index"]["byteEnd"]) for one in bluesky_facets(row["text"])
    ] == offsets


def test_a_shown_address_leads_to_the_full_one() -> None:
    full = "https://ico.org.uk/think-check-share?utm_source=bluesky"
    assert found("Read ico.org.uk/think-ch… now", {"ico.org.uk/think-ch…": full}) == [
        ("ico.org.uk/think-ch…", LINK, full)
    ]


def test_a_given_link_goes_before_what_would_be_recognised() -> None:
    assert found("see ico.org.uk", {"ico.org.uk": "https://ico.org.uk/full"}) == [
        ("ico.org.uk", LINK, "https://ico.org.uk/full")
    ]


def test_of_two_given_links_the_longer_is_not_cut_short() -> None:
    links = {"a.example/1": "https://a.example/1", "a.example/12": "https://a.example/12"}
    assert found("a.example/12", links) == [("a.example/12", LINK, "https://a.example/12")]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a.example/12 and a.example/1.", "and a.example/1"),
        ("詳細はa.example/1をご覧", "詳細はa.example/1"),
        ("only xa.example/1x", "only xa.example/1"),
    ],
)
def test_a_given_link_stands_alone_where_it_can(text: str, cut: str) -> None:
    (facet,) = bluesky_facets(text, {"a.example/1": "https://a.example/1"})
    end = facet["index"]["byteEnd"]
    assert text.encode()[:end].decode().endswith(cut)


def test_a_mention_carries_the_handle_and_no_did() -> None:
    (facet,) = bluesky_facets("hi @alice.bsky.social")
    assert facet["features"] == [{"$type": MENTION, "handle": "alice.bsky.social"}]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Go to https://a.example/x?y=1#z.", "https://a.example/x?y=1#z"),
        ("(see https://a.example/x)", "https://a.example/x"),
        ("(see https://a.example/x).", "https://a.example/x"),
        ("https://a.example/x_(y)", "https://a.example/x_(y)"),
        ("“https://a.example/x”", None),
        ("https://a.example/x…", "https://a.example/x"),
        ("line\nhttps://a.example/x", "https://a.example/x"),
        ("xhttps://a.example/x", None),
    ],
)
def test_a_link_ends_before_the_sentence_does(text: str, link: str | None) -> None:
    assert found(text) == ([(link, LINK, link)] if link else [])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("on gov.uk today", [("gov.uk", LINK, "https://gov.uk")]),
        ("on gov.example today", []),
        ("e.g. this", []),
        ("v1.0", []),
        ("me@gov.uk", []),
    ],
)
def test_an_address_without_scheme_needs_a_domain_in_use(
    text: str, rows: list[tuple[str, str, str]]
) -> None:
    assert found(text) == rows


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#ThinkCheckShare", ["ThinkCheckShare"]),
        ("#tag, #other!", ["tag", "other"]),
        ("a#tag", []),
        ("#", []),
        ("#2027", []),
        ("#week2", ["week2"]),
        ("# heading", []),
        ("#" + "a" * 64, ["a" * 64]),
        ("#" + "a" * 65, []),
        ("#\ufe0f\u20e3", []),
    ],
)
def test_a_tag_is_what_the_official_client_takes_for_one(text: str, tags: list[str]) -> None:
    assert [(cut, value) for cut, kind, value in found(text) if kind == TAG] == [
        (f"#{tag}", tag) for tag in tags
    ]


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@alice.bsky.social.", ["alice.bsky.social"]),
        ("(@alice.bsky.social)", ["alice.bsky.social"]),
        ("@alice.test", ["alice.test"]),
        ("@alice.example", []),
        ("@alice", []),
        ("me@alice.bsky.social", []),
    ],
)
def test_a_mention_needs_a_handle_that_can_exist(text: str, handles: list[str]) -> None:
    assert [value for _, kind, value in found(text) if kind == MENTION] == handles


@given(PIECES)
def test_facets_stand_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for facet in bluesky_facets(text, {"shown…": "https://a.example/"}):
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(text.encode())
        text.encode()[start:stop].decode()
        end = stop
