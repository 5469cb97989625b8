from datetime import UTC, datetime

import pytest

from tests.campaign.office import DUE
from tests.web.people import Browser, WebOffice
from tests.web.reading import form_to, forms_to

TUESDAY_AFTER = datetime(2027, 1, 19, 8, 0, tzinfo=UTC)
W02 = "/reports/2027-W02"


@pytest.fixture
def over(office: WebOffice) -> WebOffice:
    """A week is over in which three posts went out; its report is prepared."""
    office.approve()
    office.publish_at(DUE)
    for hour in (10, 12):
        office.clock.move_to(DUE.replace(hour=hour))
        office.collect()
    office.clock.move_to(TUESDAY_AFTER)
    answer = office.browser("ama").submit(f"{W02}/prepare")
    assert answer.status_code == 303
    return office


def learn(browser: Browser, text: str = "Ask partners early.") -> int:
    (form, _) = forms_to(browser.get(W02).text, f"{W02}/sentence")
    status: int = browser.post(f"{W02}/sentence", data=form.filled(learning=text)).status_code
    return status


def test_the_shelf_lists_every_week_and_how_it_stands(over: WebOffice) -> None:
    page = over.browser("frank").get("/reports").text
    assert "Waits for its release" in page
    assert 'href="/reports/2027-W02"' in page


def test_the_week_shows_its_figures_with_their_footing(over: WebOffice) -> None:
    page = over.browser("frank").get(W02).text
    assert "3 of 3" in page
    assert "planned posts are live" in page
    assert f'href="{W02}/explain/times-shown"' in page
    assert over.browser("frank").get(f"{W02}/chart/0").headers["Content-Type"] == "image/png"


def test_figures_lead_to_the_readings_behind_them(over: WebOffice) -> None:
    browser = over.browser("frank")
    assert "3 of 3 deliveries that were due" in browser.get(f"{W02}/explain/posts-live").text
    for figure in ("times-shown", "people", "engagement-rate", "reactions"):
        assert browser.get(f"{W02}/explain/{figure}").status_code == 200, figure
    page = browser.get(f"{W02}/explain/reactions?delivery=law-helps/ico-mastodon/1").text
    assert "End of the week" in page
    assert browser.get(f"{W02}/explain/nothing").status_code == 404
    assert browser.get(f"{W02}/explain/reactions?delivery=nothing").status_code == 404


def test_a_report_goes_out_once_with_its_sentence_and_its_files(over: WebOffice) -> None:
    browser = over.browser("ama")
    release = form_to(browser.get(W02).text, f"{W02}/release")
    answer = browser.post(f"{W02}/release", data=release.filled())
    assert answer.status_code == 422
    assert "obody has written what was learned" in answer.text
    assert learn(browser) == 303
    sent = form_to(browser.get(W02).text, f"{W02}/release").filled(mail="no")
    assert browser.post(f"{W02}/release", data=sent).status_code == 303
    assert browser.post(f"{W02}/release", data=sent).status_code == 303
    page = over.browser("frank").get(W02).text
    assert "Released by Ama Mensah" in page
    assert "Ask partners early." in page
    name = page.partition(f'href="{W02}/files/1/')[2].partition('"')[0]
    file = over.browser("frank").get(f"{W02}/files/1/{name}")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert over.browser("frank").get(f"{W02}/files/2/{name}").status_code == 404


def test_a_report_that_is_not_released_has_no_files_to_take(over: WebOffice) -> None:
    page = over.browser("frank").get(W02).text
    assert "Files are kept when the report is released" in page
    assert "/files/" not in page


def test_a_correction_wants_a_reason_and_a_figure_that_changed(over: WebOffice) -> None:
    browser = over.browser("ama")
    learn(browser)
    release = form_to(browser.get(W02).text, f"{W02}/release")
    browser.post(f"{W02}/release", data=release.filled(mail="no"))
    (form,) = forms_to(browser.get(W02).text, f"{W02}/correct")
    assert "write why" in browser.post(f"{W02}/correct", data=form.filled()).text.lower()
    answer = browser.post(f"{W02}/correct", data=form.filled(reason="A late number"))
    assert answer.status_code == 422
    assert "is another than in the report that was sent" in answer.text
    assert "A late number" in answer.text


def test_a_sentence_has_to_have_room_and_is_kept_until_it_does(over: WebOffice) -> None:
    browser = over.browser("ama")
    long = "So much was learned. " * 20
    (form, _) = forms_to(browser.get(W02).text, f"{W02}/sentence")
    answer = browser.post(f"{W02}/sentence", data=form.filled(learning=long))
    assert answer.status_code == 422
    assert "the page has room for 240" in answer.text
    assert long.strip() in answer.text


def test_only_the_named_person_releases(over: WebOffice) -> None:
    file = over.folder / "schedule.yaml"
    people = file.read_text().replace("rules:", "report: {released_by: ama}\nrules:", 1)
    file.write_text(people)
    over.apply()
    assert "Held until Ama Mensah releases it" in over.browser("ben").get(W02).text
    answer = over.browser("ben").submit(f"{W02}/release", mail="no")
    assert answer.status_code == 422
    assert "is released by ama today, not by ben" in answer.text
    for person in ("frank", "elin", "dev", "lea"):
        assert over.browser(person).submit(f"{W02}/release").status_code == 403


def test_a_week_that_is_none_or_not_over_is_said(office: WebOffice) -> None:
    browser = office.browser("ama")
    assert browser.get("/reports/soon").status_code == 404
    answer = browser.submit("/reports/2027-W09/prepare")
    assert answer.status_code == 422
    assert "2027-W09 is not over yet" in answer.text


def test_who_decides_on_a_page_that_somebody_has_made_untrue_looks_again(over: WebOffice) -> None:
    ama, ben = over.browser("ama"), over.browser("ben")
    learn(ama)
    release = form_to(ama.get(W02).text, f"{W02}/release").filled(mail="no")
    theirs, _ = forms_to(ama.get(W02).text, f"{W02}/sentence")
    assert learn(ben, "Ask partners late.") == 303
    answer = ama.post(f"{W02}/release", data=release)
    assert (answer.status_code, "has been changed since you read it" in answer.text) == (422, True)
    answer = ama.post(f"{W02}/sentence", data=theirs.filled(learning="Mine."))
    assert (answer.status_code, "Mine." in answer.text) == (422, True)
    page = ama.get(W02).text
    assert "Ask partners late." in page
    assert "Released by" not in page
