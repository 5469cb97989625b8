from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import ClassVar

import pytest

from connectors.contract import (
    AccessRefused,
    CannotSay,
    Media,
    Metric,
    Missing,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    RemoteId,
)
from connectors.instagram import NETWORK
from rehearsal.server import Call, Fault
from tests.connectors import instagram_tables
from tests.connectors.bench import START, Bench, Sample, drawn, open_bench, outcome, send, under
from tests.connectors.contract import ConnectorContract
from tests.connectors.contract_containers import TALK, ContainerLaws
from tests.films.shelf import film


def draw(number: int, *, alt_text: str | None = None) -> Media:
    """Draw a picture that Instagram takes."""
    return drawn(number, (320 + number, 320), "JPEG", alt_text=alt_text)


SAMPLE = Sample(
    network=NETWORK,
    handle="ico.example",
    at_limit=("a" * 2200, "漢" * 2200, "🚀" * 1100),
    over_limit=("b" * 2201, "字" * 2201, "🐶" * 1100 + "b"),
    unknown_id=lambda _known, number: str(9_000_000 + number),
    has_language=False,
    foreign_address="https://www.instagram.com/someone_else/p/AbC-1_d/",
    draw=draw,
    empty_lacks=("media",),
    comments_repeat=True,
    comment_id=lambda remote_id: remote_id.removeprefix("comment:"),
    comments_are_proved=False,
    sizes=((320, 320), (321, 320), (322, 320), (323, 320)),
)


class TestInstagram(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        """As everywhere, and Meta's own tables know all that was sent."""
        with open_bench(self.sample) as bench:
            yield bench
            if instagram_tables.is_at_hand():
                assert instagram_tables.faults_of(bench.rehearsal.requests("instagram")) == []


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


class TestContainers(ContainerLaws):
    most_pictures = 10
    asked_after = timedelta(minutes=1)


@pytest.mark.skipif(not instagram_tables.is_at_hand(), reason="Meta's tables are not at hand")
def test_the_tables_judge_every_kind_of_request(bench: Bench) -> None:
    published = send(bench.connector(), bench.post("One."))
    send(bench.connector(), bench.post("Several.", pictures=3))
    bench.connector().read_metrics([published.remote_id, RemoteId(published.url)])
    bench.connector().read_account()
    bench.connector().whoami()
    requests = bench.rehearsal.requests("instagram")
    assert {one.method for one in requests} == {"GET", "POST"}
    assert instagram_tables.faults_of(requests) == []
    odd = replace(requests[1], body=b"caption=a&picture_url=b", query="fields=colour")
    assert instagram_tables.faults_of([odd]) != []


def test_a_container_published_without_its_posts_id_is_never_published_again(bench: Bench) -> None:
    """Its post was taken away by hand: the container says so, the list does not."""
    post, connector = bench.post(), bench.connector()
    prepared = connector.prepare(post, None)
    bench.inject(Fault.STORE_THEN_DROP)
    with pytest.raises(OutcomeUnknown):
        connector.publish(post, prepared)
    (stored,) = bench.stored()
    finding = connector.find(bench.sought(post, stored.remote_id, prepared=prepared))
    assert isinstance(finding, CannotSay)
    with pytest.raises(OutcomeUnknown):
        connector.publish(post, connector.prepare(post, prepared))
    assert len(bench.stored()) == 1


def test_a_days_posts_that_are_used_up_are_waited_for(bench: Bench) -> None:
    for number in range(100):
        send(bench.connector(), bench.post(str(number)))
    end = outcome(bench.connector(), bench.post("one more"))
    assert isinstance(end, NotSent)
    assert (end.code, end.retry_at) == ("quota", START + timedelta(hours=1))
    assert len(bench.calls(Call.PUBLISH)) == len(bench.stored()) == 100


@pytest.mark.parametrize(
    ("size", "kind"), [((1000, 500), "JPEG"), ((400, 600), "JPEG"), ((320, 320), "PNG")]
)
def test_the_network_refuses_the_pictures_that_check_does(
    bench: Bench, size: tuple[int, int], kind: str
) -> None:
    wrong = bench.show(drawn(0, size, kind))
    post = replace(bench.post(), media=(wrong,))
    assert {one.field for one in bench.connector().check(post, NETWORK.documented)} == {"media"}
    assert isinstance(outcome(bench.connector(), post), PostRefused)


def test_a_video_is_a_reel(bench: Bench) -> None:
    post = replace(bench.post("Watch this."), media=(bench.show(TALK),))
    published = send(bench.connector(), post)
    (stored,) = bench.stored()
    assert (stored.raw["media_type"], stored.text) == ("REELS", "Watch this.")
    assert stored.media[0].content == film("talk")
    bench.clock.advance(timedelta(days=1))
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert reading.missing == {}


def test_a_video_in_the_works_is_asked_after_and_published_once(bench: Bench) -> None:
    post = replace(bench.post("Watch this."), media=(bench.show(TALK),))
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=90)
    prepared = bench.connector().prepare(post, None)
    with pytest.raises(NotSent):
        bench.connector().publish(post, prepared)
    bench.clock.advance(timedelta(minutes=2))
    bench.connector().publish(post, bench.connector().prepare(post, prepared))
    assert len(bench.stored()) == 1
    assert len(bench.calls(Call.MEDIA, method="POST")) == 1


