from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.week_gains import share_of

HUNDRED_YEARS = 100 * 366 * 24 * 3_600_000_000
wholes = st.integers(min_value=1, max_value=HUNDRED_YEARS)
counts = st.integers(min_value=-(10**14), max_value=10**14)


@given(st.lists(st.tuples(counts, wholes, st.floats(min_value=0, max_value=1)), min_size=1))
def test_a_share_of_any_count_is_exact_to_the_thousandth(
    rows: list[tuple[int, int, float]],
) -> None:
    count = np.array([row[0] for row in rows], dtype=np.int64)
    whole = np.array([row[1] for row in rows], dtype=np.int64)
    part = np.array([1000 * int(row[1] * row[2]) for row in rows], dtype=np.int64)
    expected = [
        round(Fraction(a * b, c))
        for a, b, c in zip(count.tolist(), part.tolist(), whole.tolist(), strict=True)
    ]
    assert share_of(count, part, whole).tolist() == expected


def test_a_half_goes_to_the_even_neighbour_whichever_way_the_count_goes() -> None:
    count = np.array([1, 3, 5, -1, -3, -5], dtype=np.int64)
    halves = np.full(6, 1, dtype=np.int64)
    assert share_of(count, halves, 2 * halves).tolist() == [0, 2, 2, 0, -2, -2]
