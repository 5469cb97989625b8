import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import (
    PAID_METRICS,
    Access,
    AccessRefused,
    CannotSay,
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
from connectors.x import connect
from tests.connectors.raw_server import Script, answers, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
KEYS = {name: name.lower() for name in ("API_KEY", "API_SECRET", "ACCESS_TOKEN")}
TEXT = "Think & check: https://ico.org.uk/a?b=1&c=2 or ico.org.uk"
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text=TEXT, language="en")
PICTURE = Media(content=b"png", media_type="image/png", alt_text="A dog")
PROBLEMS = "https://api.x.com/2/problems/"
ME = {"data": {"id": "17", "username": "ico", "public_metrics": {"followers_count": 9}}}
OLD_PROBLEMS = "https://api.twitter.com/2/problems/"
FORBIDDEN = {"title": "Forbidden", "type": "about:blank", "status": 403}
NOT_PERMITTED = "You are not permitted to perform this action."
REPEATED = "You are not allowed to create a Tweet with duplicate content."
BAD_MEDIA = {"parameters": {"media.media_ids": ["1"]}, "message": "?"}


def gives(body: Any, status: int = 200, **headers: str) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return answers(text, status=f"{status} Whatever", headers=lines + "Connection: close\r\n")


def connector_at(origin: str) -> Connector:
    return connect(
        Access(
            handle="@ico",
            server=origin,
            credentials={**KEYS, "ACCESS_TOKEN_SECRET": "token-secret-9"},
            timeout=timedelta(seconds=5),
            now=lambda: NOW,
        )
    )


def end_of(script: Script) -> PublishedPost | ConnectorError:
    with serving(script) as server:
        try:
            return connector_at(server.origin).publish(POST, Prepared())
        except ConnectorError as error:
            return error


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"title": "Unauthorized", "status": 401, "detail": "No"}, AccessRefused, "401"),
        (402, {"title": "CreditsDepleted", "detail": "a"}, AccessRefused, "402"),
        (402, b"", AccessRefused, "402"),
        (403, {**FORBIDDEN, "detail": NOT_PERMITTED}, PostRefused, "403"),
        (403, {**FORBIDDEN, "detail": REPEATED}, OutcomeUnknown, "duplicate"),
        (403, {"type": PROBLEMS + "unsupported-authentication"}, AccessRefused, "403"),
        (403, {"type": OLD_PROBLEMS + "oauth1-permissions"}, AccessRefused, "403"),
        (403, {"type": PROBLEMS + "client-forbidden"}, AccessRefused, "403"),
        (403, b"<html>no</html>", PostRefused, "403"),
        (404, b"", AccessRefused, "404"),
        (400, {"errors": [{"message": "Your media IDs are invalid."}]}, NotSent, "media-gone"),
        (400, {"errors": [BAD_MEDIA]}, NotSent, "media-gone"),
        (400, {"errors": [{"message": "text is too long"}], "detail": "x"}, PostRefused, "400"),
        (400, {"errors": "odd"}, PostRefused, "400"),
        (413, b"", PostRefused, "413"),
        (500, {"title": "Internal Server Error"}, OutcomeUnknown, "500"),
        (502, b"<html>bad gateway</html>", OutcomeUnknown, "502"),
        (503, b"", OutcomeUnknown, "503"),
        (504, b"null", OutcomeUnknown, "504"),
        (408, b"", OutcomeUnknown, "408"),
        (201, b"", OutcomeUnknown, None),
        (201, b"[1]", OutcomeUnknown, None),
        (201, {"data": {"id": 42}}, OutcomeUnknown, None),
        (201, {"data": {"id": "../42"}}, OutcomeUnknown, None),
        (201, {"data": None, "errors": [{"title": "odd"}]}, OutcomeUnknown, None),
        (204, b"", OutcomeUnknown, None),
    ],
)
def test_an_answer_to_a_post_means(
    status: int, body: Any, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(gives(body, status))
    assert type(end) is kind
    assert end.code == code


def test_a_known_success_may_hold_more_than_is_documented() -> None:
    body = {"data": {"id": "9007199254740993", "new": {}}, "more": [1]}
    assert end_of(gives(body, 201)) == PublishedPost(
        remote_id=RemoteId("9007199254740993"),
        url="https://x.com/ico/status/9007199254740993",
        published_at=NOW,
    )


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (402, b"", "top them up"),
        (401, b"", "connect the channel again"),
        (400, {"errors": [{"message": "text is\n too long"}]}, "(400): text is too long"),
        (403, {**FORBIDDEN, "detail": "Suspended token-secret-9"}, "Suspended [hidden]"),
        (404, b"", "plan"),
    ],
)
def test_an_error_says_what_to_do_and_hides_what_is_secret(
    status: int, body: Any, words: str
) -> None:
    message = str(end_of(gives(body, status)))
    assert words in message
    assert "token-secret-9" not in message


