import json
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.counting import grapheme_count, mastodon_length, utf8_length, x_weighted_length

VECTORS = Path(__file__).parents[1] / "vectors" / "text-length.json"
COUNTERS: dict[str, Callable[[str], int]] = {
    "x": x_weighted_length,
    "mastodon": mastodon_length,
    "bluesky": grapheme_count,
    "bluesky-bytes": utf8_length,
}
ROWS: list[dict[str, Any]] = [
    row
    for row in json.loads(VECTORS.read_text(encoding="utf-8"))
    if row["platform"] in COUNTERS and row["verified"]
]
FAMILY = "👨‍👩‍👧‍👦"
WORDS = st.text(alphabet="abcxyz äöüéñßжя漢字한", max_size=40)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['platform']}-{row['case']}")
def test_a_text_is_as_long_as_the_network_says(row: dict[str, Any]) -> None:
    assert COUNTERS[row["platform"]](row["text"]) == row["expected"]


def test_the_vectors_cover_all_four_countings() -> None:
    counts = {name: sum(row["platform"] == name for row in ROWS) for name in COUNTERS}
    assert counts == {"x": 25, "mastodon": 23, "bluesky": 26, "bluesky-bytes": 24}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://a.example/1", 19),
        ("https://ico.org.uk/think-check-share?utm_source=x&utm_campaign=tcs", 23),
        ("ico.org.uk", 23),
        ("ico.org.uk/a-page", 23),
        ("ico.org.uk?page=1", 30),
        ("me@ico.org.uk", 13),
        ("#ico.org.uk", 11),
        ("-ico.org.uk", 11),
        ("/ico.org.uk", 11),
        ("_ico.org.uk", 11),
        ("v1.0, e.g. this", 15),
        ("https://ico.org.uk.", 24),
        ("(https://ico.org.uk/a_(b))", 25),
        ("https://t.co/abc123/more", 28),
        ("https://t.co/" + "a" * 41, 54),
        ("https://" + "a" * 64 + ".com", 76),
        ("http://münchen.de", 23),
        ("xn--mnchen-3ya.de", 23),
        ("https://пример.рф/путь", 23),
        ("https://ico.org.uk:8080/x", 23),
        ("ico.org.uk,gov.uk", 47),
        ("日本語ico.org.uk", 29),
        ("ICO.ORG.UK", 23),
    ],
)  # fmt: skip
def test_x_sees_a_link_where_its_own_rules_see_one(text: str, length: int) -> None:
    assert x_weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (FAMILY, 2),
        (f"{FAMILY}{FAMILY}", 4),
        ("👍🏽", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("🇬🇧🇺🇳", 4),
        ("1️⃣", 2),
        ("#️⃣", 2),
        ("1 # *", 5),
        ("©", 1),
        ("©️", 2),
        ("❤️", 2),
        ("☺︎", 4),
        ("👩‍💻", 2),
        ("🫠", 2),
        ("a\u200d#b", 4),
    ],
)
def test_x_counts_an_emoji_as_two_however_it_is_made(text: str, length: int) -> None:
    assert x_weighted_length(text) == length


@pytest.mark.parametrize(
    ("character", "weight"),
    [
        ("\u10ff", 1),
        ("\u1100", 2),
        ("\u1fff", 2),
        ("\u2000", 1),
        ("\u200d", 1),
        ("\u200e", 2),
        ("\u200f", 2),
        ("\u2010", 1),
        ("\u201f", 1),
        ("\u2020", 2),
        ("\u2031", 2),
        ("\u2032", 1),
        ("\u2037", 1),
        ("\u2038", 2),
        ("\U0001d54f", 2),
    ],
)
def test_x_weighs_characters_by_the_documented_ranges(character: str, weight: int) -> None:
    assert x_weighted_length(f"a{character}b") == 2 + weight


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("https://a.example/1", 19),
        ("ico.org.uk", 10),
        ("https://ico.org.uk/a?b=c#d", 23),
        ("gemini://ico.org.uk/a", 23),
        ("ftp://ico.org.uk/a", 18),
        ("https://ico.org.uk/日本語をご覧", 23),
        ("https://ico.org.uk/a?q=日本語です", 23),
        ("https://ico.org.uk/a。", 23),
        ("https://ico.org.uk/a!", 24),
        ("https://ico.org.uk/a_(b_(c))", 23),
        ("https://ico.org.uk/<b>", 26),
        ("@ndna@social.example hello", 11),
        ("@ndna@social.example.", 6),
        ("@ndna", 5),
        ("me@social.example", 17),
        ("/@ndna@social.example", 21),
        ("@ndna@social.example@more", 25),
        ("https://ico.org.uk/@ndna@social.example", 23),
        ("(@ndna@social.example)", 7),
    ],
)
def test_mastodon_counts_links_and_mentions_by_its_servers_rules(text: str, length: int) -> None:
    assert mastodon_length(text) == length


def test_a_mastodon_server_may_reserve_another_length_for_links() -> None:
    assert mastodon_length("see https://ico.org.uk/a", url_weight=30) == 34


def test_a_line_break_from_windows_counts_once() -> None:
    assert (x_weighted_length("a\r\nb"), mastodon_length("a\r\nb")) == (3, 3)


@pytest.mark.parametrize(
    "text", ["a." * 2500, "a-" * 2500 + ".com", "(" * 5000, "漢" * 5000, "http://" + "a.b-" * 1250]
)
def test_counting_a_hostile_text_ends_soon(text: str) -> None:
    # Unbounded, the first and the last take most of a minute each; bounded, about a second.
    started_at = time.process_time()
    x_weighted_length(text)
    mastodon_length(text)
    assert time.process_time() - started_at < 10


@given(st.text())
def test_no_length_is_negative_and_only_nothing_is_nothing(text: str) -> None:
    for name, count in COUNTERS.items():
        assert (count(encodable(text)) > 0) is bool(encodable(text)), name


@given(WORDS, WORDS)
def test_lengths_of_lines_add_up(first: str, second: str) -> None:
    for count in COUNTERS.values():
        assert count(f"{first}\n{second}") == count(first) + 1 + count(second)


@given(st.text())
def test_x_does_not_care_how_accents_are_stored(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert x_weighted_length(decomposed) == x_weighted_length(unicodedata.normalize("NFC", text))


@given(WORDS, st.from_regex(r"[a-z0-9]{1,300}", fullmatch=True))
def test_a_link_weighs_the_same_however_long_it_is(words: str, path: str) -> None:
    text = f"{words} https://ico.org.uk/{path}"
    assert x_weighted_length(text) == x_weighted_length(words) + 24
    assert mastodon_length(text) == mastodon_length(words) + 24


def encodable(text: str) -> str:
    return "".join(one for one in text if not "\ud800" <= one <= "\udfff")
