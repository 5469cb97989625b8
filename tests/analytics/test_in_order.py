import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.in_order import in_order

FAR = 2**62
NUMBERS = st.integers(-FAR, FAR - 1) | st.integers(0, 3)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=12)


@given(ROWS)
@example([(-FAR, FAR - 1, 0), (FAR - 1, -FAR, 1)])
@example([(1, 1, 2), (0, 1, 0), (1, 1, 1), (0, 1, 0)])
def test_rows_come_in_the_order_that_python_sorts_them_in(rows: list[tuple[int, int, int]]) -> None:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    order = in_order(*columns)
    assert (order is None) == (rows == sorted(rows))
    if order is not None:
        assert [rows[place] for place in order.tolist()] == sorted(rows)
        assert sorted(order.tolist()) == list(range(len(rows)))


@pytest.mark.parametrize("third", [True, False])
def test_many_rows_with_few_that_are_equal_are_sorted(*, third: bool) -> None:
    drawn = np.random.default_rng(7).integers(0, 60, (3, 4_000), dtype=np.int64)
    columns = [drawn[0], drawn[1] * 10**12, *([drawn[2]] if third else [])]
    order = in_order(*columns)
    assert order is not None
    rows = list(zip(*(one[order].tolist() for one in columns), strict=True))
    assert rows == sorted(rows)
