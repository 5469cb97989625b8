from datetime import timedelta

import pytest

from campaign.store.barriers import active_stops
from tests.campaign.office import DUE
from tests.web.people import Browser, WebOffice
from tests.web.reading import form_to

X, MASTODON = "law-helps/ico-x/1", "law-helps/ico-mastodon/1"


def stop(browser: Browser, scope: str = "all", reason: str = "A death") -> int:
    form = form_to(browser.get("/stop").text, "/stop")
    status: int = browser.post("/stop", data=form.filled(scope=scope, reason=reason)).status_code
    return status


def standing(office: WebOffice) -> list[tuple[str, str, str]]:
    with office.desk.store.read() as connection:
        return [(one.scope, one.target, one.stopped_by) for one in active_stops(connection)]


@pytest.fixture
def stopped(office: WebOffice) -> WebOffice:
    """Everything was approved, Ben stopped everything, and its time came."""
    office.approve()
    assert stop(office.browser("ben")) == 303
    office.publish_at(DUE)
    assert set(office.states().values()) == {"held"}
    return office


def test_everybody_of_the_desk_finds_the_stop_on_every_page(office: WebOffice) -> None:
    for person in ("ama", "ben", "lea", "dev"):
        browser = office.browser(person)
        for address in ("/now", "/calendar", "/reports", f"/deliveries/{X}", "/you"):
            page = browser.get(address).text
            assert '<a class="desk-header__stop" href="/stop">Stop</a>' in page, (person, address)


def test_nobody_else_stops_anything(office: WebOffice) -> None:
    for person in ("frank", "elin"):
        browser = office.browser(person)
        assert "desk-header__stop" not in browser.get("/you").text, person
        assert browser.submit("/stop", scope="all", reason="x").status_code == 403, person
    assert standing(office) == []


def test_no_call_leaves_after_the_page_has_answered(office: WebOffice) -> None:
    office.approve()
    office.publish_one(X)  # a worker is signed in and has looked at the stops a moment ago
    assert stop(office.browser("dev"), "network:x") == 303
    office.clock.move_to(DUE)
    office.publish()
    assert office.texts("x") == []
    assert (office.state(X), office.state(MASTODON)) == ("held", "published")


def test_a_stop_is_for_all_or_a_part(office: WebOffice) -> None:
    browser = office.browser("ben")
    for scope in ("all", "network:x", "partner:npcc", "channel:ico-bluesky", "theme:myth"):
        assert stop(browser, scope) == 303, scope
    assert standing(office) == [
        ("all", "", "ben"),
        ("network", "x", "ben"),
        ("partner", "npcc", "ben"),
        ("channel", "ico-bluesky", "ben"),
        ("theme", "myth", "ben"),
    ]


def test_a_stop_needs_a_reason_and_something_to_stop(office: WebOffice) -> None:
    browser = office.browser("ben")
    assert stop(browser, reason="  ") == 422
    for scope in ("", "network:nothing", "all:x", "theme:x", "evil:1", "delivery:" + X):
        assert stop(browser, scope) == 422, scope
    assert standing(office) == []


def test_whoever_threw_it_sees_what_it_held_and_cannot_lift_it(stopped: WebOffice) -> None:
    browser = stopped.browser("ben")
    page = browser.get("/stop").text
    assert "What was held (3)" in page
    assert "Another person has to lift it" in page
    answer = browser.submit("/stop/lift", lifted="all:", read="yes", why="x", fingerprint="x")
    assert answer.status_code == 422
    assert standing(stopped) == [("all", "", "ben")]


def test_a_second_person_lifts_it_after_reading_the_list_and_nothing_is_sent(
    stopped: WebOffice,
) -> None:
    browser = stopped.browser("cat")
    form = form_to(browser.get("/stop").text, "/stop/lift")
    unread = browser.post("/stop/lift", data=form.filled(why="It is over"))
    assert unread.status_code == 422
    assert "Say that you have read what was held" in unread.text
    assert "It is over" in unread.text
    answer = browser.post("/stop/lift", data=form.filled(why="It is over", read="yes"))
    assert answer.status_code == 303
    assert standing(stopped) == []
    stopped.publish()
    assert set(stopped.states().values()) == {"held"}
    assert "3 on hold: decide on each under Now." in browser.get("/stop").text


def test_a_list_that_grew_while_it_was_read_is_read_again(stopped: WebOffice) -> None:
    browser = stopped.browser("cat")
    form = form_to(browser.get("/stop").text, "/stop/lift")
    sent = form.filled(why="Over", read="yes")
    other = stopped.browser("ama")
    one = form_to(other.get(f"/decide/{X}").text, f"/decide/{X}")
    assert other.post(one.action, data=one.filled(do="drop")).status_code == 303
    answer = browser.post("/stop/lift", data=sent)
    assert answer.status_code == 422
    assert "has changed since you read the list" in answer.text
    assert len(standing(stopped)) == 1
    again = form_to(answer.text, "/stop/lift").filled(why="Over", read="yes")
    assert browser.post("/stop/lift", data=again).status_code == 303


def test_a_stop_that_somebody_else_has_lifted_is_said_to_be_gone(stopped: WebOffice) -> None:
    browser = stopped.browser("cat")
    form = form_to(browser.get("/stop").text, "/stop/lift").filled(why="Over", read="yes")
    assert browser.post("/stop/lift", data=form).status_code == 303
    stopped.clock.advance(timedelta(minutes=1))
    answer = browser.post("/stop/lift", data=form)
    assert answer.status_code == 422
    assert "no such stop is on" in answer.text.lower()
