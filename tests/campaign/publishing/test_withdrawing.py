"""A withdrawn post: unsent it never goes out, live it is taken down, stop or no stop."""

from datetime import timedelta

import pytest

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.settling import Seen, settle_not_published, settle_published
from campaign.decisions.stops import stop
from campaign.decisions.withdrawing import say_gone
from campaign.publishing.work import find_work
from campaign.states import State
from campaign.store.deliveries import Change, update_fields
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, Office
from tests.campaign.publishing.sleepers import Sleep, publish_asleep, wait
from tests.campaign.publishing.takedowns import (
    MASTODON,
    PACK,
    TEXT,
    X,
    log,
    pull,
    pulled_while_sending,
    said,
)


@pytest.fixture
def database_url() -> str:
    """One kind of database: what depends on it is in `test_withdrawing_on_both`."""
    return ""


@pytest.fixture(autouse=True)
def approved(office: Office) -> None:
    office.apply()
    office.approve()


def test_a_scheduled_post_is_cancelled_with_the_reason_and_never_goes_out(office: Office) -> None:
    assert pull(office) == State.CANCELLED
    office.publish_at(DUE)
    assert office.state(X) == "cancelled"
    assert office.texts("x") == []
    assert office.delivery(X).note == "withdrawn by ben before it went out: a wrong number"


def test_a_stop_holds_everything_else_and_lets_a_takedown_through(office: Office) -> None:
    office.publish_at(DUE)
    with office.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ama", at=office.clock.now(), why="mourning"))
    pull(office)
    asked = len(office.rehearsal.requests("mastodon"))
    office.publish()
    assert (office.state(X), office.texts("x")) == ("withdrawn", [])
    assert len(office.rehearsal.requests("mastodon")) == asked


def test_an_unknown_one_is_looked_for_first_also_under_a_stop(office: Office) -> None:
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.publish_at(DUE)
    assert office.state(X) == "unknown"
    pull(office)
    with office.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ama", at=office.clock.now(), why="mourning"))
    office.publish()
    assert (office.state(X), office.texts("x")) == ("unknown", [TEXT])
    wait(office, 130)
    assert (office.state(X), office.texts("x")) == ("withdrawn", [])


def test_an_unknown_one_that_never_arrived_is_not_sent_again(office: Office) -> None:
    office.rehearsal.inject("mastodon", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.publish_at(DUE)
    pull(office, MASTODON)
    wait(office, 130)
    assert (office.state(MASTODON), office.texts("mastodon")) == ("cancelled", [])


@pytest.mark.parametrize("is_out", [True, False])
def test_a_persons_word_on_an_unknown_one_is_followed_by_the_takedown(
    office: Office, *, is_out: bool
) -> None:
    fault = Fault.STORE_THEN_DROP if is_out else Fault.DROP_BEFORE_STORING
    office.rehearsal.inject("x", fault, on=Call.PUBLISH)
    office.publish_at(DUE)
    pull(office)
    now, desk = office.clock.now(), office.desk
    change = Change(who="ben", at=now, why="looked")
    with desk.store.write() as connection:
        if is_out:
            (post,) = office.rehearsal.posts("x")
            seen = Seen(url=post.url, published_at=now, read_due_at=None)
            network = desk.networks_by_name["x"]
            settle_published(connection, X, change, network, seen)
        else:
            settle_not_published(connection, X, change)
    office.publish()
    assert office.texts("x") == []
    assert office.state(X) == ("withdrawn" if is_out else "cancelled")


def test_withdrawn_in_the_window_that_no_check_closes_it_is_taken_down_at_once(
    office: Office,
) -> None:
    office.clock.move_to(DUE)
    publish_asleep(office, X, lambda: pulled_while_sending(office), where=Sleep.BEFORE_CALL)
    assert office.texts("x") == [TEXT]
    office.publish()
    assert (office.state(X), office.texts("x")) == ("withdrawn", [])


def test_an_attempt_that_sent_nothing_is_not_made_again(office: Office) -> None:
    office.rehearsal.inject("x", Fault.RATE_LIMIT, on=Call.PUBLISH)
    office.publish_at(DUE)
    assert office.state(X) == "planned"
    pull(office)
    wait(office, 1000)
    assert (office.state(X), office.texts("x")) == ("cancelled", [])


def test_an_unclear_deletion_is_asked_for_again_and_not_told_twice(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.WITHDRAW)
    office.publish()
    assert (office.state(X), said(office).stage, said(office).tries) == ("published", "asked", 1)
    assert "not deleted yet, it is tried again" in office.delivery(X).note
    wait(office, 29)
    assert said(office).tries == 1
    wait(office, 1)
    assert (office.state(X), said(office).note) == ("withdrawn", "it was gone when asked again")


def test_a_deletion_that_is_refused_is_left_to_a_person_and_the_post_is_called_live(
    office: Office,
) -> None:
    office.publish_at(DUE)
    pull(office)
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.WITHDRAW)
    office.publish()
    assert (office.state(X), said(office).stage) == ("published", "by-hand")
    wait(office, 86_400)
    assert said(office).tries == 1
    with office.desk.store.write() as connection:
        say_gone(connection, X, Change(who="cat", at=office.clock.now(), why="deleted in X"))
    assert (office.state(X), said(office).stage) == ("withdrawn", "done")
    assert log(office)[-1][1] == (
        "withdrawn by ben: a wrong number; cat says that it is gone: deleted in X"
    )


