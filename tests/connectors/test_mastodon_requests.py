"""Our requests held against the published description of Mastodon's API, where it is at hand.

The description (OpenAPI, made from Mastodon's documentation) is somebody else's file and stays
outside this project. It wants the body of a create to be exactly one of a text, a media or a poll
status and so refuses a text with pictures, which the server takes; here names and types of the
properties of both kinds are checked instead, and that nothing else is sent.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rehearsal.records import RecordedRequest
from rehearsal.server import Call
from tests.connectors.bench import Bench, open_bench, send, under
from tests.connectors.test_mastodon import SAMPLE

DESCRIPTION = (
    Path(__file__).parents[2] / "../shared/contracts/mastodon-openapi-4.7.0.json"
).resolve()

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(),
    reason="the description of Mastodon's API (folder `shared` beside the checkout) is not here",
)


@pytest.fixture(name="api", scope="module")
def _api() -> dict[str, Any]:
    api: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return api


@pytest.fixture(name="bench")
def _bench() -> Iterator[Bench]:
    with open_bench(SAMPLE) as bench:
        yield bench


def properties_of(api: dict[str, Any], name: str) -> dict[str, Any]:
    schema = api["components"]["schemas"][name]
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        if "$ref" in part:
            found |= properties_of(api, part["$ref"].rpartition("/")[2])
        found |= part.get("properties", {})
    return found


def operation(api: dict[str, Any], request: RecordedRequest) -> dict[str, Any]:
    path = request.path
    for known, methods in api["paths"].items():
        pattern = known.split("/")
        parts = path.split("/")
        same = len(pattern) == len(parts) and all(
            one == other or one.startswith("{") for one, other in zip(pattern, parts, strict=True)
        )
        if same and request.method.lower() in methods and "{" not in known.replace("{id}", ""):
            found: dict[str, Any] = methods[request.method.lower()]
            return found
    message = f"the description has no {request.method} {path}"
    raise AssertionError(message)


@pytest.mark.parametrize("pictures", [0, 2])
def test_the_body_of_a_post_has_only_documented_properties_of_the_right_type(
    api: dict[str, Any], bench: Bench, pictures: int
) -> None:
    send(bench.connector(), bench.post(pictures=pictures))
    [request] = bench.calls(Call.PUBLISH)
    schema = {
        "type": "object",
        "properties": properties_of(api, "TextStatus") | properties_of(api, "MediaStatus"),
        "required": ["status"],
        "additionalProperties": False,
        "components": api["components"],
    }
    jsonschema.validate(json.loads(request.body), schema)
    assert request.headers["content-type"] == "application/json"


def test_a_misspelt_property_would_be_noticed(api: dict[str, Any]) -> None:
    schema = {
        "type": "object",
        "properties": properties_of(api, "TextStatus"),
        "additionalProperties": False,
        "components": api["components"],
    }
    for wrong in ({"status": "a", "idempotency_key": "b"}, {"status": 1}, {"visibility": "all"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_every_call_is_a_documented_one_with_documented_parameters(
    api: dict[str, Any], bench: Bench
) -> None:
    connector, post = bench.connector(), bench.post(pictures=1)
    prepared = connector.prepare(post, connector.prepare(post, None))
    published = connector.publish(post, prepared)
    connector.find(bench.sought(post))
    connector.read_metrics([published.remote_id])
    connector.limits()
    again = under(bench.post("And then."), published)
    connector.publish(again, connector.prepare(again, None))
    repost = bench.repost_of(bench.by_another_account())
    send(connector, repost)
    connector.find(bench.sought(repost))
    connector.correct(published.remote_id, post)
    connector.withdraw(published.remote_id)
    connector.withdraw(published.remote_id)
    made = bench.rehearsal.requests("mastodon")
    assert len({one.path for one in made}) == 9
    assert [one.method for one in made[-3:]] == ["DELETE", "DELETE", "GET"]
    for request in made:
        known = {one["name"] for one in operation(api, request).get("parameters", ())}
        sent = {one.partition("=")[0] for one in request.query.split("&") if one}
        assert {one.removesuffix("%5B%5D") for one in sent} <= known, request.path


def test_an_upload_has_only_documented_parts(api: dict[str, Any], bench: Bench) -> None:
    bench.connector().prepare(bench.post(pictures=1), None)
    [request] = bench.calls(Call.MEDIA)
    content = operation(api, request)["requestBody"]["content"]
    known = set(content["multipart/form-data"]["schema"]["properties"])
    names = {part.split(b'"')[0] for part in request.body.split(b'; name="')[1:]}
    assert {one.decode() for one in names} == {"file", "description"}
    assert {one.decode() for one in names} <= known


def test_the_body_of_an_edit_has_only_documented_properties_of_the_right_type(
    api: dict[str, Any], bench: Bench
) -> None:
    published = send(bench.connector(), bench.post(pictures=2))
    bench.connector().correct(published.remote_id, bench.post("Other words.", pictures=2))
    [request] = bench.calls(Call.EDIT)
    content = operation(api, request)["requestBody"]["content"]["application/json"]["schema"]
    schema = {**content, "additionalProperties": False, "components": api["components"]}
    jsonschema.validate(json.loads(request.body), schema)
