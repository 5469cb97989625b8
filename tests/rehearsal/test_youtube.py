"""The stand-in for YouTube, asked by a client of a few lines that is not the connector's."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.films.shelf import film

BLOCK = 256 * 1024
SNIPPET = {"title": "T", "categoryId": "22"}
FILM = film("talk") + (8 + BLOCK).to_bytes(4) + b"free" + bytes(BLOCK)


class Client:
    """One channel."""

    def __init__(self, rehearsal: Rehearsal, handle: str = "@ico.example") -> None:
        self.keys = rehearsal.add_account("youtube", handle, followers=123_456)
        self.base = rehearsal.server_of("youtube")
        self.headers = {"Authorization": f"Bearer {self.keys['ACCESS_TOKEN']}"}

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        url = path if path.startswith("http") else f"{self.base}{path}"
        return requests.request(method, url, headers=headers, timeout=5, **more)

    def begin(self, size: int = len(FILM), **snippet: Any) -> requests.Response:
        body = {"snippet": {**SNIPPET, **snippet}, "status": {"privacyStatus": "private"}}
        return self.ask(
            "POST",
            "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status",
            json=body,
            headers={"X-Upload-Content-Length": str(size)},
        )

    def put(self, session: str, said: str, content: bytes = b"") -> requests.Response:
        return self.ask("PUT", session, data=content, headers={"Content-Range": said})

    def upload(self, **snippet: Any) -> str:
        session = self.begin(**snippet).headers["Location"]
        total = len(FILM)
        return str(self.put(session, f"bytes 0-{total - 1}/{total}", FILM).json()["id"])

    def show(self, video_id: str, part: str = "status,snippet,statistics") -> dict[str, Any]:
        items = self.ask("GET", f"/youtube/v3/videos?id={video_id}&part={part}").json()["items"]
        return dict(items[0]) if items else {}


@pytest.fixture
def client(rehearsal: Rehearsal) -> Client:
    return Client(rehearsal)


def test_a_session_tells_how_much_it_has_and_then_the_video(client: Client) -> None:
    session, total = client.begin().headers["Location"], len(FILM)
    nothing = client.put(session, f"bytes */{total}")
    assert (nothing.status_code, nothing.headers.get("Range")) == (308, None)
    part = client.put(session, f"bytes 0-{BLOCK - 1}/{total}", FILM[:BLOCK])
    assert (part.status_code, part.headers["Range"]) == (308, f"bytes=0-{BLOCK - 1}")
    whole = client.put(session, f"bytes {BLOCK}-{total - 1}/{total}", FILM[BLOCK:])
    again = client.put(session, f"bytes */{total}")
    assert whole.json()["id"] == again.json()["id"]
    assert whole.json()["status"]["uploadStatus"] == "processed"


@pytest.mark.parametrize(
    ("said", "content"),
    [
        (f"bytes 0-99/{len(FILM)}", FILM[:100]),
        (f"bytes {BLOCK}-{2 * BLOCK - 1}/{len(FILM)}", FILM[:BLOCK]),
        (f"bytes 0-{BLOCK - 1}/17", FILM[:BLOCK]),
        ("", FILM),
    ],
)
def test_bytes_that_are_not_the_next_blocks_are_refused(
    client: Client, said: str, content: bytes
) -> None:
    session = client.begin().headers["Location"]
    assert client.put(session, said, content).status_code == 400


def test_a_session_lasts_a_week_and_is_its_channels(
    client: Client, rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    session = client.begin().headers["Location"]
    other = Client(rehearsal, "@npcc.example")
    assert other.put(session, f"bytes */{len(FILM)}").status_code == 403
    clock.move_to(clock.now() + timedelta(days=7))
    assert client.put(session, f"bytes */{len(FILM)}").status_code == 404


@pytest.mark.parametrize(
    ("snippet", "reason"),
    [
        ({"title": ""}, "invalidTitle"),
        ({"title": "a" * 101}, "invalidTitle"),
        ({"title": "a < b"}, "invalidTitle"),
        ({"description": "é" * 2501}, "invalidDescription"),
        ({"tags": ["a" * 248, "b " + "b" * 248]}, "invalidTags"),
        ({"categoryId": "films"}, "invalidCategoryId"),
        ({"colour": "red"}, "badRequest"),
    ],
)
def test_a_page_that_youtube_refuses_is_refused(
    client: Client, snippet: dict[str, Any], reason: str
) -> None:
    answer = client.begin(**snippet)
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["reason"] == reason


def test_an_update_empties_what_it_does_not_name(client: Client) -> None:
    video = client.upload(tags=["data"], description="Words")
    body = {"id": video, "snippet": SNIPPET}
    client.ask("PUT", "/youtube/v3/videos?part=snippet", data=json.dumps(body))
    shown = client.show(video)["snippet"]
    assert "tags" not in shown
    assert "description" not in shown


def test_a_private_video_is_its_channels_alone_until_it_is_shown(
    client: Client, rehearsal: Rehearsal, clock: SteppedClock
) -> None:
    video, other = client.upload(), Client(rehearsal, "@npcc.example")
    assert (rehearsal.posts("youtube"), other.show(video)) == ([], {})
    clock.move_to(clock.now() + timedelta(hours=2))
    body = {"id": video, "status": {"privacyStatus": "public"}}
    for _ in range(2):
        client.ask("PUT", "/youtube/v3/videos?part=status", data=json.dumps(body))
    (post,) = rehearsal.posts("youtube")
    assert post.created_at == clock.now()
    clock.move_to(clock.now() + timedelta(days=3))
    assert int(other.show(video)["statistics"]["viewCount"]) > 0
    assert other.ask("DELETE", f"/youtube/v3/videos?id={video}").status_code == 403
    assert client.ask("DELETE", f"/youtube/v3/videos?id={video}").status_code == 204
    assert client.ask("DELETE", f"/youtube/v3/videos?id={video}").status_code == 404


def test_subscribers_are_rounded_down_to_three_figures(client: Client) -> None:
    found = client.ask("GET", "/youtube/v3/channels?part=statistics&mine=true").json()
    assert found["items"][0]["statistics"]["subscriberCount"] == "123000"


def test_a_days_units_come_back_at_midnight_in_california(
    client: Client, clock: SteppedClock
) -> None:
    gone = "/youtube/v3/videos?id=none"
    statuses = [client.ask("DELETE", gone).status_code for _ in range(201)]
    assert statuses == [404] * 200 + [403]
    clock.move_to(clock.now().replace(hour=7, minute=59) + timedelta(days=1))
    assert client.ask("DELETE", gone).status_code == 403
    clock.move_to(clock.now() + timedelta(minutes=1))
    assert client.ask("DELETE", gone).status_code == 404
