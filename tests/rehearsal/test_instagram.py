"""The stand-in for Instagram speaks the Graph API, fetches pictures, and refuses what it does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.fetching import Fetched, NotFetchedError, over_http
from rehearsal.server import Call, Fault, Rehearsal
from tests.connectors.raw_server import answers, serving
from tests.rehearsal.clients import TIMEOUT, picture

ADDRESS = "https://media.example/a.jpg"
SHOWN = {
    ADDRESS: picture("JPEG", (400, 400)),
    "https://media.example/b.jpg": picture("JPEG", (400, 300)),
    "https://media.example/tall.jpg": picture("JPEG", (400, 600)),
    "https://media.example/a.png": picture("PNG", (400, 400)),
    "https://media.example/text.jpg": b"no picture",
}


def fetch(address: str) -> Fetched:
    if address not in SHOWN:
        raise NotFetchedError("The address answers 404")
    kind = "png" if address.endswith("png") else "jpeg"
    return Fetched(content=SHOWN[address], media_type=f"image/{kind}")


@pytest.fixture
def rehearsal(clock: SteppedClock) -> Iterator[Rehearsal]:
    with Rehearsal(now=clock.now, fetch=fetch) as started:
        yield started


class InstagramClient:
    """An account's number and token."""

    def __init__(self, rehearsal: Rehearsal, handle: str = "ico.example") -> None:
        self.server = rehearsal.server_of("instagram")
        credentials = rehearsal.add_account("instagram", handle, followers=15_000)
        self.account = credentials["ACCOUNT_ID"]
        self.headers = {"Authorization": f"Bearer {credentials['ACCESS_TOKEN']}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        address = f"{self.server}/v26.0{path}"
        return requests.request(method, address, headers=headers, timeout=TIMEOUT, **more)

    def make(self, **form: str) -> requests.Response:
        form = {"image_url": ADDRESS, "caption": "Hello", **form}
        return self.call("POST", f"/{self.account}/media", data=form)

    def publish(self, container: str) -> requests.Response:
        form = {"creation_id": container}
        return self.call("POST", f"/{self.account}/media_publish", data=form)

    def status(self, container: str) -> str:
        return str(self.call("GET", f"/{container}?fields=status_code").json()["status_code"])


@pytest.fixture
def instagram(rehearsal: Rehearsal) -> InstagramClient:
    return InstagramClient(rehearsal)


def code_of(answer: requests.Response) -> tuple[int, int, int | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_subcode")


def test_a_container_shows_nothing_and_is_published_once(
    rehearsal: Rehearsal, instagram: InstagramClient
) -> None:
    container = instagram.make(alt_text="A dog").json()["id"]
    assert (rehearsal.posts("instagram"), instagram.status(container)) == ([], "FINISHED")
    post_id = instagram.publish(container).json()["id"]
    assert instagram.status(container) == "PUBLISHED"
    assert code_of(instagram.publish(container)) == (400, 100, None)
    (stored,) = rehearsal.posts("instagram")
    assert (stored.remote_id, stored.text) == (post_id, "Hello")
    assert [(one.content, one.alt_text) for one in stored.media] == [(SHOWN[ADDRESS], "A dog")]
    shown = instagram.call("GET", f"/{post_id}?fields=permalink,caption").json()
    assert shown == {"id": post_id, "permalink": stored.url, "caption": "Hello"}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"image_url": ""}, (400, 100, None)),
        ({"image_url": "https://media.example/none.jpg"}, (400, 9004, 2207052)),
        ({"image_url": "https://media.example/text.jpg"}, (400, 9004, 2207052)),
        ({"image_url": "https://media.example/a.png"}, (400, 36001, 2207005)),
        ({"image_url": "https://media.example/tall.jpg"}, (400, 36003, 2207009)),
        ({"caption": "a" * 2201}, (400, 36004, 2207010)),
        ({"caption": "#a " * 31}, (400, 100, None)),
        ({"alt_text": "a" * 1001}, (400, 100, None)),
        ({"media_type": "VIDEO"}, (400, 352, 2207026)),
        ({"media_type": "CAROUSEL", "children": "1"}, (400, 100, None)),
        ({"media_type": "CAROUSEL", "children": "1,2"}, (400, 100, 33)),
    ],
)
def test_a_container_that_cannot_be_is_refused(
    instagram: InstagramClient, form: dict[str, str], error: tuple[int, int, int | None]
) -> None:
    assert code_of(instagram.make(**form)) == error


