"""What the planned readings will take: calls and money by network and week, for an applied plan.

The same rhythm that collection follows is run ahead for every delivery that is out or still to go
out. Posts of a channel that fall due together share a call, up to the network's largest batch;
money counts each post once a day, as networks bill.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, select

from analytics.cadence import next_read_at
from analytics.purse import ACCOUNT, POST, Purse
from analytics.weeks import Week, week_of
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.snapshots import SIGNED_IN
from campaign.store.spending import month_of, spent_in_month
from campaign.store.tables import CHANNEL, DELIVERY
from connectors.contract import Network

_READ = (
    State.AWAITING_APPROVAL,
    State.PLANNED,
    State.SENDING,
    State.UNKNOWN,
    State.HELD,
    State.PUBLISHED,
)
"""Deliveries that are out or may still go out; the others need a person first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastRow:
    """One network in one week."""

    week: Week
    network: str
    posts: int
    """Readings of single posts."""
    accounts: int
    """Readings of accounts' own numbers."""
    calls: int
    cost: int
    """Millionths of a US dollar."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """All that is still to be read."""

    rows: tuple[ForecastRow, ...]
    spent: int
    """What has been charged in this month already, in millionths of a US dollar."""
    limit: int | None
    passed_on: date | None
    """The first day on which a month's limit would be passed, so that readings are left out."""
    months: Mapping[date, int]
    """What each month comes to, this one with what is spent already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    at: datetime
    network: str
    channel: str
    thing: str
    kind: str


def forecast(
    connection: Connection,
    schedule: Schedule,
    networks: Mapping[str, Network],
    purse: Purse,
    now: datetime,
) -> Forecast:
    """Run the readings ahead from now to the last one of the applied plan."""
    reads = sorted(_reads(connection, schedule, networks, now), key=_order)
    spent = spent_in_month(connection, now)
    charges = list(_charges(reads, purse))
    months, passed_on = _by_month(charges, purse, spent, now)
    cost: Counter[tuple[Week, str]] = Counter()
    for read, amount in charges:
        cost[week_of(read.at, schedule.zone), read.network] += amount
    grouped: dict[tuple[Week, str], list[_Read]] = defaultdict(list)
    for read in reads:
        grouped[week_of(read.at, schedule.zone), read.network].append(read)
    return Forecast(
        rows=tuple(
            _row(key, grouped[key], networks[key[1]], cost[key])
            for key in sorted(grouped, key=_row_order)
        ),
        spent=spent,
        limit=purse.limit,
        passed_on=passed_on,
        months=months,
    )


def _order(read: _Read) -> tuple[datetime, str, str]:
    return read.at, read.channel, read.thing


def _row_order(key: tuple[Week, str]) -> tuple[date, str]:
    return key[0].monday_on, key[1]


def _reads(
    connection: Connection, schedule: Schedule, networks: Mapping[str, Network], now: datetime
) -> Iterator[_Read]:
    query = (
        select(
            DELIVERY.c.id,
            DELIVERY.c.channel,
            DELIVERY.c.network,
            DELIVERY.c.published_at,
            DELIVERY.c.due_at,
        )
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(CHANNEL.c.mode == SIGNED_IN, CHANNEL.c.active)
        .where(DELIVERY.c.state.in_(_READ), DELIVERY.c.deleted_at.is_(None))
    )
    last_at: dict[tuple[str, str], datetime] = {}
    for row in connection.execute(query):
        network = networks.get(row.network)
        if network is None or network.connect is None or not network.capabilities.metrics:
            continue
        published_at = row.published_at or max(row.due_at, now)
        for at in _instants(published_at, network, schedule, now):
            key = row.channel, row.network
            last_at[key] = max(at, last_at.get(key, at))
            yield _Read(at=at, network=row.network, channel=row.channel, thing=row.id, kind=POST)
    for (channel, name), end in last_at.items():
        if networks[name].capabilities.account_metrics:
            at = now
            while at <= end:
                yield _Read(at=at, network=name, channel=channel, thing=channel, kind=ACCOUNT)
                at += timedelta(days=1)


def _instants(
    published_at: datetime, network: Network, schedule: Schedule, now: datetime
) -> Iterator[datetime]:
    """Yield every instant from now on at which the post will be read."""
    cadence = network.capabilities.cadence
    last: datetime | None = None
    while True:
        at = next_read_at(published_at, last, cadence=cadence, zone=schedule.zone, now=published_at)
        if at is None:
            return
        if at >= now:
            yield at
        last = at


def _charges(reads: Iterable[_Read], purse: Purse) -> Iterator[tuple[_Read, int]]:
    """Yield the readings that cost something, each thing once a day."""
    seen: set[tuple[str, str, date]] = set()
    for read in reads:
        key = read.kind, read.thing, read.at.astimezone(UTC).date()
        amount = purse.price(read.network, read.kind, read.at)
        if amount and key not in seen:
            seen.add(key)
            yield read, amount


def _by_month(
    charges: Iterable[tuple[_Read, int]], purse: Purse, spent: int, now: datetime
) -> tuple[dict[date, int], date | None]:
    months: Counter[date] = Counter({month_of(now)[0]: spent})
    passed_on: date | None = None
    for read, amount in charges:
        month = month_of(read.at)[0]
        months[month] += amount
        if purse.limit is not None and months[month] > purse.limit and passed_on is None:
            passed_on = read.at.astimezone(UTC).date()
    return dict(sorted(months.items())), passed_on


def _row(key: tuple[Week, str], reads: Iterable[_Read], network: Network, cost: int) -> ForecastRow:
    posts: Counter[tuple[datetime, str]] = Counter()
    accounts = 0
    for read in reads:
        if read.kind == POST:
            posts[read.at, read.channel] += 1
        else:
            accounts += 1
    batch = network.capabilities.read_batch
    return ForecastRow(
        week=key[0],
        network=key[1],
        posts=sum(posts.values()),
        accounts=accounts,
        calls=accounts + sum(-(-count // batch) for count in posts.values()),
        cost=cost,
    )
