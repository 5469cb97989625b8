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
from connectors.threads import connect
from tests.connectors.raw_server import Script, answers, hangs_up, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text="Think.", language="en")
CONTAINER = Prepared(tokens=("17",), expires_at=NOW + timedelta(hours=1))
POST_ID = "9007199254740993123"
PERMALINK = "https://www.threads.com/@ico/post/AbC"
UNNAMED = "Threads did not name the post's own address."


def gives(body: Any, status: int = 200) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answers(text, status=f"{status} Whatever", headers="Connection: close\r\n")


def fails(code: Any, status: int = 400, **more: Any) -> Script:
    return gives(
        {"error": {"message": "no", "type": "OAuthException", "code": code, **more}}, status
    )


def connector_at(origin: str, now: datetime = NOW) -> Connector:
    return connect(
        Access(
            handle="@ico",
            server=origin,
            credentials={"ACCESS_TOKEN": "token-secret-9"},
            timeout=timedelta(seconds=5),
            now=lambda: now,
        )
    )


def end_of(*scripts: Script) -> PublishedPost | ConnectorError:
    with serving(*scripts) as server:
        try:
            return connector_at(server.origin).publish(POST, CONTAINER)
        except ConnectorError as error:
            return error


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (fails(190, error_subcode=463), AccessRefused, "190"),
        (fails(10, 403), AccessRefused, "10"),
        (fails(4, 403), NotSent, "4"),
        (fails(80002), NotSent, "80002"),
        (fails(9, error_subcode=2207042), NotSent, "2207042"),
        (fails(9007, error_subcode=2207027), NotSent, "2207027"),
        (fails(4, error_subcode=2207051), AccessRefused, "2207051"),
        (fails(25, error_subcode=2207050), AccessRefused, "2207050"),
        (fails(1), OutcomeUnknown, "1"),
        (fails(2, 500), OutcomeUnknown, "2"),
        (gives(b"<html>bad gateway</html>", 502), OutcomeUnknown, "502"),
        (gives(b"", 503), OutcomeUnknown, "503"),
        (gives(b"", 504), OutcomeUnknown, "504"),
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


@pytest.mark.parametrize(
    ("then", "kind", "code"),
    [
        (gives({"status": "FINISHED"}), PostRefused, "100"),
        (gives({"status": "ERROR"}), PostRefused, "100"),
        (gives({"status": "PUBLISHED"}), OutcomeUnknown, "published"),
        (gives({"status": "IN_PROGRESS"}), OutcomeUnknown, "published"),
        (gives({"status": "EXPIRED"}), NotSent, None),
        (fails(100, error_subcode=33), NotSent, None),
        (gives(b"", 500), OutcomeUnknown, "published"),
        (hangs_up, OutcomeUnknown, "published"),
    ],
)
def test_a_refusal_is_believed_only_of_a_container_that_is_not_out(
    then: Script, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(fails(100), then)
    assert type(end) is kind
    assert end.code == code


@pytest.mark.parametrize(
    ("then", "url", "warnings"),
    [
        (gives({"permalink": PERMALINK, "new": 1}), PERMALINK, ()),
        (gives({"permalink": None}), "https://www.threads.net/@ico", (UNNAMED,)),
        (gives({"permalink": "javascript:"}), "https://www.threads.net/@ico", (UNNAMED,)),
        (gives(b"", 500), "https://www.threads.net/@ico", (UNNAMED,)),
        (hangs_up, "https://www.threads.net/@ico", (UNNAMED,)),
    ],
)
def test_a_post_that_is_out_is_out_whether_its_address_is_known_or_not(
    then: Script, url: str, warnings: tuple[str, ...]
) -> None:
    assert end_of(gives({"id": POST_ID}), then) == PublishedPost(
        remote_id=RemoteId(POST_ID), url=url, published_at=NOW, warnings=warnings
    )


@pytest.mark.parametrize("made", [{"id": 17}, {"id": "x"}, {}, [1]])
def test_a_container_that_is_not_named_is_not_guessed(made: Any) -> None:
    with serving(gives(made)) as server, pytest.raises(NotSent):
        connector_at(server.origin).prepare(POST, None)


def test_a_container_that_fails_is_the_editors_to_mend() -> None:
    marked = Prepared(tokens=("17 processing",))
    with serving(gives({"status": "ERROR"})) as server, pytest.raises(PostRefused):
        connector_at(server.origin).prepare(POST, marked)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("FAILED_DOWNLOADING_VIDEO", NotSent),
        ("UNKNOWN", NotSent),
        ("FAILED_PROCESSING_VIDEO", PostRefused),
        ("INVALID_ASPEC_RATIO", PostRefused),
        ("INVALID_DURATION", PostRefused),
    ],
)
def test_a_container_that_fails_says_whether_its_content_is_the_reason(
    words: str, kind: type[ConnectorError]
) -> None:
    failed = gives({"status": "ERROR", "error_message": words})
    with serving(gives({"id": "17"}), failed) as server, pytest.raises(kind) as caught:
        connector_at(server.origin).prepare(POST, None)
    assert caught.value.code == words
    assert not isinstance(caught.value, NotSent) or caught.value.uploads_gone


