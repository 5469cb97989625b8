"""What things are called in the contract; had from `connectors.contract`."""

from typing import NewType

NetworkName = NewType("NetworkName", str)
RemoteId = NewType("RemoteId", str)
"""A post or an account, as its network names it."""
DeliveryKey = NewType("DeliveryKey", str)
"""What makes a repeated request the same post, where a network honours it."""
