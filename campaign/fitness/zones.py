"""Whether this machine knows the campaign's time zone as the program's own table does.

Zones are changed by law, sometimes weeks ahead. Two tables that differ put a post an hour away from
where people expect it, and nobody would see which of the two is old.
"""

from datetime import datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaign.fitness.finding import Finding, found

LOOKED_AT = timedelta(hours=12)


def time_zone(name: str, first: datetime, last: datetime) -> Finding:
    """Compare what this machine knows of a zone, between two instants, with what came with us."""
    fine = f"{name} is known alike in both tables"
    try:
        differs = _differs(name, first, last)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        wrong = f"nothing is known of {name}; install the system's tzdata, or the package tzdata"
        return found("time zone", wrong, fine)
    wrong_day = (
        f"this machine's {name} differs from the program's on {differs:%d %B %Y}; update the "
        f"system's tzdata and the package tzdata"
        if differs
        else None
    )
    return found("time zone", wrong_day, fine)


def _differs(name: str, first: datetime, last: datetime) -> datetime | None:
    own = ZoneInfo(name)
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        ours = ZoneInfo.from_file(file, key=name)
    instant = first
    while instant <= last:
        if instant.astimezone(own).utcoffset() != instant.astimezone(ours).utcoffset():
            return instant
        instant += LOOKED_AT
    return None
