from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign.content.reading import read_posts
from campaign.plan import CannotPlanError, plan
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from tests.campaign.folders import HEAD, checked, lines, planned, write_campaign, write_post
from tests.campaign.networks import NETWORKS

LAW = "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x]}"
HOLIDAYS = "{bank_holidays: {region: england-and-wales, do: next-slot}}"


def objections(folder: Path) -> list[str]:
    with pytest.raises(CannotPlanError) as caught:
        planned(folder)
    return [one.message for one in caught.value.objections]


def times(folder: Path) -> dict[str, str]:
    return {name: one.wall_time for name, one in planned(folder).items()}


@pytest.fixture
def law(tmp_path: Path) -> Path:
    write_post(tmp_path, "law")
    return tmp_path


def test_a_delivery_says_everything_the_store_needs(law: Path) -> None:
    rules = "{late_limit: 45m}"
    entry = "  - {post: law, at: 2027-04-12 08:30, send_to: [ndna-bluesky]}"
    (one,) = planned(write_campaign(law, entry, rules=rules)).values()
    assert (one.id, one.entry, one.post, one.run) == ("law/ndna-bluesky/1", "law", "law", "1")
    assert (one.channel, one.partner, one.network) == ("ndna-bluesky", "ndna", "bluesky")
    assert (one.mode, one.late_limit) == ("connected", timedelta(minutes=45))
    assert one.due_at == datetime(2027, 4, 12, 7, 30, tzinfo=UTC)
    assert one.wall_time == "2027-04-12 08:30"
    assert one.gates == ("approval", "partner")
    assert (one.payload.text, one.notes) == ("The post law.", ())


@pytest.mark.parametrize(
    ("rules", "front", "channel", "gates"),
    [
        ("", "", "ico-x", ("approval",)),
        ("{approval: none}", "", "ico-x", ()),
        ("", "approvals: [legal, brand]", "ico-x", ("approval", "legal", "brand")),
        ("{approval: none}", "approvals: [legal]", "ndna-bluesky", ("legal", "partner")),
    ],
)
def test_gates_are_the_owners_the_posts_and_the_partners(
    law: Path, rules: str, front: str, channel: str, gates: tuple[str, ...]
) -> None:
    write_post(law, "law", front=front)
    folder = write_campaign(law, LAW.replace("ico-x", channel), rules=rules)
    (one,) = planned(folder).values()
    assert one.gates == gates


def test_stagger_follows_the_order_of_send_to_then_of_declaration(law: Path) -> None:
    entry = LAW.replace("[ico-x]", '[ndna-linkedin, "partner:ico", all], stagger: 20m')
    assert times(write_campaign(law, entry)) == {
        "law/ndna-linkedin/1": "2027-01-12 08:30",
        "law/ico-x/1": "2027-01-12 08:50",
        "law/ico-bluesky/1": "2027-01-12 09:10",
        "law/ndna-bluesky/1": "2027-01-12 09:30",
    }


def test_a_series_keeps_its_wall_time_when_the_clocks_change(law: Path) -> None:
    entry = LAW.replace("2027-01-12 08:30", "2027-02-25 12:00, every: 4 weeks, until: 2027-04-22")
    assert [
        (one.id, one.due_at.isoformat()) for one in planned(write_campaign(law, entry)).values()
    ] == [
        ("law/ico-x/1", "2027-02-25T12:00:00+00:00"),
        ("law/ico-x/2", "2027-03-25T12:00:00+00:00"),
        ("law/ico-x/3", "2027-04-22T11:00:00+00:00"),
    ]


def test_a_series_without_an_end_runs_to_the_campaigns_last_day_included(law: Path) -> None:
    entry = LAW.replace("2027-01-12 08:30", "2027-04-28 12:00, every: 1 day")
    assert list(planned(write_campaign(law, entry))) == [
        "law/ico-x/1",
        "law/ico-x/2",
        "law/ico-x/3",
    ]