@pytest.mark.parametrize(
    ("headers", "waits_for"),
    [
        ({"x_rate_limit_reset": str(EPOCH + 600)}, timedelta(minutes=10)),
        (
            {
                "x_rate_limit_reset": str(EPOCH + 600),
                "x_user_limit_24hour_remaining": "0",
                "x_user_limit_24hour_reset": str(EPOCH + 7200),
            },
            timedelta(hours=2),
        ),
        (
            {
                "x_rate_limit_reset": str(EPOCH + 600),
                "x_app_limit_24hour_remaining": "0",
                "x_app_limit_24hour_reset": str(EPOCH + 3600),
            },
            timedelta(hours=1),
        ),
        (
            {
                "x_rate_limit_reset": str(EPOCH + 600),
                "x_app_limit_24hour_remaining": "5",
                "x_app_limit_24hour_reset": str(EPOCH + 3600),
            },
            timedelta(minutes=10),
        ),
        ({"x_rate_limit_reset": str(EPOCH - 5)}, timedelta(minutes=5)),
        ({"x_rate_limit_reset": "soon"}, timedelta(minutes=5)),
        ({}, timedelta(minutes=5)),
    ],
)
def test_a_rate_limit_names_the_window_that_is_used_up(
    headers: dict[str, str], waits_for: timedelta
) -> None:
    end = end_of(gives({"errors": [{"code": 88}]}, 429, **headers))
    assert isinstance(end, NotSent)
    assert end.retry_at == NOW + waits_for


def finding(posts: Any, *, media: tuple[Media, ...] = (), taken: tuple[str, ...] = ()) -> Finding:
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text=TEXT, language="en", media=media)
    sought = Sought(post=post, since=NOW, taken=frozenset(map(RemoteId, taken)))
    with serving(gives(ME), gives(posts)) as server:
        return connector_at(server.origin).find(sought)


def shown(remote_id: str = "42", **changes: Any) -> dict[str, Any]:
    """The sought post as X shows it."""
    post = {
        "id": remote_id,
        "text": "Think &amp; check: https://t.co/aaa or https://t.co/bbb",
        "created_at": "2027-01-12T08:30:01.000Z",
        "entities": {
            "urls": [
                {"url": "https://t.co/aaa", "expanded_url": "https://ico.org.uk/a?b=1&c=2"},
                {"url": "https://t.co/bbb", "expanded_url": "http://ico.org.uk/"},
            ]
        },
    }
    return {**post, **changes}


def test_a_post_is_known_by_the_addresses_behind_its_links() -> None:
    published = PublishedPost(
        remote_id=RemoteId("42"),
        url="https://x.com/ico/status/42",
        published_at=datetime(2027, 1, 12, 8, 30, 1, tzinfo=UTC),
    )
    assert finding({"data": [shown()]}) == Found(post=published)


@pytest.mark.parametrize(
    "own",
    [
        {"expanded_url": "https://x.com/ico/status/42/photo/1"},
        {"expanded_url": "https://x.com/i/elsewhere", "media_key": "3_1"},
    ],
)
def test_the_link_to_its_own_pictures_is_no_part_of_the_text(own: dict[str, str]) -> None:
    post = shown(attachments={"media_keys": ["3_1"]})
    post["text"] += " https://t.co/ppp"
    post["entities"]["urls"].append({"url": "https://t.co/ppp", **own})
    assert isinstance(finding({"data": [post]}, media=(PICTURE,)), Found)


@pytest.mark.parametrize(
    "answer",
    [
        {"meta": {"result_count": 0}},
        {"data": []},
        {"data": "odd"},
        {"data": [{"id": "42"}, 7, None]},
        {"data": [shown(text="Something else")]},
        {"data": [shown(created_at="2027-01-12T08:20:00.000Z")]},
        {"data": [shown(created_at=None)]},
        {"data": [shown(created_at="yesterday")]},
        {"data": [shown(attachments={"media_keys": ["3_1"]})]},
        {"data": [shown(entities=None)]},
        {"data": [shown("42"), shown("43")]},
        {"data": [shown("taken")]},
        {"data": [shown("taken"), shown("also taken")]},
    ],
)
def test_anything_but_exactly_one_match_says_nothing(answer: Any) -> None:
    assert isinstance(finding(answer, taken=("taken", "also taken")), CannotSay)


