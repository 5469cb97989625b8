import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    CannotSay,
    Captions,
    Connector,
    ConnectorError,
    DeliveryKey,
    Finding,
    Found,
    Media,
    Metric,
    MetricReading,
    Missing,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    PublishedPost,
    RemoteId,
    Sought,
)
from connectors.facebook import connect
from tests.connectors.raw_server import Script, answers, hangs_up, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text="Think.", language="en")
POST_ID = "17_9007199254740993123"
URL = "https://www.facebook.com/17/posts/9007199254740993123"
DRAFT = Prepared(tokens=(POST_ID,))
WORDS = Captions(
    content=b"1\n00:00:00,000 --> 00:00:02,000\nHallo.\n", media_type="application/x-subrip"
)
MAY_BE_MISSING = "The video is out, its captions may not be"
TALK = replace(
    POST,
    language="de",
    media=(Media(content=b"film", media_type="video/mp4", alt_text="A talk", captions=WORDS),),
)
FILM = Prepared(tokens=("video 55 66",))
MADE_AT = "2027-01-12T08:29:58+0000"


def gives(body: Any, status: int = 200, **headers: str) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return answers(text, status=f"{status} Whatever", headers=lines + "Connection: close\r\n")


def fails(code: Any, status: int = 400, **more: Any) -> Script:
    return gives(
        {"error": {"message": "no", "type": "OAuthException", "code": code, **more}}, status
    )


def connector_at(origin: str) -> Connector:
    return connect(
        Access(
            handle="ico",
            server=origin,
            credentials={"PAGE_ID": "17", "PAGE_TOKEN": "token-secret-9"},
            timeout=timedelta(seconds=5),
            now=lambda: NOW,
        )
    )


