"""What of a withdrawal the database has a part in: on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from campaign.publishing.takedown import take_down
from campaign.states import State
from campaign.store.withdrawals import claim_withdrawal
from tests.campaign.office import DUE, Office
from tests.campaign.publishing.sleepers import Sleep, publish_asleep, wait
from tests.campaign.publishing.takedowns import (
    BLUESKY,
    TEXT,
    X,
    log,
    pull,
    pulled_while_sending,
    said,
)

LEASE = timedelta(seconds=90)


@pytest.fixture(autouse=True)
def approved(office: Office) -> None:
    office.apply()
    office.approve()


def test_a_live_post_is_deleted_and_everything_known_of_it_stays(office: Office) -> None:
    office.publish_at(DUE)
    before = office.delivery(X)
    office.clock.advance(timedelta(hours=1))
    assert pull(office) == State.PUBLISHED
    office.publish()
    after = office.delivery(X)
    assert (after.state, office.texts("x")) == ("withdrawn", [])
    assert (after.remote_id, after.url, after.published_at, after.content_hash) == (
        before.remote_id,
        before.url,
        before.published_at,
        before.content_hash,
    )
    assert (after.deleted_at, after.read_due_at) == (office.clock.now(), None)
    assert log(office)[-1] == (
        "withdrawn",
        "withdrawn by ben: a wrong number; the network has deleted it",
    )
    assert office.texts("mastodon") == [TEXT]


def test_withdrawn_between_claim_and_call_it_is_not_sent(office: Office) -> None:
    office.clock.move_to(DUE)
    # A text is asked about once more at the last moment before its call.
    state = publish_asleep(
        office, X, lambda: pulled_while_sending(office), where=Sleep.BEFORE_LAST_CHECK
    )
    assert (office.state(X), office.texts("x")) == ("cancelled", [])
    assert state is None
    assert said(office).stage in ("asked", "done")
    office.publish()
    assert said(office).stage == "done"


def test_a_late_call_that_puts_the_same_post_up_again_is_followed_by_another_deletion(
    office: Office,
) -> None:
    office.clock.move_to(DUE)

    def meanwhile() -> None:
        wait(office, 100)
        wait(office, 130)  # looked up, absent, sent by another worker
        pull(office, BLUESKY)
        wait(office, 1)
        assert (office.state(BLUESKY), office.texts("bluesky")) == ("withdrawn", [])

    publish_asleep(office, BLUESKY, meanwhile, where=Sleep.BEFORE_CALL)
    assert office.texts("bluesky") == [TEXT]
    wait(office, 1)
    assert (office.state(BLUESKY), office.texts("bluesky")) == ("withdrawn", [])


def test_only_one_of_two_tries_at_the_same_time_is_made(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    now = office.clock.now()
    with office.desk.store.write() as connection:
        assert claim_withdrawal(connection, X, now, LEASE) is not None
        assert claim_withdrawal(connection, X, now, LEASE) is None
    assert take_down(office.desk.rig("other"), X) is None
    assert office.texts("x") == [TEXT]
    wait(office, 90)  # whoever had it is dead
    assert office.state(X) == "withdrawn"
