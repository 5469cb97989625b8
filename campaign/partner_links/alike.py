"""Whether a post that everybody can see is one of ours that a partner put out by hand.

A strict rule attaches it: the same words, the same link, in the slot's window. What is only like
it is shown to a person. Links are taken out of the words before they are compared, since networks
shorten what they show of one, and the whole address is compared instead.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from campaign.payload import Payload
from connectors.contract import PublicPost

WINDOW = timedelta(hours=24)
"""Before and after the slot: what the report counts as punctual."""
ALIKE = 0.8
"""Share of the words in common, by `difflib.SequenceMatcher.ratio` over words, from which on a
person is asked: 2 * matches / all words of both."""
FEWEST_WORDS = 4
"""Fewer say nothing: “Good morning, everybody” is nobody's campaign."""
_LINK = re.compile(r"https?://\S+|(?<![\w@])(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_WORD = re.compile(r"[\w#@]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """How alike a post and a payload are."""

    is_strict: bool
    why: str
    """For people: what is the same, and what is not."""


def likeness(payload: Payload, due_at: datetime, post: PublicPost) -> Likeness | None:
    """Return how alike they are; None where they have nothing to do with each other."""
    same_words = _exact(payload.text) == _exact(post.text)
    wanted = payload.link.url if payload.link else None
    same_link = wanted in post.links if wanted else not _LINK.search(post.text)
    in_window = abs(post.published_at - due_at) <= WINDOW
    enough = len(_words(payload.text)) >= FEWEST_WORDS
    if same_words and same_link and in_window and enough:
        return Likeness(is_strict=True, why="the same words and link, within a day of its slot")
    has_link = wanted is not None and wanted in post.links
    ratio = _ratio(payload.text, post.text) if enough else 0.0
    if not has_link and ratio < ALIKE:
        return None
    return Likeness(is_strict=False, why=_why(same_words, has_link, in_window, ratio))


def _why(same_words: bool, has_link: bool, in_window: bool, ratio: float) -> str:  # noqa: FBT001
    words = "the same words" if same_words else f"{ratio:.0%} of the words"
    link = "its link" if has_link else "not its link"
    when = "within a day of its slot" if in_window else "more than a day from its slot"
    return f"{words}, {link}, {when}"


def _exact(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _LINK.sub(" ", text)).split())


def _words(text: str) -> list[str]:
    return _WORD.findall(_exact(text).casefold())


def _ratio(ours: str, theirs: str) -> float:
    matcher = SequenceMatcher(None, _words(ours), _words(theirs), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0
