"""The daily letter, and what people choose not to get; on both kinds of database."""

from datetime import time, timedelta

from sqlalchemy import select

from campaign.mailing.outbox import write_letters
from campaign.models_reports import Letter
from campaign.notices.choices import choose, unwanted_by
from campaign.notices.kinds import DIGEST, Kind
from campaign.store.tables import DEED
from tests.campaign.deliveries import planned
from tests.campaign.ledger import ID
from tests.campaign.notices.team import Team, by_person

AT_NINE = time(9, 0)
"""By the clocks of London; the team's day begins at seven."""
A_MINUTE, TWO_HOURS, A_DAY = timedelta(minutes=1), timedelta(hours=2), timedelta(days=1)


def daily(team: Team, how_long: timedelta) -> dict[str, Letter]:
    return by_person([one for one in team.wait(how_long) if one.purpose == "digest"])


def test_what_is_open_is_told_once_a_day_at_its_time_to_those_it_concerns(team: Team) -> None:
    team.digest_at = AT_NINE
    team.ledger.put(planned(ID, gates=()), planned("tale/ico-x/1"))
    team.fails(ID, "missed", note="found too late")
    assert daily(team, TWO_HOURS - A_MINUTE) == {}
    letters = daily(team, A_MINUTE)
    assert sorted(letters) == ["ama", "ben", "cat"]
    assert letters["ama"].subject == "Still open: 1 post too late (Spring)"
    assert "“Myth” on ico-x, due Tuesday 12 January 2027, 08:30" in letters["ama"].text
    assert letters["ben"].subject == "Still open: 1 post for your yes (Spring)"
    assert team.ring().letters == ()
    assert daily(team, TWO_HOURS) == {}
    assert sorted(daily(team, A_DAY - TWO_HOURS)) == ["ama", "ben", "cat"]


def test_where_nothing_is_open_nothing_is_sent(team: Team) -> None:
    team.digest_at = AT_NINE
    team.ledger.put(planned(ID, gates=()))
    team.ledger.force("published")
    assert team.wait(A_DAY) == []


def test_what_is_on_hold_and_letters_that_could_not_be_sent_stand_in_it(team: Team) -> None:
    team.digest_at = AT_NINE
    team.ledger.put(planned(ID, gates=()))
    team.ledger.force("held")
    lost = Letter(
        id="partner-question/npcc/1",
        purpose="partner-question",
        person="npcc",
        address="noor@npcc.example",
        subject="Your yes or no",
        text="…",
        state="refused",
        note="550 nobody of that name here",
        created_at=team.now,
    )
    write_letters(team.ledger.connection, [lost])
    letters = daily(team, TWO_HOURS)
    assert letters["ama"].subject == "Still open: 1 on hold (Spring)"
    assert letters["ben"].subject == "Still open: 1 letters that could not be sent (Spring)"
    assert "noor@npcc.example: the mail server does not take it" in letters["ben"].text


def test_a_kind_that_somebody_turned_off_is_not_told_at_once_and_others_still_are(
    team: Team,
) -> None:
    change = team.ledger.change("ben")
    choose(team.ledger.connection, "ben", set(Kind) - {Kind.APPROVAL} | {DIGEST}, change)
    team.ledger.put(planned(ID))
    assert sorted(by_person(team.wait(timedelta(minutes=5)))) == ["cat"]
    assert unwanted_by(team.ledger.connection, "ben") == {"approval"}
    (deed,) = [one for one in team.ledger.connection.execute(select(DEED)) if one.who == "ben"]
    assert (deed.what, deed.about) == ("chose letters", "ben does without: approval")


def test_nobody_turns_off_the_trouble_of_posts_that_they_look_after(team: Team) -> None:
    choose(team.ledger.connection, "ama", set(), team.ledger.change("ama"))
    choose(team.ledger.connection, "ben", set(), team.ledger.change("ben"))
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID)
    assert sorted(by_person(team.wait(timedelta(minutes=5)))) == ["ama"]
    team.ledger.put(planned(ID, gates=()), planned("tale/ico-x/1", gates=()), person="dee")
    team.fails("tale/ico-x/1")
    assert sorted(by_person(team.wait(timedelta(hours=2)))) == ["cat"]


def test_without_the_daily_letter_the_others_still_come(team: Team) -> None:
    team.digest_at = AT_NINE
    choose(team.ledger.connection, "ama", set(Kind), team.ledger.change("ama"))
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID)
    assert [one.purpose for one in team.wait(TWO_HOURS)] == ["notice"]
