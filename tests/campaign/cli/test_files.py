"""new, check, schema and preview: what is said of the files alone."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, ENTRY, MONDAY, POST, Office

TEXT = "Data protection law helps you share information to protect a child."


@pytest.fixture
def nowhere(tmp_path: Path) -> Shell:
    """The program in an empty folder."""
    return Shell(Place(folder=tmp_path, clock=SteppedClock(MONDAY), environment={}))


def test_a_new_campaign_passes_check_and_can_be_planned_and_previewed(nowhere: Shell) -> None:
    folder = nowhere.folder / "spring"
    made = nowhere.fine("new", str(folder))
    assert made.lines == [
        str(folder / "schedule.yaml"),
        str(folder / "posts/hello/post.md"),
        f"Next: campaign --dir {folder} check",
    ]
    spring = Shell(Place(folder=folder, clock=SteppedClock(MONDAY), environment={}))
    assert spring.fine("check").err == "Fine: 2 deliveries in the plan, 0 warnings.\n"
    assert spring.fine("plan").lines[-1] == "Plan: 2 deliveries to add, 0 to change, 0 to cancel."
    assert {row["channel"] for row in spring.fine("preview", "--json").json()} == {
        "our-mastodon",
        "our-linkedin",
    }


def test_new_touches_nothing_that_is_there(nowhere: Shell) -> None:
    letter = nowhere.folder / "letter.txt"
    letter.write_text("keep me", encoding="utf-8")
    for place in (nowhere.folder, letter):
        refused = nowhere("new", str(place))
        assert (refused.code, refused.out) == (1, "")
        assert refused.err == f"{place} is not empty; name a new or an empty folder\n"
    assert [one.name for one in nowhere.folder.iterdir()] == ["letter.txt"]
    assert letter.read_text(encoding="utf-8") == "keep me"


def test_the_schema_is_one_json_document_that_takes_the_schedule(nowhere: Shell) -> None:
    Draft202012Validator.check_schema(nowhere.fine("schema").json())


def test_check_says_that_all_is_well_on_stderr_alone(campaign: Shell) -> None:
    checked = campaign.fine("check")
    assert (checked.out, checked.err) == ("", "Fine: 3 deliveries in the plan, 0 warnings.\n")


def test_every_fault_is_listed_with_its_place_and_leaves_with_3(
    office: Office, campaign: Shell
) -> None:
    office.write_schedule(ENTRY.replace("08:30", "25:30").replace("network:x", "ico-y"))
    office.write_post("law-helps", POST.replace("theme: myth", "them: myth"))
    checked = campaign("check")
    assert checked.code == 3
    folder = office.folder
    assert [line.split(": ")[0] for line in checked.lines] == [
        f"{folder}/posts/law-helps/post.md:3:1",
        f"{folder}/schedule.yaml:26:9",
        f"{folder}/schedule.yaml:27:15",
    ]
    assert "“them”" in checked.lines[0]
    assert "“2027-01-12 25:30”" in checked.lines[1] or "“25:30”" in checked.lines[1]
    assert checked.lines[2].endswith("unknown channel “ico-y”, did you mean “ico-x”?")
    assert checked.err == "3 faults; nothing can be applied until they are mended.\n"


def test_the_faults_as_json(office: Office, campaign: Shell) -> None:
    office.write_schedule(ENTRY.replace("network:x", "ico-y"))
    checked = campaign("check", "--json")
    assert checked.code == 3
    shown = json.loads(checked.out)
    (fault,) = shown["faults"]
    assert (fault["file"], fault["line"], fault["column"]) == (
        str(office.folder / "schedule.yaml"),
        27,
        15,
    )
    assert fault["message"] == "unknown channel “ico-y”, did you mean “ico-x”?"
    assert (shown["warnings"], shown["documented_limits"]) == ([], {})


def test_a_warning_is_shown_and_keeps_nobody_from_anything(office: Office, campaign: Shell) -> None:
    office.write_post("spare", POST)
    checked = campaign.fine("check")
    assert checked.lines == [
        f"{office.folder}/posts/spare/post.md:1:1: warning: “spare” stands nowhere in the schedule"
    ]
    assert checked.err.endswith("1 warning.\n")


def test_a_server_that_does_not_answer_is_named_and_its_documented_limits_are_used(
    office: Office, campaign: Shell
) -> None:
    office.rehearsal.stop()
    checked = campaign.fine("check")
    assert "ico-mastodon: counted by the documented limits, since its server said nothing (" in (
        checked.err
    )
    rows = campaign.fine("preview", "--channel", "ico-mastodon", "--json").json()
    assert rows[0]["limit_source"] == "documented"


def test_preview_as_json_has_the_promised_keys(campaign: Shell) -> None:
    rows = campaign.fine("preview", "--json").json()
    assert [row["channel"] for row in rows] == ["ico-bluesky", "ico-mastodon", "ico-x"]
    for row in rows:
        assert row.keys() >= {"post", "channel", "text", "length", "limit", "problems"}
        assert (row["post"], row["text"], row["length"], row["problems"]) == (
            "law-helps",
            TEXT,
            67,
            [],
        )
    assert [row["limit"] for row in rows] == [300, 500, 280]


def test_preview_for_people_shows_the_text_as_it_will_be_sent(
    office: Office, campaign: Shell
) -> None:
    text = "A [bold]word[/bold] and :smile: for 5 > 4 \\o/"
    office.write_post("law-helps", POST.replace(TEXT, text))
    lines = campaign.fine("preview", "law-helps", "--channel", "ico-x").lines
    assert lines == [f"── law-helps on ico-x: {len(text)} of 280 weighted characters", text, ""]


def test_what_is_previewed_is_what_is_sent(office: Office, ready: Shell) -> None:
    (row,) = ready.fine("preview", "--channel", "ico-mastodon", "--json").json()
    office.clock.move_to(DUE)
    ready.fine("publish")
    assert office.texts("mastodon") == [row["text"]]


def test_a_text_that_is_too_long_is_a_problem_in_the_preview_and_a_fault_in_check(
    office: Office, campaign: Shell
) -> None:
    office.write_post("law-helps", POST.replace(TEXT, "a" * 281))
    (row,) = campaign.fine("preview", "--channel", "ico-x", "--json").json()
    assert (row["length"], row["limit"]) == (281, 280)
    assert len(row["problems"]) == 1
    shown = campaign.fine("preview", "--channel", "ico-x").lines
    assert shown[2] == f"PROBLEM: {row['problems'][0]}"
    assert campaign("check").code == 3
    assert campaign("apply", "--yes", "--as", "ama").code == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "there is no post “nothing” that can be read"),
        (["--channel", "ico-y"], "there is no channel “ico-y”"),
    ],
)
def test_a_preview_of_what_does_not_exist_is_refused(
    campaign: Shell, arguments: list[str], says: str
) -> None:
    campaign.fails("preview", *arguments, code=1, says=says)


def test_a_preview_without_a_schedule_that_can_be_read_points_to_check(
    office: Office, campaign: Shell
) -> None:
    (office.folder / "schedule.yaml").write_text("campaign: [", encoding="utf-8")
    says = "the schedule cannot be read; run `campaign check`"
    campaign.fails("preview", code=3, says=says)
