from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.waiting import allowance, retry_at

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
AFTER_5_MINUTES = datetime(2027, 1, 12, 8, 35, tzinfo=UTC)

TABLE = [
    ({"Retry-After": "90"}, datetime(2027, 1, 12, 8, 31, 30, tzinfo=UTC)),
    ({"retry-after": "Tue, 12 Jan 2027 08:40:00 GMT"}, datetime(2027, 1, 12, 8, 40, tzinfo=UTC)),
    # Mastodon writes ISO 8601, compatible servers and Bluesky an epoch.
    (
        {"X-RateLimit-Reset": "2027-01-12T08:45:00.123456Z"},
        datetime(2027, 1, 12, 8, 45, 0, 123456, tzinfo=UTC),
    ),
    ({"X-RateLimit-Reset": "1799743500"}, datetime(2027, 1, 12, 8, 45, tzinfo=UTC)),
    ({"RateLimit-Reset": "1799743500"}, datetime(2027, 1, 12, 8, 45, tzinfo=UTC)),
    ({"x-rate-limit-reset": "1799743500000"}, datetime(2027, 1, 12, 8, 45, tzinfo=UTC)),
    ({"RateLimit-Reset": "30"}, datetime(2027, 1, 12, 8, 30, 30, tzinfo=UTC)),
    # Retry-After goes first; what cannot be believed is passed over.
    (
        {"Retry-After": "60", "RateLimit-Reset": "1799743500"},
        datetime(2027, 1, 12, 8, 31, tzinfo=UTC),
    ),
    (
        {"Retry-After": "0", "RateLimit-Reset": "1799743500"},
        datetime(2027, 1, 12, 8, 45, tzinfo=UTC),
    ),
    ({"X-RateLimit-Reset": "2027-01-12T08:29:00Z"}, AFTER_5_MINUTES),
    ({"X-RateLimit-Reset": "2028-01-12T08:29:00Z"}, AFTER_5_MINUTES),
    ({"Retry-After": "soon"}, AFTER_5_MINUTES),
    ({"Retry-After": "-5"}, AFTER_5_MINUTES),
    ({"Retry-After": "nan"}, AFTER_5_MINUTES),
    ({"Retry-After": "inf"}, AFTER_5_MINUTES),
    ({"Retry-After": "1e300"}, AFTER_5_MINUTES),
    ({"Retry-After": ""}, AFTER_5_MINUTES),
    ({}, AFTER_5_MINUTES),
]


@pytest.mark.parametrize(("headers", "expected"), TABLE)
def test_headers_of_every_kind_give_an_instant(headers: dict[str, str], expected: datetime) -> None:
    assert retry_at(headers, now=NOW) == expected


@given(st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset"]), st.text()))
def test_whatever_the_headers_say_it_is_later_than_now_and_within_a_day(
    headers: dict[str, str],
) -> None:
    at = retry_at(headers, now=NOW)
    assert NOW < at <= NOW + timedelta(hours=25)
    assert at.tzinfo is UTC


QUARTER_TO = datetime(2027, 1, 12, 8, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            {"X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "2027-01-12T08:45:00Z"},
            (12, QUARTER_TO),
        ),
        ({"RateLimit-Remaining": "4997", "RateLimit-Reset": "1799743500"}, (4997, QUARTER_TO)),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1799743500"}, (0, QUARTER_TO)),
        ({"x-rate-limit-remaining": "0"}, None),
        ({"RateLimit-Reset": "1799743500"}, None),
        ({"x-rate-limit-remaining": "-1", "x-rate-limit-reset": "1799743500"}, None),
        ({"x-rate-limit-remaining": "many", "x-rate-limit-reset": "1799743500"}, None),
        ({"x-rate-limit-remaining": "٣", "x-rate-limit-reset": "1799743500"}, None),
        ({"x-rate-limit-remaining": "9" * 30, "x-rate-limit-reset": "1799743500"}, None),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "1"}, (1, NOW + timedelta(0, 1))),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "0"}, None),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "nan"}, None),
        # One family's remainder is not another's hour.
        ({"X-RateLimit-Remaining": "12", "RateLimit-Reset": "1799743500"}, None),
        ({}, None),
    ],
)
def test_what_is_left_is_believed_only_with_its_hour(
    headers: dict[str, str], expected: tuple[int, datetime] | None
) -> None:
    assert allowance(headers, now=NOW) == expected
