"""Large files stand in parts and come back as they were; here a part has ten bytes."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from campaign.content.files import FileContent
from campaign.store import media
from campaign.store.database import DamagedError, Store, open_store
from campaign.store.media import ChangedError, drop_files, file_of, keep_file, whole_content
from campaign.store.tables import MEDIA, MEDIA_PART
from connectors.content import Content, Span, digest, whole

FILE = bytes(range(1, 48))
NAME = hashlib.sha256(FILE).hexdigest()
BOUNDS = st.none() | st.integers(-60, 60)


@pytest.fixture
def store(either_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(media, "PART", 10)
    opened = open_store(either_database)
    yield opened
    opened.close()


def keep(store: Store, content: Content = FILE, name: str = NAME) -> None:
    with store.write() as connection:
        keep_file(connection, name, "video/mp4", content)


def stored(store: Store) -> Content:
    with store.read() as connection:
        found = file_of(connection, NAME)
    assert found is not None
    return found.content


def parts(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(MEDIA_PART)).scalar_one()


def test_a_large_file_comes_back_by_slices_after_its_transaction_is_over(store: Store) -> None:
    keep(store)
    keep(store)  # a second time it is there already
    content = stored(store)
    assert not isinstance(content, bytes)
    assert (len(content), whole(content), digest(content)) == (47, FILE, NAME)
    assert [content[8:12], content[40:99], content[20:20]] == [FILE[8:12], FILE[40:], b""]
    assert parts(store) == 5


def test_a_small_file_stands_in_its_own_row(store: Store) -> None:
    small = FILE[:10]
    keep(store, small, hashlib.sha256(small).hexdigest())
    with store.read() as connection:
        assert connection.execute(select(MEDIA.c.size, MEDIA.c.content)).one() == (10, small)
    assert parts(store) == 0


def test_a_damaged_part_is_refused_wherever_it_is_read(store: Store) -> None:
    keep(store)
    with store.write() as connection:
        connection.execute(
            update(MEDIA_PART).where(MEDIA_PART.c.number == 1).values(content=b"0123456789")
        )
    with store.read() as connection:
        assert whole_content(connection, NAME) is None
    content = stored(store)
    assert content[0:10] == FILE[:10]
    with pytest.raises(DamagedError, match="part 2 of a file"):
        content[5:15]


def test_a_part_that_is_gone_is_refused_as_well(store: Store) -> None:
    keep(store)
    with store.write() as connection:
        connection.execute(delete(MEDIA_PART).where(MEDIA_PART.c.number == 4))
    with pytest.raises(DamagedError, match="part 5 of a file"):
        stored(store)[45:47]


def test_a_file_that_changes_under_our_hands_leaves_nothing_behind(
    store: Store, tmp_path: Path
) -> None:
    place = tmp_path / "film.mp4"
    place.write_bytes(FILE)
    content = FileContent(place, len(FILE))
    place.write_bytes(FILE[:-1] + b"x")
    with pytest.raises(ChangedError, match="was changed while it was read"):
        keep(store, content)
    place.unlink()
    with pytest.raises(ChangedError, match="can no longer be read: No such file"):
        keep(store, content)
    assert parts(store) == 0
    with store.read() as connection:
        assert file_of(connection, NAME) is None


def test_a_file_that_is_let_go_takes_its_parts_with_it(store: Store) -> None:
    keep(store)
    with store.write() as connection:
        drop_files(connection, MEDIA.c.sha256 == NAME)
        assert file_of(connection, NAME) is None
    assert parts(store) == 0


@given(start=BOUNDS, stop=BOUNDS, first=st.integers(0, 60), last=st.integers(0, 60))
def test_a_span_is_sliced_as_bytes_are(
    start: int | None, stop: int | None, first: int, last: int
) -> None:
    assert Span(FILE, first, last)[start:stop] == FILE[first:last][start:stop]
