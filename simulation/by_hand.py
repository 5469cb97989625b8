"""Posts that people make by hand on networks that are not real, and the numbers they see there.

The demo and a rehearsal both need them. What the desk is told of a post or a number is left to
whoever owns the story: the demo types the commands, a rehearsal calls what they call.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from campaign.clock import Clock
from campaign.models import Delivery
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Channel
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName
from rehearsal.server import Rehearsal
from rehearsal.world import BY_HAND

COLUMNS = ("channel", "post", "observed_at", "metric", "value", "paid")
PAID = {"linkedin": "no"}
"""What partners say of their numbers: nobody paid, and on other networks nobody can tell."""

ADDRESSES: Mapping[str, str] = {
    "linkedin": "https://www.linkedin.com/feed/update/urn:li:share:{number}",
    "facebook": "https://www.facebook.com/{account}/posts/{number}",
    "x": "https://x.com/{account}/status/{number}",
    "bluesky": "https://bsky.app/profile/{account}/post/{number}",
    "instagram": "https://www.instagram.com/{account}/p/{number}/",
    "threads": "https://www.threads.net/@{account}/post/{number}",
    "youtube": "https://www.youtube.com/watch?v={short:011}",
    "mastodon": "https://{server}/@{account}/{number}",
}
"""Where a post made by hand is said to stand; nothing is there."""


def handle_of(channel_id: str, channel: Channel) -> str:
    """Return the account's handle; channels that are posted to by hand need none."""
    return channel.handle or channel_id


@dataclass
class HandPosts:
    """Everything posted by hand in one story, and what its authors have written down."""

    rehearsal: Rehearsal
    clock: Clock
    schedule: Schedule
    posted: dict[str, Delivery] = field(default_factory=dict)
    _counted: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """By partner: rows of a CSV file that they have not sent yet."""

    def make(self, delivery: Delivery) -> str:
        """Post a delivery by hand now; return the address it has."""
        channel = self.schedule.channels[delivery.channel]
        handle = handle_of(delivery.channel, channel)
        if channel.network in BY_HAND:
            self.rehearsal.hand_post(channel.network, handle, delivery.id, self.clock.now())
        account, _, server = handle.lstrip("@").partition("@")
        number = 7_000_000_000_000_000_000 + len(self.posted)
        self.posted[delivery.id] = delivery
        named = {"number": number, "short": len(self.posted)}
        return ADDRESSES[channel.network].format(account=account, server=server, **named)

    def count(self) -> None:
        """Write down what the networks show the authors now."""
        observed_at = self.clock.now().isoformat()
        for delivery in self.posted.values():
            channel = self.schedule.channels[delivery.channel]
            if channel.network not in BY_HAND:
                continue
            handle = handle_of(delivery.channel, channel)
            counts = self.rehearsal.hand_counts(channel.network, handle, delivery.id)
            known = _offered(channel.network)
            rows = self._counted.setdefault(delivery.partner, [])
            paid = PAID.get(channel.network, "")
            rows.extend(
                (delivery.channel, delivery.id, observed_at, metric, str(value), paid)
                for metric, value in counts.items()
                if metric in known
            )

    def take_file(self, partner: str) -> str | None:
        """Return the CSV file that a partner sends now; None where it has nothing to send."""
        rows = self._counted.pop(partner, [])
        if not rows:
            return None
        target = io.StringIO(newline="")
        csv.writer(target).writerows([COLUMNS, *rows])
        return target.getvalue()


def _offered(network: str) -> set[str]:
    """Return the metrics a network's own pages show."""
    return {str(one.metric) for one in NETWORKS[NetworkName(network)].capabilities.metrics}
