"""Times as a browser sends them: local, without seconds, `2027-01-12T08:30`."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.values import read_wall_time


class TimeError(Exception):
    """What was typed is no time; the message says what to write."""


def time_in(text: str, zone: ZoneInfo) -> datetime:
    """Read a local time of the campaign's zone; raise `TimeError`."""
    try:
        return read_wall_time(" ".join(text.replace("T", " ").split())).instant(zone)
    except (PydanticCustomError, NoSuchTimeError, ValueError) as error:
        raise TimeError(f"Say when, such as 2027-01-12 08:30. ({error})") from error
