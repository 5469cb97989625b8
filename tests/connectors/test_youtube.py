import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from connectors.contract import (
    Access,
    AccessRefused,
    Captions,
    Media,
    Metric,
    Missing,
    NotSent,
    OutgoingPost,
    PostRefused,
    Prepared,
    RemoteId,
    VideoSettings,
)
from connectors.youtube import NETWORK, connect
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, Sample, open_bench, outcome, picture, send
from tests.connectors.contract import ConnectorContract
from tests.films.shelf import film

PART = 4 * 1024 * 1024
WORDS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nThink.\n"


def draw(number: int, *, alt_text: str | None = None) -> Media:
    """Cut a film that is unlike the others: a free box behind it is of another length."""
    return padded(number, alt_text=alt_text or "")


def padded(more: int, *, alt_text: str = "") -> Media:
    """Return a film with so many bytes more than it needs."""
    free = struct.pack(">I4s", 8 + more, b"free") + bytes(more)
    content = film("talk") + free
    return Media(content=content, media_type="video/mp4", alt_text=alt_text, burnt_in=True)


DECLARED = VideoSettings(made_for_children=False)
SAMPLE = Sample(
    network=NETWORK,
    handle="@ico.example",
    at_limit=("a" * 100, "漢" * 100, "Title\n\n" + "d" * 5000, "Two\n\n" + "漢" * 1666 + "dd"),
    over_limit=("b" * 101, "字" * 101, "Title\n\n" + "e" * 5001, "Two\n\n" + "漢" * 1667),
    unknown_id=lambda _known, number: f"none-ju{number:04}",
    has_language=True,
    foreign_address="",
    draw=draw,
    video=DECLARED,
    empty_lacks=("media", "text"),
    without="<>",
)
KEYS = {"CHANNEL_ID": "UC-a-channel", "ACCESS_TOKEN": "ya29.token"}


class TestYouTube(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened
        assert opened.rehearsal.pending_faults() == []


def large(bench: Bench, *, parts: float = 2.5) -> OutgoingPost:
    """Make a post whose video goes up in several parts."""
    return replace(bench.post("A long talk"), media=(padded(int(parts * PART)),))


def keeping(bench: Bench) -> tuple[Access, list[Prepared]]:
    """Sign in so that what `prepare` wants kept is kept."""
    kept: list[Prepared] = []
    return replace(bench.access(), keep=kept.append), kept


def test_a_video_is_private_until_it_is_published(bench: Bench) -> None:
    post = large(bench)
    connector = bench.connector()
    prepared = connector.prepare(post, None)
    assert bench.stored() == []
    published = connector.publish(post, prepared)
    (stored,) = bench.stored()
    assert (stored.media[0].content, stored.remote_id) == (
        post.media[0].content,
        published.remote_id,
    )
    assert stored.raw["status"] == {
        "privacyStatus": "public",
        "selfDeclaredMadeForKids": False,
        "license": "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
    }
    assert [one.method for one in bench.calls(Call.MEDIA)] == ["POST", "PUT", "PUT", "PUT", "GET"]


def test_the_first_line_is_the_title_and_the_rest_the_description(bench: Bench) -> None:
    text = "Think. Check. Share.\n\nTen steps:\nhttps://ico.example/ten?a=1&b=2"
    settings = VideoSettings(
        made_for_children=True, privacy="unlisted", tags=("data", "data sharing")
    )
    send(bench.connector(), replace(bench.post(text, language="cy"), video=settings))
    (stored,) = bench.stored()
    assert stored.raw["snippet"] == {
        "title": "Think. Check. Share.",
        "description": "Ten steps:\nhttps://ico.example/ten?a=1&b=2",
        "categoryId": "22",
        "defaultLanguage": "cy",
        "defaultAudioLanguage": "cy",
        "tags": ["data", "data sharing"],
    }
    assert stored.raw["status"]["privacyStatus"] == "unlisted"
    assert stored.raw["status"]["selfDeclaredMadeForKids"] is True


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE_STORING, Fault.STORE_THEN_DROP])
@pytest.mark.parametrize("sent_before", [0, 1, 2])
def test_an_upload_that_is_cut_off_goes_on_where_it_stopped(
    bench: Bench, fault: Fault, sent_before: int
) -> None:
    post, (access, kept) = large(bench), keeping(bench)
    attempt = connect(replace(access, forbidden=stopping_after(1 + sent_before)))
    with pytest.raises(NotSent):
        attempt.prepare(post, None)
    assert len(kept) == 1
    bench.inject(fault, on=Call.MEDIA)
    with pytest.raises(NotSent):  # the question where to go on is cut off as well
        connect(access).prepare(post, kept[-1])
    prepared = connect(access).prepare(post, kept[-1])
    connect(access).publish(post, prepared)
    (stored,) = bench.stored()
    assert stored.media[0].content == post.media[0].content
    assert len(bench.calls(Call.MEDIA, method="POST")) == 1
    sent = sum(len(one.body) for one in bench.calls(Call.MEDIA, method="PUT"))
    assert sent == len(post.media[0].content)


