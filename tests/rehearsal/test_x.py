"""The stand-in for X answers as X does, with plain `requests` and with tweepy as clients."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.rehearsal.clients import TIMEOUT, XClient, picture


class Rewritten(HTTPAdapter):
    """Sends what is meant for X's fixed host to another server, after it was signed."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server

    def send(self, *args: Any, **more: Any) -> requests.Response:
        request: requests.PreparedRequest = args[0]
        assert request.url is not None
        request.url = request.url.replace("https://api.twitter.com", self.server)
        return super().send(*args, **more)


def test_a_post_is_stored_and_answered_with_its_id_as_text(
    rehearsal: Rehearsal, x: XClient
) -> None:
    answer = x.post("Share what you know.")
    assert answer.status_code == 201
    remote_id = answer.json()["data"]["id"]
    assert answer.json() == {
        "data": {
            "id": remote_id,
            "text": "Share what you know.",
            "edit_history_tweet_ids": [remote_id],
        }
    }
    assert int(remote_id) > 2**53
    (stored,) = rehearsal.posts("x", "@ico.example")
    assert (stored.text, stored.language) == ("Share what you know.", None)
    assert stored.raw == {"text": "Share what you know."}
    assert stored.url == f"https://x.com/ico.example/status/{remote_id}"
    assert stored.created_at == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)


def test_tweepy_signing_over_the_real_host_is_let_in(rehearsal: Rehearsal, x: XClient) -> None:
    keys = x.credentials
    client = tweepy.Client(
        consumer_key=keys["API_KEY"],
        consumer_secret=keys["API_SECRET"],
        access_token=keys["ACCESS_TOKEN"],
        access_token_secret=keys["ACCESS_TOKEN_SECRET"],
    )
    with client.session:
        client.session.mount("https://api.twitter.com", Rewritten(x.server))
        made = client.create_tweet(text="From a real client: café & more")
        read = client.get_tweets(
            [made.data["id"]], user_auth=True, tweet_fields=["public_metrics", "created_at"]
        )
    assert [post.text for post in rehearsal.posts("x")] == ["From a real client: café & more"]
    assert read.data[0].created_at == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
    assert read.data[0].public_metrics["impression_count"] == 0


@pytest.mark.parametrize("wrong", ["API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET"])
def test_one_wrong_letter_in_any_key_is_401(rehearsal: Rehearsal, x: XClient, wrong: str) -> None:
    x.credentials[wrong] += "x"
    answer = x.post("Not mine.")
    assert answer.status_code == 401
    assert answer.json() == {
        "title": "Unauthorized",
        "type": "about:blank",
        "status": 401,
        "detail": "Unauthorized",
    }
    assert rehearsal.posts("x") == []


def test_an_app_only_bearer_may_not_post(x: XClient) -> None:
    answer = requests.post(
        x.server + "/2/tweets",
        json={"text": "No"},
        headers={"Authorization": "Bearer AAAAabc"},
        timeout=TIMEOUT,
    )
    assert answer.status_code == 403
    assert answer.json()["title"] == "Unsupported Authentication"


def test_the_same_text_twice_is_403_without_the_first_id(rehearsal: Rehearsal, x: XClient) -> None:
    assert x.post("Think. Check. Share.").status_code == 201
    answer = x.post("Think.  Check.\nShare.")
    assert answer.status_code == 403
    assert answer.json() == {
        "title": "Forbidden",
        "type": "about:blank",
        "status": 403,
        "detail": "You are not allowed to create a Tweet with duplicate content.",
    }
    assert len(rehearsal.posts("x")) == 1


def test_another_account_may_say_the_same(rehearsal: Rehearsal, x: XClient) -> None:
    other = XClient(x.server, rehearsal.add_account("x", "@ndna.example"))
    assert x.post("Said by two").status_code == 201
    assert other.post("Said by two").status_code == 201


def test_a_deleted_text_may_be_said_again(rehearsal: Rehearsal, x: XClient) -> None:
    remote_id = x.post("Once more").json()["data"]["id"]
    assert x.call("DELETE", f"/2/tweets/{remote_id}").json() == {"data": {"deleted": True}}
    assert x.call("DELETE", f"/2/tweets/{remote_id}").status_code == 404
    assert x.post("Once more").status_code == 201
    assert len(rehearsal.posts("x", with_deleted=True)) == 2


