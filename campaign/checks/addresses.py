"""Pictures that a network fetches itself, on a machine that the world cannot reach."""

from collections.abc import Iterable, Iterator, Mapping

from campaign.content.post import Post
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.faults import Fault
from connectors.contract import Network, NetworkName


def check_reached(
    deliveries: Iterable[PlannedDelivery],
    posts: Mapping[str, Post],
    networks: Mapping[NetworkName, Network],
) -> Iterator[Fault]:
    """Yield a warning for every post whose pictures a network could not fetch from here.

    It is no fault of the campaign: another machine may be the one that publishes.
    """
    seen = set()
    for one in deliveries:
        network = networks[NetworkName(one.network)]
        key = (one.post, one.network)
        by_us = one.mode == "connected" and network.capabilities.fetches_media
        if by_us and one.payload.media and key not in seen:
            seen.add(key)
            sentence = (
                f"{network.title} fetches pictures and videos from a public address, and "
                f"CAMPAIGN_PUBLIC_URL is not set here: set it where `campaign run` runs (see "
                f"docs/operations.md), or leave {network.title} out"
            )
            yield posts[one.post].fault(("media",), sentence)
