"""What a plan says of embargoes, and what applying it would change in those there are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign.planning.calendar import wall_text
from campaign.planning.delivery import PlannedDelivery


def wanted_embargoes(planned: Iterable[PlannedDelivery]) -> dict[str, datetime]:
    """Return the first instant at which each planned post may be seen, those without left out."""
    return {one.post: one.embargo_until for one in planned if one.embargo_until is not None}


def changed_embargoes(
    before: Mapping[str, datetime], after: Mapping[str, datetime], zone: ZoneInfo
) -> tuple[str, ...]:
    """Say in words which embargoes begin, end or move."""
    return tuple(
        f"embargo of {post}: {_said(after.get(post), zone)}"
        for post in sorted({*before, *after})
        if before.get(post) != after.get(post)
    )


def _said(until: datetime | None, zone: ZoneInfo) -> str:
    return (
        "removed"
        if until is None
        else f"until {wall_text(until.astimezone(zone).replace(tzinfo=None))}"
    )
