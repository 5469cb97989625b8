from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from campaign.apply import (
    ChannelInUseError,
    OtherCampaignError,
    StalePlanError,
    apply,
    difference,
)
from campaign.decisions.approvals import approve
from campaign.decisions.stops import stop
from campaign.diff import Difference
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from campaign.store.barriers import barrier
from campaign.store.database import Store, open_store
from campaign.store.deliveries import Change, get_delivery, history, list_deliveries
from campaign.store.embargoes import embargoes
from campaign.store.gates import gates_of
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY
from campaign.store.themes import themes
from tests.campaign.deliveries import HALF_AN_HOUR, NOW, TUESDAY, planned
from tests.postgres import KINDS, fresh_database

SCHEDULE = """\
campaign: spring
runs: {from: 2027-01-11, until: 2027-04-30}
partners:
  ico: {name: The Office, owner: true}
  npcc: {name: The Chiefs}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver]}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  npcc-x: {network: x, partner: npcc, handle: "@npcc.example"}
  npcc-linkedin: {network: linkedin, partner: npcc, mode: pack}
schedule: []
"""
HOLD = """\
rules:
  windows:
    - {from: 2027-01-12, until: 2027-01-12, partners: [npcc], do: hold, reason: election}
"""
ROLES = {"ama": ["author"], "ben": ["approver"]}
LATER = TUESDAY + timedelta(hours=2)
NEXT_DAY = TUESDAY + timedelta(days=1)
ID, PACK = "myth/ico-x/1", "myth/npcc-linkedin/1"

Read = Callable[[str], Schedule]


@pytest.fixture(scope="module", params=KINDS)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    opened = open_store(fresh_database(request, tmp_path_factory.mktemp("apply")))
    yield opened
    opened.close()


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    """One transaction, given up at the end: every test begins with an empty database."""
    with store.engine.connect() as opened:
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("schedule")

    def read_text(text: str) -> Schedule:
        (folder / "schedule.yaml").write_text(text, encoding="utf-8")
        return read_schedule(folder / "schedule.yaml")

    return read_text


@pytest.fixture(scope="module")
def schedule(read: Read) -> Schedule:
    return read(SCHEDULE)


def put(
    connection: Connection, schedule: Schedule, *wanted: PlannedDelivery, person: str = "ama"
) -> Difference:
    """Plan and apply; return what the plan said."""
    found = difference(connection, schedule, wanted, NOW)
    apply(connection, schedule, found, found, Change(who=person, at=NOW, why="applied"))
    return found


def stored(connection: Connection, delivery: str = ID) -> Delivery:
    found = get_delivery(connection, delivery)
    assert found is not None
    return found


def force(connection: Connection, delivery: str, state: str) -> None:
    """Put a delivery where publishing or a person would have brought it."""
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == delivery).values(state=state))


def say_yes(connection: Connection, delivery: str = ID) -> None:
    approve(connection, delivery, Change(who="ben", at=NOW, why="approved"), ROLES)


def pack(**changes: Any) -> PlannedDelivery:
    return planned(PACK, **{"mode": "pack", "partner": "npcc", "network": "linkedin", **changes})


