"""The stand-in for Bluesky answers as the reference server was seen to answer."""

from datetime import timedelta
from typing import Any

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.rehearsal.clients import BlueskyClient, picture, record

RKEY = "3lfkqx2pz2k2a"


def test_a_record_is_put_under_the_clients_key(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    answer = bluesky.put(RKEY, record("Share what you know."), swapRecord=None)
    assert answer.status_code == 200
    assert answer.json()["uri"] == (
        f"at://{bluesky.session['did']}/app.bsky.feed.post/3lfkqx2pz2k2a"
    )
    assert answer.json()["validationStatus"] == "valid"
    assert set(answer.json()["commit"]) == {"cid", "rev"}
    (stored,) = rehearsal.posts("bluesky", "ico.example")
    assert (stored.remote_id, stored.language) == (answer.json()["uri"], "en")
    assert stored.raw == record("Share what you know.")
    assert stored.url == "https://bsky.app/profile/ico.example/post/3lfkqx2pz2k2a"


def test_the_same_record_again_changes_nothing_and_has_no_commit(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    first = bluesky.put(RKEY, record("Once"), swapRecord=None).json()
    again = bluesky.put(RKEY, record("Once"), swapRecord=None)
    assert again.status_code == 200
    assert (again.json()["uri"], again.json()["cid"]) == (first["uri"], first["cid"])
    assert "commit" not in again.json()
    assert len(rehearsal.posts("bluesky")) == 1


def test_another_record_where_nothing_may_be_is_an_invalid_swap(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    first = bluesky.put(RKEY, record("First"), swapRecord=None).json()
    answer = bluesky.put(RKEY, record("Second"), swapRecord=None)
    assert answer.status_code == 400
    assert answer.json() == {"error": "InvalidSwap", "message": f"Record was at {first['cid']}"}
    assert [post.text for post in rehearsal.posts("bluesky")] == ["First"]


def test_another_record_without_a_swap_edits_in_place(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    first = bluesky.put(RKEY, record("First")).json()
    second = bluesky.put(RKEY, record("Second")).json()
    assert second["uri"] == first["uri"]
    assert second["cid"] != first["cid"]
    assert [post.text for post in rehearsal.posts("bluesky")] == ["Second"]


def test_create_record_with_a_taken_key_is_500(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    assert bluesky.create(RKEY, record("First")).status_code == 200
    answer = bluesky.create(RKEY, record("First"))
    assert answer.status_code == 500
    assert answer.json() == {"error": "InternalServerError", "message": "Internal Server Error"}
    assert len(rehearsal.posts("bluesky")) == 1


def test_create_record_without_a_key_twice_is_two_posts(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    body = {"repo": "ico.example", "collection": "app.bsky.feed.post", "record": record("Twice")}
    uris = {
        bluesky.call("POST", "com.atproto.repo.createRecord", json=body).json()["uri"]
        for _ in range(2)
    }
    assert len(uris) == 2
    assert len(rehearsal.posts("bluesky")) == 2


@pytest.mark.parametrize("rkey", ["3kcampaign00001", "law-helps-you-share", "zlfkqx2pz2k2a", ""])
def test_a_key_that_is_no_tid_is_refused(bluesky: BlueskyClient, rkey: str) -> None:
    answer = bluesky.put(rkey, record("Hello"))
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "InvalidRequest",
        "message": "Invalid record key for app.bsky.feed.post: "
        f'Invalid TID string (got "{rkey}") at $',
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "a" * 301}, "grapheme too big (maximum 300, got 301) at $.record.text"),
        ({"text": "👨‍👩‍👧‍👦" * 121}, "string too big (maximum 3000, got 3025) at $.record.text"),
        ({"createdAt": "2026-11-23 10:00"}, 'Invalid datetime (got "2026-11-23 10:00")'),
        ({"createdAt": "2026-13-23T10:00:00Z"}, 'Invalid datetime (got "2026-13-23T10:00:00Z")'),
        ({"langs": ["en", "cy", "gd", "ga"]}, "array too big (maximum 3, got 4)"),
        ({"tags": list("abcdefghi")}, "array too big (maximum 8, got 9)"),
        ({"$type": "app.bsky.feed.like"}, "Invalid $type"),
        ({"facets": [{"features": []}]}, 'Missing required key "index"'),
        (
            {"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.uk"}}},
            'Missing required key "title" at $.record.embed.external',
        ),
    ],
)
def test_records_are_held_to_the_lexicon(
    rehearsal: Rehearsal, bluesky: BlueskyClient, change: dict[str, Any], words: str
) -> None:
    answer = bluesky.put(RKEY, record("Hello") | change)
    assert answer.status_code == 400
    assert answer.json()["error"] == "InvalidRequest"
    assert words in answer.json()["message"]
    assert rehearsal.posts("bluesky") == []


