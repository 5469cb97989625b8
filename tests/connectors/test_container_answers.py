"""What is believed of a container whose publication is not known, on each network that has them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors import instagram, threads
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
    NotSent,
    OutgoingPost,
    Prepared,
    RemoteId,
    Sought,
)
from tests.connectors.raw_server import Script, answers, hangs_up, serving

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
POST = OutgoingPost(delivery_key=DeliveryKey("k"), text="Think.", language="en")
CONTAINER = Prepared(tokens=("17",), expires_at=NOW + timedelta(hours=1))
POST_ID = "9007199254740993123"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A network with containers, and the words in which it says what the others say, too."""

    connect: Callable[[Access], Connector]
    status: str
    text: str
    permalink: str
    credentials: dict[str, str] = field(default_factory=dict)

    def stands(self, status: str | None) -> Script:
        """Say how the container stands."""
        return gives({self.status: status})

    def shown(self, *, id: Any = POST_ID, words: Any = "Think. ", **more: Any) -> dict[str, Any]:  # noqa: A002 - the network's own name
        """Return one of the account's posts as the network lists it."""
        at = "2027-01-12T08:30:01+0000"
        return {"id": id, self.text: words, "timestamp": at, "permalink": self.permalink, **more}

    def finding(self, *scripts: Script, taken: tuple[str, ...] = ()) -> Finding:
        """Look for the post."""
        ids = frozenset(map(RemoteId, taken))
        with serving(*scripts) as server:
            access = Access(
                handle="@ico",
                server=server.origin,
                credentials={"ACCESS_TOKEN": "token-secret-9", **self.credentials},
                timeout=timedelta(seconds=5),
                now=lambda: NOW,
            )
            sought = Sought(post=POST, since=NOW, taken=ids, prepared=CONTAINER)
            return self.connect(access).find(sought)


def gives(body: Any, status: int = 200) -> Script:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answers(text, status=f"{status} Whatever", headers="Connection: close\r\n")


def fails(code: int) -> Script:
    return gives({"error": {"message": "no", "type": "OAuthException", "code": code}}, 400)


INSTAGRAM = Kind(
    connect=instagram.connect,
    status="status_code",
    text="caption",
    permalink="https://www.instagram.com/p/AbC/",
    credentials={"ACCOUNT_ID": "178"},
)
THREADS = Kind(
    connect=threads.connect,
    status="status",
    text="text",
    permalink="https://www.threads.com/@ico/post/AbC",
)
each_network = pytest.mark.parametrize("kind", [INSTAGRAM, THREADS], ids=["instagram", "threads"])


@each_network
@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("FINISHED", Absent),
        ("ERROR", Absent),
        ("IN_PROGRESS", CannotSay),
    ],
)
def test_the_container_says_whether_it_was_published(
    kind: Kind, status: str, end: type[object]
) -> None:
    assert isinstance(kind.finding(kind.stands(status)), end)


@each_network
def test_a_status_that_is_no_text_says_nothing(kind: Kind) -> None:
    odd: Any = {"odd": 1}  # found by `make fuzz`
    assert isinstance(kind.finding(kind.stands(odd), gives({"data": []})), CannotSay)


@each_network
@pytest.mark.parametrize(
    ("posts", "end"),
    [
        ([{}], Found),
        ([{"id": "1", "words": "Other"}, {}], Found),
        ([{}, {"id": "9"}], Found),
        ([{}, {"id": "2"}], CannotSay),
        ([], CannotSay),
        ([{"words": None}], CannotSay),
        ([{"timestamp": "2027-01-12T08:27:59+0000"}], CannotSay),
        ([{"timestamp": "soon"}], CannotSay),
        ([{"id": 7}], CannotSay),
        ([7, None], CannotSay),
    ],
)
@pytest.mark.parametrize("status", ["PUBLISHED", "EXPIRED", "NEW_WORD", None])
def test_the_post_of_a_published_container_is_the_only_one_alike(
    kind: Kind, status: str | None, posts: list[Any], end: type[object]
) -> None:
    listed = [kind.shown(**one) if isinstance(one, dict) else one for one in posts]
    found = kind.finding(kind.stands(status), gives({"data": listed}), taken=("9",))
    assert isinstance(found, end)
    if isinstance(found, Found):
        assert found.post.remote_id == POST_ID
        assert found.post.published_at == NOW + timedelta(seconds=1)


@each_network
@pytest.mark.parametrize(
    ("scripts", "end"),
    [
        ([fails(190)], AccessRefused),
        ([fails(4)], NotSent),
        ([gives(b"", 500)], NotSent),
        ([hangs_up], NotSent),
        (["PUBLISHED", gives({"data": "odd"})], NotSent),
        (["PUBLISHED", gives(b"", 502)], NotSent),
    ],
)
def test_a_look_that_fails_is_no_finding(
    kind: Kind, scripts: list[Any], end: type[ConnectorError]
) -> None:
    with pytest.raises(end):
        kind.finding(*(kind.stands(one) if isinstance(one, str) else one for one in scripts))
