"""What letters to the team are written with."""

from dataclasses import dataclass
from datetime import datetime

from campaign.notices.concerned import Concerned
from campaign.notices.pointers import Pointers
from campaign.schedule.model import Schedule


@dataclass(frozen=True, kw_only=True, slots=True)
class Bureau:
    """The campaign as applied, whom things concern, where pages are, and the present instant."""

    schedule: Schedule
    concerned: Concerned
    pointers: Pointers
    now: datetime
