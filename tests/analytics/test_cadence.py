from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.cadence import first_read_at, next_read_at
from analytics.week_ends import week_end_reads_after
from campaign.instants import from_micros, to_micros
from connectors.contract import Cadence
from tests.analytics.world import DAYS, HOURS, at

LONDON = ZoneInfo("Europe/London")
CADENCE = Cadence(ages=(HOURS, DAYS, 20 * DAYS), weekly_until=15 * DAYS)
TUESDAY = at("2027-01-19 09:00")


def following(published_at: datetime, last: datetime | None, now: datetime) -> datetime | None:
    return next_read_at(published_at, last, cadence=CADENCE, zone=LONDON, now=now)


def every_read(published_at: datetime) -> list[datetime]:
    reads: list[datetime] = []
    due = first_read_at(published_at, CADENCE, LONDON)
    while due is not None:
        reads.append(due)
        due = following(published_at, due, due)
    return reads


def test_a_post_is_read_at_its_ages_and_an_hour_before_each_week_ends() -> None:
    assert every_read(TUESDAY) == [
        at("2027-01-19 10:00"),
        at("2027-01-20 09:00"),
        at("2027-01-24 23:00"),
        at("2027-01-31 23:00"),
        at("2027-02-08 09:00"),
    ]


def test_in_summer_the_week_ends_at_23_utc_and_is_read_at_22() -> None:
    assert at("2027-07-11 22:00") in every_read(at("2027-07-06 09:00"))


def test_after_a_reading_in_the_last_two_hours_the_week_end_is_settled() -> None:
    late = at("2027-01-24 22:05")
    assert following(TUESDAY, late, late) == at("2027-01-31 23:00")


def test_a_reading_earlier_than_that_does_not_settle_it() -> None:
    early = at("2027-01-24 21:55")
    assert following(TUESDAY, early, early) == at("2027-01-24 23:00")


def test_readings_that_were_slept_through_collapse_into_one_that_is_due_now() -> None:
    now = at("2027-01-22 12:00")
    assert following(TUESDAY, None, now) == now
    assert following(TUESDAY, now, now) == at("2027-01-24 23:00")


def test_after_the_last_age_nothing_more_is_read() -> None:
    last = TUESDAY + 20 * DAYS
    assert following(TUESDAY, last, last) is None


def test_a_post_without_ages_still_gets_its_week_end() -> None:
    bare = Cadence(ages=(), weekly_until=7 * DAYS)
    assert first_read_at(TUESDAY, bare, LONDON) == at("2027-01-24 23:00")


@given(st.integers(min_value=0, max_value=60 * 24 * 365))
def test_every_week_end_within_the_period_is_read_in_its_last_two_hours(minutes: int) -> None:
    published = at("2027-01-01 00:00") + timedelta(minutes=minutes)
    reads = every_read(published)
    assert reads == sorted(set(reads))
    monday = published
    while monday <= published + 15 * DAYS:
        local = monday.astimezone(LONDON)
        start_of_day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = start_of_day + timedelta(days=7 - local.weekday())
        read_late = [one for one in reads if ends - 2 * HOURS <= one < ends]
        wanted = published < ends - HOURS <= published + 15 * DAYS
        assert len(read_late) >= int(wanted)
        monday += 7 * DAYS


@given(
    st.lists(st.integers(min_value=0, max_value=60 * 24 * 365 * 3), min_size=1, max_size=20),
    st.sampled_from([timedelta(), timedelta(microseconds=1)]),
)
def test_many_readings_at_once_are_followed_by_the_same_week_end_reads(
    minutes: list[int], more: timedelta
) -> None:
    read = [at("2026-01-01 00:00") + timedelta(minutes=one) + more for one in minutes]
    bare = Cadence(ages=(), weekly_until=timedelta(days=5000))
    one_by_one = [
        next_read_at(when - HOURS, when, cadence=bare, zone=LONDON, now=when - HOURS)
        for when in read
    ]
    at_once = week_end_reads_after(np.array([to_micros(one) for one in read]), LONDON)
    assert [from_micros(one) for one in at_once.tolist()] == one_by_one
