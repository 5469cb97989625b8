import json
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete

from analytics.numbers import late_by
from analytics.report import NoCampaignError
from campaign.states import State
from campaign.store.tables import CAMPAIGN
from connectors.contract import Metric
from tests.analytics.world import HOURS, World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")


def counts(world: World, post: str, at_sunday: dict[Metric, int], source: str = "api") -> None:
    for metric, count in at_sunday.items():
        world.read(post, metric, {SUNDAY: count}, source=source)


def world_of_two() -> World:
    world = World()
    on_x = world.post("ico-x", "myth", PUBLISHED)
    on_linkedin = world.post("ndna-linkedin", "myth", PUBLISHED)
    counts(world, on_x, {Metric.IMPRESSIONS: 20_000})
    counts(world, on_linkedin, {Metric.IMPRESSIONS: 5_000, Metric.REACH: 3_100}, "upload")
    return world


def test_the_json_has_every_key_that_other_programs_rely_on() -> None:
    values = world_of_two().report().to_json()
    assert values["week"] == "2027-W03"
    assert (values["from"], values["to"]) == ("2027-01-18T00:00:00Z", "2027-01-25T00:00:00Z")
    assert values["as_of"] == "2027-01-26T09:00:00Z"
    assert {"campaign", "headline", "gains", "totals", "reach", "partners", "caveats"} <= set(
        values
    )
    assert set(values["gains"][0]) >= {
        "delivery", "post", "channel", "partner", "metric", "net", "gross", "correction",
        "method", "lower", "upper", "provisional", "definition", "read_from", "read_to",
        "evidence", "reason",
    }  # fmt: skip
    assert set(values["totals"][0]) >= {
        "metric",
        "net",
        "gross",
        "correction",
        "method",
        "coverage",
    }
    assert set(values["reach"]) >= {"lower", "upper", "universe", "models", "without"}


def test_the_same_database_and_instant_give_the_same_report() -> None:
    world = world_of_two()
    assert json.dumps(world.report().to_json()) == json.dumps(world.report().to_json())


def test_before_anything_is_applied_there_is_nothing_to_report() -> None:
    world = World()
    with world.store.write() as connection:
        connection.execute(delete(CAMPAIGN))
    with pytest.raises(NoCampaignError, match="no schedule has been applied"):
        world.report()


def test_times_shown_are_summed_over_networks_that_are_named_with_their_coverage() -> None:
    world = world_of_two()
    world.post("ico-bluesky", "myth", PUBLISHED)
    total = world.report().to_json()["totals"][0]
    assert (total["metric"], total["net"]) == ("impressions", 25_000)
    assert total["label"] == "times shown, as each network counts it"
    assert (total["coverage"], total["networks"]) == ("2 of 3 channels", ["LinkedIn", "X"])


def test_people_are_never_summed() -> None:
    world = world_of_two()
    counts(world, world.post("ndna-linkedin", "law", PUBLISHED), {Metric.REACH: 2_000}, "upload")
    report = world.report()
    assert Metric.REACH not in {one.metric for one in report.this.totals}
    assert (report.this.reach.lower, report.this.reach.upper) == (3_100, 5_100)


def test_a_sum_without_any_number_is_null_with_a_reason() -> None:
    world = World()
    world.post("ico-bluesky", "myth", PUBLISHED)
    total = world.report().to_json()["totals"][0]
    assert (total["net"], total["gross"], total["method"]) == (None, None, None)
    assert total["reason"] == "not offered by the network"


def test_channels_that_count_no_people_are_named() -> None:
    assert world_of_two().report().to_json()["reach"]["without"] == ["ico-x"]


