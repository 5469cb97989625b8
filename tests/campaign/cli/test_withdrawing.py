"""`campaign withdraw`: what it says, whom it tells, and what the record shows afterwards."""

from collections.abc import Iterator

import pytest

from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.mailing.mailbox import DROP_AFTER, Mailbox, open_mailbox
from tests.campaign.office import DUE, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
PACK = "law-helps/npcc-linkedin/1"
WORD = ("--reason", "a wrong number", "--as", "ben")
CHIEFS = "National Police Chiefs' Council"
CONTACTS = "[{name: Noor Pace, email: comms@npcc.example}, {name: Sam, email: sam@npcc.example}]"
REACHED_AT = "Noor Pace, comms@npcc.example; Sam, sam@npcc.example"


@pytest.fixture
def live(office: Office, campaign: Shell) -> Shell:
    """Three posts are live, and the Chiefs hold the pack."""
    office.write_schedule(
        "  - {post: law-helps, at: 2027-01-12 08:30, send_to: [all]}\n",
    )
    schedule = office.folder / "schedule.yaml"
    text = schedule.read_text(encoding="utf-8")
    text = text.replace(f"{{name: {CHIEFS},", f"{{name: {CHIEFS}, contacts: {CONTACTS},")
    schedule.write_text(text, encoding="utf-8")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE)
    campaign.fine("publish")
    assert set(campaign.states().values()) == {"published", "with-partner"}
    return campaign


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.fixture
def mailing(live: Shell, mailbox: Mailbox) -> Shell:
    return live.with_environment(
        CAMPAIGN_MAIL_SERVER=mailbox.address, CAMPAIGN_MAIL_FROM="desk@ico.example"
    )


def test_it_deletes_says_so_and_names_who_has_to_be_rung_up(office: Office, live: Shell) -> None:
    said = live.fine("withdraw", X, *WORD)
    assert said.lines == [
        f"{X}: Withdrawn; the network has deleted it",
        "The same post is still live in 2 other places; withdraw it too?",
        f"  {BLUESKY}",
        f"  {MASTODON}",
        f"{CHIEFS} ({REACHED_AT}), to be rung up:",
        "  npcc-linkedin: please do not post it; the pack no longer holds",
    ]
    assert office.texts("x") == []
    assert live.state(X) == "withdrawn"


def test_every_contact_of_a_partner_that_holds_the_pack_is_told_by_e_mail_once(
    mailing: Shell, mailbox: Mailbox
) -> None:
    said = mailing.fine("withdraw", X, MASTODON, *WORD)
    assert f"{CHIEFS} ({REACHED_AT}), told by e-mail:" in said.lines
    assert said.lines[-1] == "E-mails: 2 sent; `campaign report sent` lists them."
    mailing.fine("withdraw", BLUESKY, *WORD)
    assert mailbox.to() == ["comms@npcc.example", "sam@npcc.example"]
    message = mailbox.message()
    assert message["Subject"] == "Withdrawn: “law-helps” of Think. Check. Share."
    assert mailbox.text().replace("\r\n", "\n") == (
        "The post “law-helps” of Think. Check. Share. has been withdrawn by ben.\n\n"
        "Why: a wrong number\n\n"
        "- npcc-linkedin: please do not post it; the pack no longer holds\n\n"
        "Reposts and shares of it, and copies of its text or pictures that you keep, should go, "
        "too. Please answer this e-mail when that is done, or if something keeps you from it.\n"
    )


def test_an_e_mail_that_may_not_have_arrived_is_not_sent_again_and_is_listed(
    mailing: Shell, mailbox: Mailbox
) -> None:
    mailbox.answers = [DROP_AFTER]
    said = mailing.fine("withdraw", X, *WORD)
    assert said.lines[-1].startswith("E-mails: 1 unknown")
    letters = mailing.fine("report", "sent", "--json").json()["letters"]
    assert {one["letter"]: one["state"] for one in letters} == {
        "withdrawal/npcc/1": "unknown",
        "withdrawal/npcc/2": "sent",
    }
    mailing.fine("withdraw", MASTODON, *WORD)
    assert len(mailbox.arrived) == 2


