from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from campaign.desk_views.compared import Kind, compare, compare_texts
from campaign.payload import Payload, PayloadLink, PayloadMedia

BEFORE = Payload(
    network="x",
    handle="@ico.example",
    server=None,
    text="Ask first.",
    language="en",
    link=PayloadLink(url="https://ico.example/a"),
    media=(PayloadMedia(sha256="1" * 64, media_type="image/png", alt_text="A field."),),
)


@given(st.text(), st.text())
def test_both_texts_can_be_read_out_of_the_comparison(before: str, after: str) -> None:
    pieces = compare_texts(before, after)
    assert "".join(one.text for one in pieces if one.kind is not Kind.NEW) == before
    assert "".join(one.text for one in pieces if one.kind is not Kind.GONE) == after


def test_everything_an_approval_is_bound_to_is_told_of() -> None:
    picture = replace(BEFORE.media[0], alt_text="A meadow.")
    other = replace(
        BEFORE,
        handle="@npcc.example",
        link=PayloadLink(url="https://ico.example/b"),
        media=(picture, picture),
    )
    found = compare(BEFORE, other)
    assert not found.text_changed
    assert found.facts == (
        "account: @ico.example on x became @npcc.example on x",
        "link: https://ico.example/a became https://ico.example/b",
        "description of picture 1: “A field.” became “A meadow.”",
        "picture 2 is new",
    )
