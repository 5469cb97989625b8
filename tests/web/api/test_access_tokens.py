from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign.access.leaving import in_hand
from campaign.access.scopes import Scope
from campaign.access.throttle import MOST_BY_ADDRESS, WITHIN
from campaign.access.tokens import MOST, TokenError, Wish, make_token
from campaign.cli.place import Place
from campaign.store.deliveries import Change
from campaign.store.tables import ACCESS_TOKEN, DEED
from campaign.web.api.pace import MOST_AT_ONCE, Pace
from tests.campaign.cli.shell import Shell
from tests.campaign.office import MONDAY
from tests.web.api.programs import Program, X, program, token_for
from tests.web.people import WebOffice


def deeds(office: WebOffice) -> list[tuple[str, str, str]]:
    with office.desk.store.read() as connection:
        return [(one.who, one.what, one.about) for one in connection.execute(select(DEED))]


def test_a_token_is_made_on_ones_own_page_shown_once_and_used(office: WebOffice) -> None:
    browser = office.browser("ama")
    page = browser.submit("/you/tokens", name="The dashboard", scopes=["read"], days="90")
    token = page.text.partition('desk-token">')[2].partition("<")[0]
    assert Program(office.app, token).get("/me").json() == {
        "person": "ama",
        "name": "Ama Mensah",
        "roles": ["author"],
        "partner": None,
        "token": "The dashboard",
        "scopes": ["read"],
        "until": "2027-04-11T07:00:00Z",
    }
    again = browser.get("/you/tokens").text
    assert "The dashboard" in again
    assert token not in again
    assert "last used" in again
    assert ("ama", "made token", "ama: The dashboard") in deeds(office)


def test_the_database_holds_no_token(office: WebOffice) -> None:
    _, _, secret = token_for(office, "ben").split("_", 2)
    with office.desk.store.read() as connection:
        (row,) = connection.execute(select(ACCESS_TOKEN)).all()
    assert secret not in repr(row)
    assert len(row.secret_hash) == 64


def test_a_page_offers_only_what_its_person_may_do(office: WebOffice) -> None:
    page = office.browser("frank").get("/you/tokens").text
    assert 'value="reports"' in page
    assert 'value="approve"' not in page
    refused = office.browser("frank").submit("/you/tokens", name="x", scopes=["stop"], days="30")
    assert refused.status_code == 422
    assert "no use" in office.browser("elin").get("/you/tokens").text


def test_a_wish_that_cannot_be_granted_is_told_why(office: WebOffice) -> None:
    change = Change(who="ben", at=MONDAY, why="")
    fine = Wish(person="ben", name="x", scopes=[Scope.READ], days=30)
    for wish in (
        replace(fine, name=" "),
        replace(fine, name="x" * 61),
        replace(fine, scopes=()),
        replace(fine, days=0),
        replace(fine, days=367),
    ):
        with office.desk.store.write() as connection, pytest.raises(TokenError):
            make_token(connection, wish, change)


def test_nobody_has_more_tokens_than_they_can_look_after(office: WebOffice) -> None:
    for _ in range(MOST):
        token_for(office, "ben")
    with pytest.raises(TokenError, match="revoke one first"):
        token_for(office, "ben")


