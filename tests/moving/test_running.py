"""Processes that are at work while the campaign is moved away from under them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign.cli.on_stops import resume
from rehearsal.server import Rehearsal
from tests.crowd.crew import PATIENCE_S, ROOT
from tests.crowd.stage import Stage
from tests.crowd.verdict import faults
from tests.postgres import Server

NAMES = {"sqlite": ["run-0"], "postgres": ["run-0", "worker-0"]}


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path, postgres: Server) -> Iterator[Stage]:
    """A campaign that is under way on one kind of database."""
    url = f"sqlite:///{tmp_path}/campaign.db"
    if request.param == "postgres":
        url = postgres.new_database()
    with Rehearsal(now=lambda: datetime.now(UTC)) as rehearsal:
        stage = Stage(tmp_path, rehearsal, url, {"mastodon": 1})
        if request.param == "sqlite":
            stage.environment["CAMPAIGN_ENGINE"] = "threads"
        stage.plan(40, timedelta(seconds=20))
        for name in NAMES[request.param]:
            stage.crew.start(name)
        stage.crew.wait_until_ready()
        yield stage
        stage.close()


def move(stage: Stage, target: str) -> None:
    command = [sys.executable, "-m", "campaign.cli.app", "move-database", target, "--yes"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(stage.environment), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def wait_for_posts(stage: Stage, number: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while stage.texts("mastodon-0").total() < number:
        assert time.monotonic() < deadline, stage.states()
        time.sleep(0.1)


def test_they_end_by_themselves_with_the_new_address_and_each_post_goes_out_once(
    old: Stage, postgres: Server, tmp_path: Path
) -> None:
    is_file = old.database_url.startswith("sqlite")
    target = postgres.new_database("template1") if is_file else f"sqlite:///{tmp_path}/new.db"
    wait_for_posts(old, 3)
    move(old, target)
    for name, process in old.crew.running.items():
        assert process.wait(PATIENCE_S) == 1
        last = old.crew.log(name).splitlines()[-1]
        assert last.startswith("this campaign was moved to ")
        assert last.endswith("write that address into CAMPAIGN_DATABASE_URL")
        assert "Traceback" not in old.crew.log(name)
    old.crew.running.clear()
    sent = old.texts("mastodon-0")
    time.sleep(3)
    assert old.texts("mastodon-0") == sent

    old.use(target)
    old.crew.start("run-0")
    old.crew.wait_until_ready()
    resume(old.place, ("all", ""), "looked at", None)
    deadline = time.monotonic() + PATIENCE_S
    while {state for _, state in old.states()} - {"published", "held"}:
        assert time.monotonic() < deadline, old.states()
        time.sleep(0.2)
    assert old.crew.stop_all() == {"run-0": 0}
    found = old.texts("mastodon-0")
    assert found <= old.wanted["mastodon-0"]
    assert found.total() == old.states()["mastodon-0", "published"] >= sent.total()
    assert faults(old) == []
