"""What may happen between a backup and a restore, played on one kind of network."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from campaign.cli.on_approval import approve
from campaign.cli.on_backup import backup
from campaign.cli.on_plan import apply_plan
from campaign.cli.on_publishing import publish_once
from campaign.cli.on_restore import Wish, restore_backup
from campaign.cli.on_stops import resume
from tests.faults.cells import Kind, Page, Point
from tests.faults.lives import Lives
from tests.faults.scene import DUE, Scene

OTHER_WORDS = "Wholly different words stand here now, and nobody would mistake them."
PASSES = 12
BACKED_UP_AT = DUE - timedelta(hours=1)


class Story(StrEnum):
    """What the backup does not know."""

    NOT_SENT = "not-sent"
    """Nothing happened, and its time is past."""
    SENT = "sent"
    """It went out in its time."""
    STORED = "in-flight-stored"
    """It was backed up while it was being sent; the network has it."""
    UNSTORED = "in-flight-unstored"
    """The same, and nothing had left."""
    EDITED = "edited"
    """It went out with other words."""
    MOVED = "moved"
    """It was moved forward and went out; its time in the backup is to come."""
    LATER = "later"
    """Nothing happened, and its time is to come."""


@dataclass(frozen=True)
class End:
    """How a story ends."""

    posts: int
    """On the network."""
    state: str
    asked: int
    """How often a person had to say what they saw there."""


class Play:
    """One story on one network, from the backup to the end."""

    def __init__(self, scene: Scene, lives: Lives) -> None:
        self.scene = scene
        self.lives = lives
        self.file = scene.folder.parent / "campaign.backup"
        self.place = scene.place()

    def play(self, story: Story) -> End:
        """Back up, go on, restore, and let the clock ring until nothing changes any more."""
        tell: dict[Story, Callable[[], None]] = {
            Story.NOT_SENT: lambda: self._go_on(DUE),
            Story.LATER: lambda: self._go_on(DUE - timedelta(minutes=20)),
            Story.SENT: self._sent,
            Story.STORED: lambda: self._killed(Point.AFTER_ANSWER),
            Story.UNSTORED: lambda: self._killed(Point.AFTER_PREPARE),
            Story.EDITED: self._edited,
            Story.MOVED: self._moved,
        }
        tell[story]()
        self.scene.clock.advance(timedelta(minutes=2))
        self._restore()
        return self._end()

    def _back_up(self) -> None:
        backup(self.place, self.file, as_json=True)

    def _go_on(self, until: object) -> None:
        self._back_up()
        self.scene.clock.move_to(until)  # type: ignore[arg-type]

    def _publish(self) -> None:
        publish_once(self.place, as_json=True)

    def _sent(self) -> None:
        self._go_on(DUE)
        self._publish()
        assert len(self.scene.stored()) == 1

    def _killed(self, point: Point) -> None:
        self.scene.clock.move_to(DUE)
        self.lives.start(self.scene.wanted(point)).status()
        assert self.scene.delivery().state == "sending"
        self._back_up()

    def _edited(self) -> None:
        self._back_up()
        post = self.scene.folder / "posts" / "law-helps" / "post.md"
        head, _, _ = post.read_text(encoding="utf-8").rpartition("---\n")
        post.write_text(f"{head}---\n{OTHER_WORDS}\n", encoding="utf-8")
        self._applied()
        self.scene.clock.move_to(DUE)
        self._publish()
        assert [text for text, _ in self.scene.stored()] == [OTHER_WORDS]

    def _moved(self) -> None:
        self._back_up()
        file = self.scene.folder / "schedule.yaml"
        text = file.read_text(encoding="utf-8").replace("08:30", "08:00")
        file.write_text(text, encoding="utf-8")
        self._applied()
        self.scene.clock.move_to(DUE - timedelta(minutes=30))
        self._publish()
        assert len(self.scene.stored()) == 1

    def _applied(self) -> None:
        apply_plan(self.place, None, "ama", yes=True)
        approve(self.place, [], "ben", everything=True, yes=True)

    def _restore(self) -> None:
        wish = Wish(file=self.file, over=True, yes=True, person="ben")
        restore_backup(self.place, wish, as_json=True)
        self._publish()  # under the stop: nothing may leave
        resume(self.place, ("all", ""), "looked", "ben")
        for left in self.scene.folder.glob("replaced-*"):
            shutil.rmtree(left)

    def _end(self) -> End:
        asked = 0
        for _ in range(PASSES):
            delivery = self.scene.delivery()
            if delivery.state == "unknown" and delivery.not_before is None:
                self.scene.a_person_looks()
                asked += 1
            elif delivery.state == "awaiting-approval" and self.scene.clock.now() < DUE:
                approve(self.place, [], "ben", everything=True, yes=True)
                self.scene.clock.move_to(DUE)
            self._publish()
            self.scene.clock.advance(timedelta(minutes=3))
        end = self.scene.delivery()
        return End(len(self.scene.stored()), end.state, asked)


KINDS: tuple[Kind | Page, ...] = (*Kind, *Page)
