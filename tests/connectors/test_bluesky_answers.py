"""What each answer of a Bluesky server is taken to mean, and which host is asked what.

Bodies are from the lexicons and from a reference server observed in November 2026.
"""

import json
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses
from responses.matchers import header_matcher, query_param_matcher

from connectors.bluesky import NETWORK
from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    CannotSay,
    Connector,
    ConnectorError,
    Found,
    Metric,
    Missing,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    RemoteId,
    Sought,
)

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
ENTRY = "https://bsky.social/xrpc"
HOME = "https://home.pds.example/xrpc"
INDEX = "https://public.api.bsky.app/xrpc"
PASSWORD = "planted-pass-77c1"  # made up
DID = "did:plc:ico"
SESSION: dict[str, Any] = {
    "did": DID,
    "handle": "ico.example",
    "accessJwt": "planted-access-77c1",
    "refreshJwt": "planted-refresh-77c1",
    "active": True,
    "didDoc": {
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": "https://home.pds.example",
            }
        ]
    },
}
POST = OutgoingPost(
    delivery_key=NETWORK.choose_key("law/ico/1", "content", NOW), text="Think.", language="en"
)
URI = f"at://{DID}/app.bsky.feed.post/{POST.delivery_key}"
RECORD = {"text": "Think.", "createdAt": "2027-01-12T08:30:00.000Z"}
PAGE = b"<html><h1>502 Bad Gateway</h1></html>"


@pytest.fixture(name="connector")
def _connector() -> Iterator[Connector]:
    assert NETWORK.connect is not None
    connector = NETWORK.connect(access())
    yield connector
    connector.close()


@pytest.fixture(name="hosts")
def _hosts() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.post(f"{ENTRY}/com.atproto.server.createSession", json=SESSION)
        yield mocked


def access(server: str | None = None) -> Access:
    credentials = {"IDENTIFIER": "@ico.example", "APP_PASSWORD": PASSWORD}
    return Access(handle="ico.example", server=server, credentials=credentials, now=lambda: NOW)


def said(name: str, message: str = "words") -> bytes:
    return json.dumps({"error": name, "message": message}).encode()


TO_A_POST: list[tuple[int, bytes, tuple[type[ConnectorError], str]]] = [
    (400, said("InvalidRequest", "grapheme too big"), (PostRefused, "400")),
    (400, said("InvalidMimeType"), (PostRefused, "400")),
    (400, said("BlobNotFound"), (NotSent, "BlobNotFound")),
    (400, said("AccountTakedown"), (AccessRefused, "AccountTakedown")),
    (401, said("AuthenticationRequired"), (AccessRefused, "AuthenticationRequired")),
    (401, said("AuthMissing"), (AccessRefused, "AuthMissing")),
    (401, b"", (AccessRefused, "401")),
    (403, said("AccountDeactivated"), (AccessRefused, "AccountDeactivated")),
    (403, PAGE, (AccessRefused, "403")),
    (413, said("PayloadTooLarge"), (PostRefused, "413")),
    (429, said("RateLimitExceeded"), (NotSent, "429")),
    (500, said("InternalServerError"), (OutcomeUnknown, "500")),
    (500, said("AuthMissing"), (OutcomeUnknown, "500")),
    (502, said("UpstreamFailure"), (OutcomeUnknown, "502")),
    (502, PAGE, (OutcomeUnknown, "502")),
    (503, b"", (OutcomeUnknown, "503")),
    (200, b"", (OutcomeUnknown, "200")),
    (200, PAGE, (OutcomeUnknown, "200")),
    (200, b'{"uri": "at://did:plc:other/app.bsky.feed.post/3n"}', (OutcomeUnknown, "200")),
    (200, b'{"error": "ExpiredToken"}', (OutcomeUnknown, "200")),
]


@pytest.mark.parametrize(("status", "body", "expected"), TO_A_POST)
def test_an_answer_to_a_post_becomes_the_right_error(
    connector: Connector,
    hosts: responses.RequestsMock,
    status: int,
    body: bytes,
    expected: tuple[type[ConnectorError], str],
) -> None:
    put = hosts.post(f"{HOME}/com.atproto.repo.putRecord", status=status, body=body)
    with pytest.raises(ConnectorError) as caught:
        connector.publish(POST, Prepared())
    assert (type(caught.value), caught.value.code) == expected
    assert caught.value.network == "bluesky"
    assert put.call_count == 1


