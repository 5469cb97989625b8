"""UTM values: which network, campaign, post and partner a visit came from, never which person."""

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

LONGEST = 60
"""Characters of one value; longer ones are cut by web statistics and split rows."""


def tagged(url: str, *, network: str, campaign: str, content: str) -> str:
    """Return the link with our UTM values in place of any it had.

    The rest of the query and the fragment stay byte for byte; tagging twice changes nothing.
    """
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_utm(pair)]
    ours = [
        f"utm_source={_slug(network)}",
        "utm_medium=social",
        f"utm_campaign={_slug(campaign)}",
        f"utm_content={_slug(content)}",
    ]
    path = parts.path or "/"
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(kept + ours), parts.fragment))


def content_value(post: str, partner: str) -> str:
    """Name post and partner in one value; a long post id is cut and told apart by a checksum."""
    whole = f"{post}-{partner}"
    if len(whole) <= LONGEST:
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:6]
    partner = partner[: LONGEST // 2]
    return f"{post[: LONGEST - len(partner) - 8]}-{mark}-{partner}"


def _is_utm(pair: str) -> bool:
    return pair.partition("=")[0].lower().startswith("utm_")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
