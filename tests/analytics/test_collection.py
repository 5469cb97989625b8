from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from analytics.collection import CollectionSummary, collect_due
from campaign.clock import SteppedClock
from campaign.store.snapshots import next_due_at
from campaign.store.tables import ACCOUNT_SNAPSHOT, CHANNEL, DELIVERY, SNAPSHOT
from connectors.contract import (
    AccessRefused,
    Connector,
    Metric,
    Missing,
    NetworkName,
    NotSent,
)
from tests.analytics.scripted import Scripted
from tests.analytics.world import HOURS, World, at

PUBLISHED = at("2027-01-19 09:00")
NOW = at("2027-01-19 10:00")
FULL = {Metric.IMPRESSIONS: 100, Metric.REACTIONS: 3, Metric.REPLIES: 1, Metric.RESHARES: 2}
X = NetworkName("x")


class Desk:
    """A world, a clock and a scripted network for each connected channel."""

    def __init__(self) -> None:
        self.world = World()
        self.clock = SteppedClock(NOW)
        self.x = Scripted("x", self.clock)
        self.bluesky = Scripted("bluesky", self.clock)
        self.channels: dict[str, Connector] = {"ico-x": self.x, "ico-bluesky": self.bluesky}

    def post(self, channel: str, name: str, counts: Any, due_at: datetime = NOW) -> str:
        delivery = self.world.post(channel, name, PUBLISHED, read_due_at=due_at)
        script = self.x if channel == "ico-x" else self.bluesky
        script.counts[f"r-{name}-{channel}"] = counts
        return delivery

    def collect(self) -> CollectionSummary:
        return collect_due(
            self.world.store, clock=self.clock, connector_for=self.channels.__getitem__
        )

    def rows(self, table: Any) -> list[Mapping[str, Any]]:
        with self.world.store.read() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def delivery(self, delivery: str) -> Mapping[str, Any]:
        return next(row for row in self.rows(DELIVERY) if row["id"] == delivery)

    def channel(self, name: str) -> Mapping[str, Any]:
        return next(row for row in self.rows(CHANNEL) if row["id"] == name)

    def set_channel(self, name: str, **values: Any) -> None:
        with self.world.store.write() as connection:
            connection.execute(update(CHANNEL).where(CHANNEL.c.id == name).values(**values))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_due_post_is_read_stored_and_due_again_at_its_next_age(desk: Desk) -> None:
    delivery = desk.post("ico-x", "myth", FULL)
    summary = desk.collect()
    stored = {row["metric"]: row["value"] for row in desk.rows(SNAPSHOT)}
    assert stored == {"impressions": 100, "reactions": 3, "replies": 1, "reshares": 2}
    assert {row["source"] for row in desk.rows(SNAPSHOT)} == {"api"}
    assert desk.delivery(delivery)["read_due_at"] == PUBLISHED + 6 * HOURS
    assert (summary.posts_read, summary.values, summary.missing) == (1, 4, 0)


def test_a_count_that_the_network_withholds_is_stored_as_missing_with_its_reason(
    desk: Desk,
) -> None:
    desk.post("ico-x", "myth", {Metric.REACTIONS: 3})
    desk.collect()
    gap = next(row for row in desk.rows(SNAPSHOT) if row["metric"] == "impressions")
    assert (gap["value"], gap["reason"]) == (None, "not counted yet")


def test_what_no_definition_lists_is_never_stored(desk: Desk) -> None:
    desk.post("ico-bluesky", "myth", {Metric.REACTIONS: 3, Metric.FOLLOWERS: 9})
    desk.collect()
    assert {row["metric"] for row in desk.rows(SNAPSHOT)} == {"reactions", "replies", "reshares"}


@pytest.mark.parametrize("odd", [-1, True, "12", None, 3.5])
def test_what_is_no_count_is_missing_and_not_stored_as_a_number(desk: Desk, odd: Any) -> None:
    desk.post("ico-x", "myth", FULL | {Metric.IMPRESSIONS: odd})
    desk.collect()
    stored = next(row for row in desk.rows(SNAPSHOT) if row["metric"] == "impressions")
    assert (stored["value"], stored["reason"]) == (None, "the network could not be read")


def test_what_is_not_due_or_not_live_is_not_asked_for(desk: Desk) -> None:
    desk.post("ico-x", "later", FULL, due_at=NOW + HOURS)
    desk.world.post("ico-x", "planned", None, due_at=NOW, read_due_at=NOW)
    desk.world.post("ndna-linkedin", "by-hand", PUBLISHED, read_due_at=NOW)
    assert desk.collect() == CollectionSummary()
    assert desk.x.asked == []