def test_what_was_said_of_a_post_before_stays_with_the_word_to_delete_it_by_hand(
    office: Office,
) -> None:
    office.publish_at(DUE)
    with office.desk.store.write() as connection:
        update_fields(connection, [X], note="X did not name the post's own address.")
    pull(office)
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.WITHDRAW)
    office.publish()
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.WITHDRAW)
    wait(office, 30)
    first, before = office.delivery(X).note.split(" Before that: ")
    assert "not deleted yet, delete it by hand" in first
    assert before == "X did not name the post's own address."


def test_said_once_more_what_was_left_to_a_person_is_tried_again(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.WITHDRAW)
    office.publish()
    pull(office)
    office.publish()
    assert (office.state(X), office.texts("x")) == ("withdrawn", [])


def test_an_account_that_is_refused_is_asked_again_after_a_rest(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    office.rehearsal.inject("x", Fault.EXPIRED_TOKEN, on=Call.WITHDRAW)
    office.publish()
    assert (office.state(X), said(office).stage) == ("published", "asked")
    wait(office, 900)
    assert office.state(X) == "withdrawn"


def test_a_rate_limit_on_deletions_is_kept(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    office.rehearsal.inject("x", Fault.RATE_LIMIT, on=Call.WITHDRAW)
    office.publish()
    until = said(office).not_before
    assert until is not None
    assert until > office.clock.now()
    office.publish_at(until)
    assert office.state(X) == "withdrawn"


def test_a_late_second_post_is_taken_down_too_and_the_first_stays_in_the_log(
    office: Office,
) -> None:
    office.clock.move_to(DUE)

    def meanwhile() -> None:
        wait(office, 100)
        wait(office, 1)
        change = Change(who="ben", at=office.clock.now(), why="nothing to be seen")
        with office.desk.store.write() as connection:
            settle_not_published(connection, X, change)
        wait(office, 1)  # the second attempt is out
        pull(office)
        wait(office, 1)
        assert office.state(X) == "withdrawn"

    publish_asleep(office, X, meanwhile, where=Sleep.BEFORE_CALL)
    assert (office.state(X), office.texts("x")) == ("published", [TEXT])
    wait(office, 1)
    assert (office.state(X), office.texts("x")) == ("withdrawn", [])
    assert [to for to, _ in log(office)].count("withdrawn") == 2


def test_a_takedown_waits_for_nothing_else_on_its_channel(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    works = find_work(office.desk.rig("worker"), busy=["ico-x"])
    assert [(one.channel, one.ids, one.task) for one in works] == [("ico-x", [X], "take-down")]
    assert find_work(office.desk.rig("worker"), busy=[works[0].key]) == []


def test_what_a_partner_holds_or_posted_is_the_partners_to_take_down(office: Office) -> None:
    entry = "  - {post: law-helps, at: 2027-01-12 08:30, send_to: [npcc-linkedin]}\n"
    office.write_schedule(entry)
    office.apply()
    office.approve(PACK)
    assert office.state(PACK) == "with-partner"
    assert pull(office, PACK) == State.CANCELLED


def test_what_is_cancelled_or_withdrawn_already_is_refused(office: Office) -> None:
    pull(office)
    with pytest.raises(CannotDecideError, match="is cancelled: there is nothing to withdraw"):
        pull(office)
    change = Change(who="cat", at=office.clock.now(), why="gone")
    with (
        office.desk.store.write() as connection,
        pytest.raises(CannotDecideError, match="has not been withdrawn"),
    ):
        say_gone(connection, MASTODON, change)


def test_a_clock_that_differs_keeps_no_takedown_back(office: Office) -> None:
    office.publish_at(DUE)
    pull(office)
    office.rehearsal.skew_dates("x", timedelta(minutes=5))
    office.desk.connector_for("ico-x").whoami()
    assert office.desk.watch.alarm()
    office.publish()
    assert (office.state(X), office.texts("x")) == ("withdrawn", [])
