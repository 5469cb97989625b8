"""Between a manuscript and the form of a post: what its fields are called and what they hold."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaign.composing.manuscript import MASTER, Manuscript, Picture, Text, When
from campaign.schedule.model import Schedule
from campaign.web.forms import Form
from campaign.web.names import Names

_AT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(.*)")
MOST_TEXTS, MOST_PARTS, MOST_PICTURES = 40, 25, 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One thing that can be ticked or picked."""

    value: str
    text: str


def split_at(at: str) -> tuple[str, str, str]:
    """Return day, time and what else stands behind it: seconds or an offset."""
    match = _AT.fullmatch(at)
    return (match[1], match[2], match[3]) if match else ("", "", "")


def manuscript_from(form: Form, there: Manuscript) -> Manuscript:
    """Return what somebody typed; what the form has no field for stays as it is."""
    return Manuscript(
        title=_words(form, "title"),
        theme=_words(form, "theme"),
        sectors=_listed(form, "sectors"),
        language=_words(form, "language"),
        link=_words(form, "link"),
        link_title=_words(form, "link_title"),
        link_description=_words(form, "link_description"),
        approvals=_listed(form, "approvals"),
        embargo_until=_words(form, "embargo_until"),
        note=form.text("note"),
        draft=there.draft,
        media=tuple(_pictures(form)),
        texts=tuple(_texts(form)),
        when=None if there.when is None else _when(form, there.when),
    )


def targets(schedule: Schedule, chosen: Sequence[str]) -> tuple[list[Choice], list[Choice]]:
    """Return what a post can be sent to, groups and single channels; what is chosen is in it."""
    sectors = sorted(
        {name for one in schedule.partners.values() for name in one.sectors if name != "all"}
    )
    networks = dict.fromkeys(one.network for one in schedule.channels.values())
    groups = [Choice(value="all", text="All channels")]
    groups += [Choice(value=f"network:{one}", text=one) for one in networks]
    groups += [
        Choice(value=f"partner:{name}", text=one.name) for name, one in schedule.partners.items()
    ]
    groups += [Choice(value=f"sector:{one}", text=f"Sector {one}") for one in sectors]
    channels = [Choice(value=name, text=name) for name in schedule.channels]
    known = {one.value for one in (*groups, *channels)}
    return groups, channels + [Choice(value=one, text=one) for one in chosen if one not in known]


def headings(schedule: Schedule, there: Sequence[Text]) -> list[Choice]:
    """Return for whom a wording can be added: a network, and a partner or a language on it."""
    found = dict.fromkeys(one.network for one in schedule.channels.values())
    for one in schedule.channels.values():
        found[f"{one.network} / {one.partner}"] = None
        if one.language:
            found[f"{one.network} / {one.language}"] = None
    known = {one.heading for one in there}
    return [Choice(value=one, text=one) for one in sorted(found) if one not in known]


def heading_in_words(heading: str, names: Names) -> str:
    """Return for whom a wording is, as people say it: LinkedIn, College of Policing."""
    place, _, run = heading.partition(" #")
    network, *qualifiers = place.split(" / ")
    said = [names.network(network), *(names.partner(one) for one in qualifiers)]
    return ", ".join([*said, *([f"run {run}"] if run else [])])


def _when(form: Form, there: When) -> When:
    day, time = form.text("at"), form.text("time")
    old_day, old_time, rest = split_at(there.at)
    at = there.at if (day, time) == (old_day, old_time) and day else f"{day} {time}".strip()
    if rest and (day, time) == (old_day, old_time):
        at = there.at
    ticked = form.all("send_to")
    kept = [one for one in there.send_to if one in ticked]
    return When(
        at=at,
        send_to=tuple(dict.fromkeys([*kept, *ticked])),
        stagger=_words(form, "stagger"),
        every=_words(form, "every"),
        until=_words(form, "until"),
    )


def _pictures(form: Form) -> Iterator[Picture]:
    for number in range(1, MOST_PICTURES + 1):
        file = form.text(f"file-{number}")
        if file and not form.text(f"drop-{number}"):
            yield Picture(file=file, alt=_words(form, f"alt-{number}"))


def _texts(form: Form) -> Iterator[Text]:
    yield _text(form, 1, MASTER)
    for number in range(2, MOST_TEXTS + 1):
        heading = form.text(f"heading-{number}")
        if heading:
            yield _text(form, number, heading)


def _text(form: Form, number: int, heading: str) -> Text:
    parts = [form.raw(f"text-{number}-{part}") for part in range(2, MOST_PARTS + 1)]
    return Text(
        heading=heading,
        text=_typed(form.raw(f"text-{number}")),
        parts=tuple(_typed(one) for one in parts if one.strip()),
        comment=_typed(form.raw(f"comment-{number}")),
    )


def _typed(text: str) -> str:
    """Return a text without blank lines around it; inside it stays as typed."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(lines[first:]).rstrip()


def _words(form: Form, name: str) -> str:
    return " ".join(form.raw(name).split())


def _listed(form: Form, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in form.raw(name).split(",") if one.strip()))
