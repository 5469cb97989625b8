"""How alike two texts are that one app would post to two accounts.

X's developer guidelines name an app that posts identical content across several accounts as
a ground for suspension, and do not say how like is too like. So the measure is our own: the share
of words that two texts have in common in the same order, twice their longest common subsequence by
the words of both (Indel similarity). Links, mentions, capitals and punctuation are taken out first:
they differ between partners although nothing else does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Indel
from rapidfuzz.process import extractOne

from campaign.planning.delivery import PlannedDelivery
from connectors.contract import Network

TOO_ALIKE = 0.8
"""Four words of five. A text in which a name, a greeting or a hashtag was exchanged lies above it;
of the sample's own pairs of wordings, which say one thing in two ways, the nearest has 0.53."""

_TAKEN_OUT = re.compile(r"https?://\S+|(?<![\w@])@[\w.\-]+(?:@[\w.\-]+)?", re.IGNORECASE)
_WORD = re.compile("[^\\W_]+(?:['\u2019][^\\W_]+)*")
_HAIR = 1e-4
"""What the library loses of the limit itself when it works with fractions."""
_FIRST_SIGN = 0xE000
"""Words are written as one character each, from here on, so that a library counts them quickly."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two texts for different accounts that are too much alike."""

    later: PlannedDelivery
    earlier: PlannedDelivery
    share: float
    """1 where nothing differs but what is taken out."""


def words_of(delivery: PlannedDelivery, network: Network) -> tuple[str, ...]:
    """Return what is compared: the words, without links, mentions, capitals and punctuation."""
    text, link = delivery.payload.text, delivery.payload.link
    if link is not None:
        text = text.replace(network.show_link(link.url), " ")
    return tuple(_WORD.findall(_TAKEN_OUT.sub(" ", text).casefold()))


def similarity(one: Iterable[str], other: Iterable[str]) -> float:
    """Return from 0 to 1 how many words two texts share in the same order."""
    return float(Indel.normalized_similarity(tuple(one), tuple(other)))


class Likenesses:
    """Holds each text against those of other accounts that came before."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}
        self._said: dict[str, dict[str, PlannedDelivery]] = {}
        """By channel: what it says, and with which delivery first."""

    def among(self, said: Iterable[tuple[PlannedDelivery, tuple[str, ...]]]) -> Iterator[Likeness]:
        """Yield, for each channel's texts, the nearest one of another channel if it is too near."""
        for delivery, words in said:
            written = self._written(words)
            own = self._said.setdefault(delivery.channel, {})
            if written in own:
                continue
            nearest = self._nearest(delivery.channel, written)
            own[written] = delivery
            if nearest:
                yield Likeness(delivery, *nearest)

    def _nearest(self, channel: str, written: str) -> tuple[PlannedDelivery, float] | None:
        found: tuple[PlannedDelivery, float] | None = None
        for other, texts in self._said.items():
            if other == channel:
                continue
            best = extractOne(
                written,
                list(texts),
                scorer=Indel.normalized_similarity,
                score_cutoff=found[1] if found else TOO_ALIKE - _HAIR,
            )
            if best and (found is None or best[1] > found[1]):
                found = texts[best[0]], float(best[1])
        return found

    def _written(self, words: Iterable[str]) -> str:
        signs = self._signs
        return "".join(signs.setdefault(one, chr(_FIRST_SIGN + len(signs))) for one in words)
