"""Tables that people bring back: numbers of partners, and the calendar as a spreadsheet saved it.

What is refused leaves everything as it was; what is taken is whole.
"""

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NoReturn

import pytest
from sqlalchemy import Connection

from analytics.imports import MetricsFileError, NumbersFile, decode_metrics, import_metrics
from campaign.calendar_files.columns import ACCOUNT, CHANGE, COLUMNS, ENTRY, ID, POST, TIME
from campaign.calendar_files.editing import edited
from campaign.calendar_files.sheets import as_csv, as_xlsx, read_table
from campaign.calendar_files.wishes import wishes_in
from campaign.schedule.faults import FaultsFound
from campaign.schedule.reading import read_schedule
from campaign.states import State
from tests.analytics.world import NETWORKS, World, at
from tests.campaign.folders import HEAD as HEAD_OF_CAMPAIGN
from tests.connectors.bench import START
from tests.fuzz.budget import with_each_seed
from tests.fuzz.test_files import damaged

HEAD = ["channel", "post", "observed_at", "metric", "value", "paid"]
GOOD = [
    ["ndna-linkedin", "myth", "2027-01-24 23:30", "impressions", "1204", ""],
    ["ndna-linkedin", "asked", "2027-01-24T23:30:00+01:00", "reach", "7", "no"],
    ["ico-x", "myth/ico-x/1", "2027-01-20 09:00", "reactions", "0", "yes"],
]
CELLS = (
    *("", "0", "-1", "1e3", "1.5", "1,204", "1 204", "99999999999999999999", "NaN", "\u0661\u0662"),
    *("ico-x", "myth", "2027-03-28 01:30", "2027-10-31 01:30", "0001-01-01 00:00", "9999-12-31"),
    *("2027-01-24T23:30:00+99:00", "2027-01-24 25:61", "yes", "maybe", "=1+1", "'=1", "\x00"),
    *("impressions", "no-metric", "remove", "law", "one", "all", "a/b/c", "\u202e", "x" * 5000),
    *("2027-01-12 08:30", "2027-01-12 08:30:15", "2027-01-12T08:30", "9999-12-31 23:59"),
    *("law\nrules: {approval: none}", "a: b", "[", "#", "- x", "law # no", "null", "new"),
)


class UndoneError(Exception):
    """Takes back what was stored, so that each example begins with the same."""


def world() -> World:
    made = World()
    published = at("2027-01-19 09:00")
    made.post("ndna-linkedin", "myth", published)
    made.post("ndna-linkedin", "asked", None, due_at=published, state=State.WITH_PARTNER)
    made.post("ico-x", "myth", published)
    return made


WORLD = world()


def as_text(rows: list[list[str]], comma: str = ",") -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=comma).writerows(rows)
    return target.getvalue()


def changed(chance: Random, rows: list[list[str]]) -> list[list[str]]:
    """Put other cells in, leave some out, and have rows again."""
    made = [list(row) for row in rows]
    for _ in range(chance.randrange(1, 5)):
        row = chance.choice(made)
        kind = chance.randrange(6)
        if kind == 0:
            made.insert(chance.randrange(len(made) + 1), list(row))
        elif kind == 1 and row:
            row.pop(chance.randrange(len(row)))
        elif row:
            row[chance.randrange(len(row))] = chance.choice(CELLS)
    return made


def numbers(chance: Random, _folder: Path) -> None:
    rows = [HEAD, *GOOD] if chance.random() < 0.8 else [HEAD[:5], *[one[:5] for one in GOOD]]
    content = as_text(changed(chance, rows), chance.choice(",,,,;")).encode("utf-8", "replace")
    if chance.random() < 0.3:
        content = damaged(chance, content)
    said = refused(content)
    assert all(one.startswith("a.csv") for one in said), said


def refused(content: bytes) -> tuple[str, ...]:
    """Take numbers in and back out again; return the faults, none where they were taken."""
    try:
        file = NumbersFile(name="a.csv", text=decode_metrics(content, "a.csv"))
        with suppress(UndoneError), WORLD.store.write() as connection:
            _take(connection, file)
    except MetricsFileError as error:
        return error.faults
    return ()


def _take(connection: Connection, file: NumbersFile) -> NoReturn:
    done = import_metrics(connection, file, networks=NETWORKS, now=at("2027-01-25 09:00"))
    assert done.new + done.corrected + done.known > 0
    raise UndoneError


SCHEDULE = f"""{HEAD_OF_CAMPAIGN}
schedule:
  - post: law    # nobody moves this
    at: 2027-01-12 08:30
    send_to: [ico-x,  ico-bluesky]
    stagger: 10m
  - {{post: second, id: other, at: "2027-01-13 10:00", send_to: [ndna-linkedin]}}
  - post: second
    at: 2027-01-20 11:00
    every: 4 weeks
    send_to: [ico-x]
# The end.
"""
ROWS = (
    ("law/ico-x/1", "law", "law", "ico-x", "2027-01-12 08:30"),
    ("law/ico-bluesky/1", "law", "law", "ico-bluesky", "2027-01-12 08:40"),
    ("other/ndna-linkedin/1", "other", "second", "ndna-linkedin", "2027-01-13 10:00"),
    ("second/ico-x/1", "second", "second", "ico-x", "2027-01-20 11:00"),
)
TAKEN = (ID, ENTRY, POST, ACCOUNT, TIME)
CALENDAR = [dict.fromkeys(COLUMNS, "") | dict(zip(TAKEN, row, strict=True)) for row in ROWS]
FRESH = ["", "new", "law", "ico-x", "2027-02-01 09:00"]


def calendar(chance: Random, folder: Path) -> None:
    """Law: what a table wants is written into the entries and nowhere else, or it is refused."""
    file, sheet = folder / "schedule.yaml", folder / chance.choice(("a.csv", "a.xlsx"))
    file.write_text(SCHEDULE, encoding="utf-8")
    before = read_schedule(file)
    rows = changed(chance, [[*map(str, row), ""] for row in (*ROWS, FRESH)])
    cells = [dict(zip((*TAKEN, CHANGE), row, strict=False)) for row in rows]
    written = as_csv(COLUMNS, cells) if sheet.suffix == ".csv" else as_xlsx(COLUMNS, cells, START)
    sheet.write_bytes(written if chance.random() < 0.8 else damaged(chance, written))
    try:
        wishes = wishes_in(read_table(sheet), CALENDAR, before)
    except FaultsFound:
        return
    file.write_text(edited(SCHEDULE, wishes), encoding="utf-8")
    try:
        after = read_schedule(file)
    except FaultsFound:  # the import looks at the whole schedule before it writes it
        return
    assert after.model_dump(exclude={"schedule"}) == before.model_dump(exclude={"schedule"})
    gone = [one for one in wishes.edited.values() if one.send_to == ()]
    assert len(after.schedule) == len(before.schedule) + len(wishes.added) - len(gone)


FUZZERS = (numbers, calendar)


@pytest.mark.fuzz
@pytest.mark.parametrize("once", FUZZERS, ids=lambda one: one.__name__)
def test_whatever_a_table_says_is_taken_whole_or_refused_whole(
    once: Callable[[Random, Path], None], tmp_path: Path
) -> None:
    with_each_seed(lambda seed: once(Random(seed), tmp_path))
