"""Turns a network's answer into snapshot lines: the counts its definitions list, and nothing else.

This is the list of what may be stored. Whatever else an answer held, names of people who reacted
among it, does not get past here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from campaign.store import snapshots
from connectors.contract import (
    PAID_METRICS,
    AccountReading,
    Capabilities,
    Definition,
    Metric,
    MetricReading,
    Missing,
    RemoteId,
)


def no_answer(remote_id: str, now: datetime) -> MetricReading:
    """Return what stands for an answer that left the post out."""
    return MetricReading(
        remote_id=RemoteId(remote_id),
        observed_at=now,
        values={},
        missing=dict.fromkeys(Metric, Missing.NETWORK_ERROR),
    )


def is_gone(reading: MetricReading) -> bool:
    """Say whether the network no longer has the post."""
    return not reading.values and Missing.POST_GONE in reading.missing.values()


def post_lines(
    delivery_id: str,
    reading: MetricReading,
    capabilities: Capabilities,
    now: datetime,
) -> Iterator[snapshots.SnapshotLine]:
    """Yield a line for every metric that the network offers: the count, or why there is none.

    What was paid for has a line only where it was told: most posts have no such count.
    """
    paid = [one for one in capabilities.sometimes if one.metric in PAID_METRICS]
    told = [one for one in paid if one.metric in reading.values]
    for definition in (*capabilities.metrics, *told):
        metric = definition.metric
        value, reason = _value_or_reason(reading.values, reading.missing, metric)
        yield snapshots.SnapshotLine(
            delivery_id=delivery_id,
            metric=metric,
            definition=reading.definitions.get(metric, definition.id),
            source="api",
            observed_at=reading.observed_at,
            recorded_at=now,
            value=value,
            reason=reason,
        )


def account_lines(
    channel: str, reading: AccountReading, definitions: Iterable[Definition], now: datetime
) -> Iterator[snapshots.AccountLine]:
    """Yield a line for every number of the account: the count, or why there is none."""
    for definition in definitions:
        value, reason = _value_or_reason(reading.values, reading.missing, definition.metric)
        yield snapshots.AccountLine(
            channel=channel,
            metric=definition.metric,
            definition=definition.id,
            observed_at=reading.observed_at,
            recorded_at=now,
            value=value,
            reason=reason,
        )


def _value_or_reason(
    values: Mapping[Metric, int], missing: Mapping[Metric, Missing], metric: Metric
) -> tuple[int | None, str | None]:
    """Return a count or why there is none; what is no count (text, a bool, below 0) is none."""
    value: object = values.get(metric)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value, None
    return None, str(missing.get(metric, Missing.NETWORK_ERROR))


def unread_lines(
    delivery_id: str, definitions: Iterable[Definition], now: datetime, reason: str
) -> Iterator[snapshots.SnapshotLine]:
    """Yield lines that say why a post was not asked for, which is no answer of the network."""
    for definition in definitions:
        yield snapshots.SnapshotLine(
            delivery_id=delivery_id,
            metric=definition.metric,
            definition=definition.id,
            source="api",
            observed_at=now,
            recorded_at=now,
            value=None,
            reason=reason,
        )
