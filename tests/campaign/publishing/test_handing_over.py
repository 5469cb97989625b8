"""Posts that are handed to a partner's own system, or shown in a feed, through the whole desk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest

from analytics.report import build_report
from analytics.weeks import week_of
from campaign.clock import SteppedClock
from campaign.decisions.settling import settle_not_published
from campaign.decisions.stops import stop
from campaign.publishing.disk_folder import DiskFolder
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
    add_channel(
        office,
        f'npcc-hook: {{network: webhook, partner: npcc, handle: {HANDLE}, server: "{server}"}}',
    )


def add_channel(office: Office, channel: str) -> None:
    """Write one more channel into the schedule."""
    schedule = office.folder / "schedule.yaml"
    text = schedule.read_text(encoding="utf-8").replace("\nslots:", f"\n  {channel}\nslots:")
    schedule.write_text(text, encoding="utf-8")


def hooked(office: Office) -> list[str]:
    return [one.text for one in office.rehearsal.posts("webhook")]


def test_a_post_is_handed_over_once_and_is_known_by_its_id(
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


FEED = "law-helps/npcc-feed/1"


@pytest.fixture(name="feeding")
def _feeding(tmp_path: Path) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(folder=tmp_path, rehearsal=rehearsal, clock=clock)
        show_feed(office, "npcc-feed, ico-x")
        yield office
        office.desk.close()


def show_feed(office: Office, channels: str) -> None:
    """Schedule the post for these channels, the partner's feed among them, and approve it."""
    folder = office.folder / "shown"
    folder.mkdir()
    office.environment["CAMPAIGN__NPCC_FEED__FOLDER"] = str(folder)
    office.environment["CAMPAIGN__NPCC_FEED__ADDRESS"] = "https://npcc.example/feed"
    office.write_schedule(ENTRY.replace("npcc-hook, ico-x", channels))
    add_channel(office, "npcc-feed: {network: feed, partner: npcc, handle: NPCC posts}")
    office.apply()
    office.approve()


def entries(office: Office) -> list[str]:
    """Return what a well-known reader shows."""
    file = office.folder / "shown" / "atom.xml"
    return (
        [one.summary for one in feedparser.parse(file.read_bytes()).entries]
        if file.exists()
        else []
    )


def test_a_post_is_in_the_feed_when_it_is_due_and_not_before(feeding: Office) -> None:
    feeding.publish_at(DUE - timedelta(seconds=1))
    assert entries(feeding) == []
    feeding.publish_at(DUE)
    assert entries(feeding) == [
        "Data protection law helps you share information to protect a child."
    ]
    delivery = feeding.delivery(FEED)
    assert (delivery.state, delivery.read_due_at) == ("published", None)
    assert delivery.url == f"https://npcc.example/feed/atom.xml#{delivery.remote_id}"


def test_a_stop_keeps_a_post_out_of_the_feed(feeding: Office) -> None:
    with feeding.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ben", at=MONDAY, why="an election"))
    feeding.publish_at(DUE)
    assert (feeding.state(FEED), entries(feeding)) == ("held", [])


def test_a_window_keeps_a_post_out_of_the_feed(feeding: Office) -> None:
    window = "{from: 2027-01-12, until: 2027-01-12, partners: [npcc], do: hold, reason: quiet}"
    schedule = feeding.folder / "schedule.yaml"
    text = schedule.read_text(encoding="utf-8").replace("30m\n", f"30m\n  windows: [{window}]\n")
    schedule.write_text(text, encoding="utf-8")
    feeding.apply()
    feeding.publish_at(DUE)
    assert (feeding.state(FEED), entries(feeding)) == ("held", [])


def test_a_feed_that_was_lost_on_the_way_is_read_and_nothing_stands_twice(
    feeding: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = DiskFolder.put

    def lost(folder: DiskFolder, name: str, content: bytes) -> None:
        real(folder, name, content)
        raise TimeoutError(5, "Input/output error")

    monkeypatch.setattr(DiskFolder, "put", lost)
    feeding.publish_at(DUE)
    assert feeding.state(FEED) == "unknown"
    monkeypatch.setattr(DiskFolder, "put", real)
    feeding.publish_at(DUE + timedelta(seconds=121))
    delivery = feeding.delivery(FEED)
    assert (delivery.state, delivery.evidence, delivery.attempt) == ("published", "found", 1)
    assert len(entries(feeding)) == 1


def test_a_feed_is_not_written_by_a_clock_that_another_network_shows_to_be_wrong(
    tmp_path: Path,
) -> None:
    right = SteppedClock(MONDAY)
    with Rehearsal(now=right.now) as rehearsal:
        office = Office(folder=tmp_path, rehearsal=rehearsal, clock=SteppedClock(MONDAY))
        show_feed(office, "npcc-feed")
        right.move_to(DUE - timedelta(hours=2))
        office.publish_at(DUE)
        assert (office.state(FEED), entries(office)) == ("planned", [])
        right.move_to(DUE)
        office.publish()
        assert (office.state(FEED), len(entries(office))) == ("published", 1)
        office.desk.close()


def test_a_feed_waits_while_no_network_can_be_asked_for_the_time(tmp_path: Path) -> None:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(folder=tmp_path, rehearsal=rehearsal, clock=clock)
        show_feed(office, "npcc-feed")
    office.publish_at(DUE)
    assert (office.state(FEED), entries(office)) == ("planned", [])
    office.desk.close()


def test_a_feed_is_written_where_nobody_is_signed_in_to_a_network_that_tells_the_time(
    tmp_path: Path,
) -> None:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        office = Office(folder=tmp_path, rehearsal=rehearsal, clock=clock)
        for name in [one for one in office.environment if one.startswith("CAMPAIGN__ICO_")]:
            del office.environment[name]
        show_feed(office, "npcc-feed")
        office.publish_at(DUE)
        assert (office.state(FEED), len(entries(office))) == ("published", 1)
        assert rehearsal.requests("x") == []
        office.desk.close()
