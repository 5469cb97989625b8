"""Which crashes every run of the tests plays; the others are left to `make test-faults`."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest


def sampled(cells: Collection[Sequence[Any]], always: Collection[Sequence[Any]]) -> list[object]:
    """Return parameters for all cells, those that are not always played marked."""
    absent = [one for one in always if one not in cells]
    assert not absent, f"no such cells: {absent}"
    return [
        pytest.param(*one, marks=() if one in always else (pytest.mark.faults,)) for one in cells
    ]
