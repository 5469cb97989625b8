"""When partners are asked, reminded, and taken to have said no."""

from datetime import timedelta

import pytest

from campaign.decisions.approvals import approve
from campaign.decisions.consent import accept, ask_for_change
from campaign.decisions.stops import resume, stop
from campaign.mailing.outbox import SENT, Outcome, claim, finish, letters_of
from campaign.models_reports import Letter
from campaign.partnering.asking import ask_partners, nudge_partners
from campaign.partnering.leaving import leave
from campaign.partnering.letters import Office
from campaign.schedule.partner import Contact
from campaign.store.questions import answer_by, nudge_at, question_of, take_silence
from campaign.store.tables import PARTNER_QUESTION
from tests.campaign.deliveries import NOW, TUESDAY, planned
from tests.campaign.ledger import PARTNERS, Ledger, in_pack, on_partners_channel

HOUR = timedelta(hours=1)


def ring(ledger: Ledger) -> tuple[int, int]:
    """Let the clock look after partners; return how many questions were asked, and repeated."""
    office = Office(schedule=ledger.schedule, now=ledger.now, public_url="https://desk.example")
    take_silence(ledger.connection, ledger.now)
    asked = ask_partners(ledger.connection, office)
    return len(asked), len(nudge_partners(ledger.connection, office))


def letters(ledger: Ledger, purpose: str) -> list[Letter]:
    return letters_of(ledger.connection, f"{purpose}/")


@pytest.fixture
def asked(ledger: Ledger) -> Ledger:
    """Everybody but the partner has said yes; the slot is on Tuesday at 08:30."""
    ledger.put(on_partners_channel())
    approve(ledger.connection, PARTNERS, ledger.change("ben"), ledger.roles)
    return ledger


def test_nobody_asks_a_partner_before_the_owner_has_said_yes(ledger: Ledger) -> None:
    ledger.put(on_partners_channel())
    assert ring(ledger) == (0, 0)
    approve(ledger.connection, PARTNERS, ledger.change("ben"), ledger.roles)
    assert ring(ledger) == (1, 0)
    assert ring(ledger) == (0, 0)


def test_a_question_leads_to_its_readers_own_page_and_is_kept_without_the_link(
    asked: Ledger,
) -> None:
    secret = "k" * 60

    def link_to(_connection: object, partner: str, contact: Contact) -> str:
        return f"https://desk.example/partner/{partner}-{contact.email.split('@')[0]}-{secret}"

    office = Office(schedule=asked.schedule, now=asked.now, link_to=link_to)
    ask_partners(asked.connection, office)
    (letter,) = [one for one in letters(asked, "partner-question") if "noor" in one.address]
    assert (
        f"Answer here, no password needed:\nhttps://desk.example/partner/npcc-noor-{secret}\n"
        in letter.text
    )
    claimed = claim(asked.connection, letter.id, asked.now)
    assert claimed is not None
    finish(asked.connection, claimed, Outcome(state=SENT), asked.now)
    (kept,) = [one for one in letters(asked, "partner-question") if "noor" in one.address]
    assert "https://desk.example/partner/(taken out once it was sent)\n" in kept.text
    assert secret not in kept.text
    assert "“myth” on npcc-x" in kept.text


def test_every_contact_is_asked_in_plain_words_until_when(asked: Ledger) -> None:
    ring(asked)
    one, other = sorted(letters(asked, "partner-question"), key=lambda one: one.address)
    assert (one.address, other.address) == ("Sam@npcc.example", "noor@npcc.example")
    assert other.subject == "Your yes or no, please: 1 post of spring"
    assert other.text == (
        "Dear Noor Pace,\n\n"
        "These posts of spring are ready for your channels. Their owner has said yes to them; "
        "you decide.\n\n"
        "- “myth” on npcc-x (x), Tuesday 12 January 2027, 08:30\n"
        "  answer by Monday 11 January 2027, 19:00\n\n"
        "Say yes or no on your page if you have its link, or by answering this e-mail.\n"
        "You can also ask for other words. Without an answer by then it does not go out.\n"
    )


def test_silence_is_reminded_of_once_and_then_is_a_no_and_never_missed(asked: Ledger) -> None:
    ring(asked)
    asked.now = NOW + 5 * HOUR
    assert ring(asked) == (0, 0)
    asked.now = NOW + 6 * HOUR
    assert ring(asked) == (0, 1)
    assert ring(asked) == (0, 0)
    assert len(letters(asked, "partner-nudge")) == 2
    asked.now = NOW + 12 * HOUR
    ring(asked)
    assert asked.state(PARTNERS) == "no-answer"
    assert asked.log(PARTNERS)[-1] == (
        "awaiting-approval",
        "no-answer",
        "campaign",
        "npcc was asked and did not answer in time",
    )


