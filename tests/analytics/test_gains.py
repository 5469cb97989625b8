from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.attribution import Method, Reading, gain_between, make_series
from analytics.gain_rows import GainRow
from campaign.store.snapshots import SnapshotLine
from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")


def row(world: World, metric: Metric = Metric.IMPRESSIONS, **asked: str) -> GainRow:
    (found,) = [one for one in world.report(**asked).gains if one.metric is metric]
    return found


@pytest.mark.parametrize(
    ("week", "net", "correction", "method"),
    [
        ("2026-W46", 2150, 0, Method.OBSERVED),
        ("2026-W47", 90, -50, Method.OBSERVED),
        ("2026-W48", Fraction("46.944"), 0, Method.INTERPOLATED),
    ],
)
def test_the_worked_example_comes_out_of_the_database_as_computed_by_hand(
    week: str, net: Fraction, correction: int, method: Method
) -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2026-11-10 10:00"))
    counts = {
        at("2026-11-10 22:00"): 1200,
        at("2026-11-12 22:00"): 1900,
        at("2026-11-15 23:00"): 2150,
        at("2026-11-18 09:00"): 2100,
        at("2026-11-22 23:00"): 2240,
        at("2026-12-01 23:00"): 2300,
    }
    world.read(post, Metric.IMPRESSIONS, counts)
    gain = row(world, week=week, as_of="2026-12-02 09:00").gain
    assert gain is not None
    assert (gain.net, gain.correction, gain.method) == (net, correction, method)


def test_a_post_that_was_never_read_has_no_number_and_says_so() -> None:
    world = World()
    world.post("ico-x", "myth", PUBLISHED)
    found = row(world)
    assert (found.net, found.reason) == (None, "not read yet")


def test_what_a_network_does_not_offer_is_missing_and_not_zero() -> None:
    world = World()
    world.post("ico-bluesky", "myth", PUBLISHED)
    found = row(world)
    assert (found.net, found.reason) == (None, "not offered by the network")


def test_a_partner_that_reported_nothing_is_named_as_the_reason() -> None:
    world = World()
    world.post("ndna-linkedin", "myth", PUBLISHED)
    assert row(world).reason == "the partner has reported no numbers"


def test_the_networks_own_reason_is_passed_on() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    reason = "withheld by the network"
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: None}, reason=reason)
    assert row(world).reason == reason


def test_a_post_not_read_since_before_the_week_gains_nothing_known_rather_than_zero() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-12 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-16 10:00"): 500})
    found = row(world)
    assert (found.net, found.reason) == (None, "not read since 16 January 2027, 10:00")


def test_a_post_whose_readings_have_ended_as_planned_is_left_out() -> None:
    world = World()
    post = world.post("ico-x", "old", at("2026-12-15 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-10 23:00"): 500})
    assert world.report(week="2027-W02").gains == ()


def test_the_last_planned_reading_is_final_and_not_provisional() -> None:
    world = World()
    post = world.post("ico-x", "old", at("2026-12-22 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-17 23:00"): 500, at("2027-01-20 09:00"): 510})
    found = row(world)
    assert found.gain is not None
    assert (found.net, found.gain.method, found.provisional) == (10, Method.CARRIED, False)


def test_a_reading_that_has_to_be_carried_is_provisional_until_the_next_comes() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-23 09:00"): 500})
    found = row(world)
    assert found.gain is not None
    assert (found.net, found.gain.upper, found.provisional) == (500, None, True)


def test_a_changed_definition_gives_two_rows_that_leave_the_jump_out() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-12 09:00"))
    change = at("2027-01-20 12:00")
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-17 23:00"): 4000, change: 5000})
    world.read(post, Metric.IMPRESSIONS, {change: 6100, SUNDAY: 6300}, version=2)
    report = world.report()
    nets = {one.definition: one.net for one in report.gains if one.net is not None}
    assert nets == {"x.impressions.1": 1000, "x.impressions.2": 200}
    assert report.this.totals[0].net == 1200
    assert "What is counted changed on ico-x in week 3." in report.caveats


