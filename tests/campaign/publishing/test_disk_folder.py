"""A folder that everybody reads: never half a file, never two writers, whatever is killed."""

import multiprocessing
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from campaign.publishing import disk_folder
from campaign.publishing.disk_folder import DiskFolder
from connectors.contract import Access, OutgoingPost
from connectors.feed import connect
from connectors.feed_facts import choose_key
from tests.connectors.bench import send

NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
SPAWN = multiprocessing.get_context("spawn")


def write_some(folder: str, name: str, number: int) -> None:
    access = Access(
        handle="ico",
        server=None,
        credentials={"FOLDER": folder, "ADDRESS": "https://ico.example/"},
        now=lambda: NOW,
        open_folder=DiskFolder,
    )
    connector = connect(access)
    for one in range(number):
        text = f"{name} {one}"
        key = choose_key(text, text, NOW)
        send(connector, OutgoingPost(delivery_key=key, text=text, language="en"))


def texts(folder: Path) -> list[str]:
    root = ET.fromstring((folder / "atom.xml").read_bytes())
    return [one.findtext("{*}summary", "") for one in root.iterfind("{*}entry")]


def test_a_file_is_put_in_the_place_of_another_and_all_may_read_it(tmp_path: Path) -> None:
    folder = DiskFolder(str(tmp_path))
    assert folder.read("a.xml") is None
    folder.put("a.xml", b"one")
    folder.put("a.xml", b"two")
    assert folder.read("a.xml") == b"two"
    assert (tmp_path / "a.xml").stat().st_mode & 0o777 == 0o644
    folder.drop("a.xml")
    folder.drop("a.xml")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = DiskFolder(str(tmp_path))
    folder.put("a.xml", b"old")

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space") as caught:
        folder.put("a.xml", b"new")
    assert not isinstance(caught.value, TimeoutError)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.xml", b"old")]


def test_where_the_folder_does_not_reach_the_disk_nobody_knows_which_file_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real = DiskFolder(str(tmp_path)), os.fsync
    calls: list[int] = []

    def second(file: int) -> None:
        calls.append(file)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        real(file)

    monkeypatch.setattr(os, "fsync", second)
    with pytest.raises(TimeoutError):
        folder.put("a.xml", b"new")


def test_writers_in_several_processes_lose_nothing(tmp_path: Path) -> None:
    names = ("one", "two", "three")
    running = [SPAWN.Process(target=write_some, args=(str(tmp_path), name, 8)) for name in names]
    for one in running:
        one.start()
    for one in running:
        one.join(60)
    assert sorted(texts(tmp_path)) == sorted(f"{name} {n}" for name in names for n in range(8))


def test_a_writer_that_is_killed_leaves_a_whole_feed_and_no_lock(tmp_path: Path) -> None:
    write_some(str(tmp_path), "before", 1)
    running = SPAWN.Process(target=write_some, args=(str(tmp_path), "killed", 5000))
    running.start()
    while len(texts(tmp_path)) < 3:
        assert running.is_alive()
    assert running.pid is not None
    os.kill(running.pid, signal.SIGKILL)
    running.join(10)
    stood = texts(tmp_path)
    write_some(str(tmp_path), "after", 1)
    assert texts(tmp_path) == ["after 0", *stood]
    rss = ET.fromstring((tmp_path / "rss.xml").read_bytes())
    assert len(rss.findall("channel/item")) == len(stood) + 1


def test_a_lock_that_does_not_become_free_is_given_up_and_what_stood_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_folder, "PATIENCE_S", 0.05)
    first, second = DiskFolder(str(tmp_path)), DiskFolder(str(tmp_path))
    with first.alone(), pytest.raises(BlockingIOError), second.alone():
        second.put("a.xml", b"never")
    assert second.read("a.xml") is None
    with second.alone():
        second.put("a.xml", b"in turn")
    assert second.read("a.xml") == b"in turn"
