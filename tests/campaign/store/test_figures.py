from datetime import timedelta
from typing import Any

import pytest

from campaign.store.figures import figures, in_words
from tests.campaign.deliveries import NOW, TUESDAY, planned
from tests.campaign.ledger import ID, Ledger

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def ids(number: int) -> list[str]:
    return [f"post-{one}/ico-x/1" for one in range(number)]


@pytest.fixture
def hundred(ledger: Ledger) -> Ledger:
    """A hundred deliveries that went out on Tuesday, one 1 s late, the next 2 s, up to 100 s."""
    ledger.put(*[planned(one, gates=()) for one in ids(100)])
    for late, one in enumerate(ids(100), start=1):
        out(ledger, one, late * SECOND)
    return ledger


def out(ledger: Ledger, delivery: str, late: timedelta, **values: Any) -> None:
    usual = {"published_at": TUESDAY + late, "evidence": "api"}
    ledger.force("published", delivery, **{**usual, **values})


def test_percentiles_are_lateness_that_really_occurred(hundred: Ledger) -> None:
    late = figures(hundred.connection, TUESDAY + DAY).lateness
    assert late is not None
    assert (late.deliveries, late.p50, late.p95, late.p99) == (
        100,
        50 * SECOND,
        95 * SECOND,
        99 * SECOND,
    )


def test_only_what_went_out_in_the_last_seven_days_and_by_us_counts(hundred: Ledger) -> None:
    out(hundred, ids(100)[98], DAY, evidence="person")
    seen = figures(hundred.connection, TUESDAY + 7 * DAY + 97 * SECOND).lateness
    assert seen is not None
    assert (seen.deliveries, seen.p50, seen.p99) == (2, 98 * SECOND, 100 * SECOND)
    assert figures(hundred.connection, TUESDAY + 7 * DAY + 100 * SECOND).lateness is None


def test_where_nothing_went_out_there_is_no_lateness_rather_than_none_at_all(
    ledger: Ledger,
) -> None:
    ledger.put(planned(gates=()))
    seen = figures(ledger.connection, NOW)
    assert (seen.lateness, seen.oldest_due) == (None, None)
    assert in_words(seen) == "1 planned; nothing is overdue"


def test_the_oldest_due_is_what_should_be_out_and_was_not_sent(ledger: Ledger) -> None:
    one, two, three, four = ids(4)
    ledger.put(
        planned(one, gates=(), due_at=TUESDAY - 3 * SECOND),
        planned(two, gates=(), due_at=TUESDAY - 2 * SECOND),
        planned(three, gates=(), due_at=TUESDAY - SECOND),
        planned(four, gates=(), due_at=TUESDAY + SECOND),
    )
    ledger.force("held", one)
    ledger.force("sending", two)
    seen = figures(ledger.connection, TUESDAY)
    assert seen.oldest_due is not None
    assert (seen.oldest_due.delivery, seen.oldest_due.age) == (two, 2 * SECOND)
    assert in_words(seen) == (
        "2 planned, 1 sending, 1 held; oldest due waits 2.0 s (post-1/ico-x/1)"
    )


def test_every_state_is_counted_also_those_that_nothing_is_in(ledger: Ledger) -> None:
    ledger.put(planned(gates=()), planned("other/ico-x/1"))
    assert {str(state): number for state, number in _counts(ledger).items()} == {
        "awaiting-approval": 1,
        "planned": 1,
        "sending": 0,
        "published": 0,
        "refused": 0,
        "unknown": 0,
        "held": 0,
        "missed": 0,
        "cancelled": 0,
        "with-partner": 0,
        "declined": 0,
        "no-answer": 0,
        "withdrawn": 0,
    }
    assert ledger.state(ID) == "planned"


def _counts(ledger: Ledger) -> dict[Any, int]:
    return dict(figures(ledger.connection, NOW).counts)
