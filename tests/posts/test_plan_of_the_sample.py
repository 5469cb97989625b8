"""What the sample's schedule comes to, to the number and to the hour."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaign.checks.report import check
from campaign.content.post import Post
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from connectors.registry import NETWORKS

ROOT = Path(__file__).resolve().parents[2]
Planned = list[PlannedDelivery]


def by_id(planned: Planned) -> dict[str, PlannedDelivery]:
    return {one.id: one for one in planned}


def test_the_sample_has_no_fault_and_nothing_to_warn_of() -> None:
    report = check(ROOT, NETWORKS)
    assert report.faults == ()
    assert report.warnings == ()
    assert len(report.deliveries) == 276


def test_the_sample_has_276_deliveries(planned: Planned) -> None:
    assert len(planned) == 276
    assert Counter(one.network for one in planned) == {
        "bluesky": 74,
        "linkedin": 56,
        "mastodon": 65,
        "facebook": 43,
        "x": 38,
    }


def test_every_one_of_the_sixteen_weeks_has_something(planned: Planned) -> None:
    weeks = Counter(one.due_at.isocalendar().week for one in planned)
    assert sorted(weeks) == list(range(2, 18))
    assert min(weeks.values()) == 5


def test_every_post_is_planned_at_least_once(planned: Planned, posts: dict[str, Post]) -> None:
    assert {one.post for one in planned} == set(posts)


def test_half_past_eight_stays_half_past_eight_when_the_clocks_go_forward(
    planned: Planned,
) -> None:
    before = by_id(planned)["steps/ico-x/pick-your-lawful-basis"]
    after = by_id(planned)["steps/ico-x/three-questions-for-leaders"]
    assert before.wall_time == "2027-03-23 08:30"
    assert before.due_at == datetime(2027, 3, 23, 8, 30, tzinfo=UTC)
    assert after.wall_time == "2027-03-30 08:30"
    assert after.due_at == datetime(2027, 3, 30, 7, 30, tzinfo=UTC)


def test_what_would_fall_on_easter_goes_out_on_the_tuesday_and_says_why(planned: Planned) -> None:
    moved = by_id(planned)["officers/npcc-bluesky/officers-record-it"]
    assert moved.wall_time == "2027-03-30 12:15"
    assert moved.notes == (
        "moved from 26 March 2027: Good Friday",
        "moved from 29 March 2027: Easter Monday",
    )


def test_the_police_partners_are_on_hold_before_the_elections(planned: Planned) -> None:
    held = [one for one in planned if any("pre-election period" in note for note in one.notes)]
    assert Counter((one.partner, one.post) for one in held) == {
        ("college", "what-we-are-not"): 2,
        ("college", "everyones-job"): 2,
        ("npcc", "what-we-are-not"): 2,
        ("npcc", "everyones-job"): 2,
    }


def test_the_evergreen_runs_four_times_with_other_words_each_time_on_x(planned: Planned) -> None:
    runs = [by_id(planned)[f"worried-right-now/ico-x/{run}"] for run in (1, 2, 3, 4)]
    assert [one.wall_time for one in runs] == [
        "2027-01-14 12:00",
        "2027-02-11 12:00",
        "2027-03-11 12:00",
        "2027-04-08 12:00",
    ]
    assert len({one.payload.text for one in runs}) == 4


def test_no_text_stands_twice_on_x_whatever_the_account(planned: Planned) -> None:
    texts = [one.payload.text.partition("https://")[0] for one in planned if one.network == "x"]
    assert len(set(texts)) == len(texts) == 38


def test_every_text_fits_its_network(planned: Planned) -> None:
    over = []
    for one in planned:
        network = next(known for name, known in NETWORKS.items() if name == one.network)
        length, limit = network.documented.binding(one.payload.text)
        if length > limit.maximum:
            over.append((one.id, length))
    assert over == []


def test_no_placeholder_is_left_in_a_text(planned: Planned) -> None:
    assert [one.id for one in planned if "{" in one.payload.text] == []


def test_a_partner_s_wording_names_the_owner_by_its_handle(planned: Planned) -> None:
    delivery = by_id(planned)["officers/npcc-bluesky/officers-record-it"]
    assert "More from @ico.example:" in delivery.payload.text


def test_a_partner_that_accepts_each_post_has_a_gate_on_every_one(planned: Planned) -> None:
    gated = [one for one in planned if "partner" in one.gates]
    assert len(gated) == 43
    assert {one.partner for one in gated} == {"ndna"}


def test_partners_keep_their_pages_to_themselves(schedule: Schedule) -> None:
    pages = {
        (one.partner == schedule.owner, one.network, one.mode)
        for one in schedule.channels.values()
        if one.network in {"linkedin", "facebook"}
    }
    assert pages == {
        (True, "linkedin", "connected"),
        (True, "facebook", "connected"),
        (False, "linkedin", "pack"),
        (False, "facebook", "pack"),
    }
    others = {name: one.mode for name, one in schedule.channels.items() if one.mode != "pack"}
    assert {name for name, mode in others.items() if mode == "repost"} == {"cst-mastodon"}
    assert set(others.values()) == {"connected", "repost"}


def test_the_welsh_channel_says_everything_it_says_in_welsh(planned: Planned) -> None:
    welsh = [one for one in planned if one.channel == "cymru-bluesky"]
    assert {one.payload.language for one in welsh} == {"cy"}
    assert {one.post for one in welsh} == {
        "three-words",
        "law-helps-you-share",
        "worried-right-now",
        "the-ten-steps",
        "what-we-are-not",
        "everyones-job",
    }


def test_two_posts_on_one_channel_are_at_least_a_quarter_of_an_hour_apart(
    planned: Planned,
) -> None:
    for channel in {one.channel for one in planned}:
        times = sorted(one.due_at for one in planned if one.channel == channel)
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert min(gaps) >= timedelta(minutes=15)


def test_editors_find_the_schema_of_the_schedule() -> None:
    first = (ROOT / "schedule.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=./schedule.schema.json"
