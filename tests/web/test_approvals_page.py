from datetime import timedelta
from typing import Any

from tests.campaign.office import DUE, POST
from tests.web.people import Browser, WebOffice
from tests.web.reading import Form, form_to

X, MASTODON, BLUESKY = (f"law-helps/ico-{one}/1" for one in ("x", "mastodon", "bluesky"))


def card(browser: Browser) -> Form:
    return form_to(browser.get("/approvals").text, "/approvals")


def test_one_tap_approves_everything_on_a_card(office: WebOffice) -> None:
    browser = office.browser("ben")
    answer = browser.post("/approvals", data=card(browser).filled(do="approve"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/approvals")
    assert set(office.states().values()) == {"planned"}
    page = browser.get("/approvals").text
    assert "3 deliveries approved. Now: 3 scheduled." in page
    assert "Nothing waits for you." in page


def test_a_channel_that_is_not_ticked_goes_on_waiting(office: WebOffice) -> None:
    browser = office.browser("ben")
    form = card(browser)
    without_x = [one for one in form.fields["take"] if not one.startswith(X)]
    browser.post("/approvals", data=form.filled(do="approve", take=without_x))
    assert office.states() == {X: "awaiting-approval", MASTODON: "planned", BLUESKY: "planned"}


def test_a_page_that_an_edit_made_stale_approves_nothing_and_keeps_the_comment(
    office: WebOffice,
) -> None:
    browser = office.browser("ben")
    form = card(browser)
    office.write_post("law-helps", POST.replace("helps you", "lets you"))
    office.apply("cat")
    answer = browser.post("/approvals", data=form.filled(do="approve", comment="My doubt"))
    assert answer.status_code == 409
    assert f"{X} says something else now" in answer.text
    assert "My doubt" in answer.text
    assert set(office.states().values()) == {"awaiting-approval"}
    again = form_to(answer.text, "/approvals")
    assert browser.post("/approvals", data=again.filled(do="approve")).status_code == 303
    assert set(office.states().values()) == {"planned"}


def test_the_page_shows_what_an_edit_changed(office: WebOffice) -> None:
    office.approve()
    office.write_post("law-helps", POST.replace("helps you", "lets you"))
    office.apply()
    page = office.browser("ben").get("/approvals").text
    assert "Changed since it was approved" in page
    assert "<del>" in page
    assert "helps</del>" in page.replace("</span>", "")


def test_sending_back_needs_a_comment_which_the_author_reads(office: WebOffice) -> None:
    browser = office.browser("ben")
    form = card(browser)
    answer = browser.post("/approvals", data=form.filled(do="send-back"))
    assert answer.status_code == 409
    assert "Write what is to be mended" in answer.text
    answer = browser.post("/approvals", data=form.filled(do="send-back", comment="Who says so?"))
    assert answer.status_code == 303
    assert office.delivery(X).note == "sent back by ben: Who says so?"
    page = browser.get("/approvals").text
    assert "Sent back, and not changed since" in page
    assert "Who says so?" in office.browser("ama").get(f"/deliveries/{X}").text


def test_only_who_opens_gates_approves(office: WebOffice) -> None:
    shown = card(office.browser("ben"))
    for person in ("ama", "dev", "frank", "elin"):
        browser = office.browser(person)
        sent = shown.filled(do="approve", form_token=browser.token())
        assert browser.post("/approvals", data=sent).status_code == 403, person
    assert office.state(X) == "awaiting-approval"


def test_nobody_approves_what_they_applied(office: WebOffice) -> None:
    office.write_post("law-helps", POST.replace("helps you", "lets you"))
    office.apply("cat")
    browser = office.browser("cat")
    assert "Nothing waits for you." in browser.get("/approvals").text
    shown: dict[str, Any] = card(office.browser("ben")).filled(do="approve")
    answer = browser.post("/approvals", data={**shown, "form_token": browser.token()})
    assert answer.status_code == 409
    assert "nobody approves their own" in answer.text
    assert office.state(X) == "awaiting-approval"


def test_what_can_no_longer_go_out_cannot_be_approved(office: WebOffice) -> None:
    browser = office.browser("ben")
    form = card(browser)
    office.clock.move_to(DUE + timedelta(minutes=31))
    browser = office.browser("ben")  # the night was longer than a sign-in
    assert "too late: give it a new time first" in browser.get("/approvals").text
    answer = browser.post("/approvals", data=form.filled(do="approve", form_token=browser.token()))
    assert answer.status_code == 409
    assert "is too late now" in answer.text


def test_a_forged_page_number_or_delivery_does_nothing(office: WebOffice) -> None:
    browser = office.browser("ben")
    assert browser.get("/approvals?page=0").status_code == 422
    assert browser.get("/approvals?page=99").status_code == 200
    for take in ("nothing", "a|b|c", "x" * 5_000):
        assert browser.submit("/approvals", do="approve", take=take).status_code == 409
