import base64
import hmac
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote, unquote

import pytest
import responses

from connectors.caption_files import SUBRIP, WEBVTT
from connectors.contract import (
    Access,
    AccessRefused,
    Captions,
    DeliveryKey,
    Found,
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
from connectors.x import NETWORK, connect
from rehearsal.records import RecordedRequest
from rehearsal.server import Call, Fault
from tests.connectors import x_specification
from tests.connectors.bench import START, Bench, Sample, open_bench, picture, send
from tests.connectors.contract import ConnectorContract
from tests.films.shelf import film

LINK = "https://ico.org.uk/think-check-share?utm_source=x&utm_medium=social"
SAMPLE = Sample(
    network=NETWORK,
    handle="@ico.example",
    at_limit=("a" * 280, "漢" * 140, "👨‍👩‍👧‍👦" * 140, "a" * 256 + " " + LINK, "é" * 280),
    over_limit=("b" * 281, "字" * 140 + "b", "👩‍💻" * 140 + "b", "b" * 257 + " " + LINK),
    unknown_id=lambda known, number: str(int(known) - 1_000_000 + number),
    has_language=False,
    foreign_address="https://x.com/someone_else/status/2142901896606662720",
)
KEYS = {
    "API_KEY": "app-key",
    "API_SECRET": "app-secret",
    "ACCESS_TOKEN": "17-token",
    "ACCESS_TOKEN_SECRET": "token-secret",
}
A_POST = OutgoingPost(delivery_key=DeliveryKey("k"), text="Think.", language="en")
needs_specification = pytest.mark.skipif(
    not x_specification.is_at_hand(), reason="X's API specification is not beside the checkout"
)


class TestX(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        """As everywhere, and X's own specification allows all that was written."""
        with open_bench(self.sample) as bench:
            yield bench
            if x_specification.is_at_hand():
                assert x_specification.faults_of(bench.rehearsal.requests("x")) == []

    @needs_specification
    def test_the_specification_judges_every_kind_of_write(self, bench: Bench) -> None:
        send(bench.connector(), bench.post(pictures=2))
        writes = [one for one in bench.rehearsal.requests("x") if one.method == "POST"]
        assert [one.path for one in writes] == [
            "/2/media/upload",
            "/2/media/metadata",
            "/2/media/upload",
            "/2/media/metadata",
            "/2/tweets",
        ]
        assert x_specification.faults_in("/2/tweets", {"text": "a", "language": "en"}) != []
        assert x_specification.faults_in("/2/media/upload", {"media": "bytes"}) != []
        assert x_specification.faults_in("/2/media/metadata", {"media_id": "1"}) != []

    def test_the_text_is_sent_even_where_there_is_none(self, bench: Bench) -> None:
        send(bench.connector(), bench.post("", pictures=1))
        (stored,) = bench.stored()
        assert stored.raw["text"] == ""
        assert len(stored.raw["media"]["media_ids"]) == 1

    def test_a_refused_repeat_is_looked_up_and_found(self, bench: Bench) -> None:
        post = bench.post()
        first = send(bench.connector(), post)
        with pytest.raises(OutcomeUnknown) as caught:
            send(bench.connector(), post)
        finding = bench.connector().find(bench.sought(post))
        assert caught.value.code == "duplicate"
        assert getattr(finding, "post", None) == first

    def test_uploads_near_their_end_are_made_again(self, bench: Bench) -> None:
        post = bench.post(pictures=1)
        connector = bench.connector()
        prepared = connector.prepare(post, None)
        assert prepared.expires_at == START + timedelta(hours=24)
        bench.clock.advance(timedelta(hours=23, minutes=49))
        assert connector.prepare(post, prepared) == prepared
        bench.clock.advance(timedelta(minutes=1))
        with pytest.raises(NotSent) as caught:
            connector.publish(post, prepared)
        assert caught.value.uploads_gone
        assert bench.calls(Call.PUBLISH) == []
        assert connector.prepare(post, prepared).tokens != prepared.tokens

    def test_uploads_that_x_no_longer_knows_are_made_again(self, bench: Bench) -> None:
        post = bench.post(pictures=1)
        connector = bench.connector()
        lost = Prepared(tokens=("1880028106020515840",), expires_at=START + timedelta(hours=20))
        with pytest.raises(NotSent) as caught:
            connector.publish(post, lost)
        assert caught.value.uploads_gone
        connector.publish(post, connector.prepare(post, None))
        assert [len(one.media) for one in bench.stored()] == [1]

    def test_a_picture_whose_alt_text_fails_is_not_sent_without(self, bench: Bench) -> None:
        post = bench.post(pictures=1)
        connector = bench.connector()
        connector.prepare(post, None)
        bench.inject(Fault.SLOW, on=Call.MEDIA)  # the upload goes through
        bench.inject(Fault.FAIL_BEFORE_STORING, on=Call.MEDIA)  # the alt text does not
        with pytest.raises(NotSent):
            connector.prepare(post, None)

    def test_a_malformed_id_spoils_no_other_reading(self, bench: Bench) -> None:
        known = send(bench.connector(), bench.post()).remote_id
        bad, good = bench.connector().read_metrics([RemoteId("not-an-id"), known])
        assert bad.values == {}
        assert set(good.values) == {one.metric for one in NETWORK.capabilities.metrics}

    def test_what_was_promoted_is_told_apart_until_x_stops_telling(self, bench: Bench) -> None:
        published = send(bench.connector(), bench.post())
        bench.rehearsal.promote(published.remote_id, percent=50)
        bench.clock.advance(timedelta(days=2))
        (early,) = bench.connector().read_metrics([published.remote_id])
        organic = early.values[Metric.IMPRESSIONS]
        assert early.values[Metric.PAID_IMPRESSIONS] == organic // 2 > 0
        assert early.definitions == {}
        bench.clock.advance(timedelta(days=29))
        (late,) = bench.connector().read_metrics([published.remote_id])
        assert Metric.PAID_IMPRESSIONS not in late.values
        assert late.values[Metric.IMPRESSIONS] > organic + organic // 2 - 1
        assert late.definitions[Metric.IMPRESSIONS] == "x.impression_count.1"
        assert late.missing[Metric.LINK_CLICKS] is Missing.WITHHELD

    def test_a_post_is_found_beyond_the_first_page(self, bench: Bench) -> None:
        post = bench.post("the oldest of many")
        first = send(bench.connector(), post)
        connector = bench.connector()
        for number in range(101):
            bench.clock.advance(timedelta(minutes=1))
            send(connector, bench.post(f"number {number}"))
        finding = bench.connector().find(bench.sought(post))
        assert getattr(finding, "post", None) == first
        assert len(bench.calls(Call.FIND)) == 2


@responses.activate
def test_without_a_server_of_its_own_a_channel_signs_for_and_speaks_to_x() -> None:
    responses.post("https://api.x.com/2/tweets", json={"data": {"id": "42"}}, status=201)
    connector = connect(Access(handle="@ico", server=None, credentials=KEYS, now=lambda: START))
    published = connector.publish(A_POST, Prepared())
    (call,) = responses.calls
    header = call.request.headers["Authorization"]
    assert published.url == "https://x.com/ico/status/42"
    assert oauth(header)["oauth_signature"] == signature(
        "POST", "https://api.x.com/2/tweets", header
    )


def test_the_libraries_stay_silent_whatever_level_somebody_sets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with open_bench(SAMPLE) as bench:
        connector = bench.connector()
        for name in ("tweepy", "tweepy.client", "oauthlib", "oauthlib.oauth1.rfc5849"):
            caplog.set_level(logging.DEBUG, logger=name)
        send(connector, bench.post("Wording-7f3a"))
    names = {one.name.partition(".")[0] for one in caplog.records}
    assert not names & {"tweepy", "oauthlib", "requests_oauthlib"}
    assert logging.getLogger("tweepy.client").isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_channel_without_one_of_its_keys_says_which(name: str) -> None:
    keys = {**KEYS, name: " "}
    with pytest.raises(AccessRefused, match=f"no {name}: connect"):
        connect(Access(handle="@ico", server=None, credentials=keys, now=lambda: START))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("one $ABC", 0),
        ("$5 and $6 are prices", 0),
        ("two $ABC and $DEF", 1),
        ("a\ufeffb", 1),
        ("plain", 0),
    ],
)
def test_check_knows_what_only_x_refuses(text: str, problems: int) -> None:
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text=text, language="en")
    found = NETWORK.check(post, NETWORK.documented)
    assert [one.field for one in found] == ["text"] * problems


