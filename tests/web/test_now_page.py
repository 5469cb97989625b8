import re
from datetime import timedelta

import pytest

from campaign.states import State
from campaign.store.deliveries import Change, get_delivery, move
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE
from tests.web.people import Browser, WebOffice
from tests.web.reading import form_to, forms_to

X, MASTODON = "law-helps/ico-x/1", "law-helps/ico-mastodon/1"


@pytest.fixture
def late(office: WebOffice) -> WebOffice:
    """Everything was approved, and the machine slept over its time."""
    office.approve()
    office.clock.move_to(DUE + timedelta(minutes=40))
    office.publish()
    assert office.state(X) == "missed"
    return office


def put_into(office: WebOffice, state: State) -> None:
    with office.desk.store.write() as connection:
        one = get_delivery(connection, X)
        assert one is not None
        change = Change(who="test", at=office.clock.now(), why="for the test")
        move(connection, one, state, change, {"not_before": None})


def test_what_is_too_late_is_sent_by_one_tap(late: WebOffice) -> None:
    browser = late.browser("ben")
    form = form_to(browser.get("/now").text, f"/decide/{X}")
    answer = browser.post(form.action, data=form.filled(do="send-now"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/now")
    assert late.state(X) == "planned"
    late.publish()
    assert late.state(X) == "published"
    assert len(late.texts("x")) == 1
    assert late.state(MASTODON) == "missed"


def test_two_taps_from_two_pages_send_it_once(late: WebOffice) -> None:
    one, two = late.browser("ben"), late.browser("cat")
    forms = [form_to(each.get("/now").text, f"/decide/{X}") for each in (one, two)]
    assert one.post(forms[0].action, data=forms[0].filled(do="send-now")).status_code == 303
    late.publish()
    answer = two.post(forms[1].action, data=forms[1].filled(do="drop", reason="My reason"))
    assert answer.status_code == 422
    assert "has moved on since this page was made: Live" in answer.text
    assert "My reason" in answer.text
    assert late.state(X) == "published"


def test_moving_keeps_what_was_typed_until_it_fits(late: WebOffice) -> None:
    browser = late.browser("ben")
    form = form_to(browser.get(f"/decide/{X}").text, f"/decide/{X}")
    for typed, says in (
        ("", "Write the new time"),
        ("soon", "“soon” is no date and time"),
        ("2027-01-11 08:30", "is past"),
    ):
        sent = form.filled(do="move", to=typed, reason="After the news")
        answer = browser.post(form.action, data=sent)
        assert answer.status_code == 422
        assert says in answer.text
        assert "After the news" in answer.text
    answer = browser.post(form.action, data=form.filled(do="move", to="2027-01-12 11:00"))
    assert answer.headers["Location"] == f"/deliveries/{X}"
    assert (late.state(X), late.delivery(X).wall_time) == ("planned", "2027-01-12 11:00")


def test_dropping_is_for_good(late: WebOffice) -> None:
    browser = late.browser("ben")
    form = form_to(browser.get(f"/decide/{X}").text, f"/decide/{X}")
    browser.post(form.action, data=form.filled(do="drop", reason="Old news"))
    assert (late.state(X), late.delivery(X).note) == ("cancelled", "Old news")


def test_whether_it_is_out_is_settled_by_a_person(office: WebOffice) -> None:
    office.approve()
    office.rehearsal.inject("x", Fault.STORE_THEN_DROP, on=Call.PUBLISH)
    office.clock.move_to(DUE)
    office.publish_one(X)
    assert office.state(X) == "unknown"
    browser = office.browser("ben")
    form = form_to(browser.get(f"/settle/{X}").text, f"/settle/{X}")
    for typed, says in (
        ({}, "Choose whether you found it"),
        ({"found": "yes"}, "Copy the address of the post"),
        ({"found": "yes", "url": "https://x.com/npcc/status/1"}, "nothing was recorded"),
    ):
        answer = browser.post(form.action, data=form.filled(**typed))
        assert answer.status_code == 422
        assert says in answer.text
    url = office.rehearsal.posts("x")[0].url
    assert browser.post(form.action, data=form.filled(found="yes", url=url)).status_code == 303
    assert (office.state(X), office.delivery(X).evidence) == ("published", "person")
    assert "as a person says" in browser.get(f"/deliveries/{X}").text


def test_a_live_post_is_withdrawn_and_gone(office: WebOffice) -> None:
    office.approve()
    office.publish_at(DUE)
    browser = office.browser("ben")
    form = form_to(browser.get(f"/withdraw/{X}").text, f"/withdraw/{X}")
    assert "Write why" in browser.post(form.action, data=form.filled()).text
    answer = browser.post(form.action, data=form.filled(reason="A wrong link"))
    assert answer.status_code == 303
    assert office.state(X) == "withdrawn"
    assert office.texts("x") == []
    page = browser.get(f"/deliveries/{X}").text
    assert "A wrong link" in page
    assert "there is nothing to withdraw" in browser.get(f"/withdraw/{X}").text


def test_the_page_of_a_delivery_has_its_permalink_and_its_history(office: WebOffice) -> None:
    office.approve()
    office.publish_at(DUE)
    page = office.browser("ama").get(f"/deliveries/{X}").text
    assert f'href="{office.delivery(X).url}"' in page
    for words in ("Attempt 1 begins", "the network took it", "Ben Archer", "Tuesday 12 January"):
        assert words in page
    assert "Data protection law helps you share information" in page


def test_the_program_sends_what_the_page_shows_it_will(office: WebOffice) -> None:
    before = office.browser("ama").get(f"/deliveries/{X}").text
    office.approve()
    office.publish_at(DUE)
    (text,) = office.texts("x")
    assert f'<p class="desk-content__text">{text}</p>' in before


@pytest.mark.parametrize(
    ("send_to", "said"),
    [
        ("[ico-x]", "one post went out,"),
        ("[ico-x, ico-bluesky]", "half of 2 posts went out within"),
    ],
)
def test_how_late_posts_went_out_is_said_in_words_that_fit_their_number(
    office: WebOffice, send_to: str, said: str
) -> None:
    office.write_schedule(
        entries=f"  - {{post: law-helps, at: 2027-01-12 08:30, send_to: {send_to}}}\n"
    )
    office.apply()
    office.approve()
    office.publish_at(DUE)
    assert f"In the last 7 days {said}" in office.browser("ben").get("/now").text


def test_who_may_not_decide_is_not_asked(late: WebOffice) -> None:
    for person in ("frank", "elin", "dev", "lea"):
        browser: Browser = late.browser(person)
        for address in ("decide", "settle", "withdraw"):
            told = (person, address)
            assert browser.get(f"/{address}/{X}").status_code == 403, told
            answer = browser.submit(f"/{address}/{X}", do="drop", reason="x")
            assert answer.status_code == 403, told
    assert late.state(X) == "missed"


def test_what_is_not_there_is_not_found(office: WebOffice) -> None:
    browser = office.browser("ben")
    for address in ("deliveries", "decide", "settle", "withdraw", "board"):
        assert browser.get(f"/{address}/no/such/1").status_code == 404, address
    assert browser.get(f"/pictures/{'0' * 64}/{X}").status_code == 404


def test_health_tells_of_a_refused_account(office: WebOffice) -> None:
    page = office.browser("ben").get("/now").text
    assert "All 4 channels are well" in page
    del office.environment["CAMPAIGN__ICO_X__ACCESS_TOKEN"]
    office.desk._from_environment.clear()
    page = office.browser("ben").get("/now").text
    assert "not signed in; run <code>campaign connect ico-x</code>" in page


def test_what_is_refused_stands_among_what_needs_a_person(office: WebOffice) -> None:
    office.approve()
    put_into(office, State.SENDING)
    put_into(office, State.REFUSED)
    page = office.browser("ben").get("/now").text
    assert "The network said no (1)" in page
    assert len(forms_to(page, f"/decide/{X}")) == 1


def test_a_live_post_has_its_link_who_answers_and_replies_only_once_they_were_read(
    office: WebOffice,
) -> None:
    office.write_schedule(rules="  replies: ama\n")
    office.apply()
    office.approve()
    office.publish_at(DUE)
    unread = " ".join(office.browser("ben").get("/now").text.split())
    assert "Replies not read yet; Ama Mensah answers them" in unread
    assert f'href="{office.delivery(X).url}"' in unread
    office.clock.move_to(DUE + timedelta(hours=2))
    office.collect()
    for address in ("/now", "/board/law-helps"):
        page = " ".join(office.browser("ben").get(address).text.split())
        assert re.search(r"\d+ repl(y|ies), read [^;<>]*10:30; Ama Mensah answers them", page)


def test_nobody_is_named_where_the_schedule_names_nobody(office: WebOffice) -> None:
    office.approve()
    office.publish_at(DUE)
    page = " ".join(office.browser("ben").get("/now").text.split())
    assert "Replies not read yet; nobody is named to answer them" in page
