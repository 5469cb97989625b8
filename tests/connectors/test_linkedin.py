import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
import requests
from PIL import Image

from connectors.contract import (
    CannotSay,
    Found,
    Link,
    Media,
    Missing,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    RemoteId,
)
from connectors.linkedin import NETWORK
from connectors.linkedin_facts import API_VERSION
from rehearsal.server import Call, Fault
from tests.connectors.bench import START, Bench, Sample, open_bench, picture, send
from tests.connectors.contract import ConnectorContract

SAMPLE = Sample(
    network=NETWORK,
    handle="ico-example",
    at_limit=("a" * 3000, "漢" * 3000, "🚀" * 1500, "_" * 1500, "é(b)" + "c" * 2994),
    over_limit=("b" * 3001, "字" * 3001, "🐶" * 1500 + "b", "~" * 1500 + "b"),
    unknown_id=lambda known, number: (
        f"urn:li:share:{int(known.rpartition(':')[2]) - 1000 + number}"
    ),
    has_language=False,
    foreign_address="https://www.linkedin.com/posts/someone-else_think-share-74000001-AbCd",
    repost_is_a_post=True,
    comments_repeat=True,
)


class TestLinkedIn(ConnectorContract):
    sample: ClassVar[Sample] = SAMPLE


VIDEO = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 20_000
"""Five megabytes that begin as an MP4 does: two parts."""
A_LINK = Link(url="https://ico.example/a?b=1&c=2", title="Ten steps", description="What to do.")


def drawn(width: int, height: int) -> Media:
    """Draw a picture of one colour and one bit a pixel."""
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return Media(content=file.getvalue(), media_type="image/png", alt_text="A black field")


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


def content_of(bench: Bench, post: OutgoingPost) -> Any:
    send(bench.connector(), post)
    return bench.stored()[-1].raw.get("content")


def moving(media_type: str = "video/mp4", content: bytes = VIDEO) -> Media:
    return Media(content=content, media_type=media_type, alt_text="Two people talk")


def test_hashtags_and_mentions_work_and_all_else_is_shown_as_typed(bench: Bench) -> None:
    text = "Ask @[The (new) College](urn:li:organization:7): #ThinkCheckShare (a_b) <3 #1 {x|y} a@b"
    send(bench.connector(), bench.post(text))
    (stored,) = bench.stored()
    assert stored.text == "Ask The (new) College: #ThinkCheckShare (a_b) <3 #1 {x|y} a@b"
    assert "@[The \\(new\\) College](urn:li:organization:7)" in stored.raw["commentary"]
    assert " #ThinkCheckShare \\(a\\_b\\)" in stored.raw["commentary"]


def test_a_link_carries_a_card_with_its_own_thumbnail(bench: Bench) -> None:
    link = replace(A_LINK, thumbnail=picture(0))
    content = content_of(bench, replace(bench.post(), link=link))
    thumbnail = content["article"].pop("thumbnail")
    assert thumbnail.startswith("urn:li:image:")
    assert content == {
        "article": {
            "source": "https://ico.example/a?b=1&c=2",
            "title": "Ten steps",
            "description": "What to do.",
        }
    }


def test_a_card_without_a_title_is_named_after_its_host(bench: Bench) -> None:
    content = content_of(bench, replace(bench.post(), link=Link(url="https://ico.example/a")))
    assert content == {"article": {"source": "https://ico.example/a", "title": "ico.example"}}


def test_pictures_go_before_the_card(bench: Bench) -> None:
    post = replace(bench.post(pictures=1), link=replace(A_LINK, thumbnail=picture(1)))
    assert list(content_of(bench, post)) == ["media"]
    assert [(one.width, one.height) for one in bench.stored()[0].media] == [(4, 3)]


def test_twenty_pictures_are_one_post(bench: Bench) -> None:
    content = content_of(bench, bench.post(pictures=20))
    assert len(content["multiImage"]["images"]) == 20
    assert content["multiImage"]["images"][1]["altText"] == "Picture 2: a dog, café, 日本"


def test_a_video_arrives_whole_by_the_addresses_of_its_parts(bench: Bench) -> None:
    published = send(bench.connector(), replace(bench.post(), media=(moving(),)))
    (stored,) = bench.stored()
    assert published.remote_id.startswith("urn:li:ugcPost:")
    assert stored.media[0].content == VIDEO
    assert stored.media[0].alt_text == "Two people talk"
    parts = bench.calls(Call.MEDIA, method="PUT")
    assert len({one.path for one in parts}) == len(parts) == 2
    assert all("authorization" not in one.headers for one in parts)
    bench.clock.advance(timedelta(days=1))
    (reading,) = bench.connector().read_metrics([published.remote_id])
    assert reading.values != {}


def test_a_document_is_shown_under_its_words(bench: Bench) -> None:
    paper = moving("application/pdf", b"%PDF-1.7 a leaflet")
    content = content_of(bench, replace(bench.post(), media=(paper,)))
    assert content["media"]["title"] == "Two people talk"
    assert content["media"]["id"].startswith("urn:li:document:")


def test_a_file_that_linkedin_cannot_process_is_the_editors_to_mend(bench: Bench) -> None:
    connector = bench.connector()
    post = replace(bench.post(), media=(moving(content=b"no video at all"),))
    prepared = connector.prepare(post, None)
    with pytest.raises(PostRefused, match="could not process"):
        connector.publish(post, prepared)
    assert bench.stored() == []


