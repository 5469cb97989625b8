import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from campaign.partner_links.screenshots import waiting
from campaign.store.tables import SCREENSHOT, SNAPSHOT
from tests.campaign.office import DUE
from tests.web.partners import (
    ID,
    SEEN_AT,
    PartnerOffice,
    offer_sighting,
    open_partner_office,
    send_screenshot,
)
from tests.web.reading import form_to, forms_to

HERE = "/from-partners"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PartnerOffice]:
    """The post's time has come; the partner posts it by hand."""
    with open_partner_office(tmp_path) as opened:
        opened.clock.move_to(DUE + timedelta(hours=1))
        yield opened


@pytest.fixture
def pictured(office: PartnerOffice) -> PartnerOffice:
    """The partner has posted, and sent a screenshot of its counts."""
    send_screenshot(office)
    return office


def test_a_post_that_was_found_is_live_once_a_person_says_so(office: PartnerOffice) -> None:
    offer_sighting(office)
    browser = office.browser("ben")
    page = browser.get(HERE).text
    assert SEEN_AT in page
    assert "Nearly the same words." in page
    form = form_to(page, f"{HERE}/found/1")
    assert browser.post(form.action, data=form.filled(say="ours")).headers["Location"] == HERE
    assert (office.state(ID), office.delivery(ID).url) == ("published", SEEN_AT)
    assert office.delivery(ID).evidence == "found"
    assert f"{ID} is live" in browser.get(HERE).text


def test_a_post_that_is_another_is_never_asked_about_again(office: PartnerOffice) -> None:
    offer_sighting(office)
    browser = office.browser("ben")
    form = form_to(browser.get(HERE).text, f"{HERE}/found/1")
    assert browser.post(form.action, data=form.filled(say="another")).status_code == 303
    assert office.state(ID) == "with-partner"
    assert SEEN_AT not in browser.get(HERE).text
    assert browser.post(form.action, data=form.filled(say="ours")).status_code == 409
    assert office.state(ID) == "with-partner"


def test_one_person_opens_a_picture_types_it_off_and_it_is_gone(pictured: PartnerOffice) -> None:
    ben, cat = pictured.browser("ben"), pictured.browser("cat")
    place = f"{HERE}/pictures/1"
    assert ben.get(f"{place}/picture.png").status_code == 409  # nobody has opened it
    form = form_to(ben.get(HERE).text, f"{place}/open")
    assert ben.post(form.action, data=form.filled()).headers["Location"] == place
    shown = ben.get(f"{place}/picture.png")
    assert Image.open(io.BytesIO(shown.content)).size == (40, 30)
    assert shown.headers["Cache-Control"] == "no-store"
    for address in (place, f"{place}/picture.png"):
        assert cat.get(address).status_code == 409
    assert "Ben Archer has opened it" in cat.get(HERE).text

    typing, _ = forms_to(ben.get(place).text, place)
    wrong = ben.post(place, data=typing.filled(do="type", reactions="many", replies="2"))
    assert wrong.status_code == 422
    assert 'value="2"' in wrong.text
    assert counts(pictured) == {}
    done = ben.post(place, data=typing.filled(do="type", reactions="41", replies="2"))
    assert done.headers["Location"] == HERE
    assert f"2 numbers taken in for {ID}; the picture is deleted" in ben.get(HERE).text
    assert counts(pictured) == {"reactions": (41, "screenshot"), "replies": (2, "screenshot")}
    assert left(pictured) is None
    assert ben.get(f"{place}/picture.png").status_code == 409


def test_a_picture_that_shows_no_numbers_is_deleted_without_any(pictured: PartnerOffice) -> None:
    ben = pictured.browser("ben")
    assert ben.submit(f"{HERE}/pictures/1/open").status_code == 303
    assert ben.submit(f"{HERE}/pictures/1", do="refuse").headers["Location"] == HERE
    assert (left(pictured), counts(pictured)) == (None, {})
    with pictured.desk.store.read() as connection:
        assert waiting(connection) == []


@pytest.mark.parametrize("person", ["frank", "elin"])
def test_whoever_may_settle_nothing_sees_none_of_it(pictured: PartnerOffice, person: str) -> None:
    browser = pictured.browser(person)
    for address in (HERE, f"{HERE}/pictures/1", f"{HERE}/pictures/1/picture.png"):
        assert browser.get(address).status_code == 403
    assert browser.submit(f"{HERE}/pictures/1/open").status_code == 403


def counts(office: PartnerOffice) -> dict[str, tuple[int | None, str]]:
    with office.desk.store.read() as connection:
        rows = connection.execute(select(SNAPSHOT).where(SNAPSHOT.c.delivery_id == ID)).all()
    return {one.metric: (one.value, one.source) for one in rows}


def left(office: PartnerOffice) -> bytes | None:
    """Return what is kept of the picture."""
    with office.desk.store.read() as connection:
        found: bytes | None = connection.execute(select(SCREENSHOT.c.content)).scalar_one()
    return found
