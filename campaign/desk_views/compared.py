"""What differs between two contents, as a person reads it: words struck out and words new."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from campaign.payload import Payload, PayloadMedia

_WORDS = re.compile(r"\s+|[^\s]+")


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What differs between what was and what is."""

    text: tuple[Piece, ...]
    """The whole text, both wordings in one; joined without the new pieces it is what was."""
    facts: tuple[str, ...]
    """In words: what else differs, such as the link or a picture's description."""

    @property
    def text_changed(self) -> bool:
        """Whether a single word differs."""
        return any(one.kind is not Kind.SAME for one in self.text)


def compare(before: Payload, after: Payload) -> Comparison:
    """Compare two contents of one delivery."""
    return Comparison(text=compare_texts(before.text, after.text), facts=_facts(before, after))


def compare_texts(before: str, after: str) -> tuple[Piece, ...]:
    """Compare two texts word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Kind.SAME, "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece(Kind.GONE, "".join(old[a:b])))
        if d > c:
            pieces.append(Piece(Kind.NEW, "".join(new[c:d])))
    return tuple(pieces)


def _facts(before: Payload, after: Payload) -> tuple[str, ...]:
    named = (
        ("account", _account(before), _account(after)),
        ("language", before.language, after.language),
        ("link", _link(before), _link(after)),
        ("link card", _card(before), _card(after)),
    )
    facts = [f"{name}: {old} became {new}" for name, old, new in named if old != new]
    return (*facts, *_media(before.media, after.media))


def _account(one: Payload) -> str:
    return f"{one.handle} on {one.network}"


def _link(one: Payload) -> str:
    return one.link.url if one.link else "none"


def _card(one: Payload) -> str:
    if one.link is None or not (one.link.title or one.link.description or one.link.thumbnail):
        return "none"
    picture = one.link.thumbnail.sha256[:8] if one.link.thumbnail else "no picture"
    return f"“{one.link.title}”, “{one.link.description}”, {picture}"


def _media(before: tuple[PayloadMedia, ...], after: tuple[PayloadMedia, ...]) -> list[str]:
    facts = []
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else None
        new = after[place] if place < len(after) else None
        name = f"picture {place + 1}"
        if old is None or new is None:
            facts.append(f"{name} is new" if new else f"{name} is gone")
            continue
        if old.sha256 != new.sha256:
            facts.append(f"{name} is another one")
        if old.alt_text != new.alt_text:
            facts.append(f"description of {name}: “{old.alt_text}” became “{new.alt_text}”")
        if old.captions != new.captions:
            facts.append(f"the captions of {name} are other ones")
    return facts
