"""Where a command works and by which clock: the machine's own, unless a demo or test says else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from campaign.clock import Clock, SystemClock
from connectors.contract import Network, NetworkName


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The campaign's folder, the clock, and the environment that settings are read from."""

    folder: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    environment: Mapping[str, str] | None = None
    """None for the process's own."""
    networks: Mapping[NetworkName, Network] | None = None
    """None for all there are."""
