from datetime import timedelta

from campaign.partner_links.results import Results, results_of
from campaign.states import State
from campaign.store.deliveries import move
from campaign.store.snapshots import SnapshotLine, add_snapshots
from tests.campaign.deliveries import NOW, TUESDAY
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, ON_X, THEIRS, by_hand

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = TUESDAY + 3 * DAY


def found(ledger: Ledger) -> Results:
    return results_of(ledger.connection, ledger.schedule, "npcc", LATER)


def publish(ledger: Ledger, delivery: str, after: timedelta) -> None:
    at = TUESDAY + after
    values = {"published_at": at, "url": f"https://x.example/{delivery}"}
    row, change = ledger.row(delivery), ledger.change("press@npcc.example")
    assert move(ledger.connection, row, State.PUBLISHED, change, values)


def count(ledger: Ledger, value: int, source: str, after: timedelta, delivery: str = MINE) -> None:
    at = TUESDAY + after
    line = SnapshotLine(
        delivery_id=delivery,
        metric="reactions",
        definition=f"reactions.{source}",
        source=source,
        observed_at=at,
        recorded_at=at,
        value=value,
        reason=None,
    )
    add_snapshots(ledger.connection, [line])


def test_take_up_and_punctuality_are_the_partners_own(ledger: Ledger) -> None:
    ahead = by_hand("later/npcc-x/1", due_at=LATER + DAY)
    ledger.put(by_hand(MINE), by_hand(ON_X), by_hand(THEIRS), ahead)
    publish(ledger, MINE, 25 * HOUR)
    publish(ledger, THEIRS, HOUR)
    results = found(ledger)
    assert (results.asked, results.posted, results.on_time) == (2, 1, 0)
    assert results.delay == 25 * HOUR
    publish(ledger, ON_X, -HOUR)
    assert (found(ledger).posted, found(ledger).on_time) == (2, 1)


def test_a_partner_that_was_asked_for_nothing_yet_has_no_punctuality(ledger: Ledger) -> None:
    results = results_of(ledger.connection, ledger.schedule, "npcc", NOW)
    assert (results.asked, results.posted, results.delay, results.posts) == (0, 0, None, ())


def test_every_count_says_where_it_comes_from_and_when_it_was_read(ledger: Ledger) -> None:
    ledger.put(by_hand(MINE))
    publish(ledger, MINE, HOUR)
    count(ledger, 10, "stated", 2 * HOUR)
    count(ledger, 12, "stated", 3 * HOUR)
    (post,) = found(ledger).posts
    (one,) = post.counts
    assert (one.value, one.evidence, one.observed_at) == (12, "stated", TUESDAY + 3 * HOUR)


def test_of_two_sources_the_surer_one_is_shown_though_it_is_older(ledger: Ledger) -> None:
    ledger.put(by_hand(MINE))
    publish(ledger, MINE, HOUR)
    count(ledger, 10, "upload", 2 * HOUR)
    count(ledger, 12, "stated", 3 * HOUR)
    (post,) = found(ledger).posts
    assert [(one.value, one.evidence) for one in post.counts] == [(10, "upload")]
    assert post.evidence == ("upload",)


def test_a_post_without_numbers_is_link_only_and_never_zero(ledger: Ledger) -> None:
    ledger.put(by_hand(MINE))
    publish(ledger, MINE, HOUR)
    results = found(ledger)
    assert results.posts[0].counts == ()
    assert results.posts[0].evidence == ("link-only",)
    assert results.link_only == 1
