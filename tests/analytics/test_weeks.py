from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.weeks import NoSuchWeekError, parse_week, week_of
from tests.analytics.world import at

LONDON = ZoneInfo("Europe/London")
NOW = at("2027-01-26 09:00")


def test_the_week_in_which_clocks_go_back_has_169_hours() -> None:
    week = parse_week("2026-W43", zone=LONDON, now=NOW)
    assert week.start_at == at("2026-10-18 23:00")
    assert week.end_at == at("2026-10-26 00:00")
    assert week.end_at - week.start_at == timedelta(hours=169)


def test_the_week_in_which_clocks_go_forward_has_167_hours() -> None:
    week = parse_week("2027-W12", zone=LONDON, now=NOW)
    assert week.start_at == at("2027-03-22 00:00")
    assert week.end_at == at("2027-03-28 23:00")
    assert week.end_at - week.start_at == timedelta(hours=167)


@pytest.mark.parametrize("text", ["2027-W03", "2027-01-18", "2027-01-24", "last", " 2027-W03 "])
def test_a_week_is_named_by_its_number_a_day_in_it_or_last(text: str) -> None:
    week = parse_week(text, zone=LONDON, now=NOW)
    assert (week.name, week.number) == ("2027-W03", 3)
    assert week.start_at == at("2027-01-18 00:00")


def test_last_is_the_week_that_is_over_on_the_campaigns_clock_not_on_utc() -> None:
    # Sunday 23:30 UTC is Monday 00:30 in London in summer.
    now = at("2027-07-04 23:30")
    assert parse_week("last", zone=LONDON, now=now).name == "2027-W26"


def test_the_days_around_new_year_belong_to_the_iso_year() -> None:
    assert parse_week("2027-01-03", zone=LONDON, now=NOW).name == "2026-W53"


@pytest.mark.parametrize("text", ["2027-W53", "2027-W00", "next", "2027-13-01", "W03", ""])
def test_what_names_no_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NoSuchWeekError, match="write it like 2027-W03"):
        parse_week(text, zone=LONDON, now=NOW)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - made aware below
def test_every_instant_lies_in_exactly_one_week_and_weeks_follow_without_a_gap(
    naive: datetime,
) -> None:
    instant = naive.replace(tzinfo=UTC)
    week = week_of(instant, LONDON)
    assert week.start_at <= instant < week.end_at
    assert week.shifted(1).start_at == week.end_at
    assert week.shifted(1).shifted(-1) == week
