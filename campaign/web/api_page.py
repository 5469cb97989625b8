"""The page about the API: every operation, shape and problem, read from the OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from campaign.web.api.app import ROOT, api_document
from campaign.web.api.problems import KINDS
from campaign.web.page import page
from campaign.web.visitors import Anyone

router = APIRouter()
_REF = "#/components/schemas/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A parameter, or a key of a shape."""

    name: str
    kind: str
    """In words, such as `text or null`."""
    shape: str
    """The shape that it holds, empty where it holds none."""
    wanted: bool
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One thing to ask for."""

    id: str
    method: str
    path: str
    summary: str
    more: str
    parameters: tuple[Field, ...]
    takes: str
    """The shape of the body, empty where none is sent."""
    gives: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Operations about one kind of thing."""

    name: str
    words: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One kind of JSON object."""

    name: str
    words: str
    fields: tuple[Field, ...]


@router.get("/api")
def show(visitor: Anyone) -> Response:
    """Show what programs can ask for."""
    document = api_document(visitor.request.app.state.api)
    groups = _groups(document)
    return page(
        visitor,
        "api.html",
        root=ROOT,
        about=document["info"]["description"],
        groups=groups,
        everywhere=_everywhere(groups),
        shapes=_shapes(document),
        kinds=KINDS,
    )


def _groups(document: Mapping[str, Any]) -> list[Group]:
    found = list(_operations(document))
    return [
        Group(
            name=one["name"],
            words=one["description"],
            operations=tuple(each for tag, each in found if tag == one["name"]),
        )
        for one in document["tags"]
    ]


def _everywhere(groups: list[Group]) -> list[str]:
    """Return the problems that every operation may be answered with: said once, not forty times."""
    operations = [one for group in groups for one in group.operations]
    shared = set.intersection(*(set(one.problems) for one in operations))
    return [name for name in operations[0].problems if name in shared]


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            yield one["tags"][0], _operation(method, path, one)


def _operation(method: str, path: str, one: Mapping[str, Any]) -> Operation:
    answers = one["responses"]
    good = next(answers[status] for status in ("200", "201") if status in answers)
    more = one["description"]
    return Operation(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        more="" if more == one["summary"] else more,
        parameters=tuple(_parameter(each) for each in one.get("parameters", ())),
        takes=_shape_in(one.get("requestBody", {})),
        gives=_shape_in(good),
        problems=tuple(name for answer in answers.values() for name in _problems_in(answer)),
    )


def _problems_in(answer: Mapping[str, Any]) -> list[str]:
    """Return the kinds of problem that an answer stands for, as its shared description is named."""
    name = str(answer.get("$ref", "")).rpartition("/")[2]
    return name.split("-or-") if name else []


def _shape_in(message: Mapping[str, Any]) -> str:
    schema = message.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).removeprefix(_REF)


def _parameter(one: Mapping[str, Any]) -> Field:
    schema = one["schema"]
    return Field(
        name=one["name"],
        kind=f"{one['in']}, {_kind(schema)}",
        shape="",
        wanted=one.get("required", False),
        words=one.get("description", ""),
    )


def _shapes(document: Mapping[str, Any]) -> list[Shape]:
    return [
        Shape(
            name=name,
            words=one.get("description", ""),
            fields=tuple(
                Field(
                    name=key,
                    kind=_kind(each),
                    shape=_ref(each),
                    wanted=key in one.get("required", ()),
                    words=each.get("description", ""),
                )
                for key, each in one.get("properties", {}).items()
            ),
        )
        for name, one in sorted(document["components"]["schemas"].items())
        if one.get("type") == "object"
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """Return in words what a value may be."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "string" and schema.get("format") == "date-time":
        return "instant"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    return names.get(kind, kind)


def _ref(schema: Mapping[str, Any]) -> str:
    """Return the shape that a value is, holds or lists; empty where there is none."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    inner = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]
    return next((found for one in inner if (found := _ref(one))), "")
