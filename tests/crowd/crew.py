"""Processes of one campaign that are killed and started again, as a service manager would."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0

Process = subprocess.Popen[bytes]


@dataclass
class Crew:
    """Every process that works on the campaign, by name: `worker-3` runs `campaign worker`."""

    folder: Path
    environment: Mapping[str, str]
    running: dict[str, Process] = field(default_factory=dict)
    deaths: int = 0
    _said: dict[str, int] = field(default_factory=dict)
    """How long each process's log was when it started."""
    _within: dict[str, Sequence[str]] = field(default_factory=dict)

    def start(self, name: str, *, within: Sequence[str] = ()) -> Process:
        """Start a process; `within` are words that start it on another machine."""
        self._within[name] = within
        path = self.folder / f"{name}.log"
        with path.open("ab") as log:
            self._said[name] = log.tell()
            process = subprocess.Popen(
                [*within, sys.executable, "-m", "campaign.cli.app", name.partition("-")[0]],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def start_all(self, clocks: int, workers: int) -> None:
        """Start so many clocks and workers, and wait until every one is at work."""
        for number in range(clocks):
            self.start(f"run-{number}")
        for number in range(workers):
            self.start(f"worker-{number}")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until every process is at work."""
        deadline = time.monotonic() + PATIENCE_S
        while not all(self.is_ready(name) for name in self.running):
            assert time.monotonic() < deadline, {name: self.log(name) for name in self.running}
            time.sleep(0.1)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one process that is at work as a power cut does, and start it again.

        Nobody is killed while fewer than half are at work: on a slow machine nobody would ever be.
        """
        self.start_again()
        ready = [name for name in sorted(self.running) if self.is_ready(name)]
        if 2 * len(ready) < len(self.running):
            return
        name = chance.choice(ready)
        process = self.running[name]
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
        self.deaths += 1
        self.start(name, within=self._within[name])

    def start_again(self) -> None:
        """Start again what found no database when it started; nothing else may end by itself."""
        for name, process in list(self.running.items()):
            if process.poll() is None:
                continue
            last = self.log(name)[self._said[name] :].splitlines()[-1:]
            away = any("cannot be used" in one or "could not be used" in one for one in last)
            fine = away and not self.is_ready(name)
            assert fine, f"{name} ended with {process.returncode}: {self.log(name)}"
            self.start(name, within=self._within[name])

    def is_ready(self, name: str) -> bool:
        """Whether a process has said since its start that it is at work."""
        new = self.log(name)[self._said[name] :]
        return "running; publishing" in new or "working for" in new

    def stop_all(self) -> dict[str, int]:
        """Tell every process to stop and return the exit codes."""
        for process in self.running.values():
            process.terminate()
        codes = {name: one.wait(PATIENCE_S) for name, one in self.running.items()}
        self.running.clear()
        return codes

    def kill_all(self) -> None:
        """End whatever a failed test has left."""
        for process in self.running.values():
            process.kill()
            process.wait(PATIENCE_S)

    def log(self, name: str) -> str:
        """Return what a process has said."""
        return (self.folder / f"{name}.log").read_bytes().decode()
