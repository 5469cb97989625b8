"""Opens a link as a reader would, politely and never into a private network.

HEAD first, then GET for the title, each hop of a redirect at an address that was looked up and
judged by `campaign.addresses_allowed`.
"""

import html
import re
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, SSLError

from campaign.addresses_allowed import (
    NONE,
    Exempt,
    PrivateAddressError,
    Resolve,
    addresses_of,
    resolve,
)

TIMEOUT = 10.0
"""Seconds for connecting and for reading, each."""
LONGEST = 30.0
"""Seconds for a link with all its redirects."""
MOST_HOPS = 5
MOST_BYTES = 256 * 1024
_HEADERS = {"User-Agent": "campaign-desk/0.1 (link check, once a day)", "Accept": "*/*"}
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_MOVED = frozenset({301, 302, 303, 307, 308})
_NO_HEAD = frozenset({400, 403, 405, 406, 500, 501, 503})
"""Answers by which servers say that they do not do HEAD, among other things."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What stood behind a link."""

    url: str
    """Where the redirects ended."""
    status: int | None = None
    """None where no answer came; then `fault` says why."""
    title: str | None = None
    fault: str = ""
    is_final: bool = False
    """Whether a fault is one that a reader would meet as well, and not a passing one."""


class _LinkFault(Exception):  # noqa: N818 - it ends a try, and is no fault of ours
    def __init__(self, words: str, *, is_final: bool) -> None:
        super().__init__(words)
        self.is_final = is_final


def try_link(url: str, exempt: Exempt = NONE, look_up: Resolve = resolve) -> Seen:
    """Follow a link to its page and return what stood there."""
    here, ends_at = url, time.monotonic() + LONGEST
    try:
        for _ in range(MOST_HOPS + 1):
            status, further, title = _ask(here, exempt, look_up, ends_at)
            if status not in _MOVED or not further:
                return Seen(url=here, status=status, title=title)
            here = urljoin(here, further)
    except _LinkFault as fault:
        return Seen(url=here, fault=str(fault), is_final=fault.is_final)
    words = f"it is sent on more than {MOST_HOPS} times"
    return Seen(url=here, fault=words, is_final=True)


def _ask(
    here: str, exempt: Exempt, look_up: Resolve, ends_at: float
) -> tuple[int, str, str | None]:
    """Return status, where it is sent on to, and the title of one address."""
    parts = _parts(here)
    address = _address(parts, exempt, look_up)
    status, further, _ = _call("HEAD", parts, address, ends_at)
    if status in _MOVED or (status >= 400 and status not in _NO_HEAD):
        return status, further, None
    return _call("GET", parts, address, ends_at)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_good = None
    if not is_good:
        raise _LinkFault("it leads to something that is no web address", is_final=True)
    return parts


def _address(parts: SplitResult, exempt: Exempt, look_up: Resolve) -> str:
    """Return the address to connect to, one that this program may speak to."""
    host = parts.hostname or ""
    try:
        return addresses_of(host, parts.port or _port(parts), exempt, look_up)[0]
    except PrivateAddressError:
        words = f"{host} is in a private network, which no reader reaches"
        raise _LinkFault(words, is_final=True) from None
    except OSError:
        raise _LinkFault(f"there is no site called {host}", is_final=True) from None


def _call(
    method: str, parts: SplitResult, address: str, ends_at: float
) -> tuple[int, str, str | None]:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {**_HEADERS, "Host": parts.netloc.rpartition("@")[2]}
    try:
        with _pool(parts, address) as pool:
            answer = pool.urlopen(
                method,
                target,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=TIMEOUT,
            )
            body = _read(answer, ends_at) if method == "GET" else b""
            answer.close()
    except SSLError:
        words = "its certificate is not one that browsers trust"
        raise _LinkFault(words, is_final=True) from None
    except (HTTPError, OSError, ValueError) as error:
        words = f"it could not be opened ({type(error).__name__})"
        raise _LinkFault(words, is_final=False) from None
    return answer.status, answer.headers.get("Location", ""), _title(answer, body)


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    port = parts.port or _port(parts)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address,
        port,
        maxsize=1,
        ssl_context=ssl.create_default_context(),
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _read(answer: urllib3.BaseHTTPResponse, ends_at: float) -> bytes:
    body = b""
    while len(body) < MOST_BYTES and time.monotonic() < ends_at:
        part = answer.read(16 * 1024, decode_content=True)
        if not part:
            break
        body += part
    return body


def _title(answer: urllib3.BaseHTTPResponse, body: bytes) -> str | None:
    kind = answer.headers.get("Content-Type", "")
    if "html" not in kind:
        return None
    named = re.search(r"charset=[\"']?([\w-]+)", kind)
    try:
        text = body.decode(named[1] if named else "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    found = _TITLE.search(text)
    return " ".join(html.unescape(found[1]).split())[:300] if found else None


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80