def stopping_after(calls: int) -> Callable[[], str | None]:
    """Forbid every call after so many, as a stop in the middle of an upload does."""
    made = iter(range(calls))
    return lambda: None if next(made, None) is not None else "stopped"


@pytest.mark.parametrize("fault", [Fault.STORE_THEN_DROP, Fault.STORE_THEN_FAIL, Fault.ODD_JSON])
def test_a_video_whose_id_was_lost_is_told_by_its_session(bench: Bench, fault: Fault) -> None:
    post, (access, kept) = bench.post("Once"), keeping(bench)
    with pytest.raises(NotSent):
        connect(replace(access, forbidden=stopping_after(1))).prepare(post, None)
    bench.inject(fault, on=Call.MEDIA, times=2)
    with pytest.raises(NotSent):
        connect(access).prepare(post, kept[-1])
    with suppress(NotSent):  # an odd answer to the question is only told from one to the upload
        connect(access).prepare(post, kept[-1])
    prepared = connect(access).prepare(post, kept[-1])
    connect(access).publish(post, prepared)
    assert len(bench.stored()) == 1
    assert len(bench.calls(Call.MEDIA, method="POST")) == 1


def test_a_session_that_is_gone_is_begun_anew(bench: Bench) -> None:
    post, (access, kept) = bench.post(), keeping(bench)
    with pytest.raises(NotSent):
        connect(replace(access, forbidden=stopping_after(1))).prepare(post, None)
    bench.clock.advance(timedelta(days=8))
    with pytest.raises(NotSent) as caught:
        connect(access).prepare(post, kept[-1])
    assert caught.value.uploads_gone
    send(connect(access), post)
    assert len(bench.stored()) == 1


def test_an_address_of_another_host_is_shown_no_token(bench: Bench) -> None:
    elsewhere = Prepared(tokens=("session https://evil.example/upload?upload_id=1",))
    send_all = bench.connector().prepare(bench.post(), elsewhere)
    assert send_all.tokens[0].startswith("video ")


def test_captions_go_up_once_beside_the_video(bench: Bench) -> None:
    captioned = replace(padded(0), captions=Captions(content=WORDS, media_type="text/vtt"))
    post = replace(bench.post(), media=(captioned,))
    access, kept = keeping(bench)
    with pytest.raises(NotSent):
        connect(replace(access, forbidden=stopping_after(2))).prepare(post, None)
    bench.inject(Fault.STORE_THEN_DROP, on=Call.MEDIA)
    with pytest.raises(NotSent):
        connect(access).prepare(post, kept[-1])
    prepared = connect(access).prepare(post, kept[-1])
    assert connect(access).prepare(post, prepared) == prepared
    connect(access).publish(post, prepared)
    (stored,) = bench.stored()
    assert stored.media[0].captions == WORDS
    captions = [one for one in bench.calls(Call.MEDIA) if one.path.endswith("/captions")]
    assert [one.status for one in captions] == [None, 409]


def test_a_video_in_the_works_is_asked_after_and_published_once(bench: Bench) -> None:
    post = bench.post()
    access, kept = keeping(bench)
    with pytest.raises(NotSent):
        connect(replace(access, forbidden=stopping_after(1))).prepare(post, None)
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=90, times=2)
    prepared = connect(access).prepare(post, kept[-1])
    with pytest.raises(NotSent) as caught:
        connect(access).publish(post, prepared)
    assert caught.value.retry_at == START + timedelta(minutes=1)
    assert bench.stored() == []
    bench.clock.advance(timedelta(minutes=2))
    connect(access).publish(post, prepared)
    assert len(bench.stored()) == 1


def test_what_youtube_cannot_take_is_never_made_public(bench: Bench) -> None:
    broken = Media(content=b"no film at all", media_type="video/mp4", alt_text="")
    end = outcome(bench.connector(), replace(bench.post(), media=(broken,)))
    assert isinstance(end, PostRefused)
    assert "invalidFile" in str(end)
    send(bench.connector(), bench.post("Twice"))
    again = outcome(bench.connector(), bench.post("Twice"))
    assert isinstance(again, PostRefused)
    assert "duplicate" in str(again)
    assert len(bench.stored()) == 1