def test_a_run_that_meets_a_time_that_does_not_exist_is_named(law: Path) -> None:
    entry = LAW.replace("2027-01-12 08:30", "2027-03-21 01:30, every: 1 week, until: 2027-04-04")
    assert objections(write_campaign(law, entry)) == [
        (
            "run 2 of “law”: “2027-03-28 01:30” does not exist in Europe/London: "
            "the clocks go forward; write another time"
        )
    ]


def test_a_doubled_time_with_an_offset_is_one_instant(law: Path) -> None:
    head = HEAD.replace("2027-04-30", "2027-11-30")
    entry = LAW.replace("2027-01-12 08:30", "2027-10-31 01:30+01:00")
    (one,) = planned(write_campaign(law, entry, head=head)).values()
    assert one.due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert one.wall_time == "2027-10-31 01:30"
    assert one.notes == ()


def test_an_offset_of_another_place_is_noted(law: Path) -> None:
    entry = LAW.replace("2027-01-12 08:30", "2027-01-12 08:30-05:00")
    (one,) = planned(write_campaign(law, entry)).values()
    assert one.wall_time == "2027-01-12 13:30"
    assert one.notes == ("“2027-01-12 08:30-05:00” is 2027-01-12 13:30 in Europe/London",)


@pytest.mark.parametrize(
    ("region", "day", "moved", "why"),
    [
        ("england-and-wales", "2027-03-26", "2027-03-27", "Good Friday"),
        ("england-and-wales", "2027-03-29", "2027-03-30", "Easter Monday"),
        ("northern-ireland", "2027-03-17", "2027-03-18", "Saint Patrick's Day"),
    ],
)
def test_a_fixed_time_moves_past_a_bank_holiday_and_says_so(
    law: Path, region: str, day: str, moved: str, why: str
) -> None:
    entry = LAW.replace("2027-01-12", day)
    rules = HOLIDAYS.replace("england-and-wales", region)
    (one,) = planned(write_campaign(law, entry, rules=rules)).values()
    assert one.wall_time == f"{moved} 08:30"
    assert one.notes[0].startswith("moved from ")
    assert one.notes[0].endswith(f" March 2027: {why}")


def test_easter_monday_is_a_working_day_in_scotland(law: Path) -> None:
    entry = LAW.replace("2027-01-12", "2027-03-29")
    rules = HOLIDAYS.replace("england-and-wales", "scotland")
    assert times(write_campaign(law, entry, rules=rules)) == {"law/ico-x/1": "2027-03-29 08:30"}


def test_without_the_rule_nothing_moves(law: Path) -> None:
    entry = LAW.replace("2027-01-12", "2027-03-26")
    assert times(write_campaign(law, entry)) == {"law/ico-x/1": "2027-03-26 08:30"}


def test_the_days_of_the_campaign_are_both_included(law: Path) -> None:
    for day in ("2027-01-11", "2027-04-30"):
        assert len(planned(write_campaign(law, LAW.replace("2027-01-12", day)))) == 1
    for day in ("2027-01-10", "2027-05-01"):
        assert objections(write_campaign(law, LAW.replace("2027-01-12", day))) == [
            (
                f"“law” for ico-x at {day} 08:30 lies outside the campaign's days, "
                "11 January 2027 to 30 April 2027"
            )
        ]


def test_a_fixed_time_outside_the_hours_is_an_objection(law: Path) -> None:
    entry = LAW.replace("08:30, send_to: [ico-x]", "19:50, send_to: [all], stagger: 10m")
    assert objections(write_campaign(law, entry, rules="{hours: 08:00-20:00}")) == [
        (
            "“law” for ndna-bluesky at 2027-01-12 20:10 lies outside the hours 08:00-20:00 "
            "(and 1 more of this entry)"
        )
    ]