def end_of(
    *scripts: Script, prepared: Prepared = DRAFT, post: OutgoingPost = POST
) -> PublishedPost | ConnectorError:
    with serving(*scripts) as server:
        try:
            return connector_at(server.origin).publish(post, prepared)
        except ConnectorError as error:
            return error


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (fails(190, error_subcode=463), AccessRefused, "190"),
        (fails(190, 401, error_subcode=460), AccessRefused, "190"),
        (fails(102), AccessRefused, "102"),
        (fails(10, 403), AccessRefused, "10"),
        (fails(200, 403), AccessRefused, "200"),
        (fails(299), AccessRefused, "299"),
        (fails(368), AccessRefused, "368"),
        (fails(1390008), AccessRefused, "1390008"),
        (fails(100), PostRefused, "100"),
        (fails(1609005), PostRefused, "1609005"),
        (fails(1500), PostRefused, "1500"),
        (fails(100, error_subcode=33), NotSent, None),
        (fails(803, 404), NotSent, None),
        (fails(4, 403), NotSent, "4"),
        (fails(17), NotSent, "17"),
        (fails(32), NotSent, "32"),
        (fails(341), NotSent, "341"),
        (fails(613), NotSent, "613"),
        (fails(80001), NotSent, "80001"),
        (fails(32, 429), NotSent, "32"),
        (fails(1), OutcomeUnknown, "1"),
        (fails(2, 500), OutcomeUnknown, "2"),
        (fails(999, is_transient=True), OutcomeUnknown, "999"),
        (fails(999, 500), OutcomeUnknown, "500"),
        (gives({"error": "odd"}, 500), OutcomeUnknown, "500"),
        (gives(b"<html>bad gateway</html>", 502), OutcomeUnknown, "502"),
        (gives(b"", 503), OutcomeUnknown, "503"),
        (gives(b"", 504), OutcomeUnknown, "504"),
        (gives(b"", 408), OutcomeUnknown, "408"),
        (gives(b"", 400), PostRefused, "400"),
        (gives(b"", 429), NotSent, "429"),
        (gives({"success": False}), OutcomeUnknown, None),
        (gives({"success": "true"}), OutcomeUnknown, None),
        (gives({"id": POST_ID}), OutcomeUnknown, None),
        (gives(b"true"), OutcomeUnknown, None),
        (gives(b""), OutcomeUnknown, None),
    ],
)
def test_an_answer_to_a_post_means(
    script: Script, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(script)
    assert type(end) is kind
    assert end.code == code


def test_a_known_success_may_hold_more_than_is_documented() -> None:
    assert end_of(gives({"success": True, "new": [1]})) == PublishedPost(
        remote_id=RemoteId(POST_ID), url=URL, published_at=NOW
    )


@pytest.mark.parametrize("code", [{"code": 506}, {"code": 100, "error_subcode": 1366051}])
@pytest.mark.parametrize(
    ("then", "kind"),
    [
        (gives({"id": POST_ID, "is_published": False}), PostRefused),
        (gives({"id": POST_ID, "is_published": True, "created_time": MADE_AT}), PublishedPost),
        (gives({"id": POST_ID}), OutcomeUnknown),
        (gives(b"", 500), OutcomeUnknown),
        (hangs_up, OutcomeUnknown),
    ],
)
def test_a_repeat_is_settled_by_asking_the_very_post(
    code: dict[str, int], then: Script, kind: type[object]
) -> None:
    end = end_of(gives({"error": {"message": "(#506) Duplicate", **code}}, 400), then)
    assert type(end) is kind
    if isinstance(end, PublishedPost):
        assert end.published_at == datetime(2027, 1, 12, 8, 29, 58, tzinfo=UTC)
    else:
        assert isinstance(end, ConnectorError)
        assert end.code == "duplicate"


@pytest.mark.parametrize(
    ("header", "waits_for"),
    [
        ('{"17":[{"type":"pages","estimated_time_to_regain_access":30}]}', timedelta(minutes=30)),
        ('{"17":[{"estimated_time_to_regain_access":90000}]}', timedelta(hours=24)),
        ('{"17":[{"estimated_time_to_regain_access":0}]}', timedelta(minutes=5)),
        ('{"17":"odd"}', timedelta(minutes=5)),
        ("[]", timedelta(minutes=5)),
        ("soon", timedelta(minutes=5)),
    ],
)
def test_a_rate_limit_names_the_minutes_that_facebook_estimates(
    header: str, waits_for: timedelta
) -> None:
    body = {"error": {"code": 32, "message": "Page request limit reached"}}
    end = end_of(gives(body, 400, X_Business_Use_Case_Usage=header))
    assert isinstance(end, NotSent)
    assert end.retry_at == NOW + waits_for


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (fails(190), "connect the channel again"),
        (fails(200), "lacks a permission"),
        (fails(368), "blocked"),
        (fails(100, message="Bad token-secret-9"), "Bad [hidden]"),
        (fails(100, error_user_msg="Please  shorten\nit."), "Please shorten it."),
    ],
)
def test_an_error_says_what_to_do_and_hides_what_is_secret(script: Script, words: str) -> None:
    message = str(end_of(script))
    assert words in message
    assert "token-secret-9" not in message


def finding(*scripts: Script, prepared: Prepared = DRAFT, post: OutgoingPost = POST) -> Finding:
    sought = Sought(post=post, since=NOW, prepared=prepared)
    with serving(*scripts) as server:
        return connector_at(server.origin).find(sought)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"is_published": True, "created_time": MADE_AT}, Found),
        ({"is_published": False, "created_time": MADE_AT}, Absent),
        ({"is_published": True}, CannotSay),
        ({"is_published": True, "created_time": "soon"}, CannotSay),
        ({"is_published": "false"}, CannotSay),
        ({"id": POST_ID}, CannotSay),
    ],
)
def test_only_a_clear_word_about_the_post_is_taken_for_one(body: Any, kind: type[object]) -> None:
    assert isinstance(finding(gives(body)), kind)


def test_a_post_that_is_gone_is_not_called_absent() -> None:
    assert isinstance(finding(fails(100, error_subcode=33)), CannotSay)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (fails(190), AccessRefused),
        (fails(4), NotSent),
        (gives(b"", 500), NotSent),
        (hangs_up, NotSent),
    ],
)
def test_a_look_that_fails_is_no_finding(script: Script, kind: type[ConnectorError]) -> None:
    with pytest.raises(kind):
        finding(script)


