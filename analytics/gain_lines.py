"""The lines of a table of gains as arrays, for sums over many thousand of them.

A table of pandas is good to look at and to choose from; taking some of its lines copies all of its
columns. Sums need few columns, so each is taken out once, texts as places in a list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analytics.week_rows import Flags, Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """A column of texts, or of posts, as places in a list in order; -1 is no text."""

    names: Sequence[Any]
    places: Numbers

    def of(self, rows: Numbers) -> tuple[str, ...]:
        """Return the texts of some lines, each once, in order."""
        found = np.unique(self.places[rows])
        return tuple(sorted(str(self.names[place]) for place in found.tolist() if place >= 0))

    def count(self, rows: Numbers) -> int:
        """Return how many different texts some lines have."""
        seen = np.zeros(len(self.names) + 1, dtype=np.bool_)
        seen[self.places[rows]] = True
        return int(np.count_nonzero(seen[:-1]))

    def sums(self, rows: Numbers, values: Numbers) -> tuple[Numbers, Flags]:
        """Add up a value for each text over some lines; say which texts have any."""
        places = self.places[rows]
        added = np.zeros(len(self.names), dtype=np.int64)
        np.add.at(added, places, values)
        present = np.zeros(len(self.names), dtype=np.bool_)
        present[places] = True
        return added, present


class Lines:
    """The lines of a table as `totals.gains_frame` makes it."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._texts: dict[str, Texts] = {}

    def texts(self, name: str) -> Texts:
        """Return a column of texts, or of posts."""
        if name not in self._texts:
            self._texts[name] = _texts(self._frame[name])
        return self._texts[name]

    def numbers(self, name: str) -> Numbers:
        """Return a column of whole numbers."""
        return self._frame[name].to_numpy(dtype=np.int64)

    def flags(self, name: str) -> Flags:
        """Return a column that says yes or no."""
        return self._frame[name].to_numpy(dtype=np.bool_)

    @cached_property
    def counts(self) -> Flags:
        """Which lines have a number and count in sums."""
        return self.flags("has_number") & self.flags("counted")

    def about(self, metric: str) -> Numbers:
        """Return the lines of one metric."""
        metrics = self.texts("metric")
        if metric not in metrics.names:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(metrics.places == list(metrics.names).index(metric))

    def counted(self, metric: str) -> Numbers:
        """Return those of its lines that have a number and count in sums."""
        rows = self.about(metric)
        return rows[self.counts[rows]]


def _texts(column: "pd.Series[Any]") -> Texts:
    if isinstance(column.dtype, pd.CategoricalDtype):
        names, codes = column.cat.categories, column.cat.codes.to_numpy()
    elif pd.api.types.is_integer_dtype(column.dtype):
        # Posts stand there as places already.
        codes = column.to_numpy()
        names = pd.RangeIndex(codes.max(initial=-1) + 1)
    else:
        codes, names = pd.factorize(column, sort=True)
    places: Numbers = codes.astype(np.int64, copy=False)
    return Texts(names=names.tolist(), places=places)
