"""A database full of rows goes to a next version, whole or not at all, and the campaign goes on."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from campaign.audit.chain import seal, verify
from campaign.store.backends import address_of
from campaign.store.kept_copy import TIMES_ITS_SIZE
from campaign.store.revisions import OtherVersionError
from tests.crowd.crew import ROOT
from tests.faults.test_disks import small_disk
from tests.keeping import next_version
from tests.keeping.kept import Kept
from tests.keeping.next_version import POINTS, write_migrations
from tests.moving.scene import everything, fill

LATER = "later/ico-mastodon/1"
LATER_DUE = datetime(2027, 1, 20, 9, 30, tzinfo=UTC)
PATIENCE_S = 120
TO_UPGRADE = ("upgrade-database", "--yes")


@pytest.fixture
def full(kept: Kept) -> Kept:
    """A campaign at our revision with something in every table, its log sealed."""
    kept.office.apply()
    with kept.office.desk.store.write() as connection:
        seal(connection, kept.office.clock.now())
    fill(kept.office)
    return kept


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    return write_migrations(tmp_path)


@pytest.fixture
def upgraded(full: Kept, migrations: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """The same at the next revision, which this process's program is."""
    full.office.desk.close()
    next_version.become(monkeypatch, migrations)
    full.shell.fine(*TO_UPGRADE)
    yield full
    monkeypatch.undo()


def scalar(url: str, query: str) -> object:
    engine = create_engine(address_of(url))
    with engine.connect() as connection:
        found: object = connection.execute(text(query)).scalar()
    engine.dispose()
    return found


def copies(kept: Kept) -> list[Path]:
    return sorted(kept.file.parent.glob("campaign.db.*"))


def environment(kept: Kept) -> dict[str, str]:
    return {**kept.office.environment, "CAMPAIGN_DATABASE_URL": kept.url, "PATH": "/usr/bin"}


