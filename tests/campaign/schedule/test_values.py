from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from campaign.schedule.rules import read_hours
from campaign.schedule.values import (
    duration_text,
    read_date,
    read_duration,
    read_id,
    read_origin,
    read_time,
    read_wall_time,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("20 minutes", timedelta(minutes=20)),
        ("2h", timedelta(hours=2)),
        ("1 day", timedelta(days=1)),
        ("4 weeks", timedelta(weeks=4)),
    ],
)
def test_durations_are_written_in_short_or_in_words(written: str, meant: timedelta) -> None:
    assert read_duration(written) == meant


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**7))
def test_a_duration_written_out_reads_back_the_same(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert read_duration(duration_text(length)) == length


@pytest.mark.parametrize(
    ("read", "bad"),
    [
        (read_duration, "0m"),
        (read_duration, "-5m"),
        (read_duration, "5 fortnights"),
        (read_duration, "999999 weeks"),
        (read_date, "11-01-2027"),
        (read_date, "2027-02-29"),
        (read_date, "1999-01-01"),
        (read_time, "24:00"),
        (read_time, "8"),
        (read_wall_time, "2027-01-12"),
        (read_wall_time, "2027-01-12 08:30+25:00"),
        (read_wall_time, "2027-01-12 08:30 Europe/London"),
        (read_hours, "20:00"),
        (read_hours, "20:00-08:00"),
        (read_id, "Ico"),
        (read_id, "ico--x"),
        (read_id, "a" * 61),
        (read_id, "all"),
        (read_id, "sector"),
        (read_id, "partner:ico"),
        (read_origin, "social.example"),
        (read_origin, "https://social.example/path"),
        (read_origin, "https://me:secret@social.example"),
        (read_origin, "http://social.example"),
        (read_origin, "http://127.0.0.1:99999"),
        (read_origin, "https://[::"),
        (read_time, None),
        (read_time, ["08:30"]),
        (read_time, {"at": "08:30"}),
    ],
)
def test_what_is_written_wrongly_is_refused(read: Callable[[object], object], bad: object) -> None:
    with pytest.raises(PydanticCustomError):
        read(bad)


def test_a_time_of_day_may_lack_its_first_nought_and_carry_seconds() -> None:
    assert read_time("8:30") == time(8, 30)
    assert read_time("08:30:15") == time(8, 30, 15)


def test_plain_http_is_for_this_machine_only() -> None:
    assert read_origin("http://127.0.0.1:41001/") == "http://127.0.0.1:41001"
    assert read_origin("http://localhost:41001") == "http://localhost:41001"
    assert read_origin("https://social.example") == "https://social.example"


def test_hours_include_both_ends() -> None:
    hours = read_hours("08:00 - 20:00")
    assert hours.include(time(8, 0))
    assert hours.include(time(20, 0))
    assert not hours.include(time(20, 0, 1))
    assert str(hours) == "08:00-20:00"


def test_a_day_is_a_day() -> None:
    assert read_date("2027-01-11") == date(2027, 1, 11)
