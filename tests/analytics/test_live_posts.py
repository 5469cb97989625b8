from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from analytics.frames import span_up_to
from analytics.live_posts import live_posts
from analytics.weeks import parse_week
from campaign.states import State
from campaign.store.database import open_store
from campaign.store.tables import MOVE
from connectors.contract import Metric
from tests.analytics.world import NETWORKS, World, at

NINE = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")
AS_OF = at("2027-01-26 09:00")
WEEK = parse_week("2027-W03", zone=ZoneInfo("Europe/London"), now=AS_OF)


@pytest.fixture
def world(either_database: str) -> Iterator[World]:
    store = open_store(either_database)
    yield World(store=store)
    store.close()


def test_posts_come_in_the_order_they_went_out_and_by_id_where_that_is_one(world: World) -> None:
    later = world.post("ico-x", "a", NINE + timedelta(microseconds=1))
    gone = world.post("ico-x", "Z", NINE, deleted_at=SUNDAY)
    first = world.post("ico-bluesky", "Z", NINE)
    gone_later = world.post("ico-x", "é", NINE, deleted_at=AS_OF + timedelta(seconds=1))
    world.post("ico-x", "planned", None, due_at=NINE)
    said_later = world.post("ico-x", "m", NINE)
    with world.store.write() as connection:
        moved = {"from_state": State.UNKNOWN, "to_state": State.PUBLISHED, "who": "ben"}
        said = {"delivery_id": said_later, "at": AS_OF + timedelta(hours=1), "why": ""}
        connection.execute(insert(MOVE), [moved | said])
    span = span_up_to(WEEK, 2, as_of=AS_OF, networks=NETWORKS)
    with world.store.read() as connection:
        posts, places = live_posts(connection, span)
    assert [one.id for one in posts] == [first, gone, gone_later, later]
    assert [one.published_at for one in posts][2:] == [NINE, NINE + timedelta(microseconds=1)]
    assert [one.deleted_at for one in posts] == [None, SUNDAY, None, None]
    assert sorted(one for one in places.tolist() if one >= 0) == [0, 1, 2, 3]


def test_each_count_is_its_own_posts_on_either_database(world: World) -> None:
    counts = {"ico-x": 300, "ndna-linkedin": 70}
    for number, (channel, count) in enumerate(counts.items()):
        for name in ("z", "a"):
            post = world.post(channel, name, NINE - number * timedelta(hours=1))
            value = count + (1 if name == "a" else 0)
            world.read(post, Metric.IMPRESSIONS, {SUNDAY: value})
    report = world.report()
    found = {one.delivery: one.net for one in report.gains if one.metric is Metric.IMPRESSIONS}
    assert found == {
        "z/ico-x/1": 300,
        "a/ico-x/1": 301,
        "z/ndna-linkedin/1": 70,
        "a/ndna-linkedin/1": 71,
    }
