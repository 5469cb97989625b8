"""Series are found by their ids, whether these lie close together or far apart."""

import numpy as np
import pytest

from analytics.series_list import SeriesList


def listed(*ids: int) -> SeriesList:
    nothing = np.zeros(len(ids), dtype=np.int64)
    return SeriesList(
        ids=np.array(ids, dtype=np.int64), post=nothing, kind=nothing, kinds=[("m", "d", "s")]
    )


@pytest.mark.parametrize("ids", [(7, 8, 10), (7, 8_000, 10_000_000)])
def test_each_id_is_found_in_its_row_and_others_are_said_to_be_absent(ids: tuple[int, ...]) -> None:
    low, middle, high = ids
    asked = [high, low, middle, low - 1, middle + 1, high + 1, -(2**62), 2**62]
    rows, found = listed(*ids).rows_of(np.array(asked, dtype=np.int64))
    assert found.tolist() == [True, True, True, *[False] * 5]
    assert rows[:3].tolist() == [2, 0, 1]


def test_among_no_series_none_is_found() -> None:
    rows, found = listed().rows_of(np.array([1, 2], dtype=np.int64))
    assert found.tolist() == [False, False]
    assert rows.tolist() == [0, 0]
