"""What a peer's process is told, and the one call that all of them make for a post."""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import requests

from benchmarks.work import Post, posts_to_send

READY = "ready"
TIMEOUT_S = 30.0
_LOCAL = threading.local()


@dataclass(frozen=True, kw_only=True)
class Task:
    """So many posts for a server, due at one instant, on so many threads."""

    server: str
    due: float
    """Seconds since 1970."""
    count: int
    threads: int
    folder: Path
    """Empty, for whatever the engine keeps."""
    service: str
    """The address of the database or broker that was started for it, if it needs one."""

    @cached_property
    def posts(self) -> list[Post]:
        """The posts."""
        return posts_to_send(self.count)


def deliver(
    server: str, headers: Mapping[str, str], body: bytes, session: requests.Session
) -> None:
    """Make one post, and insist that the server took it."""
    answer = session.post(
        f"{server}/api/v1/statuses",
        data=body,
        headers=headers,
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )
    answer.raise_for_status()


def thread_session() -> requests.Session:
    """Return the session of this thread, so that connections are kept."""
    if not hasattr(_LOCAL, "session"):
        _LOCAL.session = requests.Session()
    session: requests.Session = _LOCAL.session
    return session


def run_engine(main: Callable[[Task], object]) -> None:
    """Read the task from the command line, do it, and leave when the one who asked says so."""
    parser = argparse.ArgumentParser()
    for name in ("server", "folder", "service"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--due", type=float, required=True)
    for name in ("count", "threads"):
        parser.add_argument(f"--{name}", type=int, required=True)
    told = vars(parser.parse_args())
    main(Task(**{**told, "folder": Path(told["folder"])}))
    print(READY, flush=True)
    sys.stdin.read()
    os._exit(0)  # what is still waiting in some engine's threads is not wanted any more
