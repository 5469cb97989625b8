"""What the errors of Google's API mean, as ours: the reason says all, the status little.

From Google's documentation (YouTube Data API v3, "Errors"; videos, captions and their methods). A
used-up quota is a 403 and is given back at midnight in California.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.contract import AccessRefused, ConnectorError, NotSent, PostRefused
from connectors.http import Answer, Http, Purpose, retry_at

_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "uploadRateLimitExceeded"})
_NO_ACCESS = frozenset(
    {
        *("authError", "required", "insufficientPermissions", "youtubeSignupRequired"),
        *("accountClosed", "accountSuspended", "accountTerminated", "accessNotConfigured"),
        *("forbiddenPrivacySetting", "forbiddenLicenseSetting"),
    }
)
_PASSING = frozenset({"backendError", "internalError", "processingFailure"})
_NOT_FOUND = 404
_PACIFIC = ZoneInfo("America/Los_Angeles")
_A_MOMENT = timedelta(minutes=1)


def youtube_error(http: Http, answer: Answer, purpose: Purpose) -> ConnectorError:
    """Read the meaning out of an answer that is no success."""
    reason, words = reason_in(answer), _words(http, answer)
    if reason in _SPENT:
        message = f"YouTube's quota for the day is used up ({reason}): {words}"
        later = _next_midnight(http.now())
        return NotSent(message, network=http.network, code=reason, retry_at=later)
    if reason in _TOO_FAST:
        later = retry_at(answer.headers, now=http.now())
        message = f"YouTube asks us to wait ({reason}): {words}"
        return NotSent(message, network=http.network, code=reason, retry_at=later)
    if reason in _NO_ACCESS or answer.status == 401:
        message = f"YouTube does not let this channel do that ({reason or 401}): {words}"
        return AccessRefused(message, network=http.network, code=reason or "401")
    if reason and reason not in _PASSING and 400 <= answer.status < 500:
        return _refused(http, answer, purpose)
    return http.plain_error(answer, purpose)


def _refused(http: Http, answer: Answer, purpose: Purpose) -> ConnectorError:
    reason, words = reason_in(answer), _words(http, answer)
    if purpose is Purpose.READ:
        message = f"YouTube cannot be read ({reason}): {words}"
        return NotSent(message, network=http.network, code=reason)
    what = "it" if purpose is Purpose.CHANGE else "the video"
    message = f"YouTube refused {what} ({reason}): {words}"
    return PostRefused(message, network=http.network, code=reason)


def reason_in(answer: Answer) -> str:
    """Return Google's own word for what is wrong; empty where the answer has none."""
    first = _first(answer)
    reason = first.get("reason")
    return reason if isinstance(reason, str) else ""


def is_gone(answer: Answer) -> bool:
    """Whether YouTube says that there is no such video."""
    return answer.status == _NOT_FOUND and reason_in(answer) in {"videoNotFound", "notFound"}


def _words(http: Http, answer: Answer) -> str:
    error = answer.mapping().get("error")
    said = error.get("message") if isinstance(error, dict) else None
    return http.redact(" ".join(str(said or "no reason given").split()))[:300]


def _first(answer: Answer) -> Mapping[str, Any]:
    error = answer.mapping().get("error")
    listed = error.get("errors") if isinstance(error, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    return first if isinstance(first, dict) else {}


def _next_midnight(now: datetime) -> datetime:
    """Return when a day's quota is given back ("Quota costs"), and a minute for good measure."""
    there = now.astimezone(_PACIFIC)
    tomorrow = (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return tomorrow.astimezone(now.tzinfo) + _A_MOMENT
