import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaign.apply import StalePlanError
from campaign.clock import SteppedClock
from campaign.composing.judging import Bench
from campaign.composing.moving import Moving, NewTime, move, propose_moving
from campaign.diff import Difference
from campaign.moves import Folder, propose_text
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError, with_time
from campaign.store.deliveries import Change
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, ENTRY, MONDAY, POST, Office

TEXT = """\
# Kept: 08:30
schedule:
  - post: law-helps   # the first
    at: "2027-01-12 08:30"     # after the news
    send_to: [all]
  - {post: law-helps, id: again, at: 2027-01-14 12:00, send_to: [all]}
  - queue: myths
    posts: [law-helps]
"""
WEDNESDAY = "2027-01-13 10:00"
X = "law-helps/ico-x/1"


def bench_of(office: Office) -> Bench:
    return Bench(folder=office.folder, networks=office.desk.networks)


def propose(office: Office, at: str, entry: str = "law-helps") -> Moving:
    applied, now = office.desk.schedule(), office.clock.now()
    assert applied is not None
    return propose_moving(bench_of(office), office.desk.store, applied, NewTime(entry, at), now)


def do(office: Office, moving: Moving) -> None:
    change = Change(who="ama", at=office.clock.now(), why="moved")
    move(bench_of(office), office.desk.store, moving, change)


def test_only_the_time_changes_in_the_file() -> None:
    first = with_time("schedule.yaml", TEXT, "law-helps", WEDNESDAY)
    assert first == TEXT.replace("2027-01-12 08:30", "2027-01-13 10:00")
    again = with_time("schedule.yaml", TEXT, "again", WEDNESDAY)
    assert again == TEXT.replace("2027-01-14 12:00", "2027-01-13 10:00")


@pytest.mark.parametrize(
    ("entry", "at", "says"),
    [
        ("myths", WEDNESDAY, "“myths” has no time of its own: its queue takes the next free slot"),
        ("gone", WEDNESDAY, "there is no entry “gone”"),
        ("again", "soon, [x]", "“soon, \\[x\\]” is no date and time"),
    ],
)
def test_what_cannot_be_moved_in_the_file_is_said(entry: str, at: str, says: str) -> None:
    with pytest.raises(CannotRewriteError, match=says):
        with_time("schedule.yaml", TEXT, entry, at)


def test_nothing_is_written_before_somebody_has_seen_what_changes(office: Office) -> None:
    office.apply()
    before = (office.folder / "schedule.yaml").read_bytes()
    proposal = propose(office, WEDNESDAY)
    lines = {line.delivery: line.changes for line in proposal.difference.lines}
    assert set(lines) == {X, "law-helps/ico-mastodon/1", "law-helps/ico-bluesky/1"}
    assert lines[X] == ("time: 2027-01-12 08:30 to 2027-01-13 10:00",)
    assert (office.folder / "schedule.yaml").read_bytes() == before
    assert office.delivery(X).due_at == DUE


def test_a_move_writes_the_file_and_moves_the_deliveries(office: Office) -> None:
    office.apply()
    office.approve()
    proposal = propose(office, WEDNESDAY)
    do(office, proposal)
    assert f"at: {WEDNESDAY}" in (office.folder / "schedule.yaml").read_text()
    assert office.delivery(X).wall_time == WEDNESDAY
    assert office.state(X) == "awaiting-approval"  # another day is approved anew
    assert propose(office, WEDNESDAY).difference.empty


def test_a_move_that_the_schedule_forbids_changes_nothing(office: Office) -> None:
    office.write_schedule(rules='  hours: "08:00-20:00"')
    office.apply()
    with pytest.raises(FaultsFound) as found:
        propose(office, "2027-01-13 22:00")
    assert "22:00" in str(found.value.faults[0])


def test_what_changed_after_the_look_is_looked_at_again(office: Office) -> None:
    office.apply()
    proposal = propose(office, WEDNESDAY)
    file: Path = office.folder / "schedule.yaml"
    mine = file.read_text()
    file.write_text(mine + "# somebody else writes here\n")
    with pytest.raises(StalePlanError, match=r"schedule\.yaml has been changed since"):
        do(office, proposal)
    file.write_text(mine)
    office.clock.move_to(DUE + timedelta(hours=1))
    office.publish()
    with pytest.raises(StalePlanError, match="deliveries or the hour have changed since"):
        do(office, proposal)
    assert file.read_text() == mine
    assert sorted(one.name for one in office.folder.glob(".schedule-*")) == []


ENTRIES = """\
  - {post: law-helps, at: 2027-01-12 08:30, send_to: [network:x, network:mastodon]}
  - {post: again, at: 2027-01-13 12:00, every: 2 weeks, until: 2027-02-24,
     send_to: [ico-x, ico-mastodon, ico-bluesky]}
  - {post: law-helps, id: later, at: 2027-02-02 09:00, send_to: [ico-bluesky]}
  - {queue: q, posts: [one, idea, two, three], slot: morning, from: 2027-01-13, send_to: [ico-x]}
  - {queue: p, posts: [three, again], slot: morning, from: 2027-01-20, stagger: 10m,
     send_to: [ico-mastodon, npcc-linkedin]}
"""
RULES = """\
  minimum_gap: 20m
  hours: "07:30-19:00"
  bank_holidays: {region: england-and-wales, do: next-slot}
  windows: [{from: 2027-01-18, until: 2027-01-20, partners: [npcc], do: hold, reason: quiet}]
"""
THREAD = "---\ntitle: Again\nembargo_until: 2027-01-13 08:00\n---\nOne.\n\n---\n\nTwo.\n"
AGAIN = THREAD + "\n## x #2\nOther words.\n\n## x #3\nYet others.\n\n## x #4\nAnd more.\n"


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A campaign with series, queues, a draft in one, holidays, gaps, a hold and an embargo."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(tmp_path_factory.mktemp("busy"), rehearsal, clock)
        for name in ("one", "two", "three"):
            place.write_post(name, f"---\ntitle: {name}\n---\nOf {name}, and nothing else.\n")
        place.write_post("idea", "---\ntitle: Idea\nstatus: draft\n---\nAn idea.\n")
        place.write_post("again", AGAIN)
        place.write_schedule(ENTRIES, RULES)
        place.apply()
        yield place
        place.close()


