"""From what the clocks on the wall show to instants, and back.

A local time is a promise to people, an instant is what publishing waits for. The two nights a
year on which the clocks change are where the one does not simply give the other; everything
that turns local times into instants asks here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo


class NoSuchTimeError(ValueError):
    """The clocks skip this local time, or show it twice and nobody said which is meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WallTime:
    """A date and time as somebody wrote it, in the campaign's zone unless it names an offset."""

    local: datetime
    """Without zone: what the clock on the wall shows."""
    offset: timedelta | None = None
    """East of UTC, where it was written."""

    def __str__(self) -> str:
        written = self.local.isoformat(" ", "seconds" if self.local.second else "minutes")
        return written if self.offset is None else written + offset_text(self.offset)

    def instant(self, zone: ZoneInfo) -> datetime:
        """Return the instant in UTC; raise `NoSuchTimeError` with a remedy where there is none."""
        if self.offset is not None:
            return self.local.replace(tzinfo=timezone(self.offset)).astimezone(UTC)
        found = instants(self.local, zone)
        if len(found) == 1:
            return found[0]
        raise NoSuchTimeError(_why_not(self, found, zone))


def instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return every instant at which the zone's clocks show this time: one, none or two."""
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in both if wall_clock(one, zone) == local))


def wall_clock(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what the zone's clocks show at an instant, without zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def offset_text(offset: timedelta) -> str:
    """Write an offset from UTC as `+01:00`."""
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"{sign}{hours:02}:{minutes:02}"


def _why_not(time: WallTime, found: tuple[datetime, ...], zone: ZoneInfo) -> str:
    if not found:
        return f"“{time}” does not exist in {zone.key}: the clocks go forward; write another time"
    ways = [offset_text(one.astimezone(zone).utcoffset() or timedelta(0)) for one in found]
    return f"“{time}” occurs twice in {zone.key}: write {time}{ways[0]} or {time}{ways[1]}"
