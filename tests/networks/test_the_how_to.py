"""docs/how-to/try-bluesky.md, typed as it stands against the real server.

Only what a reader changes is another: the day and the time, the port, and the password.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from tests.docs.blocks import ROOT, Block, blocks_of
from tests.docs.player import Typed, prints, typed_in
from tests.docs.stage import Outcome
from tests.networks.index import _free_port

pytestmark = pytest.mark.networks

PAGE = ROOT / "docs" / "how-to" / "try-bluesky.md"
PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
PUBLISHED_WITHIN_S = 600


@dataclass
class Terminals:
    """The folder, what was exported, and the programs that go on in terminals of their own."""

    folder: Path
    port: int
    password: str = ""
    one_command_s: float = 1.0
    """How long a command takes here, by the last one: a slow machine gets more time."""
    exported: dict[str, str] = field(default_factory=dict)
    running: list["subprocess.Popen[str]"] = field(default_factory=list)

    def as_typed(self, text: str) -> str:
        """Put in what a reader puts in."""
        now = datetime.now(UTC)
        soon = (now + timedelta(seconds=20 + 8 * self.one_command_s)).strftime("%Y-%m-%d %H:%M:%S")
        text = text.replace("2027-01-12 09:30", soon).replace("2027-W02", f"{now:%G-W%V}")
        text = text.replace("2027-01-12", f"{now:%Y-%m-%d}")
        text = text.replace("until: 2027-04-30", f"until: {now + timedelta(days=30):%Y-%m-%d}")
        return text.replace("2583", str(self.port)).replace(
            "what-the-server-printed", self.password
        )

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a terminal, with this tree's program on the path."""
        own = {name: value for name, value in os.environ.items() if "CAMPAIGN" not in name}
        return {**own, "PATH": PATH, "PYTHONPATH": str(ROOT), "COLUMNS": "96", **self.exported}

    def type(self, command: str) -> Outcome:
        """Type a command that ends."""
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            return Outcome(text="", code=0)
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.exported[name] = value
            return Outcome(text="", code=0)
        began_at = time.monotonic()
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip
        self.one_command_s = time.monotonic() - began_at
        return Outcome(text=done.stdout, code=done.returncode)

    def start(self, *command: str, folder: Path) -> "subprocess.Popen[str]":
        """Start what goes on in a terminal of its own."""
        environment = {**self.environment, "PORT": str(self.port)}
        started = subprocess.Popen(
            command, cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.running.append(started)
        return started

    def status(self) -> str:
        """Return where the one delivery stands."""
        (row,) = json.loads(self.type("campaign status --json").text)["deliveries"]
        return str(row["state"])


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[Terminals]:
    opened = Terminals(folder=tmp_path, port=_free_port())
    yield opened
    for one in reversed(opened.running):
        one.send_signal(signal.SIGINT)
        one.communicate(timeout=60)


def read_until(stream: IO[str], words: str) -> str:
    """Return what is printed up to a line with these words."""
    said = ""
    for line in stream:
        said += line
        if words in line:
            return said
    message = f"ended without “{words}”:\n{said}"
    raise AssertionError(message)


def serve(terminals: Terminals) -> None:
    """Do as `make bluesky-server` does, which also installs Node.js."""
    assert "bin)/python -m tests.networks.trial" in (ROOT / "Makefile").read_text("utf-8").lower()
    program = terminals.start(sys.executable, "-m", "tests.networks.trial", folder=ROOT)
    assert program.stdout is not None
    said = read_until(program.stdout, "End it with Ctrl-C")
    terminals.password = re.findall(r"APP_PASSWORD=(\S+)", said)[0]
    assert f"http://localhost:{terminals.port}, on this machine alone" in said


def publish(terminals: Terminals) -> None:
    """Leave `campaign run` running until the post is out, then have it liked and answered."""
    terminals.start(sys.executable, "-m", "campaign.cli.app", "run", folder=terminals.folder)
    ends_at = time.monotonic() + PUBLISHED_WITHIN_S
    while terminals.status() != "published":
        assert time.monotonic() < ends_at, terminals.status()
        time.sleep(1)
    server = terminals.running[0]
    assert server.stdin is not None
    assert server.stdout is not None
    for deed in ("like", "reply"):
        server.stdin.write(f"{deed}\n")
        server.stdin.flush()
        assert "mary-reads.test wrote" in read_until(server.stdout, "counted within seconds")
    time.sleep(5)


def do(typed: Typed, terminals: Terminals, place: str) -> None:
    """Type one command of the page, and hold what it prints against what the page says."""
    command = terminals.as_typed(typed.command)
    if command == "make bluesky-server":
        serve(terminals)
    elif command == "campaign run":
        publish(terminals)
    else:
        outcome = terminals.type(command)
        said = f"{place}: $ {command}\n{outcome.text}"
        assert outcome.code == typed.code, said
        expected = [terminals.as_typed(line) for line in typed.printed]
        assert not expected or prints(expected, outcome), said


def follow(block: Block, terminals: Terminals) -> None:
    """Do what one block of the page says."""
    if block.language == "yaml":
        file = terminals.folder / block.words
        file.write_text(terminals.as_typed(block.text), encoding="utf-8")
        return
    for typed in typed_in(block):
        do(typed, terminals, block.place)


def test_everything_on_the_page_works_as_it_stands(terminals: Terminals) -> None:
    for block in blocks_of(PAGE):
        follow(block, terminals)
    (file,) = (terminals.folder / "reports").glob("*.html")
    rows = re.sub(r"<[^>]+>|\s+", " ", file.read_text("utf-8"))
    assert re.search(r"Reactions \(likes, favourites and the like\) +1 +1 ", rows), rows[:3000]
    assert re.search(r"Replies and comments +1 +1 ", rows)
