"""Narrower answers to "how many people?", each under its name and its assumption, for planning.

None of them is a measurement. `reach` has what holds without assumptions; what is here needs more
to be known (how many people two channels share, how many saw two posts) or assumes how audiences
behave. Where a model leaves the bounds it is cut back to them, and says so.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from analytics.attribution import Count
from analytics.reach import bounds

Pair = tuple[int, int]
"""Places of two channels, the smaller one first."""

AGOSTINI_K = Fraction(9, 8)
"""The constant of Agostini (1961), about 1.125; it is disputed."""


def bonferroni_lower(reached: Sequence[Count], overlaps: Mapping[Pair, Count]) -> Count:
    """Return the least people where all pair overlaps are known: S1 - S2, or the bound before."""
    least = bounds(reached, None)[0]
    return max(least, sum(reached, 0) - sum(overlaps.values(), 0))


def hunter_upper(reached: Sequence[Count], overlaps: Mapping[Pair, Count]) -> Count:
    """Return the most people where pair overlaps are known: S1 less the heaviest spanning tree.

    Hunter (1976). Only overlaps that are known are used, so fewer of them only widen the bound.
    """
    tree: list[set[int]] = [{place} for place in range(len(reached))]
    shared: Count = 0
    for (one, other), people in sorted(overlaps.items(), key=lambda pair: (-pair[1], pair[0])):
        first, second = (next(part for part in tree if end in part) for end in (one, other))
        if first is not second:
            first |= second
            tree.remove(second)
            shared += people
    return sum(reached, 0) - shared


def agostini(reached: Sequence[Count], overlaps: Mapping[Pair, Count]) -> tuple[Count, bool]:
    """Return A² / (A + K·D) for all pair overlaps D, and whether it was cut back to the bounds."""
    total, shared = sum(reached, 0), sum(overlaps.values(), 0)
    if not total:
        return 0, False
    value = Fraction(total) ** 2 / (total + AGOSTINI_K * shared)
    least, most = bounds(reached, None)
    cut = min(max(value, least), most)
    return cut, cut != value


def independent_repeats(once: Fraction, posts: int) -> Fraction:
    """Return the share reached by so many posts of one channel if each met people by chance."""
    return 1 - (1 - once) ** posts


def beta_binomial_repeats(once: float, twice: float, posts: int) -> float:
    """Return the share reached by so many posts, from the shares of one and of two (Metheringham).

    People differ in how likely they see a post; alpha and beta say how much. Where two posts
    reached as many as chance would, that is what more posts do as well.
    """
    missed = 1 - once
    both = 2 * once - twice
    spread = both - once**2
    if spread <= 0:
        return float(independent_repeats(Fraction(once), posts))
    size = (once - both) / spread
    beta = missed * size
    return 1 - math.prod((beta + place) / (size + place) for place in range(posts))


def hofmans_repeats(once: float, twice: float, posts: int) -> float:
    """Return the share reached by so many posts by Hofmans' formula with its exponent at 1.

    That is Agostini's form for one channel: (n·R1)² / (n·R1 + k·D), with k from R1 and R2.
    """
    shared = 2 * once - twice
    if shared <= 0:
        return min(1.0, posts * once)
    constant = 2 * once / twice
    pairs = posts * (posts - 1) / 2
    total = posts * once
    return total**2 / (total + constant * pairs * shared)


def goerg_at_least(impressions: Count, reached: Count, wanted: Count, times: int = 1) -> Fraction:
    """Return how many people would see it at least so many times at so many impressions (Goerg).

    One known point is enough: rho = I·R / (I - R). Raises `ValueError` unless I > R > 0.
    """
    if not 0 < reached < impressions:
        message = "Goerg's curve needs more impressions than people, and people at all"
        raise ValueError(message)
    rho = Fraction(impressions) * reached / (impressions - reached)
    share = Fraction(wanted) / (wanted + rho)
    return rho * share**times


def exponential(followers: int, impressions: Count) -> float:
    """Return F·(1 - e^(-I/F)): showings thrown by chance at so many followers.

    For channels that count no people. It is a planning figure and never to be called reach.
    """
    return followers * (1 - math.exp(-float(impressions) / followers)) if followers else 0.0