def insights(**values: Any) -> dict[str, Any]:
    return {
        "data": [
            {"name": name, "period": "lifetime", "values": [{"value": value}]}
            for name, value in values.items()
        ]
    }


def read(*scripts: Script) -> MetricReading:
    with serving(*scripts) as server:
        (reading,) = connector_at(server.origin).read_metrics([RemoteId(POST_ID)])
        return reading


def test_counts_are_read_by_their_names_wherever_they_stand() -> None:
    body = insights(views=9, likes=5, replies=4, reposts=3)
    body["data"].append({"name": "quotes", "total_value": {"value": 0}})
    reading = read(gives(body))
    assert reading.missing == {}
    assert reading.values == {
        Metric.VIEWS: 9,
        Metric.REACTIONS: 5,
        Metric.REPLIES: 4,
        Metric.RESHARES: 3,
        Metric.QUOTES: 0,
    }


@pytest.mark.parametrize("odd", ["9", None, -1, 1.5, True, [9]])
def test_a_count_that_is_no_count_could_not_be_read(odd: Any) -> None:
    reading = read(gives(insights(views=odd, likes=5, replies=4, reposts=3, quotes=2)))
    assert reading.missing == {Metric.VIEWS: Missing.NETWORK_ERROR}


def test_a_count_that_is_left_out_is_not_counted_yet() -> None:
    assert read(gives({"data": []})).missing[Metric.VIEWS] is Missing.NOT_YET


BAD_METRIC = fails(100, message="(#100) The value must be a valid insights metric")


def test_a_metric_that_is_retired_empties_nothing_but_itself_and_is_remembered() -> None:
    rest = [gives(insights(**{name: 1})) for name in ("likes", "replies", "reposts", "quotes")]
    later = gives(insights(likes=2, replies=2, reposts=2, quotes=2))
    with serving(BAD_METRIC, BAD_METRIC, *rest, later) as server:
        connector = connector_at(server.origin)
        (first,) = connector.read_metrics([RemoteId(POST_ID)])
        (second,) = connector.read_metrics([RemoteId(POST_ID)])
    assert first.missing == second.missing == {Metric.VIEWS: Missing.NOT_OFFERED}
    assert (first.values[Metric.QUOTES], second.values[Metric.QUOTES]) == (1, 2)
    assert b"metric=likes%2Creplies%2Creposts%2Cquotes" in server.requests[-1]


@pytest.mark.parametrize("script", [fails(4), gives(b"", 500), gives({}), hangs_up])
def test_counts_that_cannot_be_read_are_a_failed_try(script: Script) -> None:
    with pytest.raises(NotSent):
        read(script)


@pytest.mark.parametrize("body", [{}, {"id": 17, "username": "ico"}, {"id": "17"}, [1]])
def test_an_account_that_is_not_named_is_not_guessed(body: Any) -> None:
    with serving(gives(body)) as server, pytest.raises(NotSent):
        connector_at(server.origin).whoami()


def test_a_channel_without_its_token_says_so() -> None:
    access = Access(handle="ico", server=None, credentials={}, now=lambda: NOW)
    with pytest.raises(AccessRefused, match="no ACCESS_TOKEN: connect"):
        connect(access)


def test_an_error_hides_what_is_secret() -> None:
    end = end_of(fails(190, message="Bad token-secret-9"))
    assert "Bad [hidden]" in str(end)
