"""What was paid for is a series of its own: told, summed and printed apart, and never added."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.attribution import Method
from analytics.charts import draw_charts
from analytics.collection import collect_due
from analytics.imports import MetricsFileError, NumbersFile, import_metrics
from analytics.page import render_page
from analytics.paid import definition_told
from analytics.report import Report
from analytics.written import gains_csv
from campaign.clock import SteppedClock
from campaign.store.snapshots import set_read_due
from connectors.contract import PAID_METRICS, PAID_OF, Metric, Paid
from connectors.registry import NETWORKS as REAL
from tests.analytics.scripted import Scripted
from tests.analytics.slow_weeks import Line, gain, points_of
from tests.analytics.test_series_weeks import AS_OF, PUBLISHED, WEEK, forget, slow
from tests.analytics.world import NETWORKS, World, at

HEAD = "channel,post,observed_at,metric,value,paid\n"
NOW = at("2027-01-25 09:00")


@pytest.fixture
def world() -> World:
    world = World()
    world.post("ndna-linkedin", "myth", at("2027-01-19 09:00"))
    return world


def take_in(world: World, text: str) -> None:
    with world.store.write() as connection:
        file = NumbersFile(name="numbers.csv", text=text)
        import_metrics(connection, file, networks=NETWORKS, now=NOW)


def row(metric: str, value: int, paid: str, when: str = "2027-01-24 23:30") -> str:
    return f"ndna-linkedin,myth,{when},{metric},{value},{paid}\n"


def totals(report: Report) -> dict[str, int]:
    return {one.metric: int(one.net) for one in report.this.totals if one.net is not None}


def refused(world: World, text: str) -> tuple[str, ...]:
    with pytest.raises(MetricsFileError) as caught:
        take_in(world, text)
    return caught.value.faults


def test_a_partner_marks_what_was_paid_for_and_the_report_keeps_it_apart(world: World) -> None:
    take_in(world, HEAD + row("impressions", 1204, "no") + row("impressions", 5000, "yes"))
    report = world.report()
    assert totals(report) == {"impressions": 1204, "paid-impressions": 5000}
    assert [point.net for point in report.trend] == [1204]
    assert "1,204 times" in report.headline
    assert "5,000" not in report.headline
    paid = "Paid for: shown 5,000 times more on ndna-linkedin; no other figure here holds that."
    assert paid in report.caveats
    assert report.quotation is not None
    assert "paid showings left out" in report.quotation


def test_what_was_shown_once_for_money_is_told_as_one_time(world: World) -> None:
    take_in(world, HEAD + row("impressions", 1204, "no") + row("impressions", 1, "yes"))
    paid = "Paid for: shown 1 time more on ndna-linkedin; no other figure here holds that."
    assert paid in world.report().caveats


def test_page_json_and_csv_say_of_every_number_whether_it_was_paid_for(world: World) -> None:
    take_in(
        world,
        HEAD
        + row("impressions", 1204, "no")
        + row("impressions", 5000, "yes")
        + row("reactions", 41, ""),
    )
    report = world.report()
    values = json.loads(json.dumps(report.to_json()))
    said = {(one["metric"], one["net"]): one["paid"] for one in values["gains"] if one["net"]}
    assert said == {
        ("impressions", 1204): "organic",
        ("paid-impressions", 5000): "paid",
        ("reactions", 41): "may include paid",
    }
    assert {one["metric"] for one in values["totals"] if one["paid_for"]} == {"paid-impressions"}
    assert ",paid-impressions,5000," in gains_csv(report)
    page = render_page(report, draw_charts(report))
    assert "5,000 paid for, counted apart" in page
    assert "Paid: times shown" in page


def test_a_number_of_which_nobody_said_it_is_told_to_hold_paid_showings_perhaps(
    world: World,
) -> None:
    take_in(world, HEAD + row("impressions", 1204, ""))
    said = "Nobody told whether figures of ndna-linkedin hold paid showings."
    assert said in world.report().caveats


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (row("impressions", 10, "maybe"), "numbers.csv:2: paid: “maybe” is no answer"),
        (row("paid-impressions", 10, ""), "numbers.csv:2: paid-impressions: write impressions"),
        (
            row("impressions", 10, "yes") + row("impressions", 30, ""),
            "numbers.csv:3: is a part of line 2, or it is not",
        ),
        (
            row("impressions", 10, "yes") + row("impressions", 11, "yes"),
            "numbers.csv:3: contradicts line 2",
        ),
    ],
)
def test_a_mark_that_cannot_be_meant_is_refused(world: World, rows: str, fault: str) -> None:
    (said,) = refused(world, HEAD + rows)
    assert said.startswith(fault)
    assert totals(world.report()) == {}


def test_the_paid_part_is_no_jump_and_no_contradiction_of_the_rest(world: World) -> None:
    early = row("impressions", 900, "no", "2027-01-21 09:00")
    take_in(world, HEAD + early + row("impressions", 200_000, "yes", "2027-01-21 09:00"))
    take_in(world, HEAD + row("impressions", 950, "no") + row("impressions", 210_000, "yes"))
    assert totals(world.report()) == {"impressions": 950, "paid-impressions": 210_000}


def test_a_paid_number_makes_up_for_none_that_is_missing(world: World) -> None:
    take_in(world, HEAD + row("impressions", 5000, "yes"))
    report = world.report()
    missing = (
        "No numbers from ndna-linkedin (the partner has reported no numbers); nothing is counted "
        "for them."
    )
    assert missing in report.caveats
    assert "5,000" not in report.headline
    (partner,) = [one for one in report.partners if one.partner == "ndna"]
    assert partner.impressions is None


def test_a_post_that_nobody_paid_for_has_no_paid_line_at_all() -> None:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-19 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-24 23:30"): 100})
    report = world.report()
    assert not PAID_METRICS & {one.metric for one in report.gains}
    assert "aid for" not in " ".join((*report.caveats, report.headline))


def test_what_a_network_tells_apart_is_collected_apart() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}})
    published = at("2027-01-19 09:00")
    world.post("ico-x", "myth", published, read_due_at=published)
    clock = SteppedClock(at("2027-01-24 23:30"))
    counts = {Metric.IMPRESSIONS: 600, Metric.PAID_IMPRESSIONS: 300, Metric.REACTIONS: 5}
    network = Scripted("x", clock, {"r-myth-ico-x": counts}, told=REAL_X)
    collect_due(world.store, clock=clock, connector_for=lambda _channel: network)
    assert totals(world.report()) == {"impressions": 600, "reactions": 5, "paid-impressions": 300}


def test_a_post_that_was_promoted_late_has_no_paid_showings_before_that() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}})
    published = at("2027-01-12 09:00")
    post = world.post("ico-x", "myth", published, read_due_at=published)
    clock = SteppedClock(published)
    network = Scripted("x", clock, {}, told=REAL_X)
    told = {
        "2027-01-17 23:30": {Metric.IMPRESSIONS: 600},
        "2027-01-20 10:00": {Metric.IMPRESSIONS: 650, Metric.PAID_IMPRESSIONS: 300},
        "2027-01-24 23:30": {Metric.IMPRESSIONS: 660, Metric.PAID_IMPRESSIONS: 400},
    }
    for instant, one in told.items():
        clock.move_to(at(instant))
        network.counts["r-myth-ico-x"] = one
        with world.store.write() as connection:
            set_read_due(connection, post, clock.now())
        collect_due(world.store, clock=clock, connector_for=lambda _channel: network)
    before, this = world.report("2027-W02"), world.report("2027-W03")
    assert totals(before) == {"impressions": 600, "paid-impressions": 0}
    assert "aid for" not in " ".join(before.caveats)
    assert totals(this) == {"impressions": 60, "paid-impressions": 400}
    (row,) = [one for one in this.gains if one.metric is Metric.PAID_IMPRESSIONS]
    assert row.gain is not None
    assert (row.gain.method, row.gain.backfilled) == (Method.OBSERVED, False)


REAL_X = next(one.capabilities.sometimes for name, one in REAL.items() if name == "x")

counts = st.lists(st.tuples(st.integers(1, 26 * 24), st.integers(0, 60)), min_size=1, max_size=9)


@pytest.fixture(scope="module")
def shared() -> World:
    return World()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(counts, counts)
def test_both_series_come_out_as_the_slow_way_has_each_alone(
    shared: World, organic: list[tuple[int, int]], paid: list[tuple[int, int]]
) -> None:
    forget(shared)
    post = shared.post("ndna-linkedin", "myth", PUBLISHED)
    lines = {}
    for metric, drawn in ((Metric.IMPRESSIONS, organic), (Metric.PAID_IMPRESSIONS, paid)):
        seen = {PUBLISHED + timedelta(hours=hour): value for hour, value in drawn}
        shared.read(post, metric, seen, source="upload")
        name = f"linkedin.{metric}.1"
        lines[metric] = [
            Line(name, "upload", instant, instant, one) for instant, one in seen.items()
        ]
    name = f"{WEEK.monday_on.isocalendar().year}-W{WEEK.monday_on.isocalendar().week:02}"
    report = shared.report(name, f"{AS_OF:%Y-%m-%d %H:%M}")
    for metric, known in lines.items():
        points = points_of(known, f"linkedin.{metric}.1", "upload", AS_OF)
        read = bool(points) and points[-1][0] > WEEK.start_at
        expected = [gain(points, (PUBLISHED, 0), WEEK.start_at, WEEK.end_at)] if read else []
        found = [slow(one) for one in report.gains if one.metric is metric and one.gain]
        assert found == expected


def test_every_network_says_of_every_count_whether_paid_showings_are_in_it() -> None:
    said = {
        str(name): {one.paid for one in network.capabilities.metrics}
        for name, network in REAL.items()
    }
    assert said["mastodon"] == said["bluesky"] == said["linkedin"] == {Paid.NONE}
    assert said["facebook"] == said["threads"] == {Paid.NOT_TOLD}
    assert said["x"] == {Paid.NONE, Paid.NOT_TOLD}


@pytest.mark.parametrize(
    ("name", "metric", "told", "expected"),
    [
        ("x", Metric.IMPRESSIONS, None, "x.impression_count.1"),
        ("x", Metric.IMPRESSIONS, False, "x.organic_metrics.impression_count.1"),
        ("x", Metric.IMPRESSIONS, True, "x.promoted_metrics.impression_count.1"),
        ("linkedin", Metric.REACH, None, "linkedin.uniqueImpressionsCount.1.combined"),
        ("linkedin", Metric.REACH, False, "linkedin.uniqueImpressionsCount.1"),
        ("linkedin", Metric.REACH, True, "linkedin.uniqueImpressionsCount.1.paid"),
        ("facebook", Metric.VIEWS, None, "facebook.post_media_view.1"),
        ("facebook", Metric.VIEWS, False, "facebook.post_media_view.1.organic"),
        ("mastodon", Metric.REACTIONS, None, "mastodon.favourites_count.1"),
    ],
)
def test_a_number_that_a_person_brings_follows_the_definition_that_fits_what_was_said(
    name: str,
    metric: Metric,
    told: bool | None,  # noqa: FBT001 - a column
    expected: str,
) -> None:
    network = next(one for key, one in REAL.items() if key == name)
    found = definition_told(network, metric, paid=told)
    assert found is not None
    assert found.id == expected
    assert found.metric is (PAID_OF[metric] if told else metric)
