import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.bluesky import NETWORK
from connectors.bluesky_facts import DOCUMENTED
from connectors.bluesky_key import choose_key, created_at, written
from connectors.bluesky_record import blob_token, build_record, mention_token, show_link
from connectors.contract import DeliveryKey, Link, Media, OutgoingPost
from tests.connectors.pictures import (
    jpeg,
    jpeg_with_camera,
    jpeg_with_place,
    jpeg_with_xmp,
    png,
)

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
BLOB = {
    "$type": "blob",
    "ref": {"$link": "bafkmadeup"},
    "mimeType": "image/png",
    "size": 70,
}
POST = OutgoingPost(
    delivery_key=choose_key("law/ico/1", "content", NOW), text="Think.", language="en"
)
SPANS = st.timedeltas(min_value=timedelta(days=-3650), max_value=timedelta(days=365 * 70))


def picture(content: bytes, media_type: str = "image/jpeg") -> Media:
    return Media(content=content, media_type=media_type, alt_text="")


@given(SPANS, st.text(max_size=40))
def test_a_key_is_a_tid_and_holds_the_millisecond_of_the_first_attempt(
    since: timedelta, delivery: str
) -> None:
    instant = NOW + since
    key = choose_key(delivery, "content", instant)
    assert re.fullmatch(r"[2-7a-j][2-7a-z]{12}", key)
    assert timedelta() <= instant - created_at(key) < timedelta(milliseconds=1)


def test_keys_sort_as_their_instants_do() -> None:
    keys = [choose_key("a", "b", NOW + timedelta(milliseconds=step)) for step in range(50)]
    assert keys == sorted(keys)


def test_deliveries_of_the_same_moment_have_different_names() -> None:
    keys = {choose_key(f"entry/channel/{n}", "content", NOW) for n in range(300)}
    assert len(keys) == 300


def test_a_known_tid_is_read_as_the_network_reads_it() -> None:
    # The pair stands in the description of another client of the network.
    assert written(created_at(DeliveryKey("3l25zusnsfctk"))) == "2024-08-20T16:31:35.793Z"
    assert written(created_at(DeliveryKey("2222222222222"))) == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize("key", ["", "3jzfcijpj2z2", "3jzfcijpj2z21", "3JZFCIJPJ2Z2A", "slug"])
def test_what_is_no_tid_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="TID"):
        created_at(DeliveryKey(key))


SHOWN = [
    ("https://ico.org.uk/", "ico.org.uk"),
    ("https://ico.org.uk/a?utm_source=bluesky#part", "ico.org.uk/a"),
    ("https://ico.org.uk/think-check-share/for-professionals", "ico.org.uk/think-check-share/…"),
    ("https://ico.org.uk/123456789012345678", "ico.org.uk/123456789012345678"),
    ("https://ico.org.uk/1234567890123456789", "ico.org.uk/1234567890123456789"),
    ("https://ico.org.uk/12345678901234567890", "ico.org.uk/123456789012345678…"),
]


@pytest.mark.parametrize(("url", "expected"), SHOWN)
def test_a_link_is_shown_without_scheme_and_query_in_thirty_characters(
    url: str, expected: str
) -> None:
    assert show_link(url) == expected


def test_the_record_is_a_function_of_post_and_tokens() -> None:
    post = replace(POST, text="Hi @ndna.test", media=(picture(png()),))
    tokens = (blob_token(BLOB), mention_token("ndna.test", "did:plc:ndna"))
    assert build_record(post, tokens) == {
        "$type": "app.bsky.feed.post",
        "text": "Hi @ndna.test",
        "createdAt": "2027-01-12T08:30:00.000Z",
        "langs": ["en"],
        "facets": [
            {
                "index": {"byteStart": 3, "byteEnd": 13},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ndna"}],
            }
        ],
        "embed": {
            "$type": "app.bsky.embed.images",
            "images": [
                {"alt": "", "image": BLOB, "aspectRatio": {"width": 8, "height": 6}},
            ],
        },
    }


def test_a_card_without_a_title_is_named_by_its_address() -> None:
    record = build_record(replace(POST, link=Link(url="https://ico.org.uk/a")), ())
    assert record["embed"]["external"] == {
        "uri": "https://ico.org.uk/a",
        "title": "ico.org.uk/a",
        "description": "",
    }


def test_a_missing_upload_builds_no_record() -> None:
    with pytest.raises(ValueError, match="zip"):
        build_record(replace(POST, media=(picture(png()),)), ())


COMPLAINTS = [
    (jpeg_with_place(), "carries the place where it was taken"),
    (jpeg_with_camera(), "carries metadata"),
    (jpeg_with_xmp(), "carries metadata"),
    (b"no picture", "cannot be read as a picture"),
]


@pytest.mark.parametrize(("content", "words"), COMPLAINTS)
def test_a_picture_that_says_more_than_it_shows_is_reported(content: bytes, words: str) -> None:
    post = replace(POST, media=(picture(jpeg()), picture(content)))
    [problem] = NETWORK.check(post, DOCUMENTED)
    assert problem.field == "media"
    assert problem.message.startswith(f"Picture 2 {words}")


def test_a_clean_picture_is_no_problem() -> None:
    media = (picture(jpeg()), picture(png(), "image/png"))
    assert NETWORK.check(replace(POST, media=media), DOCUMENTED) == []


CARDS = [
    (picture(jpeg_with_place()), "carries the place"),
    (picture(b"<svg/>", "image/svg+xml"), "is image/svg+xml"),
    (picture(jpeg() + b"\0" * 1_000_000), "the most is 1,000,000"),
]


@pytest.mark.parametrize(("thumbnail", "words"), CARDS)
def test_the_cards_picture_is_looked_at_too(thumbnail: Media, words: str) -> None:
    card = Link(url="https://ico.org.uk/a", thumbnail=thumbnail)
    [problem] = NETWORK.check(replace(POST, link=card), DOCUMENTED)
    assert problem.field == "link"
    assert words in problem.message
    with_pictures = replace(POST, link=card, media=(picture(jpeg()),))
    assert NETWORK.check(with_pictures, DOCUMENTED) == []


def test_a_picture_of_more_than_two_million_bytes_is_reported() -> None:
    fits = jpeg() + b"\0" * (2_000_000 - len(jpeg()))
    assert NETWORK.check(replace(POST, media=(picture(fits),)), DOCUMENTED) == []
    [problem] = NETWORK.check(replace(POST, media=(picture(fits + b"\0"),)), DOCUMENTED)
    assert problem.message == "Picture 1 has 2,000,001 bytes, the most is 2,000,000."
