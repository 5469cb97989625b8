"""Figures of several rounds, and plain tables of them."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

Measured = TypeVar("Measured")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """What one figure came to in all rounds."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Keep the figures of the rounds."""
        return cls(values=tuple(values))

    @property
    def median(self) -> float:
        """The figure that stands for all."""
        return median(self.values)

    def text(self, digits: int = 0) -> str:
        """Write the median with the least and the most: `412 (380 to 430)`."""
        if len(self.values) == 1:
            return f"{self.median:,.{digits}f}"
        least, most = min(self.values), max(self.values)
        return f"{self.median:,.{digits}f} ({least:,.{digits}f} to {most:,.{digits}f})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """What one part of the benchmarks came to, for people and for programs."""

    name: str
    title: str
    text: str
    figures: Any


def milliseconds(seconds: Sequence[float]) -> str:
    """Write the figures of several rounds in milliseconds."""
    return Spread.of([1000 * one for one in seconds]).text()


def progress(measured: Measured) -> Measured:
    """Show on stderr that something has been measured, and hand it on."""
    print(measured, file=sys.stderr, flush=True)
    return measured


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a Markdown table that is also fit to be read as it is."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [_line(head, widths), _line(["-" * width for width in widths], widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