def test_what_the_lexicon_allows_is_taken(bluesky: BlueskyClient) -> None:
    beyond = {"index": {"byteStart": 2, "byteEnd": 900}, "features": []}
    family = record("👨‍👩‍👧‍👦" * 120, facets=[beyond], unknown="kept", tags=["one"])
    assert bluesky.put(RKEY, family).status_code == 200
    assert bluesky.get(RKEY).json()["value"]["unknown"] == "kept"


def test_images_need_alt_text_even_if_empty(bluesky: BlueskyClient) -> None:
    blob = bluesky.upload(picture()).json()["blob"]
    without = {"$type": "app.bsky.embed.images", "images": [{"image": blob}]}
    answer = bluesky.put(RKEY, record("See", embed=without))
    assert 'Missing required key "alt" at $.record.embed.images[0]' in answer.json()["message"]
    empty = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}
    assert bluesky.put(RKEY, record("See", embed=empty)).status_code == 200


def test_pictures_and_alt_text_are_kept_with_the_post(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    content = picture("JPEG")
    blob = bluesky.upload(content, "image/jpeg").json()["blob"]
    assert (blob["mimeType"], blob["size"]) == ("image/jpeg", len(content))
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "Teal"}]}
    bluesky.put(RKEY, record("See", embed=embed))
    (media,) = rehearsal.posts("bluesky")[0].media
    assert (media.content, media.media_type, media.alt_text) == (content, "image/jpeg", "Teal")


def test_the_blobs_cid_is_that_of_its_bytes(bluesky: BlueskyClient) -> None:
    blob = bluesky.upload(b"hello world", "text/plain").json()["blob"]
    assert blob["ref"] == {"$link": "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"}


def test_five_images_are_too_many(bluesky: BlueskyClient) -> None:
    blob = bluesky.upload(picture()).json()["blob"]
    images = [{"image": blob, "alt": ""}] * 5
    answer = bluesky.put(
        RKEY, record("See", embed={"$type": "app.bsky.embed.images", "images": images})
    )
    assert "array too big (maximum 4, got 5)" in answer.json()["message"]


def test_a_large_image_is_taken_as_a_blob_and_refused_in_the_record(
    bluesky: BlueskyClient,
) -> None:
    content = picture() + b"\0" * 2_000_000
    blob = bluesky.upload(content).json()["blob"]
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}
    answer = bluesky.put(RKEY, record("See", embed=embed))
    assert f"blob too big (maximum 2000000, got {len(content)})" in answer.json()["message"]


def test_a_blob_over_5_mib_is_413(bluesky: BlueskyClient) -> None:
    answer = bluesky.upload(b"\0" * (5 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]) == (413, "PayloadTooLarge")


def test_a_blob_that_was_not_uploaded_is_not_found(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    blob = bluesky.upload(picture()).json()["blob"]
    blob["ref"] = {"$link": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"}
    embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": ""}]}
    answer = bluesky.put(RKEY, record("See", embed=embed))
    assert (answer.status_code, answer.json()["error"]) == (400, "BlobNotFound")
    assert rehearsal.posts("bluesky") == []


def test_an_absent_record_is_400_record_not_found(bluesky: BlueskyClient) -> None:
    answer = bluesky.get(RKEY)
    did = bluesky.session["did"]
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "RecordNotFound",
        "message": f"Could not locate record: at://{did}/app.bsky.feed.post/3lfkqx2pz2k2a",
    }


def test_deleting_twice_succeeds_twice(rehearsal: Rehearsal, bluesky: BlueskyClient) -> None:
    bluesky.put(RKEY, record("Gone"))
    assert set(bluesky.delete(RKEY).json()) == {"commit"}
    again = bluesky.delete(RKEY)
    assert (again.status_code, again.json()) == (200, {})
    assert bluesky.get(RKEY).status_code == 400
    assert rehearsal.posts("bluesky") == []


def test_records_are_listed_newest_key_first(bluesky: BlueskyClient) -> None:
    for rkey in ("3lfkqx2pz2k2a", "3lfkqx2pz2k2c", "3lfkqx2pz2k2b"):
        bluesky.put(rkey, record(rkey))
    query = {"repo": "ico.example", "collection": "app.bsky.feed.post", "limit": "2"}
    first = bluesky.open("GET", "com.atproto.repo.listRecords", params=query).json()
    assert [one["value"]["text"][-1] for one in first["records"]] == ["c", "b"]
    more = query | {"cursor": first["cursor"]}
    rest = bluesky.open("GET", "com.atproto.repo.listRecords", params=more).json()
    assert [one["value"]["text"][-1] for one in rest["records"]] == ["a"]


def test_counts_leave_out_posts_that_are_gone(bluesky: BlueskyClient) -> None:
    uri = bluesky.put(RKEY, record("Here")).json()["uri"]
    answer = bluesky.open("GET", "app.bsky.feed.getPosts", params={"uris": [uri, uri + "x"]})
    (post,) = answer.json()["posts"]
    assert (post["uri"], post["likeCount"], post["indexedAt"]) == (uri, 0, "2027-01-12T08:30:00Z")
    many = bluesky.open("GET", "app.bsky.feed.getPosts", params={"uris": [uri] * 26})
    assert "array too big (maximum 25, got 26)" in many.json()["message"]


def test_a_wrong_password_is_401(bluesky: BlueskyClient) -> None:
    answer = bluesky.sign_in("wrong")
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "AuthenticationRequired", "message": "Invalid identifier or password"},
    )


