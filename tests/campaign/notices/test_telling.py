"""Who is told of what, when, and in which words; on both kinds of database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from campaign.access.deputies import Wish, name_deputy
from campaign.decisions.approvals import approve, reject
from campaign.decisions.consent import ask_for_change, decline
from campaign.mailing.undelivered import told_of
from campaign.people import Absence
from campaign.schedule.model import Schedule
from campaign.store.embargoes import save_embargoes
from campaign.store.tables import NOTICE
from tests.campaign.deliveries import NOW, planned
from tests.campaign.ledger import ID, PARTNERS, on_partners_channel
from tests.campaign.notices.team import Team, by_person, posts

TUESDAY = date(2027, 1, 12)
FIVE_MINUTES, AN_HOUR = timedelta(minutes=5), timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "subject", "path"),
    [
        ("refused", "1 post refused (Spring)", f"/decide/{ID}"),
        ("missed", "1 post too late (Spring)", f"/decide/{ID}"),
        ("unknown", "1 post out or not (Spring)", f"/settle/{ID}"),
    ],
)
def test_who_applied_a_post_is_told_of_its_trouble_and_led_to_the_page_that_mends_it(
    team: Team, state: str, subject: str, path: str
) -> None:
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID, state, note="what the network said")
    letters = by_person(team.wait(FIVE_MINUTES))
    assert list(letters) == ["ama"]
    letter = letters["ama"]
    assert (letter.address, letter.subject) == ("ama@ico.example", subject)
    assert "“Myth” on ico-x, due Tuesday 12 January 2027, 08:30" in letter.text
    assert "what the network said" in letter.text
    for whole in (letter.text, letter.html):
        assert f"https://desk.example{path}" in whole
    assert team.wait(timedelta(hours=3)) == []


def test_a_deputy_is_told_what_the_absent_one_is_told_and_that_it_is_for_them(
    team: Team,
) -> None:
    away = Absence(
        number=1, absent="leo", deputy="ama", from_on=date(2027, 1, 1), until_on=date(2027, 1, 12)
    )
    team.absences = (away,)
    team.ledger.put(planned(ID, gates=("legal",)), person="cat")
    letters = by_person(team.wait(FIVE_MINUTES))
    assert sorted(letters) == ["ama", "ben", "leo"]
    words = "You stand in for Leo Lind, away until 12 January 2027"
    for whole in (letters["ama"].text, letters["ama"].html):
        assert words in whole
    assert "stand in" not in letters["leo"].text
    team.ledger.force("refused", ID, attempt=1, applied_by="leo")
    assert sorted(by_person(team.wait(AN_HOUR))) == ["ama", "leo"]


def test_both_are_told_of_a_deputy_once_and_the_deputy_again_on_the_first_day(team: Team) -> None:
    wish = Wish(absent="ben", deputy="cat", from_on=TUESDAY, until_on=TUESDAY)
    name_deputy(team.ledger.connection, team.ledger.schedule, wish, team.ledger.change("ben"))
    letters = by_person(team.wait(FIVE_MINUTES))
    assert letters["cat"].subject == "You stand in for Ben Archer until 12 January 2027 (Spring)"
    assert letters["ben"].subject == "Cat Okafor stands in for you until 12 January 2027 (Spring)"
    assert "https://desk.example/approvals" in letters["cat"].text
    assert "https://desk.example/deputies" in letters["ben"].text
    assert sorted(by_person(team.wait(timedelta(days=1)))) == ["cat"]


def test_whoever_may_say_yes_is_told_that_a_post_waits_but_not_who_applied_it(team: Team) -> None:
    team.ledger.put(planned(ID, gates=("approval", "legal")), person="ben")
    letters = by_person(team.wait(FIVE_MINUTES))
    assert sorted(letters) == ["cat", "leo"]
    assert letters["cat"].subject == "1 post for your yes (Spring)"
    assert f"https://desk.example/deliveries/{ID}" in letters["cat"].text


def test_a_post_for_many_channels_is_one_line_for_its_approvers(team: Team) -> None:
    team.ledger.put(planned(ID), on_partners_channel())
    (letter,) = [one for one in team.wait(FIVE_MINUTES) if one.person == "ben"]
    assert letter.subject == "1 post for your yes (Spring)"
    assert "“Myth” on ico-x, npcc-x, the first of them due" in letter.text


def test_whom_the_schedule_names_looks_after_a_post_in_place_of_who_applied_it(team: Team) -> None:
    entry = {"post": "myth", "at": "2027-01-12 08:30", "send_to": ["ico-x"], "owner": "leo"}
    plain = team.ledger.schedule.model_dump(mode="json", by_alias=True)
    team.ledger.schedule = Schedule.model_validate({**plain, "schedule": [entry]})
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID)
    assert list(by_person(team.wait(FIVE_MINUTES))) == ["leo"]


def test_where_its_owner_cannot_be_reached_approvers_are_told(team: Team) -> None:
    team.ledger.put(planned(ID, gates=()), person="dee")
    team.gone = frozenset({"cat"})
    team.fails(ID)
    assert list(by_person(team.wait(FIVE_MINUTES))) == ["ben"]


def test_where_nobody_can_be_reached_that_is_written_down_and_asked_once(team: Team) -> None:
    team.gone = frozenset({"ama", "ben", "cat", "leo", "rea"})
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID)
    assert team.ring().unheard == 1
    assert team.ring().unheard == 0
    (told,) = told_of(team.ledger.connection, ID)
    assert (told.person, told.outcome) == ("", "nobody")


def test_who_sent_a_post_back_and_why_is_told_to_its_author_each_time(team: Team) -> None:
    team.ledger.put(planned(ID))
    team.wait(FIVE_MINUTES)
    change = team.ledger.change("ben", "the second sentence is wrong")
    reject(team.ledger.connection, ID, change, team.ledger.roles)
    (letter,) = team.wait(FIVE_MINUTES)
    assert (letter.person, letter.subject) == ("ama", "1 post sent back (Spring)")
    assert "sent back by ben: the second sentence is wrong" in letter.text
    approve(team.ledger.connection, ID, team.ledger.change("cat"), team.ledger.roles)
    reject(team.ledger.connection, ID, team.ledger.change("ben", "still wrong"), team.ledger.roles)
    (letter,) = team.wait(FIVE_MINUTES)
    assert "still wrong" in letter.text


def test_a_partners_no_and_its_wish_are_told_to_the_owner_of_the_post(team: Team) -> None:
    team.ledger.put(on_partners_channel())
    approve(team.ledger.connection, PARTNERS, team.ledger.change("ben"), team.ledger.roles)
    team.wait(FIVE_MINUTES)
    wish = team.ledger.change("noor@npcc.example", "say “officers”")
    ask_for_change(team.ledger.connection, PARTNERS, wish, "npcc")
    (letter,) = team.wait(FIVE_MINUTES)
    assert (letter.person, letter.subject) == ("ama", "1 answer of a partner (Spring)")
    assert "noor@npcc.example asks for a change: say “officers”" in letter.text
    no = team.ledger.change("noor@npcc.example", "not in this month")
    decline(team.ledger.connection, PARTNERS, no, "npcc")
    (letter,) = team.wait(FIVE_MINUTES)
    assert "npcc says no: not in this month" in letter.text


def test_what_is_over_before_the_letter_is_told_to_nobody(team: Team) -> None:
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID, "unknown")
    team.wait(timedelta(minutes=3))
    team.ledger.force("published")
    assert team.wait(AN_HOUR) == []
    assert {row.outcome for row in told_of(team.ledger.connection, ID)} == {"over"}


def test_fifty_refusals_at_once_are_one_letter_with_fifty_lines(team: Team) -> None:
    team.ledger.put(*posts(50))
    for one in posts(50):
        team.fails(one.id)
    (letter,) = team.wait(timedelta(hours=3))
    assert letter.subject == "50 posts refused (Spring)"
    assert letter.text.count("\n- “Post ") == 50
    assert letter.html.count("<li>") == 50


def test_fifty_refusals_in_a_night_are_a_letter_an_hour_and_each_is_told_once(team: Team) -> None:
    team.ledger.put(*posts(50))
    for one in posts(50):
        team.fails(one.id)
        team.now += timedelta(minutes=10)
        team.ring()
    assert len(team.sent) == 9
    team.wait(AN_HOUR)
    told = "".join(one.text for one in team.sent)
    assert [told.count(f"- “Post {one:02}”") for one in range(50)] == [1] * 50


def test_a_night_without_a_mail_server_is_one_letter_in_the_morning(team: Team) -> None:
    team.sends = False
    team.ledger.put(*posts(50))
    for one in posts(50):
        team.fails(one.id)
        team.now += timedelta(minutes=10)
        team.ring()
    team.sends = True
    (letter,) = team.wait(timedelta(minutes=1))
    assert letter.text.count("\n- “Post ") == 50
    assert team.wait(timedelta(hours=2)) == []


def test_no_letter_repeats_what_may_quote_a_post_under_embargo(team: Team) -> None:
    team.ledger.put(planned(ID, "The new rule begins on Friday.", gates=()))
    save_embargoes(team.ledger.connection, {"myth": NOW + timedelta(days=1)})
    team.fails(ID, note="duplicate of “The new rule begins on Friday.”")
    (letter,) = team.wait(FIVE_MINUTES)
    assert "Friday" not in letter.text + letter.html + letter.subject
    assert "It is under embargo: what was said is on its page" in letter.text


def test_without_a_public_address_a_letter_has_the_command_to_type(team: Team) -> None:
    team.public_url = ""
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID, "unknown")
    (letter,) = team.wait(FIVE_MINUTES)
    for whole in (letter.text, letter.html):
        assert f"campaign settle {ID} --published URL" in whole
        assert "http" not in whole


def test_a_second_process_that_rings_in_the_same_second_writes_nothing(team: Team) -> None:
    team.ledger.put(planned(ID, gates=()))
    team.fails(ID)
    team.ring()
    team.now += timedelta(minutes=2)
    assert len(team.ring().letters) == 1
    assert team.ring().letters == ()
    rows = team.ledger.connection.execute(select(NOTICE)).all()
    assert [(row.person, row.outcome) for row in rows] == [("ama", "told")]
