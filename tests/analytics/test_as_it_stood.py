"""A report is of an instant: what happened later changes nothing in it."""

import json
from datetime import datetime

from sqlalchemy import insert, update

from campaign.states import State
from campaign.store.tables import DELIVERY, MOVE
from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")


def moved(world: World, delivery: str, *moves: tuple[str, str | None, State]) -> None:
    with world.store.write() as connection:
        for when, before, after in moves:
            values = {"delivery_id": delivery, "at": at(when), "who": "ama", "why": ""}
            row = insert(MOVE).values(**values, from_state=before, to_state=after)
            connection.execute(row)


def change(world: World, delivery: str, **values: object) -> None:
    with world.store.write() as connection:
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == delivery).values(**values))


def text_of(world: World, as_of: str) -> str:
    return json.dumps(world.report(as_of=as_of).to_json())


def test_a_post_that_a_partner_recorded_later_was_not_known_to_be_out() -> None:
    world = World()
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    moved(
        world,
        post,
        ("2027-01-12 09:00", None, State.WITH_PARTNER),
        ("2027-01-27 09:00", State.WITH_PARTNER, State.PUBLISHED),
    )
    before = world.report(as_of="2027-01-26 09:00")
    assert (before.this.posts.live, dict(before.this.posts.waiting)) == (0, {"with-partner": 1})
    assert before.gains == ()
    after = world.report(as_of="2027-01-28 09:00")
    assert (after.this.posts.live, len({row.delivery for row in after.gains})) == (1, 1)


def test_a_delivery_that_was_applied_later_was_not_planned_yet() -> None:
    world = World()
    post = world.post("ico-x", "myth", None, due_at=at("2027-02-02 09:00"))
    moved(world, post, ("2027-01-30 09:00", None, State.PLANNED))
    assert world.report(week="2027-W04", as_of="2027-01-28 09:00").next_week.planned == 0
    assert world.report(week="2027-W04", as_of="2027-01-31 09:00").next_week.planned == 1


def test_what_was_cancelled_later_was_still_planned() -> None:
    world = World()
    post = world.post("ico-x", "myth", None, due_at=at("2027-01-26 09:00"), state=State.CANCELLED)
    moved(
        world,
        post,
        ("2027-01-10 09:00", None, State.PLANNED),
        ("2027-01-25 18:00", State.PLANNED, State.CANCELLED),
    )
    assert world.report(as_of="2027-01-25 12:00").next_week.planned == 1
    assert world.report(as_of="2027-01-25 19:00").next_week.planned == 0


def test_a_deletion_that_was_seen_later_is_not_in_it() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 100})
    before = text_of(world, "2027-01-26 09:00")
    change(world, post, deleted_at=at("2027-01-26 10:00"))
    assert text_of(world, "2027-01-26 09:00") == before


def test_numbers_that_came_later_are_not_in_it() -> None:
    world = World()
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 100}, source="upload")
    before = text_of(world, "2027-01-26 09:00")
    later: datetime = at("2027-01-26 10:00")
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 150}, source="upload", recorded_at=later)
    assert text_of(world, "2027-01-26 09:00") == before
    assert world.report(as_of="2027-01-26 11:00").this.totals[0].net == 150
