"""What partners say and what became of a post everywhere, on the command line."""

import pytest

from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
PACK = "law-helps/npcc-linkedin/1"
ADDRESS = "https://www.linkedin.com/feed/update/urn:li:share:7284567890123456789"
TEXT = "Data protection law helps you share information to protect a child."


@pytest.fixture
def everywhere(office: Office, campaign: Shell) -> Shell:
    """One post for three accounts of the owner and one pack, applied and approved."""
    office.write_schedule("  - {post: law-helps, at: 2027-01-12 08:30, send_to: [all]}\n")
    schedule = office.folder / "schedule.yaml"
    people = "people:\n  pia: {name: Pia, roles: [partner], partner: npcc}"
    text = schedule.read_text(encoding="utf-8").replace("people:", people)
    schedule.write_text(text, encoding="utf-8")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    return campaign


def test_the_board_says_where_one_post_stands_everywhere_and_who_posted_it(
    office: Office, everywhere: Shell
) -> None:
    assert everywhere.fine("board", "law-helps").lines[0] == (
        "law-helps: 0 of 4 live, 1 with the partner, 3 to come"
    )
    everywhere.fine("reject", X, "--reason", "wait", "--as", "ben")
    office.clock.move_to(DUE)
    everywhere.fine("publish")
    office.clock.advance(office.lease * 21)
    everywhere.fine("publish")
    everywhere.fine(
        "record", "npcc-linkedin", PACK, "--url", ADDRESS, "--published-at", "2027-01-12 08:40"
    )
    found = everywhere.fine("board", "law-helps", "--json").json()
    assert found["sentence"] == "3 of 4 live, 1 to check"
    assert found["counts"] == {"live": 3, "to check": 1}
    rows = {one["delivery"]: one for one in found["rows"]}
    assert (rows[X]["words"], rows[X]["posted_by"], rows[X]["url"]) == (
        "Too late: decide",
        "",
        None,
    )
    assert (rows[MASTODON]["posted_by"], rows[MASTODON]["wording"]) == ("the program", TEXT)
    assert rows[MASTODON]["url"].startswith("http")
    assert (rows[PACK]["posted_by"], rows[PACK]["told_by"] != "") == ("npcc", True)
    assert (rows[PACK]["url"], rows[PACK]["mode"]) == (ADDRESS, "pack")


def test_a_post_that_goes_nowhere_has_no_board(everywhere: Shell) -> None:
    everywhere.fails("board", "lost", code=1, says="there is no delivery of “lost”")


def test_a_partner_declines_with_its_reason(everywhere: Shell) -> None:
    said = everywhere.fine("decline", PACK, "--partner", "npcc", "--reason", "no", "--as", "pia")
    assert said.out == "1 delivery declined.\n"
    assert everywhere.delivery(PACK)["note"] == "no"
    assert everywhere.fine("board", "law-helps").lines[0] == (
        "law-helps: 0 of 4 live, 1 declined, 3 to come"
    )


def test_a_wish_sends_it_back_and_an_empty_one_does_nothing(everywhere: Shell) -> None:
    everywhere.fails(
        "ask-change", PACK, "--partner", "npcc", "--wish", " ", code=2, says="--wish is empty"
    )
    everywhere.fine(
        "ask-change", PACK, "--partner", "npcc", "--wish", "say “young people”", "--as", "pia"
    )
    assert everywhere.state(PACK) == "awaiting-approval"
    assert everywhere.delivery(PACK)["note"] == "pia asks for a change: say “young people”"


def test_one_command_ends_a_partners_part(everywhere: Shell) -> None:
    said = everywhere.fine("revoke", "npcc", "--reason", "a new government", "--as", "ben")
    assert said.lines == [
        "National Police Chiefs' Council takes part no longer: nothing leaves for its channels.",
        "1 delivery is cancelled; 0 that went out stay in the record with their numbers.",
    ]
    assert everywhere.delivery(PACK)["note"] == "the partner has left: a new government"
    everywhere.fails("revoke", "npcc", "--reason", "again", code=1, says="nothing to revoke")
    back = everywhere.fine("revoke", "npcc", "--take-back", "--reason", "they are back")
    assert "takes part again" in back.out
    assert everywhere.state(PACK) == "cancelled"


def test_bad_words_about_leaving_change_nothing(everywhere: Shell) -> None:
    everywhere.fails("revoke", "npc", "--reason", "x", code=1, says="there is no partner “npc”")
    everywhere.fails("revoke", "npcc", "--reason", " ", code=2, says="--reason is empty")
    everywhere.fails("revoke", "ico", "--reason", "x", code=1, says="owns the campaign")
    everywhere.fails("revoke", "npcc", "--take-back", "--reason", "x", code=1, says="has not left")
    everywhere.fails("stop-reminders", "who@ever.example", code=1, says="nobody is reminded")


def test_two_partners_cannot_report_one_post(office: Office, campaign: Shell) -> None:
    office.write_schedule("  - {post: law-helps, at: 2027-01-12 08:30, send_to: [all]}\n")
    schedule = office.folder / "schedule.yaml"
    text = schedule.read_text(encoding="utf-8").replace(
        "slots:", "  ico-linkedin: {network: linkedin, partner: ico, mode: pack}\nslots:"
    )
    schedule.write_text(text, encoding="utf-8")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE)
    at = ("--url", ADDRESS, "--published-at", "2027-01-12 08:15")
    campaign.fine("record", "npcc-linkedin", PACK, *at)
    campaign.fails(
        "record", "ico-linkedin", "law-helps", *at, code=1, says=f"already recorded as {PACK}"
    )


@pytest.fixture
def asking(office: Office, campaign: Shell) -> Shell:
    """The Office itself is asked about each post, within an hour; it is written to in a folder."""
    office.write_schedule()
    schedule = office.folder / "schedule.yaml"
    contact = "contacts: [{name: Ida, email: ida@ico.example}]"
    text = schedule.read_text(encoding="utf-8").replace(
        "  ico: {", f"  ico: {{consent: accept-each, answer_within: 1h, {contact}, ", 1
    )
    schedule.write_text(text, encoding="utf-8")
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    return campaign


def test_a_partner_is_asked_the_moment_the_owner_has_approved(asking: Shell) -> None:
    letters = asking.fine("report", "sent", "--json").json()["letters"]
    assert [(one["address"], one["state"]) for one in letters] == [("ida@ico.example", "planned")]


def test_silence_is_no_answer_also_where_nothing_ran_until_long_after_the_slot(
    office: Office, asking: Shell
) -> None:
    office.clock.move_to(DUE + 3 * office.lease * 20)
    asking.fine("publish")
    assert set(asking.states().values()) == {"no-answer"}
    assert office.texts("x") == []
