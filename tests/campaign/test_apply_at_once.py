from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from campaign.apply import apply, difference
from campaign.plan import PlannedDelivery
from campaign.store.database import open_store
from campaign.store.deliveries import Change, history, list_deliveries
from tests.campaign.deliveries import NOW, planned
from tests.campaign.test_apply import SCHEDULE, Read, read

__all__ = ["read"]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that the database is given, one for each time it is asked."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def many(number: int) -> list[PlannedDelivery]:
    return [replace(planned(), id=f"myth/ico-x/{run}", run=str(run)) for run in range(number)]


@pytest.mark.parametrize("number", [20, 2000])
def test_the_database_is_asked_no_more_often_for_more_deliveries(
    tmp_path: Path, read: Read, number: int
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/campaign.db")
    schedule, wanted = read(SCHEDULE), many(number)
    with store.write() as connection, statements(store.engine) as asked:
        found = difference(connection, schedule, wanted, NOW)
        apply(connection, schedule, found, found, Change(who="ama", at=NOW, why="applied"))
    assert len(asked) < 20
    with store.read() as connection:
        assert len(list_deliveries(connection)) == number
        assert [one.to_state for one in history(connection, "myth/ico-x/7")] == [
            "awaiting-approval"
        ]
    store.close()
