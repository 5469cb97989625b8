"""The stand-in for Mastodon answers as Mastodon does, with plain `requests` as the client."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.server import Call, Fault, Rehearsal
from tests.rehearsal.clients import TIMEOUT, MastodonClient, picture

KEY = "0b5c3a52-6a2e-5a55-9d7c-7b7d3f1f9d10"


def test_a_status_is_stored_and_answered_whole(
    rehearsal: Rehearsal, mastodon: MastodonClient
) -> None:
    answer = mastodon.post("Share what you know.", language="cy", visibility="unlisted")
    assert answer.status_code == 200
    status = answer.json()
    assert status["content"] == "<p>Share what you know.</p>"
    assert status["created_at"] == "2027-01-12T08:30:00.000Z"
    assert (status["language"], status["visibility"]) == ("cy", "unlisted")
    assert status["url"] == f"https://social.example/@ico/{status['id']}"
    (stored,) = rehearsal.posts("mastodon", "@ico@social.example")
    assert (stored.remote_id, stored.language) == (status["id"], "cy")
    assert stored.raw == {
        "status": "Share what you know.",
        "language": "cy",
        "visibility": "unlisted",
    }


def test_a_form_is_taken_as_well_as_json(rehearsal: Rehearsal, mastodon: MastodonClient) -> None:
    media_id = mastodon.upload(picture(), "Teal").json()["id"]
    form = {"status": "From a form", "media_ids[]": [media_id]}
    assert mastodon.call("POST", "/api/v1/statuses", data=form).status_code == 200
    (stored,) = rehearsal.posts("mastodon")
    assert (stored.text, stored.media[0].alt_text) == ("From a form", "Teal")


def test_content_is_html_with_links_and_hashtags(mastodon: MastodonClient) -> None:
    content = mastodon.post("One & <two>\n\nhttps://ico.org.uk/a?b=1&c=2\n#Ask").json()["content"]
    assert content == (
        "<p>One &amp; &lt;two&gt;</p><p>"
        '<a href="https://ico.org.uk/a?b=1&amp;c=2" target="_blank" rel="nofollow noopener" '
        'translate="no"><span class="invisible">https://</span>'
        '<span class="">ico.org.uk/a?b=1&amp;c=2</span><span class="invisible"></span></a>'
        '<br /><a href="https://social.example/tags/Ask" class="mention hashtag" rel="tag">'
        "#<span>Ask</span></a></p>"
    )


def test_the_same_key_gives_the_first_status_again(
    rehearsal: Rehearsal, mastodon: MastodonClient
) -> None:
    first = mastodon.post("First", KEY).json()
    again = mastodon.post("Second, which nobody will see", KEY)
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["content"]) == (first["id"], "<p>First</p>")
    assert len(rehearsal.posts("mastodon")) == 1


def test_a_key_is_forgotten_after_an_hour(
    rehearsal: Rehearsal, clock: SteppedClock, mastodon: MastodonClient
) -> None:
    mastodon.post("Once", KEY)
    clock.advance(timedelta(minutes=59, seconds=59))
    mastodon.post("Once", KEY)
    assert len(rehearsal.posts("mastodon")) == 1
    clock.advance(timedelta(seconds=1))
    mastodon.post("Once", KEY)
    assert len(rehearsal.posts("mastodon")) == 2


def test_a_key_belongs_to_one_account(rehearsal: Rehearsal, mastodon: MastodonClient) -> None:
    other = MastodonClient(
        mastodon.server, rehearsal.add_account("mastodon", "@ndna@social.example")
    )
    mastodon.post("Mine", KEY)
    assert other.post("Mine", KEY).json()["account"]["username"] == "ndna"
    assert len(rehearsal.posts("mastodon")) == 2


def test_a_refused_create_uses_up_no_key(rehearsal: Rehearsal, mastodon: MastodonClient) -> None:
    assert mastodon.post("a" * 501, KEY).status_code == 422
    assert mastodon.post("Short", KEY).json()["content"] == "<p>Short</p>"


def test_without_a_key_two_creates_are_two_posts(
    rehearsal: Rehearsal, mastodon: MastodonClient
) -> None:
    mastodon.post("Twice")
    mastodon.post("Twice")
    assert len(rehearsal.posts("mastodon")) == 2


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 500, 200),
        ("a" * 501, 422),
        ("a" * 476 + " https://ico.org.uk/" + "b" * 300, 200),
        ("a" * 477 + " https://ico.org.uk/" + "b" * 300, 422),
        ("👨‍👩‍👧‍👦" * 500, 200),
        ("", 422),
    ],
)
def test_500_characters_by_mastodons_counting(
    mastodon: MastodonClient, text: str, status: int
) -> None:
    assert mastodon.post(text).status_code == status


def test_the_words_of_an_over_long_text(mastodon: MastodonClient) -> None:
    assert mastodon.post("a" * 501).json() == {
        "error": "Validation failed: Text character limit of 500 exceeded"
    }


@pytest.mark.parametrize(
    "more",
    [
        {"media_ids": ["123"]},
        {"visibility": "everyone"},
        {"scheduled_at": "2027-01-13T08:30:00Z"},
        {"poll": {"options": ["a", "b"], "expires_in": 300}},
    ],
)
def test_what_does_not_validate_is_422(
    rehearsal: Rehearsal, mastodon: MastodonClient, more: dict[str, Any]
) -> None:
    assert mastodon.post("Hello", **more).status_code == 422
    assert rehearsal.posts("mastodon") == []


def test_a_reply_to_nothing_is_404(mastodon: MastodonClient) -> None:
    assert mastodon.post("Yes", in_reply_to_id="1").json() == {"error": "Record not found"}


def test_a_picture_comes_back_attached(rehearsal: Rehearsal, mastodon: MastodonClient) -> None:
    content = picture()
    uploaded = mastodon.upload(content, "A teal field")
    assert uploaded.status_code == 200
    assert uploaded.json()["meta"]["original"]["size"] == "6x4"
    status = mastodon.post("See", media_ids=[uploaded.json()["id"]]).json()
    assert [one["description"] for one in status["media_attachments"]] == ["A teal field"]
    (media,) = rehearsal.posts("mastodon")[0].media
    assert (media.content, media.media_type) == (content, "image/png")


def test_a_picture_belongs_to_one_post(mastodon: MastodonClient) -> None:
    media_id = mastodon.upload(picture()).json()["id"]
    mastodon.post("First", media_ids=[media_id])
    answer = mastodon.post("Second", media_ids=[media_id])
    assert answer.json() == {
        "error": f"Media {media_id} not found or already attached to another post"
    }


def test_five_pictures_are_too_many(mastodon: MastodonClient) -> None:
    ids = [mastodon.upload(picture()).json()["id"] for _ in range(5)]
    answer = mastodon.post("Five", media_ids=ids)
    assert (answer.status_code, answer.json()) == (
        422,
        {"error": "Cannot attach more than 4 files"},
    )


def test_what_is_no_picture_or_has_too_long_a_description_is_422(
    mastodon: MastodonClient,
) -> None:
    assert mastodon.upload(b"hello").status_code == 422
    assert mastodon.upload(picture(), "a" * 1501).status_code == 422
    assert mastodon.upload(picture(), "a" * 1500).status_code == 200


def test_a_description_can_be_mended_before_posting(
    rehearsal: Rehearsal, mastodon: MastodonClient
) -> None:
    media_id = mastodon.upload(picture(), "Tael").json()["id"]
    mastodon.call("PUT", f"/api/v1/media/{media_id}", json={"description": "Teal"})
    mastodon.post("See", media_ids=[media_id])
    assert rehearsal.posts("mastodon")[0].media[0].alt_text == "Teal"


def test_media_still_processing_cannot_be_posted(
    rehearsal: Rehearsal, clock: SteppedClock, mastodon: MastodonClient
) -> None:
    rehearsal.inject("mastodon", Fault.STILL_PROCESSING, on=Call.MEDIA, seconds=20)
    uploaded = mastodon.upload(picture())
    media_id = uploaded.json()["id"]
    assert (uploaded.status_code, uploaded.json()["url"]) == (202, None)
    assert mastodon.call("GET", f"/api/v1/media/{media_id}").status_code == 206
    refused = mastodon.post("Early", media_ids=[media_id])
    assert refused.json()["error"].startswith("Cannot attach files that have not finished")
    clock.advance(timedelta(seconds=20))
    assert mastodon.call("GET", f"/api/v1/media/{media_id}").status_code == 200
    assert mastodon.post("Now", media_ids=[media_id]).status_code == 200


def test_a_deleted_status_is_not_found(rehearsal: Rehearsal, mastodon: MastodonClient) -> None:
    path = f"/api/v1/statuses/{mastodon.post('Gone').json()['id']}"
    assert mastodon.call("DELETE", path).json()["text"] == "Gone"
    assert mastodon.call("GET", path).json() == {"error": "Record not found"}
    assert mastodon.call("DELETE", path).status_code == 404
    assert rehearsal.posts("mastodon") == []


def test_several_statuses_are_read_at_once_without_the_missing(mastodon: MastodonClient) -> None:
    ids = [mastodon.post(text).json()["id"] for text in ("One", "Two")]
    answer = mastodon.call("GET", "/api/v1/statuses", params={"id[]": [*ids, "999"]})
    assert [one["id"] for one in answer.json()] == ids
    assert {one["favourites_count"] for one in answer.json()} == {0}


def test_more_than_20_statuses_at_once_are_refused(mastodon: MastodonClient) -> None:
    ids = [str(number) for number in range(21)]
    answer = mastodon.call("GET", "/api/v1/statuses", params={"id[]": ids})
    assert answer.status_code == 422


def test_the_timeline_has_pages_by_id(clock: SteppedClock, mastodon: MastodonClient) -> None:
    for number in range(5):
        mastodon.post(f"Post {number}")
        clock.advance(timedelta(minutes=1))
    own = mastodon.call("GET", "/api/v1/accounts/verify_credentials").json()
    path = f"/api/v1/accounts/{own['id']}/statuses"
    first = mastodon.call("GET", path, params={"limit": "2"})
    assert [one["content"] for one in first.json()] == ["<p>Post 4</p>", "<p>Post 3</p>"]
    older = mastodon.call("GET", first.links["next"]["url"].removeprefix(mastodon.server))
    assert [one["content"] for one in older.json()] == [
        "<p>Post 2</p>",
        "<p>Post 1</p>",
        "<p>Post 0</p>",
    ]
    lowest = older.json()[-1]["id"]
    newer = mastodon.call("GET", path, params={"min_id": lowest, "limit": "2"})
    assert [one["content"] for one in newer.json()] == ["<p>Post 2</p>", "<p>Post 1</p>"]
    since = mastodon.call("GET", path, params={"since_id": lowest, "limit": "2"})
    assert [one["content"] for one in since.json()] == ["<p>Post 4</p>", "<p>Post 3</p>"]


def test_the_instance_tells_its_limits_to_anybody(mastodon: MastodonClient) -> None:
    answer = requests.get(mastodon.server + "/api/v2/instance", timeout=TIMEOUT).json()
    assert answer["configuration"]["statuses"] == {
        "max_characters": 500,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    }


def test_a_wrong_token_is_401(mastodon: MastodonClient) -> None:
    mastodon.token += "x"
    answer = mastodon.post("Hello")
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


def test_300_statuses_in_3_hours_and_then_429(
    clock: SteppedClock, mastodon: MastodonClient
) -> None:
    first = mastodon.post("Post")
    assert first.headers["X-RateLimit-Limit"] == "300"
    assert first.headers["X-RateLimit-Remaining"] == "299"
    assert first.headers["X-RateLimit-Reset"] == "2027-01-12T11:30:00.000000Z"
    for _ in range(299):
        clock.advance(timedelta(seconds=5))
        assert mastodon.post("Post").status_code == 200
    refused = mastodon.post("Post")
    assert (refused.status_code, refused.json()) == (429, {"error": "Too many requests"})
    assert refused.headers["X-RateLimit-Remaining"] == "0"
