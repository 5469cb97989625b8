from datetime import timedelta

import pytest

from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, ENTRY, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
PACK = "law-helps/npcc-linkedin/1"
URL = "https://x.com/ico.example/status/2142901896606646336"
LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"
AT = ("--published-at", "2027-01-12 08:31")


@pytest.fixture
def held(office: Office, ready: Shell) -> Shell:
    """A stop held everything on Tuesday 08:30 and was lifted."""
    ready.fine("stop", "--reason", "drill", "--as", "ben")
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("resume", "--as", "cat")
    return ready


@pytest.fixture
def missed(office: Office, ready: Shell) -> Shell:
    """Nobody published on Tuesday before 09:01."""
    office.clock.move_to(DUE + timedelta(minutes=31))
    ready.fine("publish")
    return ready


@pytest.fixture
def refused(office: Office, ready: Shell) -> Shell:
    """X refused its post on Tuesday 08:30."""
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    return ready


@pytest.fixture
def unknown(office: Office, ready: Shell) -> Shell:
    """Whether X took its post on Tuesday 08:30 is not known; it did not."""
    office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    return ready


@pytest.mark.parametrize("how", ["held", "missed", "refused"])
def test_send_now_sends_it_with_the_next_pass(
    office: Office, how: str, request: pytest.FixtureRequest
) -> None:
    campaign: Shell = request.getfixturevalue(how)
    assert campaign.state(X) == how
    said = campaign.fine("decide", X, "--send-now", "--as", "ama")
    assert said.out == f"{X}: Scheduled\n"
    assert office.texts("x") == []  # the decision itself sends nothing
    campaign.fine("publish")
    assert campaign.state(X) == "published"
    assert len(office.texts("x")) == 1


@pytest.mark.parametrize("how", ["held", "missed", "refused"])
def test_a_move_sends_it_at_the_new_time(
    office: Office, how: str, request: pytest.FixtureRequest
) -> None:
    campaign: Shell = request.getfixturevalue(how)
    campaign.fine("decide", X, "--move", "2027-01-12 15:00", "--as", "ama")
    assert campaign.delivery(X)["due_at"] == "2027-01-12T15:00:00Z"
    office.clock.move_to(DUE.replace(hour=14, minute=59))
    campaign.fine("publish")
    assert office.texts("x") == []
    office.clock.move_to(DUE.replace(hour=15, minute=0))
    campaign.fine("publish")
    assert campaign.state(X) == "published"


@pytest.mark.parametrize("how", ["held", "missed", "refused"])
def test_a_drop_takes_it_out_for_good(how: str, request: pytest.FixtureRequest) -> None:
    campaign: Shell = request.getfixturevalue(how)
    said = campaign.fine("decide", X, "--drop", "--reason", "no longer true", "--as", "ama")
    assert said.out == f"{X}: Cancelled\n"
    assert campaign.delivery(X)["note"] == "no longer true"


def test_a_move_by_an_author_to_another_day_asks_for_approval_again(held: Shell) -> None:
    moved = held.fine("decide", X, MASTODON, "--move", "2027-01-13 08:30", "--as", "ama")
    assert moved.lines == [f"{X}: Waiting for approval", f"{MASTODON}: Waiting for approval"]
    by_approver = held.fine("decide", BLUESKY, "--move", "2027-01-13 08:30", "--as", "cat")
    assert by_approver.out == f"{BLUESKY}: Scheduled\n"


def test_a_delivery_named_twice_is_decided_once(held: Shell) -> None:
    assert held.fine("decide", X, X, "--drop", "--as", "ama").out == f"{X}: Cancelled\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([X], 2, "give one of --send-now, --move TIME or --drop"),
        ([X, "--send-now", "--drop"], 2, "give one of --send-now, --move TIME or --drop"),
        ([X, "--move", "2027-01-13 08:30", "--drop"], 2, "give one of"),
        ([X, "--move", "2027-01-12 08:30"], 2, "--move 2027-01-12 08:30 is past; give a time to"),
        ([X, "--move", "tomorrow"], 2, "--move: “tomorrow” is no date and time; write for example"),
        ([X, "--move", "2027-03-28 01:30"], 2, "--move: “2027-03-28 01:30” does not exist in"),
        ([X, "--move", "2027-10-31 01:30"], 2, "occurs twice in Europe/London: write .*01:00 or"),
        ([X, "x/y/1", "--drop"], 1, "there is no delivery “x/y/1”"),
    ],
)
def test_a_decision_that_cannot_be_meant_is_refused_whole(
    held: Shell, arguments: list[str], code: int, says: str
) -> None:
    held.fails("decide", *arguments, "--as", "ama", code=code, says=says)


def test_what_is_scheduled_is_not_decided_on(ready: Shell) -> None:
    says = f"{X} is planned: only held, missed or refused ones are decided on"
    ready.fails("decide", X, "--drop", "--as", "ama", code=1, says=says)


def test_an_unknown_that_did_not_go_out_is_sent_again_in_time(
    office: Office, unknown: Shell
) -> None:
    said = unknown.fine("settle", X, "--not-published", "--as", "ama")
    assert said.out == f"{X}: Scheduled\n"
    unknown.fine("publish")
    assert unknown.state(X) == "published"
    assert len(office.texts("x")) == 1


