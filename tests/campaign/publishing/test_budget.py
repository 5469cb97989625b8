from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from campaign.publishing.accounts import lock, seats_of
from campaign.publishing.budget import Allowance, Book, note_allowances
from campaign.publishing.hands import Hands
from campaign.store.tables import ATTEMPT, CHANNEL
from campaign.wiring import NETWORKS
from connectors.quota import Quota, QuotaScope
from tests.campaign.deliveries import NOW, planned
from tests.campaign.ledger import ID, PARTNERS, Ledger, on_partners_channel
from tests.campaign.office import DUE, ENTRY, POST, Office

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=90)
TWO_AN_HOUR = Quota(scope=QuotaScope.ACCOUNT, most=2, per=HOUR)
ON_MASTODON = [f"post-{number}/ico-mastodon/1" for number in range(4)]


def four_posts(office: Office, late: str = "6h") -> None:
    entries = ""
    for number in range(4):
        office.write_post(f"post-{number}", POST.replace("Data", f"Number {number}: data"))
        entries += ENTRY.replace("law-helps", f"post-{number}")
    office.write_schedule(entries, late=late)
    office.apply()
    office.approve()


def publish_at(office: Office, at: datetime, **quotas: tuple[Quota, ...]) -> Counter[str]:
    office.clock.move_to(at)
    rig = office.desk.rig("worker")
    worker = replace(rig.worker, quotas=quotas)
    hands = Hands(replace(rig, worker=worker), 4)
    try:
        return hands.run_until_idle()
    finally:
        hands.close()


def test_what_finds_no_room_stays_planned_until_there_is_room_and_then_goes_out_in_order(
    office: Office,
) -> None:
    four_posts(office)
    publish_at(office, DUE, mastodon=(TWO_AN_HOUR,))
    assert len(office.texts("mastodon")) == 2
    assert [len(office.texts(one)) for one in ("x", "bluesky")] == [4, 4]
    waiting = office.delivery(ON_MASTODON[2])
    assert (waiting.state, waiting.attempt, waiting.not_before) == ("planned", 0, DUE + HOUR)
    assert waiting.note == "waits for the network's rate limit"
    publish_at(office, DUE + HOUR - SECOND, mastodon=(TWO_AN_HOUR,))
    assert len(office.texts("mastodon")) == 2
    publish_at(office, DUE + HOUR, mastodon=(TWO_AN_HOUR,))
    sent = [post.text[:8] for post in sorted(office.rehearsal.posts("mastodon"), key=_id)]
    assert sent == ["Number 0", "Number 1", "Number 2", "Number 3"]


def _id(post: Any) -> int:
    return int(post.remote_id)


def test_what_waits_for_room_past_its_late_limit_is_missed(office: Office) -> None:
    four_posts(office, late="30m")
    publish_at(office, DUE, mastodon=(TWO_AN_HOUR,))
    publish_at(office, DUE + 31 * MINUTE, mastodon=(TWO_AN_HOUR,))
    publish_at(office, DUE + HOUR, mastodon=(TWO_AN_HOUR,))
    assert [office.state(one) for one in ON_MASTODON] == ["published", "published"] + ["missed"] * 2
    assert len(office.texts("mastodon")) == 2


def test_a_quota_in_points_takes_what_one_post_costs(office: Office) -> None:
    four_posts(office)
    points = Quota(scope=QuotaScope.ACCOUNT, most=11, per=HOUR, cost=3)
    publish_at(office, DUE, bluesky=(points,))
    assert len(office.texts("bluesky")) == 3


@pytest.mark.parametrize(("network", "left"), [("mastodon", 299), ("x", 99), ("bluesky", 4997)])
def test_what_the_network_says_is_left_is_written_down(
    office: Office, network: str, left: int
) -> None:
    office.apply()
    office.approve()
    office.publish_at(DUE)
    said = channel(office, f"ico-{network}")
    assert said.allowance == left
    assert DUE < said.allowance_until <= DUE + timedelta(hours=25)


def test_where_the_network_says_that_nothing_is_left_it_waits_for_the_networks_hour(
    office: Office,
) -> None:
    four_posts(office)
    with office.desk.store.write() as connection:
        connection.execute(
            update(CHANNEL)
            .where(CHANNEL.c.id == "ico-mastodon")
            .values(allowance=1, allowance_until=DUE + 3 * HOUR)
        )
    office.publish_at(DUE)
    assert len(office.texts("mastodon")) == 1
    office.publish_at(DUE + 3 * HOUR - SECOND)
    assert len(office.texts("mastodon")) == 1
    office.publish_at(DUE + 3 * HOUR)
    assert len(office.texts("mastodon")) == 4


def channel(office: Office, name: str) -> Any:
    with office.desk.store.read() as connection:
        return connection.execute(select(CHANNEL).where(CHANNEL.c.id == name)).one()


@pytest.fixture
def two(ledger: Ledger) -> Ledger:
    """One delivery of the owner, one of a partner, both on X."""
    ledger.put(planned(gates=()), on_partners_channel(gates=()))
    return ledger


