"""What the stand-ins answer our connectors, against the networks' own descriptions of answers.

Mastodon has an OpenAPI file and YouTube Google's discovery document; of Threads, Meta's
collection has an example of each answer and a schema of errors. X's file is not held against what
is read here: counts and errors of its stand-in have other names than the file. Of Bluesky the real
server proves it, LinkedIn describes no answers in a file, and Meta's tables for Facebook and
Instagram name parameters and fields alone.
"""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.connectors.bench import open_bench
from tests.connectors.overheard import Heard, everything_heard
from tests.connectors.test_row_by_fault import SAMPLES
from tests.connectors.test_threads import SPECIFICATION
from tests.connectors.test_youtube_requests import DOCUMENT, METHODS
from tests.contracts import answer_violations, needs_contracts

UPLOAD = "/upload/youtube/v3/videos"
NAMES = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object"}


def heard_on(network: str) -> list[Heard]:
    with open_bench(SAMPLES[network]) as bench:
        return everything_heard(bench)


@needs_contracts
def test_mastodons_openapi_file_allows_every_answer() -> None:
    good = [one for one in heard_on("mastodon") if one.status < 300 and one.content is not None]
    found = [answer_violations(one.method, one.path, one.status, one.content) for one in good]
    assert found == [[]] * len(good)
    assert len(good) >= 8


def test_googles_document_knows_every_answer() -> None:
    good = [one for one in heard_on("youtube") if one.status < 300 and one.content]
    found = [unknown(one.content, answer_of(one)) for one in good]
    assert found == [[]] * len(good)
    assert len(good) >= 5


def test_googles_document_judges_answers() -> None:
    wrong = {"kind": 1, "items": [{"statistics": {"views": "1"}}]}
    assert unknown(wrong, "VideoListResponse") == [
        "VideoListResponse.kind is no string",
        "VideoStatistics.views",
    ]


@pytest.mark.skipif(not SPECIFICATION.is_file(), reason="Meta's collection is not at hand")
def test_metas_collection_has_seen_every_answer_of_threads() -> None:
    heard = heard_on("threads")
    paths = json.loads(SPECIFICATION.read_text(encoding="utf-8"))["paths"]
    assert [strange for one in heard for strange in unseen(one, paths)] == []
    assert len(heard) >= 8


def answer_of(heard: Heard) -> str:
    path = heard.path.removesuffix("/")
    # The last part of a resumable upload is answered as the request that began it.
    method = "POST" if (heard.method, path) == ("PUT", UPLOAD) else heard.method
    resource, name = METHODS[method, path]
    return str(DOCUMENT["resources"][resource]["methods"][name]["response"]["$ref"])


def unknown(value: Any, schema: str) -> list[str]:
    """List the fields of an answer that Google's document does not have, or has otherwise."""
    known = DOCUMENT["schemas"][schema]["properties"]
    faults = []
    for name, one in value.items():
        there = known.get(name)
        if there is None:
            faults.append(f"{schema}.{name}")
        elif "$ref" in there:
            faults += unknown(one, there["$ref"])
        elif there["type"] != NAMES[type(one)]:
            faults.append(f"{schema}.{name} is no {there['type']}")
        elif "$ref" in there.get("items", {}):
            faults += [fault for each in one for fault in unknown(each, there["items"]["$ref"])]
    return faults


def unseen(heard: Heard, paths: dict[str, Any]) -> Iterable[str]:
    """Yield what of an answer the collection has neither an example nor a schema of."""
    parts = heard.path.removeprefix("/v1.0/").split("/")
    path = "/" + "/".join(["{object_id}" if parts[0].isdigit() else parts[0], *parts[1:]])
    responses = paths[path][heard.method.lower()]["responses"]
    if heard.status >= 400:
        schema = responses["400"]["content"]["application/json"]["schema"]
        for error in Draft202012Validator(schema).iter_errors(heard.content):
            yield f"{heard.method} {path}: {error.message}"
        return
    examples = responses["200"]["content"]["application/json"]["examples"].values()
    seen = {name for one in examples for name in names_in(one["value"])}
    for name in sorted(names_in(heard.content) - seen):
        yield f"{heard.method} {path}: {name}"


def names_in(value: Any) -> set[str]:
    """Return every field's name, at whatever depth."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(one) for one in value.values()))
    return set().union(*(names_in(one) for one in value)) if isinstance(value, list) else set()