@pytest.mark.parametrize(
    "text",
    ["a" * 280, "漢" * 140, "https://ico.org.uk/" + "a" * 400 + " " + "b" * 256, "👨‍👩‍👧‍👦" * 140],
)
def test_280_weighted_characters_are_taken(x: XClient, text: str) -> None:
    assert x.post(text).status_code == 201


@pytest.mark.parametrize(
    "text",
    ["a" * 281, "漢" * 141, "https://ico.org.uk/" + "a" * 400 + " " + "b" * 257, "👨‍👩‍👧‍👦" * 141],
)
def test_281_weighted_characters_are_refused(x: XClient, text: str) -> None:
    answer = x.post(text)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == (
        "text field exceeds maximum length of 280 characters"
    )


def test_an_unknown_property_is_refused_by_name(rehearsal: Rehearsal, x: XClient) -> None:
    answer = x.post("Hello", scheduled_at="2027-01-13T08:30:00Z")
    assert answer.status_code == 400
    assert "$.scheduled_at: is not defined in the schema" in answer.json()["errors"][0]["message"]
    assert rehearsal.posts("x") == []


@pytest.mark.parametrize(
    "more",
    [
        {"media": {"media_ids": ["123"]}},
        {"media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"media": {"media_ids": []}},
        {"media": {"media_ids": [12345]}},
        {"media": {}},
        {"poll": {"options": ["a", "b"], "duration_minutes": 5}},
        {"reply_settings": "nobody"},
        {"text": 7},
    ],
)
def test_what_does_not_fit_the_specification_is_400(x: XClient, more: dict[str, Any]) -> None:
    assert x.call("POST", "/2/tweets", json={"text": "Hello", **more}).status_code == 400


def test_pictures_and_their_alt_text_come_with_the_post(rehearsal: Rehearsal, x: XClient) -> None:
    content = picture("JPEG")
    uploaded = x.upload(content)
    assert uploaded.status_code == 200
    media_id = uploaded.json()["data"]["id"]
    assert uploaded.json()["data"]["media_key"] == f"3_{media_id}"
    assert uploaded.json()["data"]["expires_after_secs"] == 86400
    body = {"id": media_id, "metadata": {"alt_text": {"text": "A teal field"}}}
    assert x.call("POST", "/2/media/metadata", json=body).status_code == 200
    assert x.post("See", media={"media_ids": [media_id]}).status_code == 201
    (media,) = rehearsal.posts("x")[0].media
    assert (media.content, media.media_type, media.alt_text) == (
        content,
        "image/jpeg",
        "A teal field",
    )


def test_an_upload_is_forgotten_after_24_hours(clock: SteppedClock, x: XClient) -> None:
    media_id = x.upload(picture()).json()["data"]["id"]
    clock.advance(timedelta(hours=24))
    answer = x.post("Late", media={"media_ids": [media_id]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Your media IDs are invalid."


def test_a_picture_of_another_account_cannot_be_used(rehearsal: Rehearsal, x: XClient) -> None:
    other = XClient(x.server, rehearsal.add_account("x", "@ndna.example"))
    media_id = other.upload(picture()).json()["data"]["id"]
    assert x.post("Borrowed", media={"media_ids": [media_id]}).status_code == 400


def test_bytes_that_are_no_picture_are_refused(x: XClient) -> None:
    answer = x.upload(b"%PDF-1.7 not a picture")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Media type unrecognized."


def test_a_cut_off_picture_is_refused(x: XClient) -> None:
    assert x.upload(picture("PNG", (400, 400))[:200]).status_code == 400


def test_a_picture_over_5_mb_is_refused(x: XClient) -> None:
    assert x.upload(picture() + b"\0" * 5_000_000).status_code == 400


def test_a_gif_stands_alone(x: XClient) -> None:
    ids = [x.upload(picture(kind)).json()["data"]["id"] for kind in ("GIF", "PNG")]
    assert x.post("Two", media={"media_ids": ids}).status_code == 400
    assert x.post("One", media={"media_ids": ids[:1]}).status_code == 201


def test_alt_text_over_1000_characters_is_refused(x: XClient) -> None:
    media_id = x.upload(picture()).json()["data"]["id"]
    body = {"id": media_id, "metadata": {"alt_text": {"text": "a" * 1001}}}
    assert x.call("POST", "/2/media/metadata", json=body).status_code == 400


def test_returned_text_has_short_links_and_html_entities(x: XClient) -> None:
    answer = x.post("Ask & tell: https://ico.org.uk/a?b=1&c=2 now")
    text = answer.json()["data"]["text"]
    assert text.startswith("Ask &amp; tell: https://t.co/")
    assert text.endswith(" now")
    listed = x.call("GET", f"/2/users/{x.user_id}/tweets?tweet.fields=entities").json()
    (url,) = listed["data"][0]["entities"]["urls"]
    assert url["expanded_url"] == "https://ico.org.uk/a?b=1&c=2"
    assert text[url["start"] : url["end"]] == url["url"]


def test_the_timeline_is_newest_first_in_pages(clock: SteppedClock, x: XClient) -> None:
    for number in range(7):
        x.post(f"Post {number}")
        clock.advance(timedelta(minutes=1))
    path = f"/2/users/{x.user_id}/tweets"
    first = x.call("GET", path, params={"max_results": "5"}).json()
    assert [one["text"] for one in first["data"]] == [
        f"Post {number}" for number in (6, 5, 4, 3, 2)
    ]
    assert first["meta"]["result_count"] == 5
    token = first["meta"]["next_token"]
    second = x.call("GET", path, params={"max_results": "5", "pagination_token": token}).json()
    assert [one["text"] for one in second["data"]] == ["Post 1", "Post 0"]
    since = x.call("GET", path, params={"start_time": "2027-01-12T08:35:00Z"}).json()
    assert [one["text"] for one in since["data"]] == ["Post 6", "Post 5"]


def test_an_empty_timeline_has_no_data(x: XClient) -> None:
    answer = x.call("GET", f"/2/users/{x.user_id}/tweets")
    assert answer.json() == {"meta": {"result_count": 0}}


@pytest.mark.parametrize("query", ["max_results=4", "max_results=101", "limit=5", "since_id=abc"])
def test_timeline_parameters_are_checked(x: XClient, query: str) -> None:
    assert x.call("GET", f"/2/users/{x.user_id}/tweets?{query}").status_code == 400


def test_posts_that_are_gone_stand_under_errors(x: XClient) -> None:
    remote_id = x.post("Here").json()["data"]["id"]
    answer = x.call("GET", f"/2/tweets?ids={remote_id},999&tweet.fields=public_metrics").json()
    assert [one["id"] for one in answer["data"]] == [remote_id]
    assert [(one["resource_id"], one["title"]) for one in answer["errors"]] == [
        ("999", "Not Found Error")
    ]
    assert "data" not in x.call("GET", "/2/tweets?ids=999").json()


def test_more_than_100_ids_are_refused(x: XClient) -> None:
    ids = ",".join(str(number) for number in range(101))
    assert x.call("GET", f"/2/tweets?ids={ids}").status_code == 400


def test_private_counts_end_after_30_days(clock: SteppedClock, x: XClient) -> None:
    remote_id = x.post("Counted").json()["data"]["id"]
    path = f"/2/tweets?ids={remote_id}&tweet.fields=non_public_metrics"
    clock.advance(timedelta(days=29, hours=23))
    assert x.call("GET", path).json()["data"][0]["non_public_metrics"]["impression_count"] > 0
    clock.advance(timedelta(hours=1))
    late = x.call("GET", path).json()
    assert "non_public_metrics" not in late["data"][0]
    assert late["errors"][0]["field"] == "non_public_metrics.impression_count"


def test_the_101st_post_in_15_minutes_is_429(
    rehearsal: Rehearsal, clock: SteppedClock, x: XClient
) -> None:
    first = x.post("Post 0")
    assert first.headers["x-rate-limit-limit"] == "100"
    assert first.headers["x-rate-limit-remaining"] == "99"
    assert first.headers["x-rate-limit-reset"] == "1799743500"
    for number in range(1, 100):
        assert x.post(f"Post {number}").status_code == 201
    refused = x.post("Post 100")
    assert (refused.status_code, refused.headers["x-rate-limit-remaining"]) == (429, "0")
    assert len(rehearsal.posts("x")) == 100
    clock.advance(timedelta(minutes=15))
    assert x.post("Post 100").status_code == 201


def test_the_account_shows_its_followers(clock: SteppedClock, x: XClient) -> None:
    path = "/2/users/me?user.fields=public_metrics"
    me = x.call("GET", path).json()["data"]
    assert (me["id"], me["username"]) == (x.user_id, "ico.example")
    assert me["public_metrics"]["followers_count"] == 5000
    clock.advance(timedelta(days=50))
    assert x.call("GET", path).json()["data"]["public_metrics"]["followers_count"] == 5100


def test_an_unknown_address_is_404_with_an_empty_body(x: XClient) -> None:
    answer = x.call("GET", "/2/spaces")
    assert (answer.status_code, answer.content) == (404, b"")