def test_what_is_added_waits_for_approval_and_carries_what_the_plan_says(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    row = stored(connection)
    assert (row.state, row.due_at, row.wall_time) == (
        "awaiting-approval",
        TUESDAY,
        "2027-01-12 08:30",
    )
    assert (row.post, row.channel, row.partner, row.applied_by) == ("myth", "ico-x", "ico", "ama")
    assert [(gate.kind, gate.decision) for gate in gates_of(connection, ID)] == [("approval", None)]


def test_where_no_approval_is_asked_for_it_goes_on_at_once(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned(gates=()), pack(gates=()))
    assert stored(connection).state == "planned"
    assert stored(connection, PACK).state == "with-partner"


def test_a_slot_that_is_past_when_applied_is_missed_and_the_log_says_why(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned(due_at=NOW))
    assert stored(connection).state == "missed"
    assert history(connection, ID)[-1].why == "its slot was past when it was applied"


def test_a_partner_who_posts_by_hand_gets_the_post_even_when_its_slot_is_past(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, pack(gates=(), due_at=NOW))
    assert stored(connection, PACK).state == "with-partner"


def test_an_edit_closes_the_approval_and_a_move_within_the_day_keeps_it(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    say_yes(connection)
    put(connection, schedule, planned(due_at=LATER))
    assert (stored(connection).state, stored(connection).due_at) == ("planned", LATER)
    put(connection, schedule, planned(due_at=LATER, text="New."))
    assert stored(connection).state == "awaiting-approval"


def test_a_move_to_another_day_closes_the_approval(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    say_yes(connection)
    put(connection, schedule, planned(due_at=NEXT_DAY))
    assert stored(connection).state == "awaiting-approval"


def test_undoing_an_edit_brings_back_the_approval_that_was_given_for_it(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    say_yes(connection)
    put(connection, schedule, planned(text="New.", due_at=NEXT_DAY))
    put(connection, schedule, planned())
    assert stored(connection).state == "planned"


def test_a_gate_that_is_added_keeps_back_what_was_approved(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    say_yes(connection)
    put(connection, schedule, planned(gates=("approval", "legal")))
    assert stored(connection).state == "awaiting-approval"
    kinds = [(gate.kind, gate.decision) for gate in gates_of(connection, ID)]
    assert kinds == [("approval", "yes"), ("legal", None)]


def test_a_gate_that_falls_away_lets_it_on(connection: Connection, schedule: Schedule) -> None:
    put(connection, schedule, planned(gates=("approval", "legal")))
    say_yes(connection)
    assert stored(connection).state == "awaiting-approval"
    put(connection, schedule, planned(gates=("approval",)))
    assert stored(connection).state == "planned"


def test_what_is_moved_into_the_past_is_missed_not_sent(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned(gates=()))
    put(connection, schedule, planned(gates=(), due_at=NOW))
    assert stored(connection).state == "missed"


def test_a_held_delivery_takes_the_edit_and_stays_held(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    force(connection, ID, "held")
    put(connection, schedule, planned(text="New.", due_at=LATER))
    row = stored(connection)
    assert (row.state, row.due_at) == ("held", TUESDAY)
    assert row.content_hash == planned(text="New.").payload.content_hash


def test_a_channel_that_becomes_a_pack_hands_over_and_back_what_is_planned(
    connection: Connection, schedule: Schedule, read: Read
) -> None:
    put(connection, schedule, planned())
    say_yes(connection)
    by_hand = read(SCHEDULE.replace('handle: "@ico.example"', "mode: pack"))
    put(connection, by_hand, planned(mode="pack"))
    assert stored(connection).state == "with-partner"
    put(connection, schedule, planned())
    assert stored(connection).state == "planned"


def test_a_pack_whose_hour_is_past_is_missed_when_it_comes_back_to_us(
    connection: Connection, schedule: Schedule, read: Read
) -> None:
    by_hand = read(SCHEDULE.replace('handle: "@ico.example"', "mode: pack"))
    put(connection, by_hand, planned(mode="pack", gates=(), due_at=NOW))
    put(connection, schedule, planned(gates=(), due_at=NOW))
    assert stored(connection).state == "missed"


def test_another_post_or_owner_in_the_place_of_one_is_taken_over_whole(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned())
    put(connection, schedule, planned(post="fact", text="Fact.", partner="npcc"))
    row = stored(connection)
    assert (row.post, row.partner) == ("fact", "npcc")


def test_what_is_cancelled_says_who_took_it_out(connection: Connection, schedule: Schedule) -> None:
    put(connection, schedule, planned())
    put(connection, schedule, person="ben")
    move = history(connection, ID)[-1]
    assert (move.to_state, move.who, move.why) == ("cancelled", "ben", "no longer in the schedule")


def test_a_window_that_is_added_is_a_change_although_it_moves_no_delivery(
    connection: Connection, schedule: Schedule, read: Read
) -> None:
    wanted = planned("myth/npcc-x/1", partner="npcc", gates=())
    put(connection, schedule, wanted)
    found = put(connection, read(SCHEDULE + HOLD), wanted)
    assert (found.empty, found.facts, found.lines) == (False, ("rules: windows changed",), ())
    row = stored(connection, "myth/npcc-x/1")
    assert barrier(connection, row, TUESDAY) == "held: election"
    midnight = datetime.fromisoformat("2027-01-13T00:00:00+00:00")
    assert barrier(connection, row, midnight - timedelta(seconds=1)) == "held: election"
    assert barrier(connection, row, midnight) is None
    assert put(connection, schedule, wanted).facts == ("rules: windows changed",)
    assert barrier(connection, row, TUESDAY) is None


def test_a_channel_that_is_taken_out_is_kept_but_not_active(
    connection: Connection, schedule: Schedule, read: Read
) -> None:
    put(connection, schedule, planned())
    line = '  ico-x: {network: x, partner: ico, handle: "@ico.example"}\n'
    put(connection, read(SCHEDULE.replace(line, "")))
    rows = connection.execute(select(CHANNEL.c.id, CHANNEL.c.active).order_by(CHANNEL.c.id)).all()
    assert [tuple(row) for row in rows] == [
        ("ico-x", False),
        ("npcc-linkedin", True),
        ("npcc-x", True),
    ]


def test_a_plan_that_no_longer_holds_is_refused_and_nothing_is_done(
    connection: Connection, schedule: Schedule
) -> None:
    shown = difference(connection, schedule, [planned()], NOW)
    fresh = difference(connection, schedule, [planned(text="New.")], NOW)
    change = Change(who="ama", at=NOW, why="applied")
    with pytest.raises(StalePlanError, match="the plan is out of date"):
        apply(connection, schedule, shown, fresh, change)
    assert list_deliveries(connection) == []
    assert connection.execute(select(CAMPAIGN)).first() is None


def test_the_database_of_another_campaign_is_refused(
    connection: Connection, schedule: Schedule, read: Read
) -> None:
    put(connection, schedule, planned())
    other = read(SCHEDULE.replace("campaign: spring", "campaign: autumn"))
    with pytest.raises(OtherCampaignError, match=r"“spring”, the schedule is of “autumn”"):
        difference(connection, other, [], NOW)


@pytest.mark.parametrize("state", ["published", "unknown", "sending"])
def test_a_channel_with_posts_cannot_become_an_account_on_another_network(
    connection: Connection, schedule: Schedule, read: Read, state: str
) -> None:
    put(connection, schedule, planned())
    force(connection, ID, state)
    server = 'server: "https://social.example"'
    other = read(
        SCHEDULE.replace(
            'network: x, partner: ico, handle: "@ico.example"',
            f'network: mastodon, partner: ico, handle: "@ico@social.example", {server}',
        )
    )
    with pytest.raises(ChannelInUseError, match="“ico-x” has posts on x; give the account on"):
        difference(connection, other, [], NOW)


def test_a_theme_that_changes_is_shown_by_the_plan_and_a_stop_goes_by_what_was_applied(
    connection: Connection, schedule: Schedule
) -> None:
    put(connection, schedule, planned(theme="rumour"))
    stop(connection, "theme", "rumour", Change(who="ben", at=NOW, why="a death"))
    found = put(connection, schedule, planned(theme="advice"))
    assert found.facts == ("theme of “myth”: rumour becomes advice",)
    assert themes(connection) == {"myth": "advice"}
    assert put(connection, schedule, planned(theme="advice")).empty
    assert put(connection, schedule, planned(theme="")).facts == (
        "theme of “myth”: advice becomes none",
    )
    assert themes(connection) == {}


def test_an_embargo_that_changes_is_shown_by_the_plan_and_kept_by_applying(
    connection: Connection, schedule: Schedule
) -> None:
    ends = TUESDAY - HALF_AN_HOUR
    first = put(connection, schedule, planned(embargo_until=TUESDAY))
    assert first.facts == ()
    assert embargoes(connection) == {"myth": TUESDAY}
    moved = put(connection, schedule, planned(embargo_until=ends))
    assert moved.lines == ()
    assert moved.facts == ("embargo of “myth”: 2027-01-12T08:30Z becomes 2027-01-12T08:00Z",)
    assert embargoes(connection) == {"myth": ends}
    assert put(connection, schedule, planned(embargo_until=ends)).empty
    assert put(connection, schedule, planned()).facts == (
        "embargo of “myth”: 2027-01-12T08:00Z becomes none",
    )
    assert embargoes(connection) == {}
