"""A partner that leaves in mid-campaign: in force before the next call, and its past stays."""

import pytest

from campaign.partnering.leaving import come_back, leave
from campaign.store.deliveries import Change
from tests.campaign.office import DUE, Office
from tests.campaign.publishing.sleepers import Sleep, publish_asleep, wait

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
NOTE = "ico takes part no longer, says ben: a new government"


@pytest.fixture(autouse=True)
def due(office: Office) -> None:
    office.apply()
    office.approve()
    office.clock.move_to(DUE)


def say_so(office: Office) -> None:
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=office.clock.now(), why="a new government")
        leave(connection, "ico", change)


def test_nothing_leaves_any_more_on_any_network(office: Office) -> None:
    say_so(office)
    office.publish()
    assert set(office.states().values()) == {"cancelled"}
    assert [office.rehearsal.requests(one) for one in ("x", "mastodon", "bluesky")] == [[], [], []]


@pytest.mark.parametrize("where", [Sleep.BEFORE_LAST_CHECK, Sleep.BEFORE_LAST_LOOK])
def test_a_claimed_call_that_has_not_left_is_not_made(office: Office, where: Sleep) -> None:
    publish_asleep(office, MASTODON, lambda: say_so(office), where=where)
    wait(office, 60)
    assert (office.state(MASTODON), office.texts("mastodon")) == ("held", [])
    assert office.delivery(MASTODON).note == NOTE


def test_a_call_that_has_left_ends_and_its_post_stays_in_the_record_unread(office: Office) -> None:
    assert publish_asleep(office, MASTODON, lambda: say_so(office)) == "published"
    calls = len(office.rehearsal.requests("mastodon"))
    wait(office, 24 * 3600)
    summary = office.collect()
    assert (summary.posts_read, summary.accounts_read, summary.failures) == (0, 0, ())
    assert office.states() == {X: "cancelled", MASTODON: "published", BLUESKY: "cancelled"}
    assert len(office.rehearsal.requests("mastodon")) == calls


def test_whoever_comes_back_gets_new_posts_and_none_of_the_old(office: Office) -> None:
    say_so(office)
    with office.desk.store.write() as connection:
        come_back(connection, "ico", Change(who="cat", at=DUE, why="they are back"))
    office.write_post("second", "---\ntitle: Second\n---\nAnother one.\n")
    office.write_schedule("  - {post: second, at: 2027-01-12 08:45, send_to: [ico-mastodon]}\n")
    office.apply()
    office.approve()
    office.publish_at(DUE.replace(minute=45))
    assert office.texts("mastodon") == ["Another one."]
    assert office.state(MASTODON) == "cancelled"
