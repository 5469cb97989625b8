from datetime import timedelta

from sqlalchemy import insert, update

from campaign.desk_views.health import health
from campaign.desk_views.now import AT_MOST, now_view
from campaign.states import State
from campaign.store.tables import CHANNEL, CREDENTIAL, WITHDRAWAL
from tests.campaign.deliveries import NOW, TUESDAY, planned
from tests.campaign.ledger import Ledger, in_pack

HOUR = timedelta(hours=1)


def names(*numbers: int) -> list[str]:
    return [f"post-{number}/ico-x/1" for number in numbers]


def put(ledger: Ledger, count: int) -> None:
    ledger.put(
        *(
            planned(one, gates=(), due_at=TUESDAY + number * HOUR)
            for number, one in enumerate(names(*range(count)))
        )
    )


def test_each_delivery_stands_in_the_list_of_what_has_to_be_done_about_it(ledger: Ledger) -> None:
    put(ledger, 9)
    ledger.force("unknown", names(0)[0])
    ledger.force("unknown", names(1)[0], not_before=NOW + HOUR)
    for state, number in (("missed", 2), ("refused", 3), ("held", 4), ("sending", 5)):
        ledger.force(state, names(number)[0])
    ledger.force("planned", names(6)[0], due_at=NOW - HOUR)
    ledger.force("planned", names(7)[0], due_at=NOW + HOUR)
    ledger.force("awaiting-approval", names(8)[0], due_at=NOW + HOUR)
    seen = now_view(ledger.connection, NOW)
    found = {
        name: [row.id for row in getattr(seen, name).rows]
        for name in (
            "to_settle", "checking", "missed", "refused", "held", "sending", "overdue", "coming",
            "waits_soon",
        )
    }  # fmt: skip
    assert found == {
        "to_settle": names(0),
        "checking": names(1),
        "missed": names(2),
        "refused": names(3),
        "held": names(4),
        "sending": names(5),
        "overdue": names(6),
        "coming": names(7),
        "waits_soon": names(8),
    }
    assert seen.needs_a_person == 4
    assert seen.figures.oldest_due is not None
    assert (seen.figures.oldest_due.delivery, seen.figures.oldest_due.age) == (names(6)[0], HOUR)


def test_a_long_list_is_cut_and_says_how_long_it_is(ledger: Ledger) -> None:
    put(ledger, AT_MOST + 3)
    for one in names(*range(AT_MOST + 3)):
        ledger.force("missed", one)
    missed = now_view(ledger.connection, NOW).missed
    assert (len(missed.rows), missed.total, missed.left_out) == (20, 23, 3)


def test_what_is_to_be_deleted_by_hand_waits_for_a_person(ledger: Ledger) -> None:
    put(ledger, 1)
    ledger.force("published", names(0)[0])
    row = {"asked_by": "ben", "asked_at": NOW, "reason": "wrong", "tries": 0, "note": ""}
    ledger.connection.execute(
        insert(WITHDRAWAL).values(delivery_id=names(0)[0], stage="by-hand", **row)
    )
    seen = now_view(ledger.connection, NOW)
    assert [one.id for one in seen.by_hand.rows] == names(0)
    assert seen.needs_a_person == 1


def test_a_channel_ails_that_is_not_signed_in_or_refused_or_about_to_be_signed_out(
    ledger: Ledger,
) -> None:
    ledger.put(planned(gates=()), in_pack(gates=()))
    keep = {
        "grant_id": "g", "edition": 1, "origin": "", "sealed": b"", "rights": "",
        "connected_at": NOW, "connected_by": "ben", "trouble": "",
    }  # fmt: skip
    ledger.connection.execute(
        insert(CREDENTIAL).values(
            channel="ico-x", account="@ico.example", ends_at=NOW + timedelta(days=3), **keep
        )
    )

    def ailing() -> dict[str, bool]:
        seen = health(ledger.connection, {}, lambda account: account.id == "npcc-x", NOW)
        assert {one.account.id for one in seen.channels} == {"ico-x", "npcc-x", "npcc-linkedin"}
        return {one.account.id: one.signed_in for one in seen.ailing}

    assert ailing() == {"ico-x": True}
    ledger.connection.execute(update(CREDENTIAL).values(ends_at=None))
    assert ailing() == {}
    refused = update(CHANNEL).where(CHANNEL.c.id == "npcc-x").values(refused_access="expired")
    ledger.connection.execute(refused)
    assert ailing() == {"npcc-x": True}
    ledger.connection.execute(update(CREDENTIAL).values(leaving_at=NOW))
    assert ailing() == {"ico-x": False, "npcc-x": True}


def test_every_state_has_words_in_a_list(ledger: Ledger) -> None:
    put(ledger, 1)
    for state in State:
        ledger.force(state, names(0)[0], due_at=NOW)
        assert now_view(ledger.connection, NOW).figures.counts[state] == 1
