"""Posts that are handed to a partner's own system, through the whole desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analytics.report import build_report
from analytics.weeks import week_of
from campaign.clock import SteppedClock
from campaign.decisions.settling import settle_not_published
from campaign.store.deliveries import Change
from rehearsal.server import Call, Fault, RecordedRequest, Rehearsal
from tests.campaign.office import DUE, MONDAY, POST, Office

HOOK = "law-helps/npcc-hook/1"
HANDLE = "npcc.partner"
ENTRY = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [npcc-hook, ico-x]
"""


@pytest.fixture(name="handing")
def _handing(tmp_path: Path) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(folder=tmp_path, rehearsal=rehearsal, clock=clock)
        give_hook(office)
        office.apply()
        office.approve()
        yield office
        office.desk.close()


def give_hook(office: Office) -> None:
    """Write a channel of the partner's own system into the schedule, and sign in to it."""
    server = office.rehearsal.server_of("webhook")
    for name, value in office.rehearsal.add_account("webhook", HANDLE).items():
        office.environment[f"CAMPAIGN__NPCC_HOOK__{name}"] = value
    office.write_schedule(ENTRY)
    schedule = office.folder / "schedule.yaml"
    channel = (
        f'  npcc-hook: {{network: webhook, partner: npcc, handle: {HANDLE}, server: "{server}"}}'
    )
    text = schedule.read_text(encoding="utf-8").replace("\nslots:", f"\n{channel}\nslots:")
    schedule.write_text(text, encoding="utf-8")


def hooked(office: Office) -> list[str]:
    return [one.text for one in office.rehearsal.posts("webhook")]


def test_a_post_is_handed_over_once_and_is_known_by_where_the_receiver_shows_it(
    handing: Office,
) -> None:
    handing.publish_at(DUE)
    handing.publish()
    delivery = handing.delivery(HOOK)
    (stored,) = handing.rehearsal.posts("webhook")
    assert (delivery.state, delivery.url, delivery.remote_id) == (
        "published",
        stored.url,
        stored.remote_id,
    )
    assert delivery.read_due_at is None


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (Fault.STORE_THEN_DROP, 1),
        (Fault.STORE_THEN_FAIL, 1),
        (Fault.DROP_BEFORE_STORING, 0),
        (Fault.FAIL_BEFORE_STORING, 0),
        (Fault.HTML_ERROR, 0),
    ],
)
def test_an_unclear_end_goes_to_a_person_at_the_first_look_and_is_never_sent_again(
    handing: Office, fault: Fault, stored: int
) -> None:
    handing.rehearsal.inject("webhook", fault)
    handing.publish_at(DUE)
    assert handing.state(HOOK) == "unknown"
    for minutes in (3, 10, 60, 600):
        handing.publish_at(DUE + timedelta(minutes=minutes))
    delivery = handing.delivery(HOOK)
    assert (delivery.state, delivery.attempt, delivery.not_before) == ("unknown", 1, None)
    assert "a person has to settle it" in delivery.note
    assert len(calls(handing)) == 1
    assert len(hooked(handing)) == stored


def test_what_a_person_lets_go_again_has_the_id_by_which_a_repeat_is_dropped(
    handing: Office,
) -> None:
    handing.rehearsal.inject("webhook", Fault.STORE_THEN_DROP)
    handing.publish_at(DUE)
    handing.publish_at(DUE + timedelta(minutes=3))
    with handing.desk.store.write() as connection:
        why = Change(who="ben", at=handing.clock.now(), why="asked by telephone")
        settle_not_published(connection, HOOK, why)
    handing.publish()
    assert handing.state(HOOK) == "published"
    first, second = (one.headers["webhook-id"] for one in calls(handing))
    assert first == second
    assert len(hooked(handing)) == 1


def test_what_was_turned_away_for_now_goes_out_later_by_itself(handing: Office) -> None:
    handing.rehearsal.inject("webhook", Fault.RATE_LIMIT)
    handing.publish_at(DUE)
    assert handing.state(HOOK) == "planned"
    handing.publish_at(DUE + timedelta(seconds=91))
    assert handing.state(HOOK) == "published"
    assert len(hooked(handing)) == 1


def test_nobody_asks_for_counts_where_there_are_none(handing: Office) -> None:
    handing.publish_at(DUE)
    asked = len(handing.rehearsal.requests("webhook"))
    handing.clock.move_to(DUE + timedelta(days=3))
    summary = handing.collect()
    assert summary.failures == ()
    assert len(handing.rehearsal.requests("webhook")) == asked
    assert handing.delivery(HOOK).read_due_at is None


def test_the_report_names_it_among_the_channels_that_give_no_reach(handing: Office) -> None:
    handing.publish_at(DUE)
    handing.clock.move_to(DUE + timedelta(days=7))
    with handing.desk.store.read() as connection:
        report = build_report(
            connection,
            week=week_of(DUE, ZoneInfo("Europe/London")),
            as_of=handing.clock.now(),
            networks=handing.desk.networks_by_name,
        )
    assert report.this.reach.without == ("ico-x", "npcc-hook")
    of_hook = [one for one in report.gains if one.channel == "npcc-hook"]
    assert {one.reason for one in of_hook} == {"not offered by the network"}
    assert {one.gain for one in of_hook} == {None}


def test_a_partner_is_named_in_words_where_a_handle_means_nothing(handing: Office) -> None:
    handing.write_post("law-helps", POST.replace("Data", "{partner:npcc} says: data"))
    handing.apply()
    handing.approve()
    handing.publish_at(DUE)
    (text,) = hooked(handing)
    assert text.startswith("National Police Chiefs' Council says: data")


def calls(office: Office) -> list[RecordedRequest]:
    every = office.rehearsal.requests("webhook")
    return [one for one in every if one.call is Call.PUBLISH]
