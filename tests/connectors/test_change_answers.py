"""What each network's answers to a deletion or an edit mean: literals, by network.

Each row is the answers in the order in which they are given, and what `withdraw` makes of them.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contract import (
    Access,
    AccessRefused,
    DeliveryKey,
    Edited,
    Gone,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    RemoteId,
    Stands,
)
from connectors.registry import NETWORKS
from tests.connectors.raw_server import Script, answers, hangs_up, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
DID = "did:plc:ico"
SESSION = {"did": DID, "handle": "ico.example", "accessJwt": "first", "refreshJwt": "second"}
PAGE = "urn:li:organization:17"
SHARE = RemoteId("urn:li:share:7284567890123456789")
CREDENTIALS = {
    "x": {
        "API_KEY": "app-key",
        "API_SECRET": "app-secret",
        "ACCESS_TOKEN": "17-token",
        "ACCESS_TOKEN_SECRET": "token-secret",
    },
    "mastodon": {"ACCESS_TOKEN": "token"},
    "bluesky": {"IDENTIFIER": "ico.example", "APP_PASSWORD": "abcd-efgh"},
    "linkedin": {"ACCESS_TOKEN": "token", "ORGANIZATION_ID": "17"},
    "facebook": {"PAGE_ID": "17", "PAGE_TOKEN": "token"},
    "threads": {"ACCESS_TOKEN": "token"},
    "youtube": {"CHANNEL_ID": "UC17", "ACCESS_TOKEN": "token"},
}
IDS = {
    "x": RemoteId("1346889436626259968"),
    "mastodon": RemoteId("109"),
    "bluesky": RemoteId(f"at://{DID}/app.bsky.feed.post/3kabcdefghi2a"),
    "linkedin": SHARE,
    "facebook": RemoteId("17_4"),
    "threads": RemoteId("4"),
    "youtube": RemoteId("aB3-_xYz012"),
}


def gives(body: Any, status: int = 200) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answers(text, status=f"{status} Whatever", headers="Connection: close\r\n")


def graph(code: int, subcode: int | None = None, status: int = 400) -> Script:
    error = {"message": "No.", "code": code, "error_subcode": subcode}
    return gives({"error": error}, status)


def google(status: int, reason: str) -> Script:
    error = {"message": "No.", "code": status, "errors": [{"reason": reason}]}
    return gives({"error": error}, status)


NOTHING_THERE = {
    "errors": [
        {
            "type": "https://api.x.com/2/problems/resource-not-found",
            "resource_id": IDS["x"],
            "title": "Not Found Error",
        }
    ]
}
FOUND = {"data": [{"id": IDS["x"], "text": "Think.", "public_metrics": {}}]}
RECORD = {"uri": IDS["bluesky"], "cid": "c", "value": {"text": "Think."}}
NO_RECORD = gives({"error": "RecordNotFound", "message": "no"}, 400)
OWN = gives({"id": SHARE, "author": PAGE})
HTML = gives(b"<html>Bad gateway</html>", 502)
WAS, IS_GONE = Gone(was_there=False), Gone(was_there=True)

TABLE: list[tuple[str, list[Script], object]] = [
    ("x", [gives({"data": {"deleted": True}})], IS_GONE),
    ("x", [gives({"data": {"deleted": False}})], OutcomeUnknown),
    ("x", [gives([])], OutcomeUnknown),
    ("x", [gives(b"", 404), gives(NOTHING_THERE)], WAS),
    ("x", [gives(b"", 404), gives(FOUND)], AccessRefused),
    ("x", [gives(b"", 404), gives({})], NotSent),
    ("x", [gives(b"", 404), gives({"data": []})], OutcomeUnknown),
    ("x", [gives(b"", 404), HTML], NotSent),
    ("x", [gives({"title": "Forbidden", "detail": "Not yours."}, 403)], PostRefused),
    ("x", [gives({"title": "Unauthorized"}, 401)], AccessRefused),
    ("x", [gives({}, 402)], AccessRefused),
    ("x", [gives({}, 429)], NotSent),
    ("x", [gives({}, 503)], OutcomeUnknown),
    ("x", [hangs_up], OutcomeUnknown),
    ("mastodon", [gives({"id": "109", "text": "Think."})], IS_GONE),
    ("mastodon", [gives({"id": "110"})], OutcomeUnknown),
    ("mastodon", [gives({})], OutcomeUnknown),
    ("mastodon", [gives({"error": "Record not found"}, 404)] * 2, WAS),
    ("mastodon", [gives({"error": "Record not found"}, 404), gives({"id": "109"})], PostRefused),
    ("mastodon", [gives(b"<html>", 404), gives(b"<html>", 404)], NotSent),
    ("mastodon", [gives({"error": "gone"}, 410), gives({"error": "gone"}, 410)], WAS),
    ("mastodon", [gives({"error": "The access token was revoked"}, 401)], AccessRefused),
    ("mastodon", [gives({"error": "This action is outside the scopes"}, 403)], AccessRefused),
    ("mastodon", [gives({"error": "Too many requests"}, 429)], NotSent),
    ("mastodon", [HTML], OutcomeUnknown),
    ("mastodon", [hangs_up], OutcomeUnknown),
    ("bluesky", [gives(SESSION), NO_RECORD], WAS),
    ("bluesky", [gives(SESSION), gives(RECORD), gives({"commit": {}})], IS_GONE),
    ("bluesky", [gives(SESSION), gives(RECORD), gives({})], IS_GONE),
    ("bluesky", [gives(SESSION), gives(RECORD), HTML], OutcomeUnknown),
    ("bluesky", [gives(SESSION), gives(RECORD), hangs_up], OutcomeUnknown),
    ("bluesky", [gives(SESSION), HTML], NotSent),
    ("bluesky", [gives({"error": "AuthenticationRequired"}, 401)], AccessRefused),
    ("linkedin", [gives({"code": "NOT_FOUND"}, 404)], WAS),
    ("linkedin", [OWN, gives(b"", 204)], IS_GONE),
    ("linkedin", [OWN, HTML], OutcomeUnknown),
    ("linkedin", [OWN, hangs_up], OutcomeUnknown),
    ("linkedin", [OWN, gives({"code": "TOO_MANY_REQUESTS"}, 429)], NotSent),
    ("linkedin", [OWN, gives({"code": "ACCESS_DENIED"}, 403)], AccessRefused),
    ("linkedin", [gives({"id": SHARE, "author": "urn:li:organization:18"})], PostRefused),
    ("linkedin", [gives({"code": "EXPIRED_ACCESS_TOKEN"}, 401)], AccessRefused),
    ("linkedin", [HTML], NotSent),
    ("facebook", [gives({"success": True})], IS_GONE),
    ("facebook", [gives({"success": False})], OutcomeUnknown),
    ("facebook", [graph(100, 33), graph(100, 33)], WAS),
    ("facebook", [graph(803), graph(100, 33)], WAS),
    ("facebook", [graph(100, 33), gives({"id": "17_4"})], PostRefused),
    ("facebook", [graph(100, 33), HTML], NotSent),
    ("facebook", [graph(190)], AccessRefused),
    ("facebook", [graph(200, status=403)], AccessRefused),
    ("facebook", [graph(32)], NotSent),
    ("facebook", [graph(1, status=500)], OutcomeUnknown),
    ("facebook", [hangs_up], OutcomeUnknown),
    ("threads", [gives({"success": True, "deleted_id": "4"})], IS_GONE),
    ("threads", [gives({})], OutcomeUnknown),
    ("threads", [graph(100, 33), graph(100, 33)], WAS),
    ("threads", [graph(100, 33), gives({"id": "4"})], PostRefused),
    ("threads", [graph(10)], AccessRefused),
    ("threads", [graph(4, status=403)], NotSent),
    ("threads", [graph(2, status=500)], OutcomeUnknown),
    ("threads", [HTML], OutcomeUnknown),
    ("youtube", [gives(b"", 204)], IS_GONE),
    ("youtube", [google(404, "videoNotFound")], WAS),
    ("youtube", [gives(b"<html>", 404)], PostRefused),
    ("youtube", [google(403, "forbidden")], PostRefused),
    ("youtube", [google(401, "authError")], AccessRefused),
    ("youtube", [google(403, "quotaExceeded")], NotSent),
    ("youtube", [google(500, "backendError")], OutcomeUnknown),
    ("youtube", [HTML], OutcomeUnknown),
    ("youtube", [hangs_up], OutcomeUnknown),
]


POST = OutgoingPost(delivery_key=DeliveryKey(""), text="Think.", language="en")
STATUS = {"id": "109", "created_at": "2027-01-12T08:30:00Z", "content": "<p>Old.</p>"}
SHOWN = {**STATUS, "content": "<p>Think.</p>", "url": "https://social.example/109"}
DOUBT = ("LinkedIn shows another text than was sent; look at the post.",)

OTHER = ("YouTube shows other words than were sent; look at the video.",)
NEW_PAGE = {"title": "Think.", "description": ""}


def a_video(channel: str) -> Script:
    snippet = {"title": "Old.", "channelId": channel, "categoryId": "22"}
    return gives({"pageInfo": {}, "items": [{"id": IDS["youtube"], "snippet": snippet}]})


A_VIDEO, A_STRANGERS = a_video("UC17"), a_video("UC18")

EDITS: list[tuple[str, list[Script], object]] = [
    ("mastodon", [gives(STATUS), gives(SHOWN)], Edited()),
    (
        "mastodon",
        [gives(STATUS), gives(STATUS)],
        Edited(warnings=("The server shows another text than was sent.",)),
    ),
    ("mastodon", [gives({"error": "Record not found"}, 404)], PostRefused),
    ("mastodon", [gives(STATUS), gives({})], OutcomeUnknown),
    ("mastodon", [gives(STATUS), hangs_up], OutcomeUnknown),
    ("mastodon", [gives(STATUS), gives({"error": "Text is too long"}, 422)], PostRefused),
    ("mastodon", [gives(STATUS), gives({"error": "Too many requests"}, 429)], NotSent),
    ("mastodon", [HTML], NotSent),
    ("linkedin", [gives(b"", 204), gives({"commentary": "Think."})], Edited()),
    ("linkedin", [gives(b"", 204), gives({"commentary": "Thi"})], Edited(warnings=DOUBT)),
    ("linkedin", [gives({"code": "NOT_FOUND"}, 404)], PostRefused),
    ("linkedin", [gives({"code": "ACCESS_DENIED"}, 403)], AccessRefused),
    ("linkedin", [HTML], OutcomeUnknown),
    ("linkedin", [hangs_up], OutcomeUnknown),
    ("facebook", [gives({"success": True}), gives({"message": "Think."})], Edited()),
    ("facebook", [gives({"success": False})], OutcomeUnknown),
    ("facebook", [graph(100, 33)], PostRefused),
    ("facebook", [graph(200, status=403)], AccessRefused),
    ("facebook", [graph(2, status=500)], OutcomeUnknown),
    ("youtube", [A_VIDEO, gives({"snippet": NEW_PAGE})], Edited()),
    ("youtube", [A_VIDEO, gives({"snippet": {"title": "Old."}})], Edited(warnings=OTHER)),
    ("youtube", [gives({"pageInfo": {}, "items": []})], PostRefused),
    ("youtube", [A_STRANGERS], PostRefused),
    ("youtube", [A_VIDEO, google(404, "videoNotFound")], PostRefused),
    ("youtube", [A_VIDEO, google(400, "invalidTitle")], PostRefused),
    ("youtube", [A_VIDEO, google(403, "quotaExceeded")], NotSent),
    ("youtube", [A_VIDEO, gives({})], OutcomeUnknown),
    ("youtube", [A_VIDEO, hangs_up], OutcomeUnknown),
    ("youtube", [HTML], NotSent),
    ("x", [], Stands(why="X does not let a program edit a post.")),
    ("threads", [], Stands(why="Threads does not let a program edit a post.")),
    ("bluesky", [], Stands(why="Bluesky does not show an edited post for certain.")),
]


def asked(
    name: str, scripts: list[Script], remote_id: RemoteId, *, edit: bool = False
) -> tuple[object, list[bytes]]:
    """Return what comes of a withdrawal, the type of an error, and the requests."""
    with serving(*scripts) as server:
        network = NETWORKS[name]  # type: ignore[index]  # a name is a name
        connect: Callable[[Access], Any] | None = network.connect
        assert connect is not None
        connector = connect(
            Access(
                handle="@ico.example",
                server=server.origin,
                credentials=CREDENTIALS[name],
                timeout=timedelta(seconds=5),
                now=lambda: NOW,
            )
        )
        try:
            if edit:
                return connector.correct(remote_id, POST), server.requests
            return connector.withdraw(remote_id), server.requests
        except Exception as error:  # noqa: BLE001 - the type is what is asserted
            return type(error), server.requests
        finally:
            connector.close()


@pytest.mark.parametrize(("name", "scripts", "end"), TABLE)
def test_an_answer_means_what_the_table_says(name: str, scripts: list[Script], end: object) -> None:
    removal, requests = asked(name, scripts, IDS[name])
    assert removal == end
    assert len(requests) == len(scripts)


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (gives({"data": {"retweeted": False}}), IS_GONE),
        (gives({"data": {"retweeted": True}}), OutcomeUnknown),
        (gives([]), OutcomeUnknown),
        (gives({"title": "Forbidden"}, 403), PostRefused),
        (gives({}, 429), NotSent),
        (hangs_up, OutcomeUnknown),
    ],
)
def test_an_answer_to_the_taking_back_of_a_repost_on_x_means(answer: Script, end: object) -> None:
    me = gives({"data": {"id": "17", "username": "ico"}})
    removal, requests = asked("x", [me, answer], RemoteId(f"repost:{IDS['x']}"))
    assert removal == end
    assert requests[1].startswith(f"DELETE /2/users/17/retweets/{IDS['x']} ".encode())


@pytest.mark.parametrize(("name", "scripts", "end"), EDITS)
def test_an_answer_to_an_edit_means_what_the_table_says(
    name: str, scripts: list[Script], end: object
) -> None:
    correction, requests = asked(name, scripts, IDS[name], edit=True)
    assert correction == end
    assert len(requests) == len(scripts)


def test_the_table_has_rows_for_every_network_that_deletes() -> None:
    able = {name for name, one in NETWORKS.items() if one.capabilities.deletes}
    assert able == set(NETWORKS) - {"instagram", "webhook", "email"}
    # A feed is files in a folder, which gives no answers: test_feed.py takes entries out of it.
    assert {name for name, _, _ in TABLE} == able - {"feed"}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("x", "https://x.com/ico"),
        ("linkedin", "https://www.linkedin.com/posts/ico_think-activity-AbCd"),
        ("linkedin", "urn:li:comment:(urn:li:share:7284567890123456789,7284567890123456790)"),
        ("facebook", "https://www.facebook.com/ico/posts/pfbid0AbC"),
    ],
)
def test_an_address_without_an_id_is_left_to_a_person_and_nobody_is_asked(
    name: str, address: str
) -> None:
    removal, requests = asked(name, [], RemoteId(address))
    assert isinstance(removal, Stands)
    assert requests == []


def test_a_post_on_threads_that_is_not_among_the_latest_is_left_to_a_person() -> None:
    address = RemoteId("https://www.threads.net/@ico.example/post/AbCdEf")
    removal, requests = asked("threads", [gives({"data": []})] * 2, address)
    assert isinstance(removal, Stands)
    assert len(requests) == 2  # its posts, then its answers


@pytest.mark.parametrize(
    ("name", "remote_id"),
    [("facebook", "18_4"), ("bluesky", "at://did:plc:else/app.bsky.feed.post/3kabcdefghi2a")],
)
def test_an_id_that_names_another_account_is_refused_before_anything_is_deleted(
    name: str, remote_id: str
) -> None:
    scripts = [gives(SESSION)] if name == "bluesky" else []
    removal, requests = asked(name, scripts, RemoteId(remote_id))
    assert removal is PostRefused
    assert not any(b"delete" in one.lower().split(b"\r\n")[0] for one in requests)
