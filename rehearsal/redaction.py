"""Takes secrets out of what is written down of a request."""

import json
from collections.abc import Iterable

REMOVED = "[removed]"
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
SECRET_FIELDS = frozenset({"password", "accessJwt", "refreshJwt", "client_secret", "token"})


def without_secret_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the headers by lower-case name; of credentials only the scheme is kept."""
    kept = {name.lower(): value for name, value in headers}
    for name in SECRET_HEADERS & set(kept):
        scheme, space, _ = kept[name].partition(" ")
        kept[name] = f"{scheme} {REMOVED}" if space else REMOVED
    return kept


def without_secrets(body: bytes, media_type: str) -> bytes:
    """Return the body as it came, except that secret fields of JSON objects are replaced."""
    if media_type != "application/json":
        return body
    try:
        content = json.loads(body)
    except ValueError:
        return body
    if not isinstance(content, dict) or not SECRET_FIELDS & set(content):
        return body
    hidden = {name: REMOVED if name in SECRET_FIELDS else one for name, one in content.items()}
    return json.dumps(hidden).encode()
