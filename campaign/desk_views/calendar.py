"""Deliveries by day: a week of channels, a month, or one day; sorted by the campaign's clocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from campaign.desk_views.rows import Row, Some, rows_where
from campaign.states import PEOPLES_WORDS, State
from campaign.store.tables import CHANNEL, DELIVERY
from campaign.store.week_cut import midnight

IN_CELL = 4
"""Deliveries of one channel on one day that the week shows; the day's page has them all."""
ON_DAY_PAGE = 100
LEAVES_TRACE = tuple(str(state) for state in State)


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """What is shown; None for everything."""

    partner: str | None = None
    network: str | None = None
    channel: str | None = None
    post: str | None = None
    state: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return them for the database; the states always, since the index begins with them."""
        states = [self.state] if self.state else list(LEAVES_TRACE)
        named = (
            (DELIVERY.c.partner, self.partner),
            (DELIVERY.c.network, self.network),
            (DELIVERY.c.channel, self.channel),
            (DELIVERY.c.post, self.post),
        )
        wanted = [column == value for column, value in named if value]
        return [DELIVERY.c.state.in_(states), *wanted]


@dataclass(frozen=True, slots=True)
class Line:
    """One channel in the week."""

    channel: str
    partner: str
    network: str
    cells: tuple[Some, ...]
    """One for each of the seven days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekGrid:
    """Channels by days."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    total: int

    def on(self, place: int) -> tuple[Row, ...]:
        """Return what is shown of a day over all channels, by time: the list for phones."""
        found = [row for line in self.lines for row in line.cells[place].rows]
        return tuple(sorted(found, key=lambda row: (row.due_at, row.id)))

    def left_out(self, place: int) -> int:
        """How many of a day are not shown."""
        return sum(line.cells[place].left_out for line in self.lines)


@dataclass(frozen=True, slots=True)
class PostOnDay:
    """One post on one day of a month: how its deliveries stand."""

    post: str
    states: tuple[tuple[str, int], ...]
    """People's words and how many deliveries, the most urgent first."""
    total: int
    first_at: str
    """The local time of the earliest."""


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of a month."""

    day: date
    posts: tuple[PostOnDay, ...]


def week_grid(connection: Connection, monday: date, zone: ZoneInfo, filters: Filters) -> WeekGrid:
    """Return the week that begins on a Monday; channels without a delivery are left out."""
    days = tuple(monday + timedelta(days=one) for one in range(7))
    rows = _between(connection, days[0], days[-1], zone, filters)
    by_cell: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_cell.setdefault((row.channel, row.day), []).append(row)
    lines = [
        Line(one.id, one.partner, one.network, _cells(by_cell, one.id, days))
        for one in _channels(connection, {row.channel for row in rows})
    ]
    return WeekGrid(days=days, lines=tuple(lines), total=len(rows))


def month(
    connection: Connection, first: date, zone: ZoneInfo, filters: Filters
) -> tuple[MonthDay, ...]:
    """Return every day of the month that begins on `first`, with its posts."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    day = func.substr(DELIVERY.c.wall_time, 1, 10).label("day")
    query = (
        select(
            day,
            DELIVERY.c.post,
            DELIVERY.c.state,
            func.count().label("number"),
            func.min(DELIVERY.c.wall_time).label("first"),
        )
        .where(*_span(first, last, zone), *filters.conditions())
        .group_by(day, DELIVERY.c.post, DELIVERY.c.state)
    )
    found: dict[str, dict[str, dict[str, tuple[int, str]]]] = {}
    for row in connection.execute(query):
        posts = found.setdefault(row.day, {})
        posts.setdefault(row.post, {})[row.state] = (row.number, row.first)
    days = (first + timedelta(days=one) for one in range((last - first).days + 1))
    return tuple(MonthDay(one, _posts(found.get(one.isoformat(), {}))) for one in days)


def day_list(
    connection: Connection, day: date, zone: ZoneInfo, filters: Filters, *, page: int = 1
) -> Some:
    """Return one page of a day's deliveries by time, and how many the day has in all."""
    rows = _between(connection, day, day, zone, filters)
    start = (page - 1) * ON_DAY_PAGE
    return Some(rows[start : start + ON_DAY_PAGE], len(rows))


def _span(first: date, last: date, zone: ZoneInfo) -> tuple[ColumnElement[bool], ...]:
    begins, ends = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    return DELIVERY.c.due_at >= begins, DELIVERY.c.due_at < ends


def _between(
    connection: Connection, first: date, last: date, zone: ZoneInfo, filters: Filters
) -> tuple[Row, ...]:
    return rows_where(connection, *_span(first, last, zone), *filters.conditions())


def _channels(connection: Connection, ids: Iterable[str]) -> list[Row]:
    query = select(CHANNEL.c.id, CHANNEL.c.partner, CHANNEL.c.network)
    wanted = query.where(CHANNEL.c.id.in_(sorted(ids)))
    return list(connection.execute(wanted.order_by(CHANNEL.c.partner, CHANNEL.c.id)))  # type: ignore[arg-type]


def _cells(
    by_cell: Mapping[tuple[str, str], list[Row]], channel: str, days: Iterable[date]
) -> tuple[Some, ...]:
    cells = (by_cell.get((channel, day.isoformat()), []) for day in days)
    return tuple(Some(tuple(one[:IN_CELL]), len(one)) for one in cells)


_URGENT = (
    State.UNKNOWN,
    State.MISSED,
    State.REFUSED,
    State.HELD,
    State.AWAITING_APPROVAL,
    State.SENDING,
    State.PLANNED,
    State.WITH_PARTNER,
)
_ORDER = [*_URGENT, *(state for state in State if state not in _URGENT)]


def _posts(posts: Mapping[str, Mapping[str, tuple[int, str]]]) -> tuple[PostOnDay, ...]:
    found = [
        PostOnDay(
            post,
            tuple((PEOPLES_WORDS[one], states[one][0]) for one in _ORDER if one in states),
            sum(number for number, _ in states.values()),
            min(first for _, first in states.values())[11:16],
        )
        for post, states in posts.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.first_at, one.post)))
