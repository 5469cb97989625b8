from pathlib import Path

import pytest

from campaign.checks.report import Report
from campaign.plan import CannotPlanError
from tests.campaign.folders import HEAD, checked, planned, write_campaign, write_post

QUEUE = """\
  - queue: myths
    posts: [one, two, three]
    slot: weekday-morning
    from: 2027-01-14
    send_to: [ico-x]"""
HOLIDAYS = "{bank_holidays: {region: england-and-wales, do: next-slot}}"


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    for name in ("one", "two", "three"):
        write_post(tmp_path, name)
    return tmp_path


def times(folder: Path) -> dict[str, str]:
    return {name: one.wall_time for name, one in planned(folder).items()}


def notes(folder: Path) -> dict[str, tuple[str, ...]]:
    return {one.post: one.notes for one in planned(folder).values()}


def objections(folder: Path) -> list[str]:
    with pytest.raises(CannotPlanError) as caught:
        planned(folder)
    return [one.message for one in caught.value.objections]


def test_a_queue_sends_one_post_a_slot_and_skips_days_without_one(posts: Path) -> None:
    assert times(write_campaign(posts, QUEUE)) == {
        "myths/ico-x/one": "2027-01-14 08:30",
        "myths/ico-x/two": "2027-01-15 08:30",
        "myths/ico-x/three": "2027-01-18 08:30",
    }


def test_taking_a_post_out_changes_nobody_elses_identity(posts: Path) -> None:
    folder = write_campaign(posts, QUEUE.replace("one, two", "two"))
    assert list(planned(folder)) == ["myths/ico-x/two", "myths/ico-x/three"]


def test_a_queue_waits_for_a_bank_holiday_to_pass(posts: Path) -> None:
    folder = write_campaign(posts, QUEUE.replace("2027-01-14", "2027-03-25"), rules=HOLIDAYS)
    assert times(folder) == {
        "myths/ico-x/one": "2027-03-25 08:30",
        "myths/ico-x/two": "2027-03-30 08:30",
        "myths/ico-x/three": "2027-03-31 08:30",
    }
    assert notes(folder) == {
        "one": (),
        "two": ("moved from 26 March 2027: Good Friday", "moved from 29 March 2027: Easter Monday"),
        "three": (),
    }


def test_a_rule_may_drop_what_falls_on_a_bank_holiday_and_names_it(posts: Path) -> None:
    rules = HOLIDAYS.replace("next-slot", "drop")
    write_post(posts, "law")
    law = "  - {post: law, at: 2027-03-29 12:00, send_to: [ico-x, ico-bluesky]}"
    entries = QUEUE.replace("2027-01-14", "2027-03-25") + "\n" + law
    report: Report = checked(write_campaign(posts, entries, rules=rules))
    assert [one.id for one in report.deliveries] == ["myths/ico-x/one"]
    assert set(report.left_out) == {
        "“two” is left out on 26 March 2027: Good Friday",
        "“three” is left out on 29 March 2027: Easter Monday",
        "“law” is left out on 29 March 2027: Easter Monday",
    }
    assert set(report.left_out) <= {one.message for one in report.warnings}


def test_a_queue_gives_way_to_fixed_times_wherever_they_stand(posts: Path) -> None:
    write_post(posts, "law")
    law = "  - {post: law, at: 2027-01-15 08:40, send_to: [ico-x]}"
    folder = write_campaign(posts, f"{QUEUE}\n{law}", rules="{minimum_gap: 15m}")
    assert times(folder)["myths/ico-x/two"] == "2027-01-18 08:30"
    assert notes(folder)["two"] == ("waited on 15 January 2027: ico-x has another post then",)


def test_of_two_queues_in_one_slot_the_first_goes_first(posts: Path) -> None:
    write_post(posts, "four")
    other = QUEUE.replace("myths", "facts").replace("one, two, three", "four")
    assert times(write_campaign(posts, f"{QUEUE}\n{other}")) == {
        "myths/ico-x/one": "2027-01-14 08:30",
        "myths/ico-x/two": "2027-01-15 08:30",
        "myths/ico-x/three": "2027-01-18 08:30",
        "facts/ico-x/four": "2027-01-19 08:30",
    }


