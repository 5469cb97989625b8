from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaign.desk_views.calendar import IN_CELL, Filters, day_list, month, week_grid
from tests.campaign.deliveries import TUESDAY, planned
from tests.campaign.ledger import ID, Ledger, in_pack, on_partners_channel

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2027, 1, 11)
DAY = timedelta(days=1)


def test_the_week_has_a_line_for_each_channel_and_a_cell_for_each_day(ledger: Ledger) -> None:
    early = in_pack(due_at=TUESDAY - timedelta(minutes=1))
    ledger.put(planned(), on_partners_channel(due_at=TUESDAY + 2 * DAY), early)
    ledger.force("published")
    grid = week_grid(ledger.connection, MONDAY, LONDON, Filters())
    assert grid.days[0] == MONDAY
    assert [(line.channel, [len(cell.rows) for cell in line.cells]) for line in grid.lines] == [
        ("ico-x", [0, 1, 0, 0, 0, 0, 0]),
        ("npcc-linkedin", [0, 1, 0, 0, 0, 0, 0]),
        ("npcc-x", [0, 0, 0, 1, 0, 0, 0]),
    ]
    row = grid.lines[0].cells[1].rows[0]
    assert (row.time, row.words) == ("08:30", "Live")
    assert [one.channel for one in grid.on(1)] == ["npcc-linkedin", "ico-x"]


def test_the_week_is_that_of_the_clocks_on_the_wall(ledger: Ledger) -> None:
    """Summer time: Sunday 23:30 in UTC is Monday already, Monday 22:59 still is."""
    late: dict[str, Any] = {
        "wall_time": "2027-04-05 00:30",
        "due_at": datetime(2027, 4, 4, 23, 30, tzinfo=UTC),
    }
    last: dict[str, Any] = {
        "wall_time": "2027-04-11 23:59",
        "due_at": datetime(2027, 4, 11, 22, 59, tzinfo=UTC),
    }
    after: dict[str, Any] = {
        "wall_time": "2027-04-12 00:00",
        "due_at": datetime(2027, 4, 11, 23, 0, tzinfo=UTC),
    }
    ledger.put(
        planned("late/ico-x/1", **late),
        planned("last/ico-x/1", **last),
        planned("after/ico-x/1", **after),
    )
    grid = week_grid(ledger.connection, date(2027, 4, 5), LONDON, Filters())
    found = [[row.post for row in cell.rows] for cell in grid.lines[0].cells]
    assert (found[0], found[6], grid.total) == (["late"], ["last"], 2)


def test_a_full_cell_says_how_much_it_leaves_to_the_day(ledger: Ledger) -> None:
    ledger.put(*(planned(f"post-{one}/ico-x/1") for one in range(IN_CELL + 3)))
    grid = week_grid(ledger.connection, MONDAY, LONDON, Filters())
    assert (len(grid.on(1)), grid.left_out(1), grid.total) == (4, 3, 7)
    whole = day_list(ledger.connection, MONDAY + DAY, LONDON, Filters())
    assert (len(whole.rows), whole.total) == (7, 7)


def test_filters_narrow_down_and_join(ledger: Ledger) -> None:
    ledger.put(planned(), on_partners_channel(), in_pack(), planned("other/ico-x/1"))
    ledger.force("missed")

    def count(**filters: str) -> int:
        return week_grid(ledger.connection, MONDAY, LONDON, Filters(**filters)).total

    assert count() == 4
    assert count(partner="npcc") == 2
    assert count(network="x") == 3
    assert count(channel="npcc-x") == 1
    assert count(post="other") == 1
    assert count(state="missed") == 1
    assert count(partner="npcc", network="x") == 1


def test_the_month_counts_a_posts_deliveries_by_state(ledger: Ledger) -> None:
    ledger.put(planned(), on_partners_channel(), planned("other/ico-x/1"))
    ledger.force("missed")
    days = month(ledger.connection, date(2027, 1, 1), LONDON, Filters())
    assert len(days) == 31
    assert [one.day.day for one in days if one.posts] == [12]
    (myth, other) = days[11].posts
    assert (myth.post, myth.total, myth.first_at) == ("myth", 2, "08:30")
    assert myth.states == (("Too late: decide", 1), ("Waiting for approval", 1))
    assert other.states == (("Waiting for approval", 1),)
    assert len(month(ledger.connection, date(2027, 2, 1), LONDON, Filters())) == 28


def test_a_day_is_read_page_by_page_in_the_order_of_time(ledger: Ledger) -> None:
    minute = timedelta(minutes=1)
    ledger.put(
        planned(), *(planned(f"p{one}/ico-x/1", due_at=TUESDAY - one * minute) for one in (1, 2))
    )
    found = day_list(ledger.connection, MONDAY + DAY, LONDON, Filters())
    assert [row.id for row in found.rows] == ["p2/ico-x/1", "p1/ico-x/1", ID]
    assert day_list(ledger.connection, MONDAY + DAY, LONDON, Filters(), page=2).rows == ()
