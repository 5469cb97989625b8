"""One thing to do before the first day, and what the list of them is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from campaign.settings import Settings
from simulation.rehearse.outcomes import Line
from simulation.rehearse.script import Script
from simulation.rehearse.tokens import Token


class Weight(StrEnum):
    """How much hangs on it."""

    MUST = "must"
    DECIDE = "decide"
    LOOK = "look"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """One thing to do."""

    weight: Weight
    what: str
    where: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the list is made from."""

    script: Script
    settings: Settings
    """Of this machine: only which secrets are there is looked at."""
    signed_in: frozenset[str]
    """The channels whose sign-in is kept, and renewed or warned of in time."""
    now: datetime
    lines: Sequence[Line]
    tokens: Sequence[Token]
    calm: bool
    """Whether nothing was made to go wrong, so that what did is the campaign's own."""