def test_reach_is_capped_by_the_audience_and_models_are_named() -> None:
    world = World(audience={"universe": 4000, "source": "made up"})
    for name in ("a", "b"):
        counts(world, world.post("ndna-linkedin", name, PUBLISHED), {Metric.REACH: 3_000}, "upload")
    reach = world.report().to_json()["reach"]
    assert (reach["lower"], reach["upper"], reach["universe"]) == (3_000, 4_000, 4_000)
    assert (reach["models"][0]["name"], reach["models"][0]["value"]) == ("Sainsbury", 3_750)


def test_an_audience_smaller_than_one_posts_reach_is_left_out_and_said() -> None:
    world = World(audience={"universe": 1000, "source": "made up"})
    counts(world, world.post("ndna-linkedin", "a", PUBLISHED), {Metric.REACH: 3_000}, "upload")
    report = world.report()
    assert (report.this.reach.upper, report.this.reach.universe) == (3_000, None)
    assert any("more people than the 1,000" in caveat for caveat in report.caveats)


def test_without_any_count_of_people_reach_is_null_with_a_reason() -> None:
    world = World()
    counts(world, world.post("ico-x", "a", PUBLISHED), {Metric.IMPRESSIONS: 3_000})
    reach = world.report().to_json()["reach"]
    assert (reach["lower"], reach["upper"]) == (None, None)
    assert reach["reason"] == "no network of a post that is out has counted people"


def test_partner_amplification_tells_what_was_read_from_what_was_reported() -> None:
    channels = {
        "ico-x": {"network": "x", "partner": "ico"},
        "ndna-x": {"network": "x", "partner": "ndna"},
        "ndna-linkedin": {"network": "linkedin", "partner": "ndna", "mode": "pack"},
    }
    world = World(channels)
    for channel, shown, source in (
        ("ico-x", 20_000, "api"),
        ("ndna-x", 15_000, "api"),
        ("ndna-linkedin", 5_000, "upload"),
    ):
        post = world.post(channel, "myth", PUBLISHED)
        counts(world, post, {Metric.IMPRESSIONS: shown}, source)
    found = world.report().amplification
    assert (found.measured, found.reported) == (Fraction(7, 4), 2)
    assert found.partner_share == Fraction(1, 2)


def test_without_a_partners_number_there_is_no_factor_of_one() -> None:
    world = World()
    counts(world, world.post("ico-x", "a", PUBLISHED), {Metric.IMPRESSIONS: 3_000})
    world.post("ndna-linkedin", "a", PUBLISHED)
    found = world.report().amplification
    assert (found.measured, found.reported, found.partner_share) == (None, None, None)


def test_reported_numbers_alone_make_no_measured_factor() -> None:
    found = world_of_two().report().amplification
    assert (found.measured, found.reported) == (None, Fraction(5, 4))


def test_take_up_counts_partners_that_were_asked_and_a_post_without_numbers_is_link_only() -> None:
    world = World()
    world.post("ico-x", "myth", PUBLISHED)
    world.post("ndna-linkedin", "myth", PUBLISHED)
    world.post("ndna-facebook", "myth", None, due_at=PUBLISHED, state=State.WITH_PARTNER)
    report = world.report()
    ndna = next(row for row in report.partners if row.partner == "ndna")
    assert (ndna.planned, ndna.live, ndna.evidence) == (2, 1, ("link-only",))
    assert (ndna.impressions, report.take_up.posted, report.take_up.asked) == (None, 1, 1)


def test_punctuality_is_of_the_partners_alone_and_early_counts_as_well_as_late() -> None:
    world = World()
    world.post("ico-x", "own", PUBLISHED, due_at=PUBLISHED - 90 * HOURS)
    for name, late in (("early", -HOURS), ("late", 3 * HOURS), ("too-late", 25 * HOURS)):
        world.post("ndna-linkedin", name, PUBLISHED + late, due_at=PUBLISHED)
    found = world.report()
    assert (found.punctuality.live, found.punctuality.on_time) == (3, 2)
    assert found.punctuality.delay == 3 * HOURS
    assert found.to_json()["punctuality"] == {"live": 3, "on_time": 2, "delay_h": 3.0}


