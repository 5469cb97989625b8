import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

from campaign.cli.on_publishing import publish_once
from tests.crowd.stage import PATIENCE_S, PROVABLE, ROOT, Stage


def test_a_worker_that_sleeps_through_its_lease_before_its_last_check_sends_nothing(
    stage: Stage,
) -> None:
    stage.plan(1, timedelta())
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crowd.frozen", str(stage.folder)],
        cwd=ROOT,
        env={**os.environ, **stage.environment, "CAMPAIGN_HANDS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stage.processes["frozen"] = process
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended and did not freeze"
    assert "sending" in {state for _, state in stage.states()}, stage.states()

    deadline = time.monotonic() + PATIENCE_S
    while {stage.states()[channel, "published"] for channel in PROVABLE} != {1}:
        assert time.monotonic() < deadline, stage.states()
        publish_once(stage.place, as_json=True)
        time.sleep(0.5)
    process.send_signal(signal.SIGCONT)
    while os.waitpid(process.pid, os.WNOHANG | os.WUNTRACED) != (process.pid, 0):
        process.send_signal(signal.SIGCONT)  # it freezes again at whatever it still finds
        time.sleep(0.1)
        assert time.monotonic() < deadline
    assert [stage.texts(channel).total() for channel in PROVABLE] == [1] * len(PROVABLE)
    calls = [one.path for one in stage.rehearsal.requests("mastodon") if one.method == "POST"]
    assert calls == ["/api/v1/statuses"] * 2
