from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
import requests

from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    CannotSay,
    Captions,
    Finding,
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
    PublishedPost,
    RemoteId,
)
from connectors.facebook import NETWORK, connect
from rehearsal.records import RecordedRequest
from rehearsal.server import Call, Fault
from tests.connectors import facebook_tables
from tests.connectors.bench import START, Bench, Sample, open_bench, outcome, picture, send
from tests.connectors.contract import ConnectorContract
from tests.films.shelf import film

SAMPLE = Sample(
    network=NETWORK,
    handle="ico.example",
    at_limit=("a" * 63_206, "漢" * 63_206, "🚀" * 31_603),
    over_limit=("b" * 63_207, "字" * 63_207, "🐶" * 31_603 + "b"),
    unknown_id=lambda known, number: f"{known.partition('_')[0]}_{9_000_000 + number}",
    has_language=False,
    foreign_address="https://www.facebook.com/someone.else/posts/42",
    comments_repeat=True,
    comment_id=lambda remote_id: remote_id.removeprefix("comment:"),
    comments_are_proved=False,
)
KEYS = {"PAGE_ID": "17", "PAGE_TOKEN": "EAA-token"}
VIDEO = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 10_000
"""Two and a half megabytes that begin as an MP4 does: three parts."""
FILM = Media(content=VIDEO, media_type="video/mp4", alt_text="Two people talk")
TALK = replace(FILM, content=film("talk"), burnt_in=True)
WORDS = Captions(
    content=b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n", media_type="application/x-subrip"
)
needs_tables = pytest.mark.skipif(
    not facebook_tables.is_at_hand(), reason="Meta's tables are not beside the checkout"
)


