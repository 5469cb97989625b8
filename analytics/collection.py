"""Reads what is due from the networks and stores it: the way from published posts to snapshots.

One pass claims everything that is due, asks each channel in the largest batches its network
takes, and writes each batch as soon as it is in. No transaction is open while a network is
being asked. One channel's failure is noted and leaves the others alone. Only the counts that
the network's definitions list are kept; whatever else an answer held is never written.
"""

import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from analytics.cadence import first_read_at, next_read_at
from analytics.paid_start import with_paid_starts
from analytics.purse import ACCOUNT, FREE, NOT_FOR_COST, POST, Paid, Purse, pay, refund
from analytics.snapshot_lines import account_lines, is_gone, no_answer, post_lines, unread_lines
from campaign.clock import Clock
from campaign.store import snapshots
from campaign.store.database import Store
from campaign.store.spending import month_of
from campaign.store.tables import CAMPAIGN
from campaign.tracing import step
from connectors.contract import (
    AccessRefused,
    Connector,
    ConnectorError,
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
    kept_back: int = 0
    """Posts and accounts that there was no money for under the spending limit."""
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: "CollectionSummary") -> "CollectionSummary":
        return CollectionSummary(
            posts_read=self.posts_read + other.posts_read,
            values=self.values + other.values,
            missing=self.missing + other.missing,
            posts_gone=self.posts_gone + other.posts_gone,
            accounts_read=self.accounts_read + other.accounts_read,
            kept_back=self.kept_back + other.kept_back,
            failures=self.failures + other.failures,
        )


@dataclass(kw_only=True, slots=True)
class _Work:
    """What is left to read on one channel."""

    channel: str
    network: str
    posts: list[Row[Any]]
    account: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pass:
    store: Store
    clock: Clock
    connector_for: ConnectorFor
    zone: ZoneInfo
    purse: Purse


def collect_due(
    store: Store,
    *,
    clock: Clock,
    connector_for: ConnectorFor,
    purse: Purse = FREE,
    uncounted: Collection[str] = (),
) -> CollectionSummary:
    """Read every post and account that is due, and say what came of it.

    A channel that answers "later" is tried again when it says, else in 15 minutes; one that
    refuses the account is noted on the channel and left alone until it signs in again. A post
    that is gone is marked and not asked for again. What the purse has no money for is not read;
    that is noted in place of its counts, so that the report can say so. The `uncounted` networks
    are not asked: they count nothing. Connectors are not closed.
    """
    now = clock.now()
    with store.write() as connection:
        zone = connection.execute(select(CAMPAIGN.c.timezone)).scalar()
        if zone is None:
            return CollectionSummary()
        posts = snapshots.take_due(connection, now, now + TRY_AGAIN_AFTER)
        accounts = snapshots.take_due_accounts(connection, now, now + TRY_AGAIN_AFTER)
        for row in accounts:
            if row.network in uncounted:
                snapshots.set_followers_due(connection, row.id, now + _ACCOUNT_EVERY)
        accounts = [row for row in accounts if row.network not in uncounted]
    this = _Pass(
        store=store, clock=clock, connector_for=connector_for, zone=ZoneInfo(zone), purse=purse
    )
    total = CollectionSummary()
    with step("collect"):
        for work in _by_channel(posts, accounts):
            ids = {"channel": work.channel, "network": work.network}
            with step("read", **ids, posts=len(work.posts)):
                total += _collect_channel(this, work)
    return total


def _by_channel(posts: Iterable[Row[Any]], accounts: Iterable[Row[Any]]) -> list[_Work]:
    grouped: dict[str, _Work] = {}
    for row in accounts:
        grouped[row.id] = _Work(channel=row.id, network=row.network, posts=[], account=True)
    for row in posts:
        work = _Work(channel=row.channel, network=row.network, posts=[], account=False)
        grouped.setdefault(row.channel, work).posts.append(row)
    return [grouped[channel] for channel in sorted(grouped)]


def _collect_channel(this: _Pass, work: _Work) -> CollectionSummary:
    done = CollectionSummary()
    try:
        connector = this.connector_for(work.channel)
        while work.posts:
            batch = work.posts[: connector.capabilities.read_batch]
            done += _read_posts(this, connector, work.network, batch)
            del work.posts[: len(batch)]
        if work.account:
            done += _read_account(this, connector, work)
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


