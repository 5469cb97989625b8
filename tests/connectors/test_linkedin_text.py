import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linkedin_text import commentary, escape, same_text, shown
from rehearsal.linkedin_text import read_commentary

VECTORS = Path(__file__).parents[1] / "vectors" / "text-entities.json"
ESCAPING = json.loads(VECTORS.read_text(encoding="utf-8"))["linkedin_escaping"]

SIGNS = st.sampled_from("\\|{}@[]()<>#*_~ ab#1é日\n:/.h")
WRITTEN = st.one_of(st.text(SIGNS, max_size=40), st.text(max_size=40))


def test_there_are_vectors() -> None:
    assert len(ESCAPING) >= 4


@pytest.mark.parametrize("row", ESCAPING, ids=lambda row: row["text"][:20])
def test_escaping_is_as_in_the_vectors(row: dict[str, str]) -> None:
    assert escape(row["text"]) == row["escaped"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("#ThinkCheckShare", "#ThinkCheckShare"),
        ("(#Wales2027)", r"\(#Wales2027\)"),
        ("#10Steps", "#10Steps"),
        ("#东京 #café", "#东京 #café"),
        ("no. #1", r"no. \#1"),
        ("a#b and ##c", r"a\#b and \#\#c"),
        ("#snake_case", r"\#snake\_case"),
        ("https://a.example/b_(c)#d #e", r"https://a.example/b\_\(c\)\#d #e"),
        ("@[NDNA](urn:li:organization:7)", "@[NDNA](urn:li:organization:7)"),
        ("@[A (b)](urn:li:person:x_1-Y)", r"@[A \(b\)](urn:li:person:x_1-Y)"),
        ("@[NDNA](https://a.example)", r"\@\[NDNA\]\(https://a.example\)"),
        ("@ndna", r"\@ndna"),
    ],
)
def test_what_is_meant_as_an_element_is_one_and_nothing_else(text: str, written: str) -> None:
    assert commentary(text) == written


def test_a_reader_sees_elements_without_their_signs() -> None:
    assert shown(r"Ask @[A \(b\)](urn:li:person:1) \(now\) {hashtag|\#|Think} #Check") == (
        "Ask A (b) (now) #Think #Check"
    )


def test_the_same_text_is_known_in_the_form_in_which_linkedin_gives_it_back() -> None:
    text = "Think (twice): #ThinkCheckShare\r\n\r\nSee https://a.example/b_c"
    back = r"Think \(twice\): {hashtag|\#|ThinkCheckShare}" + "\n\n" + r"See https://a.example/b\_c"
    assert same_text(back, text)
    assert not same_text("Think ", text)


@given(WRITTEN)
def test_no_text_is_ever_cut(text: str) -> None:
    assert read_commentary(commentary(text)) == shown(commentary(text))
    assert read_commentary(escape(text)) == text


@given(WRITTEN.filter(lambda text: "@[" not in text))
def test_what_is_typed_is_what_is_seen(text: str) -> None:
    assert read_commentary(commentary(text)) == text
