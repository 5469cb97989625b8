"""What a call was for and what came back, before any network's meaning is read out of it.

`connectors.http` hands these out; bodies may be JSON of any shape, HTML, plain text or nothing,
and reading them never fails.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_MOST_SAID = 300


class Purpose(StrEnum):
    """What a call is for: decides what its failure means."""

    CREATE = "create"
    """The one call that makes a post visible."""
    PREPARE = "prepare"
    """Leaves something at the network that nobody sees; may be repeated."""
    CHANGE = "change"
    """Takes down or edits a post that is out; may be repeated."""
    READ = "read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back, read to its end. The body is never trusted to be JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status says it was done."""
        return 200 <= self.status < 300

    def parsed(self) -> Any:
        """Return the JSON value, or None where the body is empty, HTML or broken."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def mapping(self) -> dict[str, Any]:
        """Return the JSON object, or an empty one where the body is none."""
        value = self.parsed()
        return value if isinstance(value, dict) else {}

    def mappings(self) -> list[dict[str, Any]] | None:
        """Return the JSON array of objects, or None where the body is none."""
        value = self.parsed()
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return value
        return None

    def words(self) -> str:
        """Return the explanation in the body, one line; an HTML page is not shown to anybody."""
        said = self.mapping()
        for name in ("message", "error_description", "detail", "error", "title"):
            if isinstance(said.get(name), str) and said[name].strip():
                return _one_line(said[name])
        if self.parsed() is None and b"<" not in self.body:
            return _one_line(self.body.decode("utf-8", "replace"))
        return ""


def _one_line(text: str) -> str:
    printable = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(printable.split())[:_MOST_SAID]
