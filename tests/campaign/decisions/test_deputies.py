"""A deputy opens the gates of who is away: which, when, for whom, and how it is written down."""

from datetime import date, timedelta

import pytest

from campaign.access.deputies import (
    DeputyError,
    Wish,
    end_deputy,
    find_absence,
    name_deputy,
    standing,
)
from campaign.access.leaving import in_hand, leave
from campaign.decisions.approvals import approve, reject
from campaign.decisions.essential import send_essential
from campaign.decisions.settling import NewTime
from campaign.desk_views.approval_cards import Looker
from campaign.desk_views.approval_queue import approval_queue
from campaign.desk_views.waiting import gate_in_words
from campaign.people import NotAllowedError, Standing
from tests.campaign.deliveries import TUESDAY, planned
from tests.campaign.ledger import ID, Ledger

TODAY, FRIDAY = date(2027, 1, 11), date(2027, 1, 15)
DAY = timedelta(days=1)


def name(
    ledger: Ledger,
    absent: str,
    deputy: str,
    *,
    first: date = TODAY,
    last: date = FRIDAY,
    by: str = "",
) -> tuple[str, ...]:
    """Name a deputy; return the warnings."""
    wish = Wish(absent=absent, deputy=deputy, from_on=first, until_on=last)
    change = ledger.change(by or absent)
    return name_deputy(ledger.connection, ledger.schedule, wish, change).warnings


def roles(ledger: Ledger) -> Standing:
    return standing(ledger.connection, ledger.schedule, ledger.now)


def yes(ledger: Ledger, person: str, delivery: str = ID) -> str:
    """Let a person approve; return the state after it, or in words why not."""
    try:
        return str(approve(ledger.connection, delivery, ledger.change(person), roles(ledger)))
    except NotAllowedError as error:
        return str(error)


def test_a_deputy_opens_the_gates_of_who_is_away_and_it_is_written_for_whom(
    ledger: Ledger,
) -> None:
    ledger.put(planned(gates=("approval", "legal")), person="dev")
    name(ledger, "ben", "ama")
    assert yes(ledger, "ama") == "planned"
    gates = ledger.gates()
    assert {(one.person, one.stood_in_for) for one in gates.values()} == {("ama", "ben")}
    assert ledger.log()[-1][2:] == ("ama", "because (for ben, away until 2027-01-15)")


def test_ones_own_right_goes_before_that_of_who_is_away(ledger: Ledger) -> None:
    ledger.put(planned(gates=("approval", "legal")), person="dev")
    name(ledger, "ben", "cat")
    assert yes(ledger, "cat") == "planned"
    gates = ledger.gates()
    assert (gates["approval"].stood_in_for, gates["legal"].stood_in_for) == (None, "ben")


@pytest.mark.parametrize(
    ("applied_by", "says"),
    [
        ("ama", f"ama applied {ID} and cannot approve it: nobody approves their own"),
        (
            "ben",
            f"ben applied {ID}, and a deputy approves nothing of whom they stand in for",
        ),
    ],
)
def test_a_deputy_opens_nothing_that_either_of_the_two_applied(
    ledger: Ledger, applied_by: str, says: str
) -> None:
    ledger.put(planned(), person=applied_by)
    name(ledger, "ben", "ama")
    assert yes(ledger, "ama") == says
    looker = Looker(person="ama", roles=roles(ledger), now=ledger.now)
    assert approval_queue(ledger.connection, looker).cards == ()


def test_deputies_make_no_chain(ledger: Ledger) -> None:
    ledger.put(planned(), person="dev")
    name(ledger, "ben", "leo")
    name(ledger, "leo", "ama")
    assert yes(ledger, "ama") == f"{ID} waits for approval by ben or cat or leo, not ama"


def test_it_holds_from_the_first_to_the_last_day_in_the_campaigns_zone(ledger: Ledger) -> None:
    name(ledger, "ben", "ama", first=TODAY + DAY)
    ledger.put(planned(gates=("approval",)), person="dev")
    without, with_her = "approval by ben or cat", "approval by ama for ben or ben or cat"
    for hours, expected in (
        (15, without),
        (17, with_her),
        (16 + 4 * 24, with_her),
        (17 + 4 * 24, without),
    ):
        now = ledger.now + timedelta(hours=hours)
        then = standing(ledger.connection, ledger.schedule, now)
        assert gate_in_words(ledger.row(), "approval", then) == expected, now


