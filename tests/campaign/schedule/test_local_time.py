from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.schedule.local_time import NoSuchTimeError, instants, wall_clock
from campaign.schedule.values import read_wall_time

LONDON = ZoneInfo("Europe/London")


def test_in_winter_london_is_at_utc() -> None:
    at = read_wall_time("2027-01-12 08:30")
    assert at.instant(LONDON) == datetime(2027, 1, 12, 8, 30, tzinfo=UTC)


def test_in_summer_london_is_an_hour_ahead() -> None:
    at = read_wall_time("2027-06-01T08:30:15")
    assert at.instant(LONDON) == datetime(2027, 6, 1, 7, 30, 15, tzinfo=UTC)


def test_half_past_one_on_28_march_2027_does_not_exist() -> None:
    at = read_wall_time("2027-03-28 01:30")
    with pytest.raises(NoSuchTimeError, match="does not exist in Europe/London"):
        at.instant(LONDON)


def test_half_past_one_on_31_october_2027_occurs_twice_and_the_offset_decides() -> None:
    with pytest.raises(NoSuchTimeError, match=r"01:30\+01:00 or 2027-10-31 01:30\+00:00"):
        read_wall_time("2027-10-31 01:30").instant(LONDON)
    first = read_wall_time("2027-10-31 01:30+01:00").instant(LONDON)
    second = read_wall_time("2027-10-31 01:30+00:00").instant(LONDON)
    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert second == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_an_offset_of_another_place_names_the_instant() -> None:
    assert read_wall_time("2027-01-12 08:30-05:00").instant(LONDON).hour == 13
    assert read_wall_time("2027-01-12 08:30Z").instant(LONDON).hour == 8


@pytest.mark.parametrize("written", ["2027-01-12 08:30", "2027-10-31 01:30:15+01:00"])
def test_a_time_is_written_as_it_was_read(written: str) -> None:
    assert str(read_wall_time(written)) == written


@settings(deadline=None)
@given(
    st.sampled_from(["2027-03-22", "2027-10-25"]),
    st.integers(min_value=0, max_value=7 * 24 * 60 - 1),
)
def test_in_both_weeks_of_a_clock_change_a_wall_time_maps_to_the_instants_that_show_it(
    monday: str, minutes: int
) -> None:
    local = datetime.fromisoformat(monday) + timedelta(minutes=minutes)
    skipped = f"{local:%m-%d %H}" == "03-28 01"
    doubled = f"{local:%m-%d %H}" == "10-31 01"
    found = instants(local, LONDON)
    assert len(found) == (0 if skipped else 2 if doubled else 1)
    assert all(wall_clock(one, LONDON) == local for one in found)
