"""Names as people know them, for the ids that stand in the database."""

from collections.abc import Mapping, Sequence
from datetime import date

from campaign.access.deputies import day_in_words, in_words
from campaign.people import Absence
from campaign.schedule.model import Schedule
from connectors.contract import Network

_PROGRAM = frozenset({"campaign", "recovery"})
"""What the program calls itself where it writes down who did something."""


class Names:
    """Names as people know them, for the ids that stand in the database."""

    def __init__(self, schedule: Schedule, networks: Mapping[str, Network]) -> None:
        """Look names up in an applied schedule, and in the networks by their plain names."""
        self._schedule = schedule
        self._networks = networks

    def person(self, name: str) -> str:
        """Return a person's name; whoever is not in the schedule keeps the id."""
        if name in _PROGRAM:
            return "the program"
        known = self._schedule.people.get(name)
        if known is None:
            return name
        return f"{known.name} ({known.organisation})" if known.organisation else known.name

    def absence(self, one: Absence) -> str:
        """Return for whom a deputy acts, and how long."""
        return in_words(one, self._schedule)

    @staticmethod
    def day(day: date) -> str:
        """Return a day as people write it."""
        return day_in_words(day)

    def people(self, names: str | Sequence[str]) -> str:
        """Return several names, joined; they may be given with commas between."""
        listed = names.split(",") if isinstance(names, str) else names
        return ", ".join(self.person(one) for one in listed)

    def partner(self, name: str) -> str:
        """Return an organisation's name."""
        known = self._schedule.partners.get(name)
        return known.name if known else name

    def network(self, name: str) -> str:
        """Return a network's own name."""
        known = self._networks.get(name)
        return known.title if known else name

    def scope(self, kind: str, target: str) -> str:
        """Return what a stop covers."""
        if kind == "all":
            return "everything"
        known = {"partner": self.partner, "network": self.network}.get(kind, str)
        return f"{kind} {known(target)}"

    @staticmethod
    def post(name: str) -> str:
        """Return a post's name as words."""
        return name.replace("-", " ").capitalize()
