"""The part of the plan that is one post's: compared with what is stored, and applied alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.apply import StalePlanError, apply, difference, embargoes_of
from campaign.diff import Difference
from campaign.planning.delivery import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.store.deliveries import Change, get_deliveries
from campaign.store.embargoes import embargoes, save_embargoes
from campaign.store.tables import CAMPAIGN, DELIVERY


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What is planned of one post, and of others what gives way to it."""

    post: str
    applied: Schedule
    """The schedule that it was worked out beside."""
    schedule: Schedule
    """The schedule as it would stand then."""
    deliveries: tuple[PlannedDelivery, ...]
    """All of the post's, and those of others that change with it."""


def difference_of(connection: Connection, part: Part, now: datetime) -> Difference:
    """Return what applying the part would do; a stored delivery of the post that is not in it goes.

    It is what a plan of everything says of these deliveries, and nothing about any other.
    """
    query = select(DELIVERY.c.id).where(DELIVERY.c.post == part.post)
    ours = {*connection.execute(query).scalars(), *(one.id for one in part.deliveries)}
    stored = list(get_deliveries(connection, sorted(ours)).values())
    whole = difference(connection, part.schedule, part.deliveries, now, stored)
    return replace(
        whole,
        facts=tuple(one for one in whole.facts if f"“{part.post}”" in one),
        lines=tuple(line for line in whole.lines if line.delivery in ours),
        frozen=tuple(one for one in whole.frozen if one.split(" ", 1)[0] in ours),
    )


def apply_part(connection: Connection, part: Part, shown: Difference, change: Change) -> None:
    """Apply the part as it was shown; raise `StalePlanError` where anything has changed since."""
    check_still_applied(connection, part.applied)
    fresh, others = difference_of(connection, part, change.at), embargoes(connection)
    apply(connection, part.schedule, shown, fresh, change)
    others.pop(part.post, None)
    save_embargoes(connection, others | embargoes_of(part.deliveries))


def check_still_applied(connection: Connection, applied: Schedule) -> None:
    """Raise `StalePlanError` where somebody has applied another schedule in the meantime.

    What stands there would else be undone by a schedule that was worked out beside the one before.
    """
    text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar()
    if text is None or Schedule.model_validate_json(text) != applied:
        raise StalePlanError("the schedule has been applied anew since; look at it again")
