"""A call made after others had taken over: its answer makes the row tell the truth.

The sleeper stands still between its last check and its call, for longer than an unknown outcome
rests, and then calls all the same: the window that no check closes. What it learns is never lost.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest

from campaign.decisions.approvals import reject
from campaign.decisions.settling import Seen, drop, record, settle_not_published
from campaign.decisions.stops import resume, stop
from campaign.states import State
from campaign.store.deliveries import Change, get_delivery, history, move
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, ENTRY, POST, Office
from tests.campaign.publishing.sleepers import Sleep, publish_asleep, second_attempt, wait

ID = "law-helps/ico-x/1"
MASTODON = "law-helps/ico-mastodon/1"
TEXT = "Data protection law helps you share information to protect a child."
DOUBT = "it may be out twice: nobody knows what came of attempt {}, so look"


@pytest.fixture(autouse=True)
def due(office: Office) -> None:
    office.write_schedule(ENTRY.replace("network:mastodon, network:bluesky", "network:mastodon"))
    office.apply()
    office.approve()
    office.clock.move_to(DUE)


def told(office: Office, delivery_id: str = ID) -> list[tuple[str, str, str]]:
    """Return the moves since the sleeper's own claim: who, where to, why."""
    with office.desk.store.read() as connection:
        rows = history(connection, delivery_id)
    return [(row.who, row.to_state, row.why) for row in rows]


def by(office: Office, person: str, why: str) -> Change:
    return Change(who=person, at=office.clock.now(), why=why)


def given_up(office: Office) -> None:
    """Let the lease end, the rest go by, and a person say that nothing is there."""
    wait(office, 91)
    wait(office, 40)
    with office.desk.store.write() as connection:
        settle_not_published(connection, ID, by(office, "ben", "nothing to be seen"))


def missed(office: Office) -> None:
    wait(office, 91)
    wait(office, 1900)
    with office.desk.store.write() as connection:
        settle_not_published(connection, ID, by(office, "ben", "nothing to be seen"))


def held(office: Office) -> None:
    given_up(office)
    with office.desk.store.write() as connection:
        stop(connection, "all", "", by(office, "ama", "an accident"))
    wait(office, 1)
    with office.desk.store.write() as connection:
        resume(connection, "all", "", by(office, "cat", "over"))


def withdrawn(office: Office) -> None:
    given_up(office)
    roles = {name: one.roles for name, one in office.schedule().people.items()}
    with office.desk.store.write() as connection:
        reject(connection, ID, by(office, "ben", "not like this"), roles)


def taken_out(office: Office) -> None:
    given_up(office)
    office.write_schedule(ENTRY.replace("network:x, ", "").replace(", network:bluesky", ""))
    office.apply()


def dropped(office: Office) -> None:
    held(office)
    with office.desk.store.write() as connection:
        drop(connection, ID, by(office, "ben", "not any more"))


def edited(office: Office) -> None:
    given_up(office)
    office.write_post("law-helps", POST.replace("helps you share", "lets you share"))
    office.apply()


