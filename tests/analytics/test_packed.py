from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, String, Table, insert, select
from sqlmodel import UTCDateTime

from analytics.packed import read_words
from campaign.store.database import Store, open_store

PAPER = Table("paper", MetaData(), Column("word", String), Column("at", UTCDateTime()))
NINE = datetime(2027, 1, 11, 9, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"word": "a", "at": NINE},
    {
        "word": "é, \n“b”",
        "at": (NINE + timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=1))),
    },
    {"word": None, "at": None},
    {"word": "", "at": datetime(2027, 7, 1, 12, 30, 0, 250000, tzinfo=UTC)},
]


@pytest.fixture
def store(either_database: str) -> Iterator[Store]:
    store = open_store(either_database)
    with store.write() as connection:
        PAPER.create(connection)
        connection.execute(insert(PAPER), ROWS)
    yield store
    store.close()


def test_words_and_times_come_the_same_from_either_database(store: Store) -> None:
    with store.read() as connection:
        words, times = read_words(connection, select(PAPER.c.word, PAPER.c.at))
    assert sorted(zip(words, times, strict=True)) == [
        ("", ""),
        ("", "2027-07-01 12:30:00.250000"),
        ("a", "2027-01-11 09:00:00.000000"),
        ("é, \n“b”", "2027-01-11 09:00:00.000001"),
    ]


def test_nothing_found_is_empty_columns(store: Store) -> None:
    with store.read() as connection:
        found = read_words(connection, select(PAPER).where(PAPER.c.word == "absent"))
    assert found == [[], []]


def test_a_text_that_would_shift_a_column_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(PAPER), [{"word": "b\x1fc", "at": NINE}])
        with pytest.raises(ValueError, match=r"holds U\+001F"):
            read_words(connection, select(PAPER.c.word, PAPER.c.at))
