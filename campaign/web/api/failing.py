"""Turns everything that ends a request of the API into a problem, and never a traceback."""

import logging
from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from campaign.decisions.approvals import CannotDecideError
from campaign.log_words import Said
from campaign.people import NotAllowedError
from campaign.store.database import StoreError, explain
from campaign.web.answers import AnswerError
from campaign.web.api.problems import NO_SUCH_ADDRESS, TOO_LARGE, ProblemError, Wrong, problem

log = logging.getLogger(__name__)

AGAIN_AFTER = {"Retry-After": "5"}
_BY_STATUS = {404: "not-found", 405: "not-here", 413: "too-large", 415: "not-json"}
_WORDS = {
    404: NO_SUCH_ADDRESS,
    405: "This address does not take this method.",
    413: TOO_LARGE,
}


def handle_failures(api: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Let the API answer every foreseen failure with a problem."""
    api.state.routers = routers
    api.add_exception_handler(ProblemError, _ended)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(NotAllowedError, _not_allowed)
    api.add_exception_handler(CannotDecideError, _conflict)
    api.add_exception_handler(AnswerError, _answer_error)
    api.add_exception_handler(StoreError, _store)
    api.add_exception_handler(DBAPIError, _store)
    api.add_exception_handler(HTTPException, _http)


def unforeseen(_request: Request, reference: str) -> Response:
    """Answer what nobody foresaw with a problem."""
    detail = f"Nothing of this request was kept. The reference is {reference}."
    return problem(ProblemError("fault", detail))


def _ended(_request: Request, error: Exception) -> Response:
    return problem(error if isinstance(error, ProblemError) else ProblemError("fault", str(error)))


def _invalid(_request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    if any(one["type"] == "json_invalid" for one in found):
        return problem(ProblemError("not-understood", "The body is no JSON"))
    wrong = [Wrong(at=_place(one["loc"]), what=_what(one)) for one in found]
    places = ", ".join(one.at for one in wrong)
    return problem(ProblemError("invalid", f"Wrong or missing: {places}", errors=wrong))


def _place(location: tuple[object, ...]) -> str:
    return ".".join(map(str, location))


def _what(one: dict[str, object]) -> str:
    return str(one["msg"])


def _not_allowed(_request: Request, error: Exception) -> Response:
    return problem(ProblemError("not-allowed", str(error)))


def _conflict(_request: Request, error: Exception) -> Response:
    return problem(ProblemError("conflict", str(error)))


def _answer_error(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, AnswerError) else 400
    kind = {403: "not-allowed", 404: "not-found", 409: "conflict", 429: "too-often"}.get(status)
    return problem(ProblemError(kind or "not-understood", str(error)))


def _store(_request: Request, error: Exception) -> Response:
    sentence = explain(error) if isinstance(error, DBAPIError) else str(error)
    log.error("%s", Said(sentence))
    return problem(ProblemError("database", sentence, headers=AGAIN_AFTER))


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    headers = error.headers if isinstance(error, HTTPException) else None
    if status == 405:
        headers = {"Allow": ", ".join(_methods_of(request))}
    kind = _BY_STATUS.get(status, "not-understood")
    words = _WORDS.get(status, "The request cannot be read.")
    return problem(ProblemError(kind, words, headers=headers))


def _methods_of(request: Request) -> list[str]:
    """Return every method that the address takes (RFC 9110, section 10.2.1), whoever answers it."""
    found = {
        method
        for router in request.app.state.routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return sorted(found)
