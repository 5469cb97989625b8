"""What breaks is broken for real, and the answer turns."""

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from campaign.cli.on_running import CLOCK, Clockwork
from campaign.cli.session import Session
from campaign.clock import SteppedClock
from campaign.decisions.stops import stop
from campaign.operating.heartbeats import beat
from campaign.operating.pulse import RUN, WEB, WORKER, Pulse
from campaign.settings import Settings
from campaign.store.deliveries import Change
from campaign.web.app import make_app
from campaign.web.probes import make_probe_app
from campaign.wiring import Desk, open_desk
from tests.campaign.office import MONDAY, Office
from tests.faults.test_disks import fill, small_disk
from tests.postgres import Server


class SilentBell:
    """A bell that nobody hears."""

    def ring(self) -> None:
        """Do nothing."""

    def take_results(self) -> Counter[str]:
        """Say that nothing was sent."""
        return Counter()

    def close(self) -> None:
        """Do nothing."""


def wrong(prober: TestClient) -> dict[str, str]:
    """Return what keeps a process from being ready, by what was tried."""
    answer = prober.get("/readyz")
    checks = answer.json()["checks"]
    found = {one["what"]: one["words"] for one in checks if not one["fine"]}
    assert answer.status_code == (503 if found else 200)
    assert answer.json()["ready"] is not bool(found)
    return found


def test_a_process_in_good_order_is_alive_and_ready(prober: TestClient) -> None:
    ready, alive = prober.get("/readyz"), prober.get("/healthz")
    assert (ready.status_code, alive.status_code) == (200, 200)
    assert ready.json() == {
        "ready": True,
        "checks": [
            {"what": "database", "fine": True, "words": "can be written"},
            {"what": "publishing", "fine": True, "words": "works"},
            {"what": "clock", "fine": True, "words": "not compared yet"},
        ],
        "said": [],
    }
    assert alive.json()["alive"] is True
    assert sorted(alive.json()["parts"]) == ["clock", "minder"]
    assert ready.headers["Cache-Control"] == "no-store"


def test_a_database_file_that_is_gone_is_seen_though_it_can_still_be_written(
    office: Office, prober: TestClient
) -> None:
    assert wrong(prober) == {}
    (office.folder / "campaign.db").rename(office.folder / "elsewhere.db")
    assert wrong(prober) == {"database": "its file is gone, or another stands in its place"}
    (office.folder / "elsewhere.db").rename(office.folder / "campaign.db")
    assert wrong(prober) == {}


