"""Fetches pictures from public addresses, as Meta's networks do while they make a container.

Only over https, but for addresses of this machine itself; no redirect is followed, and what comes
has to say that it is a picture and be one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

import requests

from rehearsal.pictures import Picture, look_at

PATIENCE_S = 5.0
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What was answered at an address with 200."""

    content: bytes = field(repr=False)
    media_type: str


class NotFetchedError(Exception):
    """Nothing could be had from an address; the message says why."""


Fetch = Callable[[str], Fetched]
"""Raises `NotFetchedError`."""


def over_http(address: str) -> Fetched:
    """Fetch by real HTTP."""
    _check_address(address)
    try:
        answer = requests.get(address, timeout=PATIENCE_S, allow_redirects=False)
    except requests.RequestException as error:
        message = "The address cannot be reached"
        raise NotFetchedError(message) from error
    if answer.status_code != 200:
        message = f"The address answers {answer.status_code}"
        raise NotFetchedError(message)
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    return Fetched(content=answer.content, media_type=media_type)


def picture_in(fetched: Fetched) -> Picture:
    """Return the picture that was fetched; raise `NotFetchedError` where it is none."""
    picture = look_at(fetched.content)
    if picture is None or picture.media_type != fetched.media_type:
        message = "Only photo or video can be accepted as media type"
        raise NotFetchedError(message)
    return picture


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        message = "The address is not a public one over https"
        raise NotFetchedError(message)
