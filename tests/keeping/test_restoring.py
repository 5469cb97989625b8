"""What a restore never does: send twice, send what may be out, or lose what is not."""

from datetime import timedelta

import pytest

from tests.campaign.office import DUE, ENTRY
from tests.keeping.kept import Kept

X, MASTODON, BLUESKY = (f"law-helps/ico-{one}/1" for one in ("x", "mastodon", "bluesky"))
NETWORKS = ("x", "mastodon", "bluesky")
TEXT = "Data protection law helps you share information to protect a child."
LATER = "later/ico-mastodon/1"
LATER_ON_X = "later/ico-x/1"
ENTRIES = f"""\
{ENTRY}
  - post: later
    at: 2027-01-13 09:30
    send_to: [network:mastodon, network:x]
"""


@pytest.fixture(autouse=True)
def backed_up(kept: Kept) -> None:
    kept.office.write_post("later", "---\ntitle: Later\n---\nSee you later.\n")
    kept.office.write_schedule(ENTRIES)
    kept.office.apply()
    kept.office.approve()
    kept.back_up()


@pytest.mark.parametrize("either_database", ["sqlite", "postgres"], indirect=True)
def test_what_went_out_after_the_backup_is_found_and_not_sent_again(kept: Kept) -> None:
    kept.office.publish_at(DUE)
    assert [kept.on(one) for one in NETWORKS] == [[TEXT]] * 3
    before = {one: kept.office.delivery(one).remote_id for one in (X, MASTODON, BLUESKY)}

    kept.office.clock.advance(timedelta(minutes=2))
    kept.restore()
    assert kept.shell.states() == {
        X: "unknown",
        MASTODON: "unknown",
        BLUESKY: "unknown",
        LATER: "awaiting-approval",
        LATER_ON_X: "awaiting-approval",
    }
    kept.ring(2)
    assert kept.office.state(X) == "unknown", "a stop keeps every call from leaving"
    kept.shell.fine("resume", "--as", "cat")
    kept.ring()
    for one in (X, MASTODON, BLUESKY):
        found = kept.office.delivery(one)
        assert (found.state, found.evidence, found.remote_id) == ("published", "found", before[one])
    assert [kept.on(one) for one in NETWORKS] == [[TEXT]] * 3


@pytest.mark.faults
def test_what_did_not_go_out_is_left_to_a_person_also_within_its_late_limit(kept: Kept) -> None:
    kept.office.clock.move_to(DUE + timedelta(minutes=2))
    kept.restore()
    kept.shell.fine("resume", "--as", "cat")
    kept.ring()
    assert kept.office.state(MASTODON) == kept.office.state(BLUESKY) == "missed"
    assert kept.office.state(X) == "unknown"
    assert "a person has to settle it" in kept.office.delivery(X).note
    assert [kept.on(one) for one in NETWORKS] == [[], [], []]
    kept.shell.fine("settle", X, "--not-published", "--as", "ben")
    kept.shell.fine("decide", MASTODON, "--send-now", "--as", "ben")
    kept.office.approve(MASTODON, person="cat")
    kept.ring(1)
    assert kept.office.state(MASTODON) == "published"
    assert kept.on("mastodon") == [TEXT]


@pytest.mark.faults
def test_what_is_still_to_come_needs_a_new_yes_and_goes_out_once(kept: Kept) -> None:
    kept.restore()
    kept.shell.fine("resume", "--as", "cat")
    kept.office.publish_at(DUE + timedelta(days=1))
    assert kept.office.state(LATER) == "awaiting-approval"
    kept.office.approve(LATER, LATER_ON_X, person="cat")
    kept.office.publish_at(DUE + timedelta(days=1, hours=1))
    kept.ring(3)
    assert kept.office.state(LATER) == kept.office.state(LATER_ON_X) == "published"
    assert kept.on("mastodon") == kept.on("x") == ["See you later."]


def test_what_was_moved_forward_and_sent_after_the_backup_is_found_at_its_old_time(
    kept: Kept,
) -> None:
    kept.office.write_schedule(ENTRIES.replace("2027-01-13 09:30", "2027-01-12 09:30"))
    kept.office.apply()
    kept.office.approve()
    kept.office.publish_at(DUE + timedelta(hours=1))
    assert kept.on("mastodon") == kept.on("x") == ["See you later."]

    kept.restore()
    kept.shell.fine("resume", "--as", "cat")
    kept.office.approve(LATER, LATER_ON_X, person="cat")
    kept.office.publish_at(DUE + timedelta(days=1, hours=1))
    kept.ring(3)
    assert kept.office.delivery(LATER).evidence == kept.office.delivery(LATER_ON_X).evidence
    assert kept.office.delivery(LATER).evidence == "found"
    assert kept.on("mastodon") == kept.on("x") == ["See you later."]


def test_other_words_of_a_post_that_went_out_after_the_backup_are_no_reason_to_send_it_again(
    kept: Kept,
) -> None:
    kept.office.write_post("law-helps", "---\ntitle: The law helps\n---\nAnother wording.\n")
    kept.office.apply()
    kept.office.approve()
    kept.office.publish_at(DUE)
    kept.office.clock.advance(timedelta(minutes=2))
    kept.restore()
    kept.shell.fine("resume", "--as", "cat")
    kept.ring()
    assert kept.office.state(MASTODON) == kept.office.state(BLUESKY) == "missed"
    assert [kept.on(one) for one in NETWORKS] == [["Another wording."]] * 3
