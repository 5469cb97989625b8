import json
import sys
from datetime import timedelta

import pytest

from tests.campaign.cli.shell import Answering, Shell, dump
from tests.campaign.office import DUE, ENTRY, POST, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
NEW_TEXT = POST.replace("helps you share", "lets you share")
SECOND = ENTRY.replace("law-helps", "second").replace("08:30", "11:45")


def apply(campaign: Shell, person: str = "ama") -> None:
    campaign.fine("apply", "--yes", "--as", person)


def approve(campaign: Shell, person: str = "ben") -> None:
    campaign.fine("approve", "--all", "--yes", "--as", person)


def planned(campaign: Shell) -> list[tuple[str, str]]:
    found = campaign.fine("plan", "--json").json()["deliveries"]
    return [(line["kind"], line["delivery"]) for line in found]


def test_a_plan_is_a_diff_a_person_can_read(campaign: Shell) -> None:
    assert campaign.fine("plan").lines == [
        "  + 2027-01-12 08:30  law-helps/ico-bluesky/1",
        "  + 2027-01-12 08:30  law-helps/ico-mastodon/1",
        "  + 2027-01-12 08:30  law-helps/ico-x/1",
        "Plan: 3 deliveries to add, 0 to change, 0 to cancel.",
    ]


def test_every_kind_of_change_is_said_in_words(office: Office, campaign: Shell) -> None:
    office.write_post("second", POST.replace("helps", "lets"))
    office.write_schedule(ENTRY + SECOND)
    apply(campaign)
    office.write_post("law-helps", NEW_TEXT)
    moved = ENTRY.replace("08:30", "09:15").replace("network:x, ", "")
    office.write_schedule(moved + SECOND, rules="  minimum_gap: 15m\n")
    assert campaign.fine("plan").lines == [
        "  ~ rules: minimum_gap changed",
        "  - 2027-01-12 08:30  law-helps/ico-x/1 (awaiting-approval)",
        "      no longer in the schedule",
        "  ~ 2027-01-12 09:15  law-helps/ico-bluesky/1 (awaiting-approval)",
        "      time: 2027-01-12 08:30 to 2027-01-12 09:15",
        "      content or account edited; needs approval again",
        "  ~ 2027-01-12 09:15  law-helps/ico-mastodon/1 (awaiting-approval)",
        "      time: 2027-01-12 08:30 to 2027-01-12 09:15",
        "      content or account edited; needs approval again",
        "Plan: 0 deliveries to add, 2 to change, 1 to cancel, 1 fact to update.",
    ]
    apply(campaign)
    assert campaign.fine("plan").out == "Plan: nothing to do.\n"
    assert campaign.delivery(BLUESKY)["due_at"] == "2027-01-12T09:15:00Z"
    assert campaign.state(X) == "cancelled"
    assert campaign.state("second/ico-x/1") == "awaiting-approval"


def test_planning_twice_gives_the_same_plan_and_changes_nothing(
    office: Office, campaign: Shell
) -> None:
    apply(campaign)
    office.write_post("law-helps", NEW_TEXT)
    before = dump(office.folder)
    first = campaign.fine("plan", "--json").out
    assert campaign.fine("plan", "--json").out == first
    assert dump(office.folder) == before


def test_changes_that_wait_leave_with_4_when_asked_to(campaign: Shell) -> None:
    assert campaign("plan").code == 0
    assert campaign("plan", "--detailed-exitcode").code == 4
    apply(campaign)
    assert campaign("plan", "--detailed-exitcode").code == 0


def test_a_window_that_is_added_waits_to_be_applied_although_no_delivery_changes(
    office: Office, campaign: Shell
) -> None:
    apply(campaign)
    approve(campaign)
    window = "{from: 2027-01-12, until: 2027-01-12, do: hold, reason: pre-election period}"
    office.write_schedule(rules=f"  windows:\n    - {window}\n")
    found = campaign("plan", "--detailed-exitcode")
    assert (found.code, found.lines[0]) == (4, "  ~ rules: windows changed")
    assert "falls into" in found.out
    apply(campaign)
    office.clock.move_to(DUE)
    campaign.fine("publish")
    assert set(campaign.states().values()) == {"held"}


