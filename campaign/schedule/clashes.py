"""Names that are fine alone and clash together.

Two entries with one identity, two channels with one environment name. Looks at the plain values,
so that other faults in the file do not hide these.
"""

import re
from collections.abc import Iterator
from typing import Any

from campaign.schedule.faults import Fault
from campaign.schedule.tree import Tree


def clashes(tree: Tree) -> list[Fault]:
    """Return a fault for every name that is taken already."""
    return [*_entries(tree), *_environment_names(tree)]


def environment_name(channel: str) -> str:
    """Return the middle part of `CAMPAIGN__<CHANNEL>__<FIELD>`."""
    return re.sub(r"[^A-Z0-9]", "_", channel.upper())


def _entries(tree: Tree) -> Iterator[Fault]:
    entries = tree.value.get("schedule")
    first: dict[str, int] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        field, name = _identity(entry)
        if name is None:
            continue
        if name in first:
            yield tree.fault(("schedule", number, field), _twice(tree, field, name, first[name]))
        first.setdefault(name, number)


def _identity(entry: Any) -> tuple[str, str | None]:
    if isinstance(entry, dict):
        for field in ("id", "queue", "post"):
            if isinstance(entry.get(field), str):
                return field, entry[field]
    return "", None


def _twice(tree: Tree, field: str, name: str, first: int) -> str:
    line = tree.fault(("schedule", first), "").line
    if field == "id":
        return f"the id “{name}” is taken by the entry on line {line}; choose another"
    return (
        f"the {field} “{name}” stands in the entry on line {line} already; "
        f"give this entry an id of its own, for example “id: {name}-again”"
    )


def _environment_names(tree: Tree) -> Iterator[Fault]:
    channels = tree.value.get("channels")
    first: dict[str, str] = {}
    for channel in channels if isinstance(channels, dict) else {}:
        name = environment_name(channel)
        if name in first:
            message = (
                f"“{channel}” and “{first[name]}” share the environment name "
                f"CAMPAIGN__{name}__…; rename one"
            )
            yield tree.fault(("channels", channel), message, key=True)
        first.setdefault(name, channel)
