"""A network that takes its time holds up nobody but itself."""

import time

from campaign.publishing.due import due_ids
from campaign.publishing.hands import Hands
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE, Office

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