class TestFacebook(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        """As everywhere, and Meta's own tables know all that was sent."""
        with open_bench(self.sample) as bench:
            yield bench
            if facebook_tables.is_at_hand():
                assert facebook_tables.faults_of(bench.rehearsal.requests("facebook")) == []


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


def watching(bench: Bench, text: str = "Watch this.") -> OutgoingPost:
    return replace(bench.post(text), media=(FILM,))


def captioned(bench: Bench) -> OutgoingPost:
    talk = replace(TALK, burnt_in=False, captions=WORDS)
    return replace(bench.post("Watch this."), media=(talk,), language="cy")


@needs_tables
def test_the_tables_judge_every_kind_of_request(bench: Bench) -> None:
    send(bench.connector(), bench.post(pictures=2))
    send(bench.connector(), captioned(bench))
    bench.connector().read_metrics([RemoteId("17_42")])
    bench.connector().read_account()
    requests = bench.rehearsal.requests("facebook")
    assert facebook_tables.faults_of(requests) == []
    (feed,) = (one for one in requests if one.path.endswith("/feed"))
    wrong: list[RecordedRequest] = [
        replace(feed, body=b"message=a&colour=red"),
        replace(feed, path="/v25.0/17/feed"),
        replace(feed, method="GET", query="fields=id,nickname"),
        replace(feed, path="/v26.0/17_42", body=b"is_published=true&message=a"),
    ]
    assert all(facebook_tables.faults_of([one]) for one in wrong)


def test_a_post_is_made_whole_and_unseen_before_it_is_published(bench: Bench) -> None:
    post = bench.post(pictures=2)
    prepared = bench.connector().prepare(post, None)
    (post_id,) = prepared.tokens
    assert (bench.stored(), bench.calls(Call.PUBLISH)) == ([], [])
    published = bench.connector().publish(post, prepared)
    assert published.remote_id == post_id
    (call,) = bench.calls(Call.PUBLISH)
    assert (call.path, call.body) == (f"/v26.0/{post_id}", b"is_published=true")


def test_publishing_again_what_is_out_is_the_same_post(bench: Bench) -> None:
    post = bench.post()
    prepared = bench.connector().prepare(post, None)
    bench.inject(Fault.STORE_THEN_DROP)
    with pytest.raises(OutcomeUnknown):
        bench.connector().publish(post, prepared)
    again = bench.connector().publish(post, prepared)
    assert [one.remote_id for one in bench.stored()] == [again.remote_id]


def test_the_post_itself_tells_whether_it_is_out(bench: Bench) -> None:
    post = bench.post()
    prepared = bench.connector().prepare(post, None)
    sought = bench.sought(post, prepared=prepared)
    assert bench.connector().find(sought) == Absent()
    published = bench.connector().publish(post, prepared)
    assert bench.connector().find(sought) == Found(post=published)
    delete(bench, published.remote_id)
    assert isinstance(bench.connector().find(sought), CannotSay)
    assert bench.connector().find(bench.sought(post)) == Absent()


def test_a_draft_that_is_gone_is_made_again(bench: Bench) -> None:
    post = bench.post()
    lost = Prepared(tokens=("17_42",))
    with pytest.raises(NotSent) as caught:
        bench.connector().publish(post, lost)
    assert caught.value.uploads_gone


def test_the_text_of_the_latest_post_is_refused_and_named_as_such(bench: Bench) -> None:
    send(bench.connector(), bench.post())
    end = outcome(bench.connector(), bench.post())
    assert isinstance(end, PostRefused)
    assert end.code == "duplicate"
    send(bench.connector(), bench.post("Another."))
    send(bench.connector(), bench.post())
    assert len(bench.stored()) == 3


def test_a_link_is_a_card_and_pictures_go_before_it(bench: Bench) -> None:
    link = Link(url="https://ico.example/a?b=1&c=2", title="Ten steps")
    send(bench.connector(), replace(bench.post("one"), link=link))
    send(bench.connector(), replace(bench.post("two", pictures=1), link=link))
    assert [one.raw.get("link") for one in bench.stored()] == [link.url, None]


def test_pictures_alone_need_no_text(bench: Bench) -> None:
    send(bench.connector(), bench.post("", pictures=10))
    (stored,) = bench.stored()
    assert (stored.text, len(stored.media)) == ("", 10)


def test_a_video_goes_up_in_parts_and_is_published_by_the_last_word(bench: Bench) -> None:
    post = watching(bench)
    prepared = bench.connector().prepare(post, None)
    assert bench.stored() == []
    assert len(bench.calls(Call.MEDIA)) == 4
    published = bench.connector().publish(post, prepared)
    (stored,) = bench.stored()
    assert (stored.media[0].content, stored.text) == (VIDEO, "Watch this.")
    assert published.remote_id == stored.remote_id
    assert len(bench.calls(Call.PUBLISH)) == 1


@pytest.mark.parametrize(
    ("fault", "kind"), [(Fault.STORE_THEN_DROP, Found), (Fault.DROP_BEFORE_STORING, CannotSay)]
)
def test_a_video_is_found_by_its_own_id_and_never_called_absent(
    bench: Bench, fault: Fault, kind: type[object]
) -> None:
    post = watching(bench)
    prepared = bench.connector().prepare(post, None)
    bench.inject(fault)
    with pytest.raises(OutcomeUnknown):
        bench.connector().publish(post, prepared)
    finding = bench.connector().find(bench.sought(post, prepared=prepared))
    assert isinstance(finding, kind)
    if isinstance(finding, Found):
        assert [one.remote_id for one in bench.stored()] == [finding.post.remote_id]


def test_the_caption_file_follows_the_video_under_its_locale(bench: Bench) -> None:
    post = captioned(bench)
    published = send(bench.connector(), post)
    (stored,) = bench.stored()
    assert (stored.media[0].captions, published.warnings) == (WORDS.content, ())
    sent = bench.calls(Call.MEDIA)[-1]
    assert sent.path.endswith("/captions")
    assert b'filename="captions.cy_GB.srt"' in sent.body
    assert b"application/octet-stream" in sent.body
    assert bench.rehearsal.requests("facebook")[-2] == sent


@pytest.mark.parametrize(
    "fault", [Fault.REFUSE, Fault.EXPIRED_TOKEN, Fault.DROP_BEFORE_STORING, Fault.HTML_ERROR]
)
def test_captions_that_are_refused_leave_the_post_out_and_tell(bench: Bench, fault: Fault) -> None:
    post = captioned(bench)
    prepared = bench.connector().prepare(post, None)
    bench.inject(fault, on=Call.MEDIA)
    published = bench.connector().publish(post, prepared)
    (stored,) = bench.stored()
    assert (stored.remote_id, stored.media[0].captions) == (published.remote_id, None)
    (warning,) = published.warnings
    assert warning.startswith("The video is out, its captions may not be: give the video its")


def test_a_video_that_is_found_says_whether_its_captions_stand(bench: Bench) -> None:
    post = captioned(bench)
    prepared = bench.connector().prepare(post, None)
    bench.inject(Fault.STORE_THEN_DROP)
    with pytest.raises(OutcomeUnknown):
        bench.connector().publish(post, prepared)
    connector, sought = bench.connector(), bench.sought(post, prepared=prepared)
    (warning,) = found(connector.find(sought)).warnings
    assert warning.startswith("The video is out, and Facebook does not show its captions: look")
    assert all(not one.path.endswith("/captions") for one in bench.calls(Call.MEDIA))
    put_captions(bench, bench.stored()[0].media[0].remote_id)
    assert found(connector.find(sought)).warnings == ()


def test_the_counts_of_sixteen_posts_are_one_request(bench: Bench) -> None:
    connector = bench.connector()
    ids = [send(connector, bench.post(f"number {number}")).remote_id for number in range(16)]
    bench.clock.advance(timedelta(days=2))
    readings = connector.read_metrics(ids)
    assert len(bench.calls(Call.READ)) == 1
    assert all(Metric.VIEWS in one.values for one in readings)


def test_an_insight_without_data_is_not_counted_yet(bench: Bench) -> None:
    published = send(bench.connector(), bench.post())
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert reading.values == {Metric.REACTIONS: 0, Metric.REPLIES: 0}
    assert reading.missing == {
        Metric.VIEWS: Missing.NOT_YET,
        Metric.REACH: Missing.NOT_YET,
        Metric.RESHARES: Missing.NOT_YET,
    }


def test_a_post_that_is_gone_and_an_address_nobody_can_read_have_reasons(bench: Bench) -> None:
    gone = send(bench.connector(), bench.post()).remote_id
    delete(bench, gone)
    by_hand = RemoteId("https://www.facebook.com/ico.example/posts/pfbid0abc")
    readings = bench.connector().read_metrics([gone, by_hand])
    assert [set(one.missing.values()) for one in readings] == [
        {Missing.POST_GONE},
        {Missing.NETWORK_ERROR},
    ]


def test_an_address_with_the_pages_name_is_read_by_its_number(bench: Bench) -> None:
    published = send(bench.connector(), bench.post())
    bench.clock.advance(timedelta(days=1))
    number = published.remote_id.partition("_")[2]
    by_hand = RemoteId(f"https://www.facebook.com/ico.example/posts/{number}/")
    named, known = bench.connector().read_metrics([by_hand, published.remote_id])
    assert named.values == known.values != {}


def test_a_token_for_another_page_is_told(bench: Bench) -> None:
    other = bench.rehearsal.add_account("facebook", "ndna.example")
    with pytest.raises(AccessRefused, match=r"ndna\.example"):
        bench.connector(PAGE_TOKEN=other["PAGE_TOKEN"]).whoami()
    assert isinstance(
        outcome(bench.connector(PAGE_TOKEN=other["PAGE_TOKEN"]), bench.post()), AccessRefused
    )


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_channel_without_one_of_its_keys_says_which(name: str) -> None:
    keys = {**KEYS, name: " "}
    with pytest.raises(AccessRefused, match=f"no {name}: connect"):
        connect(Access(handle="ico", server=None, credentials=keys, now=lambda: START))


def test_a_page_is_known_by_its_number() -> None:
    keys = {**KEYS, "PAGE_ID": "ico.example"}
    with pytest.raises(AccessRefused, match="page's number"):
        connect(Access(handle="ico", server=None, credentials=keys, now=lambda: START))


@pytest.mark.parametrize(
    ("media", "fields", "words"),
    [
        ((TALK, picture(0)), ["media"], "A video stands alone"),
        ((TALK, TALK), ["media"], "A video stands alone"),
        ((replace(TALK, content=film("talk") + bytes(5 * 1024 * 1024)),), [], ""),
        ((replace(TALK, content=film("talk-moov-last")),), [], ""),
        ((replace(TALK, content=film("talk-vp9")),), ["media"], "picture is vp09; export it with"),
        ((replace(TALK, burnt_in=False),), ["media"], "has sound and no captions"),
        ((replace(TALK, burnt_in=False, captions=WORDS),), [], ""),
        (
            (replace(TALK, captions=replace(WORDS, media_type="text/vtt")),),
            ["media"],
            "WebVTT (.vtt) file are not taken here: name a SubRip (.srt) file",
        ),
        (
            (replace(TALK, captions=replace(WORDS, content=bytes(200_001))),),
            ["media"],
            "The caption file has 200,001 bytes, the most is 200,000.",
        ),
        ((FILM,), ["media"], "cannot be read as an MP4"),
        ((replace(picture(0), content=bytes(4 * 1024 * 1024 + 1)),), ["media"], "4,194,304"),
        ((replace(picture(0), media_type="application/pdf"),), ["media"], "application/pdf"),
    ],
)
def test_check_knows_what_goes_together(
    media: tuple[Media, ...], fields: list[str], words: str
) -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START), text="a", language="en", media=media
    )
    problems = NETWORK.check(post, NETWORK.documented)
    assert [one.field for one in problems] == fields
    assert words in "".join(one.message for one in problems)


