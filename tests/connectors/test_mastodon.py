from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest

from connectors.contract import (
    AccessRefused,
    CannotSay,
    Found,
    Media,
    Metric,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
)
from connectors.mastodon import NETWORK, read_permalink
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, Sample, open_bench, picture, send
from tests.connectors.contract import ConnectorContract
from tests.films.shelf import film

HANDLE = "@ico@social.example"
LINK = "https://ico.org.uk/think-check-share?utm_source=mastodon&utm_medium=social"
SAMPLE = Sample(
    network=NETWORK,
    handle=HANDLE,
    at_limit=("a" * 500, "漢" * 500, "👨‍👩‍👧‍👦" * 500, "a" * 476 + " " + LINK, "é" * 500),
    over_limit=("b" * 501, "字" * 500 + "b", "👩‍💻" * 501, "b" * 477 + " " + LINK),
    unknown_id=lambda known, number: str(int(known) - 1_000_000 + number),
    has_language=True,
    foreign_address="https://social.example/@somebody/117947931033600001",
)


class TestMastodon(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


@pytest.fixture(name="bench")
def _bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench
        assert bench.rehearsal.pending_faults() == []


def other(bench: Bench, text: str, delivery: str) -> OutgoingPost:
    return replace(bench.post(text), delivery_key=NETWORK.choose_key(delivery, text, START))


def test_the_key_belongs_to_the_delivery_and_its_content_not_to_the_attempt() -> None:
    key = NETWORK.choose_key("law/ico/1", "content", START)
    assert key == NETWORK.choose_key("law/ico/1", "content", START + timedelta(days=1))
    assert key != NETWORK.choose_key("law/ico/1", "other", START)


def test_the_key_goes_in_the_header_and_a_repeat_late_in_its_life_makes_no_second_post(
    bench: Bench,
) -> None:
    connector, post = bench.connector(), bench.post()
    first = send(connector, post).remote_id
    assert NETWORK.capabilities.key_life == timedelta(minutes=50)
    bench.clock.advance(timedelta(minutes=50))
    assert send(connector, post).remote_id == first
    keys = [one.headers["idempotency-key"] for one in bench.calls(Call.PUBLISH)]
    assert keys == [post.delivery_key, post.delivery_key]


def test_the_post_is_public_whatever_the_account_prefers(bench: Bench) -> None:
    send(bench.connector(), bench.post("Think."))
    raw = {"status": "Think.", "language": "en", "visibility": "public"}
    assert [one.raw for one in bench.stored()] == [raw]


def test_two_deliveries_with_the_same_text_are_told_apart_by_what_is_taken(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post()
    first = send(connector, post).remote_id
    second = send(connector, other(bench, post.text, "law/ico/2")).remote_id
    assert isinstance(connector.find(bench.sought(post)), CannotSay)
    finding = connector.find(bench.sought(post, first))
    assert isinstance(finding, Found)
    assert finding.post.remote_id == second


def test_a_post_is_found_behind_more_than_one_page_of_later_ones(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post()
    sent = send(connector, post).remote_id
    for number in range(45):
        bench.clock.advance(timedelta(seconds=1))
        send(connector, bench.post(f"Number {number} of a busy morning"))
    finding = connector.find(bench.sought(post))
    assert isinstance(finding, Found)
    assert finding.post.remote_id == sent
    queries = [one.query.partition("&max_id=")[0] for one in bench.calls(Call.FIND)]
    assert queries == ["limit=40&exclude_reblogs=true"] * 3


def test_paging_ends_where_the_posts_are_older_than_the_first_attempt(bench: Bench) -> None:
    connector = bench.connector()
    for number in range(45):
        send(connector, bench.post(f"Number {number} of yesterday"))
    bench.clock.advance(timedelta(days=1))
    post = bench.post()
    connector.find(replace(bench.sought(post), since=bench.clock.now()))
    assert len(bench.calls(Call.FIND)) == 1


def test_a_picture_in_the_works_delays_the_post_and_is_not_uploaded_again(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post(pictures=1)
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=60)
    prepared = connector.prepare(post, None)
    with pytest.raises(NotSent) as caught:
        connector.publish(post, prepared)
    assert caught.value.retry_at == START + timedelta(seconds=10)
    with pytest.raises(NotSent, match="still working"):
        connector.prepare(post, prepared)
    assert bench.stored() == []
    bench.clock.advance(timedelta(seconds=61))
    connector.publish(post, connector.prepare(post, prepared))
    assert [len(one.media) for one in bench.stored()] == [1]
    assert len(bench.calls(Call.MEDIA, method="POST")) == 1


def test_a_post_may_go_out_with_the_marked_token_once_the_picture_is_done(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post(pictures=1)
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=60)
    prepared = connector.prepare(post, None)
    bench.clock.advance(timedelta(seconds=61))
    connector.publish(post, prepared)
    assert [len(one.media) for one in bench.stored()] == [1]


def test_an_upload_the_server_no_longer_has_is_made_again(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post(pictures=2)
    kept, _ = connector.prepare(post, None).tokens
    again = connector.prepare(post, Prepared(tokens=(kept, "123456789")))
    assert again.tokens[0] == kept
    connector.publish(post, again)
    assert [len(one.media) for one in bench.stored()] == [2]
    assert len(bench.calls(Call.MEDIA, method="POST")) == 3


def test_an_upload_that_is_used_already_makes_the_outcome_unknown(bench: Bench) -> None:
    connector, post = bench.connector(), bench.post(pictures=1)
    prepared = connector.prepare(post, None)
    connector.publish(post, prepared)
    bench.clock.advance(timedelta(hours=2))  # the server has forgotten the key
    with pytest.raises(OutcomeUnknown):
        connector.publish(post, prepared)
    assert len(bench.stored()) == 1


def test_a_picture_without_alt_text_is_sent_without(bench: Bench) -> None:
    bare = Media(content=picture(0).content, media_type="image/png", alt_text="")
    published = send(bench.connector(), replace(bench.post(), media=(bare,)))
    assert published.warnings == ()


def test_the_account_is_named_with_its_server(bench: Bench) -> None:
    account = bench.connector().whoami()
    assert (account.handle, account.url) == (HANDLE, "https://social.example/@ico")


def test_counts_are_named_by_their_definitions(bench: Bench) -> None:
    assert [(one.metric, one.id) for one in NETWORK.capabilities.metrics] == [
        (Metric.REACTIONS, "mastodon.favourites_count.1"),
        (Metric.REPLIES, "mastodon.replies_count.1"),
        (Metric.RESHARES, "mastodon.reblogs_count.1"),
        (Metric.QUOTES, "mastodon.quotes_count.1"),
    ]


def test_limits_come_from_the_server_and_are_asked_for_once_a_day(bench: Bench) -> None:
    connector = bench.connector()
    limits = connector.limits()
    connector.limits()
    assert len(bench.calls(Call.LIMITS)) == 1
    assert (limits.max_media, limits.max_alt_text, limits.max_media_bytes) == (4, 1500, 16777216)
    assert connector.capabilities.key_life == timedelta(minutes=50)
    bench.clock.advance(timedelta(days=1))
    connector.limits()
    assert len(bench.calls(Call.LIMITS)) == 2


def test_a_channel_without_a_server_is_refused_at_once(bench: Bench) -> None:
    with pytest.raises(AccessRefused, match="server:"):
        bench.connect(replace(bench.access(), server=None))


PERMALINKS = [
    ("https://social.example/@ico/1099", "1099"),
    ("https://social.example/@ICO/1099/", "1099"),
    ("https://social.example/users/ico/statuses/1099", "1099"),
    (" https://social.example/@ico/0197-ab?x=1 ", "0197-ab"),
    ("https://social.example/@ndna/1099", None),
    ("https://other.example/@ico@social.example/1099", None),
    ("https://other.example/@ico/1099", None),
    ("https://social.example/@ico", None),
    ("https://social.example/@ico/1099/favourites", None),
    ("https://social.example/web/@ico/1099", None),
    ("not an address", None),
    ("https://[broken/@ico/1099", None),
]


@pytest.mark.parametrize(("url", "expected"), PERMALINKS)
def test_an_address_gives_the_id_of_the_accounts_own_post(url: str, expected: str | None) -> None:
    assert read_permalink(url, HANDLE, None) == expected


def test_an_address_on_the_channels_own_server_counts_although_the_handle_says_otherwise() -> None:
    url = "http://127.0.0.1:41001/@ico/1099"
    assert read_permalink(url, HANDLE, "http://127.0.0.1:41001") == "1099"


TALK = Media(content=film("talk"), media_type="video/mp4", alt_text="They talk.", burnt_in=True)


def test_a_video_is_waited_for_and_goes_out_with_its_words(bench: Bench) -> None:
    post = replace(bench.post("Watch this."), media=(TALK,))
    assert bench.connector().check(post, bench.connector().limits()) == []
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=30)
    prepared = bench.connector().prepare(post, None)
    with pytest.raises(NotSent):
        bench.connector().publish(post, prepared)
    bench.clock.advance(timedelta(seconds=30))
    bench.connector().publish(post, bench.connector().prepare(post, prepared))
    (stored,) = bench.stored()
    assert [(one.content, one.alt_text) for one in stored.media] == [(film("talk"), "They talk.")]


def test_a_video_stands_alone_by_check_and_by_the_server(bench: Bench) -> None:
    post = replace(bench.post("Both."), media=(TALK, picture(0)))
    (problem,) = bench.connector().check(post, bench.connector().limits())
    assert problem.message == "A video stands alone: take the other media out."
    with pytest.raises(PostRefused):
        send(bench.connector(), post)