def start(migrations: Path, point: str, kept: Kept, *arguments: str) -> "subprocess.Popen[str]":
    """Start `campaign ARGUMENTS` as the next version, which dies at that point."""
    command = [sys.executable, "-m", "tests.keeping.next_version", str(migrations), point]
    return subprocess.Popen(
        [*command, "--dir", str(kept.office.folder), *arguments],
        cwd=ROOT,
        env=environment(kept),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_every_row_is_there_after_an_upgrade_and_what_it_adds_is_filled(
    full: Kept, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, url = everything(full.url), full.url
    next_version.become(monkeypatch, migrations)
    full.shell.fine(*TO_UPGRADE)
    assert everything(url) == before
    assert scalar(url, "SELECT version_num FROM alembic_version") == "0002"
    assert scalar(url, "SELECT count(*) FROM made_up") == len(before["delivery"])
    for table, key in (("delivery", "id"), ("move", "why")):
        wrong = f"SELECT count(*) FROM {table} WHERE size <> length({key})"
        assert scalar(url, wrong) == 0
    assert "nothing was to do" in full.shell.fine(*TO_UPGRADE).out


def test_after_an_upgrade_logs_are_guarded_the_chain_holds_and_the_program_goes_on(
    upgraded: Kept,
) -> None:
    desk = upgraded.office.open()
    with desk.store.write() as connection:
        assert verify(connection).broken is None
        for change in ("UPDATE move SET why = 'other'", "DELETE FROM deed"):
            with pytest.raises(DBAPIError, match="only ever appended"), connection.begin_nested():
                connection.execute(text(change))
    desk.close()
    upgraded.office.clock.move_to(LATER_DUE)
    upgraded.shell.fine("publish")
    assert upgraded.shell.state(LATER) == "published"
    upgraded.back_up()
    shown = upgraded.shell.fine("backup", str(upgraded.file), "--check", "--json").json()
    assert shown["revision"] == "0002"


@pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)
def test_an_sqlite_file_is_upgraded_by_whoever_opens_it_and_the_copy_can_only_be_restored(
    full: Kept, migrations: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = everything(full.url)
    full.office.close()
    with pytest.MonkeyPatch.context() as patch:
        next_version.become(patch, migrations)
        full.shell.fine("status")
    (copy,) = copies(full)
    assert copy.name.startswith("campaign.db.0001-")
    assert f"upgraded from revision 0001 to 0002; as it was it is kept in {copy}" in caplog.text
    assert copy.stat().st_mode & 0o077 == 0
    assert everything(f"sqlite:///{copy}") == before
    of_copy = full.shell.with_environment(CAMPAIGN_DATABASE_URL=f"sqlite:///{copy}")
    of_copy.fails("publish", code=1, says="a copy that was kept when .* knows nothing of what went")

    full.shell.fails("status", code=1, says="newer Campaign Desk")
    full.shell.fine("restore", str(copy), "--over", "--yes", "--as", "ben")
    assert full.shell.fine("status", "--json").json()["stopped"] is True
    assert len(everything(full.url)["delivery"]) == len(before["delivery"])
    assert (full.office.folder / "posts" / "law-helps" / "post.md").is_file()
    assert scalar(full.url, "SELECT count(*) FROM delivery WHERE unsure_since IS NOT NULL") == 3


@pytest.mark.faults
@pytest.mark.parametrize("either_database", ["postgres"], indirect=True)
def test_on_postgresql_an_upgrade_waits_for_a_persons_word(
    full: Kept, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(full.url)
    next_version.become(monkeypatch, migrations)
    says = "at revision 0001 and this Campaign Desk needs 0002; end every process, take a dump"
    assert says in full.shell("status").err
    assert full.shell("upgrade-database").code == 2
    monkeypatch.undo()
    assert everything(full.url) == before


def cells() -> list[object]:
    """Return all points, those outside the sample marked."""
    return [
        pytest.param(one, marks=() if one == "rebuilding" else (pytest.mark.faults,))
        for one in POINTS
    ]


@pytest.mark.parametrize("point", cells())
def test_an_upgrade_killed_at_any_point_leaves_old_tables_or_new_ones_and_the_next_start_ends_it(
    full: Kept, migrations: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    on_sqlite = full.url.startswith("sqlite")
    if not on_sqlite and point in {"copying", "naming", "rebuilding"}:
        pytest.skip("there is no copy, and nothing is built anew, on PostgreSQL")
    before = everything(full.url)
    died = start(migrations, point, full, *TO_UPGRADE)
    died.communicate(timeout=PATIENCE_S)
    assert died.returncode == -signal.SIGKILL
    new = point == "telling"
    assert scalar(full.url, "SELECT version_num FROM alembic_version") == (
        "0002" if new else "0001"
    )
    assert everything(full.url) == before
    if not new:
        full.shell.fine("status")  # the old version goes on as if nothing had been
    next_version.become(monkeypatch, migrations)
    full.shell.fine(*TO_UPGRADE)
    full.shell.fine("audit", "verify")
    assert everything(full.url) == before
    assert [one for one in copies(full) if one.suffix == ".partial"] == []


@pytest.mark.faults
def test_of_two_processes_that_upgrade_at_once_one_does_it_and_the_other_waits(
    full: Kept, tmp_path: Path
) -> None:
    before, slow = everything(full.url), write_migrations(tmp_path, waits_s=2.0)
    both = [start(slow, "nowhere", full, *TO_UPGRADE, "--json") for _ in range(2)]
    said = [one.communicate(timeout=PATIENCE_S) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sum("upgraded from revision 0001 to 0002" in err for _, err in said) == 1
    assert sorted('"before": "0001"' in out for out, _ in said) == [False, True]
    assert everything(full.url) == before
    assert len(copies(full)) == full.url.startswith("sqlite")


def test_who_worked_before_the_upgrade_writes_nothing_after_it_and_sends_nothing(
    full: Kept, migrations: Path
) -> None:
    desk = full.office.desk
    full.office.clock.move_to(full.office.clock.now() + timedelta(days=8))
    with pytest.MonkeyPatch.context() as patch:
        next_version.become(patch, migrations)
        full.shell.fine(*TO_UPGRADE)
    before, posts = everything(full.url), full.on("mastodon")
    with pytest.raises(OtherVersionError, match="upgraded to revision 0002 while this ran"):
        full.office.publish()
    for opened in (desk.store.write, desk.store.write_one):
        with pytest.raises(OtherVersionError), opened():
            pass
    assert everything(full.url) == before
    assert full.on("mastodon") == posts


@pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)
def test_without_room_for_it_there_is_no_upgrade(
    full: Kept, migrations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.office.close()
    file = full.file.with_name("campaign.db")
    size = file.stat().st_size
    with small_disk(tmp_path / "disk", size=f"{(TIMES_ITS_SIZE * size) // 1024}k") as disk:
        shutil.copy(file, disk / "campaign.db")
        url = f"sqlite:///{disk}/campaign.db"
        before = everything(url)
        next_version.become(monkeypatch, migrations)
        shell = full.shell.with_environment(CAMPAIGN_DATABASE_URL=url)
        shell.fails("status", code=1, says=r"have to be upgraded, which may take .* make room")
        assert everything(url) == before
        assert [one.name for one in disk.glob("campaign.db.*")] == []


@pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)
def test_an_upgrade_that_would_lose_what_others_point_to_is_taken_back(
    full: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(full.url)
    wrong = next_version.MIGRATION.replace(
        "    time.sleep", '    op.execute("DELETE FROM channel")\n    time.sleep'
    )
    next_version.become(monkeypatch, write_migrations(tmp_path, wrong))
    full.shell.fails(*TO_UPGRADE, code=1, says="that points nowhere; nothing was changed")
    assert everything(full.url) == before


@pytest.mark.faults
@pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)
def test_a_backup_of_the_version_before_is_restored_by_the_next(
    full: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.back_up()
    before = len(everything(full.url)["delivery"])
    full.office.close()
    # A table that no model knows would be taken for another program's.
    only_columns = next_version.MIGRATION.replace("    add_table()\n", "")
    next_version.become(monkeypatch, write_migrations(tmp_path, only_columns))
    full.restore()
    assert len(everything(full.url)["delivery"]) == before
    assert full.shell.fine("status", "--json").json()["stopped"] is True


@pytest.mark.faults
@pytest.mark.parametrize("command", ["run", "web"])
def test_a_process_of_the_version_before_ends_with_a_sentence_once_its_database_is_upgraded(
    full: Kept, migrations: Path, command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
    old = subprocess.Popen(
        [sys.executable, "-m", "campaign.cli.app", "--dir", str(full.office.folder), command],
        cwd=ROOT,
        env={**environment(full), "CAMPAIGN_LISTEN": listen},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not scalar(full.url, f"SELECT count(*) FROM heartbeat WHERE kind = '{command}'"):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        done = start(migrations, "nowhere", full, *TO_UPGRADE)
        done.communicate(timeout=PATIENCE_S)
        assert done.returncode == 0
        _, said = old.communicate(timeout=PATIENCE_S)
    finally:
        old.kill()
    assert old.returncode == 1
    assert "upgraded to revision 0002 while this ran, and this program knows 0001" in said
    assert "Traceback" not in said