def test_the_deputy_finds_it_in_the_queue_and_sees_for_whom(ledger: Ledger) -> None:
    ledger.put(planned(gates=("legal",)), person="dev")
    name(ledger, "leo", "cat")
    looker = Looker(person="cat", roles=roles(ledger), now=ledger.now)
    (card,) = approval_queue(ledger.connection, looker).cards
    (waiting,) = card.waiting
    assert [one.absent for one in waiting.mine_for] == ["leo"]
    assert [(one.able, [each.deputy for each in one.deputies]) for one in waiting.asked] == [
        (("ben", "leo"), ["cat"])
    ]


def test_a_deputys_no_says_for_whom_and_lets_nothing_essential_through(ledger: Ledger) -> None:
    ledger.put(planned(), person="dev")
    name(ledger, "ben", "ama")
    reject(ledger.connection, ID, ledger.change("ama"), roles(ledger))
    assert ledger.gates()["approval"].stood_in_for == "ben"
    when = NewTime(due_at=TUESDAY, wall_time="2027-01-12 08:30")
    ledger.force("held")
    with pytest.raises(NotAllowedError, match="ama is no approver"):
        send_essential(ledger.connection, ID, ledger.change("ama"), when, roles(ledger))


@pytest.mark.parametrize(
    ("absent", "deputy", "by", "says"),
    [
        ("ben", "ben", "ben", "nobody stands in for themselves"),
        ("ben", "zoe", "ben", "“zoe” does not work at the desk"),
        ("zoe", "ama", "dev", "nobody at the desk who is “zoe”"),
        ("ben", "cat", "leo", "Leo names a deputy for themselves"),
    ],
)
def test_who_cannot_be_a_deputy_or_name_one(
    ledger: Ledger, absent: str, deputy: str, by: str, says: str
) -> None:
    with pytest.raises((DeputyError, NotAllowedError), match=says):
        name(ledger, absent, deputy, by=by)


def test_days_that_are_over_turned_round_or_taken_are_refused(ledger: Ledger) -> None:
    for first, last, says in (
        (FRIDAY, TODAY, "the last day comes before the first"),
        (TODAY - 9 * DAY, TODAY - DAY, "10 January 2027 is over"),
        (TODAY, TODAY + 400 * DAY, "a year at most"),
    ):
        with pytest.raises(DeputyError, match=says):
            name(ledger, "ben", "ama", first=first, last=last)
    name(ledger, "ben", "ama")
    with pytest.raises(DeputyError, match="until 15 January 2027; end that first"):
        name(ledger, "ben", "cat", first=FRIDAY, last=FRIDAY + DAY)


def test_a_deputy_who_is_away_as_well_is_said_at_once(ledger: Ledger) -> None:
    name(ledger, "cat", "leo", first=FRIDAY, last=FRIDAY + DAY)
    away, mail = name(ledger, "ben", "cat")
    assert away.startswith("Cat, the deputy, is away from 15 January 2027 until 16 January 2027.")
    assert mail == "Cat has no e-mail address in schedule.yaml, so no letters come"
    reverse, _ = name(ledger, "leo", "ama")
    assert reverse.startswith("Leo stands in for Cat from 15 January 2027 until 16 January 2027")


def test_it_ends_in_one_action_for_either_of_the_two_and_at_once(ledger: Ledger) -> None:
    ledger.put(planned(), person="dev")
    name(ledger, "ben", "ama")
    absence = roles(ledger).absences[0]
    with pytest.raises(NotAllowedError, match="Ben, Ama or an admin can end it, not Cat"):
        end_deputy(ledger.connection, ledger.schedule, absence, ledger.change("cat"))
    end_deputy(ledger.connection, ledger.schedule, absence, ledger.change("ama"))
    assert yes(ledger, "ama").endswith("waits for approval by ben or cat, not ama")
    with pytest.raises(DeputyError):
        find_absence(ledger.connection, ledger.schedule, absence.number, ledger.now)


def test_who_leaves_has_it_listed_and_stands_in_for_nobody_any_more(ledger: Ledger) -> None:
    name(ledger, "ben", "ama")
    listed = in_hand(ledger.connection, "ben", TODAY).deputies
    assert listed == ("ama for ben, 2027-01-11 to 2027-01-15",)
    leave(ledger.connection, "ben", "dev", ledger.now)
    assert roles(ledger).absences == ()
