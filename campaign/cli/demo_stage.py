"""Sets the demo's stage: its own folder, the sample in it, and networks that are not real.

Everything after this is the real program: files are read, plans applied, posts sent over HTTP.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ruamel.yaml import YAML

from campaign.cli.made_folder import Made, clear_made
from campaign.cli.place import Place
from campaign.clock import SteppedClock
from campaign.sample import sample_folder
from campaign.schedule.clashes import environment_name
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from rehearsal.server import Rehearsal
from simulation.accounts import draw_followers
from simulation.by_hand import handle_of

MARKER = ".campaign-desk-demo"
NOTICE = "Made up: every number in this folder comes from rehearsal networks, none is real.\n"
BEFORE = timedelta(days=7)
"""How long before the campaign's first day the demo begins: time to plan and approve."""

_MAIL = {"CAMPAIGN_MAIL_SERVER": "file:../e-mails", "CAMPAIGN_MAIL_FROM": "reports@ico.example"}
"""E-mails are written into a folder, in place of being sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Where the demo plays, by which clock and against which networks."""

    folder: Path
    place: Place
    clock: SteppedClock
    rehearsal: Rehearsal
    schedule: Schedule
    seed: int

    @property
    def reports(self) -> Path:
        """Return the folder of the weekly reports."""
        return self.folder / "reports"

    @property
    def pictures(self) -> Path:
        """Return the folder of the pictures with partners' logos."""
        return self.folder / "pictures"


@contextmanager
def set_stage(folder: Path, seed: int, sample: Path | None = None) -> Iterator[Stage]:
    """Clear the demo's folder, copy the sample and start the networks; stop them at the end."""
    clear(folder)
    source, campaign = sample or sample_folder(), folder / "campaign"
    shutil.copytree(source / "posts", campaign / "posts")
    if (source / "partners").is_dir():
        shutil.copytree(source / "partners", campaign / "partners")
    shutil.copy(source / "schedule.yaml", campaign / "schedule.yaml")
    schedule = read_schedule(campaign / "schedule.yaml")
    clock = SteppedClock(_morning(schedule))
    with Rehearsal(now=clock.now, seed=seed) as rehearsal:
        _point_at(campaign / "schedule.yaml", schedule, rehearsal)
        environment = _accounts(schedule, rehearsal, seed) | _MAIL
        yield Stage(
            folder=folder,
            place=Place(folder=campaign, clock=clock, environment=environment),
            clock=clock,
            rehearsal=rehearsal,
            schedule=schedule,
            seed=seed,
        )


def clear(folder: Path) -> None:
    """Make the folder empty but for its marker; refuse one that no demo made."""
    clear_made(folder, Made(marker=MARKER, by="a demo", notice=NOTICE))


def _morning(schedule: Schedule) -> datetime:
    first = schedule.runs.from_on - BEFORE
    return datetime(first.year, first.month, first.day, 9, tzinfo=schedule.zone)


def _point_at(path: Path, schedule: Schedule, rehearsal: Rehearsal) -> None:
    """Write the rehearsal's addresses into the copy's channels, keeping its comments."""
    yaml = YAML()
    tree = yaml.load(path)
    for name, channel in schedule.channels.items():
        if channel.mode != "pack":
            tree["channels"][name]["server"] = rehearsal.server_of(channel.network)
    yaml.dump(tree, path)


def _accounts(schedule: Schedule, rehearsal: Rehearsal, seed: int) -> dict[str, str]:
    followers = draw_followers(schedule, seed)
    environment = {}
    for name, channel in schedule.channels.items():
        secrets = rehearsal.add_account(
            channel.network, handle_of(name, channel), followers=followers[name]
        )
        for field, value in secrets.items():
            environment[f"CAMPAIGN__{environment_name(name)}__{field}"] = value
    return environment