def test_of_two_alike_the_one_that_is_not_anothers_is_ours() -> None:
    found = finding({"data": [shown("43"), shown("taken")]}, taken=("taken",))
    assert isinstance(found, Found)
    assert found.post.remote_id == "43"


def read(answer: Any, *ids: str) -> list[MetricReading]:
    with serving(gives(answer)) as server:
        return connector_at(server.origin).read_metrics([RemoteId(one) for one in ids])


COUNTS = {
    "impression_count": 900,
    "like_count": 5,
    "reply_count": 4,
    "retweet_count": 3,
    "quote_count": 2,
    "bookmark_count": 0,
}


def test_counts_are_read_by_their_names() -> None:
    (reading,) = read({"data": [{"id": "1", "public_metrics": COUNTS}]}, "1")
    assert reading.values == {
        Metric.IMPRESSIONS: 900,
        Metric.REACTIONS: 5,
        Metric.REPLIES: 4,
        Metric.RESHARES: 3,
        Metric.QUOTES: 2,
        Metric.SAVES: 0,
    }
    assert reading.missing == {
        Metric.REACH: Missing.NOT_OFFERED,
        Metric.LINK_CLICKS: Missing.WITHHELD,
    }
    assert reading.definitions == {
        Metric.IMPRESSIONS: "x.impression_count.1",
        Metric.REACTIONS: "x.like_count.1",
        Metric.REPLIES: "x.reply_count.1",
        Metric.RESHARES: "x.retweet_count.1",
    }


def split(impressions: int, clicks: int) -> dict[str, int]:
    return {
        "impression_count": impressions,
        "like_count": 4,
        "reply_count": 3,
        "repost_count": 2,
        "url_link_clicks": clicks,
        "user_profile_clicks": 1,
    }


def test_what_was_promoted_is_read_apart_from_what_was_not() -> None:
    post = {
        "id": "1",
        "public_metrics": COUNTS,
        "organic_metrics": split(600, 20),
        "promoted_metrics": split(300, 7),
    }
    (reading,) = read({"data": [post]}, "1")
    assert reading.values == {
        Metric.IMPRESSIONS: 600,
        Metric.REACTIONS: 4,
        Metric.REPLIES: 3,
        Metric.RESHARES: 2,
        Metric.QUOTES: 2,
        Metric.SAVES: 0,
        Metric.LINK_CLICKS: 20,
        Metric.PAID_IMPRESSIONS: 300,
        Metric.PAID_REACTIONS: 4,
        Metric.PAID_REPLIES: 3,
        Metric.PAID_RESHARES: 2,
        Metric.PAID_LINK_CLICKS: 7,
    }
    assert reading.definitions == {}


def test_a_post_that_was_not_promoted_has_no_paid_count_rather_than_zero() -> None:
    post = {"id": "1", "public_metrics": COUNTS, "organic_metrics": split(900, 20)}
    (reading,) = read({"data": [post]}, "1")
    assert not PAID_METRICS & (reading.values.keys() | reading.missing.keys())


def test_where_x_leaves_a_post_out_for_a_private_field_its_public_counts_are_still_read() -> None:
    refused = {"type": PROBLEMS + "not-authorized-for-field", "resource_id": "2"}
    both = [{"id": "1", "public_metrics": COUNTS, "organic_metrics": split(800, 5)}]
    alone = {"data": [{"id": "2", "public_metrics": {**COUNTS, "impression_count": 77}}]}
    scripts = (gives({"data": both, "errors": [refused]}), gives(alone))
    with serving(*scripts) as server:
        first, second = connector_at(server.origin).read_metrics([RemoteId("1"), RemoteId("2")])
    assert (first.values[Metric.IMPRESSIONS], second.values[Metric.IMPRESSIONS]) == (800, 77)
    assert second.definitions[Metric.IMPRESSIONS] == "x.impression_count.1"
    assert [b"organic_metrics" in one for one in server.requests] == [True, False]


def test_reposts_are_read_under_their_new_name_too() -> None:
    counts = {name: value for name, value in COUNTS.items() if name != "retweet_count"}
    (reading,) = read({"data": [{"id": "1", "public_metrics": {**counts, "repost_count": 8}}]}, "1")
    assert reading.values[Metric.RESHARES] == 8