def _read_posts(
    this: _Pass, connector: Connector, network: str, posts: Sequence[Row[Any]]
) -> CollectionSummary:
    """Read a batch, or as many of it as there is money for."""
    paid = pay(this.store, this.purse, (network, POST), [row.id for row in posts], this.clock.now())
    affordable = [row for row in posts if row.id in paid.things]
    answers = _answers(this, connector, affordable, paid) if affordable else {}
    total = CollectionSummary()
    with this.store.write() as connection:
        lines: list[snapshots.SnapshotLine] = []
        for row in posts:
            if row.id in paid.things:
                found, gone = _take_in(this, connection, connector, (row, answers))
                total += _summary(found, gone=gone)
            else:
                found = _keep_back(this, connection, connector, row)
                total += CollectionSummary(kept_back=1)
            lines += found
        snapshots.add_snapshots(connection, lines)
    return total


def _answers(
    this: _Pass, connector: Connector, posts: Sequence[Row[Any]], paid: Paid
) -> dict[str, MetricReading]:
    try:
        answers = connector.read_metrics([RemoteId(row.remote_id) for row in posts])
    except ConnectorError:
        refund(this.store, paid)
        raise
    return {answer.remote_id: answer for answer in answers}


def _take_in(
    this: _Pass,
    connection: Connection,
    connector: Connector,
    read: tuple[Row[Any], Mapping[str, MetricReading]],
) -> tuple[list[snapshots.SnapshotLine], bool]:
    """Return a post's lines and whether it is gone, and say when it is read next."""
    (row, answers), now = read, this.clock.now()
    reading = answers.get(row.remote_id) or no_answer(row.remote_id, now)
    gone = is_gone(reading)
    if gone:
        snapshots.mark_gone(connection, row.id, reading.observed_at)
    due_at = None if gone else _due_again(this, connector, row, reading)
    snapshots.set_read_due(connection, row.id, due_at)
    lines = list(post_lines(row.id, reading, connector.capabilities, now))
    return with_paid_starts(connection, lines, connector.capabilities), gone


def _keep_back(
    this: _Pass, connection: Connection, connector: Connector, row: Row[Any]
) -> list[snapshots.SnapshotLine]:
    """Leave a post unread; the last reading before the wall is tried again with new money."""
    capabilities, now = connector.capabilities, this.clock.now()
    cadence = capabilities.cadence
    due_at = next_read_at(row.published_at, now, cadence=cadence, zone=this.zone, now=now)
    next_month = datetime.combine(month_of(now)[1], time(), tzinfo=UTC)
    if due_at is None and cadence.wall and next_month < row.published_at + cadence.wall:
        due_at = next_month
    snapshots.set_read_due(connection, row.id, due_at)
    return list(unread_lines(row.id, capabilities.metrics, now, NOT_FOR_COST))


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


def _read_account(this: _Pass, connector: Connector, work: _Work) -> CollectionSummary:
    definitions = connector.capabilities.account_metrics
    now = this.clock.now()
    paid = pay(this.store, this.purse, (work.network, ACCOUNT), [work.channel], now)
    reading = None
    if definitions and paid.things:
        try:
            reading = connector.read_account()
        except ConnectorError:
            refund(this.store, paid)
            raise
    with this.store.write() as connection:
        if reading is not None:
            lines = account_lines(work.channel, reading, definitions, this.clock.now())
            snapshots.add_account_snapshots(connection, lines)
        snapshots.set_followers_due(connection, work.channel, now + _ACCOUNT_EVERY)
    kept_back = int(bool(definitions) and not paid.things)
    return CollectionSummary(accounts_read=int(reading is not None), kept_back=kept_back)


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


def _summary(lines: Iterable[snapshots.SnapshotLine], *, gone: bool) -> CollectionSummary:
    known = [line.value is not None for line in lines]
    return CollectionSummary(
        posts_read=int(any(known)),
        values=sum(known),
        missing=known.count(False),
        posts_gone=int(gone),
    )
