"""What the disk and the database file can do to publishing: a clear word, nothing sent twice, and
on it goes by itself once things are well where that is possible.

Every life is a process of its own; its words are what `campaign publish` says.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaign.cli.failures import guarded
from campaign.cli.on_doctor import doctor
from campaign.cli.on_running import Clockwork
from campaign.cli.on_settling import settle
from campaign.cli.on_status import status
from campaign.cli.session import open_session
from campaign.publishing.hands import Hands
from tests.faults.cells import Cell, Kind, Point, Trouble
from tests.faults.gate import PATIENCE_S
from tests.faults.lives import Life, Lives
from tests.faults.scene import DELIVERY, TEXT, Scene, scene_of

ORDINARY = Cell(Kind.RECORD, Point.NONE, Trouble.NONE)
HELD_BACK = Cell(Kind.RECORD, Point.UNDER_WAY, Trouble.NONE)
"""The network's answer waits until the test lets it go."""
NOBODY = 65534


def live(scene: Scene, lives: Lives, user: int | None = None) -> int:
    """Let one life pass; return its exit code."""
    return lives.start(scene.wanted(user=user)).status()


def go_on(scene: Scene, lives: Lives) -> None:
    """Start lives as a timer would, until the delivery is published; nobody helps."""
    for _ in range(8):
        if scene.delivery().state == "published":
            break
        scene.clock.move_to(scene.next_life_at())
        assert live(scene, lives) == 0


def is_out_once(scene: Scene) -> bool:
    """Whether one post stands on the network, and the delivery says so after one attempt."""
    end = scene.delivery()
    is_so = (end.state, end.attempt) == ("published", 1)
    return is_so and scene.stored() == [(TEXT, end.url)]


