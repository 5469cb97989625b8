import re
from datetime import timedelta

import pytest

from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
TEXT = "Data protection law helps you share information to protect a child."


@pytest.fixture
def database_url(either_database: str) -> str:
    """Let every test here run on both kinds of database."""
    return either_database


def test_one_pass_publishes_what_is_due_and_says_so(office: Office, ready: Shell) -> None:
    assert ready.fine("publish").out == "Nothing was due.\n"
    office.clock.move_to(DUE)
    assert ready.fine("publish").out == "3 deliveries: Live\n"
    assert ready.fine("publish").out == "Nothing was due.\n"
    assert [office.texts(n) for n in ("x", "mastodon", "bluesky")] == [[TEXT], [TEXT], [TEXT]]


def test_the_result_of_a_pass_as_json(office: Office, ready: Shell) -> None:
    assert ready.fine("publish", "--json").json() == {}
    office.clock.move_to(DUE)
    assert ready.fine("publish", "--json").json() == {"published": 3}


def test_what_is_put_aside_is_counted_in_words(office: Office, ready: Shell) -> None:
    office.clock.move_to(DUE + timedelta(hours=1))
    assert ready.fine("publish").out == "3 deliveries: Too late: decide\n"
    assert set(ready.states().values()) == {"missed"}


def test_a_lost_answer_is_no_failure_of_the_command_and_is_looked_up_later(
    office: Office, ready: Shell
) -> None:
    office.rehearsal.inject("bluesky", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    assert sorted(ready.fine("publish").lines) == [
        "1 delivery: Checking whether it went out",
        "2 deliveries: Live",
    ]
    office.clock.move_to(DUE + timedelta(seconds=121))
    assert ready.fine("publish").out == "1 delivery: Live\n"
    assert office.texts("bluesky") == [TEXT]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault.EXPIRED_TOKEN, "expired|token|sign"),
        (Fault.REFUSE, "refused|not allowed|forbidden|rejected"),
    ],
)
def test_what_the_network_refuses_is_said_in_its_note(
    office: Office, ready: Shell, fault: Fault, says: str
) -> None:
    office.rehearsal.inject("mastodon", fault, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    row = ready.delivery(MASTODON)
    assert row["state"] == "refused"
    assert any(word in row["note"].lower() for word in says.split("|")), row["note"]


@pytest.mark.parametrize("fault", [Fault.HTML_ERROR, Fault.EMPTY_ERROR, Fault.ODD_JSON])
def test_an_answer_that_makes_no_sense_is_looked_up_and_never_sent_again(
    office: Office, ready: Shell, fault: Fault
) -> None:
    office.rehearsal.inject("mastodon", fault, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    ready.fine("publish")
    assert ready.state(MASTODON) == "unknown"
    office.clock.move_to(DUE + timedelta(seconds=121))
    ready.fine("publish")
    assert ready.state(MASTODON) == "published"
    assert office.texts("mastodon") == [TEXT]


def test_credentials_that_are_missing_are_named_and_nothing_leaves(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    signed_out = ready.without_environment("CAMPAIGN__ICO_X__")
    signed_out.fine("publish")
    row = ready.delivery(X)
    assert row["state"] == "planned"  # the network was never asked, so it has not said no
    assert (
        "not signed in; run `campaign connect ico-x`, or set CAMPAIGN__ICO_X__API_KEY"
        in row["note"]
    )
    assert office.rehearsal.requests("x") == []
    office.clock.move_to(DUE + timedelta(minutes=1))
    ready.fine("publish")
    assert ready.state(X) == "published"


def test_counts_are_collected_when_they_are_due_and_the_pass_says_how_many(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("collect")
    office.clock.move_to(DUE + timedelta(days=7))
    shown = ready.fine("collect", "--json").json()
    assert (shown["posts_read"], shown["failures"], shown["posts_gone"]) == (3, [], 0)
    assert shown["values"] > 0
    again = ready.fine("collect")
    assert again.out == "0 posts read: 0 numbers, 0 missing.\n"
    assert re.fullmatch(
        r"Nothing was due; the next reading is planned for \w+day .*2027.*\n", again.err
    )


def test_counts_are_read_before_their_time_where_somebody_asks(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    ready.fine("publish")
    office.clock.move_to(DUE + timedelta(minutes=5))
    assert ready.fine("collect").lines[0] == "0 posts read: 0 numbers, 0 missing."
    assert ready.fine("collect", "--now", "--json").json()["posts_read"] == 3
    office.clock.move_to(DUE + timedelta(hours=2))
    assert ready.fine("collect", "--json").json()["posts_read"] == 3


def test_a_channel_that_cannot_be_read_is_named_and_the_others_are_read(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("collect")
    office.clock.move_to(DUE + timedelta(days=1, hours=1))
    office.rehearsal.inject("mastodon", Fault.HTML_ERROR, on=Call.READ)
    shown = ready.fine("collect")
    assert shown.err.startswith("ico-mastodon: ")
    assert shown.lines[0].startswith("2 posts read: ")


def test_nothing_is_read_under_a_stop(office: Office, ready: Shell) -> None:
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("stop", "--reason", "incident", "--as", "ben")
    calls = [len(office.rehearsal.requests(n)) for n in ("x", "mastodon", "bluesky")]
    office.clock.move_to(DUE + timedelta(days=7))
    shown = ready.fine("collect")
    assert "stopped by ben: incident" in shown.err
    assert [len(office.rehearsal.requests(n)) for n in ("x", "mastodon", "bluesky")] == calls
