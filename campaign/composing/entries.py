"""The entry of schedule.yaml by which one post goes out: read for a form, and written back."""

from collections.abc import Mapping
from typing import Any

from campaign.composing.manuscript import When
from campaign.schedule.editing import with_values
from campaign.schedule.tree import read_tree

_FIELDS = ("at", "stagger", "every", "until", "owner", "replies", "id")
Entry = Mapping[str, Any]


def entries_of(schedule: Mapping[str, Any], post: str) -> list[tuple[int, Entry]]:
    """Return the entries that name a post, with their places in the list."""
    listed = schedule.get("schedule")
    found = enumerate(listed if isinstance(listed, list) else [])
    return [
        (place, one)
        for place, one in found
        if isinstance(one, dict) and (one.get("post") == post or post in (one.get("posts") or []))
    ]


def name_of_entry(entry: Entry) -> str:
    """Return the first part of its deliveries' identity."""
    return _words(entry.get("id") or entry.get("post") or entry.get("queue"))


def times_by_post(schedule: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return every post's own times as they stand there, or the queues that it waits in."""
    found: dict[str, list[str]] = {}
    for one in schedule.get("schedule") or []:
        if isinstance(one, dict):
            named = one["posts"] if isinstance(one.get("posts"), list) else [one.get("post")]
            for post in named:
                found.setdefault(_words(post), []).append(
                    str(one.get("at") or f"queue {one.get('queue')}")
                )
    return found


def standing_in(schedule: Mapping[str, Any], post: str) -> dict[str, bool]:
    """Return the names of a post's entries, and of each whether it is a queue."""
    return {name_of_entry(one): "posts" in one for _, one in entries_of(schedule, post)}


def without_entry(file: str, text: str, name: str) -> str:
    """Return the schedule without an entry; comments and all others stay as they are.

    Raises:
        LookupError: there is no entry of that name.
        CannotRewriteError: the file is written in a way that cannot be changed from here.
        FaultsFound: the text is no YAML.
    """
    schedule = read_tree(file, text).value
    there = list(schedule.get("schedule") or [])
    left = [one for one in there if not (isinstance(one, dict) and name_of_entry(one) == name)]
    if len(left) == len(there):
        message = f"there is no entry “{name}” in {file}"
        raise LookupError(message)
    new = {**schedule, "schedule": left}
    if not left:
        del new["schedule"]
    return with_values(file, text, new)


def without_post(file: str, text: str, name: str, post: str) -> str:
    """Return the schedule with a post out of a queue; what stands behind it there moves up.

    A queue that holds nothing else goes with it. Raises what `without_entry` does.
    """
    schedule = read_tree(file, text).value
    entries = list(schedule.get("schedule") or [])
    for place, one in entries_of(schedule, post):
        if name_of_entry(one) == name and "posts" in one:
            left = [other for other in one["posts"] if other != post]
            if not left:
                return without_entry(file, text, name)
            entries[place] = {**one, "posts": left}
            return with_values(file, text, {**schedule, "schedule": entries})
    message = f"“{post}” is in no queue “{name}” of {file}"
    raise LookupError(message)


def when_of(schedule: Mapping[str, Any], post: str) -> When | None:
    """Return when a post goes out by its own entry; None where it has several or is in a queue."""
    found = entries_of(schedule, post)
    if not found:
        return When()
    if len(found) > 1 or "post" not in found[0][1]:
        return None
    entry = found[0][1]
    send_to = entry.get("send_to")
    return When(
        **{name: _words(entry.get(name)) for name in _FIELDS},
        send_to=tuple(_words(one) for one in send_to if one) if isinstance(send_to, list) else (),
    )


def with_when(file: str, text: str, post: str, wanted: When | None) -> str:
    """Return the schedule with a post's time; the very same text where it is that already.

    An entry is never taken out here: what that cancels is to be seen first (`without_entry`).

    Raises:
        CannotRewriteError: the file is written in a way that a form cannot change.
        FaultsFound: the text is no YAML.
    """
    schedule = read_tree(file, text).value
    before = when_of(schedule, post)
    if wanted is None or before is None or wanted == before:
        return text
    found = entries_of(schedule, post)
    if not found and not wanted.at:
        return text
    entries = list(schedule.get("schedule") or [])
    if found:
        place, entry = found[0]
        entries[place] = _entry(entry, before, wanted)
    else:
        entries.append(_entry({"post": post}, before, wanted))
    return with_values(file, text, {**schedule, "schedule": entries})


def _entry(entry: Entry, before: When, wanted: When) -> dict[str, Any]:
    new = dict(entry)
    values: dict[str, Any] = {"at": wanted.at, "send_to": list(wanted.send_to)}
    values |= {name: getattr(wanted, name) for name in _FIELDS[1:]}
    for name, value in values.items():
        if value == (list(before.send_to) if name == "send_to" else getattr(before, name)):
            continue
        if value:
            new[name] = value
        else:
            new.pop(name, None)
    return new


def _words(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
