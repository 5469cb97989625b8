"""A network that takes its time holds up nobody but itself."""

import time
from collections import Counter

import pytest

from campaign.publishing import due as looking
from campaign.publishing import hands as handling
from campaign.publishing.due import due_ids
from campaign.publishing.hands import Hands
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, ENTRY, POST, Office

X, MASTODON, BLUESKY = (f"law-helps/ico-{n}/1" for n in ("x", "mastodon", "bluesky"))
PATIENCE_S = 30.0


def test_while_one_network_holds_its_answer_the_others_posts_go_out(office: Office) -> None:
    office.apply()
    office.approve()
    office.rehearsal.inject("mastodon", Fault.SLOW, on=Call.PUBLISH, seconds=1.8)
    office.clock.move_to(DUE)
    hands = Hands(office.desk.rig("worker"), 1)
    hands.ring()
    deadline = time.monotonic() + PATIENCE_S
    while office.states() != {X: "published", BLUESKY: "published", MASTODON: "sending"}:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    hands.close()
    assert set(office.states().values()) == {"published"}


def test_the_posts_that_pile_up_on_a_busy_channel_do_not_fill_the_list_of_the_others(
    office: Office,
) -> None:
    office.apply()
    office.approve()
    with office.desk.store.read() as connection:
        first = due_ids(connection, DUE, at_most=1)
        second = due_ids(connection, DUE, at_most=1, busy=["ico-bluesky"])
    assert (first, second) == ([BLUESKY], [MASTODON])


def test_a_channel_with_much_to_send_goes_on_after_its_turn_without_another_ring(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (looking, handling):
        monkeypatch.setattr(module, "A_TURN", 2)
    entries = ""
    for number in range(5):
        office.write_post(f"post-{number}", POST.replace("Data", f"Number {number}: data"))
        entries += ENTRY.replace("law-helps", f"post-{number}")
    office.write_schedule(entries)
    office.apply()
    office.approve()
    office.clock.move_to(DUE)
    hands = Hands(office.desk.rig("worker"), 1)
    hands.ring()
    hands.wait()
    hands.close()
    assert Counter(office.states().values()) == {"published": 15}
    posts = sorted(office.rehearsal.posts("mastodon"), key=lambda post: int(post.remote_id))
    assert [post.text[:8] for post in posts] == [f"Number {number}" for number in range(5)]
