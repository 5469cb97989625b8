"""A YAML text as plain values, every one of which knows its place.

Every scalar is read as the text that stands in the file, so `12:30` is never 750 and `2027-01-11`
is never turned into something else on the way; what it means is the model's business. Places are
looked up in ruamel.yaml's own nodes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from campaign.schedule.faults import Fault, FaultsFound

Location = Sequence[str | int]
NULL = "tag:yaml.org,2002:null"
WORTH_KEEPING = 10_000
"""Letters of a text that takes a noticeable time to read."""
MOST_KEPT = 6
"""Such texts; a campaign has one, which is read under two names and as it would be."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One YAML document: its plain value, and where each part of it stands."""

    file: str
    value: dict[str, Any]
    root: MappingNode = field(repr=False)
    first_line: int = 1
    """The line of the file on which the document starts."""

    def fault(self, location: Location, message: str, *, key: bool = False) -> Fault:
        """Make a fault at the value of a location, or as near to it as the file goes."""
        found = _fault(self.file, _find(self.root, location, key=key), message, self.first_line)
        return replace(found, about=tuple(location))


def read_tree(file: str, text: str, *, first_line: int = 1) -> Tree:
    """Read one document whose root is a mapping; nobody changes what is handed out.

    A long text is remembered, as one page asks for the same schedule many times. Raises
    `FaultsFound`: for a syntax error the one fault at which reading stops, for keys that
    stand twice and aliases that contain themselves all of them.
    """
    if len(text) < WORTH_KEEPING:
        return _read(file, text, first_line)
    return _kept(file, text, first_line)


def _read(file: str, text: str, first_line: int) -> Tree:
    root = _compose(file, text, first_line)
    if root is None:
        message = "the file is empty; `campaign new DIR` writes one to start from"
        raise FaultsFound([Fault(file, first_line, 1, message)])
    if not isinstance(root, MappingNode):
        raise FaultsFound([Fault(file, first_line, 1, "expected fields such as “title: …” here")])
    conversion = _Conversion(file, first_line)
    value = conversion.plain(root)
    if conversion.faults:
        raise FaultsFound(conversion.faults)
    return Tree(file, value, root, first_line)


_kept = lru_cache(maxsize=MOST_KEPT)(_read)


def compose(text: str) -> Node | None:
    """Return the root of a text's nodes, None where it is empty; raise what ruamel.yaml raises."""
    reader = YAML(typ="safe", pure=True)
    reader.composer.warn_double_anchors = False  # YAML lets a name be given anew: the last holds
    root: Node | None = reader.compose(StringIO(text))
    return root


def _compose(file: str, text: str, first_line: int) -> Node | None:
    try:
        root = compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        message = _syntax_sentence(error.problem or error.context or "this is no YAML")
        raise FaultsFound([Fault(file, first_line + line, column + 1, message)]) from error
    except ReaderError as error:
        raise FaultsFound([_unreadable_character(file, text, error, first_line)]) from error
    except (YAMLError, RecursionError, ValueError) as error:
        sentence = "this is nested too deeply or is no YAML"
        raise FaultsFound([Fault(file, first_line, 1, sentence)]) from error
    return root


def _syntax_sentence(problem: str) -> str:
    if "'@'" in problem or "'`'" in problem:
        return f'{problem}; put the value in quotes, for example "@ico.example"'
    if "'\\t'" in problem:
        return f"{problem}; indent with spaces, not with tabs"
    if "another document" in problem:
        return "a second document starts here; remove the line ---"
    return problem


def _unreadable_character(file: str, text: str, error: ReaderError, first_line: int) -> Fault:
    before = text[: error.position]
    column = len(before) - (before.rfind("\n") + 1) + 1
    message = f"the character U+{ord(text[error.position]):04X} cannot stand in YAML; remove it"
    return Fault(file, first_line + before.count("\n"), column, message)


class _Conversion:
    """Turns nodes into plain values once each, so that aliases cannot blow up."""

    def __init__(self, file: str, first_line: int) -> None:
        self._file = file
        self._first_line = first_line
        self._done: dict[int, Any] = {}
        self._open: set[int] = set()
        self.faults: list[Fault] = []

    def plain(self, node: Node) -> Any:
        if id(node) in self._open:
            self._object(node, "this alias contains itself; write its content out")
            return None
        if id(node) not in self._done:
            self._open.add(id(node))
            self._done[id(node)] = self._convert(node)
            self._open.discard(id(node))
        return self._done[id(node)]

    def _convert(self, node: Node) -> Any:
        if isinstance(node, MappingNode):
            return self._mapping(node)
        if isinstance(node, SequenceNode):
            return [self.plain(child) for child in node.value]
        return None if node.tag == NULL and node.value in {"", "~", "null"} else str(node.value)

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        first: dict[str, Node] = {}
        for key, value in node.value:
            name = self._key(key)
            if name in first:
                line = first[name].start_mark.line + self._first_line
                column = first[name].start_mark.column + 1
                self._object(key, f"“{name}” stands here twice, first at {line}:{column}")
            elif name is not None:
                first[name] = key
                plain[name] = self.plain(value)
        return plain

    def _key(self, key: Node) -> str | None:
        if not isinstance(key, ScalarNode):
            self._object(key, "a field's name must be a word; write “name: value”")
            return None
        if key.value == "<<":
            self._object(key, "“<<” is not supported; write the fields out")
            return None
        return str(key.value)

    def _object(self, node: Node, message: str) -> None:
        self.faults.append(_fault(self._file, node, message, self._first_line))


def _find(root: Node, location: Location, *, key: bool) -> Node:
    """Walk as far down as the location leads, over parts that are no keys of the file."""
    node, at_key = root, root
    for part in location:
        step = next(_children(node, part), None)
        if step is not None:
            at_key, node = step
    # A value that was left out has its mark where the next thing begins, which misleads.
    return at_key if key or _is_empty(node) else node


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == NULL and not node.value


def _children(node: Node, part: str | int) -> Iterator[tuple[Node, Node]]:
    if isinstance(node, MappingNode):
        yield from ((key, value) for key, value in node.value if key.value == part)
    elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        yield node.value[part], node.value[part]


def _fault(file: str, node: Node, message: str, first_line: int) -> Fault:
    mark = node.start_mark
    return Fault(file, mark.line + first_line, mark.column + 1, message)
