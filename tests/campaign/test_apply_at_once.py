from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from campaign.apply import apply, difference
from campaign.decisions.approvals import approve_all
from campaign.plan import PlannedDelivery
from campaign.store.database import open_store
from campaign.store.deliveries import Change, history, list_deliveries
from tests.campaign.deliveries import NOW, planned
from tests.campaign.test_apply import ROLES, SCHEDULE, Read, read

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


def test_changing_approving_and_cancelling_many_asks_no_more_often(
    tmp_path: Path, read: Read
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/campaign.db")
    schedule, wanted, number = read(SCHEDULE), many(500), []
    later = [replace(one, late_limit=timedelta(hours=1)) for one in wanted]
    for planned_now in (wanted, later, []):
        with store.write() as connection, statements(store.engine) as asked:
            found = difference(connection, schedule, planned_now, NOW)
            apply(connection, schedule, found, found, Change(who="ama", at=NOW, why="applied"))
            if planned_now is wanted:
                approval = Change(who="ben", at=NOW, why="approved")
                approve_all(connection, [one.id for one in wanted], approval, ROLES)
        number.append(len(asked))
    assert max(number) < 40
    with store.read() as connection:
        moves = history(connection, "myth/ico-x/7")
        states = {one.state for one in list_deliveries(connection)}
    assert [(one.from_state, one.to_state, one.why) for one in moves] == [
        (None, "awaiting-approval", "applied"),
        ("awaiting-approval", "planned", "approved"),
        ("planned", "planned", "late limit: 30 to 60 minutes"),
        ("planned", "cancelled", "no longer in the schedule"),
    ]
    assert states == {"cancelled"}
    store.close()
