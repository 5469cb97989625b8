from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campaign.decisions.approvals import approve, reject
from campaign.decisions.as_shown import HasChangedError, Shown, approve_as_shown, shown
from campaign.desk_views.approval_cards import Looker, Tier
from campaign.desk_views.approval_queue import CARDS_ON_PAGE, Queue, approval_queue
from campaign.desk_views.compared import Kind
from campaign.people import NotAllowedError
from campaign.states import State
from tests.campaign.deliveries import NOW, TUESDAY, planned, thread
from tests.campaign.ledger import ID, PACK, PARTNERS, Ledger, in_pack, on_partners_channel

DAY = timedelta(days=1)


def queue(ledger: Ledger, person: str = "ben", **more: Any) -> Queue:
    looker = Looker(person=person, roles=ledger.roles, now=ledger.now)
    return approval_queue(ledger.connection, looker, **more)


def test_the_riskiest_card_comes_first(ledger: Ledger) -> None:
    first = {
        "usual": planned("usual/ico-x/1", due_at=TUESDAY + 4 * DAY),
        "soon": planned("soon/ico-x/1", due_at=NOW + timedelta(hours=2)),
        "edited": planned("edited/ico-x/1", due_at=TUESDAY + 5 * DAY),
        "law": planned("law/ico-x/1", gates=("approval", "legal"), due_at=TUESDAY + 9 * DAY),
    }
    ledger.put(*first.values())
    approve(ledger.connection, "edited/ico-x/1", ledger.change("cat"), ledger.roles)
    edited = planned("edited/ico-x/1", "Hello, all.", due_at=TUESDAY + 5 * DAY)
    ledger.put(*(first | {"edited": edited}).values())
    cards = queue(ledger).cards
    assert [(one.post, one.tier) for one in cards] == [
        ("law", Tier.SPECIAL),
        ("edited", Tier.CHANGED),
        ("soon", Tier.SOON),
        ("usual", Tier.USUAL),
    ]


def test_all_gates_are_asked_and_any_one_of_the_able_may_open_each(ledger: Ledger) -> None:
    ledger.put(on_partners_channel(gates=("approval", "legal", "partner")))
    (waiting,) = queue(ledger, "leo").cards[0].waiting
    assert [(one.kind, one.able, one.mine) for one in waiting.asked] == [
        ("approval", ("ben", "cat"), False),
        ("legal", ("ben", "leo"), True),
        ("partner", (), False),
    ]


def test_nobody_finds_what_they_applied_or_what_is_not_theirs_to_decide(ledger: Ledger) -> None:
    ledger.put(planned(), person="cat")
    assert [one.post for one in queue(ledger, "ben").cards] == ["myth"]
    for person in ("cat", "ama", "leo"):
        seen = queue(ledger, person)
        assert (seen.cards, seen.others) == ((), 1), person


def test_a_name_inside_another_is_not_taken_for_it(ledger: Ledger) -> None:
    ledger.put(planned(), person="cat")
    ledger.force("awaiting-approval", applied_by="benedict,c%t")
    assert len(queue(ledger, "ben").cards) == 1
    assert len(queue(ledger, "cat").cards) == 1


def test_what_was_opened_stays_out_until_its_content_or_its_day_is_another(ledger: Ledger) -> None:
    ledger.put(on_partners_channel())
    approve(ledger.connection, PARTNERS, ledger.change("ben"), ledger.roles)
    assert queue(ledger).cards == ()
    ledger.put(on_partners_channel(due_at=TUESDAY + DAY))
    assert [one.post for one in queue(ledger).cards] == ["myth"]


def test_the_change_since_the_last_approval_is_shown_word_by_word(ledger: Ledger) -> None:
    ledger.put(planned(text="The law helps you share."))
    approve(ledger.connection, ID, ledger.change("ben"), ledger.roles)
    ledger.put(planned(text="The law lets you share."))
    (waiting,) = queue(ledger).cards[0].waiting
    assert waiting.change is not None
    assert [(one.kind, one.text) for one in waiting.change.text] == [
        (Kind.SAME, "The law "),
        (Kind.GONE, "helps"),
        (Kind.NEW, "lets"),
        (Kind.SAME, " you share."),
    ]


