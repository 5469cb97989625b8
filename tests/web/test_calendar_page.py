from pathlib import Path

from icalendar import Calendar

from tests.campaign.office import DUE
from tests.web.people import WebOffice
from tests.web.reading import forms_to

X = "law-helps/ico-x/1"
WEDNESDAY = {"day": "2027-01-13", "time": "10:00"}


def test_the_week_says_each_state_in_words_beside_its_time(office: WebOffice) -> None:
    page = office.browser("ama").get("/calendar").text
    assert "Week of 11 January 2027" in page
    assert '<span class="desk-entry__time">08:30</span> Law helps</a>' in page
    assert '<span class="desk-entry__state">Waiting for approval</span>' in page


def test_filters_are_kept_from_view_to_view(office: WebOffice) -> None:
    browser = office.browser("ama")
    page = browser.get("/calendar?on=2027-01-12&network=x").text
    assert "(1 delivery)" in page
    assert 'href="/calendar/month?on=2027-01-12&amp;network=x"' in page
    assert '<option value="x" selected>X</option>' in page
    assert "Nothing is planned in this week that fits" in browser.get("/calendar?post=none").text


def test_month_and_day_show_the_same_deliveries(office: WebOffice) -> None:
    browser = office.browser("ama")
    assert "3 waiting for approval" in browser.get("/calendar/month?on=2027-01-01").text
    day = browser.get("/calendar/day?on=2027-01-12").text
    assert day.count('class="desk-row desk-row--awaiting-approval"') == 3
    assert 'href="/move/law-helps"' in day


def test_a_day_that_is_none_is_not_found(office: WebOffice) -> None:
    browser = office.browser("ama")
    for on in ("soon", "2027-02-30", "0001-01-01", "9999-12-31"):
        for address in ("/calendar", "/calendar/month", "/calendar/day"):
            assert browser.get(f"{address}?on={on}").status_code == 404, (on, address)


def file_of(office: WebOffice) -> Path:
    return office.folder / "schedule.yaml"


def test_moving_shows_the_plan_first_and_then_does_it(office: WebOffice) -> None:
    file_of(office).write_text(f"# Kept.\n{file_of(office).read_text()}")
    browser = office.browser("ama")
    (ask,) = forms_to(browser.get("/move/law-helps").text, "/move/law-helps")
    assert (ask.fields["day"], ask.fields["time"]) == (["2027-01-12"], ["08:30"])
    shown = browser.post("/move/law-helps", data=ask.filled(**WEDNESDAY, reason="The news"))
    assert shown.status_code == 200
    assert "time: 2027-01-12 08:30 to 2027-01-13 10:00" in shown.text
    assert office.delivery(X).due_at == DUE
    assert "2027-01-13" not in file_of(office).read_text()
    do = forms_to(shown.text, "/move/law-helps")[0]
    answer = browser.post("/move/law-helps", data=do.fields)
    assert answer.headers["Location"] == "/calendar?on=2027-01-13"
    assert office.delivery(X).wall_time == "2027-01-13 10:00"
    assert "; The news" in browser.get(f"/deliveries/{X}").text
    assert file_of(office).read_text().startswith("# Kept.\n")
    assert "at: 2027-01-13 10:00" in file_of(office).read_text()


def test_a_post_dragged_by_some_days_shows_its_plan_and_moves_nothing(office: WebOffice) -> None:
    browser = office.browser("ama")
    page = browser.get("/calendar").text
    assert page.count('data-move="/move/law-helps"') == 3
    assert "calendar.js" in page
    shown = browser.get("/move/law-helps?by=-1").text
    assert "time: 2027-01-12 08:30 to 2027-01-11 08:30" in shown
    assert office.delivery(X).due_at == DUE
    do = forms_to(shown, "/move/law-helps")[0]
    assert browser.post("/move/law-helps", data=do.fields).status_code == 303
    assert office.delivery(X).wall_time == "2027-01-11 08:30"
    assert browser.get("/move/law-helps?by=-400").status_code == 422
    assert "data-move" not in office.browser("dev").get("/calendar").text


def test_a_plan_that_has_changed_is_shown_again_and_not_done(office: WebOffice) -> None:
    browser = office.browser("ama")
    (ask,) = forms_to(browser.get("/move/law-helps").text, "/move/law-helps")
    shown = browser.post("/move/law-helps", data=ask.filled(**WEDNESDAY))
    do = forms_to(shown.text, "/move/law-helps")[0]
    office.write_schedule(late="45m")
    answer = browser.post("/move/law-helps", data=do.fields)
    assert answer.status_code == 422
    assert "The plan has changed since you saw it" in answer.text
    assert "late limit" not in answer.text  # that is somebody else's edit, and not part of a move
    assert office.delivery(X).due_at == DUE


MISFITS = (
    ({"day": "", "time": ""}, "Write the day"),
    ({"day": "soon", "time": "10:00"}, "is no date and time"),
    ({"day": "2027-03-28", "time": "01:30"}, "does not exist"),
    ({"day": "2028-01-13", "time": "10:00"}, "30 April 2027"),
)


def test_a_time_that_does_not_fit_is_said_and_kept(office: WebOffice) -> None:
    browser = office.browser("ama")
    for typed, says in MISFITS:
        answer = browser.submit("/move/law-helps", **typed, reason="My reason")
        assert answer.status_code == 422, typed
        assert says in answer.text, typed
        assert "My reason" in answer.text, typed
    assert office.delivery(X).due_at == DUE


def test_only_the_team_moves_and_only_what_there_is(office: WebOffice) -> None:
    for person in ("dev", "frank", "elin", "lea"):
        assert office.browser(person).get("/move/law-helps").status_code == 403
    assert office.browser("ama").get("/move/nothing").status_code == 404


def test_the_whole_calendar_is_there_for_a_calendar_program(office: WebOffice) -> None:
    browser = office.browser("ama")
    assert 'href="/calendar/team.ics"' in browser.get("/calendar").text
    answer = browser.get("/calendar/team.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert sorted(str(one["SUMMARY"]) for one in events) == [
        "Law helps (ico-bluesky)",
        "Law helps (ico-mastodon)",
        "Law helps (ico-x)",
    ]
    assert office.browser(None).get("/calendar/team.ics").status_code in {303, 403}