def test_an_upload_in_the_works_is_waited_for_and_not_sent_again(bench: Bench) -> None:
    post = bench.post(pictures=1)
    bench.inject(Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=60)
    prepared = bench.connector().prepare(post, None)
    for ask in (bench.connector().publish, bench.connector().prepare):
        with pytest.raises(NotSent) as caught:
            ask(post, prepared)
        assert caught.value.retry_at == START + timedelta(seconds=15)
    bench.clock.advance(timedelta(seconds=60))
    again = bench.connector().prepare(post, prepared)
    bench.connector().publish(post, again)
    assert len(bench.calls(Call.MEDIA, method="PUT")) == 1
    assert len(bench.calls(Call.PUBLISH)) == 1


def test_an_upload_that_is_gone_is_made_again(bench: Bench) -> None:
    post = bench.post(pictures=1)
    lost = Prepared(tokens=("urn:li:image:C4DLOST processing",))
    with pytest.raises(NotSent) as caught:
        bench.connector().publish(post, lost)
    assert caught.value.uploads_gone
    connector = bench.connector()
    connector.publish(post, connector.prepare(post, lost))
    assert len(bench.stored()) == 1


def test_a_repeat_is_found_by_the_post_that_linkedin_names(bench: Bench) -> None:
    post = bench.post()
    first = send(bench.connector(), post)
    connector = bench.connector()
    with pytest.raises(OutcomeUnknown) as caught:
        send(connector, post)
    assert caught.value.code == "duplicate"
    assert first.url in str(caught.value)
    asked = len(bench.rehearsal.requests("linkedin"))
    assert connector.find(bench.sought(post)) == Found(post=replace(first, warnings=()))
    assert [one.path for one in bench.rehearsal.requests("linkedin")[asked:]] == [
        f"/rest/posts/{first.remote_id}"
    ]
    assert isinstance(connector.find(bench.sought(post, first.remote_id)), CannotSay)


def test_a_post_that_is_deleted_and_still_named_is_no_success(bench: Bench) -> None:
    post = bench.post()
    first = send(bench.connector(), post)
    delete(bench, first.remote_id)
    connector = bench.connector()
    with pytest.raises(PostRefused, match="no longer there") as caught:
        send(connector, post)
    assert caught.value.code == "duplicate"
    assert isinstance(connector.find(bench.sought(post)), CannotSay)
    bench.clock.advance(timedelta(hours=48))
    send(connector, post)
    assert len(bench.stored()) == 1


def test_a_post_nobody_has_seen_and_one_that_is_gone_are_told_apart(bench: Bench) -> None:
    new = send(bench.connector(), bench.post("one")).remote_id
    gone = send(bench.connector(), bench.post("two")).remote_id
    delete(bench, gone)
    readings = bench.connector().read_metrics([new, gone, RemoteId("https://lnkd.in/abc")])
    assert [set(one.missing.values()) for one in readings] == [
        {Missing.NOT_YET},
        {Missing.POST_GONE},
        {Missing.NETWORK_ERROR},
    ]


def test_an_app_that_may_not_ask_for_several_posts_learns_nothing_of_the_missing(
    bench: Bench,
) -> None:
    new = send(bench.connector(), bench.post()).remote_id
    connector = bench.connector()
    bench.inject(Fault.REFUSE, on=Call.FIND)
    (reading,) = connector.read_metrics([new])
    assert set(reading.missing.values()) == {Missing.NETWORK_ERROR}


def test_both_kinds_of_post_are_counted_in_calls_of_their_own(bench: Bench) -> None:
    share = send(bench.connector(), bench.post("one")).remote_id
    other = send(bench.connector(), replace(bench.post("two"), media=(moving(),))).remote_id
    bench.clock.advance(timedelta(days=1))
    readings = bench.connector().read_metrics([other, share])
    assert [one.remote_id for one in readings] == [other, share]
    assert all(one.values for one in readings)
    asked = [one.query.rpartition("&")[2] for one in bench.calls(Call.READ)]
    assert [one.partition("=")[0] for one in asked] == ["shares", "ugcPosts"]


def test_a_post_is_found_beyond_the_first_page(bench: Bench) -> None:
    post = bench.post("the oldest of many")
    first = send(bench.connector(), post)
    for number in range(20):
        bench.clock.advance(timedelta(seconds=1))
        send(bench.connector(), bench.post(f"number {number}"))
    found = bench.connector().find(bench.sought(post))
    assert isinstance(found, Found)
    assert found.post.remote_id == first.remote_id


@pytest.mark.parametrize(
    ("media", "fields", "words"),
    [
        ((moving(), picture(0)), ["media"], "A video stands alone"),
        ((moving("application/pdf"), moving("application/pdf")), ["media"], "A document stands"),
        ((moving(content=bytes(500 * 1024 * 1024 + 1)),), ["media"], "the most is 524,288,000"),
        ((moving("application/pdf", bytes(100 * 1024 * 1024 + 1)),), ["media"], "104,857,600"),
        ((moving(content=bytes(6 * 1024 * 1024)),), [], ""),
        ((drawn(6013, 6012),), [], ""),
        ((picture(0), drawn(6014, 6012)), ["media"], "Picture 2 is 6014 by 6012 pixels"),
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


def delete(bench: Bench, urn: str) -> None:
    """Delete a post as a person would, with the network's own request."""
    answer = requests.delete(
        f"{bench.rehearsal.server_of('linkedin')}/rest/posts/{quote(urn, safe='')}",
        headers={
            "Authorization": f"Bearer {bench.credentials['ACCESS_TOKEN']}",
            "LinkedIn-Version": API_VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        },
        timeout=5,
    )
    assert answer.status_code == 204
