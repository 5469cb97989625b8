"""When something goes out, before anybody asks what it says; and what stands in the way."""

from dataclasses import dataclass
from datetime import datetime

from campaign.schedule.tree import Location


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """One post for one channel at one instant."""

    entry: int
    """Its place in the schedule's list, from 0."""
    post: str
    channel: str
    run: str
    """The third part of the delivery's identity."""
    count: int
    """Which run it is, from 1; chooses wordings such as `## x #2`."""
    due_at: datetime
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """Why the schedule cannot be carried out as it is written."""

    location: Location
    """Of the part of schedule.yaml to mend."""
    kind: str
    """Objections of one kind at one place are shown once."""
    message: str


class Ledger:
    """Collects what the entries come to, in the order in which they are worked out."""

    def __init__(self) -> None:
        self.occasions: list[Occasion] = []
        self.objections: list[Objection] = []
        self.remarks: list[Objection] = []
        """What is left out without being wrong: dropped on a bank holiday, still a draft."""

    def object(self, location: Location, kind: str, message: str) -> None:
        """Keep an objection."""
        self.objections.append(Objection(location=location, kind=kind, message=message))

    def remark(self, location: Location, kind: str, message: str) -> None:
        """Keep a remark."""
        self.remarks.append(Objection(location=location, kind=kind, message=message))
