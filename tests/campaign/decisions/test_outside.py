"""Somebody without an account says yes to one post by a link, or sends it back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.decisions.approvals import CannotDecideError, approve
from campaign.decisions.stops import stop
from campaign.mailing.outbox import letters_of
from campaign.outside.answering import Answer, answer
from campaign.outside.asking import ask_again, ask_outside
from campaign.outside.links import all_links, take_back
from campaign.outside.office import Office
from campaign.outside.seeing import seen_by
from campaign.partner_page.invitations import LinkError
from campaign.schedule.faults import FaultsFound
from campaign.schedule.reading import read_schedule
from campaign.secret_keys import new_key
from campaign.store.database import Store
from campaign.store.embargoes import save_embargoes
from tests.campaign.deliveries import TUESDAY, planned
from tests.campaign.ledger import ID, SCHEDULE, Ledger, open_ledger

KEYS = (new_key(),)
IFE = "{name: Dr Ife Okoro, roles: [clinical], outside: true, email: ife@college.example}"
OUTSIDE = SCHEDULE.replace("  leo:", f"  ife: {IFE}\n  leo:")
GATES = ("approval", "clinical")
OTHER = "myth/npcc-x/1"


@dataclass
class Asking:
    """The rows, and the clock that asks."""

    ledger: Ledger

    @property
    def office(self) -> Office:
        return Office(
            schedule=self.ledger.schedule,
            keys=KEYS,
            address="https://desk.example/outside",
            now=self.ledger.now,
        )

    def ring(self) -> list[str]:
        """Let the clock ask; return what stands in the addresses that were sent then."""
        before = self._asked()
        ask_outside(self.ledger.connection, self.office)
        return [one for one in self._asked() if one not in before]

    def _asked(self) -> list[str]:
        letters = letters_of(self.ledger.connection, "outside-link/")
        return [one.text.split("/outside/")[1].split("\n")[0] for one in letters]

    def why_not(self, token: str) -> str:
        """Return why the link decides nothing, empty where it does."""
        now = self.ledger.now
        try:
            return seen_by(self.ledger.connection, self.ledger.schedule, token, KEYS, now).why_not
        except LinkError as error:
            return str(error)

    def say(self, token: str, *, yes: bool = True, comment: str = "") -> list[str]:
        said = Answer(token=token, is_yes=yes, comment=comment)
        return [str(one) for one in answer(self.ledger.connection, said, self.office)]

    def yes_inside(self, *ids: str) -> None:
        for one in ids or (ID,):
            change = self.ledger.change("ben")
            approve(self.ledger.connection, one, change, self.ledger.roles)


@pytest.fixture
def asking(ledger_store: Store, tmp_path: Path) -> Iterator[Asking]:
    with open_ledger(ledger_store, tmp_path, OUTSIDE) as opened:
        yield Asking(opened)


def test_the_question_leaves_once_and_only_after_our_own_people_said_yes(asking: Asking) -> None:
    asking.ledger.put(planned(gates=GATES))
    assert asking.ring() == []
    asking.yes_inside()
    assert len(asking.ring()) == 1
    assert asking.ring() == []
    (letter,) = letters_of(asking.ledger.connection, "outside-link/")
    assert (letter.address, letter.person) == ("ife@college.example", "ife")
    assert "The Office asks for your yes (clinical)" in letter.text
    assert asking.ledger.log()[-1][3].startswith("ife is asked for clinical, by link ")


def test_a_yes_opens_that_gate_alone_says_who_and_how_and_is_given_once(asking: Asking) -> None:
    asking.ledger.put(planned(gates=GATES))
    asking.yes_inside()
    (token,) = asking.ring()
    assert asking.say(token) == ["planned"]
    gate = asking.ledger.gates()["clinical"]
    number = all_links(asking.ledger.connection)[-1].number
    assert (gate.person, gate.reason) == ("ife", f"approved (by link {number})")
    assert asking.why_not(token).startswith("You have said yes.")
    with pytest.raises(CannotDecideError, match="You have said yes"):
        asking.say(token, yes=False, comment="no, after all")


def test_who_holds_two_kinds_has_a_link_for_each_and_opens_one_with_it(asking: Asking) -> None:
    ife = asking.ledger.schedule.people["ife"]
    asking.ledger.schedule.people["ife"] = ife.model_copy(update={"roles": ("clinical", "safety")})
    asking.ledger.put(planned(gates=(*GATES, "safety")))
    asking.yes_inside()
    first, _second = asking.ring()
    assert asking.say(first) == ["awaiting-approval"]
    decided = {kind: one.decision for kind, one in asking.ledger.gates().items()}
    assert sorted(decided.items(), key=str) == [
        ("approval", "yes"),
        ("clinical", "yes"),
        ("safety", None),
    ]


def test_what_is_sent_back_is_asked_anew_once_it_was_changed_and_approved(asking: Asking) -> None:
    asking.ledger.put(planned(gates=GATES))
    asking.yes_inside()
    (token,) = asking.ring()
    asking.say(token, yes=False, comment="Say 116 123 instead")
    assert asking.ledger.state() == "awaiting-approval"
    assert asking.ledger.row().note.startswith("sent back by ife: Say 116 123 instead (by link")
    assert asking.ring() == []
    asking.ledger.put(planned(text="Ring 116 123.", gates=GATES))
    assert asking.ring() == []
    asking.yes_inside()
    (fresh,) = asking.ring()
    assert asking.say(fresh) == ["planned"]


def test_an_edit_or_another_day_makes_the_link_say_so_and_asks_anew(asking: Asking) -> None:
    asking.ledger.put(planned(gates=GATES))
    asking.yes_inside()
    (token,) = asking.ring()
    day = timedelta(days=1)
    asking.ledger.put(planned(text="Hello, all.", gates=GATES, due_at=TUESDAY + day))
    assert asking.why_not(token).startswith("This has changed since you were asked.")
    with pytest.raises(CannotDecideError, match="has changed since"):
        asking.say(token)
    assert asking.ledger.gates()["clinical"].decision is None
    asking.yes_inside()
    (fresh,) = asking.ring()
    assert asking.why_not(fresh) == ""


def test_a_link_for_several_channels_is_one_answer_and_bound_to_all_of_them(
    asking: Asking,
) -> None:
    both = [planned(gates=GATES), planned(OTHER, gates=GATES)]
    asking.ledger.put(*both)
    asking.yes_inside(ID)
    assert asking.ring() == []  # the other channel is not ready
    asking.yes_inside(OTHER)
    (token,) = asking.ring()
    asking.ledger.put(both[0], planned(OTHER, "Other words.", gates=GATES))
    assert asking.why_not(token).startswith("This has changed")
    asking.yes_inside(OTHER)
    (fresh,) = asking.ring()
    assert asking.say(fresh) == ["planned", "planned"]


def test_forged_revoked_ended_and_orphaned_links_say_one_clear_sentence(asking: Asking) -> None:
    ledger = asking.ledger
    ledger.put(planned(gates=GATES))
    asking.yes_inside()
    (token,) = asking.ring()
    assert asking.why_not(token) == ""
    assert asking.why_not(token[:-2]).startswith("This link is not whole.")
    ledger.now = TUESDAY + timedelta(minutes=30)
    assert asking.why_not(token).startswith("This link has ended.")
    ledger.now = TUESDAY - timedelta(hours=1)
    link = all_links(ledger.connection)[-1]
    assert take_back(ledger.connection, link, ledger.change("ben"))
    assert asking.why_not(token).startswith("This link was taken back.")
    assert asking.ring() == []  # it was taken back on purpose
    (again,) = ask_again(ledger.connection, link, asking.office, "ben")
    assert again.number != link.number
    del ledger.schedule.people["ife"]
    assert asking.why_not(token).startswith("This link was taken back.")


def test_nothing_is_asked_or_shown_under_a_stop_or_an_embargo(asking: Asking) -> None:
    ledger = asking.ledger
    ledger.put(planned(gates=GATES))
    asking.yes_inside()
    save_embargoes(ledger.connection, {"myth": TUESDAY})
    assert asking.ring() == []
    save_embargoes(ledger.connection, {})
    (token,) = asking.ring()
    stop(ledger.connection, "all", "", ledger.change("ben"))
    assert asking.why_not(token) == "This is not shown for now. Open the link again later."
    with pytest.raises(CannotDecideError):
        asking.say(token)


@pytest.mark.parametrize(
    ("person", "says"),
    [
        (IFE.replace("clinical", "approver"), "has no account, so cannot be approver"),
        (IFE.replace(", email: ife@college.example", ""), "is asked by e-mail; write"),
    ],
)
def test_somebody_outside_needs_an_address_and_holds_no_role_of_the_desk(
    tmp_path: Path, person: str, says: str
) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text(OUTSIDE.replace(IFE, person), encoding="utf-8")
    with pytest.raises(FaultsFound, match=says):
        read_schedule(file)
