"""One table over all pages: who comes in, what every answer says, and what bad input comes to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.web.app import LARGEST_FORM
from campaign.web.direction import closed
from campaign.web.visitors import COOKIE
from tests.web.every_form import BROKEN, BUTTONS, FILLED, GUARDS, NO_GUARD, REASONS, TYPED
from tests.web.every_page import (
    CHUNK,
    Sweeper,
    ask_without_end,
    every_page,
    everything_in,
    fields_by_address,
    fill,
    form_token,
    is_let_in,
    known_parts,
    look_at,
    questions,
    somebody_for,
    words_in,
)
from tests.web.odd import ODD, SUM, OddOffice, open_odd_office
from tests.web.people import ROLES
from tests.web.reading import forms_to

PAGES = every_page()
GETS = [one for one in PAGES if one.method == "GET"]
POSTS = [one for one in PAGES if one.method == "POST"]
NOT_ALLOWED, SEND_AGAIN = "You may not do this", "Your text is still here"
TEXT = f"Half a page\n\nof words: {ODD}"
ABSURD = (
    "..%2F..%2F..%2Fetc%2Fpasswd",
    "9" * 40,
    "x" * 500,
    "%F0%9F%92%A5%3Cscript%3E%2Fico-x%2F2",
)
NOWHERE = (
    *("/%00", "/now%00", "/now%0A", "/now/", "/..%2F..%2Fetc%2Fpasswd"),
    *("/static/..%2F..%2Fapp.py", "/static/%00/%00", f"/{'x' * 9_000}", "/%FF", "/%ED%A0%80"),
    *("/posts/%2e%2e/%2e%2e/etc", "/connect/%00", "/api/v1/%00", "/api/v1/..%2Fnow", "/.env"),
)
ENDS_ACCESS = {
    *("/people/{name}/left", "/you/sign-out-everywhere", "/sign-out", "/sign-in/link/{token}"),
    *("/you/tokens/{token_id}/revoke", "/reports/{name}/release"),
}
"""Pages whose button alone ends what the rest of the table needs, or takes a second."""
TAKE_ANYTHING = {
    "/partner/lost",
    "/partner/stop/{token}",
    "/partner/{token}/accept/{delivery:path}",
}
"""Pages that read nothing of a form but a button."""
ASKED = (*("9" * 40, "-1", "%00", "9999-12-31", "0001-01-01", "x" * 3_000, "%F0%9F%92%A5%FF"),)
"""What a query may hold that nobody has ever typed."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OddOffice]:
    with open_odd_office(Path(tmp_path_factory.mktemp("odd"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(office: OddOffice) -> dict[str, str]:
    return known_parts(office)


@pytest.fixture(scope="module")
def browsers(office: OddOffice) -> Iterator[dict[str | None, Sweeper]]:
    """A browser for everybody, and one of nobody."""
    opened: dict[str | None, Sweeper] = {}
    for name in ROLES.values():
        opened[name] = Sweeper(office.app)
        if name is not None:
            opened[name].cookies.set(COOKIE, office.cookie_of(name))
        opened[name].__enter__()
    yield opened
    for one in opened.values():
        one.__exit__(None, None, None)


def test_every_role_on_every_address(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    asked = [one for one in PAGES if one.action is not None]
    assert len(asked) > 60
    for page in asked:
        address, first = fill(page, known), somebody_for(office, page)
        for role, name in ROLES.items():
            if page.method == "GET" and is_let_in(office, page, role) and name != first:
                continue  # the same right opens it: one of them looks
            answer = browsers[name].request(page.method, address)
            where = (page.method, address, role, answer.status_code)
            if name is None:
                assert answer.status_code == (303 if page.method == "GET" else 401), where
            elif not is_let_in(office, page, role):
                assert (answer.status_code, NOT_ALLOWED in answer.text) == (403, True), where
            elif page.method == "POST":
                # Whoever is let in is turned away by the form's token, so nothing is done.
                assert (answer.status_code, SEND_AGAIN in answer.text) == (403, True), where
            else:
                assert answer.status_code in {200, 404, 409}, where


def test_no_wording_breaks_out_of_any_page(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    shown = 0
    for page in GETS:
        answer = browsers[somebody_for(office, page)].get(fill(page, known))
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        wrong, words = look_at(answer.text)
        assert wrong == [], (page.path, wrong)
        assert not any(SUM in one for one in words), page.path
        assert [one for one in words if closed(one) != one] == [], page.path
        shown += "<odd " in " ".join(words)
    assert shown > 30


def test_every_page_answers_head_with_what_get_says_before_its_body(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    for page in GETS:
        browser, address = browsers[somebody_for(office, page)], fill(page, known)
        head, got = browser.head(address), browser.get(address)
        said = [(one.status_code, one.headers.get("Content-Type")) for one in (head, got)]
        assert (said[0], head.content) == (said[1], b""), (page.path, said)


def test_a_part_of_an_address_that_was_made_up_leads_to_a_page_that_says_so(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    for page in PAGES:
        browser = browsers[somebody_for(office, page)]
        data = {"form_token": form_token(office, browser)} if page.method == "POST" else None
        for part in page.parts:
            for absurd in ABSURD:
                address = fill(page, known, **{part: absurd})
                answer = browser.request(page.method, address, data=data)
                where = (page.path, part, absurd[:40], answer.status_code)
                if page.path == "/partner/stop/{token}" and page.method == "GET":
                    continue  # it says the same whatever is in it: opening it changes nothing
                assert answer.status_code in {404, 405, 409, 422}, where
                assert "<h1" in answer.text, where


def test_an_address_that_is_none_of_ours_is_not_found(
    browsers: dict[str | None, Sweeper],
) -> None:
    for address in NOWHERE:
        answer = browsers["ama"].get(address)
        assert answer.status_code == 404, address
        assert "<h1" in answer.text or answer.json()["type"] == "/api#not-found", address


def test_no_question_behind_an_address_is_a_fault(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    asked = 0
    for page, names in questions():
        address = fill(page, known)
        for name in names:
            for value in ASKED:
                answer = browsers[somebody_for(office, page)].get(f"{address}?{name}={value}")
                where = (page.path, name, value[:40], answer.status_code)
                assert answer.status_code in {200, 303, 404, 409, 422}, where
                asked += 1
    assert asked > 100


def test_a_method_that_a_page_does_not_have_is_refused_with_a_page(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    have = {(one.method, one.path) for one in PAGES}
    for page in PAGES:
        method = "PUT" if ("POST", page.path) in have else "POST"
        answer = browsers[somebody_for(office, page)].request(method, fill(page, known))
        assert answer.status_code == 405, (method, page.path, answer.status_code)
        assert "That cannot be done here" in answer.text, page.path


def test_what_is_too_large_is_turned_away_before_it_is_read(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    for page in POSTS:
        browser = browsers[somebody_for(office, page)]
        headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "99000000"}
        answer = browser.post(fill(page, known), content=b"--b", headers=headers)
        assert (answer.status_code, "too large" in answer.text) == (413, True), page.path


def test_what_does_not_say_its_size_is_turned_away_once_it_is_too_large(
    office: OddOffice, browsers: dict[str | None, Sweeper]
) -> None:
    read, status = ask_without_end(office.app, "/posts/new", browsers["ama"].cookies[COOKIE])
    assert status == 413
    assert read <= LARGEST_FORM + 2 * CHUNK


def test_a_form_that_breaks_off_or_is_none_is_refused_and_does_nothing(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    before = everything_in(office)
    for page in POSTS:
        if page.path in TAKE_ANYTHING:
            continue
        browser = browsers[somebody_for(office, page)]
        for kind, content in BROKEN:
            answer = browser.post(
                fill(page, known), content=content, headers={"Content-Type": kind}
            )
            where = (page.path, kind, content[:40], answer.status_code)
            assert answer.status_code in {400, 403, 404, 409, 422}, where
            assert "<h1" in answer.text, where
    assert everything_in(office) == before


def test_a_sign_in_that_ends_while_somebody_writes_keeps_every_text_and_does_nothing(
    office: OddOffice, known: dict[str, str]
) -> None:
    before = everything_in(office)
    with office.stale_browser("ama") as browser:
        for page in POSTS:
            if page.action is None:
                continue
            address = fill(page, known)
            typed = {"a_text": TEXT, "do": "save", "form_token": form_token(office, browser)}
            answer = browser.post(address, data=typed)
            (form,) = forms_to(answer.text, address)
            assert (answer.status_code, form.fields["a_text"]) == (401, [closed(TEXT)]), page.path
    assert everything_in(office) == before


def test_a_partners_link_that_ends_while_somebody_writes_shows_the_text_to_be_copied(
    office: OddOffice, known: dict[str, str]
) -> None:
    before = everything_in(office)
    phone = Sweeper(office.app)
    for page in POSTS:
        if page.takes_link:
            address = fill(page, known, token="gone")
            answer = phone.post(address, data={"a_text": TEXT})
            assert (answer.status_code, TEXT in words_in(answer.text)) == (404, True), page.path
    assert everything_in(office) == before


def test_whatever_is_typed_into_a_field_is_no_fault(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    fields = fields_by_address(browsers, office, known)
    assert sum(map(len, fields.values())) > 60
    for page in POSTS:
        address, browser = fill(page, known), browsers[somebody_for(office, page)]
        if page.path in ENDS_ACCESS:
            continue
        for typed in TYPED:
            data = dict.fromkeys(fields.get(address, {"a_text"}), typed)
            data["form_token"] = form_token(office, browser)
            status = browser.post(address, data=data).status_code
            assert status in {200, 303, 403, 404, 409, 422, 429}, (page.path, typed[:40], status)


def test_every_form_says_what_keeps_two_editors_apart(
    office: OddOffice, known: dict[str, str], browsers: dict[str | None, Sweeper]
) -> None:
    assert {one.path for one in POSTS} == set(GUARDS) | set(NO_GUARD)
    assert [why for why in NO_GUARD.values() if why not in REASONS] == []
    for page in POSTS:
        if page.path not in GUARDS:
            continue
        address, browser = fill(page, known), browsers[somebody_for(office, page)]
        before = everything_in(office)
        stale = {"do": BUTTONS.get(page.path, "send-now"), GUARDS[page.path]: "what stood there"}
        data = FILLED | stale | {"form_token": form_token(office, browser)}
        answer = browser.post(address, data=data)
        assert answer.status_code in {409, 422}, (page.path, answer.status_code)
        assert everything_in(office) == before, page.path