@pytest.mark.parametrize(
    "scripts",
    [
        [gives({"success": True}), gives({"id": "55"})],
        [gives({"success": True}), gives(b"", 500)],
        [gives({"success": True}), hangs_up],
    ],
)
def test_a_published_video_whose_post_is_not_named_is_looked_for_and_never_guessed(
    scripts: list[Script],
) -> None:
    assert isinstance(end_of(*scripts, prepared=FILM), OutcomeUnknown)


@pytest.mark.parametrize("script", [gives({"success": False}), gives(b"true"), fails(385)])
def test_captions_are_believed_to_stand_only_where_facebook_says_so(script: Script) -> None:
    scripts = gives({"success": True}), script, gives({"post_id": "17_77"})
    end = end_of(*scripts, prepared=FILM, post=TALK)
    assert isinstance(end, PublishedPost)
    assert [one.partition(":")[0] for one in end.warnings] == [MAY_BE_MISSING]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (gives({"data": [{"locale": "de_DE", "is_auto_generated": False}]}), None),
        (gives({"data": [{"locale": "de_DE"}]}), None),
        (gives({"data": [{"locale": "de_DE", "is_auto_generated": True}]}), "does not show"),
        (gives({"data": [{"locale": "fr_FR"}, 1]}), "does not show"),
        (gives({}), "does not show"),
        (fails(1, 500), "does not say"),
        (hangs_up, "does not say"),
    ],
)
def test_captions_that_a_machine_made_or_nobody_saw_are_not_ours(
    script: Script, said: str | None
) -> None:
    video = gives({"published": True, "post_id": "17_77", "created_time": MADE_AT})
    found = finding(video, script, prepared=FILM, post=TALK)
    assert isinstance(found, Found)
    assert [said in one if said else one for one in found.post.warnings] == ([True] if said else [])


def test_a_video_is_named_by_its_post() -> None:
    end = end_of(gives({"success": True}), gives({"post_id": "17_77"}), prepared=FILM)
    assert isinstance(end, PublishedPost)
    assert (end.remote_id, end.warnings) == ("17_77", ())


def test_a_video_that_is_still_in_the_works_is_neither_found_nor_absent() -> None:
    body = {"published": False, "created_time": MADE_AT}
    assert isinstance(finding(gives(body), prepared=FILM), CannotSay)
    found = finding(gives({**body, "published": True, "post_id": "17_77"}), prepared=FILM)
    assert isinstance(found, Found)
    assert (found.post.remote_id, found.post.warnings) == ("17_77", ())


def test_a_video_that_is_out_without_a_named_post_is_found_and_people_are_told() -> None:
    found = finding(gives({"published": True, "created_time": MADE_AT}), prepared=FILM)
    assert isinstance(found, Found)
    assert found.post.remote_id == "17_55"
    assert found.post.warnings == ("Facebook did not name the post's own address.",)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [1],
        {"upload_session_id": "6", "video_id": "5"},
        {"upload_session_id": "6", "video_id": "5", "start_offset": "x", "end_offset": "9"},
        {"upload_session_id": "6", "video_id": "5", "start_offset": "9", "end_offset": "0"},
        {"upload_session_id": 6, "video_id": "5", "start_offset": "0", "end_offset": "9"},
    ],
)
def test_an_upload_that_cannot_be_followed_is_given_up(body: Any) -> None:
    film = Media(content=b"film", media_type="video/mp4", alt_text="A film")
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text="a", language="en", media=(film,))
    with serving(gives(body)) as server, pytest.raises(NotSent):
        connector_at(server.origin).prepare(post, None)


def test_an_upload_that_does_not_move_on_is_given_up() -> None:
    film = Media(content=b"film", media_type="video/mp4", alt_text="A film")
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text="a", language="en", media=(film,))
    begun = {"upload_session_id": "6", "video_id": "5", "start_offset": "0", "end_offset": "4"}
    with serving(gives(begun), gives(begun)) as server, pytest.raises(NotSent):
        connector_at(server.origin).prepare(post, None)
    assert len(server.requests) == 2