def test_a_picture_that_instagram_cannot_fetch_is_tried_again_later(bench: Bench) -> None:
    lost = replace(bench.picture(0), address="http://127.0.0.1:9/nothing.jpg")
    end = outcome(bench.connector(), replace(bench.post(), media=(lost,)))
    assert isinstance(end, NotSent)
    assert "could not fetch" in str(end)
    assert bench.stored() == []


SQUARE = partial(drawn, 0, kind="JPEG")


@pytest.mark.parametrize(
    ("text", "media", "fields"),
    [
        ("#a #b #c #d #e", [SQUARE((320, 400))], []),
        ("#a #b #c #d #e #f", [SQUARE((1440, 754))], ["text"]),
        ("@a " * 20 + "write to a@b.example &#39;", [SQUARE((1080, 1080))], []),
        ("@a " * 21, [SQUARE((1080, 1080))], ["text"]),
        ("", [SQUARE((1080, 1080))], []),
        ("a", [], ["media"]),
        ("a", [SQUARE((1080, 1360))], ["media"]),
        ("a", [SQUARE((1080, 560))], ["media"]),
        ("a", [SQUARE((319, 319))], ["media"]),
        ("a", [SQUARE((1441, 1441))], ["media"]),
        ("a", [drawn(0, (320, 320), "PNG")], ["media"]),
        ("a" * 2201, [SQUARE((320, 320))] * 11, ["text", "media"]),
        ("a", [TALK], []),
        ("a", [TALK, SQUARE((320, 320))], ["media"]),
        ("a", [replace(TALK, content=film("short"))], ["media"]),
    ],
)
def test_check_knows_what_instagram_would_refuse(
    text: str, media: list[Media], fields: list[str]
) -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START),
        text=text,
        language="en",
        media=tuple(media),
    )
    assert [one.field for one in NETWORK.check(post, NETWORK.documented)] == fields


def test_a_picture_of_another_kind_is_named_with_its_remedy() -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START),
        text="a",
        language="en",
        media=(drawn(0, (320, 320), "PNG"),),
    )
    (problem,) = NETWORK.check(post, NETWORK.documented)
    assert problem.message == (
        "Picture 1 is image/png, which is not taken here: save it as image/jpeg."
    )


def test_what_instagram_counts_is_what_is_offered(bench: Bench) -> None:
    published = send(bench.connector(), bench.post())
    bench.clock.advance(timedelta(days=1))
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert set(reading.values) == {
        Metric.VIEWS,
        Metric.REACH,
        Metric.REACTIONS,
        Metric.REPLIES,
        Metric.RESHARES,
        Metric.SAVES,
    }
    assert reading.values[Metric.REACH] <= reading.values[Metric.VIEWS]


def test_an_insight_without_data_is_not_counted_yet(bench: Bench) -> None:
    published = send(bench.connector(), bench.post())
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert reading.values == {Metric.REACTIONS: 0, Metric.REPLIES: 0}
    assert set(reading.missing.values()) == {Missing.NOT_YET}


def test_a_post_that_is_gone_and_an_address_of_none_have_reasons(bench: Bench) -> None:
    unknown = RemoteId("https://www.instagram.com/p/none/")
    readings = bench.connector().read_metrics([RemoteId("42"), unknown])
    assert [set(one.missing.values()) for one in readings] == [
        {Missing.POST_GONE},
        {Missing.NETWORK_ERROR},
    ]


def test_a_number_that_is_not_the_tokens_account_is_told(bench: Bench) -> None:
    with pytest.raises(NotSent):
        bench.connector(ACCOUNT_ID="17841400000000999").whoami()
    with pytest.raises(AccessRefused, match="has to be the account's number"):
        bench.connector(ACCOUNT_ID="ico.example")


def test_a_comment_has_no_picture_no_container_and_no_counts(bench: Bench) -> None:
    post = send(bench.connector(), bench.post())
    comment = replace(under(bench.post("More: https://ico.example/a"), post), media=())
    assert bench.connector().check(comment, NETWORK.documented) == []
    made = len(bench.calls(Call.MEDIA))
    published = send(bench.connector(), comment)
    assert len(bench.calls(Call.MEDIA)) == made
    assert published.url == post.url
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert set(reading.missing.values()) == {Missing.NOT_OFFERED}


def test_what_is_known_by_its_address_only_cannot_be_commented_on(bench: Bench) -> None:
    post = send(bench.connector(), bench.post())
    by_address = replace(post, remote_id=RemoteId(post.url))
    end = outcome(bench.connector(), under(bench.post("More"), by_address))
    assert isinstance(end, PostRefused)
    assert len(bench.stored()) == 1
