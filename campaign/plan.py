"""The plan: everything the schedule promises, worked out without clock, network or database."""

from collections.abc import Mapping

from campaign.content.post import Post
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.draft import draft_plan
from campaign.planning.occasion import Objection
from campaign.schedule.model import Schedule
from connectors.contract import Network, NetworkName

__all__ = ["CannotPlanError", "PlannedDelivery", "plan"]


class CannotPlanError(Exception):
    """The schedule contradicts itself; `campaign check` shows the same with their places."""

    def __init__(self, objections: tuple[Objection, ...]) -> None:
        self.objections = objections
        super().__init__("; ".join(one.message for one in objections))


def plan(
    schedule: Schedule, posts: Mapping[str, Post], networks: Mapping[NetworkName, Network]
) -> list[PlannedDelivery]:
    """List every delivery the schedule promises, earliest first.

    Reads no clock and no database, so planning twice gives the same list; applying uses that to
    add what is new and leave the rest alone. Raises `CannotPlanError` rather than plan a part.
    """
    draft = draft_plan(schedule, posts, networks)
    if draft.objections:
        raise CannotPlanError(draft.objections)
    return list(draft.deliveries)