def test_an_upload_that_was_cleared_away_has_to_be_made_again(
    connector: Connector, hosts: responses.RequestsMock
) -> None:
    hosts.post(f"{HOME}/com.atproto.repo.putRecord", status=400, body=said("BlobNotFound"))
    expires_at = NOW + timedelta(minutes=4)
    with pytest.raises(NotSent) as caught:
        connector.publish(POST, Prepared(expires_at=expires_at))
    assert caught.value.uploads_gone
    assert caught.value.retry_at is None


SWAPS: list[tuple[int, Any, str]] = [
    (200, {"uri": URI, "cid": "b", "value": RECORD}, "published"),
    (200, {"uri": URI, "cid": "b", "value": RECORD | {"text": "Other"}}, "unknown"),
    (400, {"error": "RecordNotFound", "message": "words"}, "unknown"),
    (500, {"error": "InternalServerError", "message": "words"}, "unknown"),
    (401, {"error": "AuthMissing", "message": "words"}, "unknown"),
]


@pytest.mark.parametrize(("status", "stands", "expected"), SWAPS)
def test_when_something_stands_there_what_it_is_decides(
    connector: Connector,
    hosts: responses.RequestsMock,
    status: int,
    stands: Any,
    expected: str,
) -> None:
    hosts.post(f"{HOME}/com.atproto.repo.putRecord", status=400, body=said("InvalidSwap"))
    hosts.get(f"{HOME}/com.atproto.repo.getRecord", status=status, json=stands)
    if expected == "published":
        assert connector.publish(POST, Prepared()).remote_id == URI
        return
    with pytest.raises(OutcomeUnknown):
        connector.publish(POST, Prepared())


LATER = RECORD | {"createdAt": "2027-01-12T08:31:00.000Z"}
LOOKS: list[tuple[int, bytes, type[object]]] = [
    (400, said("RecordNotFound"), Absent),
    (200, json.dumps({"value": RECORD}).encode(), Found),
    (200, json.dumps({"value": LATER}).encode(), CannotSay),
    (400, said("InvalidRequest", "Could not find repo"), NotSent),
    (404, PAGE, NotSent),
    (500, said("RecordNotFound"), NotSent),
    (200, b"{}", NotSent),
    (200, said("RecordNotFound"), NotSent),
    (429, b"", NotSent),
    (403, b"", AccessRefused),
]


@pytest.mark.parametrize(("status", "body", "expected"), LOOKS)
def test_only_the_servers_own_word_proves_absence(
    connector: Connector,
    hosts: responses.RequestsMock,
    status: int,
    body: bytes,
    expected: type[object],
) -> None:
    hosts.get(f"{HOME}/com.atproto.repo.getRecord", status=status, body=body)
    try:
        finding: object = connector.find(Sought(post=POST, since=NOW))
    except ConnectorError as error:
        finding = error
    assert type(finding) is expected


TO_A_SIGN_IN: list[tuple[int, bytes, type[ConnectorError]]] = [
    (401, said("AuthenticationRequired", "Invalid identifier or password"), AccessRefused),
    (401, said("AuthFactorTokenRequired"), AccessRefused),
    (400, said("InvalidRequest"), AccessRefused),
    (403, PAGE, AccessRefused),
    (429, said("RateLimitExceeded"), NotSent),
    (500, said("InternalServerError"), NotSent),
    (502, PAGE, NotSent),
    (200, b"", NotSent),
    (200, json.dumps(SESSION | {"did": 7}).encode(), NotSent),
    (200, json.dumps(SESSION | {"active": False, "status": "takendown"}).encode(), AccessRefused),
]


@pytest.mark.parametrize(("status", "body", "expected"), TO_A_SIGN_IN)
def test_an_answer_to_the_sign_in_never_leaves_an_outcome_open(
    connector: Connector, status: int, body: bytes, expected: type[ConnectorError]
) -> None:
    with responses.RequestsMock() as hosts:
        hosts.post(f"{ENTRY}/com.atproto.server.createSession", status=status, body=body)
        with pytest.raises(ConnectorError) as caught:
            connector.publish(POST, Prepared())
    assert type(caught.value) is expected
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_the_account_is_spoken_to_where_it_lives_and_its_tokens_are_hidden(
    connector: Connector, hosts: responses.RequestsMock
) -> None:
    echo = said("InvalidRequest", "you sent planted-access-77c1 or planted-refresh-77c1")
    mine = header_matcher({"Authorization": "Bearer planted-access-77c1"})
    hosts.post(f"{HOME}/com.atproto.repo.putRecord", status=400, body=echo, match=[mine])
    with pytest.raises(PostRefused) as caught:
        connector.publish(POST, Prepared())
    assert str(caught.value).endswith("you sent [hidden] or [hidden]")


