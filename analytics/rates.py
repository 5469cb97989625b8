"""Rates: a ratio of sums with an interval, or a reason why there is none."""

from collections.abc import Iterable
from fractions import Fraction
from math import sqrt

from analytics.attribution import Count

_Z_95 = 1.959963984540054
"""The 97.5% point of the normal distribution."""


def ratio_of_sums(pairs: Iterable[tuple[Count, Count]]) -> Fraction | None:
    """Divide the sum of the counts by the sum of their bases: big posts weigh more, as they must.

    The mean of the single ratios would let ten views outvote ten thousand. None (undefined, not
    0) when the bases add up to nothing.
    """
    counts, bases = zip(*pairs, strict=True) if (pairs := list(pairs)) else ((), ())
    base = sum(bases)
    return Fraction(sum(counts)) / base if base > 0 else None


def wilson_interval(count: float, base: float) -> tuple[float, float]:
    """Return the 95% interval of Wilson (1927) for a share, as two numbers from 0 to 1.

    Approximate for posts: one person may see a post twice, so showings are not independent.
    Raises `ValueError` unless 0 <= count <= base and base > 0.
    """
    if not 0 <= count <= base or base <= 0:
        message = f"{count} of {base} is no share"
        raise ValueError(message)
    share, square = count / base, _Z_95**2
    middle = share + square / (2 * base)
    half = _Z_95 * sqrt(share * (1 - share) / base + square / (4 * base**2))
    scale = 1 + square / base
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
