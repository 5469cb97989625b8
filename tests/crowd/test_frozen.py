"""A worker that is suspended between its claim and its last check, on every network.

What it had claimed may have been taken over meanwhile, or not: it sends nothing when it wakes.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign.cli.on_publishing import publish_once
from campaign.store.tables import ATTEMPT
from tests.crowd.crew import PATIENCE_S, ROOT
from tests.crowd.stage import Stage
from tests.crowd.verdict import faults

LEASE_S = 5.0
ALSO = pytest.mark.crowd
EVERY_NETWORK = [
    pytest.param({"mastodon": 1}, marks=ALSO),
    pytest.param({"bluesky": 1}, marks=ALSO),
    {"x": 1},
]
"""X in every run, since it can prove the least; the others with `make test-postgres`."""
PUBLISHING = ("/api/v1/statuses", "/xrpc/com.atproto.repo.putRecord", "/2/tweets")

each_network = pytest.mark.parametrize("stage", EVERY_NETWORK, indirect=True, ids=str)


def frozen_worker(stage: Stage) -> subprocess.Popen[bytes]:
    """Start a worker and return it when it stands still, its one delivery claimed."""
    stage.plan(1, timedelta())
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crowd.frozen", str(stage.folder)],
        cwd=ROOT,
        env={**os.environ, **stage.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stage.crew.running["frozen"] = process
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended and did not freeze"
    assert list(stage.states()) == [(next(iter(stage.channels)), "sending")]
    return process


def wake(process: subprocess.Popen[bytes]) -> None:
    """Let it go on, and wait until it has ended by itself."""
    process.send_signal(signal.SIGCONT)
    assert process.wait(PATIENCE_S) == 0


def calls(stage: Stage) -> int:
    """Count the calls that were to make a post visible."""
    requests = stage.rehearsal.requests(next(iter(stage.channels.values()))[0])
    return sum(one.method == "POST" and one.path in PUBLISHING for one in requests)


@each_network
def test_a_worker_that_slept_until_another_had_taken_over_sends_nothing(stage: Stage) -> None:
    process = frozen_worker(stage)
    channel = next(iter(stage.channels))
    # X cannot prove that nothing is out, so there nobody sends a second time but a person.
    wanted = "published" if stage.provable else "unknown"
    deadline = time.monotonic() + PATIENCE_S
    while stage.states() != {(channel, wanted): 1}:
        assert time.monotonic() < deadline, stage.states()
        publish_once(stage.place, as_json=True)
        time.sleep(0.5)
    sent = calls(stage)
    assert sent == len(stage.provable)
    wake(process)
    assert calls(stage) == sent
    assert stage.texts(channel).total() == sent
    assert stage.states() == {(channel, wanted): 1}
    assert faults(stage) == []


@each_network
def test_a_worker_that_slept_through_its_lease_gives_back_what_nobody_took(stage: Stage) -> None:
    process = frozen_worker(stage)
    time.sleep(LEASE_S)
    wake(process)
    assert calls(stage) == 0
    assert list(stage.states()) == [(next(iter(stage.channels)), "planned")]
    with stage.store.read() as connection:
        kept = connection.execute(select(ATTEMPT.c.outcome, ATTEMPT.c.error)).all()
    assert kept == [("given-back", "the claim was too old to start a call")]
