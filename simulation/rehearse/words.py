"""Ways of writing numbers, lists and spans of time for people."""

from collections.abc import Sequence
from datetime import timedelta


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: 1 post, 3 posts."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def span(seconds: float | None) -> str:
    """Write seconds as people say them; a dash where there are none."""
    if seconds is None:
        return "–"  # noqa: RUF001 - a dash, not a minus
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min" + (f" {rest} s" if rest else "")


def days(life: timedelta) -> str:
    """Write a life in days, a shorter one in hours."""
    if life < timedelta(days=1):
        return counted(life // timedelta(hours=1), "hour")
    return counted(life.days, "day")
