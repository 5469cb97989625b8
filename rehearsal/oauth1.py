"""Checks OAuth 1.0a signatures (RFC 5849, HMAC-SHA1) as X does.

A client that reaches X at another address still signs over X's own, so a signature is good if it
fits the address asked or one of X's two. Timestamps are not compared: clients stamp with the
machine's clock while a rehearsal may live in another year.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, unquote

from rehearsal.exchange import Visit

SIGNED_BASES = ("https://api.x.com", "https://api.twitter.com")
FORM = "application/x-www-form-urlencoded"


def oauth_parameters(header: str) -> dict[str, str] | None:
    """Return the parameters of an OAuth Authorization header, None for any other header."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return None
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in pairs if name}


def is_signed(visit: Visit, parameters: Mapping[str, str], *, secrets: tuple[str, str]) -> bool:
    """Say whether the signature was made with the consumer's and the token's secret."""
    if parameters.get("oauth_signature_method") != "HMAC-SHA1":
        return False
    sent = parameters.get("oauth_signature", "")
    bases = (visit.request.host_url.rstrip("/"), *SIGNED_BASES)
    return any(
        hmac.compare_digest(
            sent.encode(), _signature(visit, base, parameters=parameters, secrets=secrets).encode()
        )
        for base in bases
    )


def _signature(
    visit: Visit, base: str, *, parameters: Mapping[str, str], secrets: tuple[str, str]
) -> str:
    pairs = [
        (name, value)
        for name, value in parameters.items()
        if name not in {"oauth_signature", "realm"}
    ]
    pairs += parse_qsl(visit.request.query_string.decode("latin-1"), keep_blank_values=True)
    if visit.media_type == FORM:
        pairs += parse_qsl(visit.body.decode("latin-1"), keep_blank_values=True)
    signed = "&".join(
        (visit.request.method, _escape(base + visit.request.path), _escape(_normal(pairs)))
    )
    key = "&".join(_escape(secret) for secret in secrets)
    digest = hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _normal(pairs: Iterable[tuple[str, str]]) -> str:
    escaped = sorted((_escape(name), _escape(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in escaped)


def _escape(text: str) -> str:
    return quote(text, safe="~")
