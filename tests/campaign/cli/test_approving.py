import sys
from datetime import timedelta

import pytest

from tests.campaign.cli.shell import Answering, Shell
from tests.campaign.office import DUE, ENTRY, POST, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
NPCC_PACK = "law-helps/npcc-linkedin/1"
LEGAL = POST.replace("theme: myth", "theme: myth\napprovals: [legal]")


@pytest.fixture
def applied(office: Office, campaign: Shell) -> Shell:
    """The campaign, applied by Ama; everything waits for approval."""
    del office
    campaign.fine("apply", "--yes", "--as", "ama")
    return campaign


@pytest.fixture
def asked(office: Office, campaign: Shell) -> Shell:
    """A campaign with a partner that accepts every post itself, and Pia who speaks for it."""
    office.write_schedule(ENTRY.replace("[network:x,", "[npcc-linkedin, network:x,"))
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("sectors: [police]}", "sectors: [police], consent: accept-each}")
    pia = "  pia: {name: Pia, roles: [partner], partner: npcc}\nchannels:"
    file.write_text(text.replace("channels:", pia), encoding="utf-8")
    campaign.fine("apply", "--yes", "--as", "ama")
    return campaign


def test_an_approver_approves_one_or_all_and_what_became_of_them_is_said(applied: Shell) -> None:
    one = applied.fine("approve", X, "--yes", "--as", "ben")
    assert (one.out, one.err) == ("1 delivery approved.\n", "  1 now: Scheduled\n")
    rest = applied.fine("approve", "--all", "--yes", "--as", "cat")
    assert (rest.out, rest.err) == ("2 deliveries approved.\n", "  2 now: Scheduled\n")
    none = applied.fine("approve", "--all", "--yes", "--as", "ben")
    assert none.out == "Nothing is waiting for approval by you.\n"


def test_a_delivery_named_twice_is_approved_once(applied: Shell) -> None:
    assert applied.fine("approve", X, X, "--yes", "--as", "ben").out == "1 delivery approved.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--as", "ben"], 2, "name deliveries, or give --all"),
        ([X, "--all", "--as", "ben"], 2, "name deliveries, or give --all"),
        ([X, "--as", "ben"], 2, "there is nobody to ask; give --yes to go on without"),
        ([X, "--yes", "--as", "ama"], 1, f"ama applied {X} and cannot approve it"),
        ([X, "--yes", "--as", "eva"], 1, "there is no “eva” among the people .*: ama, ben, cat"),
        (["x/y/1", "--yes", "--as", "ben"], 1, "no delivery “x/y/1”; `campaign status` lists"),
        ([X, "x/y/1", "--yes", "--as", "ben"], 1, "no delivery “x/y/1”"),
    ],
)
def test_what_cannot_be_approved_is_refused_whole(
    applied: Shell, arguments: list[str], code: int, says: str
) -> None:
    applied.fails("approve", *arguments, code=code, says=says)


def test_somebody_who_is_not_declared_holds_no_gate(
    applied: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "passer-by")
    says = f"{X} waits for approval by ben or cat, not passer-by"
    applied.fails("approve", X, "--yes", code=1, says=says)
    nothing = applied.fine("approve", "--all", "--yes")
    assert nothing.out == "Nothing is waiting for approval by you.\n"


def test_a_person_is_asked_before_anything_is_approved(
    applied: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Answering("n\n"))
    asked = applied("approve", "--all", "--as", "ben")
    assert "Approve 3 deliveries?" in asked.out
    assert (asked.code, asked.err) == (1, "nothing was changed\n")
    monkeypatch.setattr(sys, "stdin", Answering("y\n"))
    assert applied("approve", X, "--as", "ben").code == 0
    assert applied.state(X) == "planned"


def test_a_post_that_asks_for_legal_waits_for_both_and_says_for_whom(
    office: Office, campaign: Shell
) -> None:
    office.write_post("law-helps", LEGAL)
    campaign.fine("apply", "--yes", "--as", "ama")
    waiting = campaign.delivery(X)["waiting_for"]
    assert waiting == "approval by ben or cat; legal by ben"
    campaign.fine("approve", X, "--yes", "--as", "cat")
    assert campaign.delivery(X)["waiting_for"] == "legal by ben"
    office.clock.move_to(DUE)
    campaign.fine("publish")
    assert office.texts("x") == []
    campaign.fine("approve", X, "--yes", "--as", "ben")
    campaign.fine("publish")
    assert campaign.state(X) == "published"


def test_all_takes_only_what_this_person_may_open(office: Office, campaign: Shell) -> None:
    office.write_post("law-helps", LEGAL)
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "cat")
    assert campaign.fine("approve", "--all", "--yes", "--as", "cat").out == (
        "Nothing is waiting for approval by you.\n"
    )
    assert set(campaign.states().values()) == {"awaiting-approval"}


def test_an_edit_after_the_approval_closes_it_and_the_old_text_does_not_go_out(
    office: Office, applied: Shell
) -> None:
    applied.fine("approve", "--all", "--yes", "--as", "ben")
    office.write_post("law-helps", POST.replace("helps you share", "lets you share"))
    applied.fine("apply", "--yes", "--as", "ama")
    office.clock.move_to(DUE)
    applied.fine("publish")
    assert set(applied.states().values()) == {"awaiting-approval"}
    assert [office.texts(n) for n in ("x", "mastodon", "bluesky")] == [[], [], []]


