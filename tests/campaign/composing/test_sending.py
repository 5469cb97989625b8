from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.apply import StalePlanError
from campaign.clock import SteppedClock
from campaign.composing.judging import Bench
from campaign.composing.sending import CannotSendError, Submission, propose_sending, send
from campaign.store.deliveries import Change
from campaign.store.embargoes import embargoes
from rehearsal.server import Rehearsal
from tests.campaign.office import ENTRY, MONDAY, POST, Office

ENTRIES = f"""{ENTRY}  - {{post: hello, at: 2027-01-13 09:00, send_to: [network:x, ico-bluesky]}}
"""
HELLO = (
    "---\nstatus: draft   # for now\ntitle: Hello\nembargo_until: 2027-01-13 08:00\n---\nHello.\n"
)
X, BLUESKY = "hello/ico-x/1", "hello/ico-bluesky/1"

AT = ENTRIES.replace("{", "{{").replace("}", "}}").replace("2027-01-13 09:00", "{}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(tmp_path, rehearsal, clock)
        place.write_post(
            "law-helps", POST.replace("title:", "embargo_until: 2027-01-12 08:00\ntitle:")
        )
        place.apply()
        place.write_post("hello", HELLO)
        place.write_schedule(ENTRIES)
        yield place
        place.close()


def propose(office: Office, post: str = "hello") -> Submission:
    applied = office.desk.schedule()
    assert applied is not None
    bench = Bench(folder=office.folder, networks=office.desk.networks)
    return propose_sending(bench, office.desk.store, applied, post, office.clock.now())


def do(office: Office, submission: Submission, person: str = "ama") -> None:
    bench = Bench(folder=office.folder, networks=office.desk.networks)
    change = Change(who=person, at=office.clock.now(), why="sent for approval")
    send(bench, office.desk.store, submission, change)


def own_lines(submission: Submission) -> list[tuple[str, str]]:
    return [(line.kind, line.delivery) for line in submission.difference.lines]


def test_one_post_is_sent_and_others_drafts_stay_in_files_and_database(office: Office) -> None:
    office.write_post("law-helps", POST.replace("helps you", "HELPS YOU"))
    office.write_post("broken", "no fences at all")
    office.write_schedule(
        ENTRIES.replace("at: 2027-01-12 08:30", "at: 2027-01-12 10:30"), late="45m"
    )
    before = {one: one.read_bytes() for one in office.folder.rglob("*.*") if one.is_file()}
    stored = office.delivery("law-helps/ico-x/1")
    submission = propose(office)
    assert own_lines(submission) == [("add", BLUESKY), ("add", X)]
    assert office.states().keys() == {
        f"law-helps/ico-{one}/1" for one in ("x", "mastodon", "bluesky")
    }
    do(office, submission)
    assert office.states()[X] == "awaiting-approval"
    assert office.delivery(X).late_limit_s == 1800
    assert office.delivery("law-helps/ico-x/1") == stored
    file = office.folder / "posts/hello/post.md"
    assert file.read_text() == HELLO.replace("status: draft   # for now\n", "")
    after = {one: one.read_bytes() for one in before if one.suffix in {".md", ".yaml"}}
    assert [one.name for one in after if after[one] != before[one]] == ["post.md"]
    with office.desk.store.read() as connection:
        assert set(embargoes(connection)) == {"law-helps", "hello"}


def test_a_plan_of_everything_afterwards_finds_only_what_others_changed(office: Office) -> None:
    do(office, propose(office))
    assert propose(office).difference.empty
    office.apply()
    assert sorted(set(office.states().values())) == ["awaiting-approval"]


def test_an_edit_of_a_post_that_waits_is_sent_as_a_change(office: Office) -> None:
    do(office, propose(office))
    office.approve(X, BLUESKY)
    office.write_post("hello", HELLO.replace("Hello.\n", "Hello again.\n"))
    submission = propose(office)
    assert own_lines(submission) == [("change", BLUESKY), ("change", X)]
    do(office, submission)
    assert office.state(X) == "awaiting-approval"
    office.write_schedule(ENTRIES.replace(", ico-bluesky]", "]"))
    assert own_lines(propose(office)) == [("cancel", BLUESKY)]


def test_what_was_shown_is_what_is_done(office: Office) -> None:
    submission = propose(office)
    office.write_post("hello", HELLO.replace("Hello.\n", "Other.\n"))
    with pytest.raises(StalePlanError):
        do(office, submission)
    assert X not in office.states()
    assert "status: draft" in (office.folder / "posts/hello/post.md").read_text()


@pytest.mark.parametrize(
    ("entries", "rules", "says"),
    [
        (ENTRY, "", "has no time yet"),
        (AT.format("2027-01-12 08:35"), "  minimum_gap: 15m", "less than 15m"),
        (AT.format("2027-01-13 07:00"), "", "would break its embargo"),
        (AT.format("2028-01-13 07:00"), "", "30 April 2027"),
    ],
)  # fmt: skip
def test_what_does_not_fit_in_is_not_sent(
    office: Office, entries: str, rules: str, says: str
) -> None:
    office.write_schedule(ENTRY, rules)
    office.apply()
    office.write_schedule(entries, rules)
    if "embargo" not in says:
        office.write_post("hello", HELLO.replace("embargo_until: 2027-01-13 08:00\n", ""))
    with pytest.raises(CannotSendError, match=says):
        propose(office)


def test_a_post_that_would_push_others_out_of_their_slots_is_not_sent_alone(
    office: Office,
) -> None:
    queue = "  - {{queue: q, posts: [{}], slot: morning, from: 2027-01-14, send_to: [ico-x]}}\n"
    office.write_post("other", "---\ntitle: Other\n---\nOther.\n")
    office.write_schedule(ENTRY + queue.format("other"))
    office.apply()
    office.write_schedule(ENTRY + queue.format("hello, other"))
    with pytest.raises(CannotSendError, match="the slot of “other”"):
        propose(office)
    office.write_post("third", "---\ntitle: Third\n---\nThird.\n")
    office.write_schedule(ENTRY + queue.format("other, third, hello"))
    submission = propose(office)
    assert own_lines(submission) == [("add", "q/ico-x/hello")]
    assert submission.difference.lines[0].wall_time == "2027-01-15 08:30"
