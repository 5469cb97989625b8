"""Progress towards targets: floors, bounds and intervals, and a verdict only where it holds."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from analytics.objectives import Progress
from analytics.tiles import tiles
from analytics.to_date import to_date
from analytics.weeks import week_of
from campaign.models_reports import ObjectiveValue
from campaign.schedule.objectives import Objective
from campaign.store.objectives import enter_value
from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")
DAY = timedelta(days=1)
WEEK = week_of(SUNDAY, ZoneInfo("Europe/London"))


def world_for(**fields: Any) -> World:
    values = {"text": "To be seen", "stage": "outputs", "by": "2027-02-01"} | fields
    return World(objectives={"seen": values}, runs={"from": "2027-01-12", "until": "2027-02-28"})


def told(world: World, **more: Any) -> Progress:
    (found,) = world.report(**more).objectives
    return found


def test_what_was_counted_of_every_post_is_the_sum_since_the_campaign_began() -> None:
    world = world_for(measure="times-shown", target=1000)
    for name, published, count in (("old", PUBLISHED - 7 * DAY, 300), ("new", PUBLISHED, 200)):
        post = world.post("ico-x", name, published)
        world.read(post, Metric.IMPRESSIONS, {SUNDAY: count})
    found = told(world)
    assert (found.known.printed, found.verdict) == ("500", "not reached yet")
    assert (float(found.share or 0), float(found.time_passed)) == (0.5, 0.6)


def test_posts_without_a_number_make_it_at_least() -> None:
    world = world_for(measure="times-shown", target=1000)
    world.read(world.post("ico-x", "read", PUBLISHED), Metric.IMPRESSIONS, {SUNDAY: 400})
    world.post("ico-bluesky", "unread", PUBLISHED)
    found = told(world)
    assert (found.known.printed, found.known.rests_on) == ("at least 400", "1 of 2 posts")
    assert found.verdict == "not reached as far as counted"


def test_a_floor_above_the_target_is_reached_whatever_was_not_read() -> None:
    world = world_for(measure="times-shown", target=400)
    world.read(world.post("ico-x", "read", PUBLISHED), Metric.IMPRESSIONS, {SUNDAY: 400})
    world.post("ico-bluesky", "unread", PUBLISHED)
    assert told(world).verdict == "reached"


def test_people_have_two_bounds_and_a_target_between_them_cannot_be_judged() -> None:
    world = world_for(measure="people", target=1000)
    for name, count in (("a", 700), ("b", 600)):
        post = world.post("ndna-linkedin", name, PUBLISHED)
        world.read(post, Metric.REACH, {SUNDAY: count}, source="upload")
    found = told(world)
    assert found.known.printed == "700 to 1,300"
    assert found.verdict == "cannot be said: the range holds the target"


def test_a_rate_has_an_interval() -> None:
    world = world_for(measure="engagement-rate", target="2%")
    post = world.post("ico-x", "myth", PUBLISHED)
    counts = {
        Metric.IMPRESSIONS: 4000,
        Metric.REACTIONS: 100,
        Metric.REPLIES: 0,
        Metric.RESHARES: 20,
    }
    for metric, count in counts.items():
        world.read(post, metric, {SUNDAY: count})
    found = told(world)
    assert found.known.printed == "3.0% (2.5% to 3.6%)"
    assert found.verdict == "reached"


def test_a_definition_that_changed_is_not_counted_twice() -> None:
    world = world_for(measure="times-shown", target=10_000)
    post = world.post("ico-x", "myth", PUBLISHED)
    changed = at("2027-01-22 09:00")
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-20 09:00"): 4000, changed: 5000})
    world.read(post, Metric.IMPRESSIONS, {changed: 6100, SUNDAY: 6300}, version=2)
    assert told(world).known.printed == "5,200"


def test_what_came_after_the_week_or_was_learned_later_is_not_in_it() -> None:
    world = world_for(measure="times-shown", target=1000)
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 400, at("2027-01-25 12:00"): 450})
    late = at("2027-01-27 09:00")
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-24 23:30"): 420}, recorded_at=late)
    assert told(world).known.printed == "400"


def entered(world: World, value: str, known_on: str, **more: Any) -> None:
    row = ObjectiveValue(
        objective="seen",
        known_on=known_on,
        value=value,
        source="the form",
        person="ama",
        recorded_at=at(f"{known_on} 12:00"),
        **more,
    )
    with world.store.write() as connection:
        enter_value(connection, row)


def test_what_a_person_entered_holds_for_its_day_and_the_last_word_counts() -> None:
    world = world_for(measure="entered", unit="sign-ups", target=200, stage="outcomes")
    assert told(world).verdict == "nobody has entered it yet"
    entered(world, "80", "2027-01-20")
    entered(world, "120", "2027-01-24", lower="100", upper="140")
    entered(world, "190", "2027-01-25")
    found = told(world)
    assert found.known.printed == "120 sign-ups (100 to 140)"
    assert found.known.rests_on == "the form, 2027-01-24, entered by ama"
    assert (found.verdict, float(found.share or 0)) == ("not reached yet", 0.5)


def test_progress_stands_under_the_figure_it_belongs_to() -> None:
    world = world_for(measure="times-shown", target=1000)
    world.read(world.post("ico-x", "myth", PUBLISHED), Metric.IMPRESSIONS, {SUNDAY: 400})
    found = {tile.name: tile.towards for tile in tiles(world.report())}
    assert found == {
        "Posts live": "",
        "Times shown": "400 of 1,000 by 1 February (40%; 60% of the time)",
        "People newly reached": "",
        "Engagement rate": "",
    }


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"measure": "views"}, "Input should be"),
        ({"measure": "times-shown", "target": "many"}, "is no target"),
        ({"measure": "times-shown", "target": 0}, "a target of nothing"),
        ({"measure": "times-shown", "target": 2.5}, "write a whole number"),
        ({"measure": "engagement-rate", "target": 2}, "a rate is a share"),
        ({"measure": "times-shown", "unit": "views"}, "“unit” says what is entered"),
    ],
)
def test_an_objective_that_cannot_be_meant_is_refused(fields: dict[str, Any], says: str) -> None:
    values = {"text": "x", "stage": "outputs", "by": "2027-02-01", "target": 10} | fields
    with pytest.raises(ValidationError, match=says):
        Objective.model_validate(values)


def test_a_repost_is_a_post_that_is_live_and_its_counts_are_the_owners() -> None:
    channels = {
        "ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"},
        "ndna-x": {"network": "x", "partner": "ndna", "mode": "repost"},
    }
    values = {"text": "To be seen", "stage": "outputs", "by": "2027-02-01", "target": 1000}
    objectives = {
        "seen": {**values, "measure": "times-shown"},
        "out": {**values, "measure": "posts-live"},
    }
    world = World(channels, objectives=objectives)
    for channel in channels:
        post = world.post(channel, "myth", PUBLISHED)
        world.read(post, Metric.IMPRESSIONS, {SUNDAY: 400})
    found = {one.name: one.known.printed for one in world.report().objectives}
    assert found == {"seen": "400", "out": "2"}


def test_how_often_a_post_was_read_does_not_matter_to_what_has_to_be_looked_at() -> None:
    def rows_looked_at(readings: int) -> int:
        world = world_for(measure="times-shown", target=1000)
        for number in range(20):
            post = world.post("ico-x", f"post-{number}", PUBLISHED)
            counts = {PUBLISHED + hour * timedelta(hours=1): hour for hour in range(readings)}
            world.read(post, Metric.IMPRESSIONS, counts)
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        with world.store.read() as connection:
            raw: Any = connection.connection.driver_connection
            raw.set_progress_handler(step, 10)
            counted = to_date(connection, WEEK, WEEK.end_at, [Metric.IMPRESSIONS])
            raw.set_progress_handler(None, 0)
        assert len(counted.counts) == 20
        return steps

    assert rows_looked_at(120) < 1.5 * rows_looked_at(12)