def test_a_days_quota_is_waited_for_until_midnight_in_california(bench: Bench) -> None:
    bench.inject(Fault.RATE_LIMIT)
    end = outcome(bench.connector(), bench.post())
    assert isinstance(end, NotSent)
    # 08:30 in London is half past midnight in California.
    assert end.retry_at == START + timedelta(hours=23, minutes=31)


def test_the_hundred_and_first_upload_of_a_day_waits(bench: Bench) -> None:
    connector = bench.connector()
    for number in range(100):
        connector.prepare(bench.post(str(number)), None)
    end = outcome(connector, bench.post("one more"))
    assert isinstance(end, NotSent)
    assert end.code == "quotaExceeded"


def test_an_edit_keeps_the_rest_of_the_page(bench: Bench) -> None:
    settings = VideoSettings(made_for_children=False, tags=("data",))
    post = replace(bench.post("Wrong\n\nOld words", language="cy"), video=settings)
    published = send(bench.connector(), post)
    bench.connector().correct(published.remote_id, bench.post("Right\n\nNew words"))
    (stored,) = bench.stored()
    assert stored.raw["snippet"] == {
        "title": "Right",
        "description": "New words",
        "categoryId": "22",
        "defaultLanguage": "cy",
        "defaultAudioLanguage": "cy",
        "tags": ["data"],
    }
    assert stored.raw["status"]["privacyStatus"] == "public"


def test_counts_are_text_and_another_channels_are_not_read(bench: Bench) -> None:
    own = send(bench.connector(), bench.post()).remote_id
    bench.clock.advance(timedelta(days=2))
    (reading,) = bench.connector().read_metrics([own])
    assert set(reading.values) == {Metric.VIEWS, Metric.REACTIONS, Metric.REPLIES}
    (foreign,) = bench.stranger().read_metrics([own])
    assert set(foreign.missing.values()) == {Missing.NETWORK_ERROR}
    by_hand = RemoteId("https://www.youtube.com/@ico.example")
    (unread,) = bench.connector().read_metrics([by_hand])
    assert set(unread.missing.values()) == {Missing.NETWORK_ERROR}


def test_a_token_for_another_channel_is_told(bench: Bench) -> None:
    other = bench.rehearsal.add_account("youtube", "@ndna.example")
    with pytest.raises(AccessRefused, match=r"@ndna\.example"):
        bench.connector(ACCESS_TOKEN=other["ACCESS_TOKEN"]).whoami()


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_channel_without_one_of_its_keys_says_which(name: str) -> None:
    keys = {**KEYS, name: " "}
    with pytest.raises(AccessRefused, match=f"no {name}: connect"):
        connect(Access(handle="ico", server=None, credentials=keys, now=lambda: START))


@pytest.mark.parametrize(
    ("changes", "fields", "words"),
    [
        ({}, [], ""),
        ({"text": "Title\n\nWords"}, [], ""),
        ({"text": " \n\n "}, ["text"], "A video needs a title"),
        ({"text": "Less < more"}, ["text"], "neither < nor >"),
        ({"video": None}, ["video"], "made for children"),
        (
            {"video": replace(DECLARED, tags=("a" * 249, "b" * 250))},
            [],
            "",
        ),
        (
            {"video": replace(DECLARED, tags=("a" * 248, "b " + "b" * 248))},
            ["video"],
            "501 characters",
        ),
        ({"media": (padded(0), padded(1))}, ["media"], "2 videos are too many"),
        ({"media": ()}, ["media"], "no post without a video"),
        ({"media": (picture(0),)}, ["media"], "is image/png, which is not taken here"),
        ({"media": (replace(padded(0), burnt_in=False),)}, ["media"], "sound and no captions"),
        ({"media": (replace(padded(0), content=film("talk-vp9")),)}, ["media"], "vp09"),
        (
            {"media": (replace(padded(0), content=film("in-fragments")),)},
            ["media"],
            "how long it is",
        ),
    ],
)
def test_check_knows_what_youtube_would_refuse(
    changes: dict[str, Any], fields: list[str], words: str
) -> None:
    post = OutgoingPost(
        delivery_key=NETWORK.choose_key("a", "b", START),
        text="Title",
        language="en",
        media=(padded(0),),
        video=DECLARED,
    )
    problems = NETWORK.check(replace(post, **changes), NETWORK.documented)
    assert [one.field for one in problems] == fields
    assert words in "".join(one.message for one in problems)
