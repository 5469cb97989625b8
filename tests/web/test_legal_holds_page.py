"""Legal holds on a page: placed for a matter, seen with their reasons, lifted with another."""

import pytest

from campaign.records.holds import all_holds
from tests.web.people import WebOffice

CLAIM = {"matter": "Claim 2027/14", "covers": "partner:npcc", "reason": "Letter before claim"}


def stored(office: WebOffice) -> list[tuple[str, str, str, str, str | None]]:
    with office.desk.store.read() as connection:
        return [
            (one.matter, one.scope, one.target, one.placed_by, one.lifted_by)
            for one in all_holds(connection)
        ]


def test_an_admin_places_a_hold_reads_it_and_lifts_it(office: WebOffice) -> None:
    browser = office.browser("dev")
    answer = browser.submit("/legal-holds", **CLAIM, ends="2027-03-01", **{"from": "2027-01-11"})
    assert answer.status_code == 303
    page = browser.get("/legal-holds").text
    for words in ("Claim 2027/14", "Dev Sharma", "Letter before claim", "from 2027-01-11"):
        assert words in page
    assert browser.submit("/legal-holds/lift", hold="1", why="").status_code == 422
    assert stored(office) == [("Claim 2027/14", "partner", "npcc", "dev", None)]
    assert browser.submit("/legal-holds/lift", hold="1", why="Settled").status_code == 303
    assert stored(office) == [("Claim 2027/14", "partner", "npcc", "dev", "dev")]
    assert browser.submit("/legal-holds/lift", hold="1", why="Settled").status_code == 422
    assert "Holds that are over" in browser.get("/legal-holds").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"matter": " "}, "Write what it is for"),
        ({"reason": ""}, "Write why"),
        ({"covers": "partner:nobody"}, "The record knows no partner “nobody”"),
        ({"covers": "evil:x"}, "Name one post"),
        ({"from": "2027-02-30"}, "is no day"),
        ({"from": "2027-02-02", "until": "2027-02-01"}, "The last day is before the first"),
        ({"ends": "2020-01-01"}, "The hold would have ended already"),
    ],
)
def test_what_cannot_be_held_is_said_and_what_was_typed_stays(
    office: WebOffice, wrong: dict[str, str], says: str
) -> None:
    answer = office.browser("dev").submit("/legal-holds", **{**CLAIM, **wrong})
    assert (answer.status_code, says in answer.text) == (422, True)
    assert "Letter before claim" in answer.text or "reason" in wrong
    assert stored(office) == []


def test_nobody_but_an_admin_sees_or_places_one(office: WebOffice) -> None:
    for person in ("ama", "ben", "lea", "frank", "elin"):
        browser = office.browser(person)
        assert browser.get("/legal-holds").status_code == 403, person
        assert browser.submit("/legal-holds", **CLAIM).status_code == 403, person
        assert browser.submit("/legal-holds/lift", hold="1", why="x").status_code == 403, person
    assert stored(office) == []
