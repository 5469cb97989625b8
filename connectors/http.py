"""Every HTTP call of every network goes through here, so that one rule holds for all of them.

A network module describes a `Call`, `Http.send` makes it exactly once and gives back an `Answer`
whatever its status; the module then reads the network's own meaning out of it and falls back on
`plain_error` for what all networks share. The rule: `NotSent` only where it is proved that
nothing was asked for (no connection was made, or the network said "later"); whatever breaks after
the request of a `CREATE` was written is `OutcomeUnknown`. No call is repeated, none follows a
redirect (a token must not reach an address nobody gave), and each ends within its time-out.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import check_header_validity
from urllib3.exceptions import HTTPError

from connectors.answers import Answer, Purpose
from connectors.content import Content, Joined
from connectors.contract import (
    Access,
    AccessRefused,
    ConnectorError,
    NetworkName,
    NotSent,
    OutcomeUnknown,
    PostRefused,
)
from connectors.multipart import multipart
from connectors.transport import transport_error, way_out
from connectors.waiting import allowance, retry_at

__all__ = ["Answer", "Call", "Http", "Purpose", "retry_at"]

HIDDEN = "[hidden]"
_MOST_BYTES = 16 * 1024 * 1024
_CHUNK = 64 * 1024
_SHORTEST_SECRET = 4
_ALWAYS = {
    "User-Agent": "campaign-desk/0.1",
    "Accept-Encoding": "gzip, deflate",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request; give it `json`, or `content`, or `files` with `form`, or none of them."""

    purpose: Purpose
    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = field(default=None, repr=False)
    content: Content | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, Content, str]] | None = field(default=None, repr=False)


class Http:
    """The way to one account's server: time-outs, no retries, secrets kept out of messages."""

    def __init__(
        self,
        network: NetworkName,
        access: Access,
        *,
        secrets: Iterable[str] = (),
    ) -> None:
        self.network = network
        self.now = access.now
        self._saw_date = access.saw_date
        self._saw_allowance = access.saw_allowance
        self._forbidden = access.forbidden
        self._timeout = access.timeout
        self._secrets = {one for one in secrets if len(one) >= _SHORTEST_SECRET}
        self._is_own = access.transport is None
        self._adapter: BaseAdapter = access.transport or way_out(access.timeout)

    def hide(self, secret: str) -> None:
        """Keep one more secret out of every message, for example a session's token."""
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets.add(secret)

    def redact(self, text: str) -> str:
        """Return the text without any secret that is known here."""
        secrets = sorted(self._secrets, key=len, reverse=True)
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        # A long answer is cut off, perhaps in the middle of a secret that it says back.
        cut = max((_begun(secret, text) for secret in secrets), default=0)
        return f"{text[:-cut]}{HIDDEN}" if cut else text

    def send(self, call: Call) -> Answer:
        """Make the call once; raise `NotSent` or `OutcomeUnknown` where no whole answer came.

        Where calls are forbidden at this instant it makes none and raises `NotSent`.
        """
        why = self._forbidden()
        if why:
            raise NotSent(why, network=self.network)
        prepared = self._prepare(call)
        try:
            answer = self._exchange(prepared)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise transport_error(error, network=self.network, purpose=call.purpose) from error
        self._tell_date(answer)
        if call.purpose is Purpose.CREATE:
            self._tell_allowance(answer)
        return answer

    def plain_error(self, answer: Answer, purpose: Purpose) -> ConnectorError:
        """Say what a status means on any network; a network refines this, never the reverse."""
        said = self.redact(answer.words())
        because = f": {said}" if said else "."
        code = str(answer.status)
        if answer.status == 429:
            message = f"The server asks us to wait{because}"
            later = retry_at(answer.headers, now=self.now())
            return NotSent(message, network=self.network, code=code, retry_at=later)
        if answer.status in {401, 403}:
            message = f"The server does not let this account do that ({code}){because}"
            return AccessRefused(message, network=self.network, code=code)
        if answer.status in {301, 307, 308}:
            message = f"The server sends us on to another address ({code}); correct `server:`."
            return AccessRefused(message, network=self.network, code=code)
        if _is_definite(answer.status) and purpose is not Purpose.READ:
            what = "it" if purpose is Purpose.CHANGE else "the post"
            message = f"The server refused {what} ({code}){because}"
            return PostRefused(message, network=self.network, code=code)
        return self.unclear(f"The server answered {code}{because}", purpose, code=code)

    def unclear(self, message: str, purpose: Purpose, *, code: str | None = None) -> ConnectorError:
        """Name an answer that proves nothing: a failed try, but where something may be done."""
        if purpose is Purpose.CREATE:
            message = f"It is not known whether the post went out. {message}"
            return OutcomeUnknown(message, network=self.network, code=code)
        if purpose is Purpose.CHANGE:
            message = f"It is not known whether it was done. {message}"
            return OutcomeUnknown(message, network=self.network, code=code)
        return NotSent(message, network=self.network, code=code)

    def close(self) -> None:
        """Give the connections back, unless others use them too."""
        if self._is_own:
            self._adapter.close()

    def _exchange(self, prepared: requests.PreparedRequest) -> Answer:
        timeout = self._timeout.total_seconds()
        with self._adapter.send(prepared, stream=True, timeout=timeout) as response:
            # From here: a large video may take longer to be written than any answer to be read.
            body = _read(response, time.monotonic() + 2 * timeout)
        return Answer(status=response.status_code, headers=response.headers, body=body)

    def _tell_date(self, answer: Answer) -> None:
        """Pass on what the server's clock shows (RFC 9110, section 6.6.1), where it says so."""
        date = _date(answer.headers.get("Date", ""))
        if date is not None:
            self._saw_date(date)

    def _tell_allowance(self, answer: Answer) -> None:
        """Pass on what is left of the quota that a create is counted against."""
        found = allowance(answer.headers, now=self.now())
        if found is not None:
            self._saw_allowance(*found)

    def _prepare(self, call: Call) -> requests.PreparedRequest:
        request = requests.PreparedRequest()
        try:
            # http.client would refuse such a header only while writing, and name it in full.
            request.headers = CaseInsensitiveDict({**_ALWAYS, **call.headers})
            for header in request.headers.items():
                _check_header(*header)
            request.prepare_method(call.method)
            request.url = _address(call.url, call.query)
            _fill(request, call)
            request.prepare_hooks({})
        except (requests.RequestException, ValueError):
            message = (
                "The address or the credentials hold characters that HTTP does not allow; "
                "correct `server:` or connect the channel again."
            )
            # No cause: the library's own text repeats the header and with it the token.
            raise AccessRefused(message, network=self.network) from None
        return request


