"""At the very edge: last second, late limit, windows, clock changes, leap day, New Year.

Every instant is a literal, in UTC, as the calendar of London has it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from campaign.clock import SteppedClock
from campaign.decisions.approvals import reject
from campaign.decisions.stops import resume, stop
from campaign.publishing.publisher import publish
from campaign.store.deliveries import Change
from connectors.contract import Connector, OutgoingPost, Prepared, PublishedPost
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, ENTRY, POST, Office

SECOND = timedelta(seconds=1)
TEXT = "Data protection law helps you share information to protect a child."
MASTODON = "law-helps/ico-mastodon/1"
ROLES = {"ben": ["approver"], "cat": ["approver"]}


def ready(office: Office) -> Office:
    office.apply()
    office.approve()
    return office


def change(office: Office, who: str, why: str) -> Change:
    return Change(who=who, at=office.clock.now(), why=why)


def withdraw(office: Office) -> None:
    with office.desk.store.write() as connection:
        reject(connection, MASTODON, change(office, "cat", "wrong link"), ROLES)


def throw_stop(office: Office) -> None:
    with office.desk.store.write() as connection:
        stop(connection, "channel", "ico-mastodon", change(office, "ben", "mourning"))


def stop_and_resume(office: Office) -> None:
    throw_stop(office)
    office.clock.advance(SECOND)
    with office.desk.store.write() as connection:
        resume(connection, "channel", "ico-mastodon", change(office, "cat", "over"))


def let_it_get_late(office: Office) -> None:
    office.clock.move_to(DUE + timedelta(minutes=30) + SECOND)


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (withdraw, "planned"),
        (throw_stop, "held"),
        (stop_and_resume, "held"),
        (let_it_get_late, "missed"),
    ],
)
def test_what_happens_between_the_claim_and_the_call_keeps_the_post_back(
    office: Office, happens: Callable[[Office], None], state: str
) -> None:
    ready(office)
    # Late enough that only the late limit is left of the lease's time, early enough for the claim.
    office.clock.move_to(DUE + timedelta(minutes=29, seconds=59))
    rig = office.desk.rig("worker")

    class Meanwhile:
        def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
            happens(office)
            return Prepared(tokens=("uploaded",))

        def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
            raise AssertionError("it was sent all the same")

    one = replace(rig, connector_for=lambda _channel: cast("Connector", Meanwhile()))
    assert publish(one, MASTODON) is None
    assert office.state(MASTODON) == state
    office.publish()
    assert office.texts("mastodon") == []


def test_withdrawn_in_the_last_second_it_is_not_sent(office: Office) -> None:
    ready(office)
    office.clock.move_to(DUE - SECOND)
    withdraw(office)
    office.publish_at(DUE)
    assert office.state(MASTODON) == "awaiting-approval"
    assert office.texts("mastodon") == []
    assert office.texts("x") == [TEXT]


def test_edited_in_the_last_second_neither_the_old_nor_the_new_wording_is_sent(
    office: Office,
) -> None:
    ready(office)
    office.clock.move_to(DUE - SECOND)
    office.write_post("law-helps", POST.replace("a child", "anybody"))
    office.apply()
    office.publish_at(DUE)
    assert set(office.states().values()) == {"awaiting-approval"}
    assert [office.texts(one) for one in ("x", "mastodon", "bluesky")] == [[], [], []]


# (local time of the post, when it is due)
HOURS = {
    "before the clocks go forward": ("2027-03-28 00:59", "2027-03-28T00:59:00Z"),
    "after the clocks went forward": ("2027-03-28 02:00", "2027-03-28T01:00:00Z"),
    "first of the hour that comes twice": ("2027-10-31 01:30+01:00", "2027-10-31T00:30:00Z"),
    "second of the hour that comes twice": ("2027-10-31 01:30+00:00", "2027-10-31T01:30:00Z"),
    "leap day": ("2028-02-29 08:30", "2028-02-29T08:30:00Z"),
    "last minute of the year": ("2027-12-31 23:59", "2027-12-31T23:59:00Z"),
    "first minute of the year": ("2028-01-01 00:00", "2028-01-01T00:00:00Z"),
}


def schedule_at(office: Office, local: str, rules: str = "", late: str = "30m") -> None:
    office.write_schedule(ENTRY.replace("2027-01-12 08:30", f'"{local}"'), rules=rules, late=late)
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8").replace("until: 2027-04-30", "until: 2028-12-31")
    file.write_text(text, encoding="utf-8")
    ready(office)


@pytest.mark.parametrize(("local", "due"), HOURS.values(), ids=list(HOURS))
def test_it_goes_out_at_its_instant_and_not_a_second_before(
    office: Office, local: str, due: str
) -> None:
    instant = datetime.fromisoformat(due)
    schedule_at(office, local)
    office.publish_at(instant - SECOND)
    assert set(office.states().values()) == {"planned"}
    office.publish_at(instant)
    assert set(office.states().values()) == {"published"}
    assert office.texts("mastodon") == [TEXT]


@pytest.mark.parametrize(("local", "due"), HOURS.values(), ids=list(HOURS))
def test_at_its_late_limit_it_goes_out_and_a_second_later_it_is_missed(
    tmp_path: Path, local: str, due: str
) -> None:
    last = datetime.fromisoformat(due) + timedelta(minutes=30)
    for at, state in ((last, "published"), (last + SECOND, "missed")):
        folder = tmp_path / state
        folder.mkdir()
        clock = SteppedClock(datetime(2027, 1, 11, 7, 0, tzinfo=UTC))
        with Rehearsal(now=clock.now) as rehearsal:
            office = Office(folder, rehearsal, clock)
            schedule_at(office, local)
            office.publish_at(at)
            assert set(office.states().values()) == {state}
            office.close()


# (day of the window, last instant before it, first in it, last in it, first after it)
WINDOWS = {
    "clocks go forward": (
        "2027-03-28",
        "2027-03-27T23:59:59Z",
        "2027-03-28T00:00:00Z",
        "2027-03-28T22:59:59Z",
        "2027-03-28T23:00:00Z",
    ),
    "clocks go back": (
        "2027-10-31",
        "2027-10-30T22:59:59Z",
        "2027-10-30T23:00:00Z",
        "2027-10-31T23:59:59Z",
        "2027-11-01T00:00:00Z",
    ),
    "leap day": (
        "2028-02-29",
        "2028-02-28T23:59:59Z",
        "2028-02-29T00:00:00Z",
        "2028-02-29T23:59:59Z",
        "2028-03-01T00:00:00Z",
    ),
    "last day of the year": (
        "2027-12-31",
        "2027-12-30T23:59:59Z",
        "2027-12-31T00:00:00Z",
        "2027-12-31T23:59:59Z",
        "2028-01-01T00:00:00Z",
    ),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_a_window_holds_from_its_first_local_second_to_its_last(tmp_path: Path, case: str) -> None:
    day, before, first, last, after = WINDOWS[case]
    window = f"  windows:\n    - {{from: {day}, until: {day}, do: hold, reason: election}}\n"
    expected = {before: "published", first: "held", last: "held", after: "published"}
    for number, (due, state) in enumerate(expected.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        clock = SteppedClock(datetime(2027, 1, 11, 7, 0, tzinfo=UTC))
        with Rehearsal(now=clock.now) as rehearsal:
            office = Office(folder, rehearsal, clock)
            schedule_at(office, due.replace("T", " ").replace("Z", "+00:00"), rules=window)
            office.publish_at(datetime.fromisoformat(due))
            assert set(office.states().values()) == {state}, due
            office.close()


@pytest.mark.parametrize(
    ("local", "due"),
    [
        ("2027-03-29 00:30", "2027-03-28T23:30:00Z"),
        ("2027-10-31 00:30", "2027-10-30T23:30:00Z"),
        ("2027-10-31 23:30", "2027-10-31T23:30:00Z"),
        ("2028-02-29 23:59", "2028-02-29T23:59:00Z"),
    ],
)
def test_an_approval_holds_for_its_local_day_also_where_the_utc_day_is_another(
    office: Office, local: str, due: str
) -> None:
    schedule_at(office, local)
    office.publish_at(datetime.fromisoformat(due))
    assert set(office.states().values()) == {"published"}


def test_what_fell_due_under_a_stop_is_held_when_a_worker_comes_only_after_its_end(
    office: Office,
) -> None:
    ready(office)
    office.clock.move_to(DUE - SECOND)
    throw_stop(office)
    office.clock.move_to(DUE + SECOND)
    with office.desk.store.write() as connection:
        resume(connection, "channel", "ico-mastodon", change(office, "cat", "over"))
    office.publish_at(DUE + 2 * SECOND)
    assert office.state(MASTODON) == "held"
    assert office.texts("mastodon") == []
    assert office.texts("x") == [TEXT]
