"""What is common to networks on which partners post by hand, from a pack we give them.

Nothing is sent to these networks and nothing read from them: the limits guard the wording in the
pack, the definitions say what the numbers mean that a partner reports.
"""

import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.contract import Cadence, Capabilities, Definition, DeliveryKey, RemoteId

_KEYS = uuid.UUID("b1c8a7de-93f4-5a31-8f0e-2f3f0d6a9c55")


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, in which characters beyond the first 65,536 count two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def choose_key(delivery_id: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    """Name the delivery and its content; no network is shown this key."""
    del first_attempt_at
    return DeliveryKey(str(uuid.uuid5(_KEYS, f"{delivery_id}\n{content_hash}")))


def address_on(url: str, hosts: frozenset[str]) -> RemoteId | None:
    """Return a post's address as its id where it lies on one of the hosts or below."""
    try:
        address = urlsplit(url.strip())
    except ValueError:
        return None
    host = (address.hostname or "").casefold()
    is_there = any(host == one or host.endswith(f".{one}") for one in hosts)
    if address.scheme not in {"http", "https"} or not is_there or not address.path.strip("/"):
        return None
    return RemoteId(url.strip())


def by_hand(
    metrics: tuple[Definition, ...], account_metrics: tuple[Definition, ...]
) -> Capabilities:
    """Describe a network that knows no key, is not looked up, and refuses repeats."""
    return Capabilities(
        metrics=metrics,
        account_metrics=account_metrics,
        # Partners report when they report; what counts is a figure before each week's end.
        cadence=Cadence(
            ages=(timedelta(days=1), timedelta(days=7)), weekly_until=timedelta(days=120)
        ),
        key_life=None,
        proves_absence=False,
        settling=timedelta(minutes=2),
        read_batch=1,
        refuses_repeats=True,
        one_text_per_app=False,
    )
