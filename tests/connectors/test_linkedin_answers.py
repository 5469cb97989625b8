import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import (
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
from connectors.linkedin import connect
from tests.connectors.raw_server import Script, answers, hangs_up, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
MIDNIGHT = datetime(2027, 1, 13, tzinfo=UTC)
TEXT = "Think (twice) #ThinkCheckShare"
SHOWN = "Think \\(twice\\) {hashtag|\\#|ThinkCheckShare}"
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text=TEXT, language="en")
URN = "urn:li:share:9007199254740993123"
URL = f"https://www.linkedin.com/feed/update/{URN}/"
WHOLE = {"commentary": SHOWN}
UNREAD = "LinkedIn could not be asked whether it shows the whole text."
UNSEEN = "LinkedIn did not show the post when asked whether its text is whole."
OTHER = "LinkedIn shows another text than was sent; look at the post."


def gives(body: Any, status: int = 200, **headers: str) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return answers(text, status=f"{status} Whatever", headers=lines + "Connection: close\r\n")


def connector_at(origin: str) -> Connector:
    return connect(
        Access(
            handle="ico",
            server=origin,
            credentials={"ACCESS_TOKEN": "token-secret-9", "ORGANIZATION_ID": "17"},
            timeout=timedelta(seconds=5),
            now=lambda: NOW,
        )
    )


def end_of(*scripts: Script) -> PublishedPost | ConnectorError:
    with serving(*scripts) as server:
        try:
            return connector_at(server.origin).publish(POST, Prepared())
        except ConnectorError as error:
            return error


def wrong(code: str, message: str = "no") -> dict[str, Any]:
    return {"message": message, "errorDetails": {"inputErrors": [{"code": code}]}, "status": 422}


CREATED = gives(b"", 201, x_restli_id=URN)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (
            401,
            {"code": "EXPIRED_ACCESS_TOKEN", "status": 401},
            AccessRefused,
            "EXPIRED_ACCESS_TOKEN",
        ),
        (401, b"", AccessRefused, "401"),
        (403, {"code": "ACCESS_DENIED", "message": "no role"}, AccessRefused, "403"),
        (426, {"code": "NONEXISTENT_VERSION"}, AccessRefused, "NONEXISTENT_VERSION"),
        (400, {"code": "VERSION_MISSING"}, AccessRefused, "VERSION_MISSING"),
        (400, wrong("FIELD_LENGTH_TOO_LONG"), PostRefused, "400"),
        (422, wrong("MISSING_FIELD"), PostRefused, "422"),
        (422, {"errorDetails": "odd"}, PostRefused, "422"),
        (422, b"<html>no</html>", PostRefused, "422"),
        (409, {"code": "CONFLICT"}, OutcomeUnknown, "409"),
        (500, {"message": "Internal Server Error"}, OutcomeUnknown, "500"),
        (502, b"<html>bad gateway</html>", OutcomeUnknown, "502"),
        (503, b"", OutcomeUnknown, "503"),
        (504, {"message": "Unable to obtain activity"}, OutcomeUnknown, "504"),
        (408, b"", OutcomeUnknown, "408"),
        (201, {"id": URN}, OutcomeUnknown, None),
        (200, b"", OutcomeUnknown, None),
    ],
)
def test_an_answer_to_a_post_means(
    status: int, body: Any, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(gives(body, status))
    assert type(end) is kind
    assert end.code == code


@pytest.mark.parametrize(
    ("read_back", "warnings"),
    [
        (gives(WHOLE), ()),
        (gives({**WHOLE, "new": [1]}), ()),
        (gives({"commentary": "Think "}), (OTHER,)),
        (gives({"commentary": ""}), (OTHER,)),
        (gives(b"", 404), (UNSEEN,)),
        (gives([1]), (UNSEEN,)),
        (hangs_up, (UNREAD,)),
    ],
)
def test_the_id_comes_in_a_header_and_the_text_is_read_back(
    read_back: Script, warnings: tuple[str, ...]
) -> None:
    assert end_of(CREATED, read_back) == PublishedPost(
        remote_id=RemoteId(URN), url=URL, published_at=NOW, warnings=warnings
    )


DUPLICATE = gives(wrong("DUPLICATE_POST", f"Content is a duplicate of {URN}"), 422)


@pytest.mark.parametrize(
    ("then", "kind", "words"),
    [
        ([gives({"id": URN})], OutcomeUnknown, URL),
        ([gives(b"", 404)], PostRefused, "no longer there"),
        ([gives(b"", 500)], OutcomeUnknown, URL),
        ([hangs_up], OutcomeUnknown, URL),
    ],
)
def test_a_repeat_is_believed_only_once_the_post_named_was_asked_for(
    then: list[Script], kind: type[ConnectorError], words: str
) -> None:
    end = end_of(DUPLICATE, *then)
    assert type(end) is kind
    assert (end.code, words in str(end)) == ("duplicate", True)


def test_a_repeat_that_names_no_post_is_looked_for() -> None:
    end = end_of(gives(wrong("DUPLICATE_POST", "Content is a duplicate"), 422))
    assert isinstance(end, OutcomeUnknown)
    assert end.code == "duplicate"


@pytest.mark.parametrize(
    ("message", "headers", "until"),
    [
        ("Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls", {}, MIDNIGHT),
        ("Too many requests", {}, NOW + timedelta(minutes=5)),
        ("Too many requests", {"Retry_After": "60"}, NOW + timedelta(minutes=1)),
    ],
)
def test_a_quota_of_a_day_comes_back_at_midnight(
    message: str, headers: dict[str, str], until: datetime
) -> None:
    body = {"serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": message}
    end = end_of(gives(body, 429, **headers))
    assert isinstance(end, NotSent)
    assert end.retry_at == until


def test_an_error_hides_what_is_secret() -> None:
    message = str(end_of(gives({"message": "Bad token-secret-9"}, 403)))
    assert "Bad [hidden]" in message


def finding(
    elements: Any, *, media: tuple[Media, ...] = (), taken: tuple[str, ...] = ()
) -> Finding:
    post = OutgoingPost(delivery_key=DeliveryKey("k"), text=TEXT, language="en", media=media)
    sought = Sought(post=post, since=NOW, taken=frozenset(map(RemoteId, taken)))
    with serving(gives({"elements": elements})) as server:
        return connector_at(server.origin).find(sought)


def shown(number: int = 42, **changes: Any) -> dict[str, Any]:
    at = int(NOW.timestamp() * 1000) + 500
    return {
        "id": f"urn:li:share:{number}",
        "commentary": SHOWN,
        "lifecycleState": "PUBLISHED",
        "createdAt": at,
        "publishedAt": at,
        "lastModifiedAt": at,
        **changes,
    }


def test_a_post_is_known_by_what_a_reader_sees() -> None:
    found = finding([shown(7, commentary="Another"), shown()])
    assert found == Found(
        post=PublishedPost(
            remote_id=RemoteId("urn:li:share:42"),
            url="https://www.linkedin.com/feed/update/urn:li:share:42/",
            published_at=NOW + timedelta(seconds=0.5),
        )
    )


EARLIER = int((NOW - timedelta(minutes=3)).timestamp() * 1000)


@pytest.mark.parametrize(
    "elements",
    [
        [],
        [shown(commentary="Think ")],
        [shown(commentary=None)],
        [shown(lifecycleState="DRAFT")],
        [shown(publishedAt=EARLIER, createdAt=EARLIER)],
        [shown(publishedAt=None, createdAt="soon")],
        [shown(publishedAt=True, createdAt=10**30)],
        [shown(id=None)],
        [shown(content={"media": {"id": "urn:li:image:1"}})],
        [shown(1), shown(2)],
        [shown(9)],
    ],
)
def test_anything_but_exactly_one_match_says_nothing(elements: Any) -> None:
    assert isinstance(finding(elements, taken=("urn:li:share:9",)), CannotSay)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ({"media": {"id": "urn:li:image:1"}}, 1),
        ({"multiImage": {"images": [{"id": "1"}, {"id": "2"}]}}, 2),
        ({"article": {"source": "https://a.example"}}, 0),
    ],
)
def test_a_post_with_other_pictures_is_another_post(content: Any, count: int) -> None:
    picture = Media(content=b"png", media_type="image/png", alt_text="A dog")
    ends = [finding([shown(content=content)], media=(picture,) * number) for number in range(3)]
    assert [isinstance(one, Found) for one in ends] == [number == count for number in range(3)]


