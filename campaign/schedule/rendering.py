"""Writes new values as YAML, to be put between what stands in a file already."""

import re
import textwrap
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

LONGEST_LINE = 96
_NO_END = 1_000_000
_MISREAD = re.compile("^[?:]|[\\x85\\u2028\\u2029]")
"""What ruamel.yaml writes without quotes or breaks a line at, and then reads as something else."""


class YesOrNo(str):
    """`true` or `false`, meant as such: written without the quotes of a text that says so."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Splice:
    """A stretch of a text, and what is to stand there."""

    start: int
    end: int
    text: str


def as_block(value: Any, column: int) -> str:
    """Return a list or fields, one a line; the first line begins where it is put."""
    text = textwrap.dedent(_dumped(value, flow=False)).rstrip("\n")
    return text.replace("\n", f"\n{' ' * column}")


def as_words(value: Any) -> str:
    """Return any value on one line, fit to stand between commas."""
    if isinstance(value, list | dict):
        return _dumped(value, flow=True).strip()
    return _dumped([value], flow=True).strip()[1:-1]


def as_scalar(value: Any, column: int, *, folded: bool = False) -> str:
    """Return a value for a field of its own; a long text is folded below the field's name."""
    if not isinstance(value, str):
        return as_words(value)
    is_simple = bool(value) and " ".join(value.split()) == value
    if is_simple and (folded or len(value) > LONGEST_LINE - column):
        lines = textwrap.wrap(
            value, LONGEST_LINE - column, break_long_words=False, break_on_hyphens=False
        )
        indent = f"\n{' ' * (column + 2)}"
        return f">-{indent}{indent.join(lines)}"
    return as_words(value)


def _dumped(value: Any, *, flow: bool) -> str:
    yaml = YAML()
    yaml.default_flow_style = flow
    yaml.allow_unicode = True
    yaml.width = _NO_END
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = StringIO()
    yaml.dump(_laid_out(value), written)
    return written.getvalue()


def _laid_out(value: Any) -> Any:
    """Return the value with lists of words on one line, and quoted what would be misread."""
    if isinstance(value, dict):
        return {name: _laid_out(one) for name, one in value.items()}
    if isinstance(value, list):
        parts = CommentedSeq(_laid_out(one) for one in value)
        if all(isinstance(one, str) for one in value):
            parts.fa.set_flow_style()
        return parts
    if isinstance(value, YesOrNo):
        return value == "true"
    if isinstance(value, str) and _MISREAD.search(value):
        return DoubleQuotedScalarString(value)
    return value
