import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from analytics.collection import CollectionSummary, collect_due
from analytics.purse import NOT_FOR_COST, POST, Purse, pay, refund
from campaign.clock import SteppedClock
from campaign.prices import KNOWN, PriceError, ReadPrice, dollars, price_on, read_prices
from campaign.settings import SettingsError, read_settings
from campaign.store.database import Store, open_store
from campaign.store.spending import spent_in_month
from campaign.store.tables import CHARGE, DELIVERY, SNAPSHOT
from connectors.contract import Cadence, Metric, NetworkName, NotSent
from tests.analytics.scripted import Scripted
from tests.analytics.world import DAYS, HOURS, World, at

NOW = at("2027-01-19 10:00")
CENT = 10_000
PUBLISHED = at("2027-01-19 09:00")
FULL = {Metric.IMPRESSIONS: 100, Metric.REACTIONS: 3, Metric.REPLIES: 1, Metric.RESHARES: 2}
OWNED = (
    ReadPrice(network="x", valid_from=date(2026, 4, 20), post=1000, account=0, source="made up"),
)


def spent(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.sum(CHARGE.c.amount))).scalar() or 0)


@pytest.mark.parametrize(
    ("posts", "days", "prices", "total"),
    [
        (20, 30, KNOWN, "$3.00"),
        (20, 30, OWNED, "$0.60"),
        (100, 30, KNOWN, "$15.00"),
        (20, 11, KNOWN, "$1.10"),
    ],
)
def test_reading_costs_the_price_of_each_post_and_utc_day(
    posts: int, days: int, prices: tuple[ReadPrice, ...], total: str
) -> None:
    world = World()
    names = [f"post-{number}" for number in range(posts)]
    for day in range(days):
        for hour in (1, 6):
            now = at("2027-02-01 00:00") + day * DAYS + hour * HOURS
            pay(world.store, Purse(prices=prices), ("x", POST), names, now)
    assert dollars(spent(world.store)) == total


def test_a_day_ends_at_midnight_utc() -> None:
    world = World()
    for now in (at("2027-07-04 23:30"), at("2027-07-04 23:59"), at("2027-07-05 00:00")):
        pay(world.store, Purse(), ("x", POST), ["post"], now)
    assert spent(world.store) == CENT


def test_a_network_without_a_price_costs_nothing_and_is_never_limited() -> None:
    world = World()
    paid = pay(world.store, Purse(limit=0), ("mastodon", POST), ["a", "b"], NOW)
    assert paid.things == {"a", "b"}
    assert spent(world.store) == 0


