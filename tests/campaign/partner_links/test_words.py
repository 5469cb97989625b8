import pytest

from campaign.decisions.approvals import approve
from campaign.decisions.stops import stop
from campaign.partner_links.posts import PartnerPost, post_of
from campaign.partner_links.words import GROUPS, why_hidden, words_of
from campaign.states import State
from campaign.store.withdrawals import write_withdrawal
from tests.campaign.deliveries import NOW, TUESDAY
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, by_hand


def seen(ledger: Ledger) -> PartnerPost:
    found = post_of(ledger.connection, "npcc", MINE, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("state", sorted(State))
def test_every_state_is_told_in_words_of_the_partners_own(ledger: Ledger, state: str) -> None:
    ledger.put(by_hand())
    ledger.force(state, MINE)
    words = words_of(seen(ledger))
    assert words.group in GROUPS
    assert words.sentence.endswith(".")
    assert state not in words.tag


def test_a_partner_is_asked_only_once_everybody_else_has_said_yes(ledger: Ledger) -> None:
    ledger.put(by_hand(gates=("approval", "partner")))
    assert words_of(seen(ledger)).tag == "Being prepared"
    assert "has approved them" in why_hidden(seen(ledger))
    approve(ledger.connection, MINE, ledger.change("ben"), ledger.roles)
    assert words_of(seen(ledger)).tag == "Waiting for your answer"
    assert why_hidden(seen(ledger)) == ""


def test_under_an_embargo_the_partner_can_only_say_no(ledger: Ledger) -> None:
    ledger.put(by_hand(gates=("partner",), embargo_until=TUESDAY))
    assert "You can say no now." in words_of(seen(ledger)).sentence


def test_while_a_stop_is_on_what_was_copied_has_to_wait_too(ledger: Ledger) -> None:
    ledger.put(by_hand())
    stop(ledger.connection, "all", "", ledger.change("ben", "an incident in our own house"))
    assert words_of(seen(ledger)).tag == "Not now"
    assert why_hidden(seen(ledger)) == (
        "Words and pictures are not shown for now: the campaign is stopped."
    )


def test_what_was_withdrawn_is_to_be_deleted_wherever_it_stands(ledger: Ledger) -> None:
    ledger.put(by_hand())
    write_withdrawal(ledger.connection, MINE, ledger.change("ben", "wrong"))
    assert "please delete it" in words_of(seen(ledger)).sentence
    ledger.force("published", MINE)
    assert words_of(seen(ledger)).tag == "Withdrawn"
