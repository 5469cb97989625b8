from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rates import ratio_of_sums, wilson_interval
from analytics.reach import blend, bounds, models, overlap_bounds, round_down, round_up, sainsbury

THREE = (40_000, 25_000, 10_000)
N = 500_000

audiences = st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=6)
universes = st.integers(min_value=1000, max_value=5000)


def test_three_channels_reach_at_least_the_largest_and_at_most_all_together() -> None:
    assert bounds(THREE, N) == (40_000, 75_000)


def test_nobody_is_reached_beyond_the_universe() -> None:
    assert bounds((700, 600), 1000) == (700, 1000)


def test_sainsbury_and_the_blends_of_the_worked_example() -> None:
    assert sainsbury(THREE, N) == 71_740
    assert [blend(THREE, N, Fraction(w, 4)) for w in (1, 2, 4)] == [63_805, 55_870, 40_000]


@pytest.mark.parametrize(
    ("first", "second", "universe", "expected"),
    [(40_000, 25_000, N, (0, 25_000)), (700, 600, 1000, (300, 600))],
)
def test_overlap_of_two_channels_is_bounded_by_the_universe_and_the_smaller(
    first: int, second: int, universe: int, expected: tuple[int, int]
) -> None:
    assert overlap_bounds(first, second, universe) == expected


def test_a_model_comes_with_its_name_its_universe_and_its_assumption() -> None:
    named = models(THREE, N)
    assert [one.name for one in named] == [
        "Sainsbury",
        "Blend, weight 0.25",
        "Blend, weight 0.75",
    ]
    assert {one.universe for one in named} == {N}
    assert all(one.assumption for one in named)


def test_without_a_universe_there_is_no_model() -> None:
    assert models(THREE, None) == ()


@given(audiences, universes)
def test_models_stay_within_the_bounds(reached: list[int], universe: int) -> None:
    least, most = bounds(reached, universe)
    for model in models(reached, universe):
        assert least <= model.value <= most


@given(audiences, universes, st.data())
def test_models_do_not_depend_on_order_and_never_fall_when_a_channel_grows(
    reached: list[int], universe: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(min_value=0, max_value=len(reached) - 1))
    more = [one + (index == at) for index, one in enumerate(reached)]
    assert sainsbury(list(reversed(reached)), universe) == sainsbury(reached, universe)
    if max(more) <= universe:
        assert sainsbury(more, universe) >= sainsbury(reached, universe)


@given(st.integers(min_value=0, max_value=1000), universes)
def test_one_channel_alone_is_its_own_reach(reached: int, universe: int) -> None:
    assert bounds([reached], universe) == (reached, reached)
    assert sainsbury([reached], universe) == reached


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(12_345, 12_000, 13_000), (12_000, 12_000, 12_000), (999, 990, 1000), (7, 7, 7), (0, 0, 0)],
)
def test_bounds_in_words_are_rounded_outward_to_two_figures(
    value: int, low: int, high: int
) -> None:
    assert (round_down(value), round_up(value)) == (low, high)


def test_a_fraction_of_a_person_is_rounded_outward_too() -> None:
    assert (round_down(Fraction(19, 2)), round_up(Fraction(19, 2))) == (9, 10)


def test_a_group_rate_is_the_ratio_of_sums_not_the_mean_of_ratios() -> None:
    rate = ratio_of_sums([(5, 50), (40, 4000), (15, 950)])
    assert rate == Fraction(12, 1000)


def test_a_rate_over_nothing_is_undefined_not_zero() -> None:
    assert ratio_of_sums([]) is None
    assert ratio_of_sums([(0, 0)]) is None


@pytest.mark.parametrize(
    ("count", "base", "low", "high"),
    [(12, 400, 1.72, 5.17), (3, 40, 2.58, 19.86), (120, 4000, 2.51, 3.58)],
)
def test_wilson_intervals_of_the_worked_examples(
    count: int, base: int, low: float, high: float
) -> None:
    lower, upper = wilson_interval(count, base)
    assert (round(lower * 100, 2), round(upper * 100, 2)) == (low, high)


@pytest.mark.parametrize(("count", "base"), [(5, 4), (-1, 4), (0, 0)])
def test_what_is_no_share_has_no_interval(count: int, base: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson_interval(count, base)
