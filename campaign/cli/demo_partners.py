"""What the partners of the demo do by hand: post from their packs, report links and numbers.

They use the commands that real partners' messages end in: `record` and `import-metrics`.
"""

import csv
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from campaign.cli.demo_stage import Stage
from campaign.cli.on_numbers import import_file
from campaign.cli.on_settling import ByHand, record_post
from campaign.models import Delivery
from campaign.schedule.local_time import wall_clock
from campaign.states import State
from campaign.wiring import NETWORKS
from connectors.contract import NetworkName

FORGETS = 0.12
"""Share of packs that a partner never posts; made up, so that take-up is not always all."""

ADDRESSES = {
    "linkedin": "https://www.linkedin.com/feed/update/urn:li:share:{number}",
    "facebook": "https://www.facebook.com/{handle}/posts/{number}",
}


@dataclass
class Partners:
    """Everybody who posts by hand in this demo."""

    stage: Stage
    posted: dict[str, Delivery] = field(default_factory=dict)
    counted: dict[str, list[list[str]]] = field(default_factory=dict)
    """By partner: rows of a CSV file that they have not sent yet."""
    files: int = 0

    def __post_init__(self) -> None:
        self._draw = random.Random(self.stage.seed + 1)  # noqa: S311 - made up, no secret
        self._delays: dict[str, timedelta | None] = {}

    def posting_time(self, delivery: Delivery) -> datetime | None:
        """Return when a partner posts a delivery by hand; None for one that it forgets."""
        if delivery.id not in self._delays:
            forgets = self._draw.random() < FORGETS
            minutes = self._draw.randrange(0, 300)
            self._delays[delivery.id] = None if forgets else timedelta(minutes=minutes)
        delay = self._delays[delivery.id]
        return None if delay is None else delivery.due_at + delay

    def post(self, delivery: Delivery) -> None:
        """Post one delivery by hand now, and tell the desk."""
        stage, now = self.stage, self.stage.clock.now()
        channel = stage.schedule.channels[delivery.channel]
        handle = channel.handle or delivery.channel
        stage.rehearsal.hand_post(channel.network, handle, delivery.id, now)
        number = 7_000_000_000_000_000_000 + len(self.posted)
        url = ADDRESSES[channel.network].format(handle=handle, number=number)
        local = wall_clock(now, stage.schedule.zone)
        seen = ByHand(
            channel=delivery.channel,
            post=delivery.id,
            url=url,
            published_at=f"{local:%Y-%m-%d %H:%M}",
        )
        record_post(stage.place, seen, None)
        self.posted[delivery.id] = delivery

    def count(self) -> None:
        """Write down what the networks show the partners now."""
        stage, now = self.stage, self.stage.clock.now()
        observed_at = now.isoformat()
        for delivery in self.posted.values():
            channel = stage.schedule.channels[delivery.channel]
            handle = channel.handle or delivery.channel
            counts = stage.rehearsal.hand_counts(channel.network, handle, delivery.id)
            rows = self.counted.setdefault(delivery.partner, [])
            rows.extend(
                [delivery.channel, delivery.id, observed_at, metric, str(value)]
                for metric, value in counts.items()
                if metric in offered(channel.network)
            )

    def send(self, partners: tuple[str, ...]) -> None:
        """Send the numbers written down so far as a CSV file, and take it in."""
        for partner in partners:
            rows = self.counted.pop(partner, [])
            if rows:
                import_file(self.stage.place, self._file(partner, rows), None)

    def _file(self, partner: str, rows: list[list[str]]) -> Path:
        self.files += 1
        path = self.stage.folder / "from-partners" / f"{self.files:03}-{partner}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["channel", "post", "observed_at", "metric", "value"])
            writer.writerows(rows)
        return path


def by_hand(deliveries: list[Delivery]) -> list[Delivery]:
    """Return those that wait for a partner to post them."""
    return [one for one in deliveries if one.state == State.WITH_PARTNER]


def offered(network: str) -> set[str]:
    """Return the metrics a network's own pages show."""
    return {str(one.metric) for one in NETWORKS[NetworkName(network)].capabilities.metrics}
