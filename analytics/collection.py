"""Reads what is due from the networks and stores it: the way from published posts to snapshots.

One pass claims everything that is due, asks each channel in the largest batches its network
takes, and writes each batch as soon as it is in. No transaction is open while a network is
being asked. One channel's failure is noted and leaves the others alone. Only the counts that
the network's definitions list are kept; whatever else an answer held is never written.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from analytics.cadence import first_read_at, next_read_at
from campaign.clock import Clock
from campaign.store import snapshots
from campaign.store.database import Store
from campaign.store.tables import CAMPAIGN
from connectors.contract import (
    AccessRefused,
    AccountReading,
    Connector,
    ConnectorError,
    Definition,
    Metric,
    MetricReading,
    Missing,
    NotSent,
    RemoteId,
)

__all__ = ["CollectionSummary", "collect_due", "first_read_at", "next_read_at"]

ConnectorFor = Callable[[str], Connector]
"""Gives the signed-in connector of a channel; raises a `ConnectorError` where it cannot."""

COLLECT_EVERY = timedelta(seconds=30)
"""How often a running program looks what is due."""
TRY_AGAIN_AFTER = timedelta(minutes=15)
"""After a channel could not be read and the network named no time; also what a claim lasts."""
TRY_POST_AGAIN_AFTER = timedelta(hours=1)
"""After a channel answered, but not for this post."""
_ACCOUNT_EVERY = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A channel that could not be read, and when it is tried again."""

    channel: str
    message: str
    retry_at: datetime | None
    """None when the account has to sign in again first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionSummary:
    """What one pass read."""

    posts_read: int = 0
    values: int = 0
    missing: int = 0
    posts_gone: int = 0
    accounts_read: int = 0
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: "CollectionSummary") -> "CollectionSummary":
        return CollectionSummary(
            posts_read=self.posts_read + other.posts_read,
            values=self.values + other.values,
            missing=self.missing + other.missing,
            posts_gone=self.posts_gone + other.posts_gone,
            accounts_read=self.accounts_read + other.accounts_read,
            failures=self.failures + other.failures,
        )


@dataclass(kw_only=True, slots=True)
class _Work:
    """What is left to read on one channel."""

    channel: str
    posts: list[Row[Any]]
    account: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pass:
    store: Store
    clock: Clock
    connector_for: ConnectorFor
    zone: ZoneInfo


def collect_due(store: Store, *, clock: Clock, connector_for: ConnectorFor) -> CollectionSummary:
    """Read every post and account that is due, and say what came of it.

    A channel that answers "later" is tried again when it says, else in 15 minutes; one that
    refuses the account is noted on the channel and left alone until it signs in again. A post
    that is gone is marked and not asked for again. Connectors are not closed.
    """
    now = clock.now()
    with store.write() as connection:
        zone = connection.execute(select(CAMPAIGN.c.timezone)).scalar()
        if zone is None:
            return CollectionSummary()
        posts = snapshots.take_due(connection, now, now + TRY_AGAIN_AFTER)
        accounts = snapshots.take_due_accounts(connection, now, now + TRY_AGAIN_AFTER)
    this = _Pass(store=store, clock=clock, connector_for=connector_for, zone=ZoneInfo(zone))
    total = CollectionSummary()
    for work in _by_channel(posts, {row.id for row in accounts}):
        total += _collect_channel(this, work)
    return total


def _by_channel(posts: Iterable[Row[Any]], accounts: set[str]) -> list[_Work]:
    grouped: dict[str, list[Row[Any]]] = {channel: [] for channel in accounts}
    for row in posts:
        grouped.setdefault(row.channel, []).append(row)
    return [
        _Work(channel=channel, posts=grouped[channel], account=channel in accounts)
        for channel in sorted(grouped)
    ]


def _collect_channel(this: _Pass, work: _Work) -> CollectionSummary:
    done = CollectionSummary()
    try:
        connector = this.connector_for(work.channel)
        while work.posts:
            batch = work.posts[: connector.capabilities.read_batch]
            done += _read_posts(this, connector, batch)
            del work.posts[: len(batch)]
        if work.account:
            done += _read_account(this, connector, work.channel)
    except AccessRefused as error:
        return done + _refused(this, work.channel, error)
    except ConnectorError as error:
        return done + _later(this, work, error)
    except Exception as error:  # noqa: BLE001 - see below
        # A fault in one channel's code must not keep the others from being read. Its message
        # may quote what was sent, secrets included, so the log gets the places only.
        places = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        log.error("%s could not be read: %s at\n%s", work.channel, kind, places)  # noqa: TRY400 - see above
        return done + _later(this, work, error)
    return done


def _read_posts(this: _Pass, connector: Connector, posts: Sequence[Row[Any]]) -> CollectionSummary:
    capabilities = connector.capabilities
    answers = connector.read_metrics([RemoteId(row.remote_id) for row in posts])
    readings = {answer.remote_id: answer for answer in answers}
    total = CollectionSummary()
    with this.store.write() as connection:
        now = this.clock.now()
        for row in posts:
            reading = readings.get(row.remote_id) or _no_answer(row.remote_id, now)
            lines = list(_lines(row.id, reading, capabilities.metrics, now))
            snapshots.add_snapshots(connection, lines)
            gone = _is_gone(reading)
            if gone:
                snapshots.mark_gone(connection, row.id, reading.observed_at)
            due_at = None if gone else _due_again(this, connector, row, reading)
            snapshots.set_read_due(connection, row.id, due_at)
            total += _summary(lines, gone=gone)
    return total


def _due_again(
    this: _Pass, connector: Connector, row: Row[Any], reading: MetricReading
) -> datetime | None:
    cadence, now = connector.capabilities.cadence, this.clock.now()
    due_at = next_read_at(row.published_at, now, cadence=cadence, zone=this.zone, now=now)
    failed = not reading.values and Missing.NETWORK_ERROR in reading.missing.values()
    if not failed or now - row.published_at > cadence.weekly_until:
        return due_at
    again_at = now + TRY_POST_AGAIN_AFTER
    return again_at if due_at is None else min(due_at, again_at)


def _read_account(this: _Pass, connector: Connector, channel: str) -> CollectionSummary:
    definitions = connector.capabilities.account_metrics
    reading = connector.read_account() if definitions else None
    now = this.clock.now()
    with this.store.write() as connection:
        if reading is not None:
            lines = _account_lines(channel, reading, definitions, now)
            snapshots.add_account_snapshots(connection, lines)
        snapshots.set_followers_due(connection, channel, now + _ACCOUNT_EVERY)
    return CollectionSummary(accounts_read=int(reading is not None))


def _refused(this: _Pass, channel: str, error: AccessRefused) -> CollectionSummary:
    with this.store.write() as connection:
        snapshots.note_refused_access(connection, channel, str(error))
    failure = Failure(channel=channel, message=str(error), retry_at=None)
    return CollectionSummary(failures=(failure,))


def _later(this: _Pass, work: _Work, error: Exception) -> CollectionSummary:
    now = this.clock.now()
    asked = error.retry_at if isinstance(error, NotSent) else None
    retry_at = now + TRY_AGAIN_AFTER if asked is None else max(asked, now)
    with this.store.write() as connection:
        for row in work.posts:
            snapshots.set_read_due(connection, row.id, retry_at)
        if work.account:
            snapshots.set_followers_due(connection, work.channel, retry_at)
    fault = f"a fault in the program ({type(error).__name__}); the log has the details"
    message = str(error) if isinstance(error, ConnectorError) else fault
    failure = Failure(channel=work.channel, message=message, retry_at=retry_at)
    return CollectionSummary(failures=(failure,))


def _no_answer(remote_id: str, now: datetime) -> MetricReading:
    return MetricReading(
        remote_id=RemoteId(remote_id),
        observed_at=now,
        values={},
        missing=dict.fromkeys(Metric, Missing.NETWORK_ERROR),
    )


def _is_gone(reading: MetricReading) -> bool:
    return not reading.values and Missing.POST_GONE in reading.missing.values()


def _lines(
    delivery_id: str,
    reading: MetricReading,
    definitions: Iterable[Definition],
    now: datetime,
) -> Iterator[snapshots.SnapshotLine]:
    for definition in definitions:
        value, reason = _value_or_reason(reading.values, reading.missing, definition.metric)
        yield snapshots.SnapshotLine(
            delivery_id=delivery_id,
            metric=definition.metric,
            definition=definition.id,
            source="api",
            observed_at=reading.observed_at,
            recorded_at=now,
            value=value,
            reason=reason,
        )


def _account_lines(
    channel: str, reading: AccountReading, definitions: Iterable[Definition], now: datetime
) -> Iterator[snapshots.AccountLine]:
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


def _summary(lines: Iterable[snapshots.SnapshotLine], *, gone: bool) -> CollectionSummary:
    known = [line.value is not None for line in lines]
    return CollectionSummary(
        posts_read=int(any(known)),
        values=sum(known),
        missing=known.count(False),
        posts_gone=int(gone),
    )
