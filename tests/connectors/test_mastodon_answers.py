"""What each answer of a Mastodon server, or of one that speaks its API, is taken to mean.

Bodies are from Mastodon's documentation (July 2026) and from servers observed in November 2026.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from connectors.contract import (
    Access,
    AccessRefused,
    CannotSay,
    Connector,
    ConnectorError,
    Found,
    Media,
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
from connectors.mastodon import NETWORK

SERVER = "https://social.example"
NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
TOKEN = "planted-token-51be"  # made up
STATUS: dict[str, Any] = {
    "id": "1099",
    "url": "https://social.example/@ico/1099",
    "uri": "https://social.example/users/ico/statuses/1099",
    "created_at": "2027-01-12T08:30:01.000Z",
    "content": "<p>Think. Check. Share.</p>",
    "media_attachments": [],
}
POST = OutgoingPost(
    delivery_key=NETWORK.choose_key("law/ico/1", "content", NOW),
    text="Think. Check. Share.",
    language="en",
)
PICTURE = Media(content=b"made up", media_type="image/png", alt_text="A phone")


@pytest.fixture(name="connector")
def _connector() -> Iterator[Connector]:
    assert NETWORK.connect is not None
    connector = NETWORK.connect(access())
    yield connector
    connector.close()


@pytest.fixture(name="server")
def _server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mocked:
        yield mocked


def access() -> Access:
    return Access(
        handle="@ico@social.example",
        server=f"{SERVER}/",
        credentials={"ACCESS_TOKEN": TOKEN},
        now=lambda: NOW,
    )


def body_of(said: Any) -> bytes:
    return said if isinstance(said, bytes) else json.dumps(said).encode()


PAGE = b"<!DOCTYPE html><html><h1>We're sorry, something went wrong</h1></html>"

TO_A_POST: list[tuple[int, Any, type[ConnectorError]]] = [
    (401, {"error": "The access token is invalid"}, AccessRefused),
    (401, b"", AccessRefused),
    (400, b"Invalid Bearer token", AccessRefused),
    (403, {"error": "This action is outside the authorized scopes"}, AccessRefused),
    (403, PAGE, AccessRefused),
    (400, {"error": "Status is too long"}, PostRefused),
    (400, {"success": False, "error": {"issues": [], "name": "ZodError"}}, PostRefused),
    (404, {"error": "Record not found"}, PostRefused),
    (404, PAGE, PostRefused),
    (413, PAGE, PostRefused),
    (422, {"error": "Validation failed: Text character limit of 500 exceeded"}, PostRefused),
    (422, {"error": "Cannot attach files that have not finished processing."}, NotSent),
    (
        422,
        {"error": "Media 7 not found or already attached to another post"},
        OutcomeUnknown,
    ),
    (429, {"error": "Too many requests"}, NotSent),
    (429, b"", NotSent),
    (301, b"", AccessRefused),
    (302, b"", OutcomeUnknown),
    (408, b"", OutcomeUnknown),
    (500, PAGE, OutcomeUnknown),
    (502, b"", OutcomeUnknown),
    (503, {"error": "There was a temporary problem serving your request"}, OutcomeUnknown),
    (504, b"[1, 2", OutcomeUnknown),
    (200, b"", OutcomeUnknown),
    (200, PAGE, OutcomeUnknown),
    (200, {"anything": "else"}, OutcomeUnknown),
    (200, [STATUS], OutcomeUnknown),
    (200, {"id": None, "created_at": STATUS["created_at"]}, OutcomeUnknown),
    # A ScheduledStatus: what the server means to do later, no post.
    (200, {"id": "7", "scheduled_at": "2027-01-12T09:30:00Z", "params": {}}, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "said", "expected"), TO_A_POST)
def test_an_answer_to_a_post_becomes_the_right_error(
    connector: Connector,
    server: responses.RequestsMock,
    status: int,
    said: Any,
    expected: type[ConnectorError],
) -> None:
    server.post(f"{SERVER}/api/v1/statuses", status=status, body=body_of(said))
    with pytest.raises(ConnectorError) as caught:
        connector.publish(POST, Prepared())
    assert type(caught.value) is expected
    assert (caught.value.network, caught.value.code) == ("mastodon", str(status))
    assert len(server.calls) == 1


def test_the_servers_own_words_reach_the_editor_but_no_secret(
    connector: Connector, server: responses.RequestsMock
) -> None:
    said = {"error": f"Validation failed: {TOKEN} is odd"}
    server.post(f"{SERVER}/api/v1/statuses", status=422, json=said)
    with pytest.raises(PostRefused) as caught:
        connector.publish(POST, Prepared())
    words = "The server refused the post (422): Validation failed: [hidden] is odd"
    assert str(caught.value) == words


def test_a_rate_limit_without_headers_is_waited_out_for_five_minutes(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.post(f"{SERVER}/api/v1/statuses", status=429)
    with pytest.raises(NotSent) as caught:
        connector.publish(POST, Prepared())
    assert caught.value.retry_at == NOW + timedelta(minutes=5)


WARNINGS = [
    ({"media_attachments": []}, "1 pictures were sent, 0 are shown."),
    (
        {"media_attachments": [{"id": "7", "description": None}]},
        "The alt text of a picture is not the one that was sent.",
    ),
    (
        {
            "media_attachments": [{"id": "7", "description": "A phone"}],
            "content": "<p>Think.</p>",
        },
        "The server shows another text than was sent.",
    ),
]


@pytest.mark.parametrize(("changes", "warning"), WARNINGS)
def test_what_the_server_left_out_is_a_warning(
    connector: Connector,
    server: responses.RequestsMock,
    changes: dict[str, Any],
    warning: str,
) -> None:
    server.post(f"{SERVER}/api/v1/statuses", json=STATUS | changes)
    with_picture = OutgoingPost(
        delivery_key=POST.delivery_key, text=POST.text, language="en", media=(PICTURE,)
    )
    published = connector.publish(with_picture, Prepared(tokens=("7",)))
    assert (published.remote_id, published.warnings) == ("1099", (warning,))


def test_a_status_without_a_page_of_its_own_is_named_by_its_uri(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.post(f"{SERVER}/api/v1/statuses", json=STATUS | {"url": None, "extra": [1]})
    assert connector.publish(POST, Prepared()).url == STATUS["uri"]


TO_AN_UPLOAD: list[tuple[int, Any, type[ConnectorError]]] = [
    (401, {"error": "The access token is invalid"}, AccessRefused),
    (413, PAGE, PostRefused),
    (422, {"error": "Validation failed: File content type is invalid"}, PostRefused),
    (200, {"id": "7", "url": "https://social.example/7", "description": None}, PostRefused),
    (200, {"url": "https://social.example/7"}, NotSent),
    (429, {"error": "Too many requests"}, NotSent),
    (500, PAGE, NotSent),
]


@pytest.mark.parametrize(("status", "said", "expected"), TO_AN_UPLOAD)
def test_an_answer_to_an_upload_never_leaves_the_outcome_open(
    connector: Connector,
    server: responses.RequestsMock,
    status: int,
    said: Any,
    expected: type[ConnectorError],
) -> None:
    server.post(f"{SERVER}/api/v2/media", status=status, body=body_of(said))
    one = OutgoingPost(
        delivery_key=POST.delivery_key, text=POST.text, language="en", media=(PICTURE,)
    )
    with pytest.raises(ConnectorError) as caught:
        connector.prepare(one, None)
    assert type(caught.value) is expected


def test_a_picture_the_server_could_make_nothing_of_refuses_the_post(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.get(f"{SERVER}/api/v1/media/7", status=422, json={"error": "Error processing"})
    one = OutgoingPost(
        delivery_key=POST.delivery_key, text=POST.text, language="en", media=(PICTURE,)
    )
    with pytest.raises(PostRefused):
        connector.prepare(one, Prepared(tokens=("7 processing",)))


def test_a_server_that_ignores_paging_proves_nothing(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.get(f"{SERVER}/api/v1/accounts/verify_credentials", json={"id": "5"})
    page = [STATUS | {"content": "<p>Office hours</p>"}]
    server.get(f"{SERVER}/api/v1/accounts/5/statuses", json=page)
    assert isinstance(connector.find(Sought(post=POST, since=NOW)), CannotSay)


def test_paging_goes_on_until_a_slow_server_clock_cannot_hide_the_post(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.get(f"{SERVER}/api/v1/accounts/verify_credentials", json={"id": "5"})
    before = STATUS | {"content": "<p>Office hours</p>", "created_at": "2027-01-12T08:29:00Z"}
    mine = STATUS | {"created_at": "2027-01-12T08:28:00Z"}
    for page in ([before | {"id": "9"}], [mine], []):
        server.get(f"{SERVER}/api/v1/accounts/5/statuses", json=page)
    assert isinstance(connector.find(Sought(post=POST, since=NOW)), Found)


@pytest.mark.parametrize("said", [{"error": "x"}, PAGE, b"", [1, 2], {"statuses": []}])
def test_a_timeline_that_cannot_be_read_proves_nothing(
    connector: Connector, server: responses.RequestsMock, said: Any
) -> None:
    server.get(f"{SERVER}/api/v1/accounts/verify_credentials", json={"id": "5"})
    server.get(f"{SERVER}/api/v1/accounts/5/statuses", body=body_of(said))
    with pytest.raises(NotSent):
        connector.find(Sought(post=POST, since=NOW))


def test_a_count_that_is_no_count_is_missing_and_one_that_is_not_there_is_not_offered(
    connector: Connector, server: responses.RequestsMock
) -> None:
    counts = {"favourites_count": "3", "replies_count": 0, "reblogs_count": -1}
    server.get(f"{SERVER}/api/v1/statuses", json=[{"id": "AB1"} | counts])
    [reading] = connector.read_metrics([RemoteId("ab1")])
    assert reading.values == {Metric.REPLIES: 0}
    assert reading.missing == {
        Metric.REACTIONS: Missing.NETWORK_ERROR,
        Metric.RESHARES: Missing.NETWORK_ERROR,
        Metric.QUOTES: Missing.NOT_OFFERED,
    }


INSTANCE: dict[str, Any] = {
    "version": "4.5.3+glitch",
    "configuration": {
        "statuses": {
            "max_characters": 15000,
            "max_media_attachments": 8,
            "characters_reserved_per_url": 40,
        },
        "media_attachments": {
            "supported_mime_types": ["image/png", "video/mp4"],
            "description_limit": 3000,
            "image_size_limit": 1000,
            "video_size_limit": 2000,
        },
    },
}


def test_a_fork_with_other_limits_is_believed(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.get(f"{SERVER}/api/v2/instance", json=INSTANCE)
    limits = connector.limits()
    [text] = limits.text
    assert (text.maximum, text.measure("see https://ico.org.uk/a")) == (15000, 44)
    assert (limits.max_media, limits.max_media_bytes, limits.max_alt_text) == (8, 1000, 3000)
    assert limits.media_types == {"image/png", "video/mp4"}
    assert limits.video is not None
    assert limits.video.max_bytes == 2000
    assert limits.announced
    assert connector.capabilities.key_life == timedelta(minutes=50)


@pytest.mark.parametrize("version", ["4.2.0 (compatible; Takahe 0.11)", "0.17.1", None, "new"])
def test_a_server_that_may_ignore_the_key_is_said_to_have_none(
    connector: Connector, server: responses.RequestsMock, version: str | None
) -> None:
    server.get(f"{SERVER}/api/v2/instance", status=500)
    server.get(f"{SERVER}/api/v1/instance", json=INSTANCE | {"version": version})
    assert connector.limits().announced
    assert connector.capabilities.key_life is None


def test_a_server_that_announces_nothing_has_the_documented_limits(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.get(f"{SERVER}/api/v2/instance", status=404, body=PAGE)
    server.get(f"{SERVER}/api/v1/instance", json={"version": "2.4.0", "uri": "social.example"})
    limits = connector.limits()
    assert (limits.announced, limits.text[0].maximum, limits.max_alt_text) == (False, 500, 1500)


def test_limits_of_a_server_out_of_order_are_not_guessed(
    connector: Connector, server: responses.RequestsMock
) -> None:
    server.get(f"{SERVER}/api/v2/instance", status=503)
    server.get(f"{SERVER}/api/v1/instance", status=404)
    with pytest.raises(NotSent):
        connector.limits()


def test_odd_values_among_the_limits_fall_back_one_by_one(
    server: responses.RequestsMock,
) -> None:
    odd = {"statuses": {"max_characters": "many", "max_media_attachments": True}, "x": 1}
    server.get(f"{SERVER}/api/v2/instance", json={"version": "4.5.0", "configuration": odd})
    assert NETWORK.announced_limits is not None
    limits = NETWORK.announced_limits(access())
    assert (limits.text[0].maximum, limits.max_media, limits.max_alt_text) == (500, 4, 1500)
