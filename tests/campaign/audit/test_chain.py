from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from campaign.audit import chain
from campaign.store.database import Store, open_store
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.guards import LOGS, unguard
from campaign.store.tables import DEED, MOVE, SEAL, TOMBSTONE

NOW = datetime(2027, 1, 11, 7, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def store(either_database: str) -> Iterator[Store]:
    opened = open_store(either_database)
    yield opened
    opened.close()


def write(connection: Connection, lines: int, first: int = 0) -> None:
    for number in range(first, first + lines):
        at = NOW + timedelta(seconds=number)
        line = {"at": at, "who": "ama", "from_state": None, "to_state": "planned", "why": "é“"}
        connection.execute(insert(MOVE).values(delivery_id=f"post/ico-x/{number}", **line))
        note_deed(connection, Change(who="ben", at=at, why="checked"), "said yes", f"post/{number}")


@pytest.fixture
def sealed(store: Store) -> Store:
    """Six lines, sealed in two goes."""
    for first in (0, 2):
        with store.write() as connection:
            write(connection, 2 if first == 0 else 1, first)
        with store.write() as connection:
            chain.seal(connection, NOW)
    return store


def found(store: Store, noted: str | None = None) -> chain.Finding:
    with store.read() as connection:
        return chain.verify(connection, noted=noted)


def beside_the_program(store: Store, *statements: str) -> None:
    """Do what only somebody can do who owns the database."""
    with store.engine.begin() as connection:
        unguard(connection)
        for one in statements:
            connection.exec_driver_sql(one)


def test_an_empty_log_is_intact_and_so_is_one_that_nobody_touched(
    store: Store,
) -> None:
    assert found(store) == chain.Finding(lines=0, head="0" * 64, unsealed=0)
    with store.write() as connection:
        write(connection, 3)
    assert found(store).unsealed == 6
    with store.write() as connection:
        assert chain.seal(connection, NOW) == 6
        assert chain.seal(connection, NOW) == 0
    assert (found(store).lines, found(store).unsealed, found(store).broken) == (6, 0, None)


def bury(store: Store) -> None:
    """Write a tombstone; it is not among the lines of the log."""
    row = {"at": NOW, "who": "ben", "kind": "letters", "rule": "", "number": 1, "sha256": ""}
    with store.write() as connection:
        connection.execute(insert(TOMBSTONE).values(**row, oldest_at=NOW, newest_at=NOW))


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("word", ["UPDATE", "DELETE"])
def test_the_database_itself_refuses_to_change_or_delete_a_line(
    sealed: Store, table: str, word: str
) -> None:
    if table == "tombstone":
        bury(sealed)
    column = "hash" if table == "seal" else "who"
    statement = f"UPDATE {table} SET {column} = 'x'" if word == "UPDATE" else f"DELETE FROM {table}"
    with (
        pytest.raises(DBAPIError, match="only ever appended to"),
        sealed.engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert (found(sealed).lines, found(sealed).broken) == (6, None)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE move SET who = 'zoe' WHERE id = 2",
            "line 2 of the log of moves (seal 2) was changed",
        ),
        (
            "UPDATE deed SET words = '' WHERE id = 3",
            "line 3 of the log of deeds (seal 6) was changed",
        ),
        ("DELETE FROM move WHERE id = 1", "line 1 of the log of moves (seal 1) was taken out"),
        ("DELETE FROM seal WHERE number = 4", "seal 4 was taken out"),
        ("UPDATE seal SET hash = 'x' WHERE number = 3", "line 1 of the log of deeds (seal 3)"),
    ],
)
def test_a_change_beside_the_program_is_found_at_its_line(
    sealed: Store, statement: str, says: str
) -> None:
    beside_the_program(sealed, statement)
    broken = found(sealed).broken
    assert broken is not None
    assert broken.startswith(says)


def test_a_line_that_was_slipped_in_among_sealed_ones_is_found(sealed: Store) -> None:
    beside_the_program(sealed, "UPDATE move SET id = 9 WHERE id = 3")
    assert found(sealed).broken is not None
    beside_the_program(sealed, "UPDATE move SET id = 3 WHERE id = 9")
    assert found(sealed).broken is None
    beside_the_program(
        sealed,
        "INSERT INTO move (id, delivery_id, at, who, to_state, why) "
        "VALUES (0, 'x/y/1', '2027-01-01 00:00:00+00:00', 'zoe', 'planned', '')",
    )
    assert found(sealed).broken == "line 0 of the log of moves was slipped in"


def test_a_chain_that_was_made_anew_is_caught_by_a_hash_that_was_noted(sealed: Store) -> None:
    noted = found(sealed).head
    assert found(sealed, noted).broken is None
    beside_the_program(sealed, "UPDATE move SET who = 'zoe' WHERE id = 2", "DELETE FROM seal")
    with sealed.write() as connection:
        chain.seal(connection, NOW)
    assert found(sealed).broken is None
    assert "is not in the chain" in (found(sealed, noted).broken or "")


def test_a_chain_that_lost_its_end_is_caught_by_a_hash_that_was_noted(sealed: Store) -> None:
    noted = found(sealed).head
    beside_the_program(
        sealed,
        "DELETE FROM seal WHERE number > 4",
        "DELETE FROM move WHERE id > 2",
        "DELETE FROM deed WHERE id > 2",
    )
    assert found(sealed).broken is None
    assert "is not in the chain" in (found(sealed, noted).broken or "")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_change_of_any_field_of_any_line_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("chain")
    store = open_store(f"sqlite:///{folder}/campaign.db")
    with store.write() as connection:
        write(connection, 3)
        chain.seal(connection, NOW)
    table = data.draw(st.sampled_from([MOVE, DEED, SEAL]))
    with store.engine.begin() as connection:
        unguard(connection)
        column = data.draw(st.sampled_from([one for one in table.c if not one.primary_key]))
        line = data.draw(st.integers(1, 3))
        key = next(iter(table.primary_key))
        old = connection.execute(select(column).where(key == line)).scalar_one()
        new = _other(old, data)
        name, place = column.name, {"new": new, "line": line}
        connection.execute(
            text(f"UPDATE {table.name} SET {name} = :new WHERE {key.name} = :line"), place
        )
    broken = found(store).broken
    store.close()
    harmless = (table, column.name) == (SEAL, "sealed_at")
    assert (broken is None) is harmless


def _other(old: object, data: st.DataObject) -> object:
    if isinstance(old, datetime):
        return "2027-01-11 07:00:59.000000"
    if isinstance(old, int):
        return old + data.draw(st.integers(10, 20))
    return data.draw(st.text("abc", min_size=1).filter(lambda one: one != old))
