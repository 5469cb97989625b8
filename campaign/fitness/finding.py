"""One thing that was looked at on a machine, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was found; where it is not fine the words end with the remedy."""

    what: str
    fine: bool
    words: str


def found(what: str, wrong: str | None, fine: str) -> Finding:
    """Return what is wrong, or that it is fine."""
    return Finding(what=what, fine=wrong is None, words=wrong or fine)
