"""Signing in with an account of the organisation, against a server that is certified for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaign.access.leaving import leave
from campaign.organisation_settings import OrganisationSettings
from campaign.public_settings import Public
from tests.sign_in.person import DESK, signed_in_at
from tests.web.people import Browser, WebOffice, open_web_office

REGISTERED = {"client_id": "desk", "client_secret": "a-secret-of-the-desk"}


@pytest.fixture
def office(tmp_path: Path, issuer: str) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        opened.desk.clock = _Today()
        opened.desk.settings = replace(
            opened.desk.settings,
            public=Public(url=DESK),
            organisation=OrganisationSettings(issuer=issuer, **REGISTERED),
        )
        yield opened


class _Today:
    """The machine's clock, by which the server's tokens are made."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def sent_back(browser: Browser, name: str, to: str = "/you") -> str:
    """Begin, sign in at the organisation, and return where that leads, without our address."""
    there = browser.get("/sign-in/organisation", params={"to": to}).headers["Location"]
    return signed_in_at(there, name).removeprefix(DESK)


def test_somebody_whom_the_schedule_names_is_let_in(office: WebOffice) -> None:
    browser = office.browser()
    assert "Sign in with your organisation" in browser.get("/sign-in").text
    answer = browser.get(sent_back(browser, "ama"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/you")
    page = browser.get("/you").text
    assert "Ama Mensah" in page
    assert "with your organisation" in page


def test_an_account_that_nobody_of_the_schedule_has_is_told_so(office: WebOffice) -> None:
    browser = office.browser()
    answer = browser.get(sent_back(browser, "zoe"))
    assert answer.status_code == 403
    assert "nobody with the e-mail address zoe@ico.example" in answer.text


def test_an_address_that_is_not_verified_lets_nobody_in(office: WebOffice) -> None:
    browser = office.browser()
    answer = browser.get(sent_back(browser, "unverified-ama"))
    assert answer.status_code == 403
    assert "has not verified" in answer.text


def test_another_browser_cannot_end_a_sign_in_and_no_answer_counts_twice(
    office: WebOffice,
) -> None:
    browser = office.browser()
    back = sent_back(browser, "ama")
    assert office.browser().get(back).status_code == 403
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403


def test_an_answer_to_another_sign_in_is_refused(office: WebOffice) -> None:
    browser, other = office.browser(), office.browser()
    back = sent_back(browser, "ama")
    other.get("/sign-in/organisation")
    assert other.get(back).status_code == 403


def test_a_token_for_another_program_is_refused(office: WebOffice) -> None:
    browser = office.browser()
    back = sent_back(browser, "ama")
    organisation = office.desk.settings.organisation
    assert organisation is not None
    changed = replace(organisation, client_secret="another")
    office.desk.settings = replace(office.desk.settings, organisation=changed)
    assert browser.get(back).status_code == 403


def test_a_leaver_is_not_let_in_by_an_account_either(office: WebOffice) -> None:
    browser = office.browser()
    assert browser.get(sent_back(browser, "ama")).status_code == 303
    with office.desk.store.write() as connection:
        leave(connection, "ama", "dev", office.desk.clock.now())
    again = office.browser()
    answer = again.get(sent_back(again, "ama"))
    assert answer.status_code == 403
    assert "You have left" in answer.text
