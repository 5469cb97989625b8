from datetime import date, datetime

from sqlalchemy import select

from analytics.collection import collect_due
from analytics.forecast import Forecast, forecast
from analytics.purse import Purse, pay
from analytics.walls import in_words, missed_readings
from campaign.clock import SteppedClock
from campaign.schedule.model import Schedule
from campaign.store.tables import CAMPAIGN, DELIVERY
from connectors.contract import Metric
from connectors.registry import NETWORKS as REAL
from tests.analytics.scripted import Scripted
from tests.analytics.world import DAYS, HOURS, NETWORKS, World, at

NETWORKS_BY_NAME = {str(name): network for name, network in REAL.items()}
MONDAY = at("2027-01-18 00:00")
TUESDAY = at("2027-01-19 09:00")


def ahead(world: World, now: datetime, limit: int | None = None) -> Forecast:
    with world.store.read() as connection:
        text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar_one()
        schedule = Schedule.model_validate_json(text)
        return forecast(connection, schedule, NETWORKS_BY_NAME, Purse(limit=limit), now)


def test_a_post_on_x_is_read_on_fourteen_days_and_costs_that() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}})
    world.post("ico-x", "myth", TUESDAY)
    found = ahead(world, TUESDAY)
    first = found.rows[0]
    assert (first.week.name, first.network) == ("2027-W03", "x")
    # Hours 1 and 6 and the days 1 to 5; the read before the week's end shares Sunday with day 5.
    assert (first.posts, first.accounts) == (8, 6)
    assert first.cost == 6 * 5_000 + 6 * 10_000
    # Days 1 to 7 with the first one, 14, 21 and 28, and the Sundays that none of them falls on.
    assert sum(row.posts for row in found.rows) == 12 + 4
    days = sum(row.cost for row in found.rows) - 29 * 10_000
    assert days == 14 * 5_000


def test_posts_that_fall_due_together_share_a_call() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}})
    for number in range(150):
        world.post("ico-x", f"myth-{number}", TUESDAY)
    row = ahead(world, TUESDAY).rows[0]
    assert (row.posts, row.accounts, row.calls) == (150 * 8, 6, 6 + 8 * 2)


def test_what_is_still_to_go_out_counts_and_what_is_read_by_nobody_does_not() -> None:
    world = World()
    world.post("ico-bluesky", "planned", None, due_at=TUESDAY)
    world.post("ndna-linkedin", "by-hand", TUESDAY)
    found = ahead(world, MONDAY)
    assert {row.network for row in found.rows} == {"bluesky"}
    assert sum(row.cost for row in found.rows) == 0
    # Hours 1, 3, 6, 12, the days 1 to 5, and the read before the week's end.
    assert found.rows[0].posts == 10


def test_the_day_is_named_on_which_a_months_limit_would_be_passed() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}})
    world.post("ico-x", "myth", TUESDAY)
    pay(world.store, Purse(), ("x", "post"), ["another"], MONDAY)
    found = ahead(world, TUESDAY, limit=30_000)
    assert found.spent == 5_000
    assert found.passed_on == date(2027, 1, 20)
    assert list(found.months) == [date(2027, 1, 1), date(2027, 2, 1)]
    assert ahead(world, TUESDAY, limit=10_000_000).passed_on is None


def test_what_is_forecast_is_what_collection_then_reads() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"}})
    delivery = world.post("ico-x", "myth", TUESDAY, read_due_at=TUESDAY + HOURS)
    clock = SteppedClock(TUESDAY)
    script = Scripted("x", clock, counts={"r-myth-ico-x": {Metric.IMPRESSIONS: 5}})
    with world.store.read() as connection:
        text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar_one()
        planned = forecast(
            connection, Schedule.model_validate_json(text), NETWORKS, Purse(), TUESDAY
        )
    while True:
        with world.store.read() as connection:
            query = select(DELIVERY.c.read_due_at).where(DELIVERY.c.id == delivery)
            due_at = connection.execute(query).scalar_one()
        if due_at is None:
            break
        clock.move_to(due_at)
        collect_due(world.store, clock=clock, connector_for=lambda _: script)
    assert len(script.asked) == sum(row.posts for row in planned.rows)


def missed(world: World, now: datetime) -> str | None:
    with world.store.read() as connection:
        return in_words(missed_readings(connection, NETWORKS_BY_NAME, now), now)


def test_a_post_that_is_not_read_again_before_the_wall_is_told_of_until_it_is() -> None:
    world = World()
    post = world.post("ico-x", "myth", TUESDAY)
    world.read(post, Metric.IMPRESSIONS, {TUESDAY + 21 * DAYS: 10})
    assert missed(world, TUESDAY + 28 * DAYS) is None
    assert missed(world, TUESDAY + 28 * DAYS + 7 * HOURS) == (
        "1 without the last reading, to be had until 2027-02-18 09:00 UTC (myth/ico-x/1)"
    )
    assert missed(world, TUESDAY + 30 * DAYS) == "1 never got the last reading (myth/ico-x/1)"
    world.read(post, Metric.IMPRESSIONS, {TUESDAY + 29 * DAYS: 12})
    assert missed(world, TUESDAY + 30 * DAYS) is None


def test_a_reading_without_a_count_is_no_last_reading_and_nobody_misses_what_is_gone() -> None:
    world = World()
    post = world.post("ico-x", "myth", TUESDAY)
    world.post("ico-x", "gone", TUESDAY, deleted_at=TUESDAY + DAYS)
    world.post("ndna-linkedin", "by-hand", TUESDAY)
    world.read(post, Metric.IMPRESSIONS, {TUESDAY + 28 * DAYS: None}, reason="later")
    assert missed(world, TUESDAY + 31 * DAYS) == "1 never got the last reading (myth/ico-x/1)"
    assert missed(world, TUESDAY + 45 * DAYS) is None
