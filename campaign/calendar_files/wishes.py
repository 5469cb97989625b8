"""Works out what a calendar that was read back wants changed in the schedule.

A row that is there says when; a row that is not there says nothing, so that a sheet with one
partner's rows can be read back. Taking something away has to be said: `remove` in its first column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from pydantic_core import PydanticCustomError

from campaign.calendar_files.columns import (
    ACCOUNT,
    CHANGE,
    COLUMNS,
    ENTRY,
    ID,
    KEPT_NOWHERE,
    MOVES_BY_ITSELF,
    POST,
    REMOVE,
    TAKEN,
    TIME,
    Cells,
)
from campaign.calendar_files.sheets import Line, Table
from campaign.schedule.faults import Fault, FaultsFound, near
from campaign.schedule.model import Schedule, SingleEntry
from campaign.schedule.values import duration_text, read_id, read_wall_time

_ELSEWHERE = "is not taken from a calendar; change it in the post's folder or in schedule.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """What becomes of an entry that is there: another time, fewer channels, or its end."""

    at: str | None
    """None where its time stays."""
    send_to: tuple[str, ...] | None
    """None where it stays as written; empty where the whole entry goes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """An entry that is to be."""

    name: str
    post: str
    at: str
    send_to: tuple[str, ...]
    stagger: timedelta | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """Everything that a file wants changed."""

    edited: Mapping[int, Edited]
    """By the entry's place in the schedule, from 0."""
    added: tuple[Added, ...]


@dataclass(slots=True)
class _Group:
    """The rows of one entry: their channels with the times they ask for."""

    lines: list[tuple[Line, str, datetime | None]] = field(default_factory=list)
    """The row, its channel, and its time; None where it is to go."""


def wishes_in(table: Table, current: Sequence[Cells], schedule: Schedule) -> Wishes:
    """Return what a table asks for; raise `FaultsFound` with every fault of every row."""
    reader = _Reader(table, current, schedule)
    found = reader.read()
    if reader.faults:
        raise FaultsFound(reader.faults)
    return found


