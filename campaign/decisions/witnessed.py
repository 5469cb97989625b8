"""What a person saw of a post, as the decisions about it want it."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection

from campaign.decisions.approvals import existing
from campaign.decisions.settling import Seen, first_try_at, settle_published
from campaign.models import Delivery
from campaign.states import State
from campaign.store.deliveries import Change, modes
from campaign.store.leaders import is_repost
from connectors.contract import Network, NetworkName

FirstReadAt = Callable[[NetworkName, datetime], datetime | None]
"""From a network and the time of a post to when its counts are read first."""


def is_address(url: str) -> bool:
    """Whether a text is a web address with a host."""
    try:
        parts = urlsplit(url.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def seen_at(
    connection: Connection,
    delivery: Delivery,
    url: str,
    published_at: datetime,
    first_read_at: FirstReadAt,
) -> Seen:
    """Return where and when a post was seen, and when its counts are to be read, if ever."""
    read_due_at = first_read_at(NetworkName(delivery.network), published_at)
    mode = modes(connection)[delivery.channel]  # the schedule may no longer name the channel
    if mode == "pack" or is_repost(delivery):
        read_due_at = None
    return Seen(url=url, published_at=published_at, read_due_at=read_due_at)


def settle_seen(
    connection: Connection,
    change: Change,
    network: Network,
    seen: tuple[str, str],
    first: FirstReadAt,
) -> State:
    """Take a person's word that an `unknown` is out; `seen` is its id and the address.

    It is counted from its first attempt: nothing of it can be older.
    """
    delivery_id, url = seen
    delivery = existing(connection, delivery_id)
    began_at = first_try_at(connection, delivery_id) or min(delivery.due_at, change.at)
    known = seen_at(connection, delivery, url, began_at, first)
    return settle_published(connection, delivery_id, change, network, known)
