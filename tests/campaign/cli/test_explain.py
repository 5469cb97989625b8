"""From a figure of the page to the readings behind it, on the command line."""

import shutil
from pathlib import Path

import pytest

from campaign.cli.place import Place
from campaign.clock import SteppedClock
from tests.campaign.cli.conftest import open_office, shell_of
from tests.campaign.cli.shell import Shell
from tests.campaign.cli.test_numbers import HEAD, ROW, live_through_the_week, write
from tests.campaign.office import DUE

ON_X = "law-helps/ico-x/1"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    with open_office(folder) as office:
        live_through_the_week(office, shell_of(office))
    return folder


@pytest.fixture
def campaign(lived: Path, tmp_path: Path) -> Shell:
    folder = shutil.copytree(lived, tmp_path / "week")
    return Shell(Place(folder=folder, clock=SteppedClock(DUE.replace(day=19)), environment={}))


def test_the_lines_that_count_add_up_to_the_figure_of_the_report(campaign: Shell) -> None:
    found = campaign.fine("explain", "2027-W02", "times-shown", "--json").json()
    report = campaign.fine("report", "--week", "2027-W02", "--format", "json").json()
    counted = [one["net"] for one in found["lines"] if one["counted"] and one["net"] is not None]
    assert sum(counted) == report["totals"][0]["net"] > 0


def test_a_line_is_walked_down_to_the_readings_at_both_ends_of_the_week(campaign: Shell) -> None:
    found = campaign.fine("explain", "2027-W02", "times-shown", "--delivery", ON_X, "--json").json()
    (line,) = found["lines"]
    assert (line["start"]["value"], line["start"]["how"]) == (0, "exact: the post was not out yet")
    assert line["end"]["method"] == "observed"
    (reading,) = line["end"]["readings"]
    assert reading["observed_at"] == "2027-01-17T23:05:00Z"
    assert reading["value"] == line["end"]["value"] == line["net"]
    said = campaign.fine("explain", "2027-W02", "times-shown", "--delivery", ON_X).out
    assert "read Sunday 17 January 2027, 23:05" in said
    assert "observed: read at most two hours before" in said


def test_what_is_not_known_is_told_with_its_reason(campaign: Shell) -> None:
    said = campaign.fine("explain", "2027-W02", "times-shown").out
    assert "the partner has reported no numbers" in said
    assert "not offered by the network" in said


def test_it_speaks_of_the_report_as_it_was_sent_unless_asked_for_now(campaign: Shell) -> None:
    campaign.fine("send-report", "--file-only", "--learning", "Nothing yet.", "--week", "2027-W02")
    at = DUE.replace(day=20)
    later = Shell(Place(folder=campaign.folder, clock=SteppedClock(at), environment={}))
    later.fine("import-metrics", str(write(later, HEAD + ROW)))

    def sources(*more: str) -> set[str | None]:
        found = later.fine("explain", "2027-W02", "times-shown", "--json", *more).json()
        return {one["evidence"] for one in found["lines"] if one["net"] is not None}

    assert sources() == {"api"}
    assert sources("--now") == {"api", "upload"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["2027-W02", "time-shown"], "“time-shown” is no figure of the report, did you mean"),
        (["2027-W99", "people"], "is no week"),
    ],
)
def test_what_cannot_be_meant_is_refused(campaign: Shell, arguments: list[str], says: str) -> None:
    campaign.fails("explain", *arguments, code=2, says=says)


def test_a_delivery_without_a_line_in_the_week_is_refused_with_a_guess(campaign: Shell) -> None:
    unknown = ["--delivery", "law-helps/ico-x/2"]
    campaign.fails("explain", "2027-W02", "people", *unknown, code=1, says="no line of 2027-W02")


def test_posts_live_are_walked_down_to_the_deliveries_that_were_due(campaign: Shell) -> None:
    found = campaign.fine("explain", "2027-W02", "posts-live", "--json").json()
    posts = campaign.fine("report", "--week", "2027-W02", "--format", "json").json()["posts"]
    assert len(found["lines"]) == posts["planned"]
    assert sum(one["published_at"] is not None for one in found["lines"]) == posts["live"] > 0
    said = campaign.fine("explain", "2027-W02", "posts-live").out
    assert f"posts-live: {posts['live']} of {posts['planned']} deliveries" in said
    one = campaign.fine("explain", "2027-W02", "posts-live", "--delivery", ON_X).out
    assert "Live" in one


def test_a_top_post_is_walked_down_to_the_readings_beside_its_third_day(campaign: Shell) -> None:
    none = campaign.fine("explain", "2027-W02", "top-posts").out
    assert "No post that turned three days old in the week was shown 200 times." in none
    row = "npcc-linkedin,law-helps,2027-01-15 08:00,impressions,1200\n"
    campaign.fine("import-metrics", str(write(campaign, HEAD + row)))
    report = campaign.fine("report", "--week", "2027-W02", "--format", "json").json()
    found = campaign.fine("explain", "2027-W02", "top-posts", "--json").json()
    known = [(one["delivery"], one["shown_at_72_h"]) for one in report["top_posts"]]
    assert known
    assert [(one["delivery"], one["at_age"]["value"]) for one in found["lines"]] == known
    assert all(one["at_age"]["readings"] for one in found["lines"])
    said = campaign.fine("explain", "2027-W02", "top-posts").out
    assert "times shown when it was 3 days old, from upload" in said
    assert "    read Friday 15 January 2027, 08:00: 1,200 (known since" in said


def test_a_figure_that_nobody_has_is_no_zero(campaign: Shell) -> None:
    said = campaign.fine("explain", "2027-W02", "paid-impressions").out
    assert "paid-impressions: no figure from 0 lines that count, of 0" in said
