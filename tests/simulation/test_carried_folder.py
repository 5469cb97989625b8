"""A feed's folder in a simulation keeps its writers apart as a real one does."""

from datetime import UTC, datetime

import pytest

from rehearsal.server import Rehearsal
from simulation.carried_folder import CarriedFolder


def test_whoever_comes_while_another_stands_still_with_the_folder_is_turned_away() -> None:
    with Rehearsal(now=lambda: datetime(2027, 1, 12, tzinfo=UTC)) as rehearsal:
        name = rehearsal.add_account("feed", "ico.feed")["FOLDER"]
        held: set[str] = set()
        first, second = (
            CarriedFolder(rehearsal, name, lambda _network, call: call(), held) for _ in range(2)
        )
        with first.alone(), pytest.raises(BlockingIOError), second.alone():
            pytest.fail("two write at the same time")
        with second.alone():
            second.put("picture.png", b"1")
        assert first.read("picture.png") == b"1"