def test_an_edit_touches_only_what_is_unsent_and_the_plan_names_what_is_out(
    office: Office, campaign: Shell
) -> None:
    office.write_schedule(ENTRY.replace("network:x, network:mastodon", "network:x") + LATER)
    apply(campaign)
    approve(campaign)
    office.clock.move_to(DUE)
    campaign.fine("publish")
    office.write_post("law-helps", NEW_TEXT)
    found = campaign.fine("plan")
    assert found.lines == [
        "  ~ 2027-01-13 08:30  later/ico-mastodon/1 (planned)",
        "      content or account edited; needs approval again",
        "  ! law-helps/ico-bluesky/1 is out with its old wording; this plan does not change it",
        "  ! law-helps/ico-x/1 is out with its old wording; this plan does not change it",
        "Plan: 0 deliveries to add, 1 to change, 0 to cancel.",
    ]
    apply(campaign)
    assert campaign.states() == {
        X: "published",
        BLUESKY: "published",
        "later/ico-mastodon/1": "awaiting-approval",
    }


LATER = """\
  - post: law-helps
    id: later
    at: 2027-01-13 08:30
    send_to: [network:mastodon]
"""


def test_a_draft_is_never_planned_and_the_plan_says_what_it_leaves_out(
    office: Office, campaign: Shell
) -> None:
    office.write_post("law-helps", POST.replace("theme: myth", "theme: myth\nstatus: draft"))
    found = campaign.fine("plan")
    assert found.out == "Plan: nothing to do.\n"
    assert "law-helps" in found.err
    assert "draft" in found.err


def test_a_post_that_becomes_a_draft_again_is_taken_out(office: Office, campaign: Shell) -> None:
    apply(campaign)
    approve(campaign)
    office.write_post("law-helps", POST.replace("theme: myth", "theme: myth\nstatus: draft"))
    apply(campaign)
    assert set(campaign.states().values()) == {"cancelled"}


def test_taking_an_entry_out_and_in_again_revives_nothing(office: Office, campaign: Shell) -> None:
    apply(campaign)
    office.write_schedule("  []")
    apply(campaign)
    office.write_schedule()
    found = campaign.fine("plan")
    assert found.lines[-1] == "Plan: nothing to do."
    assert "give the entry another id to schedule it afresh" in found.lines[0]
    office.write_schedule(ENTRY.replace("law-helps", "law-helps\n    id: again"))
    apply(campaign)
    assert campaign.state("again/ico-x/1") == "awaiting-approval"
    assert campaign.state(X) == "cancelled"


def test_a_kept_plan_is_done_as_it_was_shown(office: Office, campaign: Shell) -> None:
    file = office.folder / "plan.json"
    kept = campaign.fine("plan", "--out", str(file))
    assert kept.err == f"Kept as {file}; do it with: campaign apply {file}\n"
    assert json.loads(file.read_text(encoding="utf-8"))["add"] == 3
    done = campaign.fine("apply", str(file), "--yes", "--as", "ama")
    assert done.out == "Applied: 3 deliveries to add, 0 to change, 0 to cancel.\n"
    assert set(campaign.states().values()) == {"awaiting-approval"}


def edit_a_post(office: Office, campaign: Shell) -> None:
    del campaign
    office.write_post("law-helps", NEW_TEXT)


def edit_the_schedule(office: Office, campaign: Shell) -> None:
    del campaign
    office.write_schedule(ENTRY.replace("08:30", "08:45"))


def edit_the_people(office: Office, campaign: Shell) -> None:
    del campaign
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("roles: [author]", "roles: [approver]"), encoding="utf-8")


def apply_already(office: Office, campaign: Shell) -> None:
    del office
    apply(campaign)


def let_its_hour_pass(office: Office, campaign: Shell) -> None:
    del campaign
    office.clock.move_to(DUE + timedelta(hours=1))


@pytest.mark.parametrize(
    "event",
    [edit_a_post, edit_the_schedule, edit_the_people, apply_already, let_its_hour_pass],
)
def test_a_kept_plan_is_refused_once_anything_has_changed(
    office: Office, campaign: Shell, event: object
) -> None:
    file = office.folder / "plan.json"
    campaign.fine("plan", "--out", str(file))
    assert callable(event)
    event(office, campaign)
    says = r"the plan is out of date: .*; run `campaign plan --out` again"
    campaign.fails("apply", str(file), "--yes", "--as", "ama", code=1, says=says)


