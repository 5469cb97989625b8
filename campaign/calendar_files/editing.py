"""Writes what a calendar asks for into the text of schedule.yaml, and leaves every other letter.

Places come from ruamel.yaml's own nodes. Writing the whole file anew would keep its comments, but
not how people have laid it out; so only what changes is cut out and put in.
"""

from collections.abc import Iterator
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node

from campaign.calendar_files.wishes import Added, Edited, Wishes
from campaign.schedule.tree import compose
from campaign.schedule.values import duration_text

Cut = tuple[int, int, str]
"""From and to, as characters of the text, and what comes in its place."""


def edited(text: str, wishes: Wishes) -> str:
    """Return the schedule's text with everything done; it has to have been read without faults."""
    root: Any = compose(text)
    entries = _values(root).get("schedule")
    cuts = [
        cut
        for place, wish in wishes.edited.items()
        if entries is not None
        for cut in _cuts(text, entries.value[place], wish)
    ]
    if wishes.added:
        cuts.append(_appended(text, entries, wishes.added))
    for start, end, put in sorted(cuts, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _values(mapping: MappingNode) -> dict[str, Node]:
    return {key.value: value for key, value in mapping.value}


def _cuts(text: str, entry: MappingNode, wish: Edited) -> Iterator[Cut]:
    if wish.send_to == ():
        yield _removed(text, entry)
        return
    values = _values(entry)
    if wish.at is not None:
        yield values["at"].start_mark.index, _end(values["at"]), wish.at
    if wish.send_to is not None:
        send_to = values["send_to"]
        yield send_to.start_mark.index, _end(send_to), _listed(wish.send_to)


def _removed(text: str, entry: MappingNode) -> Cut:
    """Cut out an entry from its dash to the end of its last line; comments around it stay."""
    start = text.rfind("\n", 0, entry.start_mark.index) + 1
    end = text.find("\n", _end(entry))
    return start, len(text) if end < 0 else end + 1, ""


def _end(node: Node) -> int:
    """Return where a node's own text ends: of a block the end of what comes last in it."""
    if getattr(node, "flow_style", None) is True or not isinstance(node.value, list):
        return int(node.end_mark.index)
    last = node.value[-1] if node.value else node
    if isinstance(last, tuple):
        last = last[1]
    return int(node.end_mark.index) if last is node else _end(last)


def _appended(text: str, entries: Node | None, added: tuple[Added, ...]) -> Cut:
    if entries is None:
        return len(text), len(text), f"\n\nschedule:\n{_written(added, '  ')}"
    if not entries.value:
        return entries.start_mark.index, _end(entries), f"\n{_written(added, '  ').rstrip()}"
    indent = " " * entries.start_mark.column
    end = text.find("\n", _end(entries))
    if end < 0:
        return len(text), len(text), f"\n\n{_written(added, indent)}"
    return end + 1, end + 1, f"\n{_written(added, indent)}"


def _written(added: tuple[Added, ...], indent: str) -> str:
    return "\n".join(f"{indent}- " + f"\n{indent}  ".join(_lines(one)) + "\n" for one in added)


def _lines(one: Added) -> Iterator[str]:
    yield f"post: {one.post}"
    if one.name != one.post:
        yield f"id: {one.name}"
    yield f"at: {one.at}"
    yield f"send_to: {_listed(one.send_to)}"
    if one.stagger is not None:
        yield f"stagger: {duration_text(one.stagger)}"


def _listed(channels: tuple[str, ...]) -> str:
    return f"[{', '.join(channels)}]"
