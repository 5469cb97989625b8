"""Meta's own tables of parameters and fields as a judge of what we send, where a copy is at hand.

They are taken from Meta's generated library for Graph API v26.0 (`facebook_business` 26.0.3) and
are not ours to copy: tests that need them are skipped where no folder `shared` is beside the
checkout.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from rehearsal.records import RecordedRequest
from tests.connectors.x_specification import body_of

FILE = Path(__file__).parents[2].parent / "shared" / "contracts" / "meta-graph-v26-edges.json"
EDGES = {"feed": "Page.create_feed", "photos": "Page.create_photo", "videos": "Page.create_video"}
FIELDS = {"page": "Page", "post": "PagePost"}
EDGES_AS_FIELDS = frozenset({"reactions", "comments"})
"""Edges of a post that may be asked for like fields; the table lists fields only."""
_POST = re.compile(r"\d+_\d+")
FILE_FIELDS = frozenset({"source"})
"""Meta's page on photos names the file so; the library sends files outside of its tables."""
COMMENT = frozenset({"message"})
"""Of a comment; the tables have none of a page's post, Meta's page on object comments names it."""
CAPTIONS = frozenset({"captions_file", "default_locale"})
"""Of a video; the tables have no node of one, Meta's page on video captions names them."""
NOT_IN_THE_TABLE = frozenset({"published", "post_id", "locale", "is_auto_generated"})
"""Asked of a video or its captions, whose nodes the table does not have."""


def is_at_hand() -> bool:
    return FILE.is_file()


@cache
def tables() -> dict[str, Any]:
    """Return the tables, read once."""
    tables: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return tables


def faults_of(requests: Iterable[RecordedRequest]) -> list[str]:
    """List what the tables do not know in all requests that arrived."""
    return [fault for one in requests for fault in faults_in(one)]


def faults_in(request: RecordedRequest) -> Iterator[str]:
    """Yield every parameter and field of a request that the tables do not have."""
    version, _, rest = request.path.strip("/").partition("/")
    if version != tables()["api_version"]:
        yield f"{version} is not {tables()['api_version']}"
    edge = rest.rpartition("/")[2]
    if request.method == "DELETE":
        if _POST.fullmatch(rest) is None or request.body or request.query:
            yield f"a deletion of {rest} with {request.query or 'a body'}"
    elif request.method == "GET":
        yield from _unknown_fields(parse_qs(request.query).get("fields", [""])[0])
    elif not rest:
        yield from _faults_in_batch(json.loads(body_of(request)["batch"]))
    elif edge in EDGES:
        known = tables()["edges"][EDGES[edge]]["params"]
        sent = {re.sub(r"\[\d+\]$", "", name) for name in body_of(request)}
        yield from (f"{edge}: {one}" for one in sorted(sent - set(known) - FILE_FIELDS))
    elif edge == "comments":
        yield from (f"comments: {one}" for one in sorted(set(body_of(request)) - COMMENT))
    elif edge == "captions":
        yield from (f"captions: {one}" for one in sorted(set(body_of(request)) - CAPTIONS))
    elif set(body_of(request)) not in ({"is_published"}, {"message"}):
        yield f"an update of a post with {sorted(body_of(request))}"


def _faults_in_batch(parts: list[dict[str, str]]) -> Iterator[str]:
    known = tables()["edges"]["PagePost.get_insights"]["params"]
    for part in parts:
        path, _, query = part["relative_url"].partition("?")
        if path.endswith("/insights"):
            yield from (f"insights: {one}" for one in sorted(set(parse_qs(query)) - set(known)))
        else:
            yield from _unknown_fields(parse_qs(query)["fields"][0])


def _unknown_fields(fields: str) -> Iterator[str]:
    known = {one for name in FIELDS.values() for one in tables()["fields"][name]}
    asked = {one.split(".")[0] for one in fields.split(",") if one}
    unknown = asked - known - EDGES_AS_FIELDS - NOT_IN_THE_TABLE
    yield from (f"field {one}" for one in sorted(unknown))