def test_several_pictures_are_held_together(
    rehearsal: Rehearsal, instagram: InstagramClient
) -> None:
    parts = [
        instagram.make(image_url=one, is_carousel_item="true").json()["id"]
        for one in (ADDRESS, "https://media.example/b.jpg")
    ]
    assert code_of(instagram.publish(parts[0])) == (400, 24, 2207006)
    whole = instagram.make(media_type="CAROUSEL", children=",".join(parts)).json()["id"]
    instagram.publish(whole)
    (stored,) = rehearsal.posts("instagram")
    assert [(one.width, one.height) for one in stored.media] == [(400, 400), (400, 300)]


def test_what_is_not_finished_or_no_longer_there_is_not_published(
    clock: SteppedClock, rehearsal: Rehearsal, instagram: InstagramClient
) -> None:
    rehearsal.inject("instagram", Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=60)
    container = instagram.make().json()["id"]
    assert code_of(instagram.publish(container)) == (400, 9007, 2207027)
    clock.advance(timedelta(hours=24))
    assert instagram.status(container) == "EXPIRED"
    assert code_of(instagram.publish(container)) == (400, -2, 2207020)
    assert code_of(instagram.publish("42")) == (400, 24, 2207006)


def test_an_account_has_room_for_a_hundred_posts_a_day(
    clock: SteppedClock, instagram: InstagramClient
) -> None:
    def room() -> tuple[int, int]:
        fields = "/content_publishing_limit?fields=config,quota_usage"
        said = instagram.call("GET", f"/{instagram.account}{fields}").json()["data"][0]
        return said["config"]["quota_total"], said["quota_usage"]

    for _ in range(100):
        assert instagram.publish(instagram.make().json()["id"]).status_code == 200
    assert room() == (100, 100)
    assert code_of(instagram.publish(instagram.make().json()["id"])) == (400, 9, 2207042)
    clock.advance(timedelta(hours=24))
    assert room() == (100, 0)


def test_one_rejected_metric_empties_the_whole_answer(
    clock: SteppedClock, instagram: InstagramClient
) -> None:
    post_id = instagram.publish(instagram.make().json()["id"]).json()["id"]
    path = f"/{post_id}/insights?metric="
    assert instagram.call("GET", f"{path}views,reach").json() == {"data": []}
    clock.advance(timedelta(days=2))
    listed = instagram.call("GET", f"{path}views,reach").json()["data"]
    assert [one["name"] for one in listed] == ["views", "reach"]
    assert code_of(instagram.call("GET", f"{path}views,impressions")) == (400, 100, None)


def test_what_belongs_to_others_is_not_there(
    rehearsal: Rehearsal, instagram: InstagramClient
) -> None:
    other = InstagramClient(rehearsal, "ndna.example")
    container = instagram.make().json()["id"]
    assert code_of(other.publish(container)) == (400, 24, 2207006)
    form = {"creation_id": container}
    foreign = other.call("POST", f"/{instagram.account}/media_publish", data=form)
    assert code_of(foreign) == (400, 100, 33)
    wrong = instagram.call("GET", "/1", headers={"Authorization": "Bearer wrong"})
    assert code_of(wrong) == (400, 190, None)
    assert instagram.call("DELETE", f"/{container}").status_code == 400


JPEG = {"headers": "Content-Type: image/jpeg\r\nConnection: close\r\n"}


@pytest.mark.parametrize(
    ("status", "headers"),
    [("404 Not Found", JPEG["headers"]), ("302 Found", "Location: /elsewhere\r\n")],
)
def test_a_picture_is_fetched_from_where_it_is_said_to_be_and_nowhere_else(
    status: str, headers: str
) -> None:
    script = answers(b"x", status=status, headers=headers)
    with serving(script) as server, pytest.raises(NotFetchedError, match=status[:3]):
        over_http(f"{server.origin}/a.jpg")
    with serving(answers(SHOWN[ADDRESS], **JPEG)) as server:
        fetched = over_http(f"{server.origin}/a.jpg")
    assert fetched == Fetched(content=SHOWN[ADDRESS], media_type="image/jpeg")


@pytest.mark.parametrize("address", ["http://media.example/a.jpg", "ftp://127.0.0.1/a", "a.jpg"])
def test_an_address_that_is_not_public_is_not_tried(address: str) -> None:
    with pytest.raises(NotFetchedError, match="public"):
        over_http(address)