@pytest.mark.parametrize(
    ("address", "remote_id"),
    [
        ("https://x.com/ICO.example/status/42", "42"),
        ("https://twitter.com/ico.example/status/42?s=20", "42"),
        ("https://mobile.twitter.com/ico.example/status/42/photo/1", "42"),
        (" https://x.com/ico.example/status/42/ ", "42"),
        ("https://x.com/other/status/42", None),
        ("https://x.com/ico.example", None),
        ("http://[", None),
        ("https://x.com/ico.example/status/abc", None),
        ("https://x.example/ico.example/status/42", None),
        ("ftp://x.com/ico.example/status/42", None),
    ],
)
def test_a_permalink_counts_only_for_the_accounts_own_posts(
    address: str, remote_id: str | None
) -> None:
    assert NETWORK.read_permalink(address, "@ico.example", None) == remote_id


def test_what_x_can_do_is_as_documented() -> None:
    can = NETWORK.capabilities
    assert (can.key_life, can.proves_absence, can.settling) == (None, False, timedelta(minutes=2))
    assert (can.refuses_repeats, can.one_text_per_app, can.read_batch) == (True, True, 100)
    hours = [age / timedelta(hours=1) for age in can.cadence.ages]
    assert hours == [1, 6, 24, 48, 72, 96, 120, 144, 168, 336, 504, 672]
    assert can.cadence.weekly_until == timedelta(days=30)
    assert [one.raw_name for one in can.metrics] == [
        "organic_metrics.impression_count",
        "organic_metrics.like_count",
        "organic_metrics.reply_count",
        "organic_metrics.retweet_count",
        "public_metrics.quote_count",
        "public_metrics.bookmark_count",
        "organic_metrics.url_link_clicks",
    ]


