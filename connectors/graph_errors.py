"""What the errors of Meta's Graph API mean, as ours; Facebook, Instagram and Threads speak it.

The status says little (an expired token is a 400), the code says all. Codes from Meta's
documentation, "Handle errors", "Rate limits" and the Pages API's error codes, v26.0.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.contract import (
    AccessRefused,
    ConnectorError,
    Missing,
    NotSent,
    PostRefused,
)
from connectors.http import Answer, Http, Purpose, retry_at

_TOKEN = frozenset({102, 190})
_PERMISSION = frozenset({3, 10, *range(200, 300)})
_BLOCKED = frozenset({368, 1390008})
_THROTTLED = frozenset({4, 17, 32, 341, 613, *range(80000, 80010)})
_PASSING = frozenset({1, 2})
# Of publishing (Meta, "Instagram Platform: error codes", June 2026): a file could not be fetched
# or taken in, which says nothing of its content, and the day's posts are used up.
_NOT_FETCHED = frozenset({2207001, 2207003, 2207032, 2207052, 2207053})
_CANNOT_FETCH = 9004
_DAY_IS_FULL = 2207042
_STILL_AT_WORK = 2207027
_ACCOUNT_IN_TROUBLE = frozenset({2207050, 2207051})
_UNTIL_TOMORROW, _A_MOMENT = timedelta(hours=1), timedelta(minutes=1)
_NO_SUCH_ALIAS = 803
_GONE_SUBCODE = 33
# Retired and mistyped metrics have no code of their own; words as of 2026.
_NO_METRIC = "valid insights metric"
_LONGEST_WAIT = timedelta(hours=24)


def graph_error(http: Http, answer: Answer, purpose: Purpose, *, title: str) -> ConnectorError:
    """Read the Graph API's meaning out of an answer that is no success."""
    error = error_in(answer.mapping())
    code, words = number(error.get("code")), _words(http, error)
    if (of_publishing := _of_publishing(http, error, purpose, title=title)) is not None:
        return of_publishing
    if code in _THROTTLED:
        later = _regained_at(http, answer)
        message = f"{title} asks us to wait: {words}"
        return NotSent(message, network=http.network, code=str(code), retry_at=later)
    if code in _PASSING or error.get("is_transient") is True:
        return http.unclear(f"{title} failed: {words}", purpose, code=str(code))
    sentence = _refusal(code, words, title)
    if sentence is not None:
        return AccessRefused(sentence, network=http.network, code=str(code))
    if code is not None and 400 <= answer.status < 500 and purpose is not Purpose.READ:
        message = f"{title} refused the post ({code}): {words}"
        return PostRefused(message, network=http.network, code=str(code))
    return http.plain_error(answer, purpose)


def _of_publishing(
    http: Http, error: Mapping[str, Any], purpose: Purpose, *, title: str
) -> ConnectorError | None:
    """Read the errors that have a subcode of their own, whatever their code is elsewhere."""
    code, subcode, words = number(error.get("code")), number(error.get("error_subcode")), ""
    said, named = _words(http, error), str(subcode)
    if subcode in _ACCOUNT_IN_TROUBLE:
        words = f"{title} has restricted the account; sign in there and see why: {said}"
        return AccessRefused(words, network=http.network, code=named)
    if subcode in _NOT_FETCHED or code == _CANNOT_FETCH:
        words = f"{title} could not fetch a picture or take it in: {said}"
        return http.unclear(words, purpose, code=named if subcode else str(code))
    waits = {_DAY_IS_FULL: _UNTIL_TOMORROW, _STILL_AT_WORK: _A_MOMENT}
    if subcode in waits:
        later = http.now() + waits[subcode]
        words = f"{title} asks us to wait: {said}"
        return NotSent(words, network=http.network, code=named, retry_at=later)
    return None


def is_gone(answer: Answer) -> bool:
    """Whether an answer says that there is no such thing, or none that we may see."""
    return _says_gone(error_in(answer.mapping()))


def why_unread(body: Mapping[str, Any]) -> Missing:
    """Say why one read of counts gave nothing."""
    error = error_in(body)
    if number(error.get("code")) == 100 and _NO_METRIC in str(error.get("message")).casefold():
        return Missing.NOT_OFFERED
    if _says_gone(error):
        return Missing.POST_GONE
    lost = number(error.get("code")) in _TOKEN | _PERMISSION
    return Missing.ACCESS_LOST if lost else Missing.NETWORK_ERROR


def error_in(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the `error` object of an answer, empty where there is none."""
    found = body.get("error")
    return found if isinstance(found, dict) else {}


def instant_in(fields: Mapping[str, Any], name: str) -> datetime | None:
    """Read an instant as the Graph API writes it (`2027-01-12T08:30:00+0000`), or return None."""
    try:
        stated = datetime.fromisoformat(str(fields.get(name)))
    except ValueError:
        return None
    return stated.astimezone(UTC) if stated.tzinfo else None


def number(value: Any) -> int | None:
    """Return a whole number, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _refusal(code: int | None, words: str, title: str) -> str | None:
    if code in _TOKEN:
        return f"{title} does not accept the access token; connect the channel again: {words}"
    if code in _PERMISSION:
        return f"The access token lacks a permission: {words}"
    if code in _BLOCKED:
        return f"{title} has blocked the account from posting for now: {words}"
    return None


def _says_gone(error: Mapping[str, Any]) -> bool:
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    return code == _NO_SUCH_ALIAS or (code == 100 and subcode == _GONE_SUBCODE)


def _regained_at(http: Http, answer: Answer) -> datetime:
    """Return when access comes back, by the header that names minutes, else the usual wait."""
    minutes = _estimated_minutes(answer.headers.get("X-Business-Use-Case-Usage", ""))
    wait = min(timedelta(minutes=minutes), _LONGEST_WAIT)
    return http.now() + wait if minutes > 0 else retry_at(answer.headers, now=http.now())


def _estimated_minutes(header: str) -> int:
    try:
        listed = json.loads(header).values()
    except (ValueError, AttributeError):
        return 0
    uses = [use for one in listed if isinstance(one, list) for use in one if isinstance(use, dict)]
    return max((number(one.get("estimated_time_to_regain_access")) or 0 for one in uses), default=0)


def _words(http: Http, error: Mapping[str, Any]) -> str:
    said = error.get("error_user_msg") or error.get("message")
    return http.redact(" ".join(said.split())[:300]) if isinstance(said, str) else "no reason given"
