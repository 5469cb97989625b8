"""A small campaign with its networks, as it is backed up, goes on, and is restored."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from campaign.cli.place import Place
from tests.campaign.cli.shell import Result, Shell
from tests.campaign.office import Office

PASSES = 8
"""How often the clock rings after a restore: a look every few minutes, then a person."""


@dataclass(frozen=True)
class Kept:
    """The office, its database, and its backup."""

    office: Office
    url: str
    file: Path

    @property
    def shell(self) -> Shell:
        """Return `campaign ARGS` in the office."""
        environment = {**self.office.environment, "CAMPAIGN_DATABASE_URL": self.url}
        return Shell(
            Place(folder=self.office.folder, clock=self.office.clock, environment=environment)
        )

    def back_up(self) -> Result:
        """Back the campaign up."""
        return self.shell.fine("backup", str(self.file))

    def restore(self, *more: str) -> Result:
        """Restore it over what is there, as Ben."""
        return self.shell.fine("restore", str(self.file), "--over", "--yes", "--as", "ben", *more)

    def ring(self, passes: int = PASSES) -> None:
        """Let the clock ring for a while."""
        for _ in range(passes):
            self.office.publish()
            self.office.clock.advance(timedelta(minutes=4))

    def on(self, network: str) -> list[str]:
        """Return what the network shows."""
        return self.office.texts(network)
