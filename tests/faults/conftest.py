"""The process that forks lives, and the table at the end of a run of the whole matrix."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.clock import SteppedClock
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office
from tests.faults.cells import CELLS, Cell, End, Kind, Point, Trouble
from tests.faults.lives import Lives
from tests.faults.table import render

ASKED_FOR = "faults"


@pytest.fixture(scope="session")
def lives() -> Iterator[Lives]:
    with Lives() as forking:
        yield forking


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = Office(tmp_path, rehearsal, clock)
        yield place
        place.close()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the whole matrix to `make test-faults`; a sample of it runs always."""
    if ASKED_FOR in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("faults")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table where the whole matrix was played."""
    ends = dict(
        _read(value)
        for kind in ("passed", "failed")
        for report in terminalreporter.getreports(kind)
        for name, value in getattr(report, "user_properties", ())
        if name == "cell"
    )
    if len(ends) == len(CELLS):
        terminalreporter.section("fault matrix")
        for line in render(ends):
            terminalreporter.write_line(line)


def _read(value: str) -> tuple[Cell, End]:
    kind, point, trouble, posts, state, attempts, asked = value.split("/")
    cell = Cell(Kind(kind), Point(point), Trouble(trouble))
    return cell, End(int(posts), state, int(attempts), int(asked))
