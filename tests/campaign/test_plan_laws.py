"""Laws of the plan: the same schedule gives the same deliveries, however its file is arranged."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.content.post import Post, Wording
from campaign.plan import plan
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule
from campaign.schedule.tree import read_tree
from tests.campaign.networks import NETWORKS

LONDON = ZoneInfo("Europe/London")
UNHURRIED = settings(deadline=None, max_examples=50)
"""The first example pays for the calendar of bank holidays."""
TREE = read_tree("post.md", "{}")
POSTS = {
    name: Post(id=name, title=name, wordings=(Wording(text=name, line=1),), tree=TREE)
    for name in ("one", "two", "three", "four", "five")
}
NAMED = ["ico-x", "ico-bluesky", "ndna-bluesky", "ndna-linkedin"]


def schedule_of(entries: list[dict[str, Any]], slots: dict[str, Any]) -> dict[str, Any]:
    return {
        "campaign": "spring",
        "runs": {"from": "2027-01-11", "until": "2027-12-31"},
        "partners": {
            "ico": {"name": "The Office", "sectors": ["all"]},
            "ndna": {"name": "The Nurseries", "consent": "accept-each"},
        },
        "people": {"ann": {"name": "Ann", "roles": ["approver"]}},
        "channels": {
            "ico-x": {"network": "x", "partner": "ico"},
            "ico-bluesky": {"network": "bluesky", "partner": "ico"},
            "ndna-bluesky": {"network": "bluesky", "partner": "ndna"},
            "ndna-linkedin": {"network": "linkedin", "partner": "ndna", "mode": "pack"},
        },
        "slots": slots,
        "rules": {"bank_holidays": {"region": "scotland", "do": "next-slot"}, "approval": "none"},
        "schedule": entries,
    }


def shuffled(value: Any, seed: int) -> Any:
    """Return the same fields in another order, everywhere; lists stay as they are."""
    if isinstance(value, dict):
        names = list(value)
        random.Random(seed).shuffle(names)
        return {name: shuffled(value[name], seed + 1) for name in names}
    return [shuffled(one, seed) for one in value] if isinstance(value, list) else value


DAYS = st.dates(min_value=date(2027, 1, 11), max_value=date(2027, 11, 30))
CHANNELS = st.lists(st.sampled_from(NAMED), min_size=1, max_size=4, unique=True)


@st.composite
def singles(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {
            "post": post,
            "at": f"{draw(DAYS)} {draw(st.integers(3, 23)):02}:{draw(st.integers(0, 59)):02}",
            "send_to": draw(CHANNELS),
        }
        for post in draw(st.lists(st.sampled_from(list(POSTS)), max_size=5, unique=True))
    ]


SLOTS = {"noon": {"days": ["mon", "wed"], "at": "12:00"}, "late": {"days": ["sun"], "at": "17:00"}}
QUEUE = {
    "queue": "all-of-them",
    "posts": ["five", "four", "three"],
    "slot": "noon",
    "from": "2027-03-01",
    "send_to": ["ico-x", "ndna-linkedin"],
}


@UNHURRIED
@given(singles(), st.integers(min_value=0, max_value=2**16))
def test_planning_twice_and_in_another_order_of_fields_gives_the_same(
    entries: list[dict[str, Any]], seed: int
) -> None:
    value = schedule_of([*entries, QUEUE], SLOTS)
    first = plan(Schedule.model_validate(value), POSTS, NETWORKS)
    assert plan(Schedule.model_validate(value), POSTS, NETWORKS) == first
    other = Schedule.model_validate(shuffled(value, seed))
    posts = dict(reversed(list(POSTS.items())))
    assert plan(other, posts, NETWORKS) == first


@UNHURRIED
@given(singles(), st.randoms(use_true_random=False))
def test_the_order_of_entries_with_fixed_times_means_nothing(
    entries: list[dict[str, Any]], chance: random.Random
) -> None:
    first = plan(Schedule.model_validate(schedule_of(entries, {})), POSTS, NETWORKS)
    chance.shuffle(entries)
    assert plan(Schedule.model_validate(schedule_of(entries, {})), POSTS, NETWORKS) == first
    assert [one.due_at for one in first] == sorted(one.due_at for one in first)
    assert len({one.id for one in first}) == len(first)


@UNHURRIED
@given(singles())
def test_a_schedule_that_was_stored_as_json_gives_the_same_plan(
    entries: list[dict[str, Any]],
) -> None:
    schedule = Schedule.model_validate(schedule_of([*entries, QUEUE], SLOTS))
    stored = Schedule.model_validate_json(schedule.model_dump_json())
    assert plan(stored, POSTS, NETWORKS) == plan(schedule, POSTS, NETWORKS)


@UNHURRIED
@given(
    st.sampled_from(["2027-03-22", "2027-10-25"]),
    st.integers(min_value=0, max_value=24 * 60 - 1),
)
def test_every_slot_of_both_weeks_of_a_clock_change_maps_to_one_instant_a_day(
    monday: str, minutes: int
) -> None:
    at = f"{minutes // 60:02}:{minutes % 60:02}"
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    queue = QUEUE | {"from": monday, "posts": list(POSTS), "slot": "daily", "send_to": ["ico-x"]}
    value = schedule_of([queue], {"daily": {"days": days, "at": at}})
    value["rules"].pop("bank_holidays")
    found = plan(Schedule.model_validate(value), POSTS, NETWORKS)
    assert [f"{wall_clock(one.due_at, LONDON):%H:%M}" for one in found] == [at] * 5
    assert all(one.due_at.tzinfo is UTC for one in found)
    gaps = [after.due_at - before.due_at for before, after in pairwise(found)]
    assert all(timedelta(hours=23) <= gap <= timedelta(hours=49) for gap in gaps)
    assert found[0].due_at < datetime(2027, 11, 1, tzinfo=UTC)