WAYS: dict[str, tuple[Callable[[Office], None], str]] = {
    "crashed, it seems": (lambda office: wait(office, 91), "unknown"),
    "given up": (given_up, "planned"),
    "too late by then": (missed, "missed"),
    "held by a stop": (held, "held"),
    "its approval withdrawn": (withdrawn, "awaiting-approval"),
    "edited": (edited, "awaiting-approval"),
    "taken out of the plan": (taken_out, "cancelled"),
    "dropped by a person": (dropped, "cancelled"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_late_success_is_published_wherever_its_row_has_gone(office: Office, way: str) -> None:
    lead, state = WAYS[way]
    seen = []

    def meanwhile() -> None:
        lead(office)
        seen.append(office.state(ID))

    assert publish_asleep(office, ID, meanwhile) == "published"
    assert seen == [state]
    row, (post,) = office.delivery(ID), office.rehearsal.posts("x")
    assert (row.state, row.evidence, row.url) == ("published", "api", post.url)
    assert (row.remote_id, row.note, row.lease_until) == (post.remote_id, "", None)
    assert told(office)[-1][:2] == ("sleeper", "published")
    assert "the network confirmed it late" in told(office)[-1][2]
    wait(office, 3600)
    assert office.texts("x") == [TEXT]


def test_what_was_sent_is_kept_also_where_the_post_was_edited_meanwhile(office: Office) -> None:
    before = office.delivery(ID).content_hash
    publish_asleep(office, ID, lambda: edited(office))
    assert office.delivery(ID).content_hash == before
    assert "with the content from before the last edit" in told(office)[-1][2]
    office.approve()
    wait(office, 60)
    assert office.texts("x") == [TEXT]


def test_a_second_attempt_that_has_not_called_yet_is_kept_from_it(office: Office) -> None:
    with ExitStack() as second:

        def meanwhile() -> None:
            given_up(office)
            second.enter_context(second_attempt(office, ID, where=Sleep.BEFORE_LAST_CHECK))

        assert publish_asleep(office, ID, meanwhile) == "published"
        assert office.delivery(ID).note == DOUBT.format(2)
    row = office.delivery(ID)
    assert (row.state, row.note, row.attempt) == ("published", "", 2)
    assert told(office)[-1] == ("second", "published", "attempt 2 sent nothing: it is out once")
    assert office.texts("x") == [TEXT]


def test_a_second_attempt_whose_outcome_nobody_knows_leaves_a_doubt(office: Office) -> None:
    with ExitStack() as second:

        def meanwhile() -> None:
            given_up(office)
            second.enter_context(second_attempt(office, ID, where=Sleep.BEFORE_CALL))

        assert publish_asleep(office, ID, meanwhile) == "published"
    # X refuses the same text a second time, and does not say that this is the reason for ever.
    row = office.delivery(ID)
    assert (row.state, DOUBT.format(2) in row.note) == ("published", True)
    assert office.texts("x") == [TEXT]


def sent_again_as_edited(office: Office) -> None:
    edited(office)
    office.approve()
    wait(office, 1)
    assert office.state(ID) == "published"


def test_two_posts_that_are_out_are_told(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert publish_asleep(office, ID, lambda: sent_again_as_edited(office)) is None
    second, first = sorted(office.rehearsal.posts("x"), key=lambda post: post.text)
    row, why = office.delivery(ID), f"out twice: also at {second.url}"
    assert (row.state, row.url, row.note) == ("published", first.url, why)
    assert told(office)[-1] == ("sleeper", "published", why)
    assert f"an answer came late: {why}" in caplog.messages


def test_the_same_post_under_the_same_key_is_no_second_one(office: Office) -> None:
    def meanwhile() -> None:
        wait(office, 91)
        wait(office, 40)  # looked up, absent, and sent again with the same key
        assert office.state(MASTODON) == "published"

    assert publish_asleep(office, MASTODON, meanwhile) is None
    assert office.delivery(MASTODON).note == ""
    assert len(office.texts("mastodon")) == 1


def test_a_late_call_without_an_answer_is_looked_up_before_anything_is_sent(
    office: Office,
) -> None:
    def meanwhile() -> None:
        wait(office, 91)
        office.rehearsal.inject("mastodon", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
        with office.desk.store.write() as connection:
            row = get_delivery(connection, MASTODON)
            assert row is not None
            move(connection, row, State.PLANNED, by(office, "recovery", "absent"))

    assert publish_asleep(office, MASTODON, meanwhile) == "unknown"
    wait(office, 60)
    assert office.state(MASTODON) == "unknown"
    wait(office, 61)
    row, (post,) = office.delivery(MASTODON), office.rehearsal.posts("mastodon")
    assert (row.state, row.evidence, row.url) == ("published", "found", post.url)


UNANSWERED = {
    "given up": ("unknown", "attempt 1 called late and got no clear answer"),
    "too late by then": ("unknown", "attempt 1 called late and got no clear answer"),
    "held by a stop": ("unknown", "attempt 1 called late and got no clear answer"),
    "edited": ("held", "look whether the content from before the edit is out"),
    "taken out of the plan": ("cancelled", "look whether it is out"),
    "dropped by a person": ("cancelled", "look whether it is out"),
    "sent again as edited": ("published", "it may be out twice"),
    "posted by hand": ("published", "it may be out twice"),
}


def posted_by_hand(office: Office) -> None:
    given_up(office)
    url = "https://x.com/ico.example/status/1"
    seen = Seen(url=url, published_at=office.clock.now(), read_due_at=None)
    network = office.desk.networks_by_name["x"]
    with office.desk.store.write() as connection:
        record(connection, ID, by(office, "ben", "by hand"), network, seen)


@pytest.mark.parametrize("way", UNANSWERED)
def test_a_late_call_without_an_answer_is_never_kept_in_silence(office: Office, way: str) -> None:
    leads = {
        **{name: lead for name, (lead, _) in WAYS.items()},
        "sent again as edited": sent_again_as_edited,
        "posted by hand": posted_by_hand,
    }

    def meanwhile() -> None:
        leads[way](office)
        office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)

    publish_asleep(office, ID, meanwhile)
    state, words = UNANSWERED[way]
    row = office.delivery(ID)
    assert (row.state, words in row.note) == (state, True), row.note
    assert words in told(office)[-1][2]
    wait(office, 3600)
    assert office.texts("x").count(TEXT) == 1


def test_two_open_calls_that_no_key_makes_one_are_for_a_person(office: Office) -> None:
    with ExitStack() as second:

        def meanwhile() -> None:
            given_up(office)
            second.enter_context(second_attempt(office, ID, where=Sleep.BEFORE_CALL))
            office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)

        assert publish_asleep(office, ID, meanwhile) == "unknown"
        row = office.delivery(ID)
        assert (row.not_before, "a person has to settle it" in row.note) == (None, True)
    # The second call went out, and was answered.
    row = office.delivery(ID)
    assert (row.state, row.note) == ("published", DOUBT.format(1))
    assert office.texts("x") == [TEXT]


def test_a_late_refusal_changes_nothing(office: Office) -> None:
    def meanwhile() -> None:
        given_up(office)
        office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)

    assert publish_asleep(office, ID, meanwhile) is None
    assert office.state(ID) == "planned"
    wait(office, 1)
    assert (office.state(ID), office.texts("x")) == ("published", [TEXT])


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(88, "published"), (89, "planned"), (2400, "planned")],
)
def test_a_worker_that_slept_before_its_last_look_makes_no_call(
    office: Office, seconds: int, state: str
) -> None:
    def meanwhile() -> None:
        office.clock.move_to(DUE + timedelta(seconds=seconds))

    assert publish_asleep(office, ID, meanwhile, where=Sleep.BEFORE_LAST_LOOK) == state
    assert office.texts("x") == ([TEXT] if state == "published" else [])


def test_the_late_limit_is_looked_at_right_before_the_call_too(office: Office) -> None:
    office.clock.move_to(DUE + timedelta(minutes=29, seconds=50))

    def meanwhile() -> None:
        office.clock.move_to(DUE + timedelta(minutes=30, seconds=1))

    assert publish_asleep(office, ID, meanwhile, where=Sleep.BEFORE_LAST_LOOK) == "planned"
    wait(office, 60)
    assert (office.state(ID), office.texts("x")) == ("missed", [])
