"""What asking somebody outside needs: the schedule as applied, keys, and where the pages are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule

UNDER = "/outside"


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What questions are asked with."""

    schedule: Schedule
    keys: Sequence[str]
    address: str
    """Where the pages are, without a slash at the end; a link's token comes behind it."""
    now: datetime

    def holders(self) -> dict[str, tuple[str, ...]]:
        """Return by gate the people outside who are asked for it; any one of them may say yes."""
        found: dict[str, tuple[str, ...]] = {}
        for name, one in self.schedule.people.items():
            for role in one.roles if one.outside else ():
                found[role] = (*found.get(role, ()), name)
        return found

    @property
    def title(self) -> str:
        """The campaign's name as people read it."""
        return self.schedule.title or self.schedule.campaign

    @property
    def owner(self) -> str:
        """The organisation whose campaign it is."""
        owner = self.schedule.owner
        return self.schedule.partners[owner].name if owner else self.title

    def when(self, instant: datetime) -> str:
        """Write an instant as the campaign's clocks show it."""
        local = wall_clock(instant, self.schedule.zone)
        return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