@contextmanager
def small_disk(place: Path, size: str = "2m") -> Iterator[Path]:
    """Mount a disk of two megabytes of its own."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk; the next test has another way")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free; return the file that takes it all."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            return filler


def test_with_a_full_disk_nothing_is_sent_until_there_is_room(tmp_path: Path, lives: Lives) -> None:
    with small_disk(tmp_path / "disk") as disk, scene_of(ORDINARY, disk) as scene:
        filler = fill(disk)
        assert live(scene, lives) == 1
        assert "look at its disk, which may be full" in scene.said()
        assert "Traceback" not in scene.said()
        assert scene.stored() == []
        filler.unlink()
        go_on(scene, lives)
        assert is_out_once(scene)


def test_a_disk_that_fills_up_while_a_post_is_under_way_doubles_nothing(
    tmp_path: Path, lives: Lives
) -> None:
    with small_disk(tmp_path / "disk") as disk, scene_of(HELD_BACK, disk) as scene:
        life = under_way(scene, lives)
        filler = fill(disk)
        scene.gate.release()
        assert life.status() == 1
        assert "disk is full); nothing of this step was kept: make room" in scene.said()
        assert "Traceback" not in scene.said()
        filler.unlink()
        assert (scene.delivery().state, len(scene.stored())) == ("sending", 1)
        go_on(scene, lives)
        assert is_out_once(scene)


def test_a_disk_that_fails_while_a_post_is_under_way_doubles_nothing(
    tmp_path: Path, lives: Lives
) -> None:
    with scene_of(HELD_BACK, tmp_path / "campaign") as scene:
        life = under_way(scene, lives)
        # No file of that process may grow past this: what SQLite then meets is a failing write.
        resource.prlimit(life.pid, resource.RLIMIT_FSIZE, (4096, 4096))
        scene.gate.release()
        assert life.status() == 1
        assert "disk I/O error); nothing of this step was kept: look at its disk" in scene.said()
        assert (scene.delivery().state, len(scene.stored())) == ("sending", 1)
        go_on(scene, lives)
        assert is_out_once(scene)


def under_way(scene: Scene, lives: Lives) -> Life:
    """Start a life and return when the network has its request."""
    life = lives.start(scene.wanted())
    assert scene.gate.arrived.wait(PATIENCE_S)
    return life


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Hold the database as another program does that writes for long."""
    holder = sqlite3.connect(scene.folder / "campaign.db", check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.rollback()
        holder.close()


def test_a_database_that_another_program_holds_for_long_is_named_and_nothing_is_sent(
    tmp_path: Path, lives: Lives
) -> None:
    with scene_of(ORDINARY, tmp_path / "campaign") as scene:
        with locked(scene):
            assert live(scene, lives) == 1
        assert "database is locked); nothing of this step was kept: another program" in scene.said()
        assert scene.stored() == []
        go_on(scene, lives)
        assert is_out_once(scene)


def test_an_outcome_waits_for_a_database_that_is_held_a_moment(
    tmp_path: Path, lives: Lives
) -> None:
    with scene_of(HELD_BACK, tmp_path / "campaign") as scene:
        life = under_way(scene, lives)
        with locked(scene):
            scene.gate.release()
            threading.Event().wait(0.5)
        assert life.status() == 0
        assert is_out_once(scene)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may look into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("folder_mode", [0o777, 0o555], ids=["file", "file and folder"])
def test_a_database_that_may_only_be_read_is_named_and_nothing_is_sent(
    open_folder: Path, lives: Lives, folder_mode: int
) -> None:
    user = NOBODY if os.geteuid() == 0 else None
    with scene_of(ORDINARY, open_folder / "campaign") as scene:
        database = scene.folder / "campaign.db"
        database.chmod(0o444)
        scene.folder.chmod(folder_mode)
        assert live(scene, lives, user) == 1
        assert "readonly database" in scene.said()
        assert "let this user write the file and its folder" in scene.said()
        assert "Traceback" not in scene.said()
        assert scene.stored() == []
        scene.folder.chmod(0o755)
        database.chmod(0o644)
        for left in scene.folder.glob("campaign.db-*"):
            left.unlink()  # they belong to the other user and hold nothing
        go_on(scene, lives)
        assert is_out_once(scene)


def damage(scene: Scene, statement: str, rows: int = 1) -> None:
    """Change the database behind the program's back."""
    connection = sqlite3.connect(scene.folder / "campaign.db")
    assert connection.execute(statement).rowcount == rows
    connection.commit()
    connection.close()


TEXT_CHANGED = "UPDATE payload SET body = replace(body, 'helps', 'hinders')"
TEXT_CUT = "UPDATE payload SET body = substr(body, 1, 20)"
PICTURE_CHANGED = "UPDATE media SET content = zeroblob(100)"


@pytest.mark.parametrize("statement", [TEXT_CHANGED, TEXT_CUT, PICTURE_CHANGED])
def test_what_is_no_longer_what_was_approved_is_held_and_not_sent(
    tmp_path: Path, lives: Lives, statement: str
) -> None:
    with scene_of(ORDINARY, tmp_path / "campaign") as scene:
        damage(scene, statement)
        assert live(scene, lives) == 0
        held = scene.delivery()
        assert held.state == "held"
        assert "approved is no longer in the database as it was stored" in held.note
        assert scene.stored() == []
        assert "Traceback" not in scene.said()


def test_a_damaged_post_that_may_be_out_is_left_to_a_person_and_not_to_the_log(
    tmp_path: Path, lives: Lives
) -> None:
    with scene_of(ORDINARY, tmp_path / "campaign") as scene:
        assert lives.start(scene.wanted(Point.AFTER_ANSWER)).status() == -9
        damage(scene, TEXT_CUT)
        until_a_person_is_asked(scene, lives)
        assert "put a backup of the database in its place" in scene.delivery().note
        scene.a_person_looks()
        assert is_out_once(scene)
        assert "Traceback" not in scene.said()


def test_a_lost_container_is_never_taken_for_none(tmp_path: Path, lives: Lives) -> None:
    cell = Cell(Kind.CONTAINER, Point.NONE, Trouble.NONE)
    with scene_of(cell, tmp_path / "campaign") as scene:
        assert lives.start(scene.wanted(Point.AFTER_ANSWER)).status() == -9
        damage(scene, "UPDATE attempt SET prepared_json = '{'")
        until_a_person_is_asked(scene, lives)
        settle(scene.place(), DELIVERY, None, "ben", not_published=True)  # a person errs
        assert live(scene, lives) == 0
        assert scene.delivery().state == "held"
        assert len(scene.stored()) == 1


def until_a_person_is_asked(scene: Scene, lives: Lives) -> None:
    """Start lives as a timer would, until the delivery waits for nothing but a person."""
    for _ in range(12):
        now = scene.delivery()
        if now.state == "unknown" and now.not_before is None:
            return
        scene.clock.move_to(scene.next_life_at())
        assert live(scene, lives) == 0
    pytest.fail("nobody was asked")


@pytest.mark.parametrize("row", ["due_at = 'soon'", "state = 'lost'"])
def test_a_delivery_whose_row_is_damaged_is_named_by_status_and_doctor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str
) -> None:
    with scene_of(ORDINARY, tmp_path / "campaign") as scene:
        assert guarded(lambda: doctor(scene.place(), as_json=False)) == 0
        assert "deliveries: 1 can be read" in capsys.readouterr().out
        damage(scene, f"UPDATE delivery SET {row}")
        sentence = f"damaged in the database: {DELIVERY}; put a backup of the database in its place"
        assert guarded(lambda: status(scene.place(), None, as_json=True)) == 1
        assert capsys.readouterr().err == f"{sentence}\n"
        assert guarded(lambda: doctor(scene.place(), as_json=False)) == 1
        assert f"WRONG  deliveries: {sentence}" in capsys.readouterr().out


def test_a_damaged_file_is_named_and_nothing_is_sent(tmp_path: Path, lives: Lives) -> None:
    with scene_of(ORDINARY, tmp_path / "campaign") as scene:
        database = scene.folder / "campaign.db"
        whole = database.read_bytes()
        database.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
        assert live(scene, lives) == 1
        assert "malformed" in scene.said()
        assert "put a backup" in scene.said()
        assert scene.stored() == []
        database.write_bytes(whole)  # the backup
        go_on(scene, lives)
        assert is_out_once(scene)


def test_run_names_a_database_that_fails_under_it_and_goes_on_when_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with scene_of(ORDINARY, tmp_path / "campaign") as scene, open_session(scene.place()) as session:
        damage(scene, "ALTER TABLE delivery RENAME TO mislaid", rows=-1)
        stopping = threading.Event()
        clockwork = Clockwork(session, Hands(session.desk.rig("worker"), 4))
        running = threading.Thread(target=clockwork.run_until, args=(stopping.wait,))
        running.start()
        assert comes(lambda: "the database could not be used (no such table" in caplog.text)
        damage(scene, "ALTER TABLE mislaid RENAME TO delivery", rows=-1)
        assert comes(lambda: bool(scene.stored()))
        stopping.set()
        running.join()
        assert is_out_once(scene)
    assert "Traceback" not in caplog.text


def comes(true: Callable[[], bool]) -> bool:
    """Wait until something is true; False where it never comes."""
    ends_at = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.02)
    return True
