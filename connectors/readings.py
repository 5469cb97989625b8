"""Turns the counts in an answer into values and reasons: a number that is missing is never 0.

Used by the networks' `read_metrics` and `read_account`; also holds the rhythm in which networks
that charge nothing are read.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import (
    AccountReading,
    Cadence,
    Definition,
    Metric,
    MetricReading,
    Missing,
    RemoteId,
)

FREE_OF_CHARGE = Cadence(
    ages=tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48, 72))
    + tuple(timedelta(days=days) for days in range(4, 15)),
    weekly_until=timedelta(days=120),
)
"""Often while a post is young, daily for two weeks, then only before each week's end."""


def post_reading(
    remote_id: RemoteId,
    counts: Mapping[str, Any],
    definitions: Iterable[Definition],
    *,
    observed_at: datetime,
) -> MetricReading:
    """Read a post's counts by the names the definitions give."""
    values, missing = _read(counts, definitions)
    return MetricReading(
        remote_id=remote_id, observed_at=observed_at, values=values, missing=missing
    )


def unread_post(
    remote_id: RemoteId,
    reason: Missing,
    definitions: Iterable[Definition],
    *,
    observed_at: datetime,
) -> MetricReading:
    """Give the same reason for every metric of a post."""
    return MetricReading(
        remote_id=remote_id,
        observed_at=observed_at,
        values={},
        missing={one.metric: reason for one in definitions},
    )


def account_reading(
    counts: Mapping[str, Any], definitions: Iterable[Definition], *, observed_at: datetime
) -> AccountReading:
    """Read an account's counts by the names the definitions give."""
    values, missing = _read(counts, definitions)
    return AccountReading(observed_at=observed_at, values=values, missing=missing)


def _read(
    counts: Mapping[str, Any], definitions: Iterable[Definition]
) -> tuple[dict[Metric, int], dict[Metric, Missing]]:
    values: dict[Metric, int] = {}
    missing: dict[Metric, Missing] = {}
    for one in definitions:
        value = counts.get(one.raw_name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            values[one.metric] = value
        elif one.raw_name in counts:
            missing[one.metric] = Missing.NETWORK_ERROR
        else:
            missing[one.metric] = Missing.NOT_OFFERED
    return values, missing
