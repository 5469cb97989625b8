"""What each of YouTube's answers means, told by a server that says exactly this."""

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
    Connector,
    ConnectorError,
    DeliveryKey,
    Finding,
    Found,
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
    Sought,
    VideoSettings,
)
from connectors.youtube import connect
from tests.connectors.raw_server import RawServer, Script, answers, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
ID = "aB3-_xYz012"
UPLOADED = Prepared(tokens=(f"video {ID}",))
POST = OutgoingPost(
    delivery_key=DeliveryKey("k"),
    text="Think.\n\nThen share.",
    language="en",
    media=(Media(content=bytes(600_000), media_type="video/mp4", alt_text=""),),
    video=VideoSettings(made_for_children=False),
)


def gives(body: Any, status: int = 200, headers: str = "") -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answers(text, status=f"{status} Whatever", headers=f"Connection: close\r\n{headers}")


def fails(status: int, reason: str) -> Script:
    error = {"code": status, "message": "no", "errors": [{"reason": reason, "domain": "youtube"}]}
    return gives({"error": error}, status)


def video(**parts: Any) -> Script:
    return gives({"pageInfo": {}, "items": [{"id": ID, **parts}]})


PROCESSED = video(status={"uploadStatus": "processed", "privacyStatus": "private"})


def connector_at(server: RawServer) -> Connector:
    return connect(
        Access(
            handle="@ico",
            server=server.origin,
            credentials={"ACCESS_TOKEN": "token-secret-9", "CHANNEL_ID": "UC1"},
            timeout=timedelta(seconds=5),
            now=lambda: NOW,
        )
    )


def end_of(*scripts: Script) -> PublishedPost | ConnectorError:
    with serving(*scripts) as server:
        try:
            return connector_at(server).publish(POST, UPLOADED)
        except ConnectorError as error:
            return error


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (fails(401, "authError"), AccessRefused, "authError"),
        (fails(403, "insufficientPermissions"), AccessRefused, "insufficientPermissions"),
        (fails(403, "forbiddenPrivacySetting"), AccessRefused, "forbiddenPrivacySetting"),
        (fails(401, "youtubeSignupRequired"), AccessRefused, "youtubeSignupRequired"),
        (fails(403, "quotaExceeded"), NotSent, "quotaExceeded"),
        (fails(403, "rateLimitExceeded"), NotSent, "rateLimitExceeded"),
        (fails(429, "userRateLimitExceeded"), NotSent, "userRateLimitExceeded"),
        (fails(403, "forbidden"), PostRefused, "forbidden"),
        (fails(400, "invalidVideoMetadata"), PostRefused, "invalidVideoMetadata"),
        (fails(404, "videoNotFound"), NotSent, "videoNotFound"),
        (fails(500, "backendError"), OutcomeUnknown, "500"),
        (fails(503, "backendError"), OutcomeUnknown, "503"),
        (gives(b"<html>bad gateway</html>", 502), OutcomeUnknown, "502"),
        (gives(b"", 503), OutcomeUnknown, "503"),
        (gives([1]), OutcomeUnknown, None),
        (gives({"status": {}}), OutcomeUnknown, None),
        (gives({"status": {"privacyStatus": "unlisted"}}), OutcomeUnknown, None),
        # Google makes nothing public for an app that it has not audited.
        (gives({"status": {"privacyStatus": "private"}}), AccessRefused, "still-private"),
    ],
)
def test_an_answer_to_the_update_means(
    script: Script, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(PROCESSED, script)
    assert type(end) is kind
    assert end.code == code


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (video(status={"uploadStatus": "uploaded"}), NotSent, None),
        (video(status={"uploadStatus": "something new"}), NotSent, None),
        (video(status={}), NotSent, None),
        (video(status={"uploadStatus": "deleted"}), NotSent, "videoNotFound"),
        (gives({"pageInfo": {}, "items": []}), NotSent, "videoNotFound"),
        (gives({"pageInfo": {}}), NotSent, "videoNotFound"),
        (gives({}), NotSent, None),
        (
            video(status={"uploadStatus": "rejected", "rejectionReason": "duplicate"}),
            PostRefused,
            "duplicate",
        ),
        (
            video(status={"uploadStatus": "failed", "failureReason": "codec"}),
            PostRefused,
            "codec",
        ),
        (gives(b"", 500), NotSent, "500"),
    ],
)
def test_nothing_is_made_public_before_youtube_has_taken_it_in(
    script: Script, kind: type[ConnectorError], code: str | None
) -> None:
    end = end_of(script)
    assert type(end) is kind
    assert end.code == code


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (video(status={"privacyStatus": "private"}), Absent),
        (video(status={"privacyStatus": "public"}), Found),
        (video(status={"privacyStatus": "unlisted"}), Found),
        (video(status={"privacyStatus": "something new"}), CannotSay),
        (video(), CannotSay),
        (gives({"pageInfo": {}, "items": []}), CannotSay),
        (gives(b"", 500), NotSent),
        (fails(401, "authError"), AccessRefused),
    ],
)
def test_the_video_itself_says_whether_it_is_out(script: Script, kind: type[object]) -> None:
    with serving(script) as server:
        found: Finding | ConnectorError
        try:
            sought = Sought(post=POST, since=NOW, prepared=UPLOADED)
            found = connector_at(server).find(sought)
        except ConnectorError as error:
            found = error
    assert type(found) is kind


