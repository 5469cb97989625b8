"""Whether a text is the address of a page: where a partner says that a post stands."""

from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a page below a host's first one."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and bool(parts.path.strip("/"))
