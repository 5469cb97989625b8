"""What a report says of posts that a person took down or corrected."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from campaign.models_changes import Correction, Withdrawal
from campaign.states import State
from campaign.store.tables import CORRECTION, DELIVERY, WITHDRAWAL
from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
LINE = (
    "Withdrawn: “myth” on ico-x on 20 January 2027 (a wrong number). The counts as last read "
    "before that stand; what was gained after the last reading is not known."
)


def pulled(world: World, delivery: str, gone_at: datetime) -> None:
    row = Withdrawal(
        delivery_id=delivery,
        asked_by="ben",
        asked_at=gone_at,
        reason="a wrong number",
        stage="done",
    )
    with world.store.write() as connection:
        connection.execute(insert(WITHDRAWAL).values(**row.model_dump()))
        values: dict[str, Any] = {"state": State.WITHDRAWN, "deleted_at": gone_at}
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == delivery).values(**values))


def world_of() -> World:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-20 10:00"): 800})
    pulled(world, post, at("2027-01-20 12:00"))
    return world


def test_a_withdrawn_post_is_named_with_its_day_and_reason_and_its_counts_stand() -> None:
    report = world_of().report()
    assert LINE in report.caveats
    assert report.headline.startswith("In week 3 posts were shown about 800 times")
    (shown,) = [one for one in report.gains if one.metric is Metric.IMPRESSIONS]
    assert (shown.net, shown.provisional) == (800, False)


def test_it_is_not_told_again_as_one_that_vanished() -> None:
    assert not any("no longer on" in one for one in world_of().report().caveats)


def test_in_the_weeks_after_it_is_no_zero_and_no_gap() -> None:
    later = world_of().report("2027-W04", as_of="2027-02-02 09:00")
    assert later.gains == ()
    assert not any("Withdrawn" in one for one in later.caveats)


def test_a_report_as_known_before_the_withdrawal_knows_nothing_of_it() -> None:
    report = world_of().report(as_of="2027-01-20 11:00")
    assert not any("Withdrawn" in one for one in report.caveats)
    (shown,) = [one for one in report.gains if one.metric is Metric.IMPRESSIONS]
    assert shown.net == 800


def test_a_corrected_post_is_named_with_its_day_and_reason() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    row = Correction(
        delivery_id=post,
        before_hash="ico-x/myth/1",
        content_hash="ico-x/myth/1",
        asked_by="ama",
        asked_at=PUBLISHED,
        reason="the wrong law",
        stage="done",
        ended_at=at("2027-01-20 12:00"),
    )
    with world.store.write() as connection:
        connection.execute(insert(CORRECTION).values(**row.model_dump(exclude={"id"})))
    line = (
        "Corrected while live: “myth” on ico-x on 20 January 2027 (the wrong law). "
        "Counts before and after are one count."
    )
    assert line in world.report().caveats
    assert line not in world.report(as_of="2027-01-20 11:00").caveats
    assert line not in world.report("2027-W04", as_of="2027-02-02 09:00").caveats