def whole_plan(office: Office, entry: str, at: str) -> Difference | str:
    """Return what a plan of the whole folder would say of a move."""
    before = (office.folder / "schedule.yaml").read_text()
    folder = Folder(path=office.folder, networks=office.desk.networks, clock=office.clock)
    try:
        after = with_time("schedule.yaml", before, entry, at)
        return propose_text(folder, office.desk.store, entry, before, after).difference
    except FaultsFound as error:
        return error.faults[0].message


def own_plan(office: Office, entry: str, at: str) -> Difference | str:
    try:
        return propose(office, at, entry).difference
    except FaultsFound as error:
        return error.faults[0].message


MOMENTS = st.builds(
    "2027-{:02}-{:02} {:02}:{}".format,
    st.sampled_from([1, 1, 2, 3]),
    st.integers(11, 28),
    st.sampled_from([7, 8, 8, 9, 12, 18]),
    st.sampled_from(["00", "15", "30", "30", "45"]),
)


@settings(max_examples=30, deadline=None)
@example(entry="law-helps", at="2027-01-13 08:30")  # takes the slot of a queue, which gives way
@example(entry="again", at="2027-02-03 12:00")  # fewer runs than before
@given(entry=st.sampled_from(["law-helps", "again", "later"]), at=MOMENTS)
def test_what_a_move_shows_is_what_a_plan_of_everything_says(
    busy: Office, entry: str, at: str
) -> None:
    whole, own = whole_plan(busy, entry, at), own_plan(busy, entry, at)
    assert isinstance(whole, str) == isinstance(own, str), (whole, own)
    if isinstance(whole, str) or isinstance(own, str):
        assert whole == own
        return
    assert (own.lines, own.facts, own.schedule) == (whole.lines, whole.facts, whole.schedule)
    ours = {line.delivery for line in own.lines}
    for mine, all_of_them in ((own.notes, whole.notes), (own.frozen, whole.frozen)):
        about = {one for one in all_of_them if re.split("[ :]", one)[0] in ours}
        assert about <= set(mine) <= set(all_of_them)


def test_a_move_takes_no_edit_of_others_along_and_leaves_them_to_be_applied(
    office: Office,
) -> None:
    office.apply()
    office.write_post("hello", "---\ntitle: Hello\n---\nHello.\n")
    entry = "  - {post: hello, at: 2027-01-13 12:00, send_to: [ico-x]}\n"
    office.write_schedule(ENTRY + entry, late="45m")
    do(office, propose(office, WEDNESDAY))
    assert sorted(office.states()) == [
        f"law-helps/ico-{one}/1" for one in ("bluesky", "mastodon", "x")
    ]
    assert (office.delivery(X).wall_time, office.delivery(X).late_limit_s) == (WEDNESDAY, 1800)
    office.apply()
    assert office.state("hello/ico-x/1") == "awaiting-approval"


def test_the_whole_folder_is_checked_again_before_a_move_is_done(office: Office) -> None:
    office.apply()
    moving = propose(office, WEDNESDAY)
    office.write_post("broken", "no fences at all")
    with pytest.raises(FaultsFound, match="begins with a line ---"):
        do(office, moving)
    shutil.rmtree(office.folder / "posts" / "broken")
    office.write_post("law-helps", POST.replace("helps you", "HELPS YOU"))
    with pytest.raises(StalePlanError, match="what others have written in the files"):
        do(office, moving)
    assert office.delivery(X).due_at == DUE


def test_a_schedule_that_was_applied_after_the_look_is_not_undone_by_the_move(
    office: Office,
) -> None:
    office.apply()
    moving = propose(office, WEDNESDAY)
    mine = (office.folder / "schedule.yaml").read_text()
    office.write_schedule(ENTRY, late="45m")
    office.apply()
    (office.folder / "schedule.yaml").write_text(mine)
    with pytest.raises(StalePlanError, match="applied anew"):
        do(office, moving)
    assert office.delivery(X).late_limit_s == 2700


def test_an_edited_file_is_seen_by_the_next_look(office: Office) -> None:
    office.apply()
    assert propose(office, WEDNESDAY).difference.lines[0].changes == (
        "time: 2027-01-12 08:30 to 2027-01-13 10:00",
    )
    office.write_post("law-helps", POST.replace("helps you", "HELPS YOU"))
    assert "content or account edited; needs approval again" in (
        propose(office, WEDNESDAY).difference.lines[0].changes
    )
    office.write_post("law-helps", POST.replace("title:", "status: draft\ntitle:"))
    with pytest.raises(CannotRewriteError, match="is a draft: change its time on its own page"):
        propose(office, WEDNESDAY)
