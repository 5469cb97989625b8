from datetime import timedelta

import pytest

from connectors.linkedin_facts import version_ends_on
from tests.campaign.credentials.scene import Scene
from tests.campaign.office import MONDAY

VARIABLE = "CAMPAIGN_API_VERSION__LINKEDIN"


@pytest.fixture
def on_linkedin(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene.owner_says(monkeypatch, "linkedin")
    assert scene.connect("linkedin").code == 0
    return scene


def versions_spoken(scene: Scene) -> set[str]:
    """Return the versions that doctor's own calls were made in."""
    scene.rehearsal.take_requests("linkedin")
    scene.shell("doctor")
    seen = scene.rehearsal.requests("linkedin")
    return {one.headers["linkedin-version"] for one in seen}


@pytest.mark.parametrize(
    ("version", "last_day"),
    [("202609", "2027-08-31"), ("202603", "2027-02-28"), ("202703", "2028-02-29")],
)
def test_a_version_is_promised_for_a_year(version: str, last_day: str) -> None:
    assert version_ends_on(version).isoformat() == last_day


def test_the_version_in_the_settings_is_spoken(on_linkedin: Scene) -> None:
    assert versions_spoken(on_linkedin) == {"202609"}
    on_linkedin.environment[VARIABLE] = "202512"
    assert versions_spoken(on_linkedin) == {"202512"}


@pytest.mark.parametrize("wrong", ["2026", "202613", "v26.0", "2026091", "199909"])
def test_what_is_no_version_is_told_and_not_sent(on_linkedin: Scene, wrong: str) -> None:
    on_linkedin.environment[VARIABLE] = wrong
    assert versions_spoken(on_linkedin) == set()
    told = on_linkedin.shell("doctor").out
    assert f"WRONG  ico-linkedin: {VARIABLE}: “{wrong}” is no version of LinkedIn's API" in told


def test_a_version_for_a_network_that_has_one_only_is_told(scene: Scene) -> None:
    scene.environment["CAMPAIGN_API_VERSION__THREADS"] = "v2.0"
    scene.environment["CAMPAIGN__ICO_THREADS__ACCESS_TOKEN"] = "a-token"
    told = scene.shell("doctor").out
    assert "WRONG  ico-threads: take CAMPAIGN_API_VERSION__THREADS out: Threads is spoken" in told


@pytest.mark.parametrize(("days", "warned"), [(19, False), (20, True)])
def test_the_end_of_the_version_that_was_set_is_warned_of_sixty_days_ahead(
    on_linkedin: Scene,
    days: int,
    warned: bool,  # noqa: FBT001 - a column
) -> None:
    on_linkedin.environment[VARIABLE] = "202604"  # promised until 31 March 2027
    on_linkedin.clock.move_to(MONDAY + timedelta(days=days))
    told = on_linkedin.shell("doctor").out
    words = "LinkedIn: is promised until 31 March 2027 only; update the program before, or set"
    assert (words in told) is warned