def test_a_count_that_is_left_out_was_withheld_and_is_no_zero() -> None:
    counts = {name: value for name, value in COUNTS.items() if name != "impression_count"}
    (reading,) = read({"data": [{"id": "1", "public_metrics": counts}]}, "1")
    assert Metric.IMPRESSIONS not in reading.values
    assert reading.missing[Metric.IMPRESSIONS] is Missing.WITHHELD


@pytest.mark.parametrize("odd", ["900", None, -1, 1.5, True, [900]])
def test_a_count_that_is_no_count_could_not_be_read(odd: Any) -> None:
    (reading,) = read({"data": [{"id": "1", "public_metrics": {**COUNTS, "like_count": odd}}]}, "1")
    assert Metric.REACTIONS not in reading.values
    assert reading.missing[Metric.REACTIONS] is Missing.NETWORK_ERROR


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        ({"type": PROBLEMS + "resource-not-found", "resource_id": "2"}, Missing.POST_GONE),
        ({"type": OLD_PROBLEMS + "resource-not-found", "value": "2"}, Missing.POST_GONE),
        ({"type": PROBLEMS + "not-authorized-for-resource", "value": "2"}, Missing.ACCESS_LOST),
        ({"type": PROBLEMS + "resource-unavailable", "resource_id": "2"}, Missing.WITHHELD),
        ({"type": PROBLEMS + "internal-error", "resource_id": "2"}, Missing.NETWORK_ERROR),
        ({"type": 7, "resource_id": 2}, Missing.NETWORK_ERROR),
        ("odd", Missing.NETWORK_ERROR),
    ],
)
def test_a_post_that_is_left_out_has_the_reason_x_gives(problem: Any, reason: Missing) -> None:
    data = [{"id": "1", "public_metrics": COUNTS}]
    first, second = read({"data": data, "errors": [problem]}, "1", "2")
    assert first.values[Metric.IMPRESSIONS] == 900
    assert second.values == {}
    assert {second.missing[one] for one in first.values} == {reason}


def test_posts_that_are_left_out_without_a_word_are_not_called_gone() -> None:
    (reading,) = read({"data": []}, "2")
    assert reading.missing[Metric.IMPRESSIONS] is Missing.NETWORK_ERROR


def prepared(*scripts: Script) -> tuple[Prepared, list[bytes]]:
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text="", language="en", media=(PICTURE,) * 2)
    with serving(*scripts) as server:
        return connector_at(server.origin).prepare(post, None), server.requests


def test_uploads_last_as_long_as_the_shortest_of_them() -> None:
    made, requests = prepared(
        gives({"data": {"id": "1", "expires_after_secs": 86400}}),
        gives({"data": {"id": "1"}}),
        gives({"data": {"id": "2", "expires_after_secs": 3600}}),
        gives({"data": {"id": "2"}}),
    )
    assert made == Prepared(tokens=("1", "2"), expires_at=NOW + timedelta(hours=1))
    assert [one.split(b" ")[1] for one in requests] == [
        b"/2/media/upload",
        b"/2/media/metadata",
        b"/2/media/upload",
        b"/2/media/metadata",
    ]


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (gives({"data": {}}), NotSent),
        (gives(b"[]"), NotSent),
        (gives(b"", 500), NotSent),
        (gives({"detail": "media type unrecognized"}, 400), PostRefused),
        (gives({"title": "Unauthorized"}, 401), AccessRefused),
        (gives({}, 429), NotSent),
    ],
)
def test_an_upload_that_fails_shows_nothing_and_says_why(
    script: Script, kind: type[ConnectorError]
) -> None:
    with pytest.raises(ConnectorError) as caught:
        prepared(script)
    assert type(caught.value) is kind


@pytest.mark.parametrize("answer", [{"data": {}}, {"data": {"id": 17}}, [1], {"errors": []}])
def test_an_account_that_is_not_named_is_not_guessed(answer: Any) -> None:
    with serving(gives(answer)) as server, pytest.raises(NotSent):
        connector_at(server.origin).whoami()


def test_followers_that_are_not_told_are_missing() -> None:
    with serving(gives({"data": {"id": "17", "username": "ico"}})) as server:
        reading = connector_at(server.origin).read_account()
    assert reading.values == {}
    assert set(reading.missing) == {Metric.FOLLOWERS}