def test_a_slot_that_is_past_is_said_before_and_missed_after(
    office: Office, campaign: Shell
) -> None:
    office.clock.move_to(DUE)
    assert "      its time is past: it will be put aside as missed, not sent" in (
        campaign.fine("plan").lines
    )
    apply(campaign)
    assert set(campaign.states().values()) == {"missed"}
    campaign.fine("publish")
    assert office.rehearsal.requests("x") == []


def test_a_schedule_with_faults_cannot_be_planned_or_applied(
    office: Office, campaign: Shell
) -> None:
    office.write_schedule(ENTRY.replace("law-helps", "law-hlps"))
    says = r"schedule\.yaml:\d+:\d+: there is no post “law-hlps”.*did you mean “law-helps”"
    campaign.fails("plan", code=3, says=says)
    campaign.fails("apply", "--yes", "--as", "ama", code=3, says=says)


def test_applying_asks_a_person_first(
    office: Office, campaign: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Answering("n\n"))
    refused = campaign("apply", "--as", "ama")
    assert (refused.code, refused.err) == (1, "nothing was changed\n")
    assert "Apply this?" in refused.out
    campaign_is_empty = campaign("status")
    assert campaign_is_empty.code == 1
    monkeypatch.setattr(sys, "stdin", Answering("y\n"))
    assert campaign("apply", "--as", "ama").code == 0
    assert set(campaign.states().values()) == {"awaiting-approval"}


def test_where_nobody_can_be_asked_yes_has_to_be_given(campaign: Shell) -> None:
    refused = campaign("apply", "--as", "ama")
    assert (refused.code, refused.err) == (
        2,
        "there is nobody to ask; give --yes to go on without\n",
    )
    assert campaign("status").code == 1


def test_an_unknown_person_cannot_apply(campaign: Shell) -> None:
    says = "there is no “eva” among the people in schedule.yaml; known are: ama, ben, cat"
    campaign.fails("apply", "--yes", "--as", "eva", code=1, says=says)


def test_the_database_of_another_campaign_is_refused(office: Office, campaign: Shell) -> None:
    apply(campaign)
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("campaign: think", "campaign: stop"), encoding="utf-8")
    says = "belongs to the campaign “think-check-share”.*its own CAMPAIGN_DATABASE_URL"
    campaign.fails("plan", code=1, says=says)
    campaign.fails("apply", "--yes", "--as", "ama", code=1, says=says)


def test_a_channel_with_posts_cannot_be_turned_to_another_network(
    office: Office, campaign: Shell
) -> None:
    office.write_schedule(ENTRY.replace("network:x", "ico-x"))
    apply(campaign)
    approve(campaign)
    office.clock.move_to(DUE)
    campaign.fine("publish")
    file = office.folder / "schedule.yaml"
    text = file.read_text(encoding="utf-8")
    server = office.rehearsal.server_of("x")
    now = text.replace(
        f'{{network: x, partner: ico, handle: "@ico.example", server: "{server}"}}',
        f'{{network: bluesky, partner: ico, handle: ico.example, server: "{server}"}}',
    )
    file.write_text(now, encoding="utf-8")
    says = "the channel “ico-x” has posts on x; give the account on bluesky a channel with another"
    campaign.fails("plan", code=1, says=says)


def test_a_moved_embargo_is_a_change_that_the_plan_says(office: Office, campaign: Shell) -> None:
    text = POST.replace("theme: myth", "theme: myth\nembargo_until: 2027-01-12 08:00")
    office.write_post("law-helps", text)
    campaign.fine("apply", "--yes", "--as", "ama")
    assert campaign.fine("plan").lines == ["Plan: nothing to do."]
    office.write_post("law-helps", text.replace("08:00", "08:15"))
    assert campaign.fine("plan").lines[0] == (
        "  ~ embargo of “law-helps”: 2027-01-12T08:00Z becomes 2027-01-12T08:15Z"
    )
    office.write_post("law-helps", POST)
    assert campaign.fine("plan").lines[0] == (
        "  ~ embargo of “law-helps”: 2027-01-12T08:00Z becomes none"
    )
