"""Serves the pages from a thread of its own, and stops so that answers under way come to an end."""

import socket
import threading

import uvicorn
from starlette.types import ASGIApp

LISTEN_QUEUE = 128
LONGEST_STOP_S = 10
_STARTS_WITHIN_S = 15.0


class CannotListenError(Exception):
    """The address cannot be listened at; the message says why and what to do."""


class Serving:
    """One listener and the thread that answers."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, setting: str = "CAMPAIGN_LISTEN"
    ) -> None:
        """Listen and begin to answer; raise `CannotListenError` where that cannot be done."""
        self._socket = _listening(host, port, setting)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1,::1",
            timeout_graceful_shutdown=LONGEST_STOP_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="web", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1])

    def close(self) -> None:
        """Listen no longer, let answers under way end, and wait for that."""
        self._server.should_exit = True
        self._thread.join(LONGEST_STOP_S + _STARTS_WITHIN_S)
        self._socket.close()


def _listening(host: str, port: int, setting: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=LISTEN_QUEUE)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"{host}:{port} cannot be listened at ({reason}); set {setting} to another"
        raise CannotListenError(message) from error
    # asyncio turns Nagle's algorithm off only for sockets that name their protocol, and this one
    # does not; an answer in two pieces would wait 40 ms for the browser to confirm the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