def attempted(ledger: Ledger, number: int, **values: Any) -> None:
    usual = {"delivery_id": PARTNERS, "number": number, "channel": "npcc-x", "content_hash": ""}
    fixed = {"delivery_key": "", "worker": "w", "started_at": NOW}
    ledger.connection.execute(insert(ATTEMPT).values({**usual, **fixed, **values}))


def room(ledger: Ledger, quota: Quota, now: datetime, delivery: str = PARTNERS) -> datetime | None:
    return room_under(ledger, [quota], now, delivery)


def room_under(
    ledger: Ledger, quotas: list[Quota], now: datetime, delivery: str = PARTNERS
) -> datetime | None:
    seat = seats_of(ledger.connection, [delivery], one_app=["x"])[delivery]
    standings = lock(ledger.connection, seat.sharing[QuotaScope.APP])
    book = Book(ledger.connection, standings, {"x": quotas}, now=now, lease=LEASE)
    book.open_at([seat])
    return book.room_at(seat)


def note(ledger: Ledger, said: Allowance, quota: Quota) -> None:
    standings = lock(ledger.connection, ["npcc-x"])
    note_allowances(ledger.connection, {"npcc-x": (said, [quota])}, standings)


ONE = Quota(scope=QuotaScope.ACCOUNT, most=1, per=HOUR)


def test_an_attempt_counts_until_a_window_after_its_call_ended(two: Ledger) -> None:
    attempted(two, 1, ended_at=NOW + MINUTE)
    free_at = NOW + MINUTE + HOUR
    assert room(two, ONE, free_at - SECOND) == free_at
    assert room(two, ONE, free_at) is None


def test_an_attempt_in_flight_counts_and_one_that_a_crash_left_ends_with_its_lease(
    two: Ledger,
) -> None:
    attempted(two, 1)
    assert room(two, ONE, NOW + MINUTE) == NOW + MINUTE + HOUR
    free_at = NOW + LEASE + HOUR
    assert room(two, ONE, free_at - SECOND) is not None
    assert room(two, ONE, free_at) is None


def test_a_claim_that_was_given_back_made_no_call_and_does_not_count(two: Ledger) -> None:
    attempted(two, 1, ended_at=NOW, outcome="given-back")
    assert room(two, ONE, NOW) is None


def test_the_quota_of_an_app_is_shared_by_all_accounts_that_of_an_account_is_not(
    two: Ledger,
) -> None:
    attempted(two, 1, ended_at=NOW)
    assert room(two, ONE, NOW, ID) is None
    assert room(two, replace(ONE, scope=QuotaScope.APP), NOW, ID) == NOW + HOUR


def test_of_several_quotas_the_longest_wait_holds(two: Ledger) -> None:
    attempted(two, 1, ended_at=NOW)
    both = [ONE, replace(ONE, per=3 * HOUR), replace(ONE, most=9, per=9 * HOUR)]
    assert room_under(two, both, NOW) == NOW + 3 * HOUR


def test_after_more_calls_than_the_quota_room_comes_when_enough_have_left_the_window(
    two: Ledger,
) -> None:
    for number in range(1, 6):
        attempted(two, number, ended_at=NOW + number * MINUTE)
    quota = replace(ONE, most=3)
    assert room(two, quota, NOW + 6 * MINUTE) == NOW + 3 * MINUTE + HOUR


def test_what_is_left_only_goes_down_within_one_window_of_the_network(two: Ledger) -> None:
    until = NOW + HOUR
    for left, end, expected in [
        (50, until, 50),
        (52, until + SECOND, 50),  # an older answer, written later
        (40, until, 40),
        (300, until + HOUR, 300),  # a new window
    ]:
        note(two, Allowance(left=left, until=end), ONE)
        row = two.connection.execute(select(CHANNEL).where(CHANNEL.c.id == "npcc-x")).one()
        assert row.allowance == expected


def test_calls_still_in_flight_are_taken_off_what_an_answer_says_is_left(two: Ledger) -> None:
    attempted(two, 1)
    attempted(two, 2)
    points = Quota(scope=QuotaScope.ACCOUNT, most=5000, per=HOUR, cost=3)
    note(two, Allowance(left=100, until=NOW + HOUR), points)
    row = two.connection.execute(select(CHANNEL).where(CHANNEL.c.id == "npcc-x")).one()
    assert row.allowance == 94


def test_the_documented_quotas_of_the_networks() -> None:
    written = {
        (str(name), str(one.scope), one.most, one.per, one.cost)
        for name, network in NETWORKS.items()
        for one in network.capabilities.quotas
    }
    assert written == {
        ("x", "account", 100, timedelta(minutes=15), 1),
        ("x", "app", 10_000, timedelta(hours=24), 1),
        ("mastodon", "account", 300, timedelta(hours=3), 1),
        ("bluesky", "account", 5_000, timedelta(hours=1), 3),
        ("bluesky", "account", 35_000, timedelta(hours=24), 3),
        ("instagram", "account", 100, timedelta(hours=24), 1),
        ("threads", "account", 250, timedelta(hours=24), 1),
        ("youtube", "app", 100, timedelta(hours=24), 1),
        ("youtube", "app", 10_000, timedelta(hours=24), 460),
    }
