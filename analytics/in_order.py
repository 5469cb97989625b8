"""Puts rows in order by several columns of whole numbers, millions at a time."""

import numpy as np

from analytics.week_rows import Numbers

_MOST = 2**62


def in_order(first: Numbers, second: Numbers, third: Numbers | None = None) -> Numbers | None:
    """Return the places of rows by two or three columns; None where they are in order already.

    Of rows that are equal in all of them any may come first. NumPy sorts one column several times
    as fast as two, so the first two are put into one number where they fit.
    """
    columns = [first, second, *([] if third is None else [third])]
    if _are_in_order(columns):
        return None
    low, high = int(second.min()), int(second.max())
    start, span = int(first.min()), high - low + 1
    if (int(first.max()) - start + 1) * span > _MOST:
        return np.lexsort(columns[::-1])
    joined = (first - start) * span + (second - low)
    order = np.argsort(joined)
    return order if third is None else _by_third(order, joined, third)


def _are_in_order(columns: list[Numbers]) -> bool:
    """Say whether no row is before the one that it stands behind."""
    ordered = np.ones(max(len(columns[0]) - 1, 0), dtype=np.bool_)
    for column in reversed(columns):
        steps = np.diff(column)
        ordered = (steps > 0) | ((steps == 0) & ordered)
    return bool(ordered.all())


def _by_third(order: Numbers, joined: Numbers, third: Numbers) -> Numbers:
    """Put those in order whose first two are equal; they are few."""
    sorted_ = joined[order]
    same = sorted_[1:] == sorted_[:-1]
    equal = np.flatnonzero(np.append(same, False) | np.append(False, same))
    mine = order[equal]
    order[equal] = mine[np.lexsort((third[mine], joined[mine]))]
    return order