@pytest.mark.parametrize("document", [None, {}, {"service": "x"}, {"service": [7]}])
def test_an_account_that_does_not_say_where_it_lives_is_at_the_entry(
    connector: Connector, document: Any
) -> None:
    with responses.RequestsMock() as hosts:
        session = SESSION | {"didDoc": document}
        hosts.post(f"{ENTRY}/com.atproto.server.createSession", json=session)
        hosts.post(f"{ENTRY}/com.atproto.repo.putRecord", json={"uri": URI, "cid": "b"})
        assert connector.publish(POST, Prepared()).remote_id == URI


def test_a_home_that_is_not_reached_by_tls_is_not_trusted_with_the_token(
    connector: Connector,
) -> None:
    service = {"id": f"{DID}#atproto_pds", "serviceEndpoint": "http://home.pds.example"}
    with responses.RequestsMock() as hosts:
        session = SESSION | {"didDoc": {"service": [service]}}
        hosts.post(f"{ENTRY}/com.atproto.server.createSession", json=session)
        hosts.post(f"{ENTRY}/com.atproto.repo.putRecord", json={"uri": URI, "cid": "b"})
        connector.publish(POST, Prepared())


def test_counts_come_from_the_public_index_without_a_token(
    connector: Connector, hosts: responses.RequestsMock
) -> None:
    lagging = RemoteId(f"at://{DID}/app.bsky.feed.post/3lagging")
    view = {"uri": URI, "likeCount": 0, "replyCount": 2, "repostCount": None, "quoteCount": 1}
    asked = hosts.get(f"{INDEX}/app.bsky.feed.getPosts", json={"posts": [view]})
    where = query_param_matcher({"rkey": "3lagging"}, strict_match=False)
    hosts.get(f"{HOME}/com.atproto.repo.getRecord", json={"value": RECORD}, match=[where])
    seen, unseen = connector.read_metrics([RemoteId(URI), lagging])
    assert "Authorization" not in asked.calls[0].request.headers
    assert seen.values == {Metric.REACTIONS: 0, Metric.REPLIES: 2, Metric.QUOTES: 1}
    assert seen.missing == {
        Metric.RESHARES: Missing.NETWORK_ERROR,
        Metric.SAVES: Missing.NOT_OFFERED,
    }
    assert set(unseen.missing.values()) == {Missing.NOT_YET}


def test_a_server_of_ones_own_is_asked_for_everything() -> None:
    own = "https://pds.example/xrpc"
    assert NETWORK.connect is not None
    connector = NETWORK.connect(access("https://pds.example/"))
    with responses.RequestsMock() as hosts:
        hosts.post(f"{own}/com.atproto.server.createSession", json=SESSION)
        hosts.get(f"{own}/app.bsky.feed.getPosts", json={"posts": []})
        hosts.get(f"{own}/com.atproto.repo.getRecord", status=400, body=said("RecordNotFound"))
        hosts.get(f"{own}/app.bsky.actor.getProfile", json={"did": DID, "followersCount": 5})
        [reading] = connector.read_metrics([RemoteId(URI)])
        assert connector.read_account().values == {Metric.FOLLOWERS: 5}
    connector.close()
    assert set(reading.missing.values()) == {Missing.POST_GONE}


LIMITS: list[tuple[int, bytes, tuple[int, bool]]] = [
    (200, b'{"did": "did:web:a", "blobUploadLimit": 5242880}', (2_000_000, True)),
    (200, b'{"did": "did:web:a", "blobUploadLimit": 1000000}', (1_000_000, True)),
    (200, b'{"did": "did:web:a"}', (2_000_000, False)),
    (200, b'{"blobUploadLimit": true}', (2_000_000, False)),
    (404, PAGE, (2_000_000, False)),
]


@pytest.mark.parametrize(("status", "body", "expected"), LIMITS)
def test_the_size_of_an_upload_is_the_servers_but_never_over_the_lexicons(
    status: int, body: bytes, expected: tuple[int, bool]
) -> None:
    assert NETWORK.announced_limits is not None
    with responses.RequestsMock() as hosts:
        hosts.get(f"{ENTRY}/com.atproto.server.describeServer", status=status, body=body)
        limits = NETWORK.announced_limits(access())
    assert (limits.max_media_bytes, limits.announced) == expected


@pytest.mark.parametrize("status", [429, 500, 503])
def test_limits_of_a_server_out_of_order_are_not_guessed(status: int) -> None:
    assert NETWORK.announced_limits is not None
    with responses.RequestsMock() as hosts:
        hosts.get(f"{ENTRY}/com.atproto.server.describeServer", status=status)
        with pytest.raises(NotSent):
            NETWORK.announced_limits(access())
