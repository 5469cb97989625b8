"""No text turns the letters that stand behind it."""

from hypothesis import given
from hypothesis import strategies as st

from campaign.web.direction import closed
from campaign.web.looks import make_environment, web_address

MARKS = st.text("ab\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=12)


def test_what_turns_letters_is_ended_where_it_began() -> None:
    assert closed("Ama \u202eddo") == "Ama \u202eddo\u202c"
    assert (
        closed("\u2067one \u202etwo\u2069 three\nfour") == "\u2067one \u202etwo\u2069 three\nfour"
    )
    assert closed("a \u2066b \u202bc") == "a \u2066b \u202bc\u202c\u2069"


@given(MARKS)
def test_closing_adds_marks_alone_and_nothing_to_what_is_closed(text: str) -> None:
    once = closed(text)
    assert closed(once) == once
    assert all(
        was.startswith(line) for was, line in zip(once.split("\n"), text.split("\n"), strict=True)
    )


@given(MARKS, MARKS)
def test_a_closed_text_turns_nothing_behind_it(first: str, second: str) -> None:
    assert closed(closed(first) + closed(second)) == closed(first) + closed(second)


def test_every_text_of_a_page_is_closed_and_no_link_leads_to_a_script() -> None:
    page = make_environment().from_string('<b title="{{ it }}">{{ it|e }}</b>')
    assert page.render(it="\u202ex") == '<b title="\u202ex\u202c">\u202ex\u202c</b>'
    assert web_address("https://x.example/1") == "https://x.example/1"
    assert web_address("javascript:odd()") == web_address(" JaVaScript:odd()") == ""
