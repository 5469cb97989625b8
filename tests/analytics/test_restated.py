"""What was sent and is known otherwise now is said, with the reason."""

import json

import pytest

from analytics.report import Report
from analytics.report_json import frozen_values
from campaign.models_reports import ReportIssue
from campaign.store.reports import add_issue
from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")
SENT = "2027-01-26 09:00"
LATER = at("2027-01-27 09:00")


def send(world: World, week: str = "2027-W03", sent: str = SENT) -> Report:
    """Keep the report of a week as it was sent on Tuesday."""
    report = world.report(week=week, as_of=sent)
    issue = ReportIssue(
        week=week,
        number=1,
        as_of=at(sent),
        prepared_at=at(sent),
        released_at=at(sent),
        released_by="ama",
        values_json=json.dumps(frozen_values(report)),
    )
    with world.store.write() as connection:
        add_issue(connection, issue)
    return report


def told(
    world: World, week: str = "2027-W03", as_of: str = "2027-02-02 09:00"
) -> list[tuple[str, ...]]:
    found = world.report(week=week, as_of=as_of).restated
    return [(one.week, one.figure, one.was, one.now, one.reason) for one in found]


@pytest.fixture
def world() -> World:
    world = World()
    on_x = world.post("ico-x", "myth", PUBLISHED)
    world.read(on_x, Metric.IMPRESSIONS, {SUNDAY: 1_000})
    world.post("ndna-linkedin", "myth", PUBLISHED)
    return world


def test_a_week_that_nothing_changed_restates_nothing(world: World) -> None:
    send(world)
    assert told(world) == []


def test_numbers_that_came_later_are_named_with_their_channel(world: World) -> None:
    send(world)
    post = "myth/ndna-linkedin/1"
    for metric, count in ((Metric.IMPRESSIONS, 500), (Metric.REACH, 400)):
        world.read(post, metric, {SUNDAY: count}, source="upload", recorded_at=LATER)
    reason = "numbers that came later: ndna-linkedin"
    assert told(world) == [
        ("2027-W03", "times shown", "1,000", "1,500", reason),
        ("2027-W03", "people newly reached", "\N{EN DASH}", "400", reason),
    ]


def test_counts_that_a_partner_corrected_are_told_from_new_ones(world: World) -> None:
    post = "myth/ndna-linkedin/1"
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 500}, source="upload")
    send(world)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 450}, source="upload", recorded_at=LATER)
    assert told(world) == [
        ("2027-W03", "times shown", "1,500", "1,450", "corrected counts: ndna-linkedin")
    ]


def test_what_was_provisional_is_restated_by_later_readings(world: World) -> None:
    open_one = world.post("ico-x", "open", PUBLISHED)
    world.read(open_one, Metric.IMPRESSIONS, {at("2027-01-22 09:00"): 100})
    send(world)
    world.read(open_one, Metric.IMPRESSIONS, {at("2027-01-28 09:00"): 160})
    (found,) = told(world)
    assert found[1:3] == ("times shown", "1,100")
    assert found[4] == "later readings: ico-x"


def test_posts_that_were_recorded_later_are_named_as_such(world: World) -> None:
    send(world)
    late = world.post("ndna-facebook", "late", PUBLISHED)
    world.read(late, Metric.REACH, {SUNDAY: 70}, source="upload", recorded_at=LATER)
    (found,) = told(world)
    assert found[1:] == (
        "people newly reached", "\N{EN DASH}", "70", "posts recorded later: ndna-facebook",
    )  # fmt: skip


def test_the_next_weeks_say_it_too_and_older_ones_by_channel(world: World) -> None:
    send(world)
    post = "myth/ndna-linkedin/1"
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 500}, source="upload", recorded_at=LATER)
    reason = "numbers that came later: ndna-linkedin"
    assert told(world, "2027-W04") == [("2027-W03", "times shown", "1,000", "1,500", reason)]
    assert told(world, "2027-W06", "2027-02-16 09:00") == [
        ("2027-W03", "times shown", "1,000", "1,500", "changed: ndna-linkedin")
    ]


def test_what_the_report_before_has_told_is_not_told_again(world: World) -> None:
    send(world)
    post = "myth/ndna-linkedin/1"
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 500}, source="upload", recorded_at=LATER)
    send(world, "2027-W04", "2027-02-02 09:00")
    assert told(world, "2027-W05", "2027-02-09 09:00") == []
    later = at("2027-02-10 09:00")
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 600}, source="upload", recorded_at=later)
    assert told(world, "2027-W05", "2027-02-11 09:00") == [
        ("2027-W03", "times shown", "1,500", "1,600", "changed: ndna-linkedin")
    ]
