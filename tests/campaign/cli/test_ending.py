"""A process that is told to end does so in order, whenever and wherever the signal arrives."""

import subprocess
import sys

import pytest

TELLS_ITSELF = """
import os, signal, sys, threading
{before}
from campaign.cli.process import told_to_end

with told_to_end() as wait:
    {tell}
    assert wait()
    print("ends in order")
"""
IN_A_THREAD = "threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGTERM)).start()"
OTHERS = "threading.Thread(target=threading.Event().wait, daemon=True).start()"


@pytest.mark.parametrize("tell", ["os.kill(os.getpid(), signal.SIGTERM)", IN_A_THREAD])
@pytest.mark.parametrize("before", ["", OTHERS, "import numpy"], ids=["alone", "thread", "numpy"])
def test_told_before_it_waits_a_process_ends_in_order(before: str, tell: str) -> None:
    script = TELLS_ITSELF.format(before=before, tell=tell)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "ends in order\n"), done.stderr
