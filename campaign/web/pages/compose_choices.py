"""What can be picked on the form of a post: where it goes, for whom a text is, and the like."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from campaign.composing.manuscript import Manuscript, Text
from campaign.schedule.branding import CORNERS
from campaign.schedule.model import Schedule
from campaign.web.names import Names
from campaign.web.pages.compose_media import caption_files, kinds_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One thing that can be ticked or picked."""

    value: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """Everything that the form of one post offers."""

    groups: Sequence[Choice]
    channels: Sequence[Choice]
    headings: Sequence[Choice]
    in_words: Callable[[str], str]
    """For whom a text is, by its heading."""
    corners: Sequence[Choice]
    bear_logos: Sequence[Choice]
    """Partners whose logo is put on pictures."""
    bring_artwork: Sequence[Choice]
    """Partners who have pictures of their own."""
    people: Sequence[Choice]
    kinds: Mapping[str, str]
    """What each file is: `image`, `video`, `application`, or nothing."""
    caption_files: Sequence[str]


def choices_of(schedule: Schedule, wanted: Manuscript, folder: Path, names: Names) -> Choices:
    """Return what can be picked for a post, whose files stand in a folder."""
    groups, channels = targets(schedule, wanted.when.send_to if wanted.when else ())
    return Choices(
        groups=groups,
        channels=channels,
        headings=headings(schedule, wanted.texts),
        in_words=partial(heading_in_words, names=names),
        corners=corners(schedule),
        bear_logos=partners_with(schedule, "partner-logo"),
        bring_artwork=partners_with(schedule, "artwork"),
        people=people(schedule),
        kinds=kinds_of(folder, wanted),
        caption_files=caption_files(folder),
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


def corners(schedule: Schedule) -> list[Choice]:
    """Return where a partner's logo may stand on a picture."""
    usual = _corner(schedule.branding.position)
    places = [Choice(value=one, text=_corner(one).capitalize()) for one in CORNERS]
    none = Choice(value="none", text="No logo on this one")
    return [Choice(value="", text=f"As everywhere: {usual}"), *places, none]


def partners_with(schedule: Schedule, branding: str) -> list[Choice]:
    """Return the partners who ask for their logo, or for artwork of their own."""
    return [
        Choice(value=name, text=one.name)
        for name, one in schedule.partners.items()
        if one.co_branding == branding
    ]


def people(schedule: Schedule) -> list[Choice]:
    """Return who can look after an entry."""
    return [Choice(value=name, text=one.name) for name, one in schedule.people.items()]


def _corner(name: str) -> str:
    return name.replace("-", " ")
