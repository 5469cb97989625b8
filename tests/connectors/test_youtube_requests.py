"""What we send to YouTube, held against what Google's own library knows of its API.

Its discovery document names every address, part and field; its client speaks the resumable
protocol, to our stand-in as well, so that the two ends are not only proved against each other.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import googleapiclient  # type: ignore[import-untyped]  # ships no types
import httplib2  # type: ignore[import-untyped]  # ships no types
import pytest
from googleapiclient.discovery import build_from_document  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]
from googleapiclient.http import MediaIoBaseUpload  # type: ignore[import-untyped]

from connectors.content import whole
from connectors.contract import Captions
from connectors.youtube_sign_in import RIGHTS
from rehearsal.records import RecordedRequest
from rehearsal.server import Call, Fault
from tests.connectors.bench import Bench, open_bench, send
from tests.connectors.test_youtube import PART, SAMPLE, WORDS, large, padded

DOCUMENT = json.loads(
    (
        Path(googleapiclient.__file__).parent / "discovery_cache" / "documents" / "youtube.v3.json"
    ).read_text(encoding="utf-8")
)
METHODS = {
    ("POST", "/upload/youtube/v3/videos"): ("videos", "insert"),
    ("PUT", "/youtube/v3/videos"): ("videos", "update"),
    ("GET", "/youtube/v3/videos"): ("videos", "list"),
    ("DELETE", "/youtube/v3/videos"): ("videos", "delete"),
    ("GET", "/youtube/v3/channels"): ("channels", "list"),
    ("POST", "/upload/youtube/v3/captions"): ("captions", "insert"),
}
OF_UPLOADS = {"uploadType", "upload_id"}


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as opened:
        yield opened


def method_of(request: RecordedRequest) -> dict[str, Any]:
    resource, name = METHODS[request.method, request.path]
    method: dict[str, Any] = DOCUMENT["resources"][resource]["methods"][name]
    return method


def faults_of(request: RecordedRequest) -> list[str]:
    """Say what in a request Google's document does not know."""
    if request.method == "PUT" and request.path.startswith("/upload/"):
        return []  # bytes of a session
    method = method_of(request)
    query = parse_qs(request.query)
    faults = [one for one in query if one not in {*method["parameters"], *OF_UPLOADS}]
    faults += [name for name, one in method["parameters"].items() if needs(one, name, query)]
    if method["httpMethod"] != request.method:
        faults.append(request.method)
    body = body_of(request)
    if body:
        faults += unknown(body, method["request"]["$ref"])
        parts = set(query["part"][0].split(","))
        faults += [one for one in body if one != "id" and one not in parts]
    return faults


def needs(parameter: dict[str, Any], name: str, query: dict[str, Any]) -> bool:
    return bool(parameter.get("required")) and name not in query


def body_of(request: RecordedRequest) -> dict[str, Any]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/related"):
        whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
        first = list(whole.walk())[1].get_payload(decode=True)
        assert isinstance(first, bytes)
        return dict(json.loads(first))
    return dict(json.loads(request.body)) if request.body else {}


def unknown(value: Any, schema: str) -> list[str]:
    """List fields that a schema lacks, has with another type or gives other values."""
    known = DOCUMENT["schemas"][schema]["properties"]
    faults = []
    for name, one in value.items():
        there = known.get(name)
        if there is None:
            faults.append(f"{schema}.{name}")
        elif "$ref" in there:
            faults += unknown(one, there["$ref"])
        elif there["type"] != {str: "string", bool: "boolean", list: "array"}.get(type(one)):
            faults.append(f"{schema}.{name} is no {there['type']}")
        elif "enum" in there and one not in there["enum"]:
            faults.append(f"{schema}.{name} = {one}")
    return faults


