"""The stand-in for Facebook speaks the Graph API, v26.0, and refuses what it does."""

import json
from datetime import timedelta
from typing import Any

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.server import Call, Fault, Rehearsal
from tests.rehearsal.clients import TIMEOUT, picture


class FacebookClient:
    """A page and its token."""

    def __init__(self, rehearsal: Rehearsal, handle: str = "ico.example") -> None:
        self.server = rehearsal.server_of("facebook")
        credentials = rehearsal.add_account("facebook", handle, followers=15_000)
        self.page = credentials["PAGE_ID"]
        self.headers = {"Authorization": f"Bearer {credentials['PAGE_TOKEN']}"}

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        address = f"{self.server}/v26.0{path}"
        return requests.request(method, address, headers=headers, timeout=TIMEOUT, **more)

    def feed(self, **form: str) -> requests.Response:
        return self.call("POST", f"/{self.page}/feed", data=form)

    def batch(self, *addresses: str) -> list[dict[str, Any]]:
        parts = [{"method": "GET", "relative_url": one} for one in addresses]
        answers = self.call("POST", "", data={"batch": json.dumps(parts)}).json()
        return [{**one, "body": json.loads(one["body"])} for one in answers]


@pytest.fixture
def facebook(rehearsal: Rehearsal) -> FacebookClient:
    return FacebookClient(rehearsal)


def error_of(answer: requests.Response) -> tuple[int, int, int | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_subcode")


def test_a_post_stands_at_once_or_is_kept_unseen_until_it_is_published(
    rehearsal: Rehearsal, facebook: FacebookClient
) -> None:
    assert facebook.feed(message="At once").json()["id"].startswith(f"{facebook.page}_")
    draft = facebook.feed(message="Later", published="false").json()["id"]
    assert [one.text for one in rehearsal.posts("facebook")] == ["At once"]
    assert facebook.call("GET", f"/{draft}?fields=is_published").json()["is_published"] is False
    for _ in range(2):
        answer = facebook.call("POST", f"/{draft}", data={"is_published": "true"})
        assert answer.json() == {"success": True}
    assert [one.text for one in rehearsal.posts("facebook")] == ["At once", "Later"]
    assert facebook.call("GET", f"/{draft}?fields=is_published").json()["is_published"] is True
    calls = [one.call for one in rehearsal.requests("facebook")]
    assert calls == [
        Call.PUBLISH,
        Call.MEDIA,
        Call.FIND,
        Call.PUBLISH,
        Call.PUBLISH,
        Call.FIND,
    ]


def test_the_latest_text_is_refused_whichever_way_it_comes(facebook: FacebookClient) -> None:
    draft = facebook.feed(message="Once", published="false").json()["id"]
    facebook.feed(message="Once")
    assert error_of(facebook.feed(message="Once")) == (400, 506, 1455006)
    answer = facebook.call("POST", f"/{draft}", data={"is_published": "true"})
    assert error_of(answer) == (400, 506, 1455006)


def test_photos_are_shown_by_the_post_that_attaches_them(
    rehearsal: Rehearsal, facebook: FacebookClient
) -> None:
    form = {"published": "false", "alt_text_custom": "A dog"}
    photos = f"/{facebook.page}/photos"
    photo = facebook.call("POST", photos, data=form, files={"source": ("a.png", picture())})
    attached = json.dumps({"media_fbid": photo.json()["id"]})
    facebook.feed(**{"message": "Look", "attached_media[0]": attached})
    (media,) = rehearsal.posts("facebook")[0].media
    assert (media.alt_text, media.content) == ("A dog", picture())
    bad = facebook.call("POST", photos, data=form, files={"source": ("a.png", b"no picture")})
    assert error_of(bad) == (400, 324, None)
    alone = facebook.call("POST", photos, data={"caption": "Hi"}, files={"source": picture()})
    assert alone.json()["post_id"] == rehearsal.posts("facebook")[1].remote_id


def test_one_retired_metric_empties_the_whole_answer(
    clock: SteppedClock, facebook: FacebookClient
) -> None:
    post = facebook.feed(message="Hello").json()["id"]
    known = "post_media_view,post_total_media_view_unique"
    path = f"/{post}/insights?metric="
    assert facebook.call("GET", path + known).json() == {"data": []}
    clock.advance(timedelta(days=1))
    names = [one["name"] for one in facebook.call("GET", path + known).json()["data"]]
    assert names == known.split(",")
    retired = facebook.call("GET", f"{path}{known},post_impressions")
    assert error_of(retired) == (400, 100, None)
    assert "must be a valid insights metric" in retired.json()["error"]["message"]


def test_a_batch_answers_each_of_its_reads_apart(facebook: FacebookClient) -> None:
    post = facebook.feed(message="Hello").json()["id"]
    good, bad, gone = facebook.batch(
        f"{post}?fields=shares,comments.summary(total_count).limit(0)",
        f"{post}/insights?metric=post_impressions",
        f"{facebook.page}_1?fields=id",
    )
    assert good["body"] == {"id": post, "comments": {"data": [], "summary": {"total_count": 0}}}
    assert (bad["code"], bad["body"]["error"]["code"]) == (400, 100)
    assert gone["body"]["error"]["error_subcode"] == 33
    many = json.dumps([{"method": "GET", "relative_url": "me"}] * 51)
    assert error_of(facebook.call("POST", "", data={"batch": many})) == (400, 100, None)


def test_a_video_is_published_by_the_end_of_its_session_and_only_once(
    rehearsal: Rehearsal, facebook: FacebookClient
) -> None:
    videos = f"/{facebook.page}/videos"
    content = b"\0\0\0\x18ftypmp42" + bytes(2000)
    begun = facebook.call(
        "POST", videos, data={"upload_phase": "start", "file_size": str(len(content))}
    ).json()
    session = {"upload_session_id": begun["upload_session_id"]}
    part = {"upload_phase": "transfer", "start_offset": "5", **session}
    files = {"video_file_chunk": content}
    assert error_of(facebook.call("POST", videos, data=part, files=files)) == (400, 6001, 1363037)
    moved = facebook.call("POST", videos, data={**part, "start_offset": "0"}, files=files)
    assert moved.json()["start_offset"] == moved.json()["end_offset"] == str(len(content))
    end = {"upload_phase": "finish", "description": "Watch", **session}
    assert facebook.call("POST", videos, data=end).json() == {"success": True}
    assert error_of(facebook.call("POST", videos, data=end))[1] == 6000
    (post,) = rehearsal.posts("facebook")
    named = facebook.call("GET", f"/{begun['video_id']}?fields=published,post_id").json()
    assert (named["published"], named["post_id"]) == (True, post.remote_id)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"message": ""}, 100),
        ({"message": "a" * 63_207}, 100),
        ({"message": "a", "attached_media[0]": '{"media_fbid":"1"}'}, 100),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    rehearsal: Rehearsal, facebook: FacebookClient, form: dict[str, str], code: int
) -> None:
    assert error_of(facebook.feed(**form))[:2] == (400, code)
    assert rehearsal.posts("facebook") == []


