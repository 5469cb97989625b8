"""Every crash point with every network fault on every kind of network; real processes, SIGKILL.

`make test-faults` plays all of it and prints its table; a sample runs with all other tests.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.cells import CELLS, UNSTORED, Cell, End, Kind, Point, Trouble, read_expected
from tests.faults.lives import Lives
from tests.faults.playing import play
from tests.faults.scene import scene_of
from tests.faults.table import doubled, lost

EXPECTED = read_expected()

SAMPLE = (
    {Cell(kind, Point.AFTER_ANSWER, Trouble.NONE) for kind in Kind}
    | {Cell(kind, Point.UNDER_WAY, Trouble.DROP_BEFORE) for kind in (Kind.KEY, Kind.NOTHING)}
    | {
        Cell(Kind.KEY, Point.AFTER_CLAIM, Trouble.NONE),
        Cell(Kind.CONTAINER, Point.AFTER_PREPARE, Trouble.NONE),
        Cell(Kind.RECORD, Point.NONE, Trouble.LATE),
        Cell(Kind.LOOK_UP, Point.NONE, Trouble.FAIL_AFTER),
        Cell(Kind.RECORD, Point.BEFORE_OUTCOME, Trouble.RATE_LIMIT),
    }
)


def cells() -> list[object]:
    """Return all cells, those outside the sample marked."""
    marks = [() if cell in SAMPLE else (pytest.mark.faults,) for cell in CELLS]
    return [
        pytest.param(cell, marks=mark, id=str(cell))
        for cell, mark in zip(CELLS, marks, strict=True)
    ]


@pytest.mark.parametrize("cell", cells())
def test_a_cell_ends_as_the_literal_says(
    cell: Cell, tmp_path: Path, lives: Lives, record_property: Callable[[str, object], None]
) -> None:
    with scene_of(cell, tmp_path / "campaign") as scene:
        end = play(cell, scene, lives)
        assert scene.gate.publish_requests, f"no request was made, so {cell.trouble} was not hit"
    record_property("cell", f"{cell}/{end.posts}/{end.state}/{end.attempts}/{end.asked}")
    assert end == EXPECTED[cell]
    assert "Traceback" not in scene.said()


def test_every_cell_has_one_literal_and_no_literal_is_without_a_cell() -> None:
    assert set(EXPECTED) == set(CELLS)
    assert len(CELLS) == 5 * 8 * 7


def test_no_literal_says_that_a_post_is_doubled_or_lost() -> None:
    assert [str(cell) for cell, end in EXPECTED.items() if doubled(end) or lost(end)] == []
    assert {(end.posts, end.state) for end in EXPECTED.values()} == {(1, "published")}


def by_the_rules(cell: Cell) -> End:
    """Return how a cell has to end by what is known of the network, the crash and the fault."""
    died_before_asking = cell.point in (Point.AFTER_CLAIM, Point.AFTER_PREPARE)
    died_not_knowing = cell.point in (Point.UNDER_WAY, Point.AFTER_ANSWER, Point.BEFORE_OUTCOME)
    unstored = cell.trouble in UNSTORED
    was_told = cell.trouble in (Trouble.NONE, Trouble.RATE_LIMIT) and not died_not_knowing
    cannot_see_absence = cell.kind in (Kind.LOOK_UP, Kind.NOTHING)
    cannot_see_it = cell.kind is Kind.NOTHING or (cell.kind is Kind.LOOK_UP and unstored)
    asked = (died_before_asking and cannot_see_absence) + (cannot_see_it and not was_told)
    return End(1, "published", 1 + died_before_asking + unstored, asked)


def test_every_literal_follows_the_rules() -> None:
    wrong = {str(cell): end for cell, end in EXPECTED.items() if end != by_the_rules(cell)}
    assert wrong == {}


def test_no_person_is_asked_what_the_network_can_settle() -> None:
    settles = (Kind.KEY, Kind.RECORD, Kind.CONTAINER)
    assert [str(cell) for cell, end in EXPECTED.items() if cell.kind in settles and end.asked] == []


def test_the_table_counts_what_must_not_be() -> None:
    assert doubled(End(2, "published", 1, 0))
    assert not doubled(End(1, "published", 3, 2))
    assert lost(End(0, "unknown", 1, 0))
    assert not lost(End(0, "unknown", 1, 1))
