"""What only PostgreSQL has: a server that may be away, and writers that run beside each other."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, OperationalError

from campaign.store.backends import fault_of
from campaign.store.database import Store, StoreError, explain, open_store
from campaign.store.tables import STOP
from tests.postgres import Server

Transaction = Callable[[], AbstractContextManager[Connection]]
ROW = {"scope": "all", "target": "", "reason": "", "stopped_by": "ben"}


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.new_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def begins_beside(first: Transaction, second: Transaction) -> bool:
    """Whether a second transaction can begin while the first is open; both end."""
    begun = threading.Event()

    def begin() -> None:
        with second():
            begun.set()

    other = threading.Thread(target=begin)
    with first():
        other.start()
        beside = begun.wait(0.3)
    other.join()
    assert begun.is_set()
    return beside


def test_workers_write_beside_each_other_and_a_persons_decision_stands_alone(store: Store) -> None:
    assert begins_beside(store.write_one, store.write_one)
    assert not begins_beside(store.write_one, store.write)
    assert not begins_beside(store.write, store.write_one)
    assert not begins_beside(store.write, store.write)
    assert begins_beside(store.write, store.read)


def test_who_waited_for_a_decision_sees_it(store: Store) -> None:
    seen: list[int] = []

    def claim() -> None:
        with store.write_one() as connection:
            seen.append(connection.execute(text("SELECT count(*) FROM stop")).scalar_one())

    waiting = threading.Thread(target=claim)
    with store.write() as connection:
        waiting.start()
        time.sleep(0.2)
        connection.execute(insert(STOP).values(stopped_at=datetime.now(UTC), **ROW))
    waiting.join()
    assert seen == [1]


def test_a_reader_sees_one_state_and_cannot_write(store: Store) -> None:
    count = text("SELECT count(*) FROM stop")
    with store.read() as reader:
        assert reader.execute(count).scalar() == 0
        with store.write() as writer:
            writer.execute(insert(STOP).values(stopped_at=datetime.now(UTC), **ROW))
        assert reader.execute(count).scalar() == 0
    with store.read() as reader, pytest.raises(DBAPIError, match="read-only transaction"):
        reader.execute(insert(STOP).values(stopped_at=datetime.now(UTC), **ROW))


def test_what_is_committed_survives_a_power_cut_whatever_the_address_says(url: str) -> None:
    store = open_store(f"{url}&options=-c%20synchronous_commit%3Doff")
    with store.read() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert fault_of(connection) is None
    store.close()


def test_a_server_that_may_forget_what_was_sent_is_called_unfit(
    postgres: Server, store: Store
) -> None:
    postgres.run("ALTER SYSTEM SET fsync = off")
    postgres.run("SELECT pg_reload_conf()")
    try:
        deadline = time.monotonic() + 10
        fault = None
        while fault is None and time.monotonic() < deadline:
            with store.read() as connection:
                fault = fault_of(connection)
        assert fault == (
            "the server runs with fsync off: a power cut could make it forget what was sent"
        )
    finally:
        postgres.run("ALTER SYSTEM RESET fsync")
        postgres.run("SELECT pg_reload_conf()")


def test_a_worker_frozen_in_mid_transaction_does_not_keep_a_stop_from_being_thrown(
    url: str, store: Store
) -> None:
    frozen = open_store(f"{url}&options=-c%20idle_in_transaction_session_timeout%3D300")
    began = time.monotonic()
    with frozen.engine.execution_options(one_delivery=True).connect() as connection:
        connection.execute(text("SELECT 1"))
        with store.write() as other:
            other.execute(insert(STOP).values(stopped_at=datetime.now(UTC), **ROW))
        assert time.monotonic() - began < 5
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            connection.execute(text("SELECT 1"))
    frozen.close()


def test_it_goes_on_by_itself_after_the_server_was_started_anew(
    postgres: Server, store: Store
) -> None:
    with store.write() as connection:
        connection.execute(insert(STOP).values(stopped_at=datetime.now(UTC), **ROW))
    postgres.stop()
    with pytest.raises(OperationalError) as caught, store.read():
        pass
    assert "nothing of this step was kept: try again" in explain(caught.value)
    assert "\n" not in explain(caught.value)
    postgres.start()
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM stop")).scalar() == 1


def test_processes_that_open_an_empty_database_at_once_do_not_trip_over_each_other(
    postgres: Server,
) -> None:
    url = postgres.new_database("template1")
    faults: list[Exception] = []

    def open_it() -> None:
        try:
            open_store(url).close()
        except Exception as error:  # noqa: BLE001 - the test is about there being none
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgres"])
def test_other_ways_to_write_the_address_are_taken(url: str, scheme: str) -> None:
    store = open_store(url.replace("postgresql:", f"{scheme}:"))
    with store.read() as connection:
        assert connection.dialect.driver == "psycopg"
    store.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://ann:hush@127.0.0.1:1/spring", "spring cannot be used: .* is the server run"),
        ("postgresql://127.0.0.1:1/spring?sslmode=odd", "spring cannot be used: .*sslmode"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named_with_a_remedy(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught:
        open_store(url)
    assert "hush" not in str(caught.value)


def test_packages_that_are_not_installed_are_named_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="not installed; install them with `make install-postgres"):
        open_store("postgresql://127.0.0.1/spring")
