"""What every page needs of the campaign, read once and kept until somebody applies anew."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from campaign.access.deputies import today
from campaign.people import Absence
from campaign.public_settings import is_loopback
from campaign.schedule.model import Schedule
from campaign.store.absences import absences_on
from campaign.store.barriers import active_stops
from campaign.store.tables import CAMPAIGN, CHANNEL
from campaign.web.names import Names
from campaign.wiring import Desk


@dataclass(frozen=True, kw_only=True, slots=True)
class StopShown:
    """A stop that stands, as the banner tells of it."""

    what: str
    """What it covers, in words."""
    reason: str
    stopped_by: str
    """By name."""
    stopped_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What stands around every page."""

    title: str
    rehearsal: bool
    """Whether nothing reaches a real network: every channel's server is this machine."""
    stops: tuple[StopShown, ...]


class DeskFacts:
    """The applied schedule and the frame of one desk, for the threads that make its pages."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._schedule: tuple[datetime | None, Schedule | None] = (None, None)

    def schedule(self) -> Schedule | None:
        """Return the schedule as it was last applied, None before the first time."""
        with self._desk.store.read() as connection:
            applied_at = connection.execute(select(CAMPAIGN.c.applied_at)).scalar()
        with self._lock:
            if applied_at != self._schedule[0]:
                self._schedule = applied_at, self._desk.schedule()
            return self._schedule[1]

    def absences(self, now: datetime) -> tuple[Absence, ...]:
        """Return who stands in for whom right now."""
        schedule = self.schedule()
        if schedule is None:
            return ()
        with self._desk.store.read() as connection:
            return absences_on(connection, today(schedule, now))

    def zone(self) -> ZoneInfo:
        """Return the campaign's zone."""
        return self._desk.zone()

    def frame(self) -> Frame:
        """Return what stands around a page right now."""
        schedule = self.schedule()
        title = "" if schedule is None else schedule.title or schedule.campaign
        names = None if schedule is None else Names(schedule, self._desk.networks_by_name)
        with self._desk.store.read() as connection:
            return Frame(
                title=title or "Campaign Desk",
                rehearsal=_is_rehearsal(connection),
                # Nobody can stop what has not been applied.
                stops=tuple(_shown(one, names) for one in active_stops(connection) if names),
            )


def _is_rehearsal(connection: Connection) -> bool:
    query = select(CHANNEL.c.server).where(CHANNEL.c.active, CHANNEL.c.mode != "pack")
    servers = connection.execute(query).scalars().all()
    return bool(servers) and all(is_loopback(urlsplit(one or "").hostname or "") for one in servers)


def _shown(row: Any, names: Names) -> StopShown:
    return StopShown(
        what=names.scope(row.scope, row.target),
        reason=row.reason,
        stopped_by=names.person(row.stopped_by),
        stopped_at=row.stopped_at,
    )