def test_a_token_speaks_for_its_own_page(rehearsal: Rehearsal, facebook: FacebookClient) -> None:
    other = FacebookClient(rehearsal, "ndna.example")
    form = {"message": "Hello"}
    assert error_of(other.call("POST", f"/{facebook.page}/feed", data=form)) == (403, 200, None)
    wrong = facebook.call("GET", "/me", headers={"Authorization": "Bearer wrong"})
    assert error_of(wrong) == (400, 190, None)
    mine = facebook.feed(message="Mine").json()["id"]
    assert error_of(other.call("DELETE", f"/{mine}")) == (400, 100, 33)
    assert facebook.call("DELETE", f"/{mine}").json() == {"success": True}
    assert error_of(facebook.call("DELETE", f"/{mine}")) == (400, 100, 33)


def test_what_is_wrong_with_a_token_or_a_quota_comes_as_400(
    rehearsal: Rehearsal, facebook: FacebookClient
) -> None:
    rehearsal.inject("facebook", Fault.EXPIRED_TOKEN)
    assert error_of(facebook.feed(message="a")) == (400, 190, 463)
    rehearsal.inject("facebook", Fault.RATE_LIMIT)
    throttled = facebook.feed(message="a")
    assert error_of(throttled) == (400, 32, None)
    use = json.loads(throttled.headers["X-Business-Use-Case-Usage"])[facebook.page][0]
    assert use["estimated_time_to_regain_access"] == 24 * 60


def test_the_newest_posts_are_listed_first(facebook: FacebookClient) -> None:
    for text in ("one", "two", "three"):
        facebook.feed(message=text)
    listed = facebook.call("GET", f"/{facebook.page}/published_posts?fields=message&limit=2")
    assert [one["message"] for one in listed.json()["data"]] == ["three", "two"]