def test_check_refuses_captions_in_a_language_that_has_no_locale_at_facebook() -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START),
        text="a",
        language="gd",
        media=(replace(TALK, burnt_in=False, captions=WORDS),),
    )
    (problem,) = NETWORK.check(post, NETWORK.documented)
    assert "no caption file in the language “gd”: make the captions part" in problem.message
    assert NETWORK.check(replace(post, media=(TALK,)), NETWORK.documented) == []


def found(finding: Finding) -> PublishedPost:
    assert isinstance(finding, Found)
    return finding.post


def put_captions(bench: Bench, video_id: str) -> None:
    """Give a video its captions as a person would, with the network's own request."""
    answer = requests.post(
        f"{bench.rehearsal.server_of('facebook')}/v26.0/{video_id}/captions",
        headers={"Authorization": f"Bearer {bench.credentials['PAGE_TOKEN']}"},
        files={"captions_file": ("a.cy_GB.srt", WORDS.content, "application/octet-stream")},
        timeout=5,
    )
    assert answer.json() == {"success": True}


def delete(bench: Bench, post_id: str) -> None:
    """Delete a post as a person would, with the network's own request."""
    answer = requests.delete(
        f"{bench.rehearsal.server_of('facebook')}/v26.0/{post_id}",
        headers={"Authorization": f"Bearer {bench.credentials['PAGE_TOKEN']}"},
        timeout=5,
    )
    assert answer.json() == {"success": True}
