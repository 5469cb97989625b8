"""What the partners of the demo do by hand: post from their packs, report links and numbers.

They use the commands that real partners' messages end in: `record` and `import-metrics`.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from campaign.cli.demo_stage import Stage
from campaign.cli.on_numbers import import_file
from campaign.cli.on_settling import ByHand, record_post
from campaign.models import Delivery
from campaign.schedule.local_time import wall_clock
from campaign.states import State
from simulation.by_hand import HandPosts

TELLS_LATE_BY = timedelta(hours=50)
"""One partner posts in time and says so two days later, after it was reminded."""
FORGETS = 0.12
"""Share of packs that a partner never posts; made up, so that take-up is not always all."""


@dataclass
class Partners:
    """Everybody who posts by hand in this demo."""

    stage: Stage
    files: int = 0

    def __post_init__(self) -> None:
        stage = self.stage
        self._draw = random.Random(stage.seed + 1)  # noqa: S311 - made up, no secret
        self._delays: dict[str, timedelta | None] = {}
        self._seen: dict[str, ByHand] = {}
        self._posts = HandPosts(
            rehearsal=stage.rehearsal, clock=stage.clock, schedule=stage.schedule
        )

    def posting_time(self, delivery: Delivery) -> datetime | None:
        """Return when a partner posts a delivery by hand; None for one that it forgets."""
        if delivery.id not in self._delays:
            forgets = self._draw.random() < FORGETS
            minutes = self._draw.randrange(0, 300)
            self._delays[delivery.id] = None if forgets else timedelta(minutes=minutes)
        delay = self._delays[delivery.id]
        return None if delay is None else delivery.due_at + delay

    def post(self, delivery: Delivery) -> None:
        """Post one delivery by hand now, and tell the desk unless its partner does so late."""
        local = wall_clock(self.stage.clock.now(), self.stage.schedule.zone)
        self._seen[delivery.id] = ByHand(
            channel=delivery.channel,
            post=delivery.id,
            url=self._posts.make(delivery),
            published_at=f"{local:%Y-%m-%d %H:%M}",
        )
        if not self.tells_late(delivery):
            self.tell(delivery)

    def tell(self, delivery: Delivery) -> None:
        """Tell the desk where a delivery is that was posted before."""
        record_post(self.stage.place, self._seen.pop(delivery.id), None)

    def tells_late(self, delivery: Delivery) -> bool:
        """Whether its partner is the one that reports late: the last that posts by hand."""
        channels = self.stage.schedule.channels.values()
        return delivery.partner == [one.partner for one in channels if one.mode == "pack"][-1]

    def count(self) -> None:
        """Write down what the networks show the partners now."""
        self._posts.count()

    def send(self, partners: tuple[str, ...]) -> None:
        """Send the numbers written down so far as a CSV file, and take it in."""
        for partner in partners:
            text = self._posts.take_file(partner)
            if text is not None:
                import_file(self.stage.place, self._file(partner, text), None)

    def _file(self, partner: str, text: str) -> Path:
        self.files += 1
        path = self.stage.folder / "from-partners" / f"{self.files:03}-{partner}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path


def by_hand(deliveries: list[Delivery]) -> list[Delivery]:
    """Return those that wait for a partner to post them."""
    return [one for one in deliveries if one.state == State.WITH_PARTNER]
