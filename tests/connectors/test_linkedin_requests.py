"""What we send to LinkedIn, held against what LinkedIn's own Python client sends for the same.

The client (0.3.0, a beta) knows Rest.li: methods, headers, and the encoding of addresses. What
stands in a body is checked by the rehearsal network.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import responses
from linkedin_api.clients.restli.client import (  # type: ignore[import-untyped]  # ships no types
    RestliClient,
)

from connectors.contract import Access, AccessRefused, Media, NotSent
from connectors.linkedin import connect
from connectors.linkedin_uploads import upload
from connectors.linkedin_wire import LinkedInWire
from tests.connectors.bench import START

OWNER = "urn:li:organization:5515715"
SHARES = ["urn:li:share:7141138937766391808", "urn:li:share:7141138937766391809"]
IMAGE = "urn:li:image:C4D22AQHfGS5_-x"
POST = {"author": OWNER, "commentary": "Think \\(twice\\) ünd", "visibility": "PUBLIC"}
KEYS = {"ACCESS_TOKEN": "AQX-token", "ORGANIZATION_ID": "5515715"}
COMPARED = ("authorization", "linkedin-version", "x-restli-protocol-version", "x-restli-method")

Ours = Callable[[LinkedInWire], object]
Theirs = tuple[str, dict[str, Any]]

PAIRS: list[tuple[Ours, Theirs]] = [
    (lambda wire: wire.create(POST), ("create", {"resource_path": "/posts", "entity": POST})),
    (
        lambda wire: wire.post(SHARES[0]),
        ("get", {"resource_path": "/posts/{id}", "path_keys": {"id": SHARES[0]}}),
    ),
    (
        lambda wire: wire.posts(SHARES),
        ("batch_get", {"resource_path": "/posts", "ids": SHARES}),
    ),
    (
        lambda wire: wire.own_posts(40),
        (
            "finder",
            {
                "resource_path": "/posts",
                "finder_name": "author",
                "query_params": {
                    "author": OWNER,
                    "count": 20,
                    "start": 40,
                    "sortBy": "LAST_MODIFIED",
                },
            },
        ),
    ),
    (
        lambda wire: wire.statistics("shares", SHARES),
        (
            "finder",
            {
                "resource_path": "/organizationalEntityShareStatistics",
                "finder_name": "organizationalEntity",
                "query_params": {"organizationalEntity": OWNER, "shares": SHARES},
            },
        ),
    ),
    (
        lambda wire: wire.followers(),
        (
            "get",
            {
                "resource_path": "/networkSizes/{id}",
                "path_keys": {"id": OWNER},
                "query_params": {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"},
            },
        ),
    ),
    (
        lambda wire: wire.organization(),
        ("get", {"resource_path": "/organizations/{id}", "path_keys": {"id": 5515715}}),
    ),
    (
        lambda wire: wire.begin_upload("images", {}),
        (
            "action",
            {
                "resource_path": "/images",
                "action_name": "initializeUpload",
                "action_params": {"initializeUploadRequest": {"owner": OWNER}},
            },
        ),
    ),
    (
        lambda wire: wire.end_upload({"video": "urn:li:video:1", "uploadedPartIds": ["a"]}),
        (
            "action",
            {
                "resource_path": "/videos",
                "action_name": "finalizeUpload",
                "action_params": {
                    "finalizeUploadRequest": {
                        "video": "urn:li:video:1",
                        "uploadedPartIds": ["a"],
                    }
                },
            },
        ),
    ),
    (
        lambda wire: wire.comment(SHARES[0], "And then."),
        (
            "create",
            {
                "resource_path": "/socialActions/{id}/comments",
                "path_keys": {"id": SHARES[0]},
                "entity": {"actor": OWNER, "object": SHARES[0], "message": {"text": "And then."}},
            },
        ),
    ),
    (
        lambda wire: wire.comments(SHARES[0], 20),
        (
            "get_all",
            {
                "resource_path": "/socialActions/{id}/comments",
                "path_keys": {"id": SHARES[0]},
                "query_params": {"start": 20, "count": 20},
            },
        ),
    ),
    (
        lambda wire: wire.asset("images", IMAGE),
        ("get", {"resource_path": "/images/{id}", "path_keys": {"id": IMAGE}}),
    ),
]


def wire() -> LinkedInWire:
    return LinkedInWire(access())


def access(**changes: str) -> Access:
    keys = {**KEYS, **changes}
    return Access(handle="ico", server=None, credentials=keys, now=lambda: START)


def as_sent(request: requests.PreparedRequest) -> dict[str, Any]:
    """What both have to agree about; the order of a query says nothing."""
    address = urlsplit(request.url or "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return {
        "method": request.method,
        "address": f"{address.scheme}://{address.netloc}{address.path}",
        "query": sorted(address.query.split("&")),
        "headers": {name: headers.get(name) for name in COMPARED},
        "body": json.loads(request.body) if request.body else None,
    }


NAMES = [f"{place}-{theirs[0]}" for place, (_, theirs) in enumerate(PAIRS)]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=NAMES)
@responses.activate
def test_our_request_is_the_one_linkedins_own_client_makes(ours: Ours, theirs: Theirs) -> None:
    for method in (responses.GET, responses.POST):
        responses.add(method, re.compile(r"https://api\.linkedin\.com/rest/.*"), json={})
    ours(wire())
    name, given = theirs
    client = RestliClient()
    getattr(client, name)(**given, access_token="AQX-token", version_string="202609")
    client.session.close()
    sent, expected = (as_sent(one.request) for one in responses.calls)
    assert sent == expected


def begun(address: str) -> dict[str, Any]:
    return {"value": {"uploadUrl": address, "image": IMAGE}}


PICTURE = Media(content=b"png", media_type="image/png", alt_text="A dog")


@responses.activate
def test_bytes_go_to_linkedins_upload_host_without_the_token() -> None:
    responses.post(
        "https://api.linkedin.com/rest/images", json=begun("https://www.linkedin.com/d/1?a=b")
    )
    responses.put("https://www.linkedin.com/d/1", status=201)
    responses.get(
        re.compile(r"https://api\.linkedin\.com/rest/images/.*"), json={"status": "AVAILABLE"}
    )
    assert upload(wire(), PICTURE) == IMAGE
    put = responses.calls[1].request
    assert put.url == "https://www.linkedin.com/d/1?a=b"
    assert put.body == b"png"
    assert "Authorization" not in put.headers
    assert put.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/d", "http://www.linkedin.com/d", "https://notlinkedin.com/d", "/d"],
)
@responses.activate
def test_bytes_go_nowhere_else(address: str) -> None:
    responses.post("https://api.linkedin.com/rest/images", json=begun(address))
    with pytest.raises(NotSent, match="not its own"):
        upload(wire(), PICTURE)
    assert len(responses.calls) == 1


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_channel_without_one_of_its_keys_says_which(name: str) -> None:
    with pytest.raises(AccessRefused, match=f"no {name}: connect"):
        connect(access(**{name: " "}))


def test_a_page_is_known_by_its_number() -> None:
    with pytest.raises(AccessRefused, match="page's number"):
        connect(access(ORGANIZATION_ID=OWNER))