@pytest.mark.parametrize("body", [{}, [1], {"elements": [1]}, {"elements": "odd"}, b"<html>"])
def test_a_list_that_cannot_be_read_proves_nothing(body: Any) -> None:
    sought = Sought(post=POST, since=NOW)
    with serving(gives(body)) as server, pytest.raises(NotSent):
        connector_at(server.origin).find(sought)


COUNTS = {
    "impressionCount": 900,
    "uniqueImpressionsCount": 500,
    "clickCount": 12,
    "likeCount": 5,
    "commentCount": 4,
    "shareCount": 0,
    "engagement": 0.02,
}


def read(body: Any) -> MetricReading:
    with serving(gives(body)) as server:
        (reading,) = connector_at(server.origin).read_metrics([RemoteId("urn:li:share:1")])
        return reading


def counted(**changes: Any) -> dict[str, Any]:
    statistics = {"share": "urn:li:share:1", "totalShareStatistics": {**COUNTS, **changes}}
    return {"elements": [statistics]}


def test_counts_are_read_by_their_names_and_clicks_are_not_link_clicks() -> None:
    assert read(counted()).values == {
        Metric.IMPRESSIONS: 900,
        Metric.REACH: 500,
        Metric.REACTIONS: 5,
        Metric.REPLIES: 4,
        Metric.RESHARES: 0,
    }


@pytest.mark.parametrize("odd", ["900", None, -1, 1.5, True])
def test_a_count_that_is_no_count_could_not_be_read(odd: Any) -> None:
    reading = read(counted(likeCount=odd))
    assert Metric.REACTIONS not in reading.values
    assert reading.missing == {Metric.REACTIONS: Missing.NETWORK_ERROR}


@pytest.mark.parametrize("body", [{"vanityName": "ico"}, {"vanityName": 7, "id": 17}, [1], b""])
def test_a_page_that_is_not_named_is_not_guessed(body: Any) -> None:
    with serving(gives(body)) as server, pytest.raises(NotSent):
        connector_at(server.origin).whoami()
