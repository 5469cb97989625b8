from datetime import timedelta

import pytest
from sqlalchemy import select, update

from campaign.outward.events import Announcer, announce
from campaign.outward.subscribers import disable
from campaign.store.tables import OUTWARD_MESSAGE
from tests.campaign.office import DUE
from tests.web.people import WebOffice


@pytest.fixture
def told(office: WebOffice) -> WebOffice:
    """The schedule names a subscriber, and three posts are live."""
    file = office.folder / "schedule.yaml"
    names = "subscribers:\n  intranet: {url: 'https://intranet.example/told'}\nslots:"
    text = file.read_text(encoding="utf-8").replace("slots:", names)
    file.write_text(text, encoding="utf-8")
    office.clock.advance(timedelta(seconds=1))
    office.apply()
    office.approve()
    return office


def written(office: WebOffice) -> list[tuple[str, str]]:
    with office.desk.store.read() as connection:
        rows = connection.execute(select(OUTWARD_MESSAGE).order_by(OUTWARD_MESSAGE.c.about))
        return [(one.id, one.state) for one in rows]


def test_a_secret_is_made_shown_once_and_messages_are_sent_again(told: WebOffice) -> None:
    browser = told.browser("dev")
    assert "it has no secret yet" in browser.get("/subscribers").text
    page = browser.submit("/subscribers/intranet/secret").text
    secret = page.partition('desk-token">')[2].partition("<")[0]
    assert secret.startswith("whsec_")
    assert secret not in browser.get("/subscribers/intranet").text
    told.publish_at(DUE)
    schedule = told.schedule()
    with told.desk.store.write() as connection:
        announcer = Announcer(subscribers=schedule.subscribers, pages_url="")
        assert announce(connection, announcer, told.clock.now()) == 3
        connection.execute(update(OUTWARD_MESSAGE).values(state="given-up", tries=10))
    first = written(told)[0][0]
    browser = told.browser("dev")  # a day has passed: signed in again
    assert first in browser.get("/subscribers/intranet").text
    assert browser.submit("/subscribers/intranet/replay", message=[first]).status_code == 303
    assert [state for _, state in written(told)] == ["waiting", "given-up", "given-up"]
    browser.submit("/subscribers/intranet/replay")
    assert {state for _, state in written(told)} == {"waiting"}


def test_a_disabled_one_is_told_again_on_a_persons_word(told: WebOffice) -> None:
    browser = told.browser("dev")
    browser.submit("/subscribers/intranet/secret")
    with told.desk.store.write() as connection:
        disable(connection, "intranet", "answered 410", told.clock.now())
    assert "answered 410" in browser.get("/subscribers/intranet").text
    browser.submit("/subscribers/intranet/enable")
    assert "All is well" in browser.get("/subscribers").text


def test_only_an_admin_looks_after_subscribers(told: WebOffice) -> None:
    for person in ("ama", "ben", "lea", "frank", "elin"):
        browser = told.browser(person)
        assert browser.get("/subscribers").status_code == 403, person
        assert browser.submit("/subscribers/intranet/secret").status_code == 403, person
    assert told.browser("dev").get("/subscribers/nobody").status_code == 404
