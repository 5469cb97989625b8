"""What all pages of the desk share: who looks, names for people, and the frame of a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from campaign.desk_views.approval_queue import Looker
from campaign.schedule.model import Schedule
from campaign.web.page import page
from campaign.web.visitors import Visitor

_PROGRAM = frozenset({"campaign", "recovery"})
"""What the program calls itself where it writes down who did something."""


class Names:
    """Names as people know them, for the ids that stand in the database."""

    def __init__(self, visitor: Visitor) -> None:
        self._schedule: Schedule = visitor.schedule
        self._networks = visitor.desk.networks_by_name

    def person(self, name: str) -> str:
        """Return a person's name; whoever is not in the schedule keeps the id."""
        if name in _PROGRAM:
            return "the program"
        known = self._schedule.people.get(name)
        return known.name if known else name

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


def roles_of(visitor: Visitor) -> Mapping[str, Sequence[str]]:
    """Return every declared person's roles."""
    return {name: one.roles for name, one in visitor.schedule.people.items()}


def looker_of(visitor: Visitor) -> Looker:
    """Return who looks, as the queries want it."""
    return Looker(person=visitor.person.id, roles=roles_of(visitor), now=visitor.now)


def desk_page(visitor: Visitor, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page of the desk: a page with `names` and `now` besides."""
    given = {"names": Names(visitor), "now": visitor.now}
    return page(visitor, template, status=status, **(given | values))
