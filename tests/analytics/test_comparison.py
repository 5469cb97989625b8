"""Two weeks are compared over what was read in both of them, and over nothing else."""

from datetime import timedelta

from analytics.tiles import tiles
from analytics.trend import breaks
from connectors.contract import Metric
from tests.analytics.world import World, at

DAY = timedelta(days=1)
THIS, BEFORE = at("2027-01-19 09:00"), at("2027-01-12 09:00")
SUNDAY, SUNDAY_BEFORE = at("2027-01-24 23:00"), at("2027-01-17 23:00")
BASKET = (Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES)


def two_weeks(world: World, channel: str, before: int, this: int, **more: int) -> None:
    """Let a post of each week have been shown so often; the older one gains nothing more."""
    source = "api" if channel.startswith("ico") else "upload"
    for name, published, count, reads in (
        ("old", BEFORE, before, (SUNDAY_BEFORE, SUNDAY)),
        ("new", THIS, this, (SUNDAY,)),
    ):
        post = world.post(channel, name, published)
        counts = {Metric.IMPRESSIONS: count} | {
            metric: more.get(name, 0) if metric is Metric.REACTIONS else 0 for metric in BASKET
        }
        for metric, value in counts.items():
            world.read(post, metric, dict.fromkeys(reads, value), source=source)


def test_only_channels_that_were_read_in_both_weeks_are_compared() -> None:
    world = World()
    two_weeks(world, "ico-x", 100, 150)
    late = world.post("ndna-linkedin", "late", THIS)
    world.read(late, Metric.IMPRESSIONS, {SUNDAY: 9_000}, source="upload")
    compared = world.report().compared
    assert (compared.shown_channels, compared.shown) == (("ico-x",), (100, 150))
    tile = tiles(world.report())[1]
    assert tile.figure == "9,150"
    assert tile.before == "Week 2 on the same 1 channel: 100; now 150"


def test_where_no_channel_was_read_in_both_there_is_no_comparison() -> None:
    world = World()
    old = world.post("ico-x", "old", BEFORE)
    world.read(old, Metric.IMPRESSIONS, {SUNDAY_BEFORE: 100})
    new = world.post("ndna-linkedin", "new", THIS)
    world.read(new, Metric.IMPRESSIONS, {SUNDAY: 50}, source="upload")
    assert world.report().compared.shown is None
    assert tiles(world.report())[1].before == "Week 2: 100; no comparison"
    assert world.report().to_json()["compared"]["times_shown"]["reason"] == "no comparison"


def test_a_channel_that_may_still_grow_is_left_out() -> None:
    world = World()
    two_weeks(world, "ico-x", 100, 150)
    open_one = world.post("ico-x", "open", THIS)
    world.read(open_one, Metric.IMPRESSIONS, {at("2027-01-22 09:00"): 10})
    assert world.report().compared.shown is None


def test_a_channel_that_counts_otherwise_is_left_out_and_marked_as_a_break() -> None:
    world = World()
    old = world.post("ico-x", "old", BEFORE)
    world.read(old, Metric.IMPRESSIONS, {SUNDAY_BEFORE: 100})
    world.read(old, Metric.IMPRESSIONS, {at("2027-01-20 09:00"): 130, SUNDAY: 140}, version=2)
    report = world.report()
    assert report.compared.shown is None
    assert [(one.week.name, one.channels) for one in breaks(report.trend)] == [
        ("2027-W03", ("ico-x",))
    ]
    assert report.comparison is None


def test_the_week_after_a_break_is_no_break_again() -> None:
    world = World()
    old = world.post("ico-x", "old", BEFORE)
    world.read(old, Metric.IMPRESSIONS, {SUNDAY_BEFORE: 100})
    reads = {at("2027-01-20 09:00"): 130, SUNDAY: 140, SUNDAY + 7 * DAY: 150}
    world.read(old, Metric.IMPRESSIONS, reads, version=2)
    report = world.report(week="2027-W04", as_of="2027-02-02 09:00")
    assert [one.week.name for one in breaks(report.trend)] == ["2027-W03"]


def test_two_rates_whose_intervals_overlap_may_differ_by_chance() -> None:
    world = World()
    two_weeks(world, "ico-x", 1_000, 1_000, old=20, new=25)
    report = world.report()
    assert report.compared.rates_overlap
    assert tiles(report)[3].before == (
        "Week 2 on the same 1 channel: 2.0%; the difference may be chance"
    )


def test_two_rates_whose_intervals_lie_apart_are_not_called_chance() -> None:
    world = World()
    two_weeks(world, "ico-x", 10_000, 10_000, old=100, new=400)
    assert not world.report().compared.rates_overlap
    assert tiles(world.report())[3].before == "Week 2 on the same 1 channel: 1.0%"
