"""Turns what pydantic found into sentences for an editor, at the place in the file.

Every error of a document is reported, with a suggestion where a word looks like one that
belongs there. The model's own objections come through word for word.
"""

from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from campaign.schedule.faults import Fault, near
from campaign.schedule.tree import Tree

TAGS = frozenset({"SingleEntry", "QueueEntry"})
"""What pydantic adds to a location to say which kind of entry it took something for."""

KEY = "[key]"
"""Where pydantic means the name of an entry of a mapping instead of its value."""


def faults_of(error: ValidationError, tree: Tree, model: type[BaseModel]) -> list[Fault]:
    """Return one fault for every error, at its place."""
    found = error.errors(include_url=False)
    return [_fault(one, tree, model) for one in found if not _follows(one)]


def _follows(error: ErrorDetails) -> bool:
    """Say whether a list is only too short because its items were refused."""
    return error["type"] == "too_short" and bool(error["input"])


def _fault(error: ErrorDetails, tree: Tree, model: type[BaseModel]) -> Fault:
    location = tuple(part for part in error["loc"] if part != KEY)
    at_key = KEY in error["loc"] or error["type"] in {"extra_forbidden", "missing"}
    return tree.fault(location, _sentence(error, model), key=at_key)


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    name, kind = _name(error), error["type"]
    if kind == "extra_forbidden":
        field = str(error["loc"][-1])
        return f"unknown field “{field}”{near(field, _fields_at(model, error['loc'][:-1]))}"
    if error["input"] is None and kind not in {"missing", "sentence"}:
        return f"{name} is empty; write a value or leave the field out"
    make = _SENTENCES.get(kind)
    return make(name, error) if make else f"{name}: {error['msg']}"


def _name(error: ErrorDetails) -> str:
    """Say what is wrong: a field by its name, something in a list by the list's."""
    parts = [part for part in error["loc"] if part != KEY]
    fields = [part for part in parts if isinstance(part, str) and part not in TAGS]
    if not fields:
        return "the file"
    return f"“{fields[-1]}”" if parts[-1] == fields[-1] else f"an entry of “{fields[-1]}”"


def _choice(name: str, error: ErrorDetails) -> str:
    given = error["input"]
    allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    if not isinstance(given, str):
        return f"{name} must be one of {', '.join(allowed)}"
    if len(allowed) == 1:
        return f"“{given}” is not available; write {allowed[0]}"
    hint = near(given, allowed)
    return f"“{given}” is none of {', '.join(allowed)}{hint}"


def _list(name: str, error: ErrorDetails) -> str:
    given = error["input"]
    if isinstance(given, str):
        return f"{name} must be a list; write [{given}]"
    return f"{name} must be a list, not fields"


def _fields(name: str, error: ErrorDetails) -> str:
    given = "a list" if isinstance(error["input"], list) else "a single value"
    return f"{name} must have fields of its own (name: value), not {given}"


_SENTENCES: Mapping[str, Callable[[str, ErrorDetails], str]] = {
    "sentence": lambda _name, error: str(error["msg"]),
    "missing": lambda name, _error: f"{name} is missing",
    "literal_error": _choice,
    "tuple_type": _list,
    "list_type": _list,
    "dict_type": _fields,
    "model_type": _fields,
    "model_attributes_type": _fields,
    "too_short": lambda name, _error: f"{name} must not be empty",
    "string_type": lambda name, _error: f"{name} must be a text",
    "string_too_short": lambda name, _error: f"{name} must not be empty",
    "string_pattern_mismatch": lambda _name, error: (
        f"“{error['input']}” is not in the form wanted; use small letters, digits and hyphens"
    ),
    "int_parsing": lambda _name, error: f"“{error['input']}” is no whole number",
    "int_type": lambda name, _error: f"{name} must be a whole number",
    "greater_than": lambda name, error: f"{name} must be more than {error['ctx']['gt']}",
    "bool_parsing": lambda _name, error: f"“{error['input']}” is neither true nor false",
    "bool_type": lambda name, _error: f"{name} must be true or false",
}


def _fields_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Name the fields that may stand at a location, by walking the model's annotations."""
    annotation: Any = model
    for part in location:
        annotation = _step(annotation, part)
    return [name for one in _models(annotation) for name in _field_names(one)]


def _step(annotation: Any, part: str | int) -> Any:
    inner = _bare(annotation)
    if get_origin(inner) is dict:
        return get_args(inner)[1]
    if get_origin(inner) in {tuple, list}:
        return get_args(inner)[0]
    for model in _models(inner):
        if model.__name__ == part:
            return model
        for name, field in model.model_fields.items():
            if part in {field.alias, name}:
                return field.annotation
    return inner


def _bare(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        real = [one for one in get_args(annotation) if one is not type(None)]
        return _bare(real[0]) if len(real) == 1 else annotation
    return annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in {Union, UnionType, Annotated}:
        for one in get_args(annotation):
            yield from _models(one)


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
