"""`campaign correct --linked`: a post of its own, by the ordinary way, and never twice."""

from pathlib import Path

import pytest

from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

X = "law-helps/ico-x/1"
OWN = "correction:law-helps/ico-x/1.1"
WORDS = "Correction: the number is 0808 1111."
WORD = ("--reason", "a wrong number", "--as", "ama")


@pytest.fixture
def words(office: Office) -> str:
    file = office.folder / "words.txt"
    file.write_text(WORDS, encoding="utf-8")
    return str(file)


@pytest.fixture
def live(office: Office, ready: Shell) -> Shell:
    office.clock.move_to(DUE)
    ready.fine("publish")
    return ready


def test_it_is_a_delivery_of_its_own_that_links_to_what_it_corrects(
    office: Office, live: Shell, words: str
) -> None:
    address = live.delivery(X)["url"]
    said = live.fine("correct", X, "--linked", "--text", words, *WORD)
    assert said.lines == [
        "It will say:",
        f"  {WORDS}",
        "  ",
        f"  {address}",
        f"{OWN}: due now; nobody who asked for it approves it:",
        f"  campaign approve {OWN} --as NAME",
    ]
    assert (live.state(OWN), live.delivery(OWN)["corrects"]) == ("awaiting-approval", X)
    live.fails("approve", OWN, "--yes", "--as", "ama", code=1, says="cannot approve it")
    live.fine("approve", OWN, "--yes", "--as", "ben")
    live.fine("publish")
    assert office.texts("x")[1] == f"{WORDS}\n\n{address}"
    assert (live.state(OWN), live.state(X)) == ("published", "published")


def test_the_schedule_does_not_know_it_and_leaves_it_alone(live: Shell, words: str) -> None:
    live.fine("correct", X, "--linked", "--text", words, *WORD)
    assert live.fine("plan").lines[-1] == "Plan: nothing to do."
    live.fine("apply", "--yes", "--as", "ama")
    assert live.state(OWN) == "awaiting-approval"


def test_there_is_one_at_a_time_and_never_the_same_twice(
    office: Office, live: Shell, words: str
) -> None:
    live.fine("correct", X, "--linked", "--text", words, *WORD)
    again = ("correct", X, "--linked", "--text", words, *WORD)
    live.fails(*again, code=1, says=f"{OWN} is awaiting-approval: settle it first")
    live.fine("approve", OWN, "--yes", "--as", "ben")
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    live.fine("publish")
    live.fails(*again, code=1, says=f"{OWN} is unknown: settle it first")
    office.clock.move_to(DUE.replace(minute=35))
    live.fine("publish")
    assert live.state(OWN) == "published"
    live.fails(*again, code=1, says="says exactly that already")
    assert len(office.texts("x")) == 2


def test_a_stop_holds_it_and_it_can_be_withdrawn_like_any_other(
    office: Office, live: Shell, words: str
) -> None:
    live.fine("correct", X, "--linked", "--text", words, *WORD)
    live.fine("stop", "--reason", "mourning", "--as", "cat")
    live.fine("approve", OWN, "--yes", "--as", "ben")
    live.fine("publish")
    assert (live.state(OWN), len(office.texts("x"))) == ("held", 1)
    live.fine("withdraw", OWN, "--reason", "not needed", "--as", "ama")
    assert live.state(OWN) == "cancelled"


def test_what_is_not_live_or_too_long_is_refused(live: Shell, words: str) -> None:
    live.fails("correct", X, "--linked", *WORD, code=2, says="give --text FILE")
    Path(words).write_text("a" * 281, encoding="utf-8")
    live.fails("correct", X, "--linked", "--text", words, *WORD, code=1, says="X would not take")
    Path(words).write_text("b", encoding="utf-8")
    live.fine("withdraw", X, "--reason", "worse", "--as", "ama")
    live.fails("correct", X, "--linked", "--text", words, *WORD, code=1, says="is withdrawn")