@pytest.mark.parametrize(
    "script",
    [
        gives(b"", 308),
        gives(b"", 308, "Range: bytes=0-99\r\n"),
        gives(b"", 308, "Range: bytes=0-599999\r\n"),
        gives(b"", 308, "Range: bytes=5-99\r\n"),
        gives(b"", 308, "Range: bytes=0-\u00b2\r\n".encode().decode("latin-1")),
        gives({"id": "../x"}),
        gives([1]),
        gives(b"", 500),
        fails(503, "backendError"),
    ],
)
def test_an_upload_that_goes_nowhere_ends_and_can_be_tried_again(script: Script) -> None:
    session = Prepared(tokens=("session {origin}/upload/youtube/v3/videos?upload_id=1",))
    ask = gives(b"", 308, "Range: bytes=0-262143\r\n")
    with serving(ask, script) as server:
        there = Prepared(tokens=(session.tokens[0].replace("{origin}", server.origin),))
        with pytest.raises(NotSent) as caught:
            connector_at(server).prepare(POST, there)
        assert not caught.value.uploads_gone
        assert len(server.requests) == 2
        assert b"content-range: bytes 262144-599999/600000" in server.requests[1].lower()


def test_fewer_bytes_kept_than_were_sent_are_sent_again() -> None:
    kept = gives(b"", 308, "Range: bytes=0-299999\r\n")
    with serving(gives(b"", 308), kept, gives({"id": ID})) as server:
        address = f"session {server.origin}/upload/youtube/v3/videos?upload_id=1"
        prepared = connector_at(server).prepare(POST, Prepared(tokens=(address,)))
        ranges = [one.lower().partition(b"content-range: ")[2][:26] for one in server.requests]
    assert prepared == UPLOADED
    assert ranges == [
        b"bytes */600000\r\ncontent-le"[:26],
        b"bytes 0-599999/600000\r\ncon"[:26],
        b"bytes 300000-599999/600000",
    ]


@pytest.mark.parametrize("place", ["", "https://evil.example/x", "ftp://[", "//evil.example/"])
def test_an_address_that_is_not_googles_is_shown_no_token(place: str) -> None:
    with serving(gives(b"", 200, f"Location: {place}\r\n")) as server:
        with pytest.raises(NotSent, match="no address of its own"):
            connector_at(server).prepare(POST, None)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("statistics", "values", "missing"),
    [
        (
            {"viewCount": "12", "likeCount": "3", "commentCount": "0"},
            {Metric.VIEWS: 12, Metric.REACTIONS: 3, Metric.REPLIES: 0},
            {},
        ),
        (
            {"viewCount": "12"},
            {Metric.VIEWS: 12},
            {Metric.REACTIONS: Missing.WITHHELD, Metric.REPLIES: Missing.WITHHELD},
        ),
        (
            {"viewCount": 12, "likeCount": "-1", "commentCount": "2"},
            {Metric.REPLIES: 2},
            {Metric.VIEWS: Missing.NETWORK_ERROR, Metric.REACTIONS: Missing.NETWORK_ERROR},
        ),
    ],
)
def test_a_count_is_a_number_in_text_or_a_reason(
    statistics: dict[str, Any], values: dict[Metric, int], missing: dict[Metric, Missing]
) -> None:
    with serving(video(snippet={"channelId": "UC1"}, statistics=statistics)) as server:
        (reading,) = connector_at(server).read_metrics([RemoteId(ID)])
    assert (reading.values, reading.missing) == (values, missing)


def test_hidden_subscribers_are_withheld() -> None:
    hidden = {"subscriberCount": "0", "hiddenSubscriberCount": True}
    channel = {"pageInfo": {}, "items": [{"id": "UC1", "statistics": hidden}]}
    with serving(gives(channel)) as server:
        reading = connector_at(server).read_account()
    assert (reading.values, reading.missing) == ({}, {Metric.FOLLOWERS: Missing.WITHHELD})


def test_a_video_nobody_declared_anything_of_is_not_sent() -> None:
    with serving() as server, pytest.raises(PostRefused, match="made for children"):
        connector_at(server).prepare(replace(POST, video=None), None)