def _fill(request: requests.PreparedRequest, call: Call) -> None:
    """Give a request its body; what is no `bytes` is read while it is sent."""
    if call.files and not all(isinstance(one, bytes) for _, one, _ in call.files.values()):
        body, media_type = multipart(call.form or {}, call.files)
        request.headers["Content-Type"] = media_type
        request.prepare_body(body, None)
    elif call.content is not None and not isinstance(call.content, bytes):
        request.prepare_body(Joined(call.content), None)
    else:
        data = call.content if call.content is not None else call.form
        request.prepare_body(data, call.files, call.json)


@lru_cache(maxsize=16)
def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return None if date.tzinfo is None else date.astimezone(UTC)


@lru_cache(maxsize=1024)
def _check_header(name: str, value: str) -> None:
    """Raise where HTTP does not allow a header."""
    value.encode("ascii")
    check_header_validity((name, value))


@lru_cache(maxsize=256)
def _address(url: str, query: tuple[tuple[str, str], ...]) -> str:
    request = requests.PreparedRequest()
    request.prepare_url(url, query)
    return request.url or ""


def _read(response: requests.Response, ends_at: float) -> bytes:
    """Read the body; a server that trickles for ever or sends a flood counts as broken."""
    body = bytearray()
    is_plain = "Content-Encoding" not in response.headers
    whole = response.raw.length_remaining if is_plain else None
    # `read1` gives what has arrived; `read` and `iter_content` wait for a whole chunk of it.
    while part := response.raw.read1(_CHUNK, decode_content=True):
        body += part
        if len(body) > _MOST_BYTES or time.monotonic() > ends_at:
            message = "the answer is too long or too slow"
            raise requests.exceptions.ChunkedEncodingError(message)
        if len(body) == whole:
            break
    return bytes(body)


def _begun(secret: str, text: str) -> int:
    """Return how many characters of a secret's beginning a text ends with; few prove nothing."""
    lengths = range(len(secret) - 1, _SHORTEST_SECRET - 1, -1)
    return next((one for one in lengths if text.endswith(secret[:one])), 0)


def _is_definite(status: int) -> bool:
    # 408, 409 and 425 come from servers and proxies that gave up in the middle.
    return 400 <= status < 500 and status not in {408, 409, 425}