class _Reader:
    """Reads one table against the calendar as it is."""

    def __init__(self, table: Table, current: Sequence[Cells], schedule: Schedule) -> None:
        self._table = table
        self._now = {row[ID]: row for row in current}
        self._schedule = schedule
        self._places = {entry.name: number for number, entry in enumerate(schedule.schedule)}
        self.faults: list[Fault] = []

    def read(self) -> Wishes:
        self._check_columns()
        old: dict[str, _Group] = {}
        new: dict[str, _Group] = {}
        seen: set[str] = set()
        for line in self._table.lines if not self.faults else ():
            row_id = line.cells.get(ID, "").strip()
            if row_id and row_id in seen:
                self._object(line, ID, f"“{row_id}” stands twice in this file")
            seen.add(row_id)
            self._check_elsewhere(line)
            moment = self._moment(line)
            if row_id:
                self._known(line, row_id, moment, (old, new))
            else:
                self._fresh(line, moment, new)
        edited = dict(pair for name, group in old.items() for pair in self._edit(name, group))
        added = tuple(one for name, group in new.items() for one in self._add(name, group))
        return Wishes(edited=edited, added=added)

    def _check_columns(self) -> None:
        columns = self._table.columns
        for name in (ID, POST, ACCOUNT, TIME):
            if name not in columns:
                self.faults.append(Fault(self._table.file, 1, 1, f"there is no column “{name}”"))
        for place, name in enumerate(columns, start=1):
            if name and name not in COLUMNS:
                message = f"unknown column “{name}”{near(name, COLUMNS)}"
                self.faults.append(Fault(self._table.file, 1, place, message))

    def _check_elsewhere(self, line: Line) -> None:
        """Refuse what a person changed and nothing here would keep."""
        row = self._now.get(line.cells.get(ID, "").strip(), {})
        for name, cell in line.cells.items():
            if name in TAKEN or name in MOVES_BY_ITSELF or name == ID:
                continue
            if name in KEPT_NOWHERE and cell.strip():
                self._object(line, name, "nothing here keeps this; write it into the post's note")
            elif row and _same(cell) != _same(row.get(name, "")):
                self._object(line, name, _ELSEWHERE)

    def _moment(self, line: Line) -> datetime | None:
        """Return the time a row asks for; None where it is to go, or says none that can be read."""
        change = line.cells.get(CHANGE, "").strip().lower()
        if change and change != REMOVE:
            message = f"“{change}” is no change; write {REMOVE}, or leave it empty"
            self._object(line, CHANGE, message)
        if change == REMOVE:
            return None
        try:
            return read_wall_time(line.cells.get(TIME, "").strip()).local
        except PydanticCustomError as error:
            self._object(line, TIME, error.message())
            return None

    def _known(
        self,
        line: Line,
        row_id: str,
        moment: datetime | None,
        groups: tuple[dict[str, _Group], dict[str, _Group]],
    ) -> None:
        row = self._now.get(row_id)
        if row is None:
            message = f"“{row_id}” is not in the calendar any more{near(row_id, self._now)}"
            self._object(line, ID, f"{message}; leave the id of a new row empty")
            return
        for name in (POST, ACCOUNT):
            if line.cells.get(name, "").strip() != row[name]:
                self._object(line, name, f"belongs to “{row_id}”; write a new row without an id")
        entry = line.cells.get(ENTRY, row[ENTRY]).strip() or row[ENTRY]
        stays = entry == row[ENTRY]
        group = groups[0].setdefault(row[ENTRY], _Group())
        group.lines.append((line, row[ACCOUNT], moment if stays else None))
        if not stays:
            self._check_id(line, ENTRY, entry)
        if not stays and moment is not None:
            groups[1].setdefault(entry, _Group()).lines.append((line, row[ACCOUNT], moment))

    def _fresh(self, line: Line, moment: datetime | None, new: dict[str, _Group]) -> None:
        channel = line.cells.get(ACCOUNT, "").strip()
        if channel not in self._schedule.channels:
            message = f"there is no channel “{channel}”{near(channel, self._schedule.channels)}"
            self._object(line, ACCOUNT, message)
        post = line.cells.get(POST, "").strip()
        name = line.cells.get(ENTRY, "").strip() or post
        self._check_id(line, POST, post)
        self._check_id(line, ENTRY, name)
        if moment is not None:
            new.setdefault(name, _Group()).lines.append((line, channel, moment))

    def _check_id(self, line: Line, column: str, said: str) -> None:
        """Refuse what is no id: written into schedule.yaml, a text could say something else."""
        try:
            read_id(said)
        except PydanticCustomError as error:
            self._object(line, column, error.message())

    def _edit(self, name: str, group: _Group) -> Iterator[tuple[int, Edited]]:
        changed = [one for one in group.lines if self._differs(one[0], one[2])]
        if not changed or self.faults:
            return
        place = self._places[name]
        entry = self._schedule.schedule[place]
        if not isinstance(entry, SingleEntry) or entry.every is not None:
            what = "runs again and again" if isinstance(entry, SingleEntry) else "is a queue"
            self._object(changed[0][0], TIME, f"“{name}” {what}; change it in schedule.yaml")
            return
        channels = self._schedule.channels_of(entry.send_to)
        gone = {channel for _, channel, moment in group.lines if moment is None}
        left = tuple(one for one in channels if one not in gone)
        at = self._new_time(entry, group, left) if left else None
        yield place, Edited(at=at, send_to=left if gone else None)

    def _differs(self, line: Line, moment: datetime | None) -> bool:
        return moment is None or _text(moment) != self._now[line.cells[ID].strip()][TIME]

    def _new_time(self, entry: SingleEntry, group: _Group, left: Sequence[str]) -> str | None:
        """Return the entry's new time, None for the old one; object where its rows do not fit.

        Without a channel that was taken out, those after it would all go out earlier. So every
        channel that is left has to be asked for, or stand already, where the entry puts it.
        """
        stagger = entry.stagger or timedelta(0)
        now = {row[ACCOUNT]: row[TIME] for row in self._now.values() if row[ENTRY] == entry.name}
        asked = {channel: (line, at) for line, channel, at in group.lines if at is not None}
        wanted = now | {channel: _text(at) for channel, (_, at) in asked.items()}
        first = datetime.fromisoformat(wanted[left[0]])
        for number, channel in enumerate(left):
            fits = _text(first + stagger * number)
            if wanted[channel] != fits:
                line = asked[channel][0] if channel in asked else group.lines[0][0]
                apart = f"its channels {duration_text(stagger)} apart" if stagger else "at one time"
                message = f"“{entry.name}” goes out as one, {apart}: {channel} would be at {fits}"
                self._object(line, TIME, f"{message}; say so, or name another entry for it")
        return wanted[left[0]] if wanted[left[0]] != now[self._first(entry)] else None

    def _first(self, entry: SingleEntry) -> str:
        return self._schedule.channels_of(entry.send_to)[0]

    def _add(self, name: str, group: _Group) -> Iterator[Added]:
        rows = sorted(group.lines, key=lambda one: str(one[2]))
        first = rows[0][0]
        if name in self._places:
            message = f"“{name}” is there already; give new rows an entry of their own"
            self._object(first, ENTRY, message)
        posts = {line.cells.get(POST, "").strip() for line, _, _ in rows}
        if len(posts) > 1:
            self._object(first, POST, f"the rows of “{name}” name several posts, and it has one")
        times = [moment for _, _, moment in rows if moment is not None]
        gaps = {later - earlier for earlier, later in pairwise(times)}
        if len(gaps) > 1:
            message = f"the rows of “{name}” are not equally far apart; split them into entries"
            self._object(first, TIME, message)
        yield Added(
            name=name,
            post=min(posts),
            at=_text(times[0]),
            send_to=tuple(channel for _, channel, _ in rows),
            stagger=next(iter(gaps), timedelta(0)) or None,
        )

    def _object(self, line: Line, column: str, message: str) -> None:
        self.faults.append(self._table.fault(line.number, column, message))


def _text(moment: datetime) -> str:
    return moment.isoformat(" ", "seconds" if moment.second else "minutes")


def _same(cell: str) -> str:
    """Return a cell without what spreadsheets change by themselves: line ends and outer blanks."""
    return cell.replace("\r\n", "\n").strip()
