"""A partner's yes, no and wish, from every state a delivery can be in."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaign.decisions.approvals import CannotDecideError, approve
from campaign.decisions.consent import OPEN, accept, ask_for_change, decline
from campaign.people import NotAllowedError
from campaign.states import State
from campaign.store.questions import ask, question_of, take_silence
from tests.campaign.deliveries import TUESDAY, planned, thread
from tests.campaign.ledger import ID, PACK, PARTNERS, Ledger, in_pack, on_partners_channel

Word = Callable[..., State]


def say(ledger: Ledger, word: Word, delivery: str = PARTNERS) -> str:
    """Let the partner say something; return the state after it, or in words why not."""
    try:
        return str(word(ledger.connection, delivery, ledger.change("pia"), "npcc"))
    except (NotAllowedError, CannotDecideError) as error:
        return str(error)


def approved(ledger: Ledger) -> None:
    """Let the owner say yes, so that the partner alone is waited for."""
    ledger.put(on_partners_channel())
    approve(ledger.connection, PARTNERS, ledger.change("ben"), ledger.roles)


@pytest.mark.parametrize("state", sorted(set(State) - {"awaiting-approval", "no-answer"}))
def test_a_partner_accepts_only_what_it_is_asked_about(ledger: Ledger, state: str) -> None:
    approved(ledger)
    ledger.force(state, PARTNERS)
    assert say(ledger, accept) == f"{PARTNERS} is {state}: the partner is not asked"
    assert ledger.state(PARTNERS) == state


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_partner_may_say_no_until_it_is_being_sent(ledger: Ledger, state: str) -> None:
    approved(ledger)
    say(ledger, accept)
    ledger.force(state, PARTNERS)
    assert say(ledger, decline) == "declined"
    assert ledger.log(PARTNERS)[-1] == (state, "declined", "pia", "because")


@pytest.mark.parametrize("word", [decline, ask_for_change])
@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_nothing_that_is_out_being_sent_or_over_can_be_refused_or_changed(
    ledger: Ledger, state: str, word: Word
) -> None:
    approved(ledger)
    ledger.force(state, PARTNERS)
    assert f"{PARTNERS} can no longer be" in say(ledger, word)
    assert ledger.state(PARTNERS) == state


@pytest.mark.parametrize("word", [accept, decline, ask_for_change])
def test_a_partner_says_nothing_of_another_ones_channels(ledger: Ledger, word: Word) -> None:
    ledger.put(planned(gates=("approval", "partner")))
    assert say(ledger, word, ID) == f"{ID} belongs to ico, not to npcc"
    assert ledger.state() == "awaiting-approval"


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_wish_needs_everybodys_yes_again(ledger: Ledger, state: str) -> None:
    approved(ledger)
    say(ledger, accept)
    ledger.force(state, PARTNERS)
    assert say(ledger, ask_for_change) == "awaiting-approval"
    assert ledger.row(PARTNERS).note == "pia asks for a change: because"
    assert {one.decision for one in ledger.gates(PARTNERS).values()} == {"no"}
    approve(ledger.connection, PARTNERS, ledger.change("ben"), ledger.roles)
    assert ledger.state(PARTNERS) == "awaiting-approval"
    assert say(ledger, accept) == "planned"


def test_a_wish_reaches_the_owner_also_where_nobody_was_to_approve(ledger: Ledger) -> None:
    ledger.put(in_pack())
    assert say(ledger, accept, PACK) == "with-partner"
    say(ledger, ask_for_change, PACK)
    assert say(ledger, accept, PACK) == "awaiting-approval"
    assert approve(ledger.connection, PACK, ledger.change("ben"), ledger.roles) == "with-partner"


def test_a_word_is_for_the_whole_thread(ledger: Ledger) -> None:
    parts = thread("One.", "Two.", root=PARTNERS, partner="npcc", gates=("approval", "partner"))
    ledger.put(*parts)
    approve(ledger.connection, PARTNERS, ledger.change("ben"), ledger.roles)
    assert say(ledger, accept) == "planned"
    assert ledger.state(f"{PARTNERS}/2") == "planned"
    assert say(ledger, decline) == "declined"
    assert ledger.state(f"{PARTNERS}/2") == "declined"


def silent(ledger: Ledger, within: timedelta) -> None:
    """Ask, and let the time to answer go by."""
    approved(ledger)
    ask(ledger.connection, ledger.row(PARTNERS), within, ledger.now)
    ledger.now += within
    assert take_silence(ledger.connection, ledger.now) == ["no-answer"]


def test_a_late_yes_counts_until_the_slot(ledger: Ledger) -> None:
    silent(ledger, timedelta(hours=2))
    assert say(ledger, accept) == "planned"


def test_after_the_slot_a_yes_comes_too_late(ledger: Ledger) -> None:
    silent(ledger, TUESDAY - ledger.now)
    assert "nobody answered before that" in say(ledger, accept)
    assert ledger.state(PARTNERS) == "no-answer"


def test_a_wish_is_a_new_question_once_everybody_has_said_yes_again(ledger: Ledger) -> None:
    approved(ledger)
    ask(ledger.connection, ledger.row(PARTNERS), None, ledger.now)
    say(ledger, ask_for_change)
    assert question_of(ledger.connection, ledger.row(PARTNERS)) is None
