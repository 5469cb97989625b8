"""What LinkedIn's refusals mean, as our errors.

Codes from LinkedIn's documentation, "Error handling" and Posts API (version 202609); the shape of
the duplicate answer as seen live in 2024 and 2026.
"""

import re
from datetime import timedelta
from typing import Any

from connectors.contract import AccessRefused, ConnectorError, NotSent, RemoteId
from connectors.http import Answer, Http, Purpose, retry_at
from connectors.linkedin_facts import API_VERSION, NAME

DUPLICATE = "duplicate"
"""Code of an `OutcomeUnknown`: LinkedIn says that the page already has this text."""

_POST_URN = re.compile(r"urn:li:(?:share|ugcPost):\d+")
_VERSION_CODES = frozenset({"NONEXISTENT_VERSION", "VERSION_MISSING"})
# LinkedIn names the window of a quota in words only ("… DAY limit for calls to this resource is
# reached", as of 2026); a day's quota comes back at midnight UTC.
_DAY_PHRASE = "day limit"


def linkedin_error(http: Http, answer: Answer, purpose: Purpose) -> ConnectorError:
    """Read LinkedIn's meaning out of an answer that is no success."""
    code = str(answer.mapping().get("code") or answer.status)
    if answer.status == 426 or code in _VERSION_CODES:
        message = (
            f"LinkedIn no longer speaks the version of its API that was asked for ({API_VERSION} "
            "unless CAMPAIGN_API_VERSION__LINKEDIN says another): a newer program is needed."
        )
        return AccessRefused(message, network=NAME, code=code)
    if answer.status == 401:
        message = "LinkedIn does not accept the access token (it lasts 60 days): connect again."
        return AccessRefused(message, network=NAME, code=code)
    if answer.status == 429 and _DAY_PHRASE in answer.words().casefold():
        tomorrow = http.now().replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow += timedelta(days=1)
        message = "LinkedIn's quota for today is used up; it comes back at midnight UTC."
        return NotSent(message, network=NAME, code="429", retry_at=tomorrow)
    if answer.status == 429:
        later = retry_at(answer.headers, now=http.now())
        message = f"LinkedIn asks us to wait: {http.redact(answer.words()) or 'no reason given'}"
        return NotSent(message, network=NAME, code="429", retry_at=later)
    return http.plain_error(answer, purpose)


def is_duplicate(answer: Answer) -> bool:
    """Whether LinkedIn refused a post because the page already has its text."""
    return answer.status in {400, 422} and "DUPLICATE_POST" in _input_codes(answer.mapping())


def named_post(answer: Answer) -> RemoteId | None:
    """Return the URN of the post that a duplicate answer names."""
    found = _POST_URN.search(str(answer.mapping().get("message") or ""))
    return RemoteId(found[0]) if found else None


def _input_codes(body: dict[str, Any]) -> list[str]:
    details = body.get("errorDetails")
    listed = details.get("inputErrors") if isinstance(details, dict) else None
    errors = listed if isinstance(listed, list) else []
    return [str(one.get("code")) for one in errors if isinstance(one, dict)]
