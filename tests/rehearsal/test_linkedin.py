"""The stand-in for LinkedIn speaks the REST API, version 202609, and refuses what LinkedIn does."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import requests

from campaign.clock import SteppedClock
from rehearsal.linkedin_text import read_commentary
from rehearsal.server import Fault, Rehearsal
from tests.rehearsal.clients import TIMEOUT, picture

HEADERS = {"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}


class LinkedInClient:
    """A page and its token."""

    def __init__(self, rehearsal: Rehearsal, handle: str = "ico-example") -> None:
        self.server = rehearsal.server_of("linkedin")
        credentials = rehearsal.add_account("linkedin", handle, followers=60_000)
        self.owner = f"urn:li:organization:{credentials['ORGANIZATION_ID']}"
        self.headers = {**HEADERS, "Authorization": f"Bearer {credentials['ACCESS_TOKEN']}"}

    def call(self, method: str, path: str, kind: str = "", **more: Any) -> requests.Response:
        headers = {**self.headers, "X-RestLi-Method": kind, **more.pop("headers", {})}
        return requests.request(
            method, self.server + path, headers=headers, timeout=TIMEOUT, **more
        )

    def post(self, commentary: str, **changes: Any) -> requests.Response:
        body = {
            "author": self.owner,
            "commentary": commentary,
            "visibility": "PUBLIC",
            "distribution": {"feedDistribution": "MAIN_FEED"},
            "lifecycleState": "PUBLISHED",
            **changes,
        }
        kept = {name: value for name, value in body.items() if value is not None}
        return self.call("POST", "/rest/posts", json=kept)

    def upload(self, content: bytes) -> str:
        path = "/rest/images?action=initializeUpload"
        body = {"initializeUploadRequest": {"owner": self.owner}}
        place = self.call("POST", path, "ACTION", json=body).json()["value"]
        address = self.server + "/" + place["uploadUrl"].partition(".com/")[2]
        requests.put(address, data=content, timeout=TIMEOUT).raise_for_status()
        return str(place["image"])


@pytest.fixture
def linkedin(rehearsal: Rehearsal) -> LinkedInClient:
    return LinkedInClient(rehearsal)


def test_a_post_is_an_empty_201_with_its_id_in_a_header(linkedin: LinkedInClient) -> None:
    answer = linkedin.post("Hello")
    assert (answer.status_code, answer.content) == (201, b"")
    urn = answer.headers["x-restli-id"]
    shown = linkedin.call("GET", f"/rest/posts/{quote(urn, safe='')}", "GET").json()
    assert (shown["id"], shown["commentary"], shown["author"]) == (urn, "Hello", linkedin.owner)
    assert shown["publishedAt"] == 1_799_742_600_000


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("plain", "plain"),
        (r"\(a\) \_b\_ \#c", "(a) _b_ #c"),
        ("up to here (and no further", "up to here "),
        ("Think. #Check Share", "Think. #Check Share"),
        (r"{hashtag|\#|Check} it", "#Check it"),
        ("@[The College](urn:li:organization:7) says", "The College says"),
        ("@[The College] says", ""),
        ("a # b", "a "),
        ("snake_case", "snake"),
    ],
)
def test_a_text_is_cut_in_silence_where_a_reserved_sign_is_not_escaped(
    rehearsal: Rehearsal, linkedin: LinkedInClient, written: str, seen: str
) -> None:
    assert read_commentary(written) == seen
    assert linkedin.post(written).status_code == (201 if seen else 422)
    assert [one.text for one in rehearsal.posts("linkedin")] == [seen] * bool(seen)


def test_the_same_text_twice_names_the_first_even_after_it_is_deleted(
    clock: SteppedClock, linkedin: LinkedInClient
) -> None:
    urn = linkedin.post("Hello").headers["x-restli-id"]
    place = f"/rest/posts/{quote(urn, safe='')}"
    again = linkedin.post("Hello")
    assert again.status_code == 422
    assert again.json()["message"] == f"Content is a duplicate of {urn}"
    assert [linkedin.call("DELETE", place).status_code for _ in range(2)] == [204, 204]
    assert linkedin.call("GET", place, "GET").status_code == 404
    assert urn in linkedin.post("Hello").json()["message"]
    clock.advance(timedelta(hours=48))
    assert linkedin.post("Hello").status_code == 201


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn-Version": ""}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "202507"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400, "ILLEGAL_ARGUMENT"),
        ({"Authorization": "Bearer wrong"}, 401, "INVALID_ACCESS_TOKEN"),
        ({"Authorization": ""}, 401, "EMPTY_ACCESS_TOKEN"),
    ],
)
def test_a_request_that_is_not_spoken_rightly_is_refused(
    linkedin: LinkedInClient, headers: dict[str, str], status: int, code: str
) -> None:
    answer = linkedin.call("POST", "/rest/posts", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"visibility": None}, 400),
        ({"commentary": None}, 400),
        ({"commentary": "🐶" * 1500 + "a"}, 400),
        ({"commentary": ""}, 422),
        ({"visibility": "FRIENDS"}, 422),
        ({"colour": "red"}, 422),
        ({"author": "urn:li:organization:1"}, 403),
        ({"content": {"article": {"source": "https://a.example"}}}, 422),
        ({"content": {"media": {"id": "urn:li:image:NONE"}}}, 422),
        ({"content": {"media": {"id": "1"}, "article": {}}}, 422),
        ({"content": {"multiImage": {"images": [{"id": "urn:li:image:1"}]}}}, 422),
        ({"content": {"media": {"id": "urn:li:image:1", "altText": "a" * 4087}}}, 422),
        ({"content": {"article": {"source": "a", "title": "b", "thumbnail": "c"}}}, 422),
    ],
)
def test_a_post_that_is_not_as_documented_is_refused(
    rehearsal: Rehearsal, linkedin: LinkedInClient, changes: dict[str, Any], status: int
) -> None:
    assert linkedin.post(**{"commentary": "Hello", **changes}).status_code == status
    assert rehearsal.posts("linkedin") == []


def test_an_upload_is_shown_by_the_post_that_names_it(
    rehearsal: Rehearsal, linkedin: LinkedInClient
) -> None:
    urn = linkedin.upload(picture())
    assert linkedin.post("Look", content={"media": {"id": urn, "altText": "A dog"}}).ok
    (media,) = rehearsal.posts("linkedin")[0].media
    assert (media.alt_text, media.content) == ("A dog", picture())
    bad = linkedin.upload(b"no picture")
    path = f"/rest/images/{quote(bad, safe='')}"
    assert linkedin.call("GET", path, "GET").json()["status"] == "PROCESSING_FAILED"


def test_an_upload_takes_no_token_and_nobody_elses_is_known(
    rehearsal: Rehearsal, linkedin: LinkedInClient
) -> None:
    body = {"initializeUploadRequest": {"owner": linkedin.owner}}
    path = "/rest/images?action=initializeUpload"
    place = linkedin.call("POST", path, "ACTION", json=body).json()["value"]
    address = linkedin.server + "/" + place["uploadUrl"].partition(".com/")[2]
    with_token = requests.put(address, data=b"", headers=linkedin.headers, timeout=TIMEOUT)
    assert with_token.status_code == 403
    other = LinkedInClient(rehearsal, "ndna-example")
    asked = f"/rest/images/{quote(place['image'], safe='')}"
    assert other.call("GET", asked, "GET").status_code == 404


def test_a_list_has_encoded_members_between_plain_signs(linkedin: LinkedInClient) -> None:
    urn = linkedin.post("Hello").headers["x-restli-id"]
    path = "/rest/posts?ids="
    good = linkedin.call("GET", f"{path}List({quote(urn, safe='')})", "BATCH_GET")
    assert list(good.json()["results"]) == [urn]
    missing = linkedin.call("GET", f"{path}List(urn%3Ali%3Ashare%3A1)", "BATCH_GET")
    assert missing.json()["statuses"] == {"urn:li:share:1": 404}
    assert linkedin.call("GET", f"{path}List({urn})", "BATCH_GET").status_code == 400
    assert linkedin.call("GET", f"{path}List({urn})", "GET").status_code == 400


def test_statistics_leave_out_what_nobody_has_seen(
    clock: SteppedClock, linkedin: LinkedInClient
) -> None:
    urn = linkedin.post("Hello").headers["x-restli-id"]
    owner = quote(linkedin.owner, safe="")
    path = (
        "/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        f"&organizationalEntity={owner}&shares=List({quote(urn, safe='')})"
    )
    assert linkedin.call("GET", path, "FINDER").json()["elements"] == []
    clock.advance(timedelta(days=1))
    (element,) = linkedin.call("GET", path, "FINDER").json()["elements"]
    counts = element["totalShareStatistics"]
    assert element["share"] == urn
    assert counts["impressionCount"] > counts["uniqueImpressionsCount"] > 0
    wrong = path.replace("shares=", "ugcPosts=")
    assert linkedin.call("GET", wrong, "FINDER").status_code == 400


def test_a_used_up_quota_comes_without_any_header(
    rehearsal: Rehearsal, linkedin: LinkedInClient
) -> None:
    for number in range(150):
        assert linkedin.post(f"Post {number}").status_code == 201
    answer = linkedin.post("One more")
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    rehearsal.inject("linkedin", Fault.RATE_LIMIT)
    names = {name.lower() for name in linkedin.post("Another").headers}
    assert not {one for one in names if "rate" in one or "retry" in one}


def test_an_address_it_does_not_have_is_a_404_in_its_words(linkedin: LinkedInClient) -> None:
    answer = linkedin.call("GET", "/rest/shares")
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_FOUND")
    assert json.loads(answer.content)["status"] == 404
