"""What FastAPI cannot say of our operations by itself, added to the OpenAPI document."""

import json
from collections.abc import Iterator
from typing import Any

from campaign.web.api.links import add_links
from campaign.web.api.problems import MEDIA_TYPE, Problem, Wrong

WANTED = {"Idempotency-Key": "^[!-~]{1,255}$", "If-Match": "^[!-~]{1,255}$"}
"""Headers whose absence has an answer of its own, so that they are optional to FastAPI alone."""
TAGGED = {"OneDeliveryShape", "WrittenShape", "ReleaseShape"}
"""What is shown with an `ETag` to decide upon."""
_RETRY = {
    "description": "Seconds to wait.",
    "schema": {"type": "integer", "minimum": 1},
}
_CHALLENGE = {"description": "How to show a token (RFC 6750).", "schema": {"type": "string"}}
_TAG = {
    "description": "Stands for what is in this answer; send it back in `If-Match`.",
    "schema": {"type": "string"},
}
_AGAIN = {
    "description": "`true` where the same request had been done before.",
    "schema": {"type": "string"},
}


def finish(document: dict[str, Any]) -> dict[str, Any]:
    """Complete the document in place, and return it."""
    schemas = document["components"]["schemas"]
    for shape in (Problem, Wrong):
        schemas[shape.__name__] = shape.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        schemas[shape.__name__].pop("$defs", None)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for method, operation in _operations(document):
        _finish(method, operation)
        _share_problems(document, operation["responses"])
    add_links(document)
    return _without_endings(document)


def _without_endings(document: dict[str, Any]) -> dict[str, Any]:
    """Call the shapes what they are of: the ending is there for readers of our code."""
    text = json.dumps(document, ensure_ascii=False)
    found: dict[str, Any] = json.loads(text.replace('Shape"', '"'))
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from path.items()


def _finish(method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    first, _, rest = operation["description"].partition("\n\n")
    operation["summary"] = " ".join(first.split())
    operation["description"] = rest or operation["summary"]
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in WANTED:
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "pattern": WANTED[parameter["name"]]}
    if MEDIA_TYPE not in answers.get("422", {}).get("content", {MEDIA_TYPE: {}}):
        del answers["422"]  # FastAPI's own, which is never sent
    for status in ("429", "503"):
        answers[status]["headers"] = {"Retry-After": _RETRY}
    answers["401"]["headers"] = {"WWW-Authenticate": _CHALLENGE}
    for status in ("200", "201"):
        if _has_tag(answers.get(status, {})):
            answers[status]["headers"] = {"ETag": _TAG}
    if method == "post":
        done = answers.get("200") or answers["201"]
        done.setdefault("headers", {})["Idempotency-Replayed"] = _AGAIN


def _share_problems(document: dict[str, Any], answers: dict[str, Any]) -> None:
    """Let every operation point to problems that are described once."""
    shared = document["components"].setdefault("responses", {})
    for status, answer in answers.items():
        examples = answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples")
        if examples:
            name = "-or-".join(examples)
            shared[name] = answer
            answers[status] = {"$ref": f"#/components/responses/{name}"}


def _has_tag(answer: dict[str, Any]) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2] in TAGGED
