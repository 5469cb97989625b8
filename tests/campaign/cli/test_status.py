from datetime import timedelta

import pytest

from campaign.store.deliveries import update_fields
from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
STATUS_KEYS = {
    "id",
    "post",
    "channel",
    "partner",
    "network",
    "state",
    "due_at",
    "published_at",
    "remote_id",
    "url",
    "attempts",
    "waiting_for",
    "note",
}


def test_status_as_json_has_the_promised_keys_and_times_in_utc(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE + timedelta(seconds=1.5))
    ready.fine("publish")
    shown = ready.fine("status", "--json").json()
    assert shown.keys() >= {"stopped", "deliveries"}
    assert shown["stopped"] is False
    assert [one["id"] for one in shown["deliveries"]] == [BLUESKY, MASTODON, X]
    for one in shown["deliveries"]:
        assert one.keys() >= STATUS_KEYS
        assert one["due_at"] == "2027-01-12T08:30:00Z"
        assert one["published_at"].startswith("2027-01-12T08:30:01")
        assert one["published_at"].endswith("Z")
        assert (one["state"], one["attempts"], one["waiting_for"]) == ("published", 1, None)
    on_x = shown["deliveries"][2]
    assert (on_x["post"], on_x["channel"], on_x["partner"], on_x["network"]) == (
        "law-helps",
        "ico-x",
        "ico",
        "x",
    )
    assert on_x["url"] == office.rehearsal.posts("x")[0].url
    assert on_x["remote_id"] == office.rehearsal.posts("x")[0].remote_id


def test_what_is_not_there_yet_is_null_not_empty(ready: Shell) -> None:
    row = ready.delivery(X)
    assert (row["published_at"], row["remote_id"], row["url"], row["attempts"]) == (
        None,
        None,
        None,
        0,
    )


def test_status_shows_people_what_stands_where(ready: Shell) -> None:
    lines = [line.split() for line in ready.fine("status").lines]
    assert lines[0] == ["Due", "Delivery", "State", "Where,", "or", "waiting", "for"]
    assert lines[1] == ["Tuesday", "12", "January", "2027,", "08:30", BLUESKY, "Scheduled"]
    assert lines[-1] == ["3", "deliveries"]


def test_every_row_is_one_line_when_another_program_reads_it(office: Office, ready: Shell) -> None:
    office.clock.move_to(DUE)
    ready.fine("publish")
    url = office.rehearsal.posts("x")[0].url
    (line,) = [line for line in ready.fine("status").lines if X in line]
    assert line.rstrip().endswith(url)


def test_status_can_be_narrowed_to_a_state(office: Office, ready: Shell) -> None:
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    found = ready.fine("status", "--state", "refused", "--json").json()["deliveries"]
    assert [one["id"] for one in found] == [X]
    assert found[0]["waiting_for"] == "a person's decision"
    assert found[0]["note"] != ""


def test_a_state_that_does_not_exist_is_answered_with_those_that_do(ready: Shell) -> None:
    says = "“lost” is no state; one of awaiting-approval, planned, sending, published, refused"
    ready.fails("status", "--state", "lost", code=2, says=says)


def test_status_says_first_that_everything_is_stopped(ready: Shell) -> None:
    ready.fine("stop", "--reason", "national mourning", "--as", "ben")
    assert ready.fine("status").lines[0] == (
        "STOPPED (all) by ben on Monday 11 January 2027, 07:00: national mourning"
    )
    shown = ready.fine("status", "--json").json()
    assert (shown["stopped"], shown["stops"]) == (True, ["all"])


def test_an_unknown_says_whether_the_network_or_a_person_is_asked(
    office: Office, ready: Shell
) -> None:
    office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    assert ready.delivery(X)["waiting_for"] == "a look at the network"
    for minutes in (3, 5, 12, 30, 60):
        office.clock.move_to(DUE + timedelta(minutes=minutes))
        ready.fine("publish")
    assert ready.delivery(X)["waiting_for"] == "a person to settle it"