def test_hours_between_two_definitions_that_nobody_read_are_marked() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-12 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-17 23:00"): 4000, PUBLISHED: 5000})
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-21 09:00"): 6100, SUNDAY: 6300}, version=2)
    gaps = {one.unknown_between for one in world.report().gains if one.net is not None}
    assert gaps == {None, (PUBLISHED, at("2027-01-21 09:00"))}


def test_of_two_sources_only_the_surer_one_counts() -> None:
    world = World()
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 900}, source="stated")
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 700}, source="upload")
    report = world.report()
    counted = {
        one.evidence: one.counted for one in report.gains if one.metric is Metric.IMPRESSIONS
    }
    assert counted == {"upload": True, "stated": False}
    assert report.this.totals[0].net == 700


def test_a_repost_is_not_counted_because_the_owners_post_already_is() -> None:
    channels = {
        "ico-x": {"network": "x", "partner": "ico"},
        "ndna-x": {"network": "x", "partner": "ndna", "mode": "repost"},
    }
    world = World(channels)
    for channel in channels:
        post = world.post(channel, "myth", PUBLISHED)
        world.read(post, Metric.IMPRESSIONS, {SUNDAY: 100})
    assert world.report().this.totals[0].net == 100


def test_what_was_learned_after_the_report_changes_only_a_later_one() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 100})
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 130}, recorded_at=at("2027-01-28 09:00"))
    assert row(world).net == 100
    assert row(world, as_of="2027-01-29 09:00").net == 130


def test_a_post_that_is_gone_keeps_its_last_count_in_its_last_week_and_then_drops_out() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED, deleted_at=at("2027-01-22 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-21 09:00"): 80})
    found = row(world)
    assert (found.net, found.provisional) == (80, False)
    assert world.report(week="2027-W04", as_of="2027-02-02 09:00").gains == ()


def test_a_count_that_was_corrected_later_leaves_no_trace_in_the_steps() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-12 09:00"))
    wrong = at("2027-01-18 09:00")
    counts = {at("2027-01-17 23:00"): 10, wrong: 5, at("2027-01-20 09:00"): 14, SUNDAY: 20}
    world.read(post, Metric.IMPRESSIONS, counts)
    world.read(post, Metric.IMPRESSIONS, {wrong: 12}, recorded_at=at("2027-01-19 09:00"))
    gain = row(world).gain
    assert gain is not None
    assert (gain.net, gain.gross, gain.correction) == (10, 10, 0)


moments = st.integers(min_value=1, max_value=14 * 24).map(
    lambda hours: at("2027-01-12 09:00") + timedelta(hours=hours)
)
lines = st.lists(
    st.tuples(
        moments, st.integers(min_value=0, max_value=3), st.integers(min_value=0, max_value=50)
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda line: line[:2],
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines)
def test_what_the_database_leaves_out_changes_no_gain(
    found: list[tuple[datetime, int, int]],
) -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-12 09:00"))
    readings = [
        Reading(observed_at=when, recorded_at=when + timedelta(minutes=late), value=value)
        for when, late, value in found
    ]
    world.add(
        SnapshotLine(
            delivery_id=post,
            metric=Metric.IMPRESSIONS,
            definition="x.impressions.1",
            source="api",
            observed_at=one.observed_at,
            recorded_at=one.recorded_at,
            value=one.value,
            reason=None,
        )
        for one in readings
    )
    report = world.report(as_of="2027-01-28 09:00")
    (of_report,) = [one for one in report.gains if one.metric is Metric.IMPRESSIONS]
    series = make_series(at("2027-01-12 09:00"), readings)
    from_all = gain_between(series, report.week.start_at, report.week.end_at)
    if of_report.gain is not None:
        assert of_report.gain == from_all
    else:
        assert of_report.reason is not None
        assert from_all.net == 0
    trend = {point.week.name: point.net for point in report.trend}
    assert trend["2027-W03"] == of_report.net
