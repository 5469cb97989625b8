"""Changes one value in schedule.yaml and nothing else: comments and layout stay as they are.

The place is looked up in ruamel.yaml's nodes; the text around it is not written anew.
"""

import re

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaign.schedule.tree import read_tree

_NEEDS_NO_QUOTES = re.compile(r"[0-9T: +\-.]+")


class CannotRewriteError(ValueError):
    """The value stands nowhere in the file by itself; the message says what to do instead."""


def with_time(file: str, text: str, entry: str, at: str) -> str:
    """Return the text with another `at` of one entry, told by its id or its post.

    Raises:
        CannotRewriteError: no entry of that name has a time of its own.
        FaultsFound: the text is no YAML.
    """
    root = read_tree(file, text).root
    node = _time_of(_entries(root), entry)
    if not _NEEDS_NO_QUOTES.fullmatch(at):
        message = f"“{at}” is no date and time; write for example 2027-01-12 08:30"
        raise CannotRewriteError(message)
    if node.style in {"|", ">"}:
        message = f"the time of “{entry}” is written over several lines; change it in {file}"
        raise CannotRewriteError(message)
    quote = node.style or ""
    start, end = node.start_mark.index, node.end_mark.index
    return f"{text[:start]}{quote}{at}{quote}{text[end:]}"


def _entries(root: MappingNode) -> list[MappingNode]:
    found = _value(root, "schedule")
    listed = found.value if isinstance(found, SequenceNode) else []
    return [one for one in listed if isinstance(one, MappingNode)]


def _time_of(entries: list[MappingNode], name: str) -> ScalarNode:
    for one in entries:
        known = _value(one, "id") or _value(one, "post") or _value(one, "queue")
        if isinstance(known, ScalarNode) and known.value == name:
            at = _value(one, "at")
            if isinstance(at, ScalarNode):
                return at
            message = f"“{name}” has no time of its own: its queue takes the next free slot"
            raise CannotRewriteError(message)
    message = f"there is no entry “{name}” in schedule.yaml any more"
    raise CannotRewriteError(message)


def _value(node: MappingNode, name: str) -> Node | None:
    return next((value for key, value in node.value if key.value == name), None)
