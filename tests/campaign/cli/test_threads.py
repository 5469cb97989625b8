from datetime import timedelta

from rehearsal.server import Call, Fault
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office

THREAD = """\
---
title: The law helps you share
---
The law helps you share.
### next part
It lets you act at once.
"""
ENTRY = "  - {post: law-helps, at: 2027-01-12 08:30, send_to: [ico-x]}\n"
ROOT, SECOND = "law-helps/ico-x/1", "law-helps/ico-x/1/2"


def prepared(office: Office, text: str = THREAD) -> None:
    office.write_post("law-helps", text)
    office.write_schedule(ENTRY)


def test_the_plan_shows_a_thread_as_one_thing_with_its_parts(
    office: Office, campaign: Shell
) -> None:
    prepared(office)
    assert campaign.fine("plan").lines == [
        "  + 2027-01-12 08:30  law-helps/ico-x/1",
        "    + then law-helps/ico-x/1/2",
        "Plan: 2 deliveries to add, 0 to change, 0 to cancel.",
    ]
    found = campaign.fine("plan", "--json").json()["deliveries"]
    assert [one["delivery"] for one in found] == [ROOT, SECOND]


def test_a_part_that_changes_alone_is_named_in_full(office: Office, campaign: Shell) -> None:
    prepared(office)
    campaign.fine("apply", "--yes", "--as", "ama")
    office.write_post("law-helps", THREAD.replace("at once", "now"))
    assert campaign.fine("plan").lines[0] == (
        "  ~ 2027-01-12 08:30  law-helps/ico-x/1/2 (awaiting-approval)"
    )


def test_the_preview_shows_the_parts_in_order(office: Office, campaign: Shell) -> None:
    prepared(office)
    assert campaign.fine("preview", "law-helps", "--channel", "ico-x").lines == [
        "── law-helps on ico-x: 24 of 280 weighted characters",
        "The law helps you share.",
        "",
        "── law-helps on ico-x, next part: 24 of 280 weighted characters",
        "It lets you act at once.",
        "",
    ]
    rows = campaign.fine("preview", "law-helps", "--channel", "ico-x", "--json").json()
    assert [(one["delivery"], one["form"]) for one in rows] == [(ROOT, "post"), (SECOND, "part")]


def test_the_preview_names_a_comment(office: Office, campaign: Shell) -> None:
    prepared(office, THREAD.replace("next part", "first comment"))
    shown = campaign.fine("preview", "law-helps", "--channel", "ico-x").lines
    assert shown[3] == "── law-helps on ico-x, first comment: 24 of 280 weighted characters"


def test_check_refuses_a_thread_where_there_is_none(office: Office, campaign: Shell) -> None:
    office.write_post("law-helps", THREAD)
    entry = ENTRY.replace("ico-x", "npcc-linkedin")
    office.write_schedule(entry)
    file = office.folder / "schedule.yaml"
    server = office.rehearsal.server_of("linkedin")
    text = file.read_text(encoding="utf-8")
    connected = f'partner: npcc, handle: npcc.example, server: "{server}"'
    text = text.replace("partner: npcc, mode: pack, handle: npcc.example", connected)
    file.write_text(text, encoding="utf-8")
    result = campaign("check")
    assert result.code == 3
    assert (
        "post.md:5:1: LinkedIn has no threads that can be posted from here: write “## linkedin” "
        "as one text, or write one first comment in place of the parts"
    ) in result.out


def test_status_says_what_a_part_waits_for(office: Office, campaign: Shell) -> None:
    prepared(office)
    campaign.fine("apply", "--yes", "--as", "ama")
    said = campaign.fine("approve", ROOT, "--yes", "--as", "ben")
    assert said.lines[0] == "2 deliveries approved."
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    campaign.fine("publish")
    row = campaign.delivery(SECOND)
    assert (row["state"], row["follows"]) == ("planned", ROOT)
    assert row["waiting_for"] == "law-helps/ico-x/1 (Checking whether it went out)"
    office.clock.advance(timedelta(seconds=125))
    campaign.fine("publish")
    assert campaign.states() == {ROOT: "published", SECOND: "published"}
    assert campaign.delivery(SECOND)["waiting_for"] is None


def test_a_decision_says_that_it_is_for_the_parts_too(office: Office, campaign: Shell) -> None:
    prepared(office)
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.rehearsal.inject("x", Fault.REFUSE, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    campaign.fine("publish")
    assert campaign.states() == {ROOT: "refused", SECOND: "held"}
    said = campaign.fine("decide", ROOT, "--drop", "--as", "ben", "--reason", "over")
    assert said.lines == ["law-helps/ico-x/1: Cancelled, and 1 later part with it"]
    assert campaign.states() == {ROOT: "cancelled", SECOND: "cancelled"}


def test_a_thread_that_is_withdrawn_goes_from_its_last_part_to_its_first(
    office: Office, campaign: Shell
) -> None:
    prepared(office)
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE)
    campaign.fine("publish")
    campaign.fine("publish")
    assert len(office.texts("x")) == 2
    said = campaign.fine("withdraw", ROOT, "--reason", "a wrong number", "--as", "ben")
    assert said.lines == [
        f"{SECOND}: Withdrawn; the network has deleted it",
        f"{ROOT}: Withdrawn; the network has deleted it",
    ]
    assert office.texts("x") == []


def test_a_part_is_not_corrected_by_a_post_of_its_own(office: Office, campaign: Shell) -> None:
    prepared(office)
    campaign.fine("apply", "--yes", "--as", "ama")
    campaign.fine("approve", "--all", "--yes", "--as", "ben")
    office.clock.move_to(DUE)
    campaign.fine("publish")
    campaign.fine("publish")
    (office.folder / "words.txt").write_text("Other.", encoding="utf-8")
    words = ("--linked", "--text", str(office.folder / "words.txt"), "--reason", "wrong")
    campaign.fails("correct", SECOND, *words, "--as", "ama", code=1, says="correct that one")
