"""The program as a process of its own: its start, its pipes, its terminal."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.cli.shell import ESCAPE, Shell

ROOT = Path(__file__).parents[3]
HEAVY = ("pandas", "matplotlib", "sqlalchemy", "sqlmodel", "pydantic", "tweepy", "requests", "PIL")
PLAIN = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
COMMANDS = [
    ["check", "--json"],
    ["preview", "--json"],
    ["plan", "--json"],
    ["status"],
    ["log", "law-helps/ico-x/1", "--json"],
    ["publish", "--json"],
    ["collect", "--json"],
    ["stop", "--reason", "drill", "--as", "ben"],
    ["resume", "--as", "cat"],
    ["report", "--week", "2027-W02", "--format", "json"],
]


def start(campaign: Shell, *line: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m campaign.cli.app` and wait for it."""
    command = [sys.executable, "-m", "campaign.cli.app", "--dir", str(campaign.folder), *line]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**PLAIN, **(campaign.place.environment or {}), **changes},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_answers_without_loading_what_is_heavy() -> None:
    program = (
        "import sys\n"
        "from campaign.cli.app import app\n"
        "from campaign.cli.failures import guarded\n"
        "code = guarded(lambda: app(['--help']))\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print(code, heavy, file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=PLAIN,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == "0 []\n"
    assert "Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 the schedule or a post has" in ran.stdout


def test_each_command_runs_as_a_process_with_results_on_stdout_alone(ready: Shell) -> None:
    # Every start costs about a second, so that one test walks through them all.
    for line in COMMANDS:
        ran = start(ready, *line)
        assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), (line, ran.stderr)
        assert ESCAPE not in ran.stdout + ran.stderr
        if "--json" in line or "json" in line:
            json.loads(ran.stdout)


def test_a_failure_has_its_sentence_on_stderr_alone_and_its_exit_code(ready: Shell) -> None:
    ran = start(ready, "log", "x/y/1")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "there is no delivery “x/y/1”; `campaign status` lists them all\n"


def test_a_reader_that_goes_away_ends_the_program_without_a_word() -> None:
    program = f'"{sys.executable}" -m campaign.cli.app'
    command = f'{program} schema | true; echo "${{PIPESTATUS[0]}}"'
    ran = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=PLAIN, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("1\n", "")


def on_a_terminal(campaign: Shell, *line: str, **changes: str) -> str:
    """Run a command with a terminal for its output and return what the terminal got."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "campaign.cli.app", "--dir", str(campaign.folder), *line]
    environment = {**PLAIN, "TERM": "xterm-256color", "COLUMNS": "80", **changes}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not part:
            break
        seen += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="terminals are made differently there")
def test_colour_is_for_terminals_and_no_color_is_obeyed(ready: Shell) -> None:
    assert ESCAPE in on_a_terminal(ready, "status")
    colours = re.compile(r"\x1b\[[0-9;]*3[0-9]")
    assert not colours.search(on_a_terminal(ready, "status", NO_COLOR="1"))


def test_an_id_stays_whole_on_a_narrow_terminal(ready: Shell) -> None:
    shown = on_a_terminal(ready, "status", COLUMNS="60", NO_COLOR="1")
    assert "law-helps/ico-mastodon/1" in shown
    assert all(len(line) <= 60 for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())
