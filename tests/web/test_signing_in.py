from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pyotp
import pytest
from sqlalchemy import select

from campaign.access.codes import set_secret
from campaign.access.links import make_link
from campaign.access.passwords import set_password
from campaign.store.tables import LETTER
from campaign.web.visitors import COOKIE
from tests.web.people import ROLES, WebOffice, open_web_office

PASSWORD = "umbrella-teapot-lantern"
SECRET = "JBSWY3DPEHPK3PXP" * 2


@pytest.fixture
def ben(office: WebOffice) -> WebOffice:
    """The office, where Ben has a password and an app for codes."""
    with office.desk.store.write() as connection:
        set_password(connection, "ben", PASSWORD, office.clock.now())
        set_secret(connection, "ben", SECRET, office.desk.settings.secret_keys)
    return office


def code_at(office: WebOffice) -> str:
    return pyotp.TOTP(SECRET).at(office.clock.now())


def test_a_password_and_a_code_let_in_and_the_browsers_id_changes(ben: WebOffice) -> None:
    browser = ben.browser()
    browser.token()
    before = browser.cookies[COOKIE]
    fields = {"name": "ben", "password": PASSWORD, "code": code_at(ben)}
    answer = browser.submit("/sign-in?to=/you", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/you")
    assert browser.cookies[COOKIE] != before
    assert "Ben Archer" in browser.get("/you").text


@pytest.mark.parametrize(
    "wrong",
    [{"password": "wrong-wrong-wrong"}, {"code": "000000"}, {"code": ""}, {"name": "nobody"}],
    ids=str,
)
def test_whatever_is_wrong_the_answer_is_the_same(ben: WebOffice, wrong: dict[str, str]) -> None:
    fields = {"name": "ben", "password": PASSWORD, "code": code_at(ben), **wrong}
    answer = ben.browser().submit("/sign-in", **fields)
    assert answer.status_code == 422
    assert "This name, password and code do not belong together" in answer.text
    assert fields["password"] not in answer.text


def test_somebody_whom_the_schedule_no_longer_names_is_not_let_in(office: WebOffice) -> None:
    with office.desk.store.write() as connection:
        set_password(connection, "gone", PASSWORD, office.clock.now())
    answer = office.browser().submit("/sign-in", name="gone", password=PASSWORD)
    assert answer.status_code == 422


def test_tries_are_slowed_down_and_the_right_password_waits_as_well(ben: WebOffice) -> None:
    browser = ben.browser()
    wrong = [browser.submit("/sign-in", name="ben", password="x" * 12) for _ in range(6)]
    assert [one.status_code for one in wrong] == [422] * 5 + [429]
    right = {"name": "ben", "password": PASSWORD, "code": code_at(ben)}
    assert browser.submit("/sign-in", **right).status_code == 429
    ben.clock.advance(timedelta(minutes=15))
    right["code"] = code_at(ben)
    assert browser.submit("/sign-in", **right).status_code == 303


def test_looking_at_a_link_spends_nothing_and_its_button_spends_it(office: WebOffice) -> None:
    with office.desk.store.write() as connection:
        token = make_link(connection, "elin", "dev", office.clock.now())
    browser, address = office.browser(), f"/sign-in/link/{token}"
    seen = [browser.get(address) for _ in range(2)]
    assert [one.status_code for one in seen] == [200, 200]
    assert "Sign in as Elin Price" in seen[0].text
    assert seen[0].headers["Referrer-Policy"] == "no-referrer"
    assert browser.submit(address).status_code == 303
    assert "Elin Price" in browser.get("/you").text
    assert office.browser().submit(address).status_code == 404


def test_a_link_is_sent_to_who_has_no_password_and_the_page_says_the_same_for_all(
    office: WebOffice,
) -> None:
    browser = office.browser()
    pages = [
        browser.submit("/sign-in/link", email=one).text.partition("<main")[2]
        for one in ("ama@ico.example", "nobody@ico.example")
    ]
    assert pages[0] == pages[1]
    with office.desk.store.read() as connection:
        (letter,) = connection.execute(select(LETTER)).all()
    assert (letter.person, letter.address) == ("ama", "ama@ico.example")
    assert "http://127.0.0.1:8480/sign-in/link/" in letter.text


def test_the_link_in_a_letter_is_never_made_of_what_a_browser_says(office: WebOffice) -> None:
    browser = office.browser()
    fields = {"form_token": browser.token(), "email": "ama@ico.example"}
    browser.post("/sign-in/link", data=fields, headers={"Host": "evil.example"})
    with office.desk.store.read() as connection:
        (letter,) = connection.execute(select(LETTER)).all()
    assert "evil.example" not in letter.text


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("path", ["/people", "/people/ben"])
def test_only_an_admin_sees_people(office: WebOffice, role: str, path: str) -> None:
    expected = {"admin": 200, "nobody": 303}.get(role, 403)
    assert office.browser(ROLES[role]).get(path).status_code == expected


def test_a_leaver_is_shown_with_what_they_have_in_hand_and_shut_out_in_one_step(
    office: WebOffice,
) -> None:
    admin, ben = office.browser("dev"), office.browser("ben")
    office.approve("law-helps/ico-x/1", person="ben")
    page = admin.get("/people/ben").text
    assert "law-helps/ico-x/1 (approval)" in page
    assert "law-helps/ico-mastodon/1" not in page
    assert "law-helps/ico-mastodon/1" in admin.get("/people/ama").text
    assert ben.get("/you").status_code == 200
    assert admin.submit("/people/ben/left").status_code == 303
    assert ben.get("/you").status_code == 303
    assert "nothing lets them in" in admin.get("/people/ben").text.lower()


def test_an_admin_does_not_say_of_itself_that_it_left(office: WebOffice) -> None:
    assert office.browser("dev").submit("/people/dev/left").status_code == 409
    assert office.browser("dev").get("/people/nobody").status_code == 404


def test_a_dozen_tries_at_the_same_moment_count_as_a_dozen(
    tmp_path: Path, either_database: str
) -> None:
    with open_web_office(tmp_path, either_database) as office:
        browsers = [office.browser() for _ in range(12)]
        tokens = [one.token() for one in browsers]
        together = Barrier(12)

        def guess(number: int) -> int:
            together.wait(30)
            fields = {"form_token": tokens[number], "name": "ben", "password": f"wrong-{number}"}
            return int(browsers[number].post("/sign-in", data=fields).status_code)

        with ThreadPoolExecutor(12) as people:
            answers = Counter(people.map(guess, range(12)))
    assert answers == {422: 5, 429: 7}
