"""Where the commands of a page are run: a folder, rehearsal networks and a clock moved by hand.

`campaign` runs in this process by the very function that the installed program calls, so that a
page costs seconds; only the machine's clock is another. Everything else on a command line is
left to the shell.
"""

import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from campaign.cli.app import app
from campaign.cli.failures import guarded
from campaign.clock import SteppedClock, SystemClock
from campaign.schedule.clashes import environment_name
from campaign.schedule.reading import read_schedule
from rehearsal.server import Call, Fault, Rehearsal
from tests.docs.blocks import ROOT

LONDON = ZoneInfo("Europe/London")
SMALL_CAMPAIGN = Path(__file__).parent / "desk"
WIDTH = "96"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command printed, on both streams, and how it left."""

    text: str
    code: int


class Stage:
    """One page's folder, networks, clock and environment."""

    def __init__(
        self, clock: SteppedClock, rehearsal: Rehearsal, monkey: pytest.MonkeyPatch
    ) -> None:
        self.clock = clock
        self.rehearsal = rehearsal
        self.addresses: dict[str, str] = {}
        """What stands in a page for a server, and the one there is."""
        self._monkey = monkey

    def small_campaign(self) -> None:
        """Put a small part of the sample campaign into the folder, signed in everywhere."""
        shutil.copytree(SMALL_CAMPAIGN, ".", dirs_exist_ok=True)
        for name, channel in read_schedule(Path("schedule.yaml")).channels.items():
            if channel.mode == "connected":
                self.sign_in(name)

    def sign_in(self, channel_id: str) -> None:
        """Open an account for a channel on a rehearsal network and point the schedule at it."""
        schedule = Path("schedule.yaml")
        channel = read_schedule(schedule).channels[channel_id]
        secrets = self.rehearsal.add_account(channel.network, channel.handle or channel_id)
        for field, value in secrets.items():
            self._monkey.setenv(f"CAMPAIGN__{environment_name(channel_id)}__{field}", value)
        address = self.rehearsal.server_of(channel.network)
        text = schedule.read_text(encoding="utf-8")
        at = text.index(f"\n  {channel_id}:")
        found = re.compile(r'server: "[^"]+"').search(text, at)
        assert found is not None, f"{channel_id} has no server to point elsewhere"
        text = f'{text[: found.start()]}server: "{address}"{text[found.end() :]}'
        schedule.write_text(text, encoding="utf-8")

    def clock_to(self, local: str) -> None:
        """Move the clock to a local time such as `2027-01-11 09:00`."""
        self.clock.move_to(datetime.fromisoformat(local).replace(tzinfo=LONDON))

    def fault(self, network: str, kind: str) -> None:
        """Order a fault for the next post on a network."""
        self.rehearsal.inject(network, Fault(kind), on=Call.PUBLISH)

    def run(self, command: str) -> Outcome:
        """Run one line as a reader would type it."""
        for shown, real in self.addresses.items():
            command = command.replace(shown, real)
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            os.chdir(words[1])
            return Outcome(text="", code=0)
        if words[0] == "export":
            return self._export(words[1])
        if words == ["campaign", "run"]:
            return _run_and_stop()
        if words[0] == "campaign":
            return _campaign(command)
        return _shell(command)

    def _export(self, assignment: str) -> Outcome:
        """Set a variable, unless the stage has set it to something that works."""
        name, _, value = assignment.partition("=")
        if name not in os.environ:
            self._monkey.setenv(name, value)
        return Outcome(text="", code=0)


@contextmanager
def open_stage(folder: Path, monkey: pytest.MonkeyPatch, start: str) -> Iterator[Stage]:
    """Start networks and clock, with the folder as the current one."""
    clock = SteppedClock(datetime.fromisoformat(start).replace(tzinfo=LONDON))
    monkey.setattr(SystemClock, "now", lambda _self: clock.now())
    monkey.setenv("COLUMNS", WIDTH)
    for name in [one for one in os.environ if one.startswith("CAMPAIGN_")]:
        monkey.delenv(name)
    monkey.chdir(folder)
    with Rehearsal(now=clock.now) as rehearsal:
        yield Stage(clock, rehearsal, monkey)


def write_picture(path: Path) -> None:
    """Put a picture where a page says that there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (640, 360), (18, 67, 109)).save(path)


def _campaign(command: str) -> Outcome:
    """Run `campaign` in this process; what follows a `|` or `>` gets its results from the shell."""
    own, sign, rest = _split(command)
    results, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(results), redirect_stderr(errors if sign else results):
        code = guarded(lambda: app(args=shlex.split(own, comments=True)[1:], prog_name="campaign"))
    if not sign:
        return Outcome(text=results.getvalue(), code=code)
    shell = _shell(f"cat {sign} {rest}", results.getvalue())
    return Outcome(text=errors.getvalue() + shell.text, code=code or shell.code)


def _split(command: str) -> tuple[str, str, str]:
    """Part a command from where its results go."""
    found = re.search(r" ([|>]) ", command)
    return (
        (command[: found.start()], found[1], command[found.end() :]) if found else (command, "", "")
    )


def _run_and_stop() -> Outcome:
    """Start the program that never ends, and tell it to end as systemd would."""
    process = subprocess.Popen(
        [sys.executable, "-m", "campaign.cli.app", "run"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=20)
    return Outcome(text=first + rest, code=process.returncode)


def _shell(command: str, given: str = "") -> Outcome:
    """Run a line in the shell."""
    done = subprocess.run(
        ["bash", "-c", command],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=30,
    )
    return Outcome(text=done.stdout, code=done.returncode)
