"""Answers programs that watch this one: does it live, can it work, and how do things stand.

`/healthz` asks this process alone, so that a database that is away restarts nothing. `/readyz`
tries everything. `/metrics` is for whom the settings let in, and for nobody else there.
"""

import hmac
import ipaddress

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from campaign.operating.exposing import CONTENT_TYPE, exposition
from campaign.operating_settings import Operating
from campaign.web.headers import SecurityHeaders
from campaign.wiring import Desk


async def _healthz(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    parts = {
        one.name: {
            "lives": one.lives,
            "silent_for_s": round(one.silent_for.total_seconds(), 1),
            "at_most_s": one.at_most.total_seconds(),
        }
        for one in desk.pulse.parts()
    }
    lives = desk.pulse.lives()
    content = {"alive": lives, "kind": desk.pulse.kind, "parts": parts}
    return JSONResponse(content, status_code=200 if lives else 503)


async def _readyz(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    found = await run_in_threadpool(desk.probe.look)
    content = {
        "ready": found.ready,
        "checks": [
            {"what": one.what, "fine": one.fine, "words": one.words} for one in found.checks
        ],
        "said": list(found.said),
    }
    return JSONResponse(content, status_code=200 if found.ready else 503)


async def _metrics(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    watching = desk.settings.operating
    if not watching.shows_metrics:
        return PlainTextResponse("Not found.\n", 404)
    if not _is_let_in(request, watching):
        return PlainTextResponse("Not for you.\n", 401, {"WWW-Authenticate": "Bearer"})
    text = await run_in_threadpool(exposition, desk.watched)
    return Response(text, media_type=CONTENT_TYPE)


def _is_let_in(request: Request, watching: Operating) -> bool:
    """Whether every condition that is set is met: the address, and the token."""
    if watching.metrics_from and not _comes_from(request, watching):
        return False
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = watching.metrics_token
    return not wanted or hmac.compare_digest(given.encode(), wanted.encode())


def _comes_from(request: Request, watching: Operating) -> bool:
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(address in one for one in watching.metrics_from)


ROUTES = [
    Route("/healthz", _healthz, name="healthz"),
    Route("/readyz", _readyz, name="readyz"),
    Route("/metrics", _metrics, name="metrics"),
]


def make_probe_app(desk: Desk) -> Starlette:
    """Return an application that has these addresses and nothing else."""
    app = Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders)])
    app.state.desk = desk
    return app
