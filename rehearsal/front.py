"""The HTTP front of one stand-in network.

It finds the address, lets the ordered fault happen, answers, and writes down what came. It knows
nothing of any network's rules.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from rehearsal.exchange import (
    Answer,
    RefusedError,
    Route,
    StandIn,
    Visit,
    as_json,
    with_more_fields,
)
from rehearsal.faults import DONE_FIRST, DROPS, Call, Fault, PendingFault
from rehearsal.records import RecordedRequest
from rehearsal.redaction import without_secret_headers, without_secrets
from rehearsal.world import World

LOOPBACK = "127.0.0.1"
QUEUE = 128
"""Connections that may wait to be accepted."""
POLL_SECONDS = 0.02
"""How often the accepting thread looks whether it shall stop."""

PAGE_FOR_PEOPLE = Answer(
    status=502,
    body=b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>\r\n",
    media_type="text/html",
)
NOTHING = Answer(status=503, body=b"", media_type="text/plain")
ODD = [{"unexpected": True}]

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class QuietHandler(WSGIRequestHandler):
    """Serves without writing a line for every request."""

    date: Callable[[], datetime]
    """The network's clock; set on the class that a front makes for itself."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the `Date` header by the network's clock, not the machine's."""
        at = self.date().timestamp() if timestamp is None else timestamp
        return super().date_time_string(int(at))

    def version_string(self) -> str:
        """Return the `Server` header."""
        return "rehearsal"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's own name
        """Say nothing of broken requests: sending them is what tests do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """A request with what is known of it before it is answered."""

    visit: Visit
    route: Route | None
    handle: str | None

    @property
    def call(self) -> Call | None:
        """What the request wants, None for an unknown address."""
        return self.route.call_of(self.visit) if self.route else None


class Front:
    """Serves one network on a port of the loopback interface."""

    def __init__(self, stand_in: StandIn, world: World) -> None:
        self._stand_in = stand_in
        self._world = world
        self._recorded: list[RecordedRequest] = []
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._routes = list(stand_in.routes)
        self._map = _map_of(tuple((route.path, route.method) for route in self._routes))

    def start(self, port: int = 0) -> None:
        """Listen; port 0 takes any free one. Raise `OSError` where the port is taken."""
        with socket.create_server((LOOPBACK, port), backlog=QUEUE) as listening:
            self._server = make_server(
                LOOPBACK,
                port,
                self._serve,
                threaded=True,
                request_handler=self._handler(),
                fd=listening.fileno(),
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(POLL_SECONDS,),
            name=f"rehearsal-{self._stand_in.name}",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and give the port back."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server = None

    @property
    def origin(self) -> str:
        """Where the network is served, for example `http://127.0.0.1:41001`."""
        if self._server is None:
            message = f"the rehearsal's {self._stand_in.name} is not started"
            raise RuntimeError(message)
        return f"http://{LOOPBACK}:{self._server.port}"

    def application(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request as WSGI has it, without a socket (PEP 3333).

        `environ` needs a `werkzeug.socket`: a dropped connection shuts it down and raises
        `ConnectionAbortedError`.
        """
        return self._serve(environ, start_response)

    def recorded(self) -> list[RecordedRequest]:
        """List the requests in the order they were dealt with."""
        return list(self._recorded)

    def take_recorded(self) -> list[RecordedRequest]:
        """Return the requests so far and begin anew, so that a long rehearsal stays small."""
        with self._world.locks[self._stand_in.name]:
            taken, self._recorded = self._recorded, []
        return taken

    def _handler(self) -> type[QuietHandler]:
        name, world = self._stand_in.name, self._world

        class Handler(QuietHandler):
            date = staticmethod(lambda: world.date_of(name))

        return Handler

    def _serve(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        with Request(environ) as request:  # closes the files of a form
            met = self._meet(request, request.get_data())
            answer, happened = self._deal_with(met)
        if happened and happened.fault is Fault.SLOW:
            self._world.stopping.wait(happened.seconds)
        if happened and happened.fault in DROPS:
            _drop(environ)
        return _response(answer)(environ, start_response)

    def _deal_with(self, met: Met) -> tuple[Answer, PendingFault | None]:
        taken = self._take_fault(met)
        with self._world.locks[self._stand_in.name]:
            answer = self._answer(met, taken)
            happened = taken if taken and self._happens(taken, answer) else None
            if happened:
                answer = self._spoil(answer, met, fault=happened.fault)
            elif taken:
                self._world.faults.give_back(taken)
            self._write_down(met, answer, happened=happened)
        return answer, happened

    def _meet(self, request: Request, body: bytes) -> Met:
        try:
            place, arguments = self._map.bind_to_environ(request.environ).match()
        except HTTPException:
            visit = Visit(request=request, body=body, arguments={})
            return Met(visit=visit, route=None, handle=None)
        visit = Visit(request=request, body=body, arguments=arguments)
        handle = self._stand_in.whose(visit)
        return Met(visit=visit, route=self._routes[int(place)], handle=handle)

    def _take_fault(self, met: Met) -> PendingFault | None:
        if met.call is None:
            return None
        return self._world.faults.take(self._stand_in.name, met.call, handle=met.handle)

    def _answer(self, met: Met, taken: PendingFault | None) -> Answer:
        if met.route is None:
            return self._stand_in.no_such_address(met.visit)
        fault = taken.fault if taken else None
        if taken and fault is Fault.STILL_PROCESSING:
            met.visit.wait_seconds = taken.seconds
        elif fault is not None and fault not in DONE_FIRST:
            return self._instead(fault, met)
        try:
            answer = met.route.handler(met.visit)
        except RefusedError as refused:
            answer = refused.answer
        return answer.with_headers(met.visit.headers)

    def _instead(self, fault: Fault, met: Met) -> Answer:
        if fault is Fault.HTML_ERROR:
            return PAGE_FOR_PEOPLE
        if fault in {Fault.EMPTY_ERROR, Fault.DROP_BEFORE_STORING}:
            return NOTHING
        if fault is Fault.BARE_RATE_LIMIT:
            return replace(self._fault_answer(Fault.RATE_LIMIT, met), headers={})
        return self._fault_answer(fault, met)

    def _spoil(self, answer: Answer, met: Met, *, fault: Fault) -> Answer:
        if fault is Fault.STORE_THEN_FAIL:
            return self._fault_answer(Fault.STORE_THEN_FAIL, met)
        if fault is Fault.ODD_JSON:
            return as_json(answer.status, ODD)
        return with_more_fields(answer) if fault is Fault.MORE_FIELDS else answer

    def _fault_answer(self, fault: Fault, met: Met) -> Answer:
        call = met.call or Call.READ
        answer = self._stand_in.fault_answer(fault, call, visit=met.visit)
        return answer.with_headers(met.visit.headers)

    def _happens(self, taken: PendingFault, answer: Answer) -> bool:
        waits_for_success = taken.fault in DONE_FIRST or taken.fault is Fault.STILL_PROCESSING
        return answer.status < 400 or not waits_for_success

    def _write_down(self, met: Met, answer: Answer, *, happened: PendingFault | None) -> None:
        request = met.visit.request
        fault = happened.fault if happened else None
        self._recorded.append(
            RecordedRequest(
                method=request.method,
                path=request.path,
                query=request.query_string.decode("latin-1"),
                headers=without_secret_headers(request.headers.items()),
                body=without_secrets(met.visit.body, request.mimetype),
                status=None if fault in DROPS else answer.status,
                at=self._world.now(),
                call=met.call,
                handle=met.handle,
                fault=fault,
            )
        )


@lru_cache(maxsize=16)  # making one takes longer than all that a small rehearsal does
def _map_of(routes: tuple[tuple[str, str], ...]) -> Map:
    """Return the addresses of a network, each with its place as its name."""
    rules = (
        Rule(path, methods=[method], endpoint=str(place), merge_slashes=False)
        for place, (path, method) in enumerate(routes)
    )
    return Map(rules, strict_slashes=False)


def _response(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, content_type=answer.media_type)
    response.headers.extend(answer.headers)
    return response


def _drop(environ: dict[str, Any]) -> None:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
