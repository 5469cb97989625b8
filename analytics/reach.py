"""How many different people several posts reached: bounds that are true, models that are named.

The same person sees several posts, so reach never adds up. Without further knowledge only bounds
hold, and they are what the report prints. A model narrows them by an assumption; it is shown
with its name, its assumption and the size of the audience it was computed for, never alone.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.attribution import GRAIN, Count, magnitude

BLEND_WEIGHTS = (Fraction(1, 4), Fraction(3, 4))
"""The band in which the blend is shown, from much chance to much overlap."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """One named guess between the bounds."""

    name: str
    value: Count
    universe: int
    assumption: str


def bounds(reached: Sequence[Count], universe: int | None) -> tuple[Count, Count]:
    """Return the least and the most people that can be in the union (Boole, Fréchet).

    The least is the largest single one, the most is their sum, but never more than there are.
    """
    if not reached:
        message = "no figures, no bounds"
        raise ValueError(message)
    most = sum(reached, 0)
    return max(reached), most if universe is None else min(Fraction(universe), most)


def overlap_bounds(first: Count, second: Count, universe: int) -> tuple[Count, Count]:
    """Return the fewest and the most people that two audiences can share."""
    return max(0, first + second - universe), min(first, second)


def sainsbury(reached: Iterable[Count], universe: int) -> Count:
    """Return the union if audiences met by pure chance: N(1 - (1 - r1/N)(1 - r2/N)…).

    Real audiences resemble each other, so this tends to say too many.
    """
    # In whole thousandths: a product of thousands of fractions would be reduced at every step.
    listed = [one.numerator * GRAIN // one.denominator for one in reached]
    whole = universe * GRAIN
    unreached = math.prod(whole - one for one in listed)
    return universe - Fraction(universe * unreached, whole ** len(listed))


def blend(reached: Sequence[Count], universe: int, weight: Count) -> Count:
    """Return a planning assumption between pure chance (weight 0) and full overlap (1)."""
    return _blended(sainsbury(reached, universe), max(reached), weight)


def models(reached: Sequence[Count], universe: int | None) -> tuple[Model, ...]:
    """List the named models; none without a universe, or when a figure exceeds it."""
    most = max(reached, default=0)
    if universe is None or not reached or most > universe:
        return ()
    by_chance = sainsbury(reached, universe)
    chance = Model(
        name="Sainsbury",
        value=by_chance,
        universe=universe,
        assumption="audiences overlap by chance alone; tends to say too many",
    )
    blends = (
        Model(
            name=f"Blend, weight {float(weight):.2f}",
            value=_blended(by_chance, most, weight),
            universe=universe,
            assumption="a planning assumption between chance and full overlap",
        )
        for weight in BLEND_WEIGHTS
    )
    return (chance, *blends)


def _blended(by_chance: Count, most: Count, weight: Count) -> Count:
    return (1 - weight) * by_chance + weight * most


def round_down(value: Count) -> int:
    """Round towards fewer to two significant figures, for words."""
    step = _step(value)
    return math.floor(Fraction(value) / step) * step


def round_up(value: Count) -> int:
    """Round towards more to two significant figures, for words."""
    step = _step(value)
    return math.ceil(Fraction(value) / step) * step


def _step(value: Count) -> int:
    digits = len(str(int(magnitude(value))))
    return int(10 ** max(0, digits - 2))