def test_a_token_ends_at_its_day(office: WebOffice) -> None:
    asking = Program(office.app, token_for(office, "ben", days=1))
    office.clock.advance(timedelta(days=1) - timedelta(seconds=1))
    assert asking.get("/me").status_code == 200
    office.clock.advance(timedelta(seconds=1))
    answer = asking.get("/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "ended at 2027-01-12 07:00 UTC" in answer.json()["detail"]


def test_revoking_ends_one_token_from_the_next_call_on(office: WebOffice) -> None:
    kept, lost = program(office, "ben"), program(office, "ben")
    address = f"/you/tokens/{lost.token.split('_')[1]}/revoke"
    assert office.browser("cat").submit(address).status_code == 404
    assert lost.get("/me").status_code == 200
    assert office.browser("ben").submit(address).status_code == 303
    assert [one.get("/me").status_code for one in (kept, lost)] == [200, 401]
    assert ("ben", "revoked token", "ben: A test") in deeds(office)


def test_signing_out_everywhere_revokes_every_token(office: WebOffice) -> None:
    mine, other = program(office, "ben"), program(office, "cat")
    office.browser("ben").submit("/you/sign-out-everywhere")
    assert [one.get("/me").status_code for one in (mine, other)] == [401, 200]


def test_leaving_lists_the_programs_and_ends_them(office: WebOffice) -> None:
    asking = program(office, "ben")
    with office.desk.store.read() as connection:
        assert in_hand(connection, "ben", office.clock.now().date()).tokens == ("A test",)
    admin = office.browser("dev")
    assert "A test" in admin.get("/people/ben").text
    assert admin.submit("/people/ben/left").status_code == 303
    assert asking.get("/me").status_code == 401
    assert ("dev", "revoked token", "ben: A test") in deeds(office)
    assert admin.submit("/people/ben/back").status_code == 303
    assert asking.get("/me").status_code == 401


def test_a_token_that_is_not_whole_opens_nothing(office: WebOffice) -> None:
    token = token_for(office, "ben")
    other = "x" if token[-1] != "x" else "y"
    for wrong in (token[:-1], token[:-1] + other, "desk_", "desk__", "x", "", token[5:]):
        assert Program(office.app, wrong).get("/me").status_code == 401, wrong


def test_whoever_guesses_is_slowed_down_and_keeps_nobody_from_the_pages(office: WebOffice) -> None:
    wrong, right = Program(office.app, "desk_00_00"), program(office, "ben")
    found = [wrong.get("/me").status_code for _ in range(MOST_BY_ADDRESS + 1)]
    assert found == [401] * MOST_BY_ADDRESS + [429]
    answer = right.get("/me")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    typed = {"name": "ben", "password": "not this one"}
    assert office.browser().submit("/sign-in", **typed).status_code == 422
    office.clock.advance(WITHIN)
    assert right.get("/me").status_code == 200


def test_a_token_that_asks_too_often_is_told_when_again(office: WebOffice) -> None:
    asking, other = program(office, "ben"), program(office, "ben")
    office.app.state.api.state.pace = Pace(most=3)
    assert [asking.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = asking.get("/me")
    assert (answer.headers["Retry-After"], answer.json()["type"]) == ("20", "/api#too-often")
    assert other.get("/me").status_code == 200
    office.clock.advance(timedelta(seconds=20))
    assert [asking.get("/me").status_code for _ in range(2)] == [200, 429]


def test_a_bucket_fills_up_and_does_not_flow_over() -> None:
    pace = Pace()
    assert [pace.wait_s("a", MONDAY) for _ in range(MOST_AT_ONCE)] == [0] * MOST_AT_ONCE
    assert pace.wait_s("a", MONDAY) == 1
    later = MONDAY + timedelta(hours=1)
    assert sum(pace.wait_s("a", later) == 0 for _ in range(2 * MOST_AT_ONCE)) == MOST_AT_ONCE


def test_tokens_are_made_listed_and_revoked_by_command(office: WebOffice) -> None:
    place = Place(folder=office.folder, clock=office.clock, environment=office.environment)
    shell = Shell(place)
    made = shell("person", "token", "ama", "--for", "A script", "--scopes", "read,decide",
                 "--as", "dev")  # fmt: skip
    assert Program(office.app, made.out.strip()).get("/me").json()["scopes"] == ["read", "decide"]
    (listed,) = shell("person", "tokens", "ama", "--json").json()["tokens"]
    assert (listed["name"], listed["made_by"], listed["used_at"]) == (
        "A script",
        "dev",
        "2027-01-11T07:00:00Z",
    )
    assert shell("person", "token", "frank", "--for", "x", "--scopes", "stop").code == 2
    assert shell("person", "revoke-token", "ama", "nothing").code == 1
    assert shell("person", "revoke-token", "ama", listed["id"]).code == 0
    assert Program(office.app, made.out.strip()).get("/me").status_code == 401


def test_whoever_is_not_let_in_is_told_what_is_wanted(office: WebOffice) -> None:
    nobody, wrong = Program(office.app, ""), Program(office.app, "desk_0_0")
    assert "Authorization: Bearer desk_" in nobody.get("/me").json()["detail"]
    assert "is not known" in wrong.get("/me").json()["detail"]
    reads = program(office, "ama", Scope.READ)
    refused = reads.get("/posts/law-helps/entries/law-helps/taking-out").json()
    assert refused["detail"] == "This token is for read; this wants the scope write."


def test_an_id_keeps_its_case_at_the_head_of_a_sentence(office: WebOffice) -> None:
    answer = program(office, "ben").write(f"/deliveries/{X}/drop", {}, tag='"old"')
    assert answer.json()["detail"].startswith("law-helps/ico-x/1 has changed")
    nowhere = program(office, "ben").get("/posts/law-helps/entries/no/taking-out")
    assert nowhere.json()["detail"].startswith("There is no entry")
