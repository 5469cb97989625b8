"""Changes an entry of the schedule that others hang on: what that would change is shown first.

The plan is the one that `campaign plan` makes, of the whole folder as it would stand. It is done
only as it was shown: whatever has changed in between is shown again first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from campaign.announced import Announced, ask_servers
from campaign.apply import StalePlanError, apply, difference
from campaign.checks.report import LimitsOf, Report, check
from campaign.clock import Clock
from campaign.diff import Difference, fingerprint_of
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import Schedule
from campaign.schedule.text import read_text
from campaign.schedule.writing import only_writer, rewritten
from campaign.store.database import Store
from campaign.store.deliveries import Change
from connectors.contract import Network, NetworkName

SCHEDULE = "schedule.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """A campaign's folder and what its posts are checked by."""

    path: Path
    networks: Mapping[NetworkName, Network]
    clock: Clock

    @property
    def file(self) -> Path:
        """The schedule."""
        return self.path / SCHEDULE


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What changing an entry would do."""

    entry: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    """The file as it stands and as it would."""
    report: Report = field(repr=False)
    difference: Difference

    @property
    def fingerprint(self) -> str:
        """Names exactly what was shown: the file as it would be, and every change."""
        return fingerprint_of(self.after, self.difference.to_json())


def propose_text(folder: Folder, store: Store, entry: str, before: str, after: str) -> Proposal:
    """Work out what another text of the schedule would change; nothing is written.

    Raises `FaultsFound` where it would not be fit to be applied.
    """
    report = _checked(folder, after)
    with store.read() as connection:
        found = _difference(connection, report, folder.clock.now())
    return Proposal(entry=entry, before=before, after=after, report=report, difference=found)


def carry_out(folder: Folder, store: Store, proposal: Proposal, change: Change) -> None:
    """Write the file and apply it, where nothing has changed since it was proposed.

    The file comes first: were this broken off before the deliveries follow, `campaign plan` says
    so, and nothing goes out at a time that stands nowhere. Raises `StalePlanError` where the file
    or a delivery has changed.
    """
    schedule = _schedule(proposal.report)
    with only_writer(folder.path), store.write() as connection:
        if read_text(folder.file) != proposal.before:
            raise StalePlanError("schedule.yaml has been changed since; look at the plan again")
        fresh = _difference(connection, proposal.report, change.at)
        with rewritten(folder.file, proposal.after):
            apply(connection, schedule, proposal.difference, fresh, change)


def _checked(folder: Folder, text: str) -> Report:
    def ask(schedule: Schedule) -> LimitsOf:
        announced: Announced = ask_servers(schedule, folder.networks, folder.clock)
        return announced.of

    report = check(folder.path, folder.networks, ask, schedule_text=text)
    if report.faults or report.schedule is None:
        raise FaultsFound(report.faults)
    return report


def _schedule(report: Report) -> Schedule:
    if report.schedule is None:  # `_checked` lets no such report through
        raise FaultsFound(report.faults)
    return report.schedule


def _difference(connection: Connection, report: Report, now: datetime) -> Difference:
    return difference(connection, _schedule(report), report.deliveries, now)
