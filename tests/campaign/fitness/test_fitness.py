"""What keeps a machine from being fit is made for real, and found with what to do about it."""

import ctypes
import shutil
import socket
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, insert

from analytics import pdf
from campaign.fitness.databases import database_settings, file_system
from campaign.fitness.disks import disks
from campaign.fitness.finding import Finding
from campaign.fitness.programs import pdf_files, versions
from campaign.fitness.rights import rights
from campaign.fitness.zones import time_zone
from campaign.mail_settings import PLAIN, MailServer
from campaign.mailing.servers import try_out
from campaign.store.database import Store, open_store
from campaign.store.tables import MOVE
from connectors.handing import NotHandedError
from tests.faults.test_disks import small_disk
from tests.postgres import Server

NOW = datetime(2027, 1, 11, tzinfo=UTC)
LAST = datetime(2027, 4, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/campaign.db")
    yield opened
    opened.close()


def wrong(*findings: Finding) -> dict[str, str]:
    return {one.what: one.words for one in findings if not one.fine}


def test_a_disk_without_room_is_found(store: Store, tmp_path: Path) -> None:
    assert wrong(*disks(tmp_path, store, NOW)) == {}
    with small_disk(tmp_path / "disk") as disk:
        said = wrong(*disks(disk, store, NOW))
    assert said == {"disk": "2 MB free; make room, or nothing can be sent"}


def test_a_disk_that_will_be_full_soon_is_told_of_with_the_days(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"delivery_id": "a/b/1", "to_state": "planned", "who": "ama", "why": "applied"}
    with store.write() as connection:
        connection.execute(insert(MOVE).values(at=NOW - timedelta(days=10), **line))
    size = (tmp_path / "campaign.db").stat().st_size
    free = 300 * 1024 * 1024
    usage = shutil._ntuple_diskusage(free, 0, free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    days = int(free / (size / 10))
    assert wrong(*disks(tmp_path, store, NOW)) == {}
    with (tmp_path / "campaign.db").open("r+b") as file:
        file.truncate(size + free // 2)
    days = int(free / ((size + free // 2) / 10))
    (said,) = disks(tmp_path, store, NOW)
    assert said.words == f"300 MB free, which lasts {days} days at the pace so far"
    with (tmp_path / "campaign.db").open("r+b") as file:
        file.truncate(size + free)
    assert wrong(*disks(tmp_path, store, NOW))["disk"].endswith(
        "which lasts 9 days at the pace so far; make room"
    )


def test_secrets_that_others_can_read_are_found(store: Store, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k", encoding="utf-8")
    named = {"CAMPAIGN_SECRET_KEY_FILE": str(key)}
    key.chmod(0o640)
    assert wrong(rights(tmp_path, named, store)) == {}
    key.chmod(0o644)
    says = f"others can read or change {key}: chmod 640 {key}"
    assert wrong(rights(tmp_path, named, store)) == {"permissions": says}


def test_a_database_that_others_can_change_or_replace_is_found(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "campaign.db"
    file.chmod(0o666)
    says = f"others can change the database: chmod o-w {file}"
    assert wrong(rights(tmp_path, {}, store)) == {"permissions": says}
    file.chmod(0o644)
    tmp_path.chmod(0o777)
    says = f"others can replace files in {tmp_path}: chmod o-w {tmp_path}"
    assert wrong(rights(tmp_path, {}, store)) == {"permissions": says}
    tmp_path.chmod(0o700)
    assert wrong(rights(tmp_path, {}, store)) == {}


def test_a_folder_in_which_nothing_can_be_written_is_found(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        store = open_store(f"sqlite:///{disk}/campaign.db")
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        says = f"nothing can be written in {disk} (Read-only file system): give it to this user"
        assert wrong(rights(disk, {}, store)) == {"permissions": says}


def test_a_database_that_could_forget_is_found(store: Store, tmp_path: Path) -> None:
    assert wrong(database_settings(store, NOW)) == {}
    careless = Store(create_engine(f"sqlite:///{tmp_path}/careless.db"))
    said = wrong(database_settings(careless, NOW))["database settings"]
    careless.close()
    assert "the file is not in WAL mode; keep it on a local disk" in said


def test_a_file_on_a_network_is_told_by_its_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    assert file_system(tmp_path / "campaign.db", mounts) == "nfs4"
    assert file_system(Path("/etc/passwd"), mounts) == "ext4"


@pytest.mark.faults
def test_on_postgresql_the_servers_clock_and_settings_are_looked_at(postgres: Server) -> None:
    store = open_store(postgres.new_database())
    now = datetime.now(UTC)
    assert wrong(database_settings(store, now)) == {}
    early = wrong(database_settings(store, now - timedelta(seconds=60)))
    assert early["database settings"].endswith(" seconds from this machine's; set both by NTP")
    postgres.run("ALTER SYSTEM SET full_page_writes = off")
    postgres.run("SELECT pg_reload_conf()")
    try:
        store.close()
        said = wrong(database_settings(store, now))["database settings"]
        assert "full_page_writes is off" in said
    finally:
        postgres.run("ALTER SYSTEM RESET full_page_writes")
        postgres.run("SELECT pg_reload_conf()")
        store.close()


def test_a_mail_server_that_is_not_there_is_found(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = MailServer(sender="a@b.example", host="127.0.0.1", port=port, security=PLAIN)
    with pytest.raises(NotHandedError, match=f"127.0.0.1, port {port}, cannot be reached"):
        try_out(server)
    (tmp_path / "letters").touch()
    with pytest.raises(NotHandedError, match="letters: File exists"):
        try_out(replace(server, folder=tmp_path / "letters"))


def test_a_machine_without_fonts_is_found(tmp_path: Path) -> None:
    assert "fonts-liberation" in wrong(pdf_files([tmp_path]))["PDF files"]
    (tmp_path / "a.ttf").touch()
    assert wrong(pdf_files([tmp_path])) == {}


def test_a_machine_without_pango_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "ON_LINUX", ("libpango-that-is-not-there.so.0",))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(OSError, match="not-there"):
        ctypes.CDLL(pdf.ON_LINUX[0])
    said = wrong(pdf_files([tmp_path]))["PDF files"]
    assert said.startswith("PDF files need the library Pango")
    assert "apt install" in said


def test_what_is_too_old_is_told() -> None:
    day = date(2027, 11, 1)
    assert wrong(versions(day - timedelta(days=1), (3, 11), (3, 40))) == {}
    assert wrong(versions(day, (3, 11), (3, 34))) == {
        "versions": "holes in Python 3.11 are not mended since October 2027; install the program "
        "with a newer one; SQLite is 3.34, and 3.35 is needed; take a Python that has it"
    }


def test_time_zones_that_differ_are_found(tmp_path: Path) -> None:
    assert wrong(time_zone("Europe/London", NOW, LAST)) == {}
    (tmp_path / "Europe").mkdir()
    paris = resources.files("tzdata").joinpath("zoneinfo", "Europe", "Paris").read_bytes()
    (tmp_path / "Europe" / "London").write_bytes(paris)
    zoneinfo.reset_tzpath(to=[tmp_path])
    ZoneInfo.clear_cache(only_keys=["Europe/London"])
    try:
        said = wrong(time_zone("Europe/London", NOW, LAST))["time zone"]
    finally:
        zoneinfo.reset_tzpath()
        ZoneInfo.clear_cache(only_keys=["Europe/London"])
    assert "on 11 January 2027; update the system's tzdata" in said
    nowhere = wrong(time_zone("Europe/Nowhere", NOW, LAST))["time zone"]
    assert nowhere.startswith("nothing is known of Europe/Nowhere")
