"""What each of Instagram's answers means: Meta's page on error codes, and the odd ones."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import (
    Access,
    AccessRefused,
    Connector,
    ConnectorError,
    DeliveryKey,
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
)
from connectors.instagram import connect
from tests.connectors.raw_server import Script, answers, hangs_up, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
PICTURE = Media(content=b"", media_type="image/jpeg", alt_text="A dog", address="https://a.example")
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text="Think.", language="en", media=(PICTURE,))
TWO = OutgoingPost(delivery_key=DeliveryKey("k"), text="", language="en", media=(PICTURE,) * 2)
CONTAINER = Prepared(tokens=("17",), expires_at=NOW + timedelta(hours=1))
POST_ID = "9007199254740993123"
PERMALINK = "https://www.instagram.com/p/AbC/"
UNNAMED = "Instagram did not name the post's own address."


def gives(body: Any, status: int = 200) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answers(text, status=f"{status} Whatever", headers="Connection: close\r\n")


def fails(code: Any, subcode: int | None = None, status: int = 400, **more: Any) -> Script:
    error = {"message": "no", "type": "OAuthException", "code": code, **more}
    if subcode is not None:
        error["error_subcode"] = subcode
    return gives({"error": error}, status)


ROOM = gives({"data": [{"config": {"quota_total": 100}, "quota_usage": 3}]})


def stands(status: str, words: str = "") -> Script:
    return gives({"status_code": status, "status": words})


def connector_at(origin: str) -> Connector:
    return connect(
        Access(
            handle="@ico",
            server=origin,
            credentials={"ACCESS_TOKEN": "token-secret-9", "ACCOUNT_ID": "178"},
            timeout=timedelta(seconds=5),
            now=lambda: NOW,
        )
    )


def end_of(*scripts: Script) -> PublishedPost | ConnectorError:
    with serving(*scripts) as server:
        try:
            return connector_at(server.origin).publish(POST, CONTAINER)
        except ConnectorError as error:
            return error


def preparing(*scripts: Script, post: OutgoingPost = POST) -> Prepared | ConnectorError:
    with serving(*scripts) as server:
        try:
            return connector_at(server.origin).prepare(post, None)
        except ConnectorError as error:
            return error


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (fails(190, 463), AccessRefused, "190"),
        (fails(10, status=403), AccessRefused, "10"),
        (fails(25, 2207050), AccessRefused, "2207050"),
        (fails(4, 2207051), AccessRefused, "2207051"),
        (fails(4, status=403), NotSent, "4"),
        (fails(80002), NotSent, "80002"),
        (fails(9, 2207042), NotSent, "2207042"),
        (fails(9007, 2207027), NotSent, "2207027"),
        (fails(-1, 2207001), OutcomeUnknown, "2207001"),
        (fails(-1, 2207032), OutcomeUnknown, "2207032"),
        (fails(-1, 2207053), OutcomeUnknown, "2207053"),
        (fails(-2, 2207003), OutcomeUnknown, "2207003"),
        (fails(1), OutcomeUnknown, "1"),
        (fails(2, status=500), OutcomeUnknown, "2"),
        (gives(b"<html>bad gateway</html>", 502), OutcomeUnknown, "502"),
        (gives(b"", 503), OutcomeUnknown, "503"),
        (gives({"id": 42}), OutcomeUnknown, None),
        (gives({"id": "../42"}), OutcomeUnknown, None),
        (gives([1]), OutcomeUnknown, None),
        (gives(b""), OutcomeUnknown, None),
    ],
)
def test_an_answer_to_a_post_means(
    script: Script, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(script)
    assert type(end) is kind
    assert end.code == code


@pytest.mark.parametrize("refusal", [fails(100), fails(24, 2207006), fails(-2, 2207020)])
@pytest.mark.parametrize(
    ("then", "kind"),
    [
        (stands("FINISHED"), PostRefused),
        (stands("ERROR"), PostRefused),
        (stands("PUBLISHED"), OutcomeUnknown),
        (stands("IN_PROGRESS"), OutcomeUnknown),
        (stands("EXPIRED"), NotSent),
        (fails(100, 33), NotSent),
        (gives(b"", 500), OutcomeUnknown),
        (hangs_up, OutcomeUnknown),
    ],
)
def test_a_refusal_is_believed_only_of_a_container_that_is_not_out(
    refusal: Script, then: Script, kind: type[ConnectorError]
) -> None:
    assert type(end_of(refusal, then)) is kind


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (fails(9004, 2207052), NotSent, "2207052"),
        (fails(9004), NotSent, "9004"),
        (fails(-2, 2207003), NotSent, "2207003"),
        (fails(-1, 2207001), NotSent, "2207001"),
        (fails(352, 2207026), PostRefused, "352"),
        (fails(36000, 2207004), PostRefused, "36000"),
        (fails(36001, 2207005), PostRefused, "36001"),
        (fails(36003, 2207009), PostRefused, "36003"),
        (fails(36004, 2207010), PostRefused, "36004"),
        (fails(80002), NotSent, "80002"),
        (fails(190), AccessRefused, "190"),
        (gives(b"", 500), NotSent, "500"),
        (gives({"id": 17}), NotSent, None),
        (gives({}), NotSent, None),
    ],
)
def test_an_answer_to_a_container_means(
    script: Script, kind: type[ConnectorError], code: str | None
) -> None:
    end = preparing(ROOM, script)
    assert type(end) is kind
    assert end.code == code


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("Error: Media upload has failed with error code 2207026", PostRefused, "2207026"),
        ("Error: Media upload has failed with error code 2207053", NotSent, "2207053"),
        ("Error: 2207052", NotSent, "2207052"),
        ("", PostRefused, "ERROR"),
    ],
)
def test_a_container_that_fails_says_whether_its_content_is_the_reason(
    words: str, kind: type[ConnectorError], code: str
) -> None:
    end = preparing(ROOM, gives({"id": "17"}), stands("ERROR", words))
    assert type(end) is kind
    assert end.code == code
    assert not isinstance(end, NotSent) or end.uploads_gone


def test_a_failure_of_one_picture_of_several_is_a_failure_of_the_post() -> None:
    two = [gives({"id": "17"}), gives({"id": "18"})]
    end = preparing(ROOM, *two, stands("FINISHED"), stands("ERROR", "Error: 2207026"), post=TWO)
    assert isinstance(end, PostRefused)


def test_the_pictures_of_a_post_are_its_children_in_their_order() -> None:
    made = [
        gives({"id": "17"}),
        gives({"id": "18"}),
        *[stands("FINISHED")] * 2,
        gives({"id": "19"}),
    ]
    with serving(ROOM, *made, stands("IN_PROGRESS")) as server:
        prepared = connector_at(server.origin).prepare(TWO, None)
    assert prepared.tokens == ("19 processing",)
    assert b"children=17%2C18" in server.requests[5]
    assert b"is_carousel_item=true" in server.requests[1]


@pytest.mark.parametrize(
    ("room", "is_held_back"),
    [
        ({"data": [{"config": {"quota_total": 50}, "quota_usage": 50}]}, True),
        ({"data": [{"config": {"quota_total": 50}, "quota_usage": 49}]}, False),
        ({"data": [{"quota_usage": 50}]}, False),
        ({"data": []}, False),
        ([1], False),
    ],
)
def test_the_days_room_is_what_instagram_says(room: Any, *, is_held_back: bool) -> None:
    end = preparing(gives(room), gives({"id": "17"}), stands("FINISHED"))
    assert isinstance(end, NotSent) is is_held_back
    if isinstance(end, NotSent):
        assert (end.code, end.retry_at) == ("quota", NOW + timedelta(hours=1))


def test_room_that_cannot_be_read_holds_nobody_back() -> None:
    end = preparing(gives(b"", 500), gives({"id": "17"}), stands("FINISHED"))
    assert end == Prepared(tokens=("17",), expires_at=NOW + timedelta(hours=23))


@pytest.mark.parametrize(
    ("then", "url", "warnings"),
    [
        (gives({"permalink": PERMALINK, "new": 1}), PERMALINK, ()),
        (gives({"permalink": None}), "https://www.instagram.com/ico/", (UNNAMED,)),
        (gives(b"", 500), "https://www.instagram.com/ico/", (UNNAMED,)),
        (hangs_up, "https://www.instagram.com/ico/", (UNNAMED,)),
    ],
)
def test_a_post_that_is_out_is_out_whether_its_address_is_known_or_not(
    then: Script, url: str, warnings: tuple[str, ...]
) -> None:
    assert end_of(gives({"id": POST_ID}), then) == PublishedPost(
        remote_id=RemoteId(POST_ID), url=url, published_at=NOW, warnings=warnings
    )


NAMES = ("views", "reach", "saved", "shares")


def part(body: Any) -> dict[str, Any]:
    return {"code": 200, "body": json.dumps(body)}


def insight(value: Any) -> dict[str, Any]:
    return part({"data": [{"name": "x", "values": [{"value": value}]}]})


FIELDS = part({"id": POST_ID, "like_count": 5, "comments_count": 4, "media_product_type": "FEED"})
NO_SUCH_METRIC = part(
    {"error": {"code": 100, "message": "(#100) The value must be a valid insights metric"}}
)


def read(*parts: dict[str, Any]) -> MetricReading:
    with serving(gives(list(parts))) as server:
        (reading,) = connector_at(server.origin).read_metrics([RemoteId(POST_ID)])
        return reading


def test_counts_are_read_wherever_they_stand() -> None:
    total = part({"data": [{"name": "shares", "total_value": {"value": 0}}]})
    reading = read(FIELDS, insight(9), insight(8), insight(7), total)
    assert reading.missing == {}
    assert reading.values == {
        Metric.VIEWS: 9,
        Metric.REACH: 8,
        Metric.SAVES: 7,
        Metric.RESHARES: 0,
        Metric.REACTIONS: 5,
        Metric.REPLIES: 4,
    }


@pytest.mark.parametrize("odd", ["9", None, -1, 1.5, True, [9]])
def test_a_count_that_is_no_count_could_not_be_read(odd: Any) -> None:
    reading = read(FIELDS, insight(odd), insight(8), insight(7), insight(6))
    assert reading.missing == {Metric.VIEWS: Missing.NETWORK_ERROR}


def test_an_empty_list_is_no_zero_and_hidden_likes_are_withheld() -> None:
    fields = part({"id": POST_ID, "comments_count": 0})
    reading = read(fields, part({"data": []}), insight(8), insight(7), insight(6))
    assert reading.missing == {Metric.VIEWS: Missing.NOT_YET, Metric.REACTIONS: Missing.WITHHELD}
    assert reading.values[Metric.REPLIES] == 0


def test_a_metric_that_is_rejected_empties_nothing_but_itself_and_is_remembered() -> None:
    first = [FIELDS, insight(9), insight(8), insight(7), NO_SUCH_METRIC]
    second = [FIELDS, insight(10), insight(9), insight(8)]
    with serving(gives(first), gives(second)) as server:
        connector = connector_at(server.origin)
        (before,) = connector.read_metrics([RemoteId(POST_ID)])
        (after,) = connector.read_metrics([RemoteId(POST_ID)])
    assert before.missing == after.missing == {Metric.RESHARES: Missing.NOT_OFFERED}
    assert (before.values[Metric.SAVES], after.values[Metric.SAVES]) == (7, 8)
    assert b"shares" not in server.requests[1]


def test_a_rejection_for_one_kind_of_post_says_nothing_of_another() -> None:
    reel = part({"id": "42", "like_count": 1, "comments_count": 1, "media_product_type": "REELS"})
    photo = [FIELDS, insight(9), insight(8), insight(7), NO_SUCH_METRIC]
    video = [reel, insight(1), insight(1), insight(1), insight(1)]
    with serving(gives(photo), gives(video)) as server:
        connector = connector_at(server.origin)
        connector.read_metrics([RemoteId(POST_ID)])
        (reading,) = connector.read_metrics([RemoteId("42")])
    assert reading.values[Metric.RESHARES] == 1


@pytest.mark.parametrize(
    "script", [fails(4), gives(b"", 500), gives({}), gives([{"code": 200}]), hangs_up]
)
def test_counts_that_cannot_be_read_are_a_failed_try(script: Script) -> None:
    with serving(script) as server, pytest.raises(NotSent):
        connector_at(server.origin).read_metrics([RemoteId(POST_ID)])


@pytest.mark.parametrize("body", [{}, {"id": 178, "username": "ico"}, {"id": "178"}, [1]])
def test_an_account_that_is_not_named_is_not_guessed(body: Any) -> None:
    with serving(gives(body)) as server, pytest.raises(NotSent):
        connector_at(server.origin).whoami()


def test_another_account_than_the_one_named_is_refused() -> None:
    other = gives({"id": "179", "username": "ndna"})
    with serving(other) as server, pytest.raises(AccessRefused, match="ndna"):
        connector_at(server.origin).whoami()


@pytest.mark.parametrize("name", ["ACCOUNT_ID", "ACCESS_TOKEN"])
def test_a_channel_without_one_of_its_keys_says_which(name: str) -> None:
    keys = {"ACCOUNT_ID": "178", "ACCESS_TOKEN": "token"}
    access = Access(handle="ico", server=None, credentials={**keys, name: ""}, now=lambda: NOW)
    with pytest.raises(AccessRefused, match=f"no {name}: connect"):
        connect(access)


def test_an_error_hides_what_is_secret() -> None:
    end = end_of(fails(190, message="Bad token-secret-9"))
    assert "Bad [hidden]" in str(end)