def test_posts_are_asked_for_in_the_largest_batches_the_network_takes(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.post("ico-x", name, FULL)
    desk.collect()
    assert desk.x.asked == [["r-a-ico-x", "r-b-ico-x"], ["r-c-ico-x"]]


def test_a_post_that_is_gone_is_marked_and_never_asked_for_again(desk: Desk) -> None:
    delivery = desk.post("ico-x", "myth", Missing.POST_GONE)
    assert desk.collect().posts_gone == 1
    assert desk.delivery(delivery)["deleted_at"] == NOW
    assert desk.delivery(delivery)["read_due_at"] is None


def test_a_post_the_answer_leaves_out_is_tried_again_within_the_hour(desk: Desk) -> None:
    delivery = desk.post("ico-x", "myth", FULL)
    desk.x.counts.clear()
    desk.collect()
    assert {row["reason"] for row in desk.rows(SNAPSHOT)} == {"the network could not be read"}
    assert desk.delivery(delivery)["read_due_at"] == NOW + HOURS


def test_a_channel_that_asks_to_wait_is_read_when_it_says_and_others_go_on(desk: Desk) -> None:
    waiting = desk.post("ico-x", "myth", FULL)
    desk.post("ico-bluesky", "myth", {Metric.REACTIONS: 1})
    retry_at = NOW + 2 * HOURS
    desk.x.failure = lambda: NotSent("X asks to wait.", network=X, retry_at=retry_at)
    summary = desk.collect()
    assert summary.posts_read == 1
    assert [(one.channel, one.message) for one in summary.failures] == [
        ("ico-x", "X asks to wait.")
    ]
    assert desk.delivery(waiting)["read_due_at"] == retry_at


def test_a_channel_that_names_no_time_is_tried_again_in_a_quarter_of_an_hour(desk: Desk) -> None:
    waiting = desk.post("ico-x", "myth", FULL)
    desk.x.failure = lambda: NotSent("X cannot be reached.", network=X)
    desk.collect()
    assert desk.delivery(waiting)["read_due_at"] == at("2027-01-19 10:15")


def test_a_refused_account_is_noted_and_left_alone_until_it_signs_in_again(desk: Desk) -> None:
    desk.post("ico-x", "myth", FULL)
    desk.x.failure = lambda: AccessRefused("X no longer accepts the token.", network=X)
    assert desk.collect().failures[0].retry_at is None
    assert desk.channel("ico-x")["refused_access"] == "X no longer accepts the token."
    desk.clock.advance(HOURS)
    assert desk.collect() == CollectionSummary()
    desk.x.failure = None
    desk.set_channel("ico-x", refused_access=None)
    assert desk.collect().posts_read == 1


def test_a_fault_in_one_channels_code_does_not_keep_others_from_being_read(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.post("ico-x", "myth", FULL)
    desk.post("ico-bluesky", "myth", {Metric.REACTIONS: 1})
    desk.x.failure = lambda: KeyError("token=secret")
    summary = desk.collect()
    assert summary.posts_read == 1
    assert "secret" not in summary.failures[0].message
    assert "ico-x could not be read: KeyError" in caplog.text
    assert "secret" not in caplog.text


def test_batches_before_a_failure_stay_stored(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.post("ico-x", name, FULL)
    real = desk.x.read_metrics

    class FailsAtTheSecond(Scripted):
        def read_metrics(self, remote_ids: Any) -> Any:
            if len(desk.x.asked) == 1:
                raise NotSent("later", network=X)
            return real(remote_ids)

    desk.channels["ico-x"] = FailsAtTheSecond("x", desk.clock)
    summary = desk.collect()
    assert (summary.posts_read, len(summary.failures)) == (2, 1)
    assert len(desk.rows(SNAPSHOT)) == 8


def test_a_claimed_post_is_not_read_by_a_second_worker(desk: Desk) -> None:
    desk.post("ico-x", "myth", FULL)
    second = CollectionSummary(posts_read=99)

    class AsksInBetween(Scripted):
        def read_metrics(self, remote_ids: Any) -> Any:
            nonlocal second
            second = desk.collect()
            return desk.x.read_metrics(remote_ids)

    desk.channels["ico-x"] = AsksInBetween("x", desk.clock)
    assert desk.collect().posts_read == 1
    assert second == CollectionSummary()


def test_followers_are_read_once_a_day(desk: Desk) -> None:
    desk.set_channel("ico-x", followers_due_at=None)
    assert desk.collect().accounts_read == 1
    assert desk.collect().accounts_read == 0
    desk.clock.advance(24 * HOURS)
    assert desk.collect().accounts_read == 1
    assert [row["value"] for row in desk.rows(ACCOUNT_SNAPSHOT)] == [5000, 5000]


def test_the_next_reading_is_known_without_asking_anybody(desk: Desk) -> None:
    desk.post("ico-x", "myth", FULL, due_at=at("2027-01-19 15:00"))
    with desk.world.store.read() as connection:
        assert next_due_at(connection) == at("2027-01-19 15:00")
