"""The page behind a partner's link for signing a channel in, at the same address as all others.

The page itself is `campaign.partner_page`, which speaks WSGI and which `campaign connect --link`
serves alone, too. It keeps its own headers: its form leads on to the network.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.test import EnvironBuilder, run_wsgi_app

from campaign.partner_page.door import LARGEST_FORM, PartnerDoor
from campaign.partner_page.view import View
from campaign.schedule.model import Schedule
from campaign.web.answers import NotFoundError
from campaign.web.desk_facts import DeskFacts
from campaign.wiring import Desk

log = logging.getLogger(__name__)


class ConnectPages:
    """The partner's pages of one desk, as the schedule stands."""

    def __init__(self, desk: Desk, facts: DeskFacts) -> None:
        self._desk = desk
        self._facts = facts
        self._door: PartnerDoor | None = None

    def door(self) -> PartnerDoor:
        """Return who answers; sign-ins that are under way go on when somebody applies."""
        schedule = self._facts.schedule()
        if schedule is None or not self._desk.settings.secret_keys:
            raise NotFoundError
        url, view = self._desk.settings.pages_url, self._view(schedule)
        if self._door is None:
            self._door = PartnerDoor(view, url, log.info)
        else:
            self._door.shows(view)
        return self._door

    def _view(self, schedule: Schedule) -> View:
        return View(
            means=self._desk.means,
            schedule=schedule,
            account_of=self._desk.account,
            in_environment=self._desk.in_environment,
            base=urlsplit(self._desk.settings.pages_url).path.rstrip("/"),
        )


async def _serve(request: Request) -> Response:
    body = b""
    async for part in request.stream():
        body += part[: LARGEST_FORM + 1]
        if len(body) > LARGEST_FORM:
            break
    return await run_in_threadpool(_answer, request, body)


def _answer(request: Request, body: bytes) -> Response:
    door = request.app.state.connect.door()
    environ = EnvironBuilder(
        method=request.method,
        path=request.url.path,
        query_string=request.url.query,
        headers=[
            (name, value) for name, value in request.headers.items() if name != "content-length"
        ],
        input_stream=None,
        data=body or None,
        base_url=_base_of(request),
    ).get_environ()
    return _translated(run_wsgi_app(door.application, environ, buffered=True))


def _base_of(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/"


def _translated(answered: Any) -> Response:
    parts, status, headers = answered
    response = Response(b"".join(parts), int(status.split()[0]))
    for name, value in headers:
        if name.lower() != "content-length":
            response.headers.append(name, value)
    return response


ROUTE = Route("/connect/{rest:path}", _serve, methods=["GET", "POST"], name="connect")
