"""Changes some values of a YAML text and nothing else: comments and layout stay as they are.

Places are looked up in ruamel.yaml's nodes and only the text between them is replaced; what is new
is written by ruamel.yaml. The result is read again before it is returned: a text that would not
say exactly what was wanted is never handed out.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaign.schedule.rendering import Splice, as_block, as_scalar, as_words
from campaign.schedule.rewriting import CannotRewriteError
from campaign.schedule.tree import NULL, read_tree


def with_values(file: str, text: str, wanted: Mapping[str, Any]) -> str:
    """Return the text so that reading it gives `wanted`; where it does already, the text itself.

    Values are what `read_tree` reads: texts, lists, mappings and None.

    Raises:
        CannotRewriteError: the text is written in a way that cannot be changed from here.
        FaultsFound: the text is no YAML.
    """
    if not _says_something(text):
        return text if not wanted else _begun(text, wanted)
    tree = read_tree(file, text)
    splices = sorted(_mapping(text, tree.root, wanted), key=lambda one: (one.start, one.end))
    result = _spliced(text, splices)
    if result is None or (splices and _values_in(file, result) != wanted):
        message = f"{file} is written in a way that cannot be changed here; change it in the file"
        raise CannotRewriteError(message)
    return result


def _values_in(file: str, text: str) -> Mapping[str, Any]:
    """Return what a text says; nothing where every field of it was taken out."""
    return read_tree(file, text).value if _says_something(text) else {}


def _says_something(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n"))


def _begun(text: str, wanted: Mapping[str, Any]) -> str:
    """Write the first fields below whatever comments there are."""
    return f"{text}\n{as_block(wanted, 0)}" if text else as_block(wanted, 0)


def _spliced(text: str, splices: Sequence[Splice]) -> str | None:
    """Return the text with all of them made; None where two are in each other's way."""
    pieces, at = [], 0
    for one in splices:
        if one.start < at and one.text:
            return None
        pieces += [text[at : max(at, one.start)], one.text]
        at = one.end
    return "".join([*pieces, text[at:]])


def _value(
    text: str, node: Node, wanted: Any, key: Node | None = None, *, flow: bool
) -> Iterator[Splice]:
    """Change one value; `flow` says that it shares its line with others."""
    if isinstance(node, MappingNode) and isinstance(wanted, Mapping):
        yield from _mapping(text, node, wanted)
    elif isinstance(node, SequenceNode) and isinstance(wanted, list):
        yield from _sequence(text, node, wanted)
    elif _plain(node) != wanted:
        yield _replaced(text, node, wanted, key, flow=flow)


def _mapping(text: str, node: MappingNode, wanted: Mapping[str, Any]) -> Iterator[Splice]:
    for place, (key, value) in enumerate(node.value):
        if key.value in wanted:
            flow = bool(node.flow_style)
            yield from _value(text, value, wanted[key.value], key, flow=flow)
        else:
            spans = [(one.start_mark.index, _end(text, two, one)) for one, two in node.value]
            yield _taken_out(text, spans, place, flow=bool(node.flow_style))
    known = {key.value for key, _ in node.value}
    new = {name: one for name, one in wanted.items() if name not in known}
    if new:
        yield _put_in(text, node, new)


def _sequence(text: str, node: SequenceNode, wanted: list[Any]) -> Iterator[Splice]:
    before = [_plain(one) for one in node.value]
    spans = [(_element_start(text, node, one), _end(text, one)) for one in node.value]
    opcodes = SequenceMatcher(None, list(map(repr, before)), list(map(repr, wanted))).get_opcodes()
    if any(d - c > b - a and b < len(before) for _, a, b, c, d in opcodes):
        yield _replaced(text, node, wanted, flow=False)  # something is put in before what is there
        return
    for kind, a, b, c, d in opcodes:
        if kind == "equal":
            continue
        for old, new in zip(node.value[a:b], wanted[c:d], strict=False):
            yield from _value(text, old, new, flow=bool(node.flow_style))
        for place in range(a + d - c, b):
            yield _taken_out(text, spans, place, flow=bool(node.flow_style))
        if d - c > b - a:
            yield _put_in(text, node, wanted[c + b - a : d])


def _put_in(text: str, node: MappingNode | SequenceNode, new: Any) -> Splice:
    """Add fields or elements behind the last one."""
    if node.flow_style:
        inside = as_words(new)[1:-1]
        last = _last_end(text, node)
        at = node.end_mark.index - 1 if last is None else last
        return Splice(at, at, inside if last is None else f", {inside}")
    at = _line_end(text, _end(text, node))
    column = node.start_mark.column
    return Splice(at, at, f"\n{' ' * column}{as_block(new, column)}")


def _last_end(text: str, node: MappingNode | SequenceNode) -> int | None:
    if not node.value:
        return None
    last = node.value[-1]
    return _end(text, last[1], last[0]) if isinstance(node, MappingNode) else _end(text, last)


def _taken_out(text: str, spans: Sequence[tuple[int, int]], place: int, *, flow: bool) -> Splice:
    """Take one of several things out: with its comma, or with its lines."""
    start, end = spans[place]
    if not flow:
        line = text.rfind("\n", 0, start) + 1
        if text[line:start].strip():
            message = "what stands first in its line cannot be taken out here"
            raise CannotRewriteError(message)
        stop = _line_end(text, end)
        if stop == len(text):  # the last line takes the end of the one before along
            return Splice(max(line - 1, 0), stop, "")
        return Splice(line, stop + 1, "")
    if place + 1 < len(spans):
        return Splice(start, spans[place + 1][0], "")
    return Splice(spans[place - 1][1] if place else start, end, "")


def _replaced(text: str, node: Node, wanted: Any, key: Node | None = None, *, flow: bool) -> Splice:
    column = node.start_mark.column if key is None else key.start_mark.column
    if key is not None and _is_empty(node):
        at = key.end_mark.index + 1
        return Splice(at, at, f" {as_scalar(wanted, column)}")
    start, end = node.start_mark.index, _end(text, node, key)
    if isinstance(wanted, str) and not flow:
        return Splice(start, end, as_scalar(wanted, column, folded=_is_folded(node)))
    in_block = isinstance(node, MappingNode | SequenceNode) and not node.flow_style
    on_one_line = wanted is None or not in_block
    words = as_words(wanted) if on_one_line else as_block(wanted, node.start_mark.column)
    return Splice(start, end, words)


def _is_folded(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in {"|", ">"}


def _end(text: str, node: Node, key: Node | None = None) -> int:
    """Return where a value's own text ends; marks of blocks lie beyond comments that follow."""
    if _is_empty(node):
        return int(key.end_mark.index) + 1 if key is not None else int(node.start_mark.index)
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style:
        return _last_end(text, node) or int(node.end_mark.index)
    return len(text[: node.end_mark.index].rstrip())


def _element_start(text: str, node: SequenceNode, element: Node) -> int:
    """Return where an element begins: in a block with its dash."""
    start = int(element.start_mark.index)
    return start if node.flow_style else text.rindex("-", 0, start)


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == NULL and not node.value


def _plain(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(one) for one in node.value]
    return None if node.tag == NULL and node.value in {"", "~", "null"} else node.value