def test_a_full_disk_is_seen(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk, _desk_on(disk) as desk:
        prober = TestClient(make_probe_app(desk))
        assert wrong(prober) == {}
        filler = fill(disk)
        assert wrong(prober) == {"database": "its disk is full"}
        filler.unlink()
        assert wrong(prober) == {}


@contextmanager
def _desk_on(disk: Path) -> Iterator[Desk]:
    desk = open_desk(
        Settings(folder=disk, database_url=f"sqlite:///{disk}/campaign.db"),
        clock=SteppedClock(MONDAY),
    )
    desk.pulse.begin(RUN)
    desk.pulse.worked(MONDAY)
    try:
        yield desk
    finally:
        desk.close()


def test_a_database_that_somebody_holds_does_not_hold_the_answer(
    office: Office, prober: TestClient
) -> None:
    holder = sqlite3.connect(office.folder / "campaign.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    found = office.desk.probe.look(timedelta(milliseconds=100))
    assert time.monotonic() - began < 1
    holder.execute("ROLLBACK")
    holder.close()
    assert found.checks[0].words == "does not answer"
    assert not found.ready


def test_tables_of_another_version_are_seen(office: Office, prober: TestClient) -> None:
    with office.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert wrong(prober) == {"database": "its tables are of another version of the program"}


class TestOnPostgresql:
    @pytest.fixture
    def database_url(self, postgres: Server) -> str:
        return postgres.new_database()

    def test_a_server_that_is_down_is_seen_and_the_process_lives_on(
        self, prober: TestClient, postgres: Server
    ) -> None:
        assert wrong(prober) == {}
        postgres.stop()
        try:
            found = prober.get("/readyz")
            assert prober.get("/healthz").status_code == 200
        finally:
            postgres.start()
        assert found.status_code == 503
        assert str(postgres.folder) not in found.text
        assert found.json()["checks"][0]["words"].startswith("cannot be used (")
        assert wrong(prober) == {}


def test_a_scheduler_that_rings_no_more_is_seen(office: Office) -> None:
    office.apply()
    desk = office.desk
    desk.settings = replace(desk.settings, listen=None)
    desk.pulse.begin(RUN, CLOCK, at_most=timedelta(seconds=1.5))
    told = threading.Event()
    clockwork = Clockwork(Session(desk=desk, schedule=office.schedule()), SilentBell())
    running = threading.Thread(target=clockwork.run_until, args=(told.wait,))
    running.start()
    prober = TestClient(make_probe_app(desk))
    _until(desk.pulse.works)
    assert prober.get("/healthz").status_code == 200
    clockwork._scheduler.pause()
    _until(lambda: prober.get("/healthz").status_code == 503)
    assert prober.get("/healthz").json()["parts"]["clock"]["lives"] is False
    told.set()
    running.join(10)


def _until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_clock_that_differs_is_seen(office: Office, prober: TestClient) -> None:
    office.desk.watch.saw(office.clock.now() - timedelta(seconds=61))
    assert wrong(prober) == {"clock": "differs from the networks' by over a minute"}
    office.desk.watch.saw(office.clock.now())
    assert wrong(prober) == {}


def test_a_stop_is_no_fault_and_is_said_without_its_reason(
    office: Office, prober: TestClient
) -> None:
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=office.clock.now(), why="A minister has resigned")
        stop(connection, "all", "", change)
    assert wrong(prober) == {}
    answer = prober.get("/readyz")
    assert answer.json()["said"] == ["stopped: 1 stop in force"]
    assert "minister" not in answer.text
    assert "ben" not in answer.text


def test_work_that_does_not_get_done_is_seen(office: Office) -> None:
    office.apply()
    seconds = [0.0]
    office.desk.pulse = Pulse(lambda: seconds[0])
    office.desk.pulse.begin(RUN, "clock")
    prober = TestClient(make_probe_app(office.desk))
    assert wrong(prober) == {"publishing": "this process does not get its work done"}
    office.desk.pulse.worked(office.clock.now())
    assert wrong(prober) == {}
    seconds[0] = 61.0
    assert wrong(prober) == {"publishing": "this process does not get its work done"}
    assert prober.get("/healthz").status_code == 503


def test_pages_are_ready_while_nobody_publishes_and_say_so(office: Office) -> None:
    office.apply()
    office.desk.pulse.begin(WEB)
    prober = TestClient(make_probe_app(office.desk))
    assert wrong(prober) == {}
    assert prober.get("/readyz").json()["checks"][1] == {
        "what": "publishing",
        "fine": True,
        "words": "no `campaign run` works",
    }


def test_whoever_only_rings_is_ready_once_a_worker_answers(office: Office) -> None:
    office.apply()
    desk = office.desk
    desk.settings = replace(desk.settings, engine="procrastinate")
    desk.pulse.begin(RUN)
    desk.pulse.worked(office.clock.now())
    prober = TestClient(make_probe_app(desk))
    assert wrong(prober) == {"publishing": "no `campaign worker` works"}
    worker = Pulse()
    worker.name = "another-machine:7"
    worker.begin(WORKER, "queue")
    worker.worked(office.clock.now())
    with desk.store.write_one() as connection:
        beat(connection, worker, office.clock.now())
    assert wrong(prober) == {}
    office.clock.advance(timedelta(minutes=3))
    desk.pulse.worked(office.clock.now())
    assert wrong(prober) == {"publishing": "no `campaign worker` works"}


def test_the_pages_answer_probes_too(office: Office) -> None:
    office.apply()
    pages = TestClient(make_app(office.desk))
    assert pages.get("/healthz").json()["kind"] == "web"
    assert pages.get("/readyz").status_code == 200
