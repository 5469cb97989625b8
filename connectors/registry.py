"""Every network the program knows, by name. Only the composition root reads this list."""

from collections.abc import Mapping
from types import MappingProxyType

from connectors import bluesky, facebook, linkedin, mastodon, x
from connectors.contract import Network, NetworkName

NETWORKS: Mapping[NetworkName, Network] = MappingProxyType(
    {one.NETWORK.name: one.NETWORK for one in (x, mastodon, bluesky, linkedin, facebook)}
)
"""In the order in which pages and lists name them."""
