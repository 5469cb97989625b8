"""When a network that said "later" may be asked again, out of headers that differ everywhere.

Used by `connectors.http` for every 429 and by networks that name further headers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

RESET_HEADERS = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
"""Mastodon (ISO 8601; compatible servers an epoch), Bluesky (epoch seconds), X (epoch seconds)."""

REMAINING_HEADERS = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
"""Mastodon, Bluesky (points), X: what is left until the reset of the same family."""

WITHOUT_A_WORD = timedelta(minutes=5)
"""The shortest window any of our networks documents; used where no header can be believed."""

_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(hours=25)
_MOST_DIGITS = 10
_FIRST_EPOCH = 10**8
_FIRST_MILLISECONDS = 10**11


def retry_at(
    headers: Mapping[str, str], *, now: datetime, reset_headers: Sequence[str] = RESET_HEADERS
) -> datetime:
    """Return the earliest instant at which it makes sense to ask again.

    `Retry-After` (RFC 9110: seconds or an HTTP date) goes before the network's reset header (an
    instant in ISO 8601, an epoch in seconds or milliseconds, or seconds from now). An instant that
    is past or more than a day away is not believed; without a believable one it is five minutes.
    """
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    for name in ("retry-after", *(one.lower() for one in reset_headers)):
        instant = _instant(lowered.get(name, ""), now)
        if instant is not None and _SHORTEST <= instant - now <= _LONGEST:
            return instant
    return now + WITHOUT_A_WORD


def allowance(headers: Mapping[str, str], *, now: datetime) -> tuple[int, datetime] | None:
    """Return what is left of a quota and until when; None where the headers do not say both."""
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    for left_name, reset_name in zip(REMAINING_HEADERS, RESET_HEADERS, strict=True):
        left, until = lowered.get(left_name, ""), _instant(lowered.get(reset_name, ""), now)
        is_number = left.isascii() and left.isdigit() and len(left) < _MOST_DIGITS
        if is_number and until is not None and _SHORTEST <= until - now <= _LONGEST:
            return int(left), until
    return None


def _instant(value: str, now: datetime) -> datetime | None:
    try:
        return _from_number(float(value), now)
    except (ValueError, OverflowError, OSError):
        pass
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            parsed = parse(value)
        except (ValueError, TypeError, IndexError):
            continue
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    return None


def _from_number(number: float, now: datetime) -> datetime:
    if number < _FIRST_EPOCH:
        return now + timedelta(seconds=number)
    seconds = number / 1000 if number >= _FIRST_MILLISECONDS else number
    return datetime.fromtimestamp(seconds, UTC)
