"""What a command works with: the campaign folder, the open desk, and who is speaking."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from campaign.access.deputies import standing
from campaign.access.leaving import has_left
from campaign.cli.failures import Failure
from campaign.cli.place import Place
from campaign.people import NotAllowedError, Standing, check_known, system_user
from campaign.schedule.model import Schedule
from campaign.settings import Settings, read_settings
from campaign.store.deliveries import Change
from campaign.wiring import Desk, open_desk

SCHEDULE_OF = re.compile(r"""^campaign:\s*["']?(?P<id>[^\s"'#]+)""", re.MULTILINE)
"""Enough to tell one campaign's schedule from another's, however many faults it has otherwise."""

NOTHING_APPLIED = "nothing has been applied yet; run `campaign plan`, then `campaign apply`"


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """An applied campaign, and the schedule it was applied with."""

    desk: Desk
    schedule: Schedule

    @property
    def now(self) -> datetime:
        """The instant by the desk's clock."""
        return self.desk.clock.now()

    @property
    def roles(self) -> Standing:
        """Every declared person's roles, and who stands in for whom today."""
        with self.desk.store.read() as connection:
            return standing(connection, self.schedule, self.now)

    def change(self, person: str | None, why: str) -> Change:
        """Say who does something now, and why."""
        who = person or system_user()
        check_known(who, self.schedule.people)
        known = self.schedule.people.get(who)
        if known is not None and known.outside:
            raise NotAllowedError(f"{who} has no account: they answer by their own link alone")
        with self.desk.store.read() as connection:
            if has_left(connection, who):
                raise NotAllowedError(f"{who} has left and decides nothing here any more")
        return Change(who=who, at=self.now, why=why)


def settings_for(place: Place) -> Settings:
    """Read the settings of a campaign folder that has to exist."""
    settings = read_settings(place.folder, place.environment)
    if not settings.folder.is_dir():
        raise Failure(f"{settings.folder} is no folder; name one with --dir", code=2)
    return settings


@contextmanager
def open_session(place: Place) -> Iterator[Session]:
    """Open an applied campaign; say so where nothing has been applied yet.

    A folder with another campaign's schedule in it is refused: whoever stops or approves there
    would do it to the wrong campaign.
    """
    if without_database(settings_for(place)):
        raise Failure(NOTHING_APPLIED)
    with desk_for(place) as desk:
        schedule = desk.schedule()
        if schedule is None:
            raise Failure(NOTHING_APPLIED)
        check_folder(desk.settings, schedule)
        yield Session(desk=desk, schedule=schedule)


def check_folder(settings: Settings, schedule: Schedule) -> None:
    """Refuse a folder whose schedule is not of the campaign that the database holds."""
    try:
        text = (settings.folder / "schedule.yaml").read_text(encoding="utf-8")
    except (OSError, ValueError):  # a worker needs no schedule, and whoever does will say so
        return
    found = SCHEDULE_OF.search(text)
    if found and found["id"] != schedule.campaign:
        raise Failure(
            f"this database belongs to the campaign “{schedule.campaign}”, the schedule in "
            f"{settings.folder} is of “{found['id']}”; give each its own CAMPAIGN_DATABASE_URL"
        )


def without_database(settings: Settings) -> bool:
    """Whether the database's file is not there yet; asking a question is not to make one."""
    _sqlite, is_file, path = settings.database_url.partition("sqlite:///")
    folder = Path(path).parent
    return bool(is_file) and folder.is_dir() and not Path(path).exists()


@contextmanager
def desk_for(place: Place) -> Iterator[Desk]:
    """Open a campaign's desk, applied or not, and close it again."""
    desk = open_desk(settings_for(place), clock=place.clock, networks=place.networks)
    try:
        yield desk
    finally:
        desk.close()
