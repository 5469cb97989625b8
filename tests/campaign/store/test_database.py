import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlmodel import SQLModel

from campaign.store import backends
from campaign.store.database import HEAD, Store, StoreError, open_store
from campaign.store.tables import MEDIA, STOP

PICTURE = {"media_type": "image/png", "size": 1, "content": b"0"}
MIGRATIONS = Path(__file__).parents[3] / "campaign" / "migrations"


@pytest.fixture
def store(either_database: str) -> Iterator[Store]:
    opened = open_store(either_database)
    yield opened
    opened.close()


def test_a_fresh_database_has_exactly_the_tables_of_the_models(store: Store) -> None:
    with store.write() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert found == []


def test_the_revision_in_the_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_database_of_a_newer_version_is_refused_with_a_remedy_and_left_alone(
    either_database: str,
) -> None:
    store = open_store(either_database)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'ff00'"))
    store.close()
    with pytest.raises(StoreError, match=r"written by a newer Campaign Desk .*ff00.*upgrade"):
        open_store(either_database)
    with store.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [
            ("ff00",)
        ]
    store.close()


def test_the_database_survives_power_cuts_and_lets_readers_read(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/campaign.db")
    with store.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL


def test_a_reader_does_not_wait_for_a_writer_and_does_not_see_its_unfinished_work(
    store: Store,
) -> None:
    stop = {
        "scope": "all",
        "target": "",
        "reason": "",
        "stopped_by": "ben",
        "stopped_at": "2027-01-01",
    }
    with store.write() as writer:
        writer.execute(text(f"INSERT INTO stop ({', '.join(stop)}) VALUES {tuple(stop.values())}"))
        with store.read() as reader:
            assert reader.execute(text("SELECT count(*) FROM stop")).scalar() == 0
    with store.read() as reader:
        assert reader.execute(text("SELECT count(*) FROM stop")).scalar() == 1


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.write() as connection:
            connection.execute(insert(MEDIA).values(sha256="a", **PICTURE))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM media")).scalar() == 0


def test_writers_on_many_threads_wait_for_each_other(store: Store) -> None:
    def write(number: int) -> None:
        for step in range(10):
            with store.write() as connection:
                connection.execute(insert(MEDIA).values(sha256=f"{number}-{step}", **PICTURE))

    threads = [threading.Thread(target=write, args=(one,)) for one in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM media")).scalar() == 80


def test_a_thread_that_waits_for_its_turn_is_not_overtaken_until_its_patience_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "BUSY_MS", 200)
    store = open_store(f"sqlite:///{tmp_path}/campaign.db")
    faults: list[Exception] = []

    def write(transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        try:
            for _ in range(3):
                with transaction():
                    time.sleep(0.03)
        except Exception as error:  # noqa: BLE001 - the test is about there being none
            faults.append(error)

    either = [store.write, store.write_one] * 8
    threads = [threading.Thread(target=write, args=(one,)) for one in either]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    store.close()
    assert faults == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "CAMPAIGN_DATABASE_URL is no database address"),
        ("mysql://localhost/x", "“mysql”; a campaign is kept in sqlite:///FILE or in postgresql:"),
        ("postgresql+asyncpg://localhost/x", "begins with “postgresql.asyncpg”"),
        ("sqlite:////nowhere/at/all/campaign.db", "is the folder /nowhere/at/all there"),
    ],
)
def test_an_address_that_cannot_be_used_is_explained(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        open_store(url)


def test_a_file_that_is_no_database_is_explained_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "campaign.db"
    file.write_text("this is a letter, not a database, and it is long enough to be read as one" * 9)
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"campaign\.db is no Campaign Desk database"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_times_come_back_as_the_same_instant_in_utc(store: Store) -> None:
    summer = datetime(2027, 6, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    row = {"scope": "all", "target": "", "reason": "", "stopped_by": "ben", "stopped_at": summer}
    with store.write() as connection:
        connection.execute(insert(STOP).values(row))
    with store.read() as connection:
        found = connection.execute(select(STOP.c.stopped_at)).scalar_one()
    assert found == datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert found.tzinfo == UTC
