import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest

from connectors.bluesky import NETWORK, read_permalink
from connectors.contract import (
    AccessRefused,
    CannotSay,
    Captions,
    DeliveryKey,
    Found,
    Link,
    Media,
    Metric,
    Missing,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    RemoteId,
)
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, Sample, open_bench, picture, send
from tests.connectors.contract import ConnectorContract
from tests.films.shelf import film

FAMILY = "👨‍👩‍👧‍👦"  # one character of 25 bytes
LINK = "https://ico.org.uk/think-check-share/for-professionals?utm_source=bluesky"
SHOWN = "ico.org.uk/think-check-share/…"


def unknown_id(known: str, number: int) -> str:
    digits = "234567abcdefghijklmnopqrstuvwxyz"
    ending = "".join(digits[number // 32**place % 32] for place in (2, 1, 0))
    return f"{known[:-4]}2{ending}"


SAMPLE = Sample(
    network=NETWORK,
    handle="ico.example",
    at_limit=("a" * 300, "漢" * 300, FAMILY * 120, "é" * 300),
    over_limit=("b" * 301, "字" * 300 + "b", FAMILY * 120 + "b", "é" * 301),
    unknown_id=unknown_id,
    has_language=True,
    foreign_address="https://bsky.app/profile/somebody.example/post/3n6vnnsaziaih",
)


class TestBluesky(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


@pytest.fixture(name="bench")
def _bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench
        assert bench.rehearsal.pending_faults() == []


def test_a_post_is_written_only_where_nothing_stands(bench: Bench) -> None:
    send(bench.connector(), bench.post("Think. #Share"))
    [request] = bench.calls(Call.PUBLISH)
    body = json.loads(request.body)
    assert request.path == "/xrpc/com.atproto.repo.putRecord"
    assert "swapRecord" in body
    assert body["swapRecord"] is None
    assert body["record"] == {
        "$type": "app.bsky.feed.post",
        "text": "Think. #Share",
        "createdAt": "2027-01-12T08:30:00.000Z",
        "langs": ["en"],
        "facets": [
            {
                "index": {"byteStart": 7, "byteEnd": 13},
                "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Share"}],
            }
        ],
    }


def test_every_attempt_sends_the_same_record_however_late(bench: Bench) -> None:
    post = bench.post(pictures=2)
    send(bench.connector(), post)
    bench.clock.advance(timedelta(days=2))
    send(bench.connector(), post)
    first, second = (json.loads(one.body) for one in bench.calls(Call.PUBLISH))
    assert first == second
    assert len(bench.stored()) == 1


def test_a_link_is_shown_short_leads_to_the_whole_and_carries_a_card(bench: Bench) -> None:
    card = Link(url=LINK, title="For professionals", description="Checklist", thumbnail=picture(0))
    post = replace(bench.post(f"Read {SHOWN} today"), link=card)
    send(bench.connector(), post)
    [stored] = bench.stored()
    [facet] = stored.raw["facets"]
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#link", "uri": LINK}]
    external = stored.raw["embed"]["external"]
    assert (external["uri"], external["title"]) == (LINK, "For professionals")
    assert external["description"] == "Checklist"
    assert external["thumb"]["mimeType"] == "image/png"


def test_with_pictures_there_is_no_card_and_its_thumbnail_is_not_uploaded(bench: Bench) -> None:
    card = Link(url=LINK, title="For professionals", thumbnail=picture(3))
    post = replace(bench.post(f"Read {SHOWN}", pictures=1), link=card)
    send(bench.connector(), post)
    [stored] = bench.stored()
    assert stored.raw["embed"]["$type"] == "app.bsky.embed.images"
    assert stored.raw["embed"]["images"][0]["aspectRatio"] == {"width": 4, "height": 3}
    assert [one.content for one in stored.media] == [picture(0).content]
    assert len(bench.calls(Call.MEDIA)) == 1


def test_a_mention_names_the_account_and_one_that_nobody_has_stays_text(bench: Bench) -> None:
    credentials = bench.rehearsal.add_account("bluesky", "ndna.test")
    assert credentials["IDENTIFIER"] == "ndna.test"
    send(bench.connector(), bench.post("With @ndna.test and @nobody.test"))
    [facet] = bench.stored()[0].raw["facets"]
    [feature] = facet["features"]
    assert facet["index"] == {"byteStart": 5, "byteEnd": 15}
    assert feature["did"].startswith("did:plc:")


def test_one_sign_in_serves_everything(bench: Bench) -> None:
    connector = bench.connector()
    for number in range(40):
        send(connector, bench.post(f"Number {number}"))
    connector.read_account()
    assert len(bench.calls(Call.SIGN_IN)) == 1


def test_an_expired_session_is_refreshed_and_the_post_goes_out_once(bench: Bench) -> None:
    connector = bench.connector()
    send(connector, bench.post("one"))
    bench.clock.advance(timedelta(hours=3))
    send(connector, bench.post("two"))
    names = [one.path.rpartition(".")[2] for one in bench.calls(Call.SIGN_IN)]
    assert names == ["createSession", "refreshSession"]
    assert [one.text for one in bench.stored()] == ["one", "two"]


def test_a_session_that_cannot_be_refreshed_is_opened_anew(bench: Bench) -> None:
    connector = bench.connector()
    send(connector, bench.post("one"))
    bench.clock.advance(timedelta(days=200))
    send(connector, bench.post("two"))
    names = [one.path.rpartition(".")[2] for one in bench.calls(Call.SIGN_IN)]
    assert names == ["createSession", "refreshSession", "createSession"]


def test_a_token_that_is_refused_again_is_refused_for_good(bench: Bench) -> None:
    connector = bench.connector()
    send(connector, bench.post("one"))
    bench.inject(Fault.EXPIRED_TOKEN, times=2)
    with pytest.raises(AccessRefused):
        send(connector, bench.post("two"))
    assert [one.text for one in bench.stored()] == ["one"]


def test_when_no_sign_in_is_allowed_nothing_is_asked_until_it_is(bench: Bench) -> None:
    connector = bench.connector()
    bench.inject(Fault.RATE_LIMIT, on=Call.SIGN_IN)
    for _ in range(3):
        with pytest.raises(NotSent) as caught:
            connector.prepare(bench.post(pictures=1), None)
    assert len(bench.calls(Call.SIGN_IN)) == 1
    assert caught.value.retry_at is not None
    bench.clock.move_to(caught.value.retry_at)
    send(connector, bench.post())
    assert len(bench.stored()) == 1


def test_another_post_under_the_same_name_is_looked_at_by_a_person(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post("First wording")
    send(connector, post)
    changed = replace(post, text="Second wording")
    with pytest.raises(OutcomeUnknown) as caught:
        send(connector, changed)
    assert caught.value.code == "InvalidSwap"
    assert isinstance(connector.find(bench.sought(changed)), CannotSay)
    assert isinstance(connector.find(bench.sought(post)), Found)
    assert [one.text for one in bench.stored()] == ["First wording"]


def test_the_same_text_with_other_uploads_counts_as_the_post_that_stands_there(
    bench: Bench,
) -> None:
    connector, post = bench.connector(), bench.post(pictures=1)
    first = send(connector, post)
    redrawn = Media(content=picture(2).content, media_type="image/png", alt_text="Other")
    assert send(connector, replace(post, media=(redrawn,))) == first
    assert len(bench.stored()) == 1


def test_an_upload_that_is_cleared_away_is_made_again_after_its_time(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post(pictures=1)
    prepared = connector.prepare(post, None)
    assert prepared.expires_at == START + timedelta(minutes=10)
    bench.clock.advance(timedelta(minutes=9))
    assert connector.prepare(post, prepared) == prepared
    bench.clock.advance(timedelta(minutes=1))
    assert connector.prepare(post, prepared).expires_at == START + timedelta(minutes=20)
    assert len(bench.calls(Call.MEDIA)) == 2


def test_uploads_that_are_not_all_there_are_made_anew(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post(pictures=2)
    first, _ = connector.prepare(post, None).tokens
    half = Prepared(tokens=(first,), expires_at=START + timedelta(minutes=10))
    assert len(connector.prepare(post, half).tokens) == 2


def test_a_key_that_is_no_tid_is_refused_before_anything_is_sent(bench: Bench) -> None:
    post = replace(bench.post(), delivery_key=DeliveryKey("law-helps-you-share"))
    with pytest.raises(PostRefused):
        send(bench.connector(), post)
    assert bench.calls(Call.PUBLISH) == []


def test_a_post_the_index_has_not_seen_is_told_apart_from_one_that_is_gone(bench: Bench) -> None:
    connector = bench.connector()
    gone = RemoteId(unknown_id(send(connector, bench.post()).remote_id, 5))
    foreign = RemoteId("at://did:plc:nobody/app.bsky.feed.post/3n6vnnsaziaih")
    odd = RemoteId("https://bsky.app/profile/ico.example")
    readings = connector.read_metrics([gone, foreign, odd])
    reasons = [one.missing[Metric.REACTIONS] for one in readings]
    assert reasons == [Missing.POST_GONE, Missing.NETWORK_ERROR, Missing.NETWORK_ERROR]


def test_counts_are_named_by_their_definitions() -> None:
    assert [(one.metric, one.id) for one in NETWORK.capabilities.metrics] == [
        (Metric.REACTIONS, "bluesky.likeCount.1"),
        (Metric.REPLIES, "bluesky.replyCount.1"),
        (Metric.RESHARES, "bluesky.repostCount.1"),
        (Metric.QUOTES, "bluesky.quoteCount.1"),
        (Metric.SAVES, "bluesky.bookmarkCount.1"),
    ]


def test_limits_are_asked_for_once_a_day_without_signing_in(bench: Bench) -> None:
    connector = bench.connector()
    assert connector.limits().max_media_bytes == 2_000_000
    connector.limits()
    assert (len(bench.calls(Call.LIMITS)), len(bench.calls(Call.SIGN_IN))) == (1, 0)
    bench.clock.advance(timedelta(days=1))
    connector.limits()
    assert len(bench.calls(Call.LIMITS)) == 2


PERMALINKS = [
    (
        "https://bsky.app/profile/ico.example/post/3n6vn",
        "at://ico.example/app.bsky.feed.post/3n6vn",
    ),
    (
        "https://bsky.app/profile/ICO.example/post/3n6vn/",
        "at://ico.example/app.bsky.feed.post/3n6vn",
    ),
    (" https://bsky.app/profile/ico.example/post/3n?x=1", "at://ico.example/app.bsky.feed.post/3n"),
    ("https://bsky.app/profile/did:plc:somebody/post/3n6vn", None),
    ("https://bsky.app/profile/ndna.example/post/3n6vn", None),
    ("https://bsky.app/profile/ico.example", None),
    ("https://bsky.app.a.example/profile/ico.example/post/3n6vn", None),
    ("3n6vn", None),
]


@pytest.mark.parametrize(("url", "expected"), PERMALINKS)
def test_an_address_gives_the_place_of_the_accounts_own_post(
    url: str, expected: str | None
) -> None:
    assert read_permalink(url, "@ico.example", None) == expected


WORDS = Captions(content=b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n", media_type="text/vtt")
TALK = Media(content=film("talk"), media_type="video/mp4", alt_text="They talk.", captions=WORDS)

BURNT_IN = replace(TALK, captions=None, burnt_in=True)


def test_a_video_goes_out_with_its_words_and_captions(bench: Bench) -> None:
    post = replace(bench.post("Watch this."), media=(TALK,))
    connector = bench.connector()
    assert connector.check(post, connector.limits()) == []
    prepared = connector.prepare(post, None)
    published = connector.publish(post, prepared)
    (stored,) = bench.stored()
    assert [(one.content, one.alt_text, one.captions) for one in stored.media] == [
        (film("talk"), "They talk.", WORDS.content)
    ]
    embed = stored.raw["embed"]
    assert (embed["$type"], embed["captions"][0]["lang"]) == ("app.bsky.embed.video", "en")
    assert embed["aspectRatio"] == {"width": 90, "height": 160}
    again = bench.connector().publish(post, bench.connector().prepare(post, prepared))
    assert (again.remote_id, len(bench.stored())) == (published.remote_id, 1)


def test_a_video_with_burnt_in_captions_needs_no_file(bench: Bench) -> None:
    send(bench.connector(), replace(bench.post(), media=(BURNT_IN,)))
    assert "captions" not in bench.stored()[0].raw["embed"]


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ((BURNT_IN, picture(0)), "A video stands alone"),
        ((replace(TALK, captions=None),), "name a WebVTT (.vtt) file"),
        (
            (replace(TALK, captions=replace(WORDS, content=b"WEBVTT\n" + bytes(20_000))),),
            "The caption file has 20,007 bytes, the most is 20,000.",
        ),
        ((replace(BURNT_IN, content=film("talk-vp9")),), "picture is vp09"),
    ],
)
def test_check_knows_what_bluesky_asks_of_a_video(media: tuple[Media, ...], words: str) -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START), text="a", language="en", media=media
    )
    (problem,) = NETWORK.check(post, NETWORK.documented)
    assert words in problem.message