def test_a_price_holds_from_its_day_and_the_settings_go_before_what_is_known() -> None:
    prices = (*KNOWN, *read_prices("x 2027-02-01 0.006 0.02"))
    found = [price_on(prices, "x", date(2027, month, 1)) for month in (1, 2)]
    assert [one and (one.post, one.account) for one in found] == [(5000, 10000), (6000, 20000)]
    assert price_on(prices, "x", date(2026, 4, 19)) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x 2027-02-01 0.006", "is no price"),
        ("x soon 0.006 0.01", "“soon” is no day"),
        ("x 2027-02-01 cheap 0.01", "“cheap” is no amount"),
        ("x 2027-02-01 -1 0.01", "“-1” is no amount"),
    ],
)
def test_a_price_that_cannot_be_read_says_what_to_write(text: str, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        read_prices(text)


def test_the_settings_hold_a_limit_and_prices_and_refuse_what_is_none() -> None:
    known = {"CAMPAIGN_SPENDING_LIMIT": "25", "CAMPAIGN_READ_PRICES": "x 2027-02-01 0.006 0.02"}
    settings = read_settings(environment=known)
    assert settings.spending_limit == 25_000_000
    assert settings.read_prices[-1].post == 6000
    for name in known:
        with pytest.raises(SettingsError, match=name):
            read_settings(environment={name: "many"})


def test_no_number_of_processes_passes_the_limit_together(either_database: str) -> None:
    stores = [open_store(either_database) for _ in range(3)]
    purse = Purse(limit=6 * CENT)
    allowed: list[int] = []

    def work(store: Store, name: str) -> None:
        for number in range(10):
            paid = pay(store, purse, ("x", POST), [f"{name}-{number}"], NOW)
            allowed.append(len(paid.things))

    threads = [
        threading.Thread(target=work, args=(store, f"worker-{place}"))
        for place, store in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 12
    assert spent(stores[0]) == 6 * CENT
    for store in stores:
        store.close()


def test_what_reached_nobody_is_given_back_but_not_what_was_paid_before() -> None:
    world = World()
    pay(world.store, Purse(), ("x", POST), ["before"], NOW)
    paid = pay(world.store, Purse(), ("x", POST), ["before", "now"], NOW)
    refund(world.store, paid)
    assert spent(world.store) == CENT // 2


class Desk:
    def __init__(self, limit: int | None) -> None:
        self.world = World()
        self.clock = SteppedClock(NOW)
        self.x = Scripted("x", self.clock)
        self.purse = Purse(limit=limit)

    def post(self, name: str, published_at: datetime = PUBLISHED) -> str:
        self.x.counts[f"r-{name}-ico-x"] = FULL
        return self.world.post("ico-x", name, published_at, read_due_at=NOW)

    def collect(self) -> CollectionSummary:
        return collect_due(
            self.world.store, clock=self.clock, connector_for=lambda _: self.x, purse=self.purse
        )

    def due(self, delivery: str) -> datetime | None:
        with self.world.store.read() as connection:
            query = select(DELIVERY.c.read_due_at).where(DELIVERY.c.id == delivery)
            found: datetime | None = connection.execute(query).scalar_one()
        return found


def test_reads_stop_before_the_limit_is_passed_and_say_why() -> None:
    desk = Desk(limit=CENT)
    posts = [desk.post(name) for name in ("a", "b", "c")]
    summary = desk.collect()
    assert (summary.posts_read, summary.kept_back) == (2, 1)
    assert desk.x.asked == [["r-a-ico-x", "r-b-ico-x"]]
    with desk.world.store.read() as connection:
        assert spent_in_month(connection, NOW) == CENT
        query = select(SNAPSHOT.c.reason).where(SNAPSHOT.c.delivery_id == posts[2])
        assert set(connection.execute(query).scalars()) == {NOT_FOR_COST}
    assert desk.due(posts[2]) == at("2027-01-19 15:00")


def test_with_a_new_month_reading_goes_on() -> None:
    desk = Desk(limit=CENT)
    for name in ("a", "b", "c"):
        desk.post(name)
    desk.collect()
    desk.clock.move_to(at("2027-02-01 00:00"))
    assert desk.collect().posts_read == 2


def test_the_last_reading_before_the_wall_is_tried_again_with_new_money(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(limit=0)
    delivery = desk.post("old", at("2027-01-04 09:00"))
    desk.clock.move_to(at("2027-02-01 00:00") - timedelta(minutes=1))
    near_the_wall = Cadence(ages=(27 * DAYS,), weekly_until=DAYS, wall=30 * DAYS)
    changed = replace(desk.x.capabilities, cadence=near_the_wall)
    monkeypatch.setattr(Scripted, "capabilities", changed)
    desk.collect()
    assert desk.due(delivery) == at("2027-02-01 00:00")


def test_a_failed_call_is_not_billed() -> None:
    desk = Desk(limit=None)
    desk.post("a")
    desk.x.failure = lambda: NotSent("later", network=NetworkName("x"))
    desk.collect()
    assert spent(desk.world.store) == 0


def test_an_account_costs_as_well_and_is_left_out_when_there_is_no_money() -> None:
    desk = Desk(limit=CENT - 1)
    with desk.world.store.write() as connection:
        connection.exec_driver_sql("UPDATE channel SET followers_due_at = NULL WHERE id = 'ico-x'")
    summary = desk.collect()
    assert (summary.accounts_read, summary.kept_back) == (0, 1)
    desk.purse = Purse(limit=CENT)
    desk.clock.advance(DAYS)
    assert desk.collect().accounts_read == 1
    assert spent(desk.world.store) == CENT


def test_the_report_says_what_the_limit_cost_in_accuracy() -> None:
    world = World()
    published, sunday = at("2027-01-19 09:00"), at("2027-01-24 23:00")
    for name, counts in (("sure", {sunday: 300}), ("unsure", {at("2027-01-21 09:00"): 100})):
        world.read(world.post("ico-x", name, published), Metric.IMPRESSIONS, counts)
    world.read("unsure/ico-x/1", Metric.IMPRESSIONS, {sunday: None}, reason=NOT_FOR_COST)
    assert (
        "The spending limit was reached: 1 post was not read in time; "
        "25.0% of the times shown are less sure for it." in world.report().caveats
    )
