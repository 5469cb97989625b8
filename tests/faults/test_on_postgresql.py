"""A crash at each point ends on PostgreSQL as the matrix says it does on SQLite."""

from pathlib import Path

import pytest

from tests.faults.cells import Cell, Kind, Point, Trouble, read_expected
from tests.faults.lives import Lives
from tests.faults.playing import play
from tests.faults.sample import sampled
from tests.faults.scene import scene_of
from tests.postgres import Server

EXPECTED = read_expected()
CELLS = [
    *(Cell(Kind.KEY, point, Trouble.NONE) for point in Point),
    Cell(Kind.RECORD, Point.UNDER_WAY, Trouble.FAIL_AFTER),
    Cell(Kind.CONTAINER, Point.AFTER_ANSWER, Trouble.NONE),
    Cell(Kind.LOOK_UP, Point.AFTER_PREPARE, Trouble.LATE),
    Cell(Kind.NOTHING, Point.BEFORE_OUTCOME, Trouble.DROP_BEFORE),
]
ALWAYS = [(CELLS[0],), (CELLS[-1],)]


@pytest.mark.parametrize("cell", sampled([(one,) for one in CELLS], ALWAYS), ids=str)
def test_a_cell_ends_on_postgresql_as_on_sqlite(
    cell: Cell, tmp_path: Path, lives: Lives, postgres: Server
) -> None:
    url = postgres.new_database()
    with scene_of(cell, tmp_path / "campaign", database=url) as scene:
        assert play(cell, scene, lives) == EXPECTED[cell]
        assert scene.gate.publish_requests, f"no request was made, so {cell.trouble} was not hit"
    assert "Traceback" not in scene.said()
