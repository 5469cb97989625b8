"""One essential post goes through a stop or a window on an approver's word; nothing else does."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from campaign.decisions.stops import stop
from campaign.publishing.publisher import publish
from campaign.store.deliveries import Change
from connectors.contract import Connector, OutgoingPost, Prepared, PublishedPost
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, POST, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
TEXT = "Data protection law helps you share information to protect a child."
MINUTE = timedelta(minutes=1)
LET_THROUGH = ("decide", X, "--send-now", "--essential", "--reason", "a child is missing")


@pytest.fixture
def stopped(office: Office, ready: Shell) -> Shell:
    """Everything is stopped, and the hour has come."""
    ready.fine("stop", "--reason", "mourning", "--as", "ben")
    office.clock.move_to(DUE)
    ready.fine("publish")
    return ready


def texts(office: Office) -> list[list[str]]:
    return [office.texts(one) for one in ("x", "mastodon", "bluesky")]


def test_one_post_goes_through_the_stop_and_nothing_else_does(
    office: Office, stopped: Shell
) -> None:
    said = stopped.fine(*LET_THROUGH, "--as", "cat")
    assert said.lines == [
        f"{X}: Scheduled, let through by cat: a child is missing",
        "Everything else stays as it is.",
    ]
    stopped.fine("publish")
    stopped.fine("collect")
    assert stopped.states() == {X: "published", MASTODON: "held", BLUESKY: "held"}
    assert texts(office) == [[TEXT], [], []]
    assert stopped.fine("status", "--json").json()["stopped"] is True
    whole = stopped.fine("log", X).out
    assert "essential, let through stops, hours and windows: a child is missing" in whole


def test_no_reading_slips_through_with_it(office: Office, stopped: Shell) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    stopped.fine("publish")
    before = len(office.rehearsal.requests("x"))
    office.clock.move_to(DUE + timedelta(hours=2))
    stopped.fine("collect")
    assert len(office.rehearsal.requests("x")) == before


def test_it_may_be_said_before_its_hour_too(office: Office, ready: Shell) -> None:
    ready.fine("stop", "--reason", "mourning", "--as", "ben")
    ready.fine(*LET_THROUGH, "--as", "cat")
    assert ready.state(X) == "planned"
    ready.fine("publish")
    assert texts(office) == [[TEXT], [], []]


def test_it_goes_through_a_window(office: Office, campaign: Shell) -> None:
    window = "{from: 2027-01-12, until: 2027-01-12, do: hold, reason: election}"
    office.write_schedule(rules=f"  windows:\n    - {window}\n")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE)
    campaign.fine("publish")
    says = "cannot go out then: held: election"
    campaign.fails("decide", X, "--send-now", "--as", "cat", code=1, says=says)
    campaign.fine(*LET_THROUGH, "--as", "cat")
    campaign.fine("publish")
    assert texts(office) == [[TEXT], [], []]


def test_it_goes_outside_the_hours_and_nothing_else_does(office: Office, campaign: Shell) -> None:
    office.write_schedule(rules='  hours: "08:00-20:00"\n')
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    evening = DUE.replace(hour=21)
    office.clock.move_to(evening)
    campaign.fine("publish")
    says = "21:30 lies outside the campaign's hours 08:00-20:00; an approver may send one"
    campaign.fails("decide", X, "--send-now", "--as", "cat", code=1, says=says)
    late = "2027-01-13 20:01"
    campaign.fails("decide", X, "--move", late, "--as", "cat", code=1, says="20:01 lies outside")
    campaign.fine(*LET_THROUGH, "--as", "cat")
    campaign.fine("publish")
    assert campaign.states() == {X: "published", MASTODON: "missed", BLUESKY: "missed"}


def test_a_stop_thrown_after_the_word_holds_it_again(office: Office, stopped: Shell) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    stopped.fine("stop", "--network", "x", "--reason", "account broken into", "--as", "ben")
    stopped.fine("publish")
    assert stopped.state(X) == "held"
    assert stopped.delivery(X)["note"] == "stopped by ben: account broken into"
    assert texts(office) == [[], [], []]


def test_an_edit_after_the_word_ends_it(office: Office, stopped: Shell) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    office.write_post("law-helps", POST.replace("protect a child", "protect anybody"))
    stopped.fine("apply", "--yes", "--as", "ama")
    stopped.fine("approve", X, "--yes", "--as", "ben")
    stopped.fine("publish")
    assert stopped.state(X) == "held"
    assert texts(office) == [[], [], []]


def test_too_late_after_the_word_it_is_not_sent_and_the_word_is_spent(
    office: Office, stopped: Shell
) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    office.clock.move_to(DUE + 31 * MINUTE)
    stopped.fine("publish")
    assert stopped.state(X) == "missed"
    says = "cannot go out then: stopped by ben: mourning"
    stopped.fails("decide", X, "--send-now", "--as", "cat", code=1, says=says)


def test_a_stop_thrown_under_the_claim_keeps_even_the_essential_post_back(
    office: Office, stopped: Shell
) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    rig = office.desk.rig("worker")

    class StoppedMeanwhile:
        def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
            with office.desk.store.write() as connection:
                change = Change(who="ben", at=office.clock.now(), why="broken into")
                stop(connection, "channel", "ico-x", change)
            return Prepared()

        def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
            raise AssertionError("a stopped post was sent")

    one = replace(rig, sign_in=lambda _channel: cast("Connector", StoppedMeanwhile()))
    assert publish(one, X) is None
    assert office.state(X) == "held"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((*LET_THROUGH, "--as", "ama"), 1, "ama is no approver; .* needs one: ben or cat"),
        (LET_THROUGH, 2, "--essential needs --as PERSON and --reason"),
        (("decide", X, "--send-now", "--essential", "--as", "cat"), 2, "needs --as PERSON and"),
        ((*LET_THROUGH, MASTODON, "--as", "cat"), 2, "one delivery at a time"),
        (
            ("decide", X, "--drop", "--essential", "--reason", "why", "--as", "cat"),
            2,
            "--essential goes with --send-now",
        ),
        (
            ("decide", "no/ico-x/1", *LET_THROUGH[2:], "--as", "cat"),
            1,
            "there is no delivery “no/ico-x/1”",
        ),
    ],
)
def test_a_word_that_does_not_count_is_refused(
    stopped: Shell, arguments: tuple[str, ...], code: int, says: str
) -> None:
    stopped.fails(*arguments, code=code, says=says)


def test_whoever_applied_it_cannot_let_it_through(office: Office, campaign: Shell) -> None:
    campaign.fine("apply", "--yes", "--as", "cat")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    campaign.fine("stop", "--reason", "mourning", "--as", "ama")
    says = f"cat applied {X}; another approver has to let it through"
    campaign.fails(*LET_THROUGH, "--as", "cat", code=1, says=says)


def test_it_opens_no_approval(office: Office, campaign: Shell) -> None:
    office.write_post("law-helps", POST.replace("sectors", "approvals: [legal]\nsectors"))
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "cat")
    campaign.fine("stop", "--reason", "mourning", "--as", "ben")
    office.clock.move_to(DUE)
    campaign.fine("publish")
    assert campaign.state(X) == "held"
    says = f"{X} lacks an approval; nothing was let through"
    campaign.fails(*LET_THROUGH, "--as", "cat", code=1, says=says)


def test_what_is_out_cannot_be_let_through_again(office: Office, stopped: Shell) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    stopped.fine("publish")
    says = f"{X} is published: it cannot be let through"
    stopped.fails(*LET_THROUGH, "--as", "cat", code=1, says=says)
    assert office.texts("x") == [TEXT]


def test_the_same_post_on_another_channel_needs_a_word_of_its_own(stopped: Shell) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    stopped.fine("publish")
    for one in (MASTODON, BLUESKY):
        says = "cannot go out then: stopped by ben: mourning"
        stopped.fails("decide", one, "--send-now", "--as", "cat", code=1, says=says)


def test_the_end_of_the_stop_does_not_take_the_word_back(office: Office, stopped: Shell) -> None:
    stopped.fine(*LET_THROUGH, "--as", "cat")
    assert f"  {X}" not in stopped.fine("resume", "--as", "cat").out
    office.clock.advance(MINUTE)
    stopped.fine("publish")
    assert stopped.states() == {X: "published", MASTODON: "held", BLUESKY: "held"}
