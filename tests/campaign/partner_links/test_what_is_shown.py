"""What a partner sees: every state, at every moment, at both places where it looks, as a table.

One rule answers for packs, calendars, pages and their pictures; this is what it has to say.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from campaign.decisions.stops import resume, stop
from campaign.partner_links.posts import post_of
from campaign.states import State
from campaign.store.barriers import let_through
from campaign.store.deliveries import Change
from campaign.store.leaving import note_leaving
from campaign.store.sight import Place, may_see, out_of_sight
from campaign.store.tables import CHANNEL
from campaign.store.withdrawals import write_withdrawal
from tests.campaign.deliveries import NOW, TUESDAY
from tests.campaign.ledger import Ledger
from tests.campaign.partner_links.scene import MINE, by_hand

HOUR = timedelta(hours=1)
ON_THE_WAY = {"planned", "sending", "unknown", "with-partner", "published"}
ANSWERED_TO = ON_THE_WAY | {"awaiting-approval"}

Set = set[str]
Arrange = Callable[[Ledger], None]


def nothing(ledger: Ledger) -> None:
    ledger.put(by_hand())


def embargo(ledger: Ledger) -> None:
    ledger.put(by_hand(embargo_until=NOW + HOUR))


def stopped(ledger: Ledger) -> None:
    ledger.put(by_hand())
    stop(ledger.connection, "all", "", ledger.change("ben", "an incident"))


def let_through_the_stop(ledger: Ledger) -> None:
    stopped(ledger)
    word = ledger.change("cat", "it cannot wait")
    let_through(ledger.connection, ledger.row(MINE), word)


def stopped_while_it_fell_due(ledger: Ledger) -> None:
    ledger.put(by_hand())
    began = Change(who="ben", at=TUESDAY - HOUR, why="an incident")
    stop(ledger.connection, "all", "", began)
    resume(ledger.connection, "all", "", Change(who="cat", at=TUESDAY + HOUR, why="over"))


def in_a_window(ledger: Ledger) -> None:
    ledger.put(by_hand(due_at=datetime.fromisoformat("2027-02-01 12:00+00:00")))


def withdrawn(ledger: Ledger) -> None:
    ledger.put(by_hand())
    write_withdrawal(ledger.connection, MINE, ledger.change("ben", "wrong"))


def no_longer_listed(ledger: Ledger) -> None:
    ledger.put(by_hand())
    ledger.connection.execute(update(CHANNEL).values(active=False))


def partner_gone(ledger: Ledger) -> None:
    ledger.put(by_hand())
    note_leaving(ledger.connection, "npcc", ledger.change("ben", "they left"))


def not_approved(ledger: Ledger) -> None:
    ledger.put(by_hand(gates=("approval", "partner")))


def not_accepted(ledger: Ledger) -> None:
    ledger.put(by_hand(gates=("partner",)))


def not_accepted_under_embargo(ledger: Ledger) -> None:
    ledger.put(by_hand(gates=("partner",), embargo_until=NOW + HOUR))


# What was arranged, the instant, and the states that are shown: in a pack, and on the page.
TABLE: list[tuple[Arrange, datetime, Set, Set]] = [
    (nothing, NOW, ON_THE_WAY, ON_THE_WAY),
    (nothing, TUESDAY + HOUR, ON_THE_WAY, ON_THE_WAY),
    (embargo, NOW, set(), set()),
    (embargo, NOW + HOUR, ON_THE_WAY, ON_THE_WAY),
    (stopped, NOW, {"published"}, {"published"}),
    (stopped, TUESDAY + HOUR, {"published"}, {"published"}),
    # Such a word is for what the program sends.
    (
        let_through_the_stop,
        NOW,
        ON_THE_WAY - {"with-partner"},
        ON_THE_WAY - {"with-partner"},
    ),
    # By hand nobody's hand was held; all else waits until a person decides.
    (
        stopped_while_it_fell_due,
        TUESDAY + 2 * HOUR,
        {"published", "with-partner"},
        {"published", "with-partner"},
    ),
    (in_a_window, NOW, {"published"}, {"published"}),
    (withdrawn, NOW, set(), set()),
    (no_longer_listed, NOW, set(), set()),
    (partner_gone, NOW, set(), set()),
    (not_approved, NOW, {"published"}, {"published"}),
    (not_accepted, NOW, {"published"}, ANSWERED_TO | {"no-answer"}),
    (not_accepted, TUESDAY, {"published"}, ANSWERED_TO),
    (not_accepted_under_embargo, NOW, set(), set()),
]


@pytest.mark.parametrize(
    ("arrange", "at", "handed", "on_page"),
    TABLE,
    ids=lambda one: getattr(one, "__name__", None),
)
def test_every_state_is_shown_where_the_table_says(
    ledger: Ledger, arrange: Arrange, at: datetime, handed: Set, on_page: Set
) -> None:
    arrange(ledger)
    shown: dict[Place, Set] = {place: set() for place in Place}
    for state in State:
        ledger.force(state, MINE)
        post = post_of(ledger.connection, "npcc", MINE, at)
        assert post is not None
        hidden = out_of_sight(ledger.connection, [post.delivery], at).get(MINE)
        for place in Place:
            if may_see(hidden, place):
                shown[place].add(str(state))
        assert (post.payload is not None) == (str(state) in shown[Place.PAGE])
    assert shown == {Place.HANDED: handed, Place.PAGE: on_page}
