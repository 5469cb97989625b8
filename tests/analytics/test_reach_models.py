"""The worked examples of the models, and the laws that hold for all of them."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.reach import blend, bounds, sainsbury
from analytics.reach_models import (
    agostini,
    beta_binomial_repeats,
    bonferroni_lower,
    exponential,
    goerg_at_least,
    hofmans_repeats,
    hunter_upper,
    independent_repeats,
)

R1 = (40_000, 25_000, 10_000)
OVERLAPS = {(0, 1): 7_500, (0, 2): 3_000, (1, 2): 3_000}
ONCE, TWICE = 0.06, 0.103

crowds = st.lists(
    st.frozensets(st.integers(min_value=0, max_value=40), max_size=30), min_size=1, max_size=5
)


def test_r1_with_known_overlaps_is_narrowed_from_both_sides() -> None:
    assert bonferroni_lower(R1, OVERLAPS) == 61_500
    assert hunter_upper(R1, OVERLAPS) == 64_500


def test_r1_agostini_lies_between_them() -> None:
    value, cut = agostini(R1, OVERLAPS)
    assert (round(float(value), 2), cut) == (62_370.06, False)


def test_r1_sainsbury_and_the_trade_rule() -> None:
    assert sainsbury(R1, 500_000) == 71_740
    assert sainsbury(R1, 500_000) * Fraction(95, 100) == 68_153


def test_r3_chance_says_too_many_when_posts_are_repeated() -> None:
    chance = [round(float(independent_repeats(Fraction(6, 100), n)), 6) for n in range(1, 7)]
    assert chance == [0.06, 0.1164, 0.169416, 0.219251, 0.266096, 0.31013]


def test_r3_beta_binomial() -> None:
    shares = [round(beta_binomial_repeats(ONCE, TWICE, n), 6) for n in range(1, 7)]
    assert shares == [0.06, 0.103, 0.136156, 0.162943, 0.185299, 0.204408]


def test_r3_hofmans() -> None:
    shares = [round(hofmans_repeats(ONCE, TWICE, n), 6) for n in range(1, 7)]
    assert shares == [0.06, 0.103, 0.135328, 0.160519, 0.180702, 0.197234]


def test_r4_goerg() -> None:
    assert float(goerg_at_least(200, 100, 100)) == pytest.approx(66.6667, abs=1e-4)
    assert goerg_at_least(200, 100, 200, times=2) == 50
    assert goerg_at_least(200, 100, 200, times=3) == 25
    assert float(goerg_at_least(9_300, 5_280, 2 * 9_300)) == pytest.approx(7_372.97, abs=0.01)


@pytest.mark.parametrize(("shown", "people"), [(100, 100), (100, 120), (100, 0)])
def test_goerg_needs_more_showings_than_people(shown: int, people: int) -> None:
    with pytest.raises(ValueError, match="more impressions than people"):
        goerg_at_least(shown, people, 200)


def test_r5_exponential() -> None:
    people = exponential(20_000, 9_000)
    assert round(people, 2) == 7_247.44
    assert round(9_000 / people, 4) == 1.2418
    assert exponential(0, 9_000) == 0


@given(crowds)
def test_true_audiences_lie_within_all_bounds(audiences: list[frozenset[int]]) -> None:
    reached = [len(one) for one in audiences]
    truth = len(frozenset().union(*audiences))
    overlaps = {
        (a, b): len(audiences[a] & audiences[b]) for a, b in combinations(range(len(reached)), 2)
    }
    least, most = bounds(reached, 41)
    assert least <= truth <= most
    assert bonferroni_lower(reached, overlaps) <= truth <= hunter_upper(reached, overlaps)


@given(crowds)
def test_agostini_stays_within_the_bounds_or_says_that_it_was_cut(
    audiences: list[frozenset[int]],
) -> None:
    reached = [len(one) for one in audiences]
    overlaps = {
        (a, b): len(audiences[a] & audiences[b]) for a, b in combinations(range(len(reached)), 2)
    }
    value, _cut = agostini(reached, overlaps)
    least, most = bounds(reached, None)
    assert least <= value <= most


@given(st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=6))
def test_with_an_endless_universe_chance_makes_no_overlap(reached: list[int]) -> None:
    assert float(sainsbury(reached, 10**12)) == pytest.approx(sum(reached), rel=1e-6)


@given(
    st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=6),
    st.fractions(min_value=0, max_value=1),
    st.integers(min_value=0, max_value=5),
)
def test_the_blend_is_symmetric_monotone_and_within_the_bounds(
    reached: list[int], weight: Fraction, place: int
) -> None:
    universe = 1_001
    value = blend(reached, universe, weight)
    least, most = bounds(reached, universe)
    assert least <= value <= most
    assert blend(reached[::-1], universe, weight) == value
    at = place % len(reached)
    assert blend([one + (i == at) for i, one in enumerate(reached)], universe, weight) >= value


@given(
    st.integers(min_value=1, max_value=10**6),
    st.integers(min_value=1, max_value=10**6),
    st.integers(min_value=1, max_value=10**7),
)
def test_goerg_never_reaches_more_people_than_it_was_shown(a: int, b: int, wanted: int) -> None:
    shown, people = a + b, a
    at_least = [goerg_at_least(shown, people, wanted, times=k) for k in (1, 2, 3)]
    assert wanted >= at_least[0] >= at_least[1] >= at_least[2] > 0
    assert goerg_at_least(shown, people, shown) == people