def test_where_no_partner_has_posted_nobody_was_punctual_or_late() -> None:
    world = World()
    world.post("ndna-linkedin", "asked", None, due_at=PUBLISHED, state=State.WITH_PARTNER)
    assert world.report().to_json()["punctuality"] == {"live": 0, "on_time": 0, "delay_h": None}


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        (None, "–"),  # noqa: RUF001 - what a table shows where there is no figure
        (timedelta(0), "0 min"),
        (timedelta(minutes=-12), "12 min early"),
        (timedelta(seconds=-20), "0 min"),
        (timedelta(hours=2, minutes=5), "2 h 05 min"),
        (timedelta(days=1, hours=1, minutes=30), "1 d 1 h"),
    ],
)
def test_a_delay_is_written_as_people_say_it(delay: timedelta | None, words: str) -> None:
    assert late_by(delay) == words


def test_posts_live_are_counted_against_what_was_due_and_not_cancelled() -> None:
    world = World()
    world.post("ico-x", "out", PUBLISHED)
    world.post("ico-x", "refused", None, due_at=PUBLISHED, state=State.REFUSED)
    world.post("ico-x", "cancelled", None, due_at=PUBLISHED, state=State.CANCELLED)
    world.post("ico-x", "next", None, due_at=at("2027-01-26 08:00"), state=State.AWAITING_APPROVAL)
    report = world.report()
    assert (report.this.posts.live, report.this.posts.planned) == (1, 2)
    assert report.this.posts.waiting == {"refused": 1}
    assert report.next_week.waiting == {"awaiting-approval": 1}


def test_the_engagement_rate_is_a_ratio_of_sums_over_posts_that_have_every_number() -> None:
    world = World()
    basket = {Metric.REACTIONS: 3, Metric.REPLIES: 1, Metric.RESHARES: 1}
    one = world.post("ico-x", "one", PUBLISHED)
    counts(world, one, {Metric.IMPRESSIONS: 50} | basket)
    two = world.post("ico-x", "two", PUBLISHED)
    counts(world, two, {Metric.IMPRESSIONS: 950} | basket)
    half = world.post("ico-x", "half", PUBLISHED)
    counts(world, half, {Metric.IMPRESSIONS: 9_000, Metric.REACTIONS: 900})
    rate = world.report().this.engagement
    assert (rate.rate, rate.coverage.posts_read) == (Fraction(10, 1000), 2)
    assert rate.lower is not None
    assert rate.lower < 0.01


def test_a_rate_over_counts_that_were_taken_back_is_not_applicable() -> None:
    world = World()
    post = world.post("ico-x", "one", at("2027-01-12 09:00"))
    for metric in (Metric.IMPRESSIONS, Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES):
        world.read(post, metric, {at("2027-01-17 23:00"): 100, SUNDAY: 60})
    assert world.report().this.engagement.reason == "n/a (correction)"


def test_top_posts_are_compared_when_three_days_old_and_only_from_200_times_shown() -> None:
    world = World()
    for name, published, shown in (
        ("early", "2027-01-18 09:00", 400),
        ("late", "2027-01-21 09:00", 900),
        ("small", "2027-01-20 09:00", 199),
        ("next-week", "2027-01-23 09:00", 5_000),
    ):
        post = world.post("ico-x", name, at(published))
        aged = at(published).replace(day=at(published).day + 3)
        world.read(post, Metric.IMPRESSIONS, {aged: shown, at("2027-01-25 23:00"): shown * 3})
    found = [(one.post, one.shown) for one in world.report(as_of="2027-01-28 09:00").top_posts]
    assert found == [("late", 900), ("early", 400)]


def test_a_post_whose_count_at_three_days_is_only_guessed_is_not_ranked() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-20 09:00"): 1_000, SUNDAY: 2_000})
    assert world.report().top_posts == ()
