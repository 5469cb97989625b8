"""How figures are written for people: with separators, never more exact than they are known."""

from datetime import datetime, timedelta
from fractions import Fraction
from textwrap import shorten

from analytics.attribution import Count, magnitude
from analytics.reach import round_down, round_up
from analytics.weeks import Week

NO_FIGURE = "–"  # noqa: RUF001 - an en dash is what a table shows where there is no figure


def exact(value: Count | None) -> str:
    """Write a count in full, to the nearest whole; a dash where it is missing."""
    if value is None:
        return NO_FIGURE
    return f"{round(value):,}"


def shown(value: Count | None, *, estimated: bool) -> str:
    """Write a count; one that rests on estimates is rounded to three figures and called so."""
    if value is None or not estimated:
        return exact(value)
    return f"about {_three_figures(value):,}"


def people(lower: Count | None, upper: Count | None) -> str:
    """Write a range of people, rounded outward to two figures so that it stays true."""
    if lower is None or upper is None:
        return NO_FIGURE
    low, high = round_down(lower), round_up(upper)
    return f"{low:,}" if lower == upper == low else f"{low:,} to {high:,}"


def percent(share: Count | float | None) -> str:
    """Write a share with one decimal; a dash where it is undefined."""
    return NO_FIGURE if share is None else f"{float(share) * 100:.1f}%"


def late_by(delay: timedelta | None) -> str:
    """Write how long after its time a post went out: `2 h 05 min`, `12 min early`, a dash."""
    if delay is None:
        return NO_FIGURE
    minutes = round(abs(delay).total_seconds() / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        words = f"{days} d {hours} h"
    else:
        words = f"{hours} h {rest:02} min" if hours else f"{rest} min"
    return f"{words} early" if delay < timedelta(0) and minutes else words


def day(instant: datetime, week: Week) -> str:
    """Write a day of the campaign's zone, for example `18 January 2027`."""
    local = instant.astimezone(week.zone)
    return f"{local.day} {local:%B %Y}"


def day_and_time(instant: datetime, week: Week) -> str:
    """Write an instant on the campaign's clock, for example `Mon 18 January 2027, 09:00`."""
    local = instant.astimezone(week.zone)
    return f"{local:%a} {local.day} {local:%B %Y}, {local:%H:%M}"


def weekday_of(instant: datetime, week: Week) -> str:
    """Write a day with its weekday and without the year, for example `Tue 12 January`."""
    local = instant.astimezone(week.zone)
    return f"{local:%a} {local.day} {local:%B}"


def as_words(name: str, most: int = 60) -> str:
    """Write a post's id as a title, for example `Law helps you share`, cut between words."""
    return shorten(name.replace("-", " ").capitalize(), most, placeholder="…")


def days_of(week: Week) -> str:
    """Write the days of a week, for example `18 to 24 January 2027`."""
    first, last = week.monday_on, week.sunday_on
    if first.month == last.month:
        return f"{first.day} to {last.day} {last:%B %Y}"
    start = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{start} to {last.day} {last:%B %Y}"


def hours(duration: timedelta) -> str:
    """Write a duration in hours."""
    return f"{duration.total_seconds() / 3600:.0f} h"


def count_of(number: int, one: str, several: str) -> str:
    """Write `1 post` or `3 posts`."""
    return f"{number:,} {one if number == 1 else several}"


def joined(words: list[str]) -> str:
    """Write a list as people say it: `X, Bluesky and Mastodon`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _three_figures(value: Count) -> int:
    digits = len(str(int(magnitude(value))))
    return int(round(Fraction(value), 3 - digits)) if digits > 3 else round(value)
