"""The words of a letter about what has happened: one line a delivery, approvals one a post."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.access.deputies import in_words
from campaign.models import Delivery
from campaign.notices.bureau import Bureau
from campaign.notices.kinds import WORDS, Kind
from campaign.notices.writing import Line, Page, Section, as_page, as_text, post_name, when
from campaign.states import State

_CHANNELS_NAMED = 4
_LONGEST = 300
"""Characters of what a network or a person said; the page has all of it."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One delivery that somebody is told of."""

    kind: Kind
    delivery: Delivery
    hidden: bool
    """Whether its post is under embargo: then nothing is repeated that may quote it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterWords:
    """What a letter says, in both forms."""

    subject: str
    text: str
    html: str


def letter_words(person: str, tellings: Sequence[Telling], bureau: Bureau) -> LetterWords:
    """Write the letter; sections in the order of what cannot wait."""
    sections = [section_of(kind, tellings, bureau) for kind in WORDS]
    return laid_out(person, subject_of(tellings), [one for one in sections if one], bureau)


def laid_out(person: str, subject: str, sections: Sequence[Section], bureau: Bureau) -> LetterWords:
    """Return a letter with these sections in both forms."""
    schedule = bureau.schedule
    page = Page(
        campaign=schedule.title or schedule.campaign,
        reader=schedule.people[person].name,
        as_of=when(schedule, bureau.now),
        sections=tuple(sections),
        standing_in=tuple(
            f"You stand in for {in_words(one, schedule)}: what concerns them comes to you as well."
            for one in bureau.concerned.stands_in_for(person)
        ),
        choices=bureau.pointers.choices,
    )
    return LetterWords(
        subject=f"{subject} ({page.campaign})", text=as_text(page), html=as_page(page)
    )


def subject_of(tellings: Sequence[Telling]) -> str:
    """Say in a few words what happened, what cannot wait first."""
    found = []
    for kind, words in WORDS.items():
        mine = {_thing(one) for one in tellings if one.kind is kind}
        if mine:
            found.append(words.one if len(mine) == 1 else words.many.format(n=len(mine)))
    return ", ".join(found)


def _thing(one: Telling) -> tuple[str, ...]:
    """Return what is counted: a post that waits for a yes once, whatever its channels."""
    if one.kind is Kind.APPROVAL:
        return one.delivery.entry, one.delivery.run
    return (one.delivery.id,)


def section_of(kind: Kind, tellings: Sequence[Telling], bureau: Bureau) -> Section | None:
    """Return what there is of one kind, the earliest due first; None where there is nothing."""
    mine: dict[tuple[str, ...], list[Telling]] = {}
    for one in sorted(tellings, key=lambda one: (one.delivery.due_at, one.delivery.id)):
        if one.kind is kind:
            mine.setdefault(_thing(one), []).append(one)
    if not mine:
        return None
    return Section(
        heading=WORDS[kind].heading,
        lead=WORDS[kind].remedy,
        lines=tuple(_line(some, bureau) for some in mine.values()),
        where=bureau.pointers.approvals if kind is Kind.APPROVAL and len(mine) > 1 else "",
    )


def _line(some: Sequence[Telling], bureau: Bureau) -> Line:
    first = some[0]
    one = first.delivery
    due = "due" if len(some) == 1 else "the first of them due"
    time = when(bureau.schedule, one.due_at)
    return Line(
        what=f"“{post_name(one.post)}” on {_channels(some)}, {due} {time}",
        words=_words(first),
        where=bureau.pointers.delivery(first.kind, one.id),
    )


def _channels(some: Sequence[Telling]) -> str:
    names = list(dict.fromkeys(one.delivery.channel for one in some))
    if len(names) <= _CHANNELS_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _CHANNELS_NAMED - 1])} and {len(names) - _CHANNELS_NAMED + 1} more"


def _words(telling: Telling) -> str:
    one = telling.delivery
    if telling.kind is Kind.APPROVAL:
        return ""
    declined = one.state == State.DECLINED
    lead = f"{one.partner} says no" if declined else ""
    if telling.hidden:
        return ". ".join(filter(None, (lead, "It is under embargo: what was said is on its page")))
    said = " ".join(one.note.split())
    short = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
    return ": ".join(filter(None, (lead, short)))
