"""Turns what goes wrong into a page with a sentence, a status and never a traceback."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campaign.decisions.approvals import CannotDecideError
from campaign.people import NotAllowedError
from campaign.store.database import StoreError, explain
from campaign.web.answers import AnswerError, NotSignedInError, StaleFormError
from campaign.web.api.problems import NO_SUCH_ADDRESS, TOO_LARGE, ProblemError, problem
from campaign.web.forms import typed_into
from campaign.web.page import page
from campaign.web.sign_in import ask_to_send_again, ask_to_sign_in
from campaign.web.visitors import visitor_of

log = logging.getLogger(__name__)
Typed = Sequence[tuple[str, str]]

_HEADINGS = {
    404: ("Page not found", "Check the address, or go back to where you came from."),
    405: ("That cannot be done here", "Go back to the page and use its buttons."),
    413: (
        "That is too large",
        "Nothing was kept. Go back, where your text still is, and send less or a smaller file.",
    ),
}


def handle_faults(app: FastAPI) -> None:
    """Let an app answer every foreseen fault with a page."""
    app.add_exception_handler(AnswerError, _answer_error)
    app.add_exception_handler(NotSignedInError, ask_to_sign_in)
    app.add_exception_handler(StaleFormError, ask_to_send_again)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(NotAllowedError, _sentence(403, "You may not do this"))
    app.add_exception_handler(CannotDecideError, _sentence(409, "Things have moved on"))
    app.add_exception_handler(StoreError, _sentence(503, "The database cannot be used"))
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(HTTPException, _http)


class TooLarge:
    """Answers a request that is larger than its page takes with a page, where a library has a word.

    It stands outside of what counts the bytes, which lets no other answer through. Programs get a
    problem.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        replaced = False

        async def watched(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_bare_413(message):
                replaced = True
                await _too_large(Request(scope))(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive, watched)


def _too_large(request: Request) -> Response:
    if request.scope["path"].startswith("/api/"):
        return problem(ProblemError("too-large", TOO_LARGE))
    return _page(request, 413, *_HEADINGS[413])


def _is_bare_413(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and kind.startswith(
        "text/plain"
    )


def unforeseen(request: Request, reference: str) -> Response:
    """Answer what nobody foresaw with a page, or in plain words where no page can be made."""
    sentence = "Nothing of this step was kept. Try again; if it stays so, tell whoever looks after "
    sentence += f"this service the reference {reference}."
    try:
        return _page(request, 500, "A fault in Campaign Desk", sentence)
    except Exception:  # noqa: BLE001 - what makes pages is at fault itself
        return PlainTextResponse(f"A fault in Campaign Desk. {sentence}\n", 500)


def nowhere(request: Request) -> Response:
    """Answer an address that can be none of ours: people with a page, programs with a problem."""
    if request.scope["path"].startswith("/api/"):
        return problem(ProblemError("not-found", NO_SUCH_ADDRESS))
    return _page(request, 404, *_HEADINGS[404])


def _page(
    request: Request, status: int, heading: str, sentence: str, typed: Typed = ()
) -> Response:
    texts = [text for _, text in typed if " " in text.strip()]
    values = {"heading": heading, "sentence": sentence, "texts": texts}
    return page(visitor_of(request), "fault.html", status=status, **values)


async def _answer_error(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, AnswerError) else 400
    heading = error.heading if isinstance(error, AnswerError) else ""
    return await _keeping(request, status, heading, error)


def _sentence(status: int, heading: str) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, error: Exception) -> Response:
        return await _keeping(request, status, heading, error)

    return handler


async def _keeping(request: Request, status: int, heading: str, error: Exception) -> Response:
    """Say what went wrong, and show what was typed, to be copied: nothing is lost."""
    typed = await typed_into(request)
    sentence = _as_sentence(str(error))
    return await run_in_threadpool(_page, request, status, heading, sentence, typed)


def _database(request: Request, error: Exception) -> Response:
    if not isinstance(error, DBAPIError):
        raise error
    log.error(explain(error))  # a sentence, no traceback
    sentence = _as_sentence(explain(error))
    try:
        return _page(request, 503, "The database cannot be used", sentence)
    except DBAPIError:
        return PlainTextResponse(f"{sentence}\n", 503)


def _not_understood(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    if any(one["loc"][0] == "path" for one in error.errors()):
        return _page(request, 404, *_HEADINGS[404])
    names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors()}))
    return _page(request, 422, "That address is not understood", f"Wrong or missing: {names}.")


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    heading, sentence = _HEADINGS.get(status, ("That cannot be done", "Go back and try again."))
    return _page(request, status, heading, sentence)


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