def test_queues_on_different_channels_do_not_wait_for_each_other(posts: Path) -> None:
    write_post(posts, "four")
    other = QUEUE.replace("myths", "facts").replace("one, two, three", "four")
    folder = write_campaign(posts, f"{QUEUE}\n{other.replace('ico-x', 'ico-bluesky')}")
    assert times(folder)["facts/ico-bluesky/four"] == "2027-01-14 08:30"


def test_a_queue_waits_for_an_embargo_and_nothing_overtakes(posts: Path) -> None:
    write_post(posts, "one", front="embargo_until: 2027-01-15 12:00")
    folder = write_campaign(posts, QUEUE)
    assert times(folder) == {
        "myths/ico-x/one": "2027-01-18 08:30",
        "myths/ico-x/two": "2027-01-19 08:30",
        "myths/ico-x/three": "2027-01-20 08:30",
    }
    assert notes(folder)["one"] == (
        "waited on 14 January 2027 for its embargo to end",
        "waited on 15 January 2027 for its embargo to end",
    )


def test_a_draft_in_a_queue_is_passed_over(posts: Path) -> None:
    write_post(posts, "two", front="status: draft")
    assert times(write_campaign(posts, QUEUE)) == {
        "myths/ico-x/one": "2027-01-14 08:30",
        "myths/ico-x/three": "2027-01-15 08:30",
    }


def test_a_slot_outside_the_hours_is_an_objection(posts: Path) -> None:
    folder = write_campaign(posts, QUEUE, rules="{hours: 09:00-20:00}")
    assert objections(folder) == [
        "the slot “weekday-morning” at 08:30 lies outside the hours 09:00-20:00 for ico-x"
    ]


def test_a_stagger_past_the_hours_is_an_objection(posts: Path) -> None:
    entries = QUEUE.replace("[ico-x]", "[ico-x, ico-bluesky]\n    stagger: 20m")
    folder = write_campaign(posts, entries, rules="{hours: 08:00-08:45}")
    assert objections(folder) == [
        "the slot “weekday-morning” at 08:30 lies outside the hours 08:00-08:45 for ico-bluesky"
    ]


def test_a_queue_that_outlasts_the_campaign_is_an_objection(posts: Path) -> None:
    folder = write_campaign(posts, QUEUE.replace("2027-01-14", "2027-04-29"))
    assert objections(folder) == [
        "“three” finds no free slot by the campaign's last day, 30 April 2027"
    ]


def test_a_queue_may_not_begin_before_the_campaign(posts: Path) -> None:
    folder = write_campaign(posts, QUEUE.replace("2027-01-14", "2027-01-08"))
    assert objections(folder) == [
        "“2027-01-08” lies outside the campaign's days, 11 January 2027 to 30 April 2027"
    ]


def test_a_slot_that_the_clocks_skip_is_no_slot_that_day(posts: Path) -> None:
    entries = QUEUE.replace("weekday-morning", "night").replace("2027-01-14", "2027-03-27")
    folder = write_campaign(posts, entries)
    assert [one.due_at.isoformat() for one in planned(folder).values()] == [
        "2027-03-27T01:30:00+00:00",
        "2027-03-29T00:30:00+00:00",
        "2027-03-30T00:30:00+00:00",
    ]
    assert notes(folder)["two"] == ("the clocks skip 01:30 on 28 March 2027",)


def test_a_slot_that_the_clocks_show_twice_is_the_first_of_the_two(posts: Path) -> None:
    head = HEAD.replace("2027-04-30", "2027-11-30")
    entries = QUEUE.replace("weekday-morning", "night").replace("2027-01-14", "2027-10-30")
    folder = write_campaign(posts, entries, head=head)
    assert [one.due_at.isoformat() for one in planned(folder).values()] == [
        "2027-10-30T00:30:00+00:00",
        "2027-10-31T00:30:00+00:00",
        "2027-11-01T01:30:00+00:00",
    ]
