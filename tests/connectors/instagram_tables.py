"""Meta's own tables of parameters and fields as a judge of what we send to Instagram.

As for Facebook: taken from Meta's generated library for Graph API v26.0, not ours to copy, and
looked for in a folder `shared` beside the checkout.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

from rehearsal.records import RecordedRequest
from tests.connectors.facebook_tables import FILE, tables
from tests.connectors.x_specification import body_of

EDGES = {
    ("POST", "media"): "IGUser.create_media",
    ("POST", "media_publish"): "IGUser.create_media_publish",
    ("GET", "media"): "IGUser.get_media",
    ("POST", "comments"): "IGMedia.create_comment",
    ("GET", "comments"): "IGMedia.get_comments",
    ("GET", "content_publishing_limit"): "IGUser.get_content_publishing_limit",
}
PAGING = frozenset({"limit"})
"""Taken by every list, outside of the tables."""
NOT_IN_THE_TABLE = frozenset({"status_code", "status", "config", "quota_usage", "text", "from"})
"""Asked of a container, of the quota and of comments, whose nodes the tables do not have."""


def is_at_hand() -> bool:
    return FILE.is_file()


def faults_of(requests: Iterable[RecordedRequest]) -> list[str]:
    """List what the tables do not know in all requests that arrived."""
    return [fault for one in requests for fault in faults_in(one)]


def faults_in(request: RecordedRequest) -> Iterator[str]:
    """Yield every parameter and field of a request that the tables do not have."""
    version, _, rest = request.path.strip("/").partition("/")
    if version != tables()["api_version"]:
        yield f"{version} is not {tables()['api_version']}"
    edge = rest.partition("/")[2]
    is_write = request.method == "POST"
    sent: dict[str, Any] = body_of(request) if is_write else parse_qs(request.query)
    if is_write and not rest:
        yield from _faults_in_batch(json.loads(sent["batch"]))
        return
    if not is_write:
        yield from _unknown_fields(parse_qs(request.query).get("fields", [""])[0])
    if edge:
        known = tables()["edges"][EDGES[request.method, edge]]["params"]
        unknown = set(sent) - set(known) - PAGING - {"fields"}
        yield from (f"{edge}: {one}" for one in sorted(unknown))


def _faults_in_batch(parts: list[dict[str, str]]) -> Iterator[str]:
    known = tables()["edges"]["IGMedia.get_insights"]["params"]
    for part in parts:
        path, _, query = part["relative_url"].partition("?")
        if path.endswith("/insights"):
            yield from (f"insights: {one}" for one in sorted(set(parse_qs(query)) - set(known)))
        else:
            yield from _unknown_fields(parse_qs(query)["fields"][0])


def _unknown_fields(fields: str) -> Iterator[str]:
    named: dict[str, Any] = tables()["fields"]
    known = {*named["IGUser"], *named["IGMedia"]} | NOT_IN_THE_TABLE
    yield from (f"field {one}" for one in sorted({*fields.split(",")} - known - {""}))
