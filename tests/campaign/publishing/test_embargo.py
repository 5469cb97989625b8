"""An embargo holds to the second, whatever a person or a later edit does to the time of a post."""

from datetime import datetime, timedelta

import pytest

from campaign.publishing.publisher import publish
from campaign.store.embargoes import save_embargoes
from tests.campaign.office import DUE, Office

SECOND = timedelta(seconds=1)
MASTODON = "law-helps/ico-mastodon/1"


def embargo(office: Office, until: datetime) -> None:
    """Put the post under embargo behind the plan's back."""
    with office.desk.store.write() as connection:
        save_embargoes(connection, {"law-helps": until})


@pytest.mark.parametrize(
    ("ends_at", "state"), [(DUE, "published"), (DUE + SECOND, "held"), (DUE - SECOND, "published")]
)
def test_nothing_leaves_before_the_second_it_ends(
    office: Office, ends_at: datetime, state: str
) -> None:
    office.apply()
    office.approve()
    embargo(office, ends_at)
    office.clock.move_to(DUE)
    publish(office.desk.rig("worker"), MASTODON)
    assert office.states()[MASTODON] == state
    assert len(office.texts("mastodon")) == (state == "published")


def test_what_it_held_says_until_when(office: Office) -> None:
    office.apply()
    office.approve()
    embargo(office, DUE + timedelta(hours=1))
    office.clock.move_to(DUE)
    publish(office.desk.rig("worker"), MASTODON)
    assert office.delivery(MASTODON).note == "its post is under embargo until 2027-01-12 09:30 UTC"
