"""The stand-in for Threads speaks Meta's Threads API, and publishes a container once."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.server import Fault, Rehearsal
from tests.rehearsal.clients import TIMEOUT


class ThreadsClient:
    """An account's token."""

    def __init__(self, rehearsal: Rehearsal, handle: str = "@ico.example") -> None:
        self.server = rehearsal.server_of("threads")
        credentials = rehearsal.add_account("threads", handle)
        self.headers = {"Authorization": f"Bearer {credentials['ACCESS_TOKEN']}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        address = f"{self.server}/v1.0{path}"
        return requests.request(method, address, headers=headers, timeout=TIMEOUT, **more)

    def make(self, text: str, **more: str) -> requests.Response:
        form = {"media_type": "TEXT", "text": text, **more}
        return self.call("POST", "/me/threads", data=form)

    def publish(self, container: str) -> requests.Response:
        return self.call("POST", "/me/threads_publish", data={"creation_id": container})

    def status(self, container: str) -> str:
        return str(self.call("GET", f"/{container}?fields=status").json()["status"])


@pytest.fixture
def threads(rehearsal: Rehearsal) -> ThreadsClient:
    return ThreadsClient(rehearsal)


def code_of(answer: requests.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_container_shows_nothing_and_is_published_once(
    rehearsal: Rehearsal, threads: ThreadsClient
) -> None:
    container = threads.make("Hello").json()["id"]
    assert (rehearsal.posts("threads"), threads.status(container)) == ([], "FINISHED")
    post_id = threads.publish(container).json()["id"]
    assert threads.status(container) == "PUBLISHED"
    assert code_of(threads.publish(container)) == (400, 24)
    (stored,) = rehearsal.posts("threads")
    assert (stored.remote_id, stored.text) == (post_id, "Hello")
    shown = threads.call("GET", f"/{post_id}?fields=permalink,text").json()
    assert shown == {"id": post_id, "permalink": stored.url, "text": "Hello"}


def test_the_same_text_twice_is_two_posts(rehearsal: Rehearsal, threads: ThreadsClient) -> None:
    for _ in range(2):
        assert threads.publish(threads.make("Hello").json()["id"]).status_code == 200
    assert len(rehearsal.posts("threads")) == 2


def test_a_container_lasts_for_a_day(clock: SteppedClock, threads: ThreadsClient) -> None:
    container = threads.make("Hello").json()["id"]
    clock.advance(timedelta(hours=24))
    assert threads.status(container) == "EXPIRED"
    assert code_of(threads.publish(container)) == (400, 24)


@pytest.mark.parametrize(
    "form",
    [
        {"text": ""},
        {"text": "a" * 501},
        {"text": "🚀" * 126},
        {"text": "https://a.example " * 6},
        {"text": "a", "media_type": "IMAGE"},
        {"text": "a", "media_type": "GIF"},
        {"text": "a", "media_type": "CAROUSEL", "children": "1"},
        {"text": "a", "media_type": "CAROUSEL", "children": "1,2"},
    ],
)
def test_a_container_that_cannot_be_is_refused(
    threads: ThreadsClient, form: dict[str, str]
) -> None:
    assert code_of(threads.make(**form)) == (400, 100)


def test_the_newest_posts_are_listed_first_and_since_an_instant(
    clock: SteppedClock, threads: ThreadsClient
) -> None:
    for text in ("one", "two"):
        threads.publish(threads.make(text).json()["id"])
        clock.advance(timedelta(minutes=1))
    listed = threads.call("GET", "/me/threads?fields=text&limit=25").json()["data"]
    assert [one["text"] for one in listed] == ["two", "one"]
    since = int(clock.now().timestamp()) - 60
    listed = threads.call("GET", f"/me/threads?fields=text&since={since}").json()["data"]
    assert [one["text"] for one in listed] == ["two"]


def test_counts_are_those_the_network_has(clock: SteppedClock, threads: ThreadsClient) -> None:
    post_id = threads.publish(threads.make("Hello").json()["id"]).json()["id"]
    clock.advance(timedelta(days=2))
    names = "views,likes,replies,reposts,quotes"
    listed = threads.call("GET", f"/{post_id}/insights?metric={names}").json()["data"]
    assert [one["name"] for one in listed] == names.split(",")
    assert listed[0]["values"][0]["value"] > 0
    assert code_of(threads.call("GET", f"/{post_id}/insights?metric=reach")) == (400, 100)
    own = threads.call("GET", "/me/threads_insights?metric=followers_count").json()
    assert own["data"][0]["total_value"]["value"] >= 5000


def test_what_belongs_to_others_is_not_there(rehearsal: Rehearsal, threads: ThreadsClient) -> None:
    other = ThreadsClient(rehearsal, "@ndna.example")
    container = threads.make("Hello").json()["id"]
    assert code_of(other.publish(container)) == (400, 100)
    post_id = threads.publish(container).json()["id"]
    assert code_of(other.call("DELETE", f"/{post_id}")) == (400, 100)
    assert threads.call("DELETE", f"/{post_id}").json()["deleted_id"] == post_id
    assert code_of(threads.call("GET", f"/{post_id}?fields=id")) == (400, 100)
    wrong = threads.call("GET", "/me", headers={"Authorization": "Bearer wrong"})
    assert code_of(wrong) == (400, 190)


def test_a_quota_and_a_token_speak_the_networks_words(
    rehearsal: Rehearsal, threads: ThreadsClient
) -> None:
    rehearsal.inject("threads", Fault.RATE_LIMIT)
    container = threads.make("Hello").json()["id"]
    assert code_of(threads.publish(container)) == (403, 4)
    rehearsal.inject("threads", Fault.EXPIRED_TOKEN)
    assert code_of(threads.publish(container)) == (400, 190)
