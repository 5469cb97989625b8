"""X's own API specification as a judge of what we send, where a copy lies beside the checkout.

The specification (2.167) is not ours to copy; tests that need it are skipped without it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
from werkzeug.formparser import parse_form_data

from rehearsal.records import RecordedRequest

FILE = Path(__file__).parents[2].parent / "shared" / "contracts" / "x-openapi-2.167.json"
SCHEMAS = {
    "/2/tweets": "CreatePostsRequest",
    "/2/media/upload": "MediaUploadRequest",
    "/2/media/metadata": "CreateMediaMetadataRequest",
    "/2/media/subtitles": "CreateMediaSubtitlesRequest",
    "/2/media/upload/initialize": "InitializeMediaUploadRequest",
    "/2/media/upload/{id}/append": "AppendMediaUploadRequest",
    "/2/users/{id}/retweets": "RepostPostRequest",
}
WITHOUT_BODY = "/2/media/upload/{id}/finalize"


def is_at_hand() -> bool:
    return FILE.is_file()


@cache
def _components() -> dict[str, Any]:
    components: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["components"]
    return components


@cache
def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["paths"]
    return paths


def faults_in(path: str, body: Mapping[str, Any]) -> list[str]:
    """List what the specification does not allow in the body of a write."""
    name = SCHEMAS[re.sub(r"/\d{9,}/", "/{id}/", path)]
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": _components(),
    }
    return [one.message for one in jsonschema.Draft202012Validator(schema).iter_errors(body)]


def faults_of(requests: Sequence[RecordedRequest]) -> list[str]:
    """List what is wrong with all writes that arrived."""
    return [
        fault
        for one in requests
        if one.method == "POST" and _path(one) != WITHOUT_BODY
        for fault in faults_in(_path(one), _body(one))
    ] + [fault for one in requests if one.method == "DELETE" for fault in _faults_in_deletion(one)]


def _faults_in_deletion(request: RecordedRequest) -> list[str]:
    """List what the specification does not know of a deletion: it has ids and no more."""
    described = {
        "/2/tweets/{id}": ["id"],
        "/2/users/{id}/retweets/{source_tweet_id}": ["id", "source_tweet_id"],
    }
    number = _components()["schemas"]["PostId"]["pattern"].strip("^$")
    for path, names in described.items():
        assert [one["name"] for one in _paths()[path]["delete"]["parameters"]] == names
        pattern = re.sub(r"\{\w+\}", lambda _: number, path)
        if re.fullmatch(pattern, request.path) and not request.query and not request.body:
            return []
    return [f"DELETE {request.path}?{request.query}"]


def _path(request: RecordedRequest) -> str:
    return re.sub(r"/\d{9,}/", "/{id}/", request.path)


def _body(request: RecordedRequest) -> dict[str, Any]:
    """Return a body whose numbers are numbers, which a form cannot say."""
    body = body_of(request)
    if "segment_index" in body:
        body["segment_index"] = int(body["segment_index"])
    return body


def body_of(request: RecordedRequest) -> dict[str, Any]:
    """Return a write's JSON, or the fields of its form with files as placeholders for bytes."""
    media_type = request.headers["content-type"]
    if media_type.startswith("application/json"):
        body: dict[str, Any] = json.loads(request.body)
        return body
    environ = {
        "wsgi.input": BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": media_type,
        "REQUEST_METHOD": "POST",
    }
    _, form, files = parse_form_data(environ)
    for one in files.values():
        one.close()
    return {**form.to_dict(), **dict.fromkeys(files, "bytes")}
