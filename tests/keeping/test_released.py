"""What was released stays as it was, and can be upgraded: see `tests/keeping/released/README.md`.

Nothing was released yet, so a release of the present state is frozen here, to see that all of it
bites; the same checks then hold for every file in that folder.
"""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from campaign.audit.chain import verify
from campaign.store import revisions
from campaign.store.database import open_store
from campaign.store.revisions import HEAD
from tests.keeping import next_version
from tests.keeping.freeze import RELEASED, changed, freeze, load
from tests.keeping.next_version import write_migrations
from tests.moving.scene import everything


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("released")
    freeze("1.0.0", folder)
    return folder


def comes_to_the_tables_of_today(statements: Path, folder: Path, knows: str) -> None:
    """Check that a released database is upgraded, whole, and to the very tables of the models."""
    load(statements, folder / "campaign.db")
    url = f"sqlite:///{folder}/campaign.db"
    before = everything(url)
    assert [name for name, rows in before.items() if not rows] == []
    store = open_store(url)
    with store.read() as connection:
        assert revisions.revision_of(connection) == knows
        assert verify(connection).broken is None
        if knows == HEAD:
            found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
            assert found == []
    store.close()
    assert everything(url) == before


def test_no_released_migration_was_changed() -> None:
    assert changed(RELEASED, revisions.MIGRATIONS) == []


def test_a_migration_that_is_changed_after_its_release_is_noticed(
    frozen: Path, tmp_path: Path
) -> None:
    assert changed(frozen, revisions.MIGRATIONS) == []
    later = write_migrations(tmp_path)
    assert changed(frozen, later) == []
    with (later / "versions" / "0001_the_first_tables.py").open("a", encoding="utf-8") as file:
        file.write("# one more word\n")
    says = "0001_the_first_tables.py is not as 1.0.0 was released with; undo that"
    (found,) = changed(frozen, later)
    assert found.startswith(says)


def test_every_released_database_comes_to_the_tables_of_today(tmp_path: Path) -> None:
    for statements in sorted(RELEASED.glob("*.sql")):
        folder = tmp_path / statements.stem
        folder.mkdir()
        comes_to_the_tables_of_today(statements, folder, HEAD)


def test_a_frozen_database_is_upgraded_by_the_version_after(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes_to_the_tables_of_today(frozen / "1.0.0.sql", tmp_path, HEAD)
    (tmp_path / "next").mkdir()
    next_version.become(monkeypatch, write_migrations(tmp_path))
    comes_to_the_tables_of_today(frozen / "1.0.0.sql", tmp_path / "next", "0002")


def test_a_release_is_frozen_once(frozen: Path) -> None:
    with pytest.raises(FileExistsError):
        freeze("1.0.0", frozen)
