"""Prepared statements do what SQLAlchemy would do with them, on both kinds of database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, literal, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlmodel.sql.sqltypes import UTCDateTime

from campaign.store.database import Store, open_store
from campaign.store.prepared import INSTANTS, Prepared
from campaign.store.tables import PAYLOAD

NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)
BY_HASH = (
    select(PAYLOAD.c.content_hash, PAYLOAD.c.created_at)
    .where(PAYLOAD.c.content_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(PAYLOAD.c.content_hash)
)
ADD = Prepared(insert(PAYLOAD), "content_hash", "body", "created_at")


@pytest.fixture(name="store")
def _store(either_database: str) -> Store:
    return open_store(either_database)


def line(name: str, at: datetime = NOON) -> dict[str, object]:
    return {"content_hash": name, "body": "{}", "created_at": at}


def test_rows_come_back_as_they_were_written_for_lists_of_any_length(store: Store) -> None:
    query = Prepared(BY_HASH)
    in_paris = datetime(2027, 1, 12, 14, 0, tzinfo=timezone(timedelta(hours=1)))
    with store.write() as connection:
        assert ADD.change(connection, [line("a"), line("b", in_paris), line("c")]) == 3
        assert query.rows(connection, {"hashes": []}) == []
        for names in (["a"], ["a", "b"], ["a", "b", "c"], ["b"]):
            rows = query.rows(connection, {"hashes": names})
            assert [row.content_hash for row in rows] == names
            core = connection.execute(BY_HASH, {"hashes": names}).all()
            assert [tuple(row) for row in rows] == [tuple(row) for row in core]
    assert {row.created_at for row in rows} == {NOON + timedelta(hours=1)}
    store.close()


def test_values_that_stand_in_a_statement_are_bound_too(store: Store) -> None:
    number = literal(7).label("number")
    both = Prepared(union_all(select(number), select(literal(8).label("number"))))
    late = Prepared(select(PAYLOAD.c.content_hash).where(PAYLOAD.c.created_at > NOON))
    with store.write() as connection:
        ADD.change(connection, [line("a"), line("b", NOON + timedelta(seconds=1))])
        assert sorted(row.number for row in both.rows(connection, {})) == [7, 8]
        assert [row.content_hash for row in late.rows(connection, {})] == ["b"]
    store.close()


def test_a_change_says_how_many_rows_it_met(store: Store) -> None:
    change = Prepared(update(PAYLOAD).where(PAYLOAD.c.content_hash == bindparam("name")), "body")
    with store.write() as connection:
        ADD.change(connection, [line("a"), line("b")])
        met = [{"name": one, "body": "[]"} for one in ("a", "lost", "b")]
        assert change.change(connection, met) == 2
        assert change.change(connection, met[1:2]) == 0
    store.close()


def test_what_the_driver_raises_is_raised_as_sqlalchemy_raises_it(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        ADD.change(connection, [line("a"), line("a")])
    with store.read() as connection:
        assert Prepared(BY_HASH).rows(connection, {"hashes": ["a"]}) == []
    store.close()


def test_a_query_opens_the_transaction_that_it_is_read_in(store: Store) -> None:
    query = Prepared(BY_HASH)
    with store.read() as connection:
        assert query.rows(connection, {"hashes": ["a"]}) == []
        with store.write() as other:
            ADD.change(other, [line("a")])
        assert query.rows(connection, {"hashes": ["a"]}) == []
    store.close()


def test_an_instant_that_many_statements_say_is_written_out_once(store: Store) -> None:
    other, at = Prepared(BY_HASH.where(PAYLOAD.c.created_at == bindparam("at"))), NOON
    kind = (store.engine.dialect.name, UTCDateTime)
    with store.write() as connection:
        ADD.change(connection, [line("a", at)])
        before = INSTANTS[kind].cache_info()  # type: ignore[attr-defined]  # of `lru_cache`
        ADD.change(connection, [line("b", at), line("c", at)])
        assert len(other.rows(connection, {"hashes": ["a", "b", "c"], "at": at})) == 3
        after = INSTANTS[kind].cache_info()  # type: ignore[attr-defined]
    assert (after.misses, after.hits) == (before.misses, before.hits + 3)
    store.close()
