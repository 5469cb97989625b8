"""Holds recorded requests against the networks' published OpenAPI descriptions.

The descriptions are third parties' files and are not part of this project: they are looked for in
a folder `shared` beside the checkout, and where they are absent the asking test is skipped. X's is
its own (version 2.167); Mastodon's is generated from its documentation (API 4.7.0).

    assert [violations(request) for request in rehearsal.requests("x")] == [[], []]

Where a description is known to be wrong about the service, the allowance and its reason stand
beside the code.
"""

import io
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from jsonschema import Draft202012Validator
from werkzeug.formparser import parse_form_data

from rehearsal.records import RecordedRequest

FOLDER = Path(__file__).parents[2] / "shared" / "contracts"
FILES = {"/2/": "x-openapi-2.167.json", "/api/": "mastodon-openapi-4.7.0.json"}

PRESENT = all((FOLDER / name).is_file() for name in FILES.values())
needs_contracts = pytest.mark.skipif(
    not PRESENT, reason="the networks' OpenAPI files are not beside the checkout"
)

OLD_NAMES = {
    "tweet.fields": "post.fields",
    "referenced_tweets": "referenced_posts",
}
"""X's description renamed parameters in August 2026; prose documentation, tweepy and reports from
the live service still use the old names, which are therefore read as the new ones."""

STATUS_BODIES = ("TextStatus", "MediaStatus", "PollStatus")
"""Mastodon's description says that a create is exactly one of these. A status with text and
pictures fits two of them and would be refused, though the documentation allows it ("if `media_ids`
is provided, this becomes optional"). So one fit is enough here; what the exclusion was meant for,
media and a poll together, is checked by name."""

Spec = Mapping[str, Any]


def violations(request: RecordedRequest) -> list[str]:
    """List in words what the network's description does not allow in a request."""
    spec = _spec(request.path)
    template, operation = _operation(spec, request)
    if operation is None:
        return [f"{request.method} {request.path} is not in the description"]
    found = [*_in_query(spec, operation, request)]
    if "requestBody" in operation:
        found += _in_body(spec, template, operation["requestBody"], request)
    return [f"{request.method} {request.path}: {words}" for words in found]


def answer_violations(method: str, path: str, status: int, content: Any) -> list[str]:
    """List what the description does not allow in the JSON of an answer."""
    spec = _spec(path)
    asked = _find(spec, method, path)[1]
    assert asked is not None, f"{method} {path} is not in the description"
    schema = asked["responses"][str(status)]["content"]["application/json"]["schema"]
    return _against(spec, schema, content)


def _spec(path: str) -> Spec:
    for start, name in FILES.items():
        if path.startswith(start):
            if not (FOLDER / name).is_file():
                pytest.skip(f"{name} is not beside the checkout")
            return _read(name)
    message = f"no network with an OpenAPI description has the address {path}"
    raise ValueError(message)


@cache
def _read(name: str) -> Spec:
    spec: Spec = json.loads((FOLDER / name).read_text())
    return spec


def _operation(spec: Spec, request: RecordedRequest) -> tuple[str, Spec | None]:
    return _find(spec, request.method, request.path)


def _find(spec: Spec, method: str, path: str) -> tuple[str, Spec | None]:
    """Return the operation of a path; one without variable parts goes before one with them."""
    for template in sorted(spec["paths"], key=lambda one: one.count("{")):
        if _fits(template, path) and method.lower() in spec["paths"][template]:
            return template, spec["paths"][template][method.lower()]
    return "", None


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one == other or (one.startswith("{") and other)
        for one, other in zip(wanted, given, strict=True)
    )


def _in_query(spec: Spec, operation: Spec, request: RecordedRequest) -> Iterator[str]:
    known = {one["name"]: one for one in _parameters(spec, operation) if one["in"] == "query"}
    given = parse_qs(request.query, keep_blank_values=True)
    for sent, values in given.items():
        name = OLD_NAMES.get(sent, sent).removesuffix("[]")
        if name not in known:
            yield f"the parameter {sent} is not known"
            continue
        schema = known[name]["schema"]
        for words in _against(spec, schema, _read_as(spec, schema, values)):
            yield f"the parameter {sent}: {words}"
    for name, parameter in known.items():
        if parameter.get("required") and name not in given:
            yield f"the parameter {name} is missing"


def _parameters(spec: Spec, operation: Spec) -> list[Spec]:
    return [_resolved(spec, one) for one in operation.get("parameters", [])]


def _resolved(spec: Spec, schema: Spec) -> Spec:
    if "$ref" not in schema:
        return schema
    found: Any = spec
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(spec, found)


def _read_as(spec: Spec, schema: Spec, values: list[str]) -> Any:
    kind = _resolved(spec, schema).get("type")
    if kind == "array":
        listed = [one for value in values for one in value.split(",")]
        return [OLD_NAMES.get(one, one) for one in listed]
    if kind == "integer" and values[0].isdigit():
        return int(values[0])
    if kind == "boolean" and values[0] in {"true", "false"}:
        return values[0] == "true"
    return values[0]


def _in_body(spec: Spec, template: str, asked: Spec, request: RecordedRequest) -> list[str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    content = _content(request, media_type)
    if template == "/api/v1/statuses":
        return _in_status(spec, content)
    if media_type not in asked["content"]:
        return [f"the body is {media_type or 'of no type'}, not one of {sorted(asked['content'])}"]
    schema = asked["content"][media_type]["schema"]
    return _against(spec, schema, content)


def _content(request: RecordedRequest, media_type: str) -> Any:
    if media_type == "application/json":
        return json.loads(request.body)
    environ = {
        "wsgi.input": io.BytesIO(request.body),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
    }
    _, form, files = parse_form_data(environ)
    content: dict[str, Any] = {
        name.removesuffix("[]"): values if name.endswith("[]") else values[0]
        for name, values in form.lists()
    }
    for name, file in files.items():
        content[name] = "the bytes of a file"
        file.close()
    return content


def _in_status(spec: Spec, content: Any) -> list[str]:
    """Check a create on Mastodon, whose form bodies the description leaves out (see above).

    Names are checked as well: Mastodon drops parameters it does not know, so a misspelt one would
    be lost in silence.
    """
    bodies = [{"$ref": f"#/components/schemas/{name}"} for name in STATUS_BODIES]
    if not isinstance(content, dict):
        return ["the body is no object"]
    misspelt = sorted(set(content) - _names(spec, bodies))
    found = [f"the property {name} is not known" for name in misspelt]
    found += _against(spec, {"anyOf": bodies}, content)
    if content.get("media_ids") and content.get("poll"):
        found.append("media and a poll exclude each other")
    return found


def _names(spec: Spec, schemas: list[dict[str, Any]]) -> set[str]:
    names: set[str] = set()
    for schema in schemas:
        whole = _resolved(spec, schema)
        names |= set(whole.get("properties", {}))
        names |= _names(spec, whole.get("allOf", []))
    return names


def _against(spec: Spec, schema: Spec, content: Any) -> list[str]:
    validator = Draft202012Validator({**schema, "components": spec["components"]})
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(content)]
