"""The check against the networks' OpenAPI files finds what is wrong and lets pass what is right."""

from dataclasses import replace
from typing import Any

import pytest

from rehearsal.records import RecordedRequest
from rehearsal.server import Rehearsal
from tests.contracts import answer_violations, needs_contracts, violations
from tests.rehearsal.clients import MastodonClient, XClient, picture
from tests.rehearsal.conftest import START

JSON = {"content-type": "application/json"}


def request_of(path: str, body: bytes = b"", method: str = "POST") -> RecordedRequest:
    return RecordedRequest(
        method=method,
        path=path,
        query="",
        headers=JSON,
        body=body,
        status=200,
        at=START,
        call=None,
        handle=None,
        fault=None,
    )


@needs_contracts
def test_what_a_good_client_sends_to_x_is_allowed(rehearsal: Rehearsal, x: XClient) -> None:
    media_id = x.upload(picture()).json()["data"]["id"]
    alt = {"id": media_id, "metadata": {"alt_text": {"text": "Teal"}}}
    x.call("POST", "/2/media/metadata", json=alt)
    remote_id = x.post("See", media={"media_ids": [media_id]}).json()["data"]["id"]
    x.call("GET", f"/2/tweets?ids={remote_id},1&tweet.fields=public_metrics,created_at")
    x.call("GET", f"/2/users/{x.user_id}/tweets?max_results=5&start_time=2027-01-12T08:00:00Z")
    x.call("GET", "/2/users/me?user.fields=public_metrics")
    x.post("And", reply={"in_reply_to_tweet_id": remote_id})
    x.call("POST", f"/2/users/{x.user_id}/retweets", json={"tweet_id": remote_id})
    x.call("DELETE", f"/2/tweets/{remote_id}")
    assert [violations(request) for request in rehearsal.requests("x")] == [[]] * 9


@needs_contracts
def test_what_a_good_client_sends_to_mastodon_is_allowed(
    rehearsal: Rehearsal, mastodon: MastodonClient
) -> None:
    media_id = mastodon.upload(picture(), "Teal").json()["id"]
    status = mastodon.post("See", "a-key", media_ids=[media_id], language="en").json()
    form = {"status": "From a form", "media_ids[]": [mastodon.upload(picture()).json()["id"]]}
    mastodon.call("POST", "/api/v1/statuses", data=form)
    mastodon.call("GET", "/api/v1/statuses", params={"id[]": [status["id"]]})
    path = f"/api/v1/accounts/{status['account']['id']}/statuses"
    mastodon.call("GET", path, params={"limit": "40", "exclude_reblogs": "true"})
    mastodon.call("GET", "/api/v2/instance")
    mastodon.post("And", in_reply_to_id=status["id"])
    search = {"q": status["url"], "type": "statuses", "resolve": "true"}
    mastodon.call("GET", "/api/v2/search", params=search)
    reblog = {"visibility": "public"}
    mastodon.call("POST", f"/api/v1/statuses/{status['id']}/reblog", json=reblog)
    assert [violations(request) for request in rehearsal.requests("mastodon")] == [[]] * 10


@needs_contracts
@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/2/tweets", b'{"text": "a", "lang": "en"}', "Additional properties are not allowed"),
        ("/2/tweets", b'{"text": 1}', "is not of type 'string'"),
        ("/2/tweets", b'{"media": {"media_ids": ["a"]}}', "does not match"),
        ("/2/media/metadata", b'{"media_id": "1"}', "'id' is a required property"),
        ("/2/tweet", b"{}", "is not in the description"),
        ("/api/v1/statuses", b'{"status": "a", "visibility": "all"}', "is not valid"),
        ("/api/v1/statuses", b'{"status": "a", "langauge": "en"}', "langauge is not known"),
        (
            "/api/v1/statuses",
            b'{"status": "a", "media_ids": ["1"], "poll": {"options": ["a"]}}',
            "exclude each other",
        ),
        ("/api/v1/statuses", b"{}", "is not valid"),
    ],
)
def test_what_is_not_allowed_is_named(path: str, body: bytes, words: str) -> None:
    found = violations(request_of(path, body))
    assert len(found) == 1
    assert words in found[0]


@needs_contracts
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("max_results=4", "less than the minimum"),
        ("count=5", "the parameter count is not known"),
        ("tweet.fields=likes", "is not one of"),
    ],
)
def test_query_parameters_are_checked(query: str, words: str) -> None:
    bare = request_of("/2/users/17/tweets", method="GET")
    (found,) = violations(replace(bare, query=query))
    assert words in found


@needs_contracts
def test_a_missing_parameter_is_named() -> None:
    (found,) = violations(request_of("/2/tweets", method="GET"))
    assert "the parameter ids is missing" in found


def test_an_address_of_no_described_network_is_an_error_of_the_test() -> None:
    with pytest.raises(ValueError, match="no network with an OpenAPI description"):
        violations(request_of("/xrpc/com.atproto.repo.putRecord"))


@needs_contracts
def test_the_stand_in_for_mastodon_answers_as_described(mastodon: MastodonClient) -> None:
    media = mastodon.upload(picture(), "Teal")
    status = mastodon.post("See https://ico.org.uk #Ask", media_ids=[media.json()["id"]])
    own = mastodon.call("GET", "/api/v1/accounts/verify_credentials")
    instance = mastodon.call("GET", "/api/v2/instance")
    search = {"q": status.json()["url"], "type": "statuses", "resolve": "true"}
    found_by_search = mastodon.call("GET", "/api/v2/search", params=search)
    boost = f"/api/v1/statuses/{status.json()['id']}/reblog"
    boosted = mastodon.call("POST", boost, json={"visibility": "public"})
    answers: list[tuple[str, str, Any]] = [
        ("GET", "/api/v2/search", found_by_search),
        ("POST", boost, boosted),
        ("POST", "/api/v2/media", media),
        ("GET", f"/api/v1/statuses/{status.json()['id']}", status),
        ("GET", "/api/v1/accounts/verify_credentials", own),
        ("GET", "/api/v2/instance", instance),
    ]
    found = [answer_violations(method, path, 200, one.json()) for method, path, one in answers]
    assert found == [[]] * 6


@needs_contracts
def test_the_stand_in_for_x_answers_as_described(x: XClient) -> None:
    media = x.upload(picture())
    media_id = media.json()["data"]["id"]
    body = {"id": media_id, "metadata": {"alt_text": {"text": "Teal"}}}
    alt = x.call("POST", "/2/media/metadata", json=body)
    post = x.post("See", media={"media_ids": [media_id]})
    own = x.call("GET", "/2/users/me?user.fields=created_at,verified")
    repost = f"/2/users/{x.user_id}/retweets"
    reposted = x.call("POST", repost, json={"tweet_id": post.json()["data"]["id"]})
    assert answer_violations("POST", repost, 200, reposted.json()) == []
    assert answer_violations("POST", "/2/media/upload", 200, media.json()) == []
    assert answer_violations("POST", "/2/media/metadata", 200, alt.json()) == []
    assert answer_violations("POST", "/2/tweets", 201, post.json()) == []
    assert answer_violations("GET", "/2/users/me", 200, own.json()) == []