def test_what_a_partner_posted_by_hand_is_the_partners_to_delete(live: Shell) -> None:
    address = "https://www.linkedin.com/posts/npcc.example_x-share-7284567890123456789-AbCd"
    at = "2027-01-12 08:00"
    live.fine("record", "npcc-linkedin", PACK, "--url", address, "--published-at", at)
    said = live.fine("withdraw", PACK, *WORD)
    assert said.lines[0] == (
        f"{PACK}: Live, and has to be deleted by hand: The partner posted it, so the partner has "
        f"to delete it. Then say so with `campaign withdraw {PACK} --gone --reason …`."
    )
    assert said.lines[-1] == (
        f"  npcc-linkedin: please delete what you posted at {address}, and tell us"
    )
    assert live.delivery(PACK)["waiting_for"] == "a person to delete it"
    gone = live.fine("withdraw", PACK, "--gone", "--reason", "they rang back", "--as", "cat")
    assert gone.lines == [f"{PACK}: Withdrawn, as cat says"]
    assert live.state(PACK) == "withdrawn"


def test_what_waits_for_its_hour_is_cancelled_with_the_reason(ready: Shell) -> None:
    said = ready.fine("withdraw", X, *WORD)
    assert said.lines == [f"{X}: Cancelled; it had not gone out, and will not"]
    assert ready.delivery(X)["note"] == "withdrawn by ben before it went out: a wrong number"


def test_a_network_that_does_not_answer_is_tried_again_by_the_running_program(
    office: Office, live: Shell
) -> None:
    office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.WITHDRAW)
    said = live.fine("withdraw", X, *WORD)
    assert said.lines[0].startswith(f"{X}: Live; it is not deleted yet (The connection broke")
    assert live.delivery(X)["waiting_for"] == "to be deleted"
    office.clock.move_to(DUE.replace(minute=31))
    live.fine("publish")
    assert live.state(X) == "withdrawn"


def test_a_stop_does_not_keep_it_back(office: Office, live: Shell) -> None:
    live.fine("stop", "--reason", "mourning", "--as", "ama")
    live.fine("withdraw", X, *WORD)
    assert (live.state(X), office.texts("x")) == ("withdrawn", [])


def test_status_and_log_tell_all_of_it_as_json(live: Shell) -> None:
    live.fine("withdraw", X, *WORD)
    asked = {
        "asked_by": "ben",
        "asked_at": "2027-01-12T08:30:00Z",
        "reason": "a wrong number",
        "stage": "done",
        "note": "the network has deleted it",
    }
    assert live.delivery(X)["withdrawal"] == asked
    assert live.delivery(MASTODON)["withdrawal"] is None
    log = live.fine("log", X, "--json").json()
    assert log["delivery"]["withdrawal"] == asked
    assert [(one["to"], one["who"], one["why"]) for one in log["moves"][-2:]] == [
        ("published", "ben", "withdrawn: a wrong number"),
        ("withdrawn", "ben", "withdrawn by ben: a wrong number; the network has deleted it"),
    ]


def test_all_or_none_are_withdrawn_and_bad_words_change_nothing(live: Shell) -> None:
    live.fails("withdraw", X, "no/such/1", *WORD, code=1, says="there is no delivery “no/such/1”")
    live.fails("withdraw", X, "--reason", " ", code=2, says="--reason is empty")
    live.fails("withdraw", X, "--reason", "a", "--as", "zoe", code=1, says="there is no “zoe”")
    live.fails("withdraw", X, "--gone", *WORD, code=1, says="has not been withdrawn")
    live.fine("withdraw", X, *WORD)
    live.fails("withdraw", X, *WORD, code=1, says="is withdrawn: there is nothing to withdraw")


def test_partners_are_told_of_a_correction_once_everybody_said_yes(
    office: Office, mailing: Shell, mailbox: Mailbox
) -> None:
    file = office.folder / "right.txt"
    file.write_text("The law helps.", encoding="utf-8")
    mailing.fine("correct", MASTODON, "--text", str(file), "--reason", "wrong law", "--as", "ama")
    assert mailbox.to() == []
    said = mailing.fine("correct", MASTODON, "--approve", "--as", "ben")
    assert f"{CHIEFS} ({REACHED_AT}), told by e-mail:" in said.lines
    assert mailbox.to() == ["comms@npcc.example", "sam@npcc.example"]
    text = mailbox.text().replace("\r\n", "\n")
    assert "It now says:\n\nThe law helps.\n" in text
    assert "please correct the wording of your pack" in text
