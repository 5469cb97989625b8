from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED, SUNDAY = at("2027-01-18 09:00"), at("2027-01-24 23:00")
CHANNELS = {
    "ico-x": {"network": "x", "partner": "ico"},
    "ndna-x": {"network": "x", "partner": "ndna", "mode": "repost"},
}


def with_a_repost() -> World:
    world = World(CHANNELS)
    original = world.post("ico-x", "myth", PUBLISHED)
    world.post("ndna-x", "myth", PUBLISHED, follows=original)
    world.read(original, Metric.IMPRESSIONS, {SUNDAY: 100})
    return world


def test_a_repost_is_counted_once_and_says_where() -> None:
    report = with_a_repost().report()
    assert report.this.totals[0].net == 100
    reposted = [one for one in report.gains if one.channel == "ndna-x"]
    assert {(one.net, one.counted) for one in reposted} == {(None, False)}
    shown = [one.reason for one in reposted if one.metric is Metric.IMPRESSIONS]
    assert shown == ["counted in the post that it passes on"]


def test_a_repost_is_no_further_post_and_shows_that_the_partner_took_it_up() -> None:
    report = with_a_repost().report()
    assert (report.this.posts.planned, report.this.posts.live) == (1, 1)
    rows = {one.partner: (one.planned, one.live, one.impressions) for one in report.partners}
    assert rows == {"ico": (1, 1, 100), "ndna": (1, 1, None)}


def test_a_thread_is_one_post_whose_parts_have_their_own_counts() -> None:
    world = World()
    first = world.post("ico-x", "myth", PUBLISHED)
    second = world.post("ico-x", "myth", PUBLISHED, id=f"{first}/2", follows=first, run="1b")
    world.read(first, Metric.IMPRESSIONS, {SUNDAY: 100})
    world.read(second, Metric.IMPRESSIONS, {SUNDAY: 40})
    report = world.report()
    assert (report.this.posts.planned, report.this.posts.live) == (1, 1)
    assert report.this.totals[0].net == 140
    (ico,) = report.partners
    assert (ico.planned, ico.live, ico.impressions) == (1, 1, 140)