def test_fixed_times_closer_than_the_minimum_gap_are_an_objection(law: Path) -> None:
    write_post(law, "myth")
    late = LAW.replace("law", "myth").replace("08:30", "08:44")
    assert objections(write_campaign(law, f"{LAW}\n{late}", rules="{minimum_gap: 15m}")) == [
        "“myth” for ico-x at 2027-01-12 08:44 is less than 15m from “law” at 2027-01-12 08:30"
    ]
    fine = late.replace("08:44", "08:45")
    assert len(planned(write_campaign(law, f"{LAW}\n{fine}", rules="{minimum_gap: 15m}"))) == 2
    elsewhere = late.replace("ico-x", "ico-bluesky")
    assert len(planned(write_campaign(law, f"{LAW}\n{elsewhere}", rules="{minimum_gap: 15m}"))) == 2


def test_a_fixed_time_before_the_embargo_ends_is_an_objection(law: Path) -> None:
    write_post(law, "law", front="embargo_until: 2027-01-12 08:31")
    assert objections(write_campaign(law, LAW)) == [
        "“law” at 2027-01-12 08:30 would break its embargo, which ends at 2027-01-12 08:31"
    ]
    write_post(law, "law", front="embargo_until: 2027-01-12 08:30")
    assert len(planned(write_campaign(law, LAW))) == 1


def test_a_hold_is_noted_on_the_partners_it_holds(law: Path) -> None:
    rules = (
        "{windows: [{from: 2027-01-10, until: 2027-01-12, partners: [ndna], do: hold, "
        "reason: pre-election period}]}"
    )
    entry = LAW.replace("[ico-x]", "[ico-x, ndna-bluesky]")
    notes = {
        one.channel: one.notes for one in planned(write_campaign(law, entry, rules=rules)).values()
    }
    assert notes == {
        "ico-x": (),
        "ndna-bluesky": (
            "falls into the hold “pre-election period” (10 January 2027 to 12 January 2027)",
        ),
    }
    after = entry.replace("2027-01-12", "2027-01-13")
    assert all(not one.notes for one in planned(write_campaign(law, after, rules=rules)).values())


def test_a_partners_own_window_holds_its_posts_and_nobody_elses(law: Path) -> None:
    window = "windows: [{from: 2027-01-12, until: 2027-01-12, do: hold, reason: a count}]"
    head = HEAD.replace("consent: accept-each", window)
    entry = LAW.replace("[ico-x]", "[ico-x, ndna-bluesky]")
    found = planned(write_campaign(law, entry, head=head))
    assert {one.channel: one.notes for one in found.values()} == {
        "ico-x": (),
        "ndna-bluesky": ("falls into the hold “a count” (12 January 2027 to 12 January 2027)",),
    }


def test_a_schedule_with_partners_own_windows_reads_back_equal_from_its_json(law: Path) -> None:
    window = "windows: [{from: 2027-01-12, until: 2027-01-12, do: hold, reason: a count}]"
    more = "from: 2027-01-11, answer_within: 36h, contacts: [{name: Nia, email: n@ndna.example}]"
    head = HEAD.replace("consent: accept-each", f"consent: accept-each, {window}, {more}")
    schedule = read_schedule(write_campaign(law, LAW, head=head) / "schedule.yaml")
    assert Schedule.model_validate_json(schedule.model_dump_json()) == schedule


@pytest.mark.parametrize(
    ("days", "at", "objection"),
    [
        ("from: 2027-01-12", "2027-01-12 00:00", None),
        ("until: 2027-01-12", "2027-01-12 23:59", None),
        ("from: 2027-01-13", "2027-01-12 23:59", "takes part only from 13 January 2027"),
        ("until: 2027-01-11", "2027-01-12 00:00", "takes part only until 11 January 2027"),
    ],
)
def test_a_partner_takes_part_from_its_first_day_to_its_last(
    law: Path, days: str, at: str, objection: str | None
) -> None:
    head = HEAD.replace("consent: accept-each", days)
    entry = LAW.replace("[ico-x]", "[ico-x, ndna-bluesky]").replace("2027-01-12 08:30", at)
    folder = write_campaign(law, entry, head=head)
    if objection is None:
        assert set(planned(folder)) == {"law/ico-x/1", "law/ndna-bluesky/1"}
        return
    assert "; ".join(objections(folder)) == (
        f"“law” would go out on ndna-bluesky at {at}, but The Nurseries {objection}; "
        "leave partner ndna out of this entry, or move it"
    )


