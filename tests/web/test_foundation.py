import logging
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from campaign.access import visits
from campaign.decisions.stops import stop
from campaign.store.deliveries import Change
from campaign.web import visitors
from campaign.web.app import ROUTERS
from campaign.web.headers import HEADERS
from campaign.web.visitors import COOKIE
from tests.web.people import ROLES, Browser, WebOffice, token_in


def every_route() -> list[APIRoute]:
    return [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]


def asked_right(route: APIRoute) -> set[object]:
    calls = [one.call for one in route.dependant.dependencies]
    return {one for one in calls if one is visitors.anyone or visitors.action_of(one)}


def test_every_page_says_who_may_see_it() -> None:
    routes = every_route()
    assert len(routes) >= 6
    assert [one.path for one in routes if not asked_right(one)] == []


def test_every_changing_page_reads_a_form_with_a_token() -> None:
    changing = [one for one in every_route() if (one.methods or set()) - {"GET", "HEAD"}]
    # A partner's link holds a secret in its address, and its browser no cookie of ours.
    wanted = {
        one.path: "posted_by_link" if one.path.startswith(("/partner/", "/outside/")) else "posted"
        for one in changing
    }
    without = [
        one.path
        for one in changing
        if wanted[one.path]
        not in {getattr(call.call, "__name__", "") for call in one.dependant.dependencies}
    ]
    assert without == []


@pytest.mark.parametrize(
    "address", ["/", "/sign-in", "/you", "/no-such-page", "/static/x/desk.css"]
)
def test_every_answer_has_the_headers(office: WebOffice, address: str) -> None:
    headers = office.browser("ben").get(address).headers
    assert headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert "Server" not in headers


def test_no_page_holds_script_or_style_of_its_own(office: WebOffice) -> None:
    page = office.browser("ben").get("/you").text
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert " onclick=" not in page


def test_a_file_may_be_kept_for_a_year_and_its_address_changes_with_its_content(
    office: WebOffice,
) -> None:
    browser = office.browser()
    address = browser.get("/sign-in").text.partition('rel="stylesheet" href="')[2].split('"')[0]
    assert browser.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    old = browser.get("/static/0000/desk.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")
    assert browser.get("/static/0000/../../app.py").status_code == 404


def test_pages_are_sent_compressed(office: WebOffice) -> None:
    assert office.browser("ben").get("/you").headers["Content-Encoding"] == "gzip"


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(office: WebOffice) -> None:
    answer = office.browser().get("/you?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?to=%2Fyou%3Fa%3D1")


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
def test_nobody_is_led_to_another_site(office: WebOffice, to: str) -> None:
    answer = office.browser("ben").get("/sign-in", params={"to": to})
    assert answer.headers["Location"] == "/"


def test_a_form_without_its_token_changes_nothing_and_keeps_what_was_typed(
    office: WebOffice,
) -> None:
    browser = office.browser("ben")
    answer = browser.post("/you/sign-out-everywhere", data={"why": "A <b>long</b> text"})
    assert answer.status_code == 403
    assert "A &lt;b&gt;long&lt;/b&gt; text" in answer.text
    assert browser.get("/you").status_code == 200


def test_another_browsers_token_is_none(office: WebOffice) -> None:
    stolen = office.browser("cat").token()
    browser = office.browser("ben")
    answer = browser.post("/you/sign-out-everywhere", data={"form_token": stolen})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
def test_another_sites_page_changes_nothing_even_with_a_token(
    office: WebOffice, headers: dict[str, str]
) -> None:
    browser = office.browser("ben")
    fields = {"form_token": browser.token()}
    del browser.headers["Sec-Fetch-Site"]
    answer = browser.post("/you/sign-out-everywhere", data=fields, headers=headers)
    assert answer.status_code == 403
    assert browser.get("/you").status_code == 200


def test_an_older_browser_that_names_our_own_page_is_let_through(office: WebOffice) -> None:
    browser = office.browser("ben")
    fields = {"form_token": browser.token()}
    del browser.headers["Sec-Fetch-Site"]
    own = {"Origin": "https://desk.example"}
    assert browser.post("/sign-out", data=fields, headers=own).status_code == 303


def test_a_sign_in_that_ends_while_somebody_writes_loses_nothing(office: WebOffice) -> None:
    browser = office.browser("ben")
    token = browser.token()
    office.clock.advance(visits.IDLE_FOR)
    typed = {"form_token": token, "why": "Half a page"}
    answer = browser.post("/you/sign-out-everywhere", data=typed)
    assert answer.status_code == 401
    assert "Half a page" in answer.text
    browser.cookies.set(COOKIE, office.cookie_of("ben"))
    again = browser.post("/you/sign-out-everywhere", data=typed)
    assert (again.status_code, "Half a page" in again.text) == (403, True)
    sent = {**typed, "form_token": token_in(again.text.partition("<main")[2])}
    assert browser.post("/you/sign-out-everywhere", data=sent).status_code == 303


def test_a_sign_in_ends_when_idle_and_at_its_end_however_busy(office: WebOffice) -> None:
    browser = office.browser("ben")
    for _ in range(7):
        office.clock.advance(timedelta(minutes=100))
        assert browser.get("/you").status_code == 200
    office.clock.advance(timedelta(minutes=21))
    assert browser.get("/you").status_code == 303


def test_signing_out_everywhere_ends_every_browser(office: WebOffice) -> None:
    here, there, other = office.browser("ben"), office.browser("ben"), office.browser("cat")
    assert here.submit("/you/sign-out-everywhere").status_code == 303
    assert [one.get("/you").status_code for one in (here, there, other)] == [303, 303, 200]


def test_a_forged_cookie_is_nobody(office: WebOffice) -> None:
    browser = office.browser("ben")
    held = browser.cookies[COOKIE]
    browser.cookies.set(COOKIE, f"x{held[1:]}" if held[0] != "x" else f"y{held[1:]}")
    assert browser.get("/you").status_code == 303


def test_the_browsers_cookie_is_kept_from_scripts_and_other_hosts(office: WebOffice) -> None:
    cookie = office.browser().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-desk=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


def test_a_fault_of_ours_gives_a_reference_and_no_traceback(
    office: WebOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        message = "planted-secret"
        raise RuntimeError(message)

    monkeypatch.setattr("campaign.access.visits.visits_of", broken)
    with caplog.at_level(logging.ERROR):
        answer = office.browser("ben").get("/you")
    assert answer.status_code == 500
    assert "planted-secret" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.text.partition("the reference ")[2][:8]
    assert reference in caplog.text
    assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


def test_a_form_that_is_too_large_is_turned_away(office: WebOffice) -> None:
    answer = office.browser("ben").submit("/sign-out", text="x" * 2_000_000)
    assert answer.status_code == 413


def test_a_stop_is_told_on_every_page(office: WebOffice) -> None:
    browser = office.browser("ben")
    assert "Stopped:" not in browser.get("/you").text
    with office.desk.store.write() as connection:
        change = Change(who="ama", at=office.clock.now(), why="a wrong link")
        stop(connection, "network", "x", change)
    page = browser.get("/you").text
    assert "Stopped: network X." in page
    assert "a wrong link (Ama Mensah, " in page


@pytest.mark.parametrize("role", [one for one in ROLES if one != "nobody"])
def test_everybody_finds_a_start(office: WebOffice, role: str) -> None:
    browser: Browser = office.browser(ROLES[role])
    answer = browser.get("/", follow_redirects=True)
    assert answer.status_code == 200