def test_no_token_is_401_and_a_false_one_400(bluesky: BlueskyClient) -> None:
    name = "com.atproto.server.getSession"
    assert bluesky.open("GET", name).json()["error"] == "AuthMissing"
    false = bluesky.open("GET", name, headers={"Authorization": "Bearer a.b.c"})
    assert (false.status_code, false.json()) == (
        400,
        {"error": "InvalidToken", "message": "Token could not be verified"},
    )


def test_a_token_expires_after_two_hours_and_is_renewed(
    clock: SteppedClock, bluesky: BlueskyClient
) -> None:
    assert bluesky.call("GET", "com.atproto.server.getSession").json()["handle"] == "ico.example"
    clock.advance(timedelta(hours=2))
    expired = bluesky.put(RKEY, record("Late"))
    assert (expired.status_code, expired.json()) == (
        400,
        {"error": "ExpiredToken", "message": "Token has expired"},
    )
    renewal = {"Authorization": f"Bearer {bluesky.session['refreshJwt']}"}
    renewed = bluesky.open("POST", "com.atproto.server.refreshSession", headers=renewal)
    bluesky.session = renewed.json()
    assert bluesky.put(RKEY, record("Late")).status_code == 200


def test_an_access_token_renews_nothing(bluesky: BlueskyClient) -> None:
    answer = bluesky.call("POST", "com.atproto.server.refreshSession")
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidToken")


def test_somebody_elses_repo_is_401(rehearsal: Rehearsal, bluesky: BlueskyClient) -> None:
    rehearsal.add_account("bluesky", "ndna.example")
    answer = bluesky.put(RKEY, record("Not mine"), repo="ndna.example")
    assert (answer.status_code, answer.json()["error"]) == (401, "AuthenticationRequired")


def test_the_31st_sign_in_in_5_minutes_is_429(clock: SteppedClock, bluesky: BlueskyClient) -> None:
    for _ in range(30):
        assert bluesky.sign_in().status_code == 200
    clock.advance(timedelta(seconds=11))
    refused = bluesky.sign_in()
    assert refused.status_code == 429
    assert refused.json() == {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
    assert refused.headers["retry-after"] == "289"
    assert refused.headers["ratelimit-policy"] == "30;w=300"


def test_a_create_costs_3_points_of_5000(bluesky: BlueskyClient) -> None:
    answer = bluesky.put(RKEY, record("Hello"))
    assert answer.headers["ratelimit-remaining"] == "4997"
    assert answer.headers["ratelimit-policy"] == "5000;w=3600"


def test_handles_profiles_and_the_server_are_known(bluesky: BlueskyClient) -> None:
    handle = {"handle": "ico.example"}
    did = bluesky.open("GET", "com.atproto.identity.resolveHandle", params=handle).json()["did"]
    assert did.startswith("did:plc:")
    profile = bluesky.open("GET", "app.bsky.actor.getProfile", params={"actor": did}).json()
    assert (profile["handle"], profile["followersCount"]) == ("ico.example", 5000)
    server = bluesky.open("GET", "com.atproto.server.describeServer").json()
    assert server["blobUploadLimit"] == 5242880


def test_two_accounts_may_upload_the_same_picture_and_both_use_it(
    rehearsal: Rehearsal, bluesky: BlueskyClient
) -> None:
    keys = rehearsal.add_account("bluesky", "ndna.example")
    other = BlueskyClient(rehearsal.server_of("bluesky"), keys)
    blobs = [client.upload(picture()).json()["blob"] for client in (bluesky, other)]
    assert blobs[0] == blobs[1]
    for client, blob in zip((bluesky, other), blobs, strict=True):
        embed = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "A card"}]}
        assert client.put(RKEY, record("See", embed=embed)).status_code == 200
