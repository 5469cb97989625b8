"""What the page asks of its reader: only what somebody can act on, in words made by rule."""

import pytest
from sqlalchemy import insert

from campaign.models_reports import ReportNote
from campaign.states import State
from campaign.store.reports import ASK, LEARNING, write_note
from campaign.store.tables import GATE
from connectors.contract import Metric
from tests.analytics.world import World, at

TUESDAY = at("2027-01-19 09:00")
NEXT = at("2027-01-28 09:00")


def say(world: World, kind: str, text: str, when: str = "2027-01-26 08:00") -> None:
    note = ReportNote(week="2027-W03", kind=kind, text=text, person="ama", written_at=at(when))
    with world.store.write() as connection:
        write_note(connection, note)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State.HELD, "Decide on 1 post on hold, first due on Thu 28 January: “Myth”."),
        (
            State.MISSED,
            "Decide on 1 post that missed its time, first due on Thu 28 January: “Myth”.",
        ),
        (
            State.REFUSED,
            "Decide on 1 post that the network refused, first due on Thu 28 January: “Myth”.",
        ),
        (State.UNKNOWN, "Look up 1 post of which nobody knows whether it went out: “Myth”."),
    ],
)
def test_what_waits_for_a_decision_is_named_with_its_day(state: State, says: str) -> None:
    world = World()
    world.post("ico-x", "myth", None, due_at=NEXT, state=state)
    assert world.report().needed == (says,)


def test_approvals_that_are_missing_for_next_week_are_counted_by_kind() -> None:
    world = World()
    for name in ("one", "two"):
        post = world.post(
            "ico-x", name, None, due_at=NEXT, state=State.AWAITING_APPROVAL, gates="approval,legal"
        )
    with world.store.write() as connection:
        row = {"delivery_id": post, "kind": "approval", "decision": "yes"}
        connection.execute(insert(GATE).values(**row, decided_at=at("2027-01-25 09:00"), reason=""))
    assert world.report().needed == (
        "Approve 2 posts due from Thu 28 January on (approval: 1 and legal: 2).",
    )


def test_a_partner_that_has_to_accept_or_owes_a_link_is_asked() -> None:
    world = World()
    waits = {"state": State.AWAITING_APPROVAL, "gates": "partner"}
    world.post("ndna-linkedin", "myth", None, due_at=NEXT, **waits)
    world.post("ndna-facebook", "law", None, due_at=TUESDAY, state=State.WITH_PARTNER)
    fresh = at("2027-01-26 08:30")
    world.post("ndna-facebook", "new", None, due_at=fresh, state=State.WITH_PARTNER)
    assert world.report().needed == (
        "Ask National Day Nurseries Association to accept 1 post due from Thu 28 January on.",
        (
            "Ask for the links of 1 post that should be out by hand: "
            "National Day Nurseries Association (1)."
        ),
    )


def test_a_partner_whose_channel_gave_no_number_is_asked_for_it() -> None:
    world = World()
    world.post("ndna-linkedin", "myth", TUESDAY)
    own = world.post("ico-x", "myth", TUESDAY)
    world.read(own, Metric.IMPRESSIONS, {at("2027-01-24 23:00"): 5})
    assert world.report().needed == (
        "Ask for numbers of the week: National Day Nurseries Association (ndna-linkedin).",
    )


def test_what_people_ask_comes_first_until_they_take_it_back() -> None:
    world = World()
    world.post("ico-x", "myth", None, due_at=NEXT, state=State.HELD)
    say(world, ASK, "Please confirm the budget.")
    assert world.report().needed[0] == "Please confirm the budget."
    say(world, ASK, "", when="2027-01-26 08:30")
    assert len(world.report().needed) == 1


def test_the_last_sentence_on_what_was_learned_holds() -> None:
    world = World()
    assert world.report().learning is None
    say(world, LEARNING, "First thought.")
    say(world, LEARNING, "Second thought.", when="2027-01-26 08:30")
    say(world, LEARNING, "Too late.", when="2027-01-26 09:30")
    learning = world.report().learning
    assert learning is not None
    assert (learning.text, learning.person) == ("Second thought.", "ama")


def test_a_week_in_which_nothing_waits_asks_for_nothing() -> None:
    assert World().report().needed == ()


def test_what_comes_next_is_told_by_day_and_post() -> None:
    world = World()
    for channel in ("ico-x", "ico-bluesky"):
        world.post(channel, "law-helps", None, due_at=NEXT)
    held = {"state": State.HELD}
    world.post("ndna-linkedin", "law-helps", None, due_at=NEXT, **held)
    assert [one.words for one in world.report().coming] == [
        "Thu 28 January: Law helps, 3 channels (1 on hold)"
    ]
