"""What X's refusals mean, as our errors. Facts: X API v2 documentation, spec 2.167, August 2026."""

from collections.abc import Mapping
from typing import Any

from connectors.contract import (
    AccessRefused,
    ConnectorError,
    NotSent,
    OutcomeUnknown,
    PostRefused,
)
from connectors.http import Answer, Http, Purpose, retry_at
from connectors.x_wire import NAME

DUPLICATE = "duplicate"
"""Code of an `OutcomeUnknown`: X says it already has this text, without saying where."""

# X has no code for these two. Phrases as seen live in February 2026 (duplicate) and in X's own
# simulator of January 2026 (media); both are compared without case.
_DUPLICATE_PHRASE = "duplicate content"
_MEDIA_PHRASE = "media ids"

# Last part of a problem's `type`, where a 403 is about the app or the account, not about the post.
_ACCESS_PROBLEMS = frozenset(
    {
        "client-forbidden",
        "client-not-enrolled",
        "disallowed-resource",
        "oauth1-permissions",
        "unsupported-authentication",
        "usage-capped",
    }
)

# The quarter-hour window says little when the day's allowance is used up.
_DAILY = ("x-app-limit-24hour", "x-user-limit-24hour")


def x_error(http: Http, answer: Answer, purpose: Purpose) -> ConnectorError:
    """Read X's meaning out of an answer that is no success."""
    if answer.status == 429:
        return _later(http, answer)
    if answer.status in {401, 402} or _is_about_access(answer, purpose):
        return _access_refused(http, answer)
    if answer.status == 403 and purpose is Purpose.CREATE and _says(answer, _DUPLICATE_PHRASE):
        message = "X says that this account has already posted this text; look whether it is ours."
        return OutcomeUnknown(message, network=NAME, code=DUPLICATE)
    if answer.status == 400 and purpose is Purpose.CREATE and _is_about_media(answer):
        message = "X no longer has the pictures (it keeps them for a day); upload them again."
        return NotSent(message, network=NAME, code="media-gone", uploads_gone=True)
    if answer.status in {400, 403} and purpose is not Purpose.READ:
        message = f"X refused the post ({answer.status}): {_explanation(http, answer)}"
        return PostRefused(message, network=NAME, code=str(answer.status))
    return http.plain_error(answer, purpose)


def problem_kind(problem: Mapping[str, Any]) -> str:
    """Return the last part of a problem's `type`; X uses two hosts in front of it."""
    kind = problem.get("type")
    return kind.rpartition("/")[2] if isinstance(kind, str) else ""


def problems_of(answer: Answer) -> list[dict[str, Any]]:
    """List the entries of `errors`, whatever else stands there."""
    listed = answer.mapping().get("errors")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _later(http: Http, answer: Answer) -> NotSent:
    lowered = {name.lower(): value for name, value in answer.headers.items()}
    daily = [f"{one}-reset" for one in _DAILY if lowered.get(f"{one}-remaining") == "0"]
    later = retry_at(lowered, now=http.now(), reset_headers=(*daily, "x-rate-limit-reset"))
    message = f"X asks us to wait until {later:%d %B %Y %H:%M} UTC."
    return NotSent(message, network=NAME, code="429", retry_at=later)


def _is_about_access(answer: Answer, purpose: Purpose) -> bool:
    if answer.status == 404:
        # An endpoint that the app's plan does not include answers 404 with an empty body.
        return purpose is not Purpose.READ
    return answer.status == 403 and problem_kind(answer.mapping()) in _ACCESS_PROBLEMS


def _access_refused(http: Http, answer: Answer) -> AccessRefused:
    messages = {
        401: "X does not accept the account's keys: connect the channel again.",
        402: "The app's credits at X are used up: top them up, then connect the channel again.",
        404: "X does not offer this to the app's plan: check the plan in the developer console.",
    }
    message = messages.get(answer.status)
    if message is None:
        message = f"X does not let this app post for the account: {_explanation(http, answer)}"
    return AccessRefused(message, network=NAME, code=str(answer.status))


def _is_about_media(answer: Answer) -> bool:
    named = [name for one in problems_of(answer) for name in one.get("parameters") or ()]
    named += [str(one.get("parameter")) for one in problems_of(answer)]
    return any("media_ids" in str(name) for name in named) or _says(answer, _MEDIA_PHRASE)


def _says(answer: Answer, phrase: str) -> bool:
    said = [answer.words(), *(_words(one) for one in problems_of(answer))]
    return any(phrase in one.lower() for one in said)


def _words(problem: Mapping[str, Any]) -> str:
    for name in ("message", "detail", "title"):
        if isinstance(problem.get(name), str):
            return " ".join(problem[name].split())[:300]
    return ""


def _explanation(http: Http, answer: Answer) -> str:
    said = [one for one in map(_words, problems_of(answer)) if one]
    return http.redact(said[0] if said else answer.words() or "no reason given.")
