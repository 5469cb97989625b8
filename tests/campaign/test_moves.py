from datetime import timedelta
from pathlib import Path

import pytest

from campaign.apply import StalePlanError
from campaign.moves import Folder, carry_out, propose
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError, with_time
from campaign.store.deliveries import Change
from tests.campaign.office import DUE, Office

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


def folder_of(office: Office) -> Folder:
    return Folder(path=office.folder, networks=office.desk.networks, clock=office.clock)


def change_of(office: Office, who: str = "ama") -> Change:
    return Change(who=who, at=office.clock.now(), why="moved")


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
    proposal = propose(folder_of(office), office.desk.store, "law-helps", WEDNESDAY)
    lines = {line.delivery: line.changes for line in proposal.difference.lines}
    assert set(lines) == {X, "law-helps/ico-mastodon/1", "law-helps/ico-bluesky/1"}
    assert lines[X] == ("time: 2027-01-12 08:30 to 2027-01-13 10:00",)
    assert (office.folder / "schedule.yaml").read_bytes() == before
    assert office.delivery(X).due_at == DUE


def test_a_move_writes_the_file_and_moves_the_deliveries(office: Office) -> None:
    office.apply()
    office.approve()
    proposal = propose(folder_of(office), office.desk.store, "law-helps", WEDNESDAY)
    carry_out(folder_of(office), office.desk.store, proposal, change_of(office))
    assert f"at: {WEDNESDAY}" in (office.folder / "schedule.yaml").read_text()
    assert office.delivery(X).wall_time == WEDNESDAY
    assert office.state(X) == "awaiting-approval"  # another day is approved anew
    assert propose(folder_of(office), office.desk.store, "law-helps", WEDNESDAY).difference.empty


def test_a_move_that_the_schedule_forbids_changes_nothing(office: Office) -> None:
    office.write_schedule(rules='  hours: "08:00-20:00"')
    office.apply()
    with pytest.raises(FaultsFound) as found:
        propose(folder_of(office), office.desk.store, "law-helps", "2027-01-13 22:00")
    assert "22:00" in str(found.value.faults[0])


def test_what_changed_after_the_look_is_looked_at_again(office: Office) -> None:
    office.apply()
    folder, store = folder_of(office), office.desk.store
    proposal = propose(folder, store, "law-helps", WEDNESDAY)
    file: Path = office.folder / "schedule.yaml"
    mine = file.read_text()
    file.write_text(mine + "# somebody else writes here\n")
    with pytest.raises(StalePlanError, match=r"schedule\.yaml has been changed since"):
        carry_out(folder, store, proposal, change_of(office))
    file.write_text(mine)
    office.clock.move_to(DUE + timedelta(hours=1))
    office.publish()
    with pytest.raises(StalePlanError, match="deliveries or the hour have changed since"):
        carry_out(folder, store, proposal, change_of(office))
    assert file.read_text() == mine
    assert sorted(one.name for one in office.folder.glob(".schedule-*")) == []
