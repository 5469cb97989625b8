"""Planning with reach on the command line: certain first, models after it, each with its name."""

import pytest

from tests.campaign.cli.conftest import shell_of
from tests.campaign.cli.shell import Shell
from tests.campaign.office import Office


@pytest.fixture
def campaign(office: Office) -> Shell:
    return shell_of(office)


def lines(campaign: Shell, *arguments: str) -> list[tuple[str, str]]:
    found = campaign.fine("reach", *arguments, "--json").json()
    return [(one["what"], one["people"]) for one in found]


def test_bounds_come_first_and_overlaps_narrow_them(campaign: Shell) -> None:
    overlaps = [word for one in ("1,2=7500", "1,3=3000", "2,3=3000") for word in ("--overlap", one)]
    assert lines(campaign, "40000", "25000", "10000", *overlaps, "--universe", "500000") == [
        ("certain", "40,000 to 75,000"),
        ("certain, with overlaps", "61,000 to 65,000"),
        ("model", "62,370"),
        ("model", "71,740"),
        ("model", "63,805"),
        ("model", "47,935"),
    ]


def test_two_channels_say_how_many_people_they_can_share(campaign: Shell) -> None:
    assert lines(campaign, "700", "600", "--universe", "1000")[:2] == [
        ("certain", "700 to 1,000"),
        ("in both audiences", "300 to 600"),
    ]


def test_one_overlap_of_three_lowers_the_upper_bound_alone(campaign: Shell) -> None:
    found = lines(campaign, "40000", "25000", "10000", "--overlap", "1,2=7500")
    assert found[1] == ("certain, with overlaps", "40,000 to 68,000")


def test_more_posts_of_one_channel_are_told_by_name(campaign: Shell) -> None:
    found = lines(campaign, "6000", "--two-posts", "10300", "--universe", "100000")
    assert found[-3:] == [("6 posts", "20,441"), ("6 posts", "19,723"), ("6 posts", "31,013")]


def test_showings_of_one_channel_say_who_saw_it_twice(campaign: Shell) -> None:
    assert lines(campaign, "100", "--shown", "200")[1:] == [
        ("saw it 2 times or more", "50"),
        ("saw it 3 times or more", "25"),
        ("at twice the showings", "133"),
    ]


def test_a_channel_without_a_count_gives_a_planning_figure_that_is_not_called_reach(
    campaign: Shell,
) -> None:
    (found,) = campaign.fine("reach", "--shown", "9000", "--followers", "20000", "--json").json()
    assert found["people"] == "7,247"
    assert found["rests_on"].endswith("a planning figure, not reach")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name the people that channels reach"),
        (["700", "--universe", "500"], "more people than the 500 there are"),
        (["10", "20", "--overlap", "1,2=15"], "--overlap 1,2=15: write 1,2=7500"),
        (["10", "20", "--overlap", "1,9=5"], "--overlap 1,9=5: write 1,2=7500"),
        (["10", "20", "--overlap", "0,1=5"], "--overlap 0,1=5: write 1,2=7500"),
        (["100", "--shown", "50"], "more impressions than people"),
        (["100", "--two-posts", "250", "--universe", "900"], "two posts reach from 100 to 200"),
        (["--shown", "100"], "needs one channel's people, or --followers"),
    ],
)
def test_what_cannot_be_meant_is_refused(campaign: Shell, arguments: list[str], says: str) -> None:
    campaign.fails("reach", *arguments, code=2, says=says)
