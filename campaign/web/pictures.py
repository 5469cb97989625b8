"""Answers networks that fetch a picture by the token in its address: any path, then the token.

What is no such address, and a token that leads nowhere, is a page that is not there.
"""

import re
from http import HTTPStatus

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route
from werkzeug.http import parse_range_header

from campaign.store.media import File
from campaign.web.answers import NotFoundError
from campaign.web.streaming import streamed
from connectors.content import Span

_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/(?P<token>[A-Za-z0-9_-]{43})\.[a-z0-9]{1,5}")


async def _serve(request: Request) -> Response:
    match = _PATH.fullmatch(request.url.path)
    find = request.app.state.desk.showing.find
    file = await run_in_threadpool(find, match["token"]) if match else None
    if file is None:
        raise NotFoundError
    return _part(file, request.headers.get("Range"))


def _part(file: File, asked_for: str | None) -> Response:
    """Return the file, or the one part of it that is asked for (RFC 9110, 14.2)."""
    size = len(file.content)
    headers = {"Accept-Ranges": "bytes", "Cross-Origin-Resource-Policy": "cross-origin"}
    asked = parse_range_header(asked_for)
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return streamed(file.content, headers=headers, media_type=file.media_type)
    span = asked.range_for_length(size)
    if span is None:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(b"", HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
    start, stop = span
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    part = Span(file.content, start, stop)
    status = HTTPStatus.PARTIAL_CONTENT
    return streamed(part, status, headers=headers, media_type=file.media_type)


ROUTE = Route("/{rest:path}", _serve, methods=["GET"], name="picture")
"""Stands last: every address that no page has."""
