"""A last reading that was missed before a network's wall is said by page, figures and JSON."""

from dataclasses import replace
from datetime import datetime

import pytest

from analytics.purse import NOT_FOR_COST
from analytics.report import Report
from connectors.contract import Metric
from tests.analytics import world as of_world
from tests.analytics.world import CADENCE, DAYS, World, at

TUESDAY = at("2027-01-19 09:00")
"""Its 28th day is 16 February, in week 7, and its 30th is 18 February."""
MISSED = (
    "1 post lacks its last reading, and X tells nothing after 30 days (from 18 February 2027): "
    "what was gained since is in no figure (myth/ico-x/1)."
)


@pytest.fixture(autouse=True)
def _x_has_a_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    x = of_world.NETWORKS["x"]
    cadence = replace(CADENCE, ages=(*CADENCE.ages, 28 * DAYS), wall=30 * DAYS)
    walled = replace(x, capabilities=replace(x.capabilities, cadence=cadence))
    monkeypatch.setattr(of_world, "NETWORKS", {**of_world.NETWORKS, "x": walled})


def read_until(last: datetime, *, more: dict[datetime, int] | None = None) -> World:
    world = World()
    post = world.post("ico-x", "myth", TUESDAY)
    counts = {TUESDAY + 7 * DAYS: 500, last: 900} | (more or {})
    world.read(post, Metric.IMPRESSIONS, counts)
    return world


def of_week_7(world: World) -> Report:
    return world.report("2027-W07", "2027-02-23 09:00")


def test_a_post_that_the_wall_shut_away_is_named_and_its_figure_says_why_it_is_none() -> None:
    report = of_week_7(read_until(at("2027-02-14 22:30")))
    assert MISSED in report.caveats
    (row,) = [one for one in report.gains if one.metric is Metric.IMPRESSIONS]
    assert row.net is None
    assert row.reason == "not read since 14 February 2027, 22:30; X no longer tells it"
    (missed,) = report.to_json()["missed_readings"]
    assert missed == {
        "delivery": "myth/ico-x/1",
        "channel": "ico-x",
        "network": "x",
        "wall_at": "2027-02-18T09:00:00Z",
        "read_at": "2027-02-14T22:30:00Z",
    }


def test_a_figure_that_rests_on_an_earlier_reading_is_open_above_and_not_called_provisional() -> (
    None
):
    report = of_week_7(read_until(at("2027-02-15 09:00")))
    (row,) = [one for one in report.gains if one.metric is Metric.IMPRESSIONS]
    assert (row.net is None, row.provisional) == (False, False)
    assert row.gain is not None
    assert row.gain.upper is None
    assert not report.provisional
    assert MISSED in report.caveats


def test_a_last_reading_that_was_had_is_not_missed_even_where_it_came_after_the_week() -> None:
    last = {at("2027-02-16 10:00"): 950}
    assert of_week_7(read_until(at("2027-02-14 22:30"), more=last)).missed == ()
    late = World()
    post = late.post("ico-x", "myth", at("2027-01-24 20:00"))
    late.read(post, Metric.IMPRESSIONS, {at("2027-02-14 22:30"): 9, at("2027-02-22 08:00"): 10})
    assert of_week_7(late).missed == ()


def test_before_the_wall_it_may_still_be_had_and_the_figure_may_still_grow() -> None:
    world = read_until(at("2027-02-15 09:00"))
    report = world.report("2027-W07", "2027-02-17 09:00")
    assert [one.delivery for one in report.missed] == ["myth/ico-x/1"]
    assert MISSED in report.caveats
    (row,) = [one for one in report.gains if one.metric is Metric.IMPRESSIONS]
    assert row.provisional


def test_it_is_told_in_the_week_it_happened_in_and_not_in_the_next() -> None:
    world = read_until(at("2027-02-14 22:30"))
    assert world.report("2027-W06", "2027-02-16 09:00").missed == ()
    assert world.report("2027-W08", "2027-03-02 09:00").missed == ()


def test_of_a_post_that_is_gone_or_posted_by_hand_nothing_is_missed() -> None:
    world = World()
    world.post("ico-x", "gone", TUESDAY, deleted_at=at("2027-02-15 09:00"))
    world.post("ndna-linkedin", "by-hand", TUESDAY)
    assert of_week_7(world).missed == ()


def test_a_figure_that_the_spending_limit_cost_says_so() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-02-09 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-02-12 09:00"): 100})
    world.read(post, Metric.IMPRESSIONS, {at("2027-02-21 22:30"): None}, reason=NOT_FOR_COST)
    (row,) = [one for one in of_week_7(world).gains if one.metric is Metric.IMPRESSIONS]
    assert row.reason == "not read since 12 February 2027, 09:00; the spending limit was reached"