@pytest.mark.parametrize(
    ("edit", "state"),
    [
        (ENTRY.replace("08:30", "17:00"), "planned"),
        (ENTRY.replace("2027-01-12", "2027-01-13"), "awaiting-approval"),
    ],
)
def test_a_move_within_the_day_keeps_the_approval_and_one_to_another_day_does_not(
    office: Office, applied: Shell, edit: str, state: str
) -> None:
    applied.fine("approve", "--all", "--yes", "--as", "ben")
    office.write_schedule(edit)
    applied.fine("apply", "--yes", "--as", "ama")
    assert set(applied.states().values()) == {state}


def test_another_account_under_the_same_channel_needs_approval_again(
    office: Office, applied: Shell
) -> None:
    applied.fine("approve", "--all", "--yes", "--as", "ben")
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"@ico.example"', '"@ico.new.example"'), encoding="utf-8")
    applied.fine("apply", "--yes", "--as", "ama")
    assert (applied.state(X), applied.state(MASTODON)) == ("awaiting-approval", "planned")


def test_what_is_rejected_is_sent_back_with_the_reason(office: Office, applied: Shell) -> None:
    applied.fine("approve", "--all", "--yes", "--as", "ben")
    back = applied.fine("reject", X, MASTODON, "--reason", "wrong link", "--as", "cat")
    assert (back.out, back.err) == (
        "2 deliveries sent back.\n",
        "  2 now: Waiting for approval\n",
    )
    assert applied.delivery(X)["note"] == "sent back by cat: wrong link"
    office.clock.move_to(DUE)
    applied.fine("publish")
    assert applied.states() == {
        X: "awaiting-approval",
        MASTODON: "awaiting-approval",
        BLUESKY: "published",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([X, "--as", "ben"], 2, "Missing option '--reason'"),
        ([X, "--reason", " ", "--as", "ben"], 2, "--reason is empty"),
        ([X, "--reason", "no", "--as", "ama"], 1, f"ama holds no gate of {X}"),
        ([X, "x/y/1", "--reason", "no", "--as", "ben"], 1, "there is no delivery “x/y/1”"),
    ],
)
def test_what_cannot_be_rejected_is_refused_whole(
    applied: Shell, arguments: list[str], code: int, says: str
) -> None:
    applied.fails("reject", *arguments, code=code, says=says)


def test_a_partner_accepts_what_goes_out_on_its_own_channels(office: Office, asked: Shell) -> None:
    assert asked.delivery(NPCC_PACK)["waiting_for"] == ("approval by ben or cat; npcc to accept it")
    asked.fine("approve", "--all", "--yes", "--as", "ben")
    assert asked.delivery(NPCC_PACK)["waiting_for"] == "npcc to accept it"
    said = asked.fine("accept", NPCC_PACK, "--partner", "npcc", "--as", "pia")
    assert (said.out, said.err) == ("1 delivery accepted.\n", "  1 now: With the partner\n")
    office.clock.move_to(DUE + timedelta(hours=5))
    asked.fine("publish")
    assert asked.state(NPCC_PACK) == "with-partner"  # who posts by hand knows no late limit
    assert asked.delivery(NPCC_PACK)["waiting_for"] == "npcc to post it"


def test_a_partner_declines_and_its_reason_is_kept(asked: Shell) -> None:
    decline = ("accept", NPCC_PACK, "--partner", "npcc", "--decline", "--as", "pia")
    said = asked.fine(*decline, "--reason", "not for us")
    assert said.out == "1 delivery declined.\n"
    assert asked.state(NPCC_PACK) == "declined"
    assert asked.delivery(NPCC_PACK)["note"] == "not for us"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--partner", "nobody", "--as", "pia"], "no partner “nobody”; known are: ico, npcc"),
        (["--partner", "npcc", "--as", "ama"], "ama does not speak for npcc: that is for pia to"),
        (["--partner", "npcc", "--as", "ben"], "ben does not speak for npcc: that is for pia to"),
        (["--partner", "ico", "--as", "pia"], "pia does not speak for ico: nobody declared does"),
        (["--partner", "npcc"], "passer-by does not speak for npcc"),
    ],
)
def test_only_the_partner_itself_accepts(
    asked: Shell, arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "passer-by")
    asked.fails("accept", NPCC_PACK, *arguments, code=1, says=says)


def test_a_partner_answers_only_for_what_it_is_asked(asked: Shell) -> None:
    says = f"{X} belongs to ico, not to npcc"
    asked.fails("accept", NPCC_PACK, X, "--partner", "npcc", "--as", "pia", code=1, says=says)


def test_who_has_nothing_to_approve_hears_what_waits_for_others(applied: Shell) -> None:
    nothing = applied.fine("approve", "--all", "--as", "ama", "--yes")
    assert nothing.out == "Nothing is waiting for approval by you.\n"
    assert "wait for somebody else (--as PERSON); ama applied" in nothing.err
