"""From a line of a file to the field of the form that it belongs to.

The names are the ids of the form's fields: `title`, `link`, `alt-2` and `captions-2` for the second
picture or video, `text-1` for the master wording, `text-3-2` for the second part of the third one.
"""

from collections.abc import Sequence
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from campaign.composing.post_file import front_tree, split_loosely
from campaign.schedule.faults import FaultsFound
from campaign.schedule.tree import Tree

FORM = "form"
"""For what belongs to no field."""
_OWN = {"embargo_until": "embargo_until", "title": "title", "theme": "theme", "note": "note"}
_OWN |= {"media": "media", "sectors": "sectors", "language": "language", "approvals": "approvals"}
_LINK = {"url": "link", "title": "link_title", "description": "link_description"}
_LINK |= {"image": "link_image"}
_MEDIA = {"captions": "captions", "logo": "logo", "artwork": "artwork"}
_VIDEO = {"privacy": "video_privacy", "tags": "video_tags"}


def field_of_post(text: str, line: int, column: int) -> str:
    """Return the field for a place in post.md, both counted from 1."""
    try:
        found, _ = split_loosely("post.md", text)
    except FaultsFound:
        return FORM
    if line >= found.first_line:
        return _field_of_wording(found.wordings, line)
    root = front_tree("post.md", found.front).root
    return field_of_front(_path_to(root, (line - 2, column - 1)))


def field_of_front(path: Sequence[str | int]) -> str:
    """Return the field for a value of the front matter, by its way down from the root."""
    match path:
        case ["link", *rest]:
            return _LINK.get(str(rest[0]) if rest else "url", "link")
        case ["media", int() as number, *rest]:
            return f"{_MEDIA.get(str(rest[0]) if rest else '', 'alt')}-{number + 1}"
        case ["video", *rest]:
            return _VIDEO.get(str(rest[0]) if rest else "", "made_for_children")
        case [str() as name, *_]:
            return _OWN.get(name, FORM)
        case _:
            return FORM


def field_of_entry(tree: Tree, places: Sequence[int], line: int, column: int) -> str | None:
    """Return the field for a place in the post's own entry; None for what is another's."""
    path = _path_to(tree.root, (line - 1, column - 1))
    if len(path) < 2 or path[0] != "schedule" or path[1] not in places:
        return None
    name = str(path[2]) if len(path) > 2 else "at"
    return {"id": "entry_id", "send_to": "send_to"}.get(name, name if name in _TIMES else "at")


_TIMES = frozenset({"stagger", "every", "until", "owner", "replies"})


def _field_of_wording(wordings: Sequence[Any], line: int) -> str:
    number = 1 if wordings and wordings[0].network is None else 2
    name = "text-1"
    for one in wordings:
        for part, piece in enumerate(one.pieces, start=1):
            if piece.place <= line or (part == 1 and one.network is None):
                name = f"text-{number}" if part == 1 else f"text-{number}-{part}"
        number += 1
    return name


def _path_to(node: Node, place: tuple[int, int]) -> list[str | int]:
    """Return the way down to the last value that begins at a place or before it."""
    found: list[str | int] = []
    while True:
        step = None
        if isinstance(node, MappingNode):
            for key, value in node.value:
                if _mark(key) <= place:
                    step = (key.value, value)
        elif isinstance(node, SequenceNode):
            for number, value in enumerate(node.value):
                if _mark(value) <= place:
                    step = (number, value)
        if step is None:
            return found
        found.append(step[0])
        node = step[1]


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line, node.start_mark.column
