"""Every network the program knows, by name. Only the composition root reads this list."""

from collections.abc import Mapping
from types import MappingProxyType

from connectors import (
    bluesky,
    email,
    facebook,
    feed,
    instagram,
    linkedin,
    mastodon,
    threads,
    webhook,
    x,
    youtube,
)
from connectors.contract import Network, NetworkName

_ALL = (x, mastodon, bluesky, linkedin, facebook, instagram, threads, youtube, webhook, feed, email)

NETWORKS: Mapping[NetworkName, Network] = MappingProxyType(
    {one.NETWORK.name: one.NETWORK for one in _ALL}
)
"""In the order in which pages and lists name them."""