def test_what_was_sent_back_is_its_authors_turn_until_it_is_edited(ledger: Ledger) -> None:
    ledger.put(planned())
    reject(ledger.connection, ID, ledger.change("ben", "say who"), ledger.roles)
    seen = queue(ledger)
    assert (seen.cards, [one.id for one in seen.sent_back.rows]) == ((), [ID])
    ledger.put(planned(text="Hello, says the Office."))
    seen = queue(ledger)
    assert ([one.post for one in seen.cards], seen.sent_back.total) == (["myth"], 0)


def test_one_card_holds_a_whole_run_and_pages_hold_five_cards(ledger: Ledger) -> None:
    many = [planned(f"post-{one:02}/ico-x/1") for one in range(CARDS_ON_PAGE + 2)]
    ledger.put(*many, planned(PARTNERS, partner="npcc"), in_pack(gates=("approval",)))
    first, second = queue(ledger), queue(ledger, page=2)
    assert (first.total, first.pages) == (8, 2)
    assert first.cards[0].entry == "myth"
    assert [one.delivery.id for one in first.cards[0].waiting] == [PACK, PARTNERS]
    assert (len(first.cards), len(second.cards)) == (5, 3)


def test_it_expires_when_the_last_moment_to_go_out_passes(ledger: Ledger) -> None:
    ledger.put(planned(), in_pack(gates=("approval",)))
    by_id = {
        one.delivery.id: one.expires_at for card in queue(ledger).cards for one in card.waiting
    }
    assert by_id == {ID: TUESDAY + timedelta(minutes=30), PACK: None}


def approve_shown(ledger: Ledger, *seen: Shown, person: str = "ben") -> list[State]:
    return approve_as_shown(ledger.connection, seen, ledger.change(person), ledger.roles)


def test_an_approval_holds_for_what_was_shown(ledger: Ledger) -> None:
    ledger.put(planned())
    assert approve_shown(ledger, shown(ledger.row())) == [State.PLANNED]
    gate = ledger.gates()["approval"]
    assert (gate.person, gate.content_hash) == ("ben", ledger.row().content_hash)


CHANGES = {
    "an edit": (planned(text="Hello, all."), "says something else now"),
    "a move": (
        planned(due_at=TUESDAY + DAY),
        "was moved from 2027-01-12 08:30 to 2027-01-13 08:30",
    ),
}


@pytest.mark.parametrize(("now", "says"), CHANGES.values(), ids=list(CHANGES))
def test_a_page_that_is_out_of_date_approves_nothing(ledger: Ledger, now: Any, says: str) -> None:
    ledger.put(planned(), planned("other/ico-x/1"))
    seen = [shown(ledger.row()), shown(ledger.row("other/ico-x/1"))]
    ledger.put(now, planned("other/ico-x/1"))
    with pytest.raises(HasChangedError, match=f"{ID} {says}"):
        approve_shown(ledger, *seen)
    assert ledger.state("other/ico-x/1") == "awaiting-approval"


def test_a_page_approves_nothing_that_is_gone_decided_unseen_or_too_late(ledger: Ledger) -> None:
    ledger.put(*thread("One.", "Two."))
    (one, two) = (shown(ledger.row(name)) for name in (ID, f"{ID}/2"))
    with pytest.raises(HasChangedError, match="would be approved along with it and was not shown"):
        approve_shown(ledger, one)
    with pytest.raises(HasChangedError, match="is no longer there"):
        approve_shown(ledger, replace(one, delivery="gone/ico-x/1"))
    late = ledger.change("ben")
    late = replace(late, at=TUESDAY + timedelta(minutes=31))
    with pytest.raises(HasChangedError, match="is too late now; give it a new time first"):
        approve_as_shown(ledger.connection, [one, two], late, ledger.roles)
    with pytest.raises(NotAllowedError):
        approve_shown(ledger, one, two, person="ama")
    assert approve_shown(ledger, one, two) == [State.PLANNED, State.PLANNED]
    with pytest.raises(HasChangedError, match="no longer waits for approval: Scheduled"):
        approve_shown(ledger, one, two)