def oauth(header: str) -> dict[str, str]:
    pairs = (one.strip().split("=", 1) for one in header.removeprefix("OAuth ").split(","))
    return {name: unquote(value.strip('"')) for name, value in pairs}


def signature(method: str, url: str, header: str) -> str:
    """RFC 5849, section 3.4, for a request without query, by hand."""
    signed = {name: value for name, value in oauth(header).items() if name != "oauth_signature"}
    listed = "&".join(f"{name}={quote(signed[name], safe='')}" for name in sorted(signed))
    base = "&".join(quote(part, safe="") for part in (method, url, listed))
    key = f"{KEYS['API_SECRET']}&{KEYS['ACCESS_TOKEN_SECRET']}"
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode()


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


TALK = Media(content=film("talk"), media_type="video/mp4", alt_text="They talk.", burnt_in=True)


def test_a_video_goes_up_in_parts_and_is_waited_for(bench: Bench) -> None:
    long = replace(TALK, content=film("talk") + bytes(9 * 1024 * 1024))
    post = replace(bench.post("Watch this."), media=(long,))
    assert bench.connector().check(post, NETWORK.documented) == []
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=40, times=5)
    prepared = bench.connector().prepare(post, None)
    assert [one.path.rpartition("/")[2] for one in bench.calls(Call.MEDIA)] == [
        "initialize",
        "append",
        "append",
        "append",
        "finalize",
    ]
    for ask in (bench.connector().publish, bench.connector().prepare):
        with pytest.raises(NotSent) as caught:
            ask(post, prepared)
        assert caught.value.retry_at == START + timedelta(seconds=15)
    assert bench.stored() == []
    bench.clock.advance(timedelta(seconds=40))
    bench.connector().publish(post, bench.connector().prepare(post, prepared))
    (stored,) = bench.stored()
    assert [one.content for one in stored.media] == [long.content]
    if x_specification.is_at_hand():
        assert x_specification.faults_of(bench.rehearsal.requests("x")) == []


def test_a_video_that_x_cannot_process_is_the_editors_to_mend(bench: Bench) -> None:
    broken = replace(TALK, content=b"no film at all")
    post = replace(bench.post("Watch this."), media=(broken,))
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=5, times=3)
    prepared = bench.connector().prepare(post, None)
    bench.clock.advance(timedelta(seconds=5))
    with pytest.raises(PostRefused, match="could not process the video"):
        bench.connector().publish(post, prepared)


@pytest.mark.parametrize(
    ("media", "words"),
    [
        ((TALK, picture(0)), "A video stands alone"),
        ((replace(TALK, burnt_in=False),), "has sound and no captions"),
        ((replace(TALK, content=film("talk-vp9")),), "is vp09; export it with H.264"),
    ],
)
def test_check_knows_what_x_asks_of_a_video(media: tuple[Media, ...], words: str) -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START), text="a", language="en", media=media
    )
    (problem,) = NETWORK.check(post, NETWORK.documented)
    assert words in problem.message


def test_a_video_that_went_out_unseen_is_found(bench: Bench) -> None:
    post = replace(bench.post("Watch this."), media=(TALK,))
    prepared = bench.connector().prepare(post, None)
    bench.inject(Fault.STORE_THEN_DROP)
    with pytest.raises(OutcomeUnknown):
        bench.connector().publish(post, prepared)
    finding = bench.connector().find(bench.sought(post, prepared=prepared))
    assert isinstance(finding, Found)
    assert [one.remote_id for one in bench.stored()] == [finding.post.remote_id]


@pytest.mark.parametrize(
    ("captions", "kind"),
    [
        (Captions(content=b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi.\n", media_type=WEBVTT), "vtt"),
        (Captions(content=b"1\n00:00:00,000 --> 00:00:01,000\nHi.\n", media_type=SUBRIP), "srt"),
    ],
)
def test_a_caption_file_is_put_to_its_video(bench: Bench, captions: Captions, kind: str) -> None:
    film_with = replace(TALK, burnt_in=False, captions=captions)
    post = replace(bench.post("Watch this.", language="cy"), media=(film_with,))
    assert bench.connector().check(post, NETWORK.documented) == []
    send(bench.connector(), post)
    (stored,) = bench.stored()
    assert stored.media[0].captions == captions.content
    bodies = [json.loads(one.body) for one in bench.calls(Call.MEDIA) if is_json(one)]
    assert [one.get("media_type") for one in bodies] == ["video/mp4", f"text/{kind}", None]
    track = bodies[-1]["subtitles"]
    assert (track["language_code"], track["display_name"]) == ("CY", "Cymraeg")


def is_json(request: RecordedRequest) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")