COUNTS = {
    "id": POST_ID,
    "reactions": {"data": [], "summary": {"total_count": 5}},
    "comments": {"data": [], "summary": {"total_count": 4}},
    "shares": {"count": 3},
}
BAD_METRIC = {"error": {"code": 100, "message": "(#100) The value must be a valid insights metric"}}


def insight(value: Any) -> dict[str, Any]:
    return {"data": [{"name": "?", "period": "lifetime", "values": [{"value": value}]}]}


def batch(*bodies: Any) -> Script:
    return gives(
        [None if one is None else {"code": 200, "body": json.dumps(one)} for one in bodies]
    )


def read(script: Script) -> MetricReading:
    with serving(script) as server:
        (reading,) = connector_at(server.origin).read_metrics([RemoteId(POST_ID)])
        return reading


def test_counts_and_insights_are_read_by_their_names() -> None:
    reading = read(batch(COUNTS, insight(900), insight(500)))
    assert reading.missing == {}
    assert reading.values == {
        Metric.VIEWS: 900,
        Metric.REACH: 500,
        Metric.REACTIONS: 5,
        Metric.REPLIES: 4,
        Metric.RESHARES: 3,
    }


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BAD_METRIC, Missing.NOT_OFFERED),
        ({"error": {"code": 10, "message": "no"}}, Missing.ACCESS_LOST),
        ({"error": {"code": 100, "message": "odd"}}, Missing.NETWORK_ERROR),
        ({"error": {"code": 4}}, Missing.NETWORK_ERROR),
        ({"data": []}, Missing.NOT_YET),
        ({"data": [{}]}, Missing.NETWORK_ERROR),
        ({"data": "odd"}, Missing.NETWORK_ERROR),
        (insight("900"), Missing.NETWORK_ERROR),
        (insight(-1), Missing.NETWORK_ERROR),
        (insight(True), Missing.NETWORK_ERROR),
        (insight({"like": 1}), Missing.NETWORK_ERROR),
        (None, Missing.NETWORK_ERROR),
        ([1], Missing.NETWORK_ERROR),
    ],
)
def test_an_insight_that_fails_empties_nothing_but_itself(body: Any, reason: Missing) -> None:
    reading = read(batch(COUNTS, body, insight(500)))
    assert reading.missing == {Metric.VIEWS: reason}
    assert reading.values[Metric.REACH] == 500
    assert reading.values[Metric.RESHARES] == 3


def test_a_metric_that_was_rejected_is_not_asked_for_again_that_day() -> None:
    clock = [NOW]
    whole, without = batch(COUNTS, BAD_METRIC, insight(500)), batch(COUNTS, insight(600))
    with serving(whole, without, whole) as server:
        access = Access(
            handle="ico",
            server=server.origin,
            credentials={"PAGE_ID": "17", "PAGE_TOKEN": "t"},
            now=lambda: clock[0],
        )
        connector = connect(access)
        readings = []
        for wait in (timedelta(), timedelta(hours=23), timedelta(hours=25)):
            clock[0] = NOW + wait
            readings += connector.read_metrics([RemoteId(POST_ID)])
    asked = [one.count(b"insights") for one in server.requests]
    assert asked == [2, 1, 2]
    assert [one.values[Metric.REACH] for one in readings] == [500, 600, 500]
    assert {one.missing[Metric.VIEWS] for one in readings} == {Missing.NOT_OFFERED}


def test_a_post_that_is_gone_says_so_for_every_count() -> None:
    gone = {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported get request."}}
    reading = read(batch(gone, gone, gone))
    assert (reading.values, set(reading.missing.values())) == ({}, {Missing.POST_GONE})
    assert len(reading.missing) == 5


@pytest.mark.parametrize("body", [{}, [], [{"code": 200, "body": "{}"}], b"", b"<html>"])
def test_a_batch_that_cannot_be_read_is_a_failed_try(body: Any) -> None:
    with pytest.raises(NotSent):
        read(gives(body))


@pytest.mark.parametrize("body", [{}, {"id": 17, "name": "ICO"}, {"id": "17"}, [1]])
def test_a_page_that_is_not_named_is_not_guessed(body: Any) -> None:
    with serving(gives(body)) as server, pytest.raises(NotSent):
        connector_at(server.origin).whoami()