def test_what_falls_outside_a_partners_days_is_shown_where_it_is_sent_to(law: Path) -> None:
    head = HEAD.replace("consent: accept-each", "until: 2027-01-13")
    write_post(law, "second")
    write_post(law, "third")
    queue = (
        "  - {queue: all-three, posts: [law, second, third], slot: weekday-morning, "
        "from: 2027-01-13, send_to: [ndna-bluesky]}"
    )
    folder = write_campaign(law, queue, head=head)
    assert "; ".join(lines(folder, checked(folder).faults)) == (
        "schedule.yaml:16:103: “second” would go out on ndna-bluesky at 2027-01-14 08:30, but "
        "The Nurseries takes part only until 13 January 2027; leave partner ndna out of this "
        "entry, or move it (and 1 more of this entry)"
    )


def test_a_missing_translation_stops_that_delivery_alone_and_says_so(law: Path) -> None:
    welsh = "network: bluesky, partner: ico, language: cy,"
    head = HEAD.replace("network: bluesky, partner: ico,", welsh)
    write_post(law, "both", "English.\n## bluesky / cy\nCymraeg.")
    entries = (
        "  - {post: law, at: 2027-01-12 08:30, send_to: [ico-x, ico-bluesky]}\n"
        "  - {post: both, at: 2027-01-12 10:30, send_to: [ico-x, ico-bluesky]}"
    )
    found = planned(write_campaign(law, entries, head=head))
    assert {name: one.payload.text for name, one in found.items()} == {
        "law/ico-x/1": "The post law.",
        "both/ico-x/1": "English.",
        "both/ico-bluesky/1": "Cymraeg.",
    }
    report = checked(law)
    assert report.faults == ()
    assert " ".join(report.left_out) == (
        "“law” has no wording in “cy” for ico-bluesky, so nothing of it goes out there; write one "
        "in posts/law/post.md under “## bluesky / cy”"
    )
    assert len(report.warnings) == 1


def test_a_draft_is_never_planned(law: Path) -> None:
    write_post(law, "law", front="status: draft")
    assert planned(write_campaign(law, LAW)) == {}


def test_an_entry_that_reaches_nobody_is_an_objection(law: Path) -> None:
    head = HEAD.replace("sectors: [all]", "sectors: [police]")
    entry = LAW.replace("ico-x", '"network:mastodon", "sector:police"')
    folder = write_campaign(law, entry, head=head)
    assert objections(folder) == ["“network:mastodon” leads to no channel"]


def test_a_post_that_is_not_given_is_never_left_out_in_silence(law: Path) -> None:
    assert objections(write_campaign(law, LAW.replace("law", "lost"))) == [
        "there is no post “lost”"
    ]


def test_the_same_post_may_stand_twice_with_an_id(law: Path) -> None:
    again = "  - {post: law, id: law-again, at: 2027-02-12 08:30, send_to: [ico-x]}"
    assert list(planned(write_campaign(law, f"{LAW}\n{again}"))) == [
        "law/ico-x/1",
        "law-again/ico-x/1",
    ]


def test_two_entries_of_one_name_are_refused_wherever_they_come_from(law: Path) -> None:
    schedule = read_schedule(write_campaign(law, LAW) / "schedule.yaml")
    doubled = schedule.model_copy(update={"schedule": schedule.schedule * 2})
    assert isinstance(doubled, Schedule)
    with pytest.raises(CannotPlanError, match=r"two deliveries would be “law/ico-x/1”"):
        plan(doubled, read_posts(law / "posts"), NETWORKS)
