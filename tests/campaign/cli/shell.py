"""Runs `campaign ARGS` in this process as a shell script would: no terminal, streams kept apart.

The whole program runs, from its arguments to its exit code. Only the clock and the environment
may be others than the machine's.
"""

import io
import json
import re
import sqlite3
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from campaign.cli.app import app
from campaign.cli.failures import guarded
from campaign.cli.place import Place

ESCAPE = "\x1b"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run of the program left."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Read stdout as the one JSON document it has to be."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Stdout, line by line."""
        return self.out.splitlines()


class Shell:
    """Runs the program in one campaign's folder."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @property
    def folder(self) -> Path:
        """The campaign's folder."""
        assert self.place.folder is not None
        return self.place.folder

    def __call__(self, *arguments: str) -> Result:
        """Run `campaign --dir FOLDER ARGUMENTS`; no output may hold a traceback or colour."""
        out, err = io.StringIO(), io.StringIO()
        line = ["--dir", str(self.folder), *arguments]
        with redirect_stdout(out), redirect_stderr(err):
            code = guarded(lambda: app(line, obj=self.place, prog_name="campaign"))
        result = Result(code=code, out=out.getvalue(), err=err.getvalue())
        assert "Traceback" not in result.out + result.err
        assert ESCAPE not in result.out + result.err
        return result

    def fine(self, *arguments: str) -> Result:
        """Run a command that has to succeed."""
        result = self(*arguments)
        assert result.code == 0, result
        return result

    def fails(self, *arguments: str, code: int, says: str) -> Result:
        """Run a command that has to fail in words, print no result and change nothing."""
        before = dump(self.folder)
        result = self(*arguments)
        assert result.code == code, result
        assert re.search(says, result.err), result.err
        assert "a fault in Campaign Desk itself" not in result.err
        assert result.out == ""
        assert dump(self.folder) == before
        return result

    def with_environment(self, **changes: str) -> "Shell":
        """Return a shell whose environment has these variables, too."""
        environment = {**(self.place.environment or {}), **changes}
        return Shell(replace(self.place, environment=environment))

    def without_environment(self, *names: str) -> "Shell":
        """Return a shell whose environment lacks the variables that begin so."""
        known = self.place.environment or {}
        kept = {name: one for name, one in known.items() if not name.startswith(names)}
        return Shell(replace(self.place, environment=kept))

    def state(self, delivery: str) -> str:
        """Return where a delivery stands, as `status --json` says."""
        return str(self.delivery(delivery)["state"])

    def delivery(self, delivery: str) -> dict[str, Any]:
        """Return one row of `status --json`."""
        rows = self.fine("status", "--json").json()["deliveries"]
        (found,) = [one for one in rows if one["id"] == delivery]
        assert isinstance(found, dict)
        return found

    def states(self) -> dict[str, str]:
        """Return where every delivery stands."""
        rows = self.fine("status", "--json").json()["deliveries"]
        return {one["id"]: one["state"] for one in rows}


def dump(folder: Path) -> list[str] | None:
    """Return everything that the campaign's database holds, None where there is none."""
    file = folder / "campaign.db"
    if not file.is_file():
        return None
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return list(connection.iterdump())


class Answering(io.StringIO):
    """A keyboard with somebody at it, who types this."""

    def isatty(self) -> bool:
        """Say that a person can be asked."""
        return True