def test_googles_own_document_knows_every_request(bench: Bench) -> None:
    connector = bench.connector()
    captioned = replace(padded(3), captions=Captions(content=WORDS, media_type="text/vtt"))
    published = send(connector, replace(bench.post(), media=(captioned,)))
    connector.correct(published.remote_id, bench.post("Other words"))
    connector.read_metrics([published.remote_id])
    connector.read_account()
    connector.whoami()
    connector.withdraw(published.remote_id)
    requests = bench.rehearsal.requests("youtube")
    assert [faults_of(one) for one in requests] == [[] for _ in requests]
    used = {(one.method, one.path) for one in requests}
    assert used == {*METHODS, ("PUT", "/upload/youtube/v3/videos")}


def test_the_document_judges() -> None:
    body = {"id": "a", "snippet": {"titel": "a"}, "status": {"privacyStatus": "secret"}}
    assert unknown(body, "Video") == ["VideoSnippet.titel", "VideoStatus.privacyStatus = secret"]
    assert unknown({"status": {"embeddable": "yes"}}, "Video") == [
        "VideoStatus.embeddable is no boolean"
    ]


def test_one_right_is_enough_for_every_call() -> None:
    (right,) = RIGHTS
    for resource, name in METHODS.values():
        assert right.scope in DOCUMENT["resources"][resource]["methods"][name]["scopes"]
    captions = DOCUMENT["resources"]["captions"]["methods"]["insert"]["scopes"]
    assert {one.rpartition("/")[2] for one in captions} == {"youtube.force-ssl", "youtubepartner"}


class Signed(httplib2.Http):  # type: ignore[misc]  # has no types
    """Google's transport with a token, and nothing else of ours."""

    def __init__(self, token: str) -> None:
        super().__init__()
        # A 308 is an answer here and no redirect, as Google's own build_http has it.
        self.redirect_codes: frozenset[int] = frozenset({300, 301, 302, 303, 307})
        self.token = token

    def request(self, uri: str, *args: Any, **more: Any) -> Any:
        more["headers"] = {**(more.get("headers") or {}), "authorization": f"Bearer {self.token}"}
        return super().request(uri, *args, **more)


def google(bench: Bench) -> Any:
    """Sign Google's own client in at the stand-in."""
    server = bench.rehearsal.server_of("youtube")
    document = {**DOCUMENT, "rootUrl": f"{server}/", "baseUrl": f"{server}/"}
    return build_from_document(document, http=Signed(bench.credentials["ACCESS_TOKEN"]))


def test_googles_own_client_uploads_to_the_stand_in_as_ours_does(bench: Bench) -> None:
    content = whole(padded(int(2.5 * PART)).content)
    service = google(bench)
    media = MediaIoBaseUpload(io.BytesIO(content), "video/mp4", chunksize=PART, resumable=True)
    body = {"snippet": {"title": "T", "categoryId": "22"}, "status": {"privacyStatus": "private"}}
    insert = service.videos().insert(part="snippet,status", body=body, media_body=media)
    bench.inject(Fault.FAIL_BEFORE_STORING, on=Call.MEDIA)
    with pytest.raises(HttpError):
        insert.next_chunk()
    uploaded, steps = None, 0
    while uploaded is None:
        _, uploaded = insert.next_chunk()
        steps += 1
    assert (steps, uploaded["status"]["uploadStatus"]) == (3, "processed")
    assert bench.stored() == []
    status = {"privacyStatus": "unlisted", "selfDeclaredMadeForKids": False}
    service.videos().update(part="status", body={"id": uploaded["id"], "status": status}).execute()
    (stored,) = bench.stored()
    assert (stored.remote_id, stored.media[0].content) == (uploaded["id"], content)
    theirs = [spoken(one) for one in bench.calls(Call.MEDIA) if one.fault is None]
    bench.rehearsal.take_requests("youtube")
    bench.connector().prepare(large(bench), None)
    assert [spoken(one) for one in bench.calls(Call.MEDIA)] == theirs


def spoken(request: RecordedRequest) -> tuple[Any, ...]:
    """Return what both have to say alike in an upload."""
    names = ("content-range", "x-upload-content-type", "x-upload-content-length")
    headers = {name: request.headers[name] for name in names if name in request.headers}
    part = parse_qs(request.query).get("part")
    return request.method, request.path, len(request.body) > 0, headers, part
