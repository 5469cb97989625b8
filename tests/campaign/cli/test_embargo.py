"""No person's word, nor a new time, takes a post out before its embargo ends."""

from datetime import datetime, timedelta

from campaign.store.embargoes import save_embargoes
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

X = "law-helps/ico-x/1"


def embargo(office: Office, until: datetime) -> None:
    """Put the post under embargo behind the plan's back."""
    with office.desk.store.write() as connection:
        save_embargoes(connection, {"law-helps": until})


def test_an_approvers_word_for_an_essential_post_does_not_pass_it(
    office: Office, ready: Shell
) -> None:
    ready.fine("stop", "--reason", "drill", "--as", "ben")
    embargo(office, DUE + timedelta(hours=1))
    office.clock.move_to(DUE)
    ready("decide", X, "--send-now", "--essential", "--reason", "a child is missing", "--as", "ben")
    ready("publish")
    assert office.texts("x") == []


def test_nobody_moves_a_delivery_before_its_end(office: Office, ready: Shell) -> None:
    ready.fine("stop", "--reason", "drill", "--as", "ben")
    office.clock.move_to(DUE)
    ready.fine("publish")
    ready.fine("resume", "--as", "cat")
    embargo(office, DUE + timedelta(hours=2))
    for words in (("--send-now",), ("--move", "2027-01-12 09:30")):
        ready.fails(
            *("decide", X, *words, "--as", "ben"),
            code=1,
            says=f"{X} cannot go out then: its post is under embargo, and that ends later",
        )
    assert ready.state(X) == "held"
    ready.fine("decide", X, "--move", "2027-01-12 10:30", "--as", "ben")