def test_the_log_tells_who_did_what_when_and_why(office: Office, ready: Shell) -> None:
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    office.clock.move_to(DUE + timedelta(seconds=121))
    ready.fine("publish")
    told = ready.fine("log", X, "--json").json()
    moves = [(one["from"], one["to"], one["who"]) for one in told["moves"]]
    worker = told["attempts"][0]["worker"]
    assert moves == [
        (None, "awaiting-approval", "ama"),
        ("awaiting-approval", "planned", "ben"),
        ("planned", "sending", worker),
        ("sending", "unknown", "campaign"),
        ("unknown", "published", "recovery"),
    ]
    assert [one["at"] for one in told["moves"]][-2:] == [
        "2027-01-12T08:30:00Z",
        "2027-01-12T08:32:01Z",
    ]
    assert told["delivery"]["evidence"] == "found"
    (attempt,) = told["attempts"]
    assert (attempt["number"], attempt["started_at"]) == (1, "2027-01-12T08:30:00Z")


def test_the_log_for_people_names_the_delivery_and_every_move(ready: Shell) -> None:
    lines = ready.fine("log", X).lines
    assert lines[0] == f"{X}: Scheduled"
    assert [line.split()[5:] for line in lines[2:]] == [
        ["awaiting-approval", "ama", "applied"],
        ["awaiting-approval", "planned", "ben", "approved"],
    ]


def test_the_log_of_what_does_not_exist_is_refused(ready: Shell) -> None:
    says = "there is no delivery “x/y/1”; `campaign status` lists them all"
    ready.fails("log", "x/y/1", code=1, says=says)


@pytest.mark.parametrize(
    "command", [["status"], ["log", X], ["publish"], ["collect"], ["doctor"], ["report"]]
)
def test_before_anything_is_applied_the_way_there_is_told_and_no_database_is_made(
    office: Office, campaign: Shell, command: list[str]
) -> None:
    office.close()
    for file in office.folder.glob("campaign.db*"):
        file.unlink()
    more = ["--format", "json"] if command == ["report"] else []
    says = "nothing has been applied yet; run `campaign plan`, then `campaign apply`"
    campaign.fails(*command, *more, code=1, says=says)
    assert not (office.folder / "campaign.db").exists()


def test_status_says_how_late_posts_were_and_what_waits(office: Office, ready: Shell) -> None:
    office.clock.move_to(DUE + timedelta(seconds=2))
    shown = ready.fine("status", "--json").json()
    assert shown["as_of"] == "2027-01-12T08:30:02Z"
    assert shown["oldest_due"] == {
        "delivery": BLUESKY,
        "due_at": "2027-01-12T08:30:00Z",
        "age_s": 2.0,
    }
    assert (shown["counts"]["planned"], shown["lateness"]) == (3, None)
    assert f"Oldest due and not sent: {BLUESKY}, for 2 seconds" in ready.fine("status").lines
    ready.fine("publish")
    shown = ready.fine("status", "--json").json()
    assert (shown["oldest_due"], shown["counts"]["published"]) == (None, 3)
    late = {"days": 7, "deliveries": 3, "p50_s": 2.0, "p95_s": 2.0, "p99_s": 2.0}
    assert shown["lateness"] == late
    assert ready.fine("status").lines[-1] == (
        "Lateness of 3 posts in the last 7 days: "
        "half within 2.0 s, 95 % within 2.0 s, 99 % within 2.0 s"
    )


def test_what_is_out_twice_is_named_below_the_table(office: Office, ready: Shell) -> None:
    office.clock.move_to(DUE)
    ready.fine("publish")
    assert "Look at" not in ready.fine("status").out
    with office.desk.store.write() as connection:
        update_fields(connection, [X], note="out twice: also at https://x.com/ico.example/status/9")
    look = f"Look at {X}: out twice: also at https://x.com/ico.example/status/9"
    shown = ready.fine("status").out
    assert look in shown
    assert office.rehearsal.posts("x")[0].url in shown.replace("\n", "")
    assert ready.delivery(X)["note"] == look.removeprefix(f"Look at {X}: ")