def test_an_unknown_that_did_not_go_out_is_missed_when_it_is_too_late(
    office: Office, unknown: Shell
) -> None:
    office.clock.move_to(DUE + timedelta(minutes=31))
    said = unknown.fine("settle", X, "--not-published", "--as", "ama")
    assert said.out == f"{X}: Too late: decide\n"
    unknown.fine("publish")
    assert office.texts("x") == []


def test_an_unknown_that_is_out_is_settled_with_its_address_and_is_read_from_then_on(
    office: Office, unknown: Shell
) -> None:
    said = unknown.fine("settle", X, "--published", URL, "--as", "ama")
    assert said.out == f"{X}: Live\n"
    row = unknown.delivery(X)
    assert (row["url"], row["remote_id"], row["evidence"]) == (URL, "2142901896606646336", "person")
    assert office.delivery(X).read_due_at is not None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([X], 2, "give either --published URL or --not-published"),
        ([X, "--published", URL, "--not-published"], 2, "give either --published URL or"),
        ([X, "--published", URL.replace("ico", "eva")], 1, "is no post of @ico.example on X; noth"),
        ([X, "--published", "no address"], 2, "--published: “no address” is no web address"),
        ([X, "--published", "http://["], 2, r"--published: “http://\[” is no web address; copy"),
        ([X, "--published", "https://x.com"], 1, "https://x.com is no post of @ico.example on X"),
        ([MASTODON, "--not-published"], 1, f"{MASTODON} is published: there is nothing to settle"),
        (["x/y/1", "--not-published"], 1, "there is no delivery “x/y/1”"),
    ],
)
def test_a_word_that_settles_nothing_is_refused(
    unknown: Shell, arguments: list[str], code: int, says: str
) -> None:
    unknown.fails("settle", *arguments, "--as", "ama", code=code, says=says)


def test_what_is_unknown_on_a_channel_since_taken_out_can_still_be_settled(
    office: Office, unknown: Shell
) -> None:
    file = office.folder / "schedule.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("  ico-x:"))
    file.write_text(kept.replace("network:x, ", ""), encoding="utf-8")
    unknown.fine("apply", "--yes", "--as", "ama")
    unknown.fine("settle", X, "--published", URL, "--as", "ama")
    assert unknown.state(X) == "published"


@pytest.fixture
def with_pack(office: Office, campaign: Shell) -> Shell:
    """The same post goes to a partner's LinkedIn as well, which the partner posts by hand."""
    office.write_schedule(ENTRY.replace("[network:x,", "[npcc-linkedin, network:x,"))
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE + timedelta(minutes=31))
    campaign.fine("publish")
    return campaign


def test_what_a_partner_posted_is_recorded_by_channel_and_post(with_pack: Shell) -> None:
    said = with_pack.fine(
        "record", "npcc-linkedin", "law-helps", "--url", LINKEDIN, *AT, "--as", "ama"
    )
    assert said.out == f"{PACK}: Live since Tuesday 12 January 2027, 08:31\n"
    row = with_pack.delivery(PACK)
    assert (row["published_at"], row["url"]) == ("2027-01-12T08:31:00Z", LINKEDIN)
    again = ("record", "npcc-linkedin", PACK, "--url", LINKEDIN, *AT)
    says = f"{PACK} is published: nothing to record"
    with_pack.fails(*again, code=1, says=says)


def test_what_was_missed_and_posted_by_hand_is_recorded_and_read(
    office: Office, with_pack: Shell
) -> None:
    assert with_pack.state(X) == "missed"
    with_pack.fine("record", "ico-x", "law-helps", "--url", URL, *AT, "--as", "ama")
    assert with_pack.state(X) == "published"
    assert office.delivery(X).read_due_at is not None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ico-y", "law-helps", "--url", URL, *AT], 1, "there is no channel “ico-y”; known are"),
        (["ico-x", "nothing", "--url", URL, *AT], 1, "no delivery of “nothing” on “ico-x”"),
        (["ico-x", "law-helps", *AT], 2, "Missing option '--url'"),
        (["ico-x", "law-helps", "--url", URL], 2, "Missing option '--published-at'"),
        (
            ["ico-x", "law-helps", "--url", URL.replace("ico.", "eva."), *AT],
            1,
            "is no post of @ico.example on X; nothing was recorded",
        ),
        (["ico-x", "law-helps", "--url", "http://[", *AT], 2, "--url: .* is no web address; copy"),
        (["ico-bluesky", "law-helps", "--url", URL, *AT], 1, "no post of ico.example on Bluesky"),
        (
            ["ico-mastodon", "law-helps", "--url", "https://social.example/@eva/123", *AT],
            1,
            "is no post of @ico@social.example on Mastodon",
        ),
        (
            ["npcc-linkedin", "law-helps", "--url", "https://linkedin.com.example/1", *AT],
            1,
            "is no post of npcc.example on LinkedIn; nothing was recorded",
        ),
        (
            ["ico-x", "law-helps", "--url", URL, "--published-at", "2027-01-12 23:00"],
            1,
            "--published-at lies in the future",
        ),
        (
            ["ico-x", "law-helps", "--url", URL, "--published-at", "8:30"],
            2,
            "--published-at: “8:30” is no date and time: it has no date; write for example",
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_is(
    with_pack: Shell, arguments: list[str], code: int, says: str
) -> None:
    with_pack.fails("record", *arguments, "--as", "ama", code=code, says=says)
