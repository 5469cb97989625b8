"""`campaign worker`, and `campaign run` that only rings: where they cannot work they say so."""

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest

from campaign.decisions.withdrawing import withdraw
from campaign.publishing import doorbell
from campaign.publishing.doorbell import Answerer, Doorbell
from campaign.store.deliveries import Change
from tests.campaign.cli.shell import Shell
from tests.campaign.office import DUE, Office
from tests.postgres import Server

FINISH = "procrastinate_finish_job_v1"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, postgres: Server) -> str:
    """PostgreSQL, unless a test is about its absence."""
    return "" if "sqlite" in request.node.name else postgres.new_database()


def test_on_sqlite_a_worker_says_what_it_needs(ready: Shell) -> None:
    ready.fails("worker", code=1, says="need a campaign that is kept in PostgreSQL; set CAMPAIGN_")


def test_on_sqlite_a_clock_that_should_ring_workers_says_what_it_needs(ready: Shell) -> None:
    before = signal.getsignal(signal.SIGTERM)
    ringing = ready.with_environment(CAMPAIGN_ENGINE="procrastinate")
    ringing.fails("run", code=1, says="or leave CAMPAIGN_ENGINE out to send from this process")
    assert signal.getsignal(signal.SIGTERM) == before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()  # processes would inherit it


def test_a_worker_without_its_packages_says_how_to_get_them(
    ready: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "campaign.publishing.doorbell")
    monkeypatch.delattr("campaign.publishing.doorbell")
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    shown = ready("worker")
    assert (shown.code, shown.out) == (1, "")
    assert "run `make install-postgres`" in shown.err


def jobs(office: Office) -> list[tuple[str, str, int]]:
    """Return what the queue holds: channel, state, number of deliveries."""
    with office.desk.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT lock, status::text, jsonb_array_length(args->'ids') FROM procrastinate_jobs"
        )
        return sorted((row[0], row[1], row[2]) for row in rows)


def wait_until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answer(office: Office) -> None:
    """Let one worker do what the queue holds, and end."""
    answerer = Answerer(office.desk.rig("worker"), 4)

    def stop_when_empty() -> None:
        while jobs(office):
            time.sleep(0.05)
        answerer.stop()

    watching = threading.Thread(target=stop_when_empty)
    watching.start()
    answerer.run()
    watching.join()


def test_ringing_twice_asks_once_for_each_channel_and_a_worker_sends(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    bells = [Doorbell(office.desk.rig(name)) for name in ("first clock", "second clock")]
    for _ in range(2):
        for bell in bells:
            bell.ring()
    channels = ("ico-bluesky", "ico-mastodon", "ico-x")
    assert jobs(office) == [(channel, "todo", 1) for channel in channels]
    answer(office)
    assert Counter(office.states().values()) == {"published": 3}
    assert [len(office.texts(network)) for network in ("x", "mastodon", "bluesky")] == [1, 1, 1]
    for bell in bells:
        bell.ring()
        bell.close()
    assert jobs(office) == []


def test_a_withdrawn_post_is_taken_down_by_a_worker_beside_its_channels_other_work(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    office.publish()
    change = Change(who="ben", at=DUE, why="a wrong number")
    with office.desk.store.write() as connection:
        withdraw(connection, "law-helps/ico-x/1", change, office.schedule())
    bell = Doorbell(office.desk.rig("clock"))
    bell.ring()
    assert jobs(office) == [("ico-x (take-down)", "todo", 1)]
    answer(office)
    bell.close()
    assert (office.state("law-helps/ico-x/1"), office.texts("x")) == ("withdrawn", [])


def test_a_job_that_is_lost_is_rung_for_again_and_a_late_one_sends_nothing(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    bell = Doorbell(office.desk.rig("clock"))
    bell.ring()
    with office.desk.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    bell.ring()
    assert len(jobs(office)) == 3
    office.publish()  # somebody else was faster
    answer(office)
    bell.close()
    assert Counter(office.states().values()) == {"published": 3}
    assert [len(office.texts(network)) for network in ("x", "mastodon", "bluesky")] == [1, 1, 1]


def test_a_job_that_a_dead_worker_holds_keeps_its_channel_only_for_a_while(
    office: Office, ready: Shell
) -> None:
    office.clock.move_to(DUE)
    bell = Doorbell(office.desk.rig("clock"))
    bell.ring()
    with office.desk.store.write() as connection:
        connection.exec_driver_sql(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '11 seconds') RETURNING id) "
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
        )
    answer(office)
    assert set(office.states().values()) == {"planned"}  # the queue tries nothing again
    bell.ring()
    answer(office)
    bell.close()
    assert Counter(office.states().values()) == {"published": 3}


def test_a_job_whose_end_could_not_be_noted_keeps_its_channel_only_for_a_while(
    office: Office, ready: Shell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(doorbell, "STALLED_S", 3.0)
    monkeypatch.setattr(doorbell, "HEARTBEAT_S", 0.2)
    office.clock.move_to(DUE)
    bell = Doorbell(office.desk.rig("clock"))
    bell.ring()
    with office.desk.store.write() as connection:
        connection.exec_driver_sql(f"ALTER FUNCTION {FINISH} RENAME TO mislaid")
    answerer = Answerer(office.desk.rig("worker"), 4)
    working = threading.Thread(target=answerer.run)
    working.start()
    try:
        wait_until(lambda: set(office.states().values()) == {"published"})
        wait_until(lambda: len(answerer._over) == 3)
        time.sleep(1.0)  # their ends are noted right after that, which fails
        with office.desk.store.write() as connection:
            connection.exec_driver_sql(f"ALTER FUNCTION mislaid RENAME TO {FINISH}")
        wait_until(lambda: not jobs(office))
    finally:
        answerer.stop()
        working.join()
        bell.close()
    told = [one.message for one in caplog.records if one.levelname == "WARNING"]
    assert any(one.startswith("a job's end was not noted (function procr") for one in told), told
