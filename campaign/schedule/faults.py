"""What is wrong with a file, and where: the sentences that `campaign check` prints.

Reading, planning and checking all speak through `Fault`. None of them stops at the first one:
an editor mends a file once, not once a run.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing to mend, at the place where it is mended."""

    file: str
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    message: str
    about: tuple[str | int, ...] = field(default=(), compare=False, repr=False)
    """The value that is meant, by its way down from the root, also where the file lacks it."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class FaultsFound(Exception):  # noqa: N818 - named for what it brings, as the callers read it
    """The files cannot be used; `faults` lists everything there is to mend, by place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


def near(word: str, known: Iterable[str]) -> str:
    """Return `, did you mean “…”?` for the known word that looks most like this one, or nothing."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f", did you mean “{close[0]}”?" if close else ""
