"""Values as they stand in a YAML file, whatever was typed there, as a form holds them."""

import unicodedata
from collections.abc import Mapping
from typing import Any


def words(value: Any) -> str:
    """Return a text on one line, as the field of a form holds it; nothing for what is no text."""
    return unicodedata.normalize("NFC", " ".join(value.split())) if isinstance(value, str) else ""


def lines(value: Any) -> str:
    """Return a text with its lines."""
    return value.strip() if isinstance(value, str) else ""


def items(value: Any) -> list[Any]:
    """Return a list; none for what is none."""
    return value if isinstance(value, list) else []


def listed(value: Any) -> tuple[str, ...]:
    """Return a list of texts."""
    return tuple(words(one) for one in items(value))


def mapping(value: Any, alone: str = "") -> Mapping[str, Any]:
    """Return fields; a value that stands alone is the one that `alone` names."""
    if isinstance(value, dict):
        return value
    return {alone: value} if value and alone else {}


def put(fields: dict[str, Any], name: str, value: Any) -> None:
    """Set a field, or take it out where its value is None or empty."""
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)