def test_whoever_has_answered_is_left_in_peace(asked: Ledger) -> None:
    ring(asked)
    accept(asked.connection, PARTNERS, asked.change("pia"), "npcc")
    asked.now = NOW + 13 * HOUR
    assert ring(asked) == (0, 0)
    assert asked.state(PARTNERS) == "planned"


@pytest.mark.parametrize("changes", [{"text": "New."}, {"due_at": TUESDAY + HOUR}])
def test_other_content_or_another_time_is_another_question(
    asked: Ledger, changes: dict[str, object]
) -> None:
    ring(asked)
    asked.now = NOW + 11 * HOUR
    asked.put(on_partners_channel(**changes))
    if "text" in changes:
        assert question_of(asked.connection, asked.row(PARTNERS)) is None
        approve(asked.connection, PARTNERS, asked.change("ben"), asked.roles)
    assert ring(asked) == (1, 0)
    asked.now = NOW + 13 * HOUR
    ring(asked)
    assert asked.state(PARTNERS) == "awaiting-approval"


def test_the_log_says_when_a_partner_was_asked_and_nothing_is_kept_of_what_is_settled(
    asked: Ledger,
) -> None:
    ring(asked)
    assert asked.log(PARTNERS)[-1] == (
        "awaiting-approval",
        "awaiting-approval",
        "campaign",
        "npcc is asked, answer by Monday 11 January 2027, 19:00",
    )
    accept(asked.connection, PARTNERS, asked.change("pia"), "npcc")
    ring(asked)
    assert asked.connection.execute(PARTNER_QUESTION.select()).all() == []


def test_an_edit_is_not_asked_about_before_the_owner_has_said_yes_to_it(asked: Ledger) -> None:
    asked.put(on_partners_channel(text="New."))
    assert ring(asked) == (0, 0)


def test_what_a_partner_wants_changed_is_asked_about_again(asked: Ledger) -> None:
    ring(asked)
    ask_for_change(asked.connection, PARTNERS, asked.change("pia"), "npcc")
    assert ring(asked) == (0, 0)
    asked.now += HOUR
    approve(asked.connection, PARTNERS, asked.change("ben"), asked.roles)
    assert ring(asked) == (1, 0)
    assert len(letters(asked, "partner-question")) == 4


@pytest.mark.parametrize(
    ("first", "second"),
    [(("partner", "npcc"), ("all", "")), (("theme", "rumour"), ("theme", "rumour"))],
)
def test_a_stop_keeps_questions_and_reminders_back_until_it_is_lifted(
    asked: Ledger, first: tuple[str, str], second: tuple[str, str]
) -> None:
    stop(asked.connection, *first, asked.change("ama"))
    assert ring(asked) == (0, 0)
    resume(asked.connection, *first, asked.change("ben"))
    assert ring(asked) == (1, 0)
    stop(asked.connection, *second, asked.change("ama"))
    asked.now = NOW + 7 * HOUR
    assert ring(asked) == (0, 0)
    resume(asked.connection, *second, asked.change("ben"))
    assert ring(asked) == (0, 1)


def test_nobody_is_asked_about_a_slot_that_is_over(asked: Ledger) -> None:
    asked.now = TUESDAY
    assert ring(asked) == (0, 0)
    assert asked.state(PARTNERS) == "awaiting-approval"


def test_a_partner_that_has_left_is_not_asked_and_what_is_new_for_it_is_not_made(
    asked: Ledger,
) -> None:
    done = leave(asked.connection, "npcc", asked.change("ama", "a new government"))
    assert done.cancelled == (PARTNERS,)
    assert asked.row(PARTNERS).note == "the partner has left: a new government"
    asked.put(on_partners_channel(), in_pack(), planned())
    assert ring(asked) == (0, 0)
    assert asked.state() == "awaiting-approval"
    assert asked.state(PARTNERS) == "cancelled"
    with pytest.raises(AssertionError, match="npcc-linkedin"):
        asked.row("myth/npcc-linkedin/1")


def test_the_time_to_answer_never_goes_beyond_the_slot() -> None:
    assert answer_by(NOW, timedelta(hours=12), TUESDAY) == NOW + timedelta(hours=12)
    assert answer_by(NOW, timedelta(days=7), TUESDAY) == TUESDAY
    assert answer_by(NOW, None, TUESDAY) == TUESDAY


def test_silence_is_reminded_of_a_day_before_its_end_or_halfway() -> None:
    assert nudge_at(NOW, NOW + timedelta(days=7)) == NOW + timedelta(days=6)
    assert nudge_at(NOW, NOW + timedelta(hours=12)) == NOW + timedelta(hours=6)
