from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.attribution import (
    Gain,
    Method,
    Reading,
    Series,
    gain_between,
    link_definitions,
    make_series,
    value_at,
)
from tests.analytics.world import at

PUBLISHED = at("2026-11-10 10:00")
COUNTS = {
    at("2026-11-10 22:00"): 1200,
    at("2026-11-12 22:00"): 1900,
    at("2026-11-15 23:00"): 2150,
    at("2026-11-18 09:00"): 2100,
    at("2026-11-22 23:00"): 2240,
    at("2026-12-01 23:00"): 2300,
}
MONDAYS = [at("2026-11-09 00:00") + timedelta(days=7 * week) for week in range(5)]


def readings(counts: Mapping[datetime, int]) -> list[Reading]:
    return [
        Reading(observed_at=when, recorded_at=when, value=count) for when, count in counts.items()
    ]


def weekly(series: Series) -> list[Gain]:
    return [gain_between(series, start, end) for start, end in pairwise(MONDAYS)]


@pytest.mark.parametrize(
    ("week", "net", "gross", "correction", "method"),
    [
        (0, 2150, 2150, 0, Method.OBSERVED),
        (1, 90, 140, -50, Method.OBSERVED),
        (2, Fraction("46.944"), Fraction("46.944"), 0, Method.INTERPOLATED),
        (3, Fraction("13.056"), Fraction("13.056"), 0, Method.CARRIED),
    ],
)
def test_each_week_of_the_worked_example_gains_what_was_computed_by_hand(
    week: int, net: Fraction, gross: Fraction, correction: int, method: Method
) -> None:
    gain = weekly(make_series(PUBLISHED, readings(COUNTS)))[week]
    assert (gain.net, gain.gross, gain.correction) == (net, gross, correction)
    assert gain.method is method
    assert gain.provisional == (week == 3)


def test_the_worked_example_reads_46_94_and_13_06_and_adds_up_to_the_last_count() -> None:
    gains = weekly(make_series(PUBLISHED, readings(COUNTS)))
    assert [round(float(gain.net), 2) for gain in gains] == [2150.0, 90.0, 46.94, 13.06]
    assert sum(gain.net for gain in gains) == 2300


def test_an_interpolated_boundary_gives_the_two_readings_as_its_range() -> None:
    boundary = value_at(make_series(PUBLISHED, readings(COUNTS)), at("2026-11-30 00:00"))
    assert (boundary.lower, boundary.upper) == (2240, 2300)
    assert boundary.read_from == at("2026-11-22 23:00")
    assert boundary.read_to == at("2026-12-01 23:00")


def test_a_carried_boundary_says_how_stale_it_is_and_leaves_its_upper_end_open() -> None:
    boundary = value_at(make_series(PUBLISHED, readings(COUNTS)), at("2026-12-07 00:00"))
    assert boundary.value == 2300
    assert boundary.upper is None
    assert boundary.stale_for == timedelta(days=5, hours=1)


def test_a_reading_two_hours_before_the_boundary_is_observed_and_an_older_one_is_not() -> None:
    boundary = at("2026-11-16 00:00")
    later = {at("2026-11-20 00:00"): 200}
    just = make_series(PUBLISHED, readings({at("2026-11-15 22:00"): 100} | later))
    older = make_series(PUBLISHED, readings({at("2026-11-15 21:59"): 100} | later))
    assert value_at(just, boundary).method is Method.OBSERVED
    assert value_at(older, boundary).method is Method.INTERPOLATED


def test_a_post_that_goes_out_within_the_week_starts_from_an_exact_zero() -> None:
    gain = weekly(make_series(PUBLISHED, readings({at("2026-11-15 23:30"): 70})))[0]
    assert (gain.net, gain.method, gain.read_from) == (70, Method.OBSERVED, None)


def test_publication_within_two_hours_of_the_boundary_is_no_observed_zero() -> None:
    late = make_series(at("2026-11-15 23:00"), readings({at("2026-11-16 01:00"): 100}))
    boundary = value_at(late, at("2026-11-16 00:00"))
    assert (boundary.value, boundary.method) == (50, Method.INTERPOLATED)


