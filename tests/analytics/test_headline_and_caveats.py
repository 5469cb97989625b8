from collections.abc import Sequence
from datetime import timedelta

import pytest

from campaign.states import State
from connectors.contract import Metric
from tests.analytics.world import World, at

PUBLISHED = at("2027-01-19 09:00")
SUNDAY = at("2027-01-24 23:00")
DAY = timedelta(days=1)


def weeks_of(shown: Sequence[int], channels: Sequence[str] = ("ico-x",)) -> World:
    """A world in which the last of so many weeks is week 3, each with one post a channel."""
    world = World()
    for back, count in enumerate(reversed(shown)):
        published = PUBLISHED - back * 7 * DAY
        names = channels if back == 0 else ("ico-x",)
        for channel in names:
            post = world.post(channel, f"post-{back}", published)
            # A count that grows no more, read before every boundary that follows.
            reads = {
                published + (5 + 7 * week) * DAY + timedelta(hours=14): count for week in range(5)
            }
            world.read(post, Metric.IMPRESSIONS, {when: reads[when] for when in reads})
    return world


def test_the_headline_says_how_often_posts_were_shown_and_the_range_of_people() -> None:
    world = World()
    on_x = world.post("ico-x", "myth", PUBLISHED)
    world.read(on_x, Metric.IMPRESSIONS, {SUNDAY: 48_210})
    for name, people in (("a", 12_345), ("b", 18_020)):
        post = world.post("ndna-facebook", name, PUBLISHED)
        world.read(post, Metric.REACH, {SUNDAY: people}, source="upload")
    assert world.report().headline == (
        "In week 3 posts were shown 48,210 times (1 of 2 channels) and newly reached between "
        "18,000 and 31,000 people (1 of 2 channels)."
    )


def test_where_both_figures_rest_on_the_same_channels_they_are_named_once() -> None:
    world = World()
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 1}, source="upload")
    world.read(post, Metric.REACH, {SUNDAY: 1}, source="upload")
    assert world.report().headline == (
        "In week 3 posts were shown 1 time and newly reached 1 person (1 of 1 channels)."
    )


def test_a_running_week_is_so_far_and_carries_a_caveat() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-20 09:00"): 500})
    report = world.report(as_of="2027-01-21 09:00")
    assert report.headline.startswith("So far in week 3 posts were shown about 500 times")
    assert report.caveats[0] == "The week is not over: figures as of Thu 21 January 2027, 09:00."


def test_a_week_without_numbers_says_so() -> None:
    world = World()
    world.post("ico-x", "myth", PUBLISHED)
    assert world.report().headline == "In week 3 no numbers are known of 1 post that is live."


def test_a_week_with_reactions_only_does_not_claim_to_have_no_numbers() -> None:
    world = World()
    post = world.post("ico-bluesky", "myth", PUBLISHED)
    world.read(post, Metric.REACTIONS, {SUNDAY: 4})
    assert world.report().headline == (
        "In week 3 no network of a post that is live has said how often it was shown."
    )


def test_a_week_in_which_nothing_went_out_says_so() -> None:
    world = World()
    assert world.report().headline == "In week 3 no post was planned and none was live."
    world.post("ico-x", "myth", None, due_at=PUBLISHED, state=State.MISSED)
    assert world.report().headline == "In week 3 none of 1 planned post went out."


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ([100, 110, 120, 130, 200], "up on recent weeks"),
        ([100, 110, 120, 130, 90], "down on recent weeks"),
        ([100, 110, 120, 130, 115], "in line with recent weeks"),
        ([110, 120, 130, 200], None),
    ],
)
def test_up_and_down_are_said_only_outside_the_middle_half_of_four_weeks_or_more(
    shown: list[int], words: str | None
) -> None:
    assert weeks_of(shown).report().comparison == words


def test_weeks_read_on_other_channels_are_not_compared() -> None:
    world = weeks_of([100, 110, 120, 130, 200], channels=("ico-x", "ndna-linkedin"))
    assert world.report().comparison is None


def test_weeks_are_compared_on_the_channels_that_were_read_this_week() -> None:
    world = weeks_of([100, 110, 120, 130, 200])
    late = world.post("ndna-linkedin", "late", PUBLISHED - 14 * DAY)
    world.read(late, Metric.IMPRESSIONS, {at("2027-01-10 23:00"): 9_000}, source="upload")
    report = world.report()
    assert [point.net for point in report.trend] == [100, 110, 9_120, 130, 200]
    assert report.comparison == "up on recent weeks"


def test_a_week_that_may_still_change_is_not_compared() -> None:
    world = weeks_of([100, 110, 120, 130, 200])
    post = world.post("ico-x", "carried", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-22 09:00"): 50})
    report = world.report()
    assert report.comparison is None
    assert "Provisional: 1 post has not been read since before the week's end" in report.caveats[0]


def test_the_trend_has_twelve_weeks_at_most_and_starts_with_the_first_post() -> None:
    assert [point.net for point in weeks_of([100, 110, 120]).report().trend] == [100, 110, 120]
    assert len(weeks_of([100] * 14).report().trend) == 12


def test_channels_without_numbers_are_named_with_the_reason() -> None:
    world = World()
    world.post("ndna-linkedin", "myth", PUBLISHED)
    assert (
        "No numbers from ndna-linkedin (the partner has reported no numbers); "
        "nothing is counted for them."
    ) in world.report().caveats


def test_more_than_a_fifth_estimated_is_said() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {at("2027-01-24 12:00"): 300, at("2027-01-25 12:00"): 330})
    report = world.report()
    assert report.this.totals[0].net == 315
    assert any(line.startswith("100.0% of the times shown lie between") for line in report.caveats)


def test_counts_that_were_taken_back_are_said_from_one_per_cent() -> None:
    world = World()
    post = world.post("ico-x", "myth", PUBLISHED)
    reads = {at("2027-01-20 09:00"): 1000, at("2027-01-21 09:00"): 980, SUNDAY: 1200}
    world.read(post, Metric.IMPRESSIONS, reads)
    assert (
        "Networks took back 20 impressions this week; it is subtracted." in world.report().caveats
    )


def test_networks_that_do_not_count_times_shown_are_named() -> None:
    world = World()
    for channel in ("ico-x", "ico-bluesky"):
        world.read(world.post(channel, "myth", PUBLISHED), Metric.REACTIONS, {SUNDAY: 3})
    assert (
        "Not in the times shown: Bluesky does not say how often posts are shown."
    ) in world.report().caveats


def test_numbers_that_partners_reported_are_told_from_those_we_read() -> None:
    world = World()
    post = world.post("ndna-linkedin", "myth", PUBLISHED)
    world.read(post, Metric.IMPRESSIONS, {SUNDAY: 10}, source="upload")
    assert (
        "Figures for ndna-linkedin were reported by their owners, not read by us."
    ) in world.report().caveats


def test_a_week_read_in_full_on_one_network_has_nothing_to_add() -> None:
    world = World({"ico-x": {"network": "x", "partner": "ico"}})
    post = world.post("ico-x", "myth", PUBLISHED)
    for metric in (Metric.IMPRESSIONS, Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES):
        world.read(post, metric, {SUNDAY: 10})
    assert world.report().caveats == ()
