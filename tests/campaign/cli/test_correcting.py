"""`campaign correct`: other words on a live post, on a second person's word, in place."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, POST, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
WRONG = "Data protection law helps you share information to protect a child."
RIGHT = "The law helps you share information to protect a child.\n\nAsk first where you can."
WORD = ("--reason", "it named the wrong law", "--as", "ama")


@pytest.fixture
def words(office: Office) -> str:
    file = office.folder / "right.txt"
    file.write_text(RIGHT + "\n", encoding="utf-8")
    return str(file)


@pytest.fixture
def live(office: Office, ready: Shell) -> Shell:
    office.clock.move_to(DUE)
    ready.fine("publish")
    return ready


def test_after_a_second_persons_yes_the_post_is_edited_in_place_and_both_wordings_stay(
    office: Office, live: Shell, words: str
) -> None:
    before = live.delivery(MASTODON)
    asked = live.fine("correct", MASTODON, "--text", words, *WORD)
    assert asked.lines == [
        "It says now:",
        f"  {WRONG}",
        "It shall say:",
        "  The law helps you share information to protect a child.",
        "  ",
        "  Ask first where you can.",
        "Waiting for approval; not by ama:",
        f"  campaign correct {MASTODON} --approve --as NAME",
    ]
    assert office.texts("mastodon") == [WRONG]
    assert live.delivery(MASTODON)["waiting_for"] == "approval of its correction"
    assert "waits for approval of its correction; https://" in live.fine("status").out
    said = live.fine("correct", MASTODON, "--approve", "--as", "ben")
    assert said.lines[-1] == f"{MASTODON}: corrected on its network."
    assert office.texts("mastodon") == [RIGHT]
    after = live.delivery(MASTODON)
    assert (after["state"], after["remote_id"], after["url"]) == (
        "published",
        before["remote_id"],
        before["url"],
    )
    (kept,) = live.fine("log", MASTODON, "--json").json()["corrections"]
    assert (kept["before"], kept["after"], kept["stage"]) == (WRONG, RIGHT, "done")
    assert [(one["kind"], one["person"]) for one in kept["approved_by"]] == [("approval", "ben")]
    printed = live.fine("log", MASTODON).out
    assert WRONG in printed
    assert "Ask first where you can." in printed


def test_what_the_posts_folder_says_now_is_the_new_wording(office: Office, live: Shell) -> None:
    office.write_post("law-helps", POST.replace("Data protection law", "The law"))
    live.fine("correct", MASTODON, *WORD)
    live.fine("correct", MASTODON, "--approve", "--as", "cat")
    assert office.texts("mastodon") == ["The law helps you share information to protect a child."]
    live.fine("apply", "--yes", "--as", "ama")
    plan = json.loads(live.fine("plan", "--json").out)
    assert plan["out_with_old_text"] == [BLUESKY, X]


def test_nobody_approves_their_own_and_no_author_approves(live: Shell, words: str) -> None:
    live.fine("correct", MASTODON, "--text", words, "--reason", "wrong", "--as", "ben")
    live.fails("correct", MASTODON, "--approve", "--as", "ben", code=1, says="ben asked for it")
    live.fails("correct", MASTODON, "--approve", "--as", "ama", code=1, says="waits for approval")
    live.fine("correct", MASTODON, "--approve", "--as", "cat")


def test_another_wording_drops_the_one_that_was_open_with_its_yes(
    office: Office, live: Shell, words: str
) -> None:
    live.fine("correct", MASTODON, "--text", words, *WORD)
    Path(words).write_text("Other words.", encoding="utf-8")
    live.fine("correct", MASTODON, "--text", words, *WORD)
    live.fine("correct", MASTODON, "--approve", "--as", "ben")
    assert office.texts("mastodon") == ["Other words."]
    stages = [one["stage"] for one in live.fine("log", MASTODON, "--json").json()["corrections"]]
    assert stages == ["dropped", "done"]


def test_it_can_be_taken_back(office: Office, live: Shell, words: str) -> None:
    live.fine("correct", MASTODON, "--text", words, *WORD)
    live.fine("correct", MASTODON, "--drop", "--as", "ama")
    live.fails("correct", MASTODON, "--approve", "--as", "ben", code=1, says="no correction of")
    live.fails("correct", MASTODON, "--drop", "--as", "ama", code=1, says="has no correction")
    assert office.texts("mastodon") == [WRONG]


def test_a_network_that_does_not_answer_is_asked_again_and_the_edit_is_made_once(
    office: Office, live: Shell, words: str
) -> None:
    live.fine("correct", MASTODON, "--text", words, *WORD)
    office.rehearsal.inject("mastodon", Fault.STORE_THEN_DROP, on=Call.EDIT)
    said = live.fine("correct", MASTODON, "--approve", "--as", "ben")
    assert "not corrected yet" in said.lines[-1]
    assert live.delivery(MASTODON)["waiting_for"] == "to be corrected"
    office.clock.advance(timedelta(seconds=30))
    live.fine("publish")
    assert live.delivery(MASTODON)["waiting_for"] is None
    assert office.texts("mastodon") == [RIGHT]


def test_a_stop_keeps_other_words_back_as_it_keeps_posts_back(
    office: Office, live: Shell, words: str
) -> None:
    live.fine("correct", MASTODON, "--text", words, *WORD)
    live.fine("stop", "--reason", "mourning", "--as", "cat")
    live.fine("correct", MASTODON, "--approve", "--as", "ben")
    assert office.texts("mastodon") == [WRONG]
    live.fine("resume", "--as", "ben")
    office.clock.advance(timedelta(seconds=30))
    live.fine("publish")
    assert office.texts("mastodon") == [RIGHT]


def test_a_refusal_is_left_to_a_person(office: Office, live: Shell, words: str) -> None:
    live.fine("correct", MASTODON, "--text", words, *WORD)
    office.rehearsal.inject("mastodon", Fault.REFUSE, on=Call.EDIT)
    said = live.fine("correct", MASTODON, "--approve", "--as", "ben")
    assert said.lines[-1].startswith(f"{MASTODON}: not corrected; a person has to do it.")
    assert live.delivery(MASTODON)["waiting_for"] == "a person to correct it"


def test_a_withdrawal_comes_before_a_correction(office: Office, live: Shell, words: str) -> None:
    live.fine("correct", MASTODON, "--text", words, *WORD)
    live.fine("withdraw", MASTODON, "--reason", "worse than thought", "--as", "ama")
    live.fails("correct", MASTODON, "--text", words, *WORD, code=1, says="is withdrawn")
    live.fails("correct", MASTODON, "--approve", "--as", "ben", code=1, says="no correction of")
    assert office.texts("mastodon") == []


def test_what_cannot_be_corrected_is_refused_with_a_way_on(
    office: Office, live: Shell, words: str
) -> None:
    live.fails("correct", X, "--text", words, *WORD, code=1, says="X lets no program edit a post")
    live.fails("correct", BLUESKY, "--text", words, *WORD, code=1, says="Bluesky lets no program")
    live.fails("correct", MASTODON, "--text", words, code=2, says="--reason is empty")
    live.fails("correct", MASTODON, "--text", "none.txt", *WORD, code=2, says="cannot be read")
    Path(words).write_text("a" * 501, encoding="utf-8")
    live.fails("correct", MASTODON, "--text", words, *WORD, code=1, says="Mastodon would not take")
    Path(words).write_text(WRONG, encoding="utf-8")
    live.fails("correct", MASTODON, "--text", words, *WORD, code=1, says="says exactly that")
    pictured = POST.replace("theme: myth", "theme: myth\nmedia:\n  - {file: a.png, alt: A sign.}")
    office.write_post("law-helps", pictured.replace("Data", "The"), pictures=("a.png",))
    live.fails("correct", MASTODON, *WORD, code=1, says="only words can be changed in place")
