from sqlalchemy import update

from campaign.mailing.outbox import letters_of, write_letters
from campaign.models_reports import Letter
from campaign.notices.choices import unwanted_by
from campaign.store.tables import LETTER
from tests.web.people import WebOffice
from tests.web.reading import forms_to


def put(office: WebOffice, state: str = "unknown") -> None:
    letter = Letter(
        id="notice/ama/1",
        purpose="notice",
        person="ama",
        address="ama@ico.example",
        subject="1 post refused",
        text="…",
        state=state,
        attempt=3,
        note="it may have arrived: the line was cut",
        created_at=office.clock.now(),
    )
    with office.desk.store.write() as connection:
        write_letters(connection, [letter])


def state(office: WebOffice) -> str:
    with office.desk.store.read() as connection:
        return letters_of(connection, "notice/")[0].state


def test_somebody_with_an_address_chooses_letters_and_sees_the_choice_again(
    office: WebOffice,
) -> None:
    browser = office.browser("ama")
    assert browser.get("/you").text.count('name="wanted"') == 7
    answer = browser.submit("/you/letters", wanted=["approval", "digest", "nonsense"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/you")
    with office.desk.store.read() as connection:
        off = unwanted_by(connection, "ama")
    assert off == {"missed", "partner", "refused", "sent-back", "unknown"}
    page = browser.get("/you").text
    assert page.count(" checked") == 2
    assert "always comes" in page


def test_somebody_without_an_address_is_offered_none(office: WebOffice) -> None:
    assert 'name="wanted"' not in office.browser("ben").get("/you").text


def test_a_letter_that_did_not_get_there_stands_on_now_and_is_sent_again_once(
    office: WebOffice,
) -> None:
    put(office)
    browser = office.browser("ben")
    page = browser.get("/now").text
    assert "Letters that did not get there (1)" in page
    assert "nobody knows whether it arrived (it may have arrived: the line was cut)" in page
    (form,) = forms_to(page, "/letters/settle")
    assert browser.post(form.action, data=form.filled(do="again")).status_code == 303
    assert state(office) == "planned"
    assert browser.post(form.action, data=form.filled(do="arrived")).status_code == 409
    assert state(office) == "planned"


def test_a_tap_on_an_old_page_does_not_send_what_was_tried_again_since(office: WebOffice) -> None:
    put(office)
    browser = office.browser("ben")
    (form,) = forms_to(browser.get("/now").text, "/letters/settle")
    with office.desk.store.write() as connection:
        connection.execute(update(LETTER).values(attempt=4))
    assert browser.post(form.action, data=form.filled(do="again")).status_code == 409
    assert state(office) == "unknown"


def test_a_letter_that_is_tried_again_asks_nobody(office: WebOffice) -> None:
    put(office, "planned")
    page = office.browser("ben").get("/now").text
    assert "tried in vain, and tried again" in page
    assert "/letters/settle" not in page
