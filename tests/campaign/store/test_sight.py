"""What partners may be shown, second by second: the rule behind packs, feeds and pages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign.calendar_files.feeds import partner_feed, team_feed
from campaign.clock import SteppedClock
from campaign.decisions.stops import resume, stop
from campaign.packs.pack import make_pack
from campaign.partner_links.posts import posts_of
from campaign.store.deliveries import Change, list_deliveries
from campaign.store.embargoes import embargoes
from campaign.store.sight import OutOfSight, out_of_sight
from campaign.store.withdrawals import write_withdrawal
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office

ENTRIES = """\
  - {post: open, at: 2027-01-12 08:30, send_to: [npcc-linkedin]}
  - {post: sealed, at: 2027-01-14 10:00, send_to: [npcc-linkedin, ico-x]}
"""
OPEN, SEALED, OURS = "open/npcc-linkedin/1", "sealed/npcc-linkedin/1", "sealed/ico-x/1"
ENDS = datetime(2027, 1, 13, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path, either_database: str) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        made = Office(tmp_path, rehearsal, clock, database_url=either_database)
        made.write_post("open", "---\n---\nOpen.\n")
        made.write_post("sealed", "---\nembargo_until: 2027-01-13 09:00\n---\nSealed.\n")
        made.write_schedule(ENTRIES)
        made.apply()
        yield made
        made.close()


def hidden(office: Office, now: datetime) -> dict[str, tuple[str, datetime | None]]:
    with office.desk.store.read() as connection:
        found = out_of_sight(connection, list_deliveries(connection), now)
    return {name: _plain(one) for name, one in found.items()}


def _plain(one: OutOfSight) -> tuple[str, datetime | None]:
    return str(one.because), one.until


def test_an_embargo_and_an_approval_are_told_apart(office: Office) -> None:
    assert hidden(office, MONDAY) == {
        OPEN: ("approval", None),
        SEALED: ("embargo", ENDS),
        OURS: ("embargo", ENDS),
    }


def test_it_ends_with_the_second(office: Office) -> None:
    office.approve()
    assert set(hidden(office, ENDS - timedelta(seconds=1))) == {SEALED, OURS}
    assert hidden(office, ENDS) == {}


def test_applying_moves_and_ends_an_embargo(office: Office) -> None:
    office.write_post("sealed", "---\nembargo_until: 2027-01-13 12:00\n---\nSealed.\n")
    with office.desk.store.read() as connection:
        assert embargoes(connection) == {"sealed": ENDS}
    office.apply()
    with office.desk.store.read() as connection:
        assert embargoes(connection) == {"sealed": ENDS + timedelta(hours=3)}
    office.write_post("sealed", "---\n---\nSealed.\n")
    office.apply()
    with office.desk.store.read() as connection:
        assert embargoes(connection) == {}


def test_packs_and_calendars_are_made_of_what_either_database_holds(office: Office) -> None:
    office.approve()
    with office.desk.store.read() as connection:
        early = make_pack(connection, "npcc", MONDAY, office.desk.networks)
        feed = partner_feed(connection, "npcc", MONDAY)
        late = make_pack(connection, "npcc", ENDS, office.desk.networks)
        team = team_feed(connection, MONDAY)
    assert [one.delivery for one in early.posts] == [OPEN]
    assert [one.delivery for one in late.posts] == [OPEN, SEALED]
    assert (feed.count(b"BEGIN:VEVENT"), team.count(b"BEGIN:VEVENT")) == (1, 3)


def test_a_stop_of_a_theme_takes_its_posts_out_of_packs_whatever_the_file_says_by_now(
    office: Office,
) -> None:
    office.write_post("open", "---\ntheme: Missing  Child\n---\nOpen.\n")
    office.apply()
    office.approve()
    office.write_post("open", "---\ntheme: advice\n---\nOpen.\n")
    with office.desk.store.write() as connection:
        word = Change(who="ben", at=MONDAY, why="a search goes on")
        stop(connection, "theme", "missing child", word)
    assert hidden(office, ENDS) == {OPEN: ("held", None)}
    with office.desk.store.read() as connection:
        pack = make_pack(connection, "npcc", ENDS, office.desk.networks)
        seen = posts_of(connection, "npcc", ENDS)
    assert [one.delivery for one in pack.posts] == [SEALED]
    assert {one.id: one.payload is None for one in seen} == {OPEN: True, SEALED: False}


def test_a_withdrawal_hides_it_before_anything_else_is_done(office: Office) -> None:
    office.approve()
    word = Change(who="ben", at=MONDAY, why="a wrong number")
    with office.desk.store.write() as connection:
        write_withdrawal(connection, OPEN, word)
    assert hidden(office, ENDS) == {OPEN: ("over", None)}
    with office.desk.store.read() as connection:
        pack = make_pack(connection, "npcc", ENDS, office.desk.networks)
    assert [one.delivery for one in pack.posts] == [SEALED]
    assert pack.following == ()


def test_what_a_partner_posts_by_hand_is_hidden_while_a_stop_stands_and_no_longer(
    office: Office,
) -> None:
    office.approve()
    office.clock.move_to(datetime(2027, 1, 12, 8, 0, tzinfo=UTC))
    with office.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ben", at=office.clock.now(), why="mourning"))
    assert hidden(office, datetime(2027, 1, 12, 8, 30, tzinfo=UTC))[OPEN] == ("held", None)
    office.clock.move_to(datetime(2027, 1, 12, 9, 0, tzinfo=UTC))
    with office.desk.store.write() as connection:
        resume(connection, "all", "", Change(who="cat", at=office.clock.now(), why="over"))
    assert OPEN not in hidden(office, datetime(2027, 1, 12, 9, 1, tzinfo=UTC))