def test_a_falling_count_is_a_correction_and_is_never_clipped() -> None:
    series = make_series(
        PUBLISHED, readings({at("2026-11-15 23:00"): 500, at("2026-11-22 23:00"): 420})
    )
    gain = weekly(series)[1]
    assert (gain.net, gain.gross, gain.correction) == (-80, 0, -80)


def test_of_two_readings_for_one_instant_the_later_recorded_holds() -> None:
    when = at("2026-11-15 23:00")
    first = Reading(observed_at=when, recorded_at=when, value=900)
    mended = Reading(observed_at=when, recorded_at=when + timedelta(days=2), value=90)
    for order in ([first, mended], [mended, first]):
        assert weekly(make_series(PUBLISHED, order))[0].net == 90


def test_weeks_before_a_first_reading_long_after_publication_are_marked_as_backfilled() -> None:
    gains = weekly(make_series(PUBLISHED, readings({at("2026-11-29 23:00"): 700})))
    assert [gain.backfilled for gain in gains] == [True, True, True, False]


def test_a_changed_definition_starts_a_new_series_and_the_jump_is_no_gain() -> None:
    change = at("2026-11-18 12:00")
    old = make_series(PUBLISHED, readings({at("2026-11-15 23:00"): 4000, change: 5000}), "old")
    new = make_series(PUBLISHED, readings({change: 6100, at("2026-11-22 23:00"): 6300}), "new")
    for order in ([old, new], [new, old]):
        linked = link_definitions(order)
        gains = [gain_between(one, MONDAYS[1], MONDAYS[2]).net for one in linked]
        assert [one.definition for one in linked] == ["old", "new"]
        assert gains == [1000, 200]


def test_while_both_definitions_are_read_the_old_one_counts_up_to_the_first_of_the_new() -> None:
    first_of_new, later = at("2026-11-18 12:00"), at("2026-11-20 12:00")
    old = make_series(PUBLISHED, readings({first_of_new: 5000, later: 5400}), "old")
    new = make_series(
        PUBLISHED, readings({first_of_new: 6100, later: 6500, MONDAYS[2]: 6600}), "new"
    )
    gains = [gain_between(one, MONDAYS[0], MONDAYS[2]).net for one in link_definitions([old, new])]
    assert gains == [5000, 500]


counts_over_time = st.dictionaries(
    st.integers(min_value=1, max_value=28 * 24 * 60).map(
        lambda m: PUBLISHED + timedelta(minutes=m)
    ),
    st.integers(min_value=0, max_value=10**6),
    min_size=1,
    max_size=12,
)


@given(counts_over_time)
def test_the_gains_of_all_weeks_add_up_to_the_last_count(counts: dict[datetime, int]) -> None:
    gains = weekly(make_series(PUBLISHED, readings(counts)))
    gains.append(
        gain_between(
            make_series(PUBLISHED, readings(counts)), MONDAYS[-1], MONDAYS[-1] + timedelta(days=28)
        )
    )
    assert sum(gain.net for gain in gains) == counts[max(counts)]
    assert sum(gain.gross + gain.correction for gain in gains) == counts[max(counts)]


@given(counts_over_time, st.randoms(use_true_random=False))
def test_gains_do_not_depend_on_the_order_in_which_readings_arrive(
    counts: dict[datetime, int], random: object
) -> None:
    ordered = readings(counts)
    shuffled = list(ordered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands in a random.Random
    assert weekly(make_series(PUBLISHED, shuffled)) == weekly(make_series(PUBLISHED, ordered))


@given(counts_over_time)
def test_a_gain_lies_within_its_own_range(counts: dict[datetime, int]) -> None:
    for gain in weekly(make_series(PUBLISHED, readings(counts))):
        assert gain.net == gain.gross + gain.correction
        assert gain.lower is None or gain.lower <= gain.net
        assert gain.upper is None or gain.net <= gain.upper
