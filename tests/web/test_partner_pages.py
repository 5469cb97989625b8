import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from campaign.decisions.stops import stop
from campaign.mailing.keeping_back import has_stopped
from campaign.mailing.outbox import letters_of
from campaign.partner_links.links import end_links
from campaign.partner_links.screenshots import waiting
from campaign.partnering.addresses import stop_link
from campaign.partnering.leaving import leave
from campaign.store.deliveries import Change, history
from campaign.store.questions import ask, take_silence
from campaign.store.tables import DELIVERY, MOVE, PARTNER_LINK, SNAPSHOT
from campaign.store.withdrawals import write_withdrawal
from tests.campaign.office import DUE
from tests.web.partners import (
    ID,
    KEYS,
    ON_X,
    PAT,
    THEIRS,
    PartnerOffice,
    Phone,
    open_partner_office,
)

LINKEDIN = "https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001"
AFTER = DUE + timedelta(hours=1)
NOW_TYPED = "2027-01-12T09:30"


@pytest.fixture
def early(tmp_path: Path) -> Iterator[PartnerOffice]:
    """The office on the day before the slot."""
    with open_partner_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def office(early: PartnerOffice) -> PartnerOffice:
    """The same, an hour after the slot."""
    early.clock.move_to(AFTER)
    return early


@pytest.fixture
def phone(office: PartnerOffice) -> Phone:
    return office.phone()


def report(phone: Phone, url: str = LINKEDIN) -> Any:
    return phone.say("posted", url=url, time=NOW_TYPED)


def last_word(office: PartnerOffice, delivery: str = ID) -> tuple[str, str]:
    with office.desk.store.read() as connection:
        row = history(connection, delivery)[-1]
    return row.who, row.why


def picture_path(page: str) -> str:
    return page.partition('<img class="partner-picture" src="')[2].partition('"')[0]


def test_a_partner_sees_only_its_own_posts(office: PartnerOffice, phone: Phone) -> None:
    page = phone.look()
    assert "LinkedIn, npcc.example: Tue 12 Jan, 08:30" in page
    assert "X, @npcc.example: Tue 12 Jan, 08:30" in page
    assert "ico.example" not in page.replace("https://ico.example", "")
    assert phone.get(f"{phone.path}/post/{THEIRS}").status_code == 404
    assert phone.say("posted", THEIRS, url=LINKEDIN, time=NOW_TYPED).status_code == 404


def test_no_page_sets_a_cookie_is_kept_or_tells_other_sites(
    office: PartnerOffice, phone: Phone
) -> None:
    pages = [f"{phone.path}{one}" for one in ("", "/results", "/numbers", f"/post/{ID}")]
    picture = picture_path(phone.look(f"/post/{ID}"))
    for path in (*pages, picture, "/partner/lost", "/partner/forged", "/partner/stop/x"):
        headers = phone.get(path).headers
        assert "set-cookie" not in headers, path
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "set-cookie" not in report(phone).headers


def test_opening_every_page_changes_nothing(office: PartnerOffice, phone: Phone) -> None:
    def counts() -> list[int]:
        with office.desk.store.read() as connection:
            tables = (MOVE, SNAPSHOT, PARTNER_LINK)
            return [
                connection.execute(select(func.count()).select_from(one)).scalar_one()
                for one in tables
            ]

    before = (office.states(), counts())
    for what in ("accept", "decline", "change", "posted", "count", "screenshot"):
        assert phone.get(f"{phone.path}/{what}/{ID}").status_code == 404
    for page in ("", "/results", "/numbers", f"/post/{ID}"):
        phone.look(page)
    phone.get("/partner/stop/some-token")
    assert (office.states(), counts()) == before


def test_words_picture_and_alt_text_are_there_to_be_taken(phone: Phone) -> None:
    page = phone.look(f"/post/{ID}")
    assert "Think: what could happen if you do not?" in page
    assert "A nursery&#39;s door, with a hand on its handle.</textarea>" in page
    shown = phone.get(picture_path(page))
    assert shown.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (640, 400)
    saved = phone.get(picture_path(page) + "?save=1")
    disposition = saved.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="law-helps-')
    assert disposition.endswith('.png"')


def test_a_picture_is_had_in_the_shapes_that_its_network_wants(phone: Phone) -> None:
    page = phone.look(f"/post/{ID}")
    picture = picture_path(page)
    for words in ("landscape (16:9)", "square (1:1)", "upright (4:5)"):
        shape = words.partition(" ")[0]
        link = f'href="{picture}?save=1&amp;shape={shape}" download>{words}</a>'
        assert link in page
    assert "story" not in page
    upright = phone.get(f"{picture}?save=1&shape=upright")
    assert Image.open(io.BytesIO(upright.content)).size == (640, 800)
    assert upright.headers["Content-Disposition"].endswith('-upright.png"')
    assert phone.get(f"{picture}?save=1&shape=story").status_code == 404


def test_a_stop_takes_words_and_picture_away_at_once(office: PartnerOffice, phone: Phone) -> None:
    picture = picture_path(phone.look(f"/post/{ID}"))
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=office.clock.now(), why="an incident of our own")
        stop(connection, "partner", "npcc", change)
    page = phone.look(f"/post/{ID}")
    assert "Please do not post it now." in page
    assert "incident" not in page
    assert "Ben" not in page
    assert "Think: what could" not in page + phone.look()
    assert phone.get(picture).status_code == 404


def test_what_was_withdrawn_is_told_at_once(office: PartnerOffice, phone: Phone) -> None:
    picture = picture_path(phone.look(f"/post/{ID}"))
    with office.desk.store.write() as connection:
        change = Change(who="ben", at=office.clock.now(), why="a wrong number in it")
        write_withdrawal(connection, ID, change)
    assert "please delete it" in phone.look(f"/post/{ID}")
    assert phone.get(picture).status_code == 404
    assert report(phone).status_code == 422


def test_the_pack_holds_what_may_be_seen_now_and_nothing_of_others(
    office: PartnerOffice, phone: Phone
) -> None:
    assert f'href="{phone.path}/pack"' in phone.look()
    answer = phone.get(f"{phone.path}/pack")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        page = pack.read("index.html").decode()
    assert "Think: what could happen if you do not?" in page
    assert "law-helps-ico" not in page
    with office.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ben", at=office.clock.now(), why="an incident"))
    stopped = phone.get(f"{phone.path}/pack").content
    with zipfile.ZipFile(io.BytesIO(stopped)) as pack:
        assert "Think: what could" not in pack.read("index.html").decode()


def test_a_calendar_program_gets_what_may_be_seen_now_and_nothing_of_others(
    office: PartnerOffice, phone: Phone
) -> None:
    assert f'href="{phone.path}/calendar.ics"' in phone.look()
    answer = phone.get(f"{phone.path}/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("BEGIN:VEVENT") == 2
    assert "ico-linkedin" not in answer.text
    with office.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="ben", at=office.clock.now(), why="an incident"))
    assert "BEGIN:VEVENT" not in phone.get(f"{phone.path}/calendar.ics").text


def test_a_report_is_recorded_in_the_name_of_the_contact(
    office: PartnerOffice, phone: Phone
) -> None:
    answer = report(phone)
    assert answer.status_code == 303
    assert "The post is recorded as live." in phone.get(answer.headers["Location"]).text
    assert office.state(ID) == "published"
    assert last_word(office) == (PAT, f"reported by the partner: {LINKEDIN}")
    again = report(phone)
    assert "recorded already" in phone.get(again.headers["Location"]).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"url": ""}, "Paste the address of your post."),
        ({"url": "nonsense"}, "That is no web address."),
        (
            {"url": "https://x.com/npcc.example/status/1"},
            "That is no post of npcc.example on Linked",
        ),
        ({"url": LINKEDIN, "time": "soon"}, "Say when, such as 2027-01-12 08:30."),
        ({"url": LINKEDIN, "time": "2027-01-12T09:31"}, "That time is still to come."),
    ],
)
def test_a_report_that_cannot_be_taken_is_told_at_its_field_and_kept(
    office: PartnerOffice, phone: Phone, fields: dict[str, str], says: str
) -> None:
    answer = phone.say("posted", **{"time": NOW_TYPED, **fields})
    assert answer.status_code == 422
    assert says in answer.text
    assert "<title>Error: " in answer.text
    assert f'value="{fields["url"]}"' in answer.text
    assert office.state(ID) == "with-partner"


@pytest.fixture
def asked(early: PartnerOffice) -> Phone:
    """The phone of a partner that has to accept every post, an hour before the slot."""
    early.clock.move_to(DUE - timedelta(hours=1))
    early.ask_first()
    return early.phone()


def test_a_partner_says_yes_to_what_it_has_seen_and_to_nothing_else(
    early: PartnerOffice, asked: Phone
) -> None:
    page = asked.look(f"/post/{ID}")
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    stale = asked.say("accept", seen="0" * 64)
    assert (stale.status_code, early.state(ID)) == (409, "awaiting-approval")
    assert "has just been changed" in stale.text
    assert asked.say("accept", ON_X, seen=seen).status_code == 409
    answer = asked.say("accept", seen=seen)
    assert "Your yes is written down." in asked.get(answer.headers["Location"]).text
    assert early.state(ID) == "with-partner"
    assert last_word(early) == (PAT, "accepted")


def test_a_partner_says_no_with_its_reason(early: PartnerOffice, asked: Phone) -> None:
    answer = asked.say("decline", reason="  We have said this already.  ")
    assert "Your no is written down." in asked.get(answer.headers["Location"]).text
    assert early.state(ID) == "declined"
    assert last_word(early) == (PAT, "We have said this already.")
    assert asked.say("decline", reason="").status_code == 409


def test_a_wish_for_other_words_goes_back_to_the_approvers(
    early: PartnerOffice, asked: Phone
) -> None:
    empty = asked.say("change", wish=" ")
    assert (empty.status_code, "Say what should be different." in empty.text) == (422, True)
    long = asked.say("change", wish="a" * 2001)
    assert "Write at most 2,000 characters" in long.text
    answer = asked.say("change", wish="Please name our helpline.")
    assert "Your wish is with the campaign" in asked.get(answer.headers["Location"]).text
    assert early.state(ID) == "awaiting-approval"
    assert "Please name our helpline." in last_word(early)[1]
    assert "Think: what could" not in asked.look(f"/post/{ID}")


def test_after_its_slot_a_yes_that_came_too_late_is_told_without_a_name(
    early: PartnerOffice, asked: Phone
) -> None:
    with early.desk.store.write() as connection:
        delivery = early.delivery(ID)
        ask(connection, delivery, None, early.clock.now())
        take_silence(connection, DUE)
    assert early.state(ID) == "no-answer"
    early.clock.move_to(AFTER)
    seen = early.delivery(ID).content_hash
    assert asked.say("accept", seen=seen).status_code == 409
    assert "counts as a no" in asked.look(f"/post/{ID}")


def test_the_deadline_stands_on_the_page_and_a_late_yes_counts_until_the_slot(
    early: PartnerOffice, asked: Phone
) -> None:
    with early.desk.store.write() as connection:
        delivery = early.delivery(ID)
        ask(connection, delivery, timedelta(minutes=30), early.clock.now())
    assert "Tuesday 12 January 2027, 08:00" in asked.look(f"/post/{ID}")
    assert "by Tue 12 Jan, 08:00" in asked.look()
    early.clock.move_to(DUE - timedelta(minutes=20))
    with early.desk.store.write() as connection:
        take_silence(connection, early.clock.now())
    assert "You can still say yes" in asked.look(f"/post/{ID}")
    seen = early.delivery(ID).content_hash
    assert asked.say("accept", seen=seen).status_code == 303
    assert early.state(ID) == "with-partner"


def test_reminders_are_stopped_by_a_button_or_by_a_mail_program_and_by_no_scanner(
    office: PartnerOffice,
) -> None:
    with office.desk.store.write() as connection:
        link = stop_link(connection, PAT, "https://desk.example")
    path = link.removeprefix("https://desk.example")
    browser = office.browser()
    assert "Stop reminders?" in browser.get(path).text
    with office.desk.store.read() as connection:
        assert not has_stopped(connection, PAT)
    del browser.headers["Sec-Fetch-Site"]
    answer = browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "No more reminders" in answer.text) == (200, True)
    with office.desk.store.read() as connection:
        assert has_stopped(connection, PAT)
    assert browser.post("/partner/stop/forged", data={}).status_code == 404
    assert browser.post(f"/partner/stop/{PAT}", data={}).status_code == 404


def test_a_partner_that_has_left_opens_nothing(office: PartnerOffice, phone: Phone) -> None:
    with office.desk.store.write() as connection:
        leave(connection, "npcc", Change(who="ama", at=office.clock.now(), why="asked to"))
    assert "This link was taken back." in phone.get(phone.path).text


def test_numbers_are_taken_in_and_shown_with_where_they_come_from(
    office: PartnerOffice, phone: Phone
) -> None:
    report(phone)
    sent = phone.say("count", reactions="1,204", observed_at=NOW_TYPED)
    assert "Your numbers are taken in." in phone.get(sent.headers["Location"]).text
    page = phone.look("/results")
    assert "1,204</td>" in page
    assert "Your word, Tue 12 Jan, 09:30" in page
    assert "1 of 2" in page
    again = phone.say("count", reactions="1204", observed_at=NOW_TYPED)
    assert "known already" in phone.get(again.headers["Location"]).text


def test_a_bad_number_stays_where_it_was_typed_and_nothing_is_stored(
    office: PartnerOffice, phone: Phone
) -> None:
    report(phone)
    answer = phone.say("count", reactions="41", replies="<b>", observed_at=NOW_TYPED)
    assert answer.status_code == 422
    assert 'href="#replies"' in answer.text
    assert "<b>" not in answer.text
    assert 'value="41"' in answer.text
    with office.desk.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(SNAPSHOT)).scalar_one() == 0


def test_a_jump_can_be_confirmed_on_the_page(office: PartnerOffice, phone: Phone) -> None:
    report(phone)
    phone.say("count", reactions="30", observed_at=NOW_TYPED)
    office.clock.move_to(AFTER + timedelta(hours=1))
    fields = {"reactions": "90000", "observed_at": "2027-01-12T10:30"}
    asked = phone.say("count", **fields)
    assert "I have looked again: it is right" in asked.text
    assert phone.say("count", **fields, accept_jumps="yes").status_code == 303


def test_a_file_of_numbers_is_taken_whole_or_not_at_all(phone: Phone) -> None:
    report(phone)
    head = "channel,post,observed_at,metric,value\n"
    good = "npcc-linkedin,law-helps,2027-01-12 09:30,reactions,41\n"
    bad = "npcc-linkedin,law-helps,2027-01-12 09:30,replies,=1+1\n"

    def send(text: str) -> Any:
        files = {"file": ("n.csv", text.encode(), "text/csv")}
        return phone.post(f"{phone.path}/numbers", files=files)

    refused = send(head + good + bad)
    assert refused.status_code == 422
    assert "Line 3: value: “=1+1” is no count" in refused.text
    assert "41</td>" not in phone.look("/results")
    assert send(head + good).status_code == 303
    assert "Your file, Tue 12 Jan" in phone.look("/results")
    assert phone.post(f"{phone.path}/numbers", data={"x": ""}).status_code == 422
    assert send("x" * 1_200_000).status_code == 413


def test_a_screenshot_waits_for_one_person_and_what_is_none_is_refused(
    office: PartnerOffice, phone: Phone
) -> None:
    report(phone)

    def send(content: bytes) -> Any:
        files = {"picture": ("s.png", content, "image/png")}
        data = {"taken_at": NOW_TYPED}
        return phone.post(f"{phone.path}/screenshot/{ID}", files=files, data=data)

    assert "That is no PNG, JPEG or WebP picture." in send(b"<svg/>").text
    held = io.BytesIO()
    Image.new("RGB", (30, 30)).save(held, "PNG")
    assert send(held.getvalue()).status_code == 303
    with office.desk.store.read() as connection:
        (one,) = waiting(connection)
    assert (one.delivery, one.sent_by) == (ID, PAT)


@pytest.mark.parametrize("page", ["", "/results", f"/post/{ID}", "/numbers"])
def test_a_link_that_opens_nothing_says_what_to_do_and_reveals_nothing(
    office: PartnerOffice, page: str
) -> None:
    forged, revoked, ended = "/partner/abc.def", office.link(), office.link()
    with office.desk.store.write() as connection:
        end_links(connection, "npcc", Change(who="ben", at=office.clock.now(), why=""))
    told = {
        forged: "This link is not whole.",
        revoked: "This link was taken back.",
        ended + "x": "This link is not whole.",
    }
    for path, says in told.items():
        answer = office.browser().get(path + page)
        assert (answer.status_code, says in answer.text) == (404, True)
        assert "Send me a new link" in answer.text
        assert "npcc" not in answer.text.lower()
        assert "Police" not in answer.text


def test_an_expired_link_opens_nothing_either(office: PartnerOffice, phone: Phone) -> None:
    office.clock.move_to(AFTER + timedelta(days=60))
    answer = phone.get(phone.path)
    assert answer.status_code == 404
    assert "This link has ended." in answer.text
    assert report(phone).status_code == 404


def test_a_lost_link_is_sent_to_known_contacts_and_everybody_is_told_the_same(
    office: PartnerOffice,
) -> None:
    browser = office.browser()
    known = browser.post("/partner/lost", data={"address": PAT}).text
    unknown = browser.post("/partner/lost", data={"address": "eve@evil.example"}).text
    assert known == unknown
    assert "a new link is on its way" in known
    with office.desk.store.read() as connection:
        (letter,) = letters_of(connection, "partner-link/")
    assert letter.address == PAT
    path = letter.text.partition("https://desk.example")[2].split()[0]
    assert "Posts for National Police Chiefs" in office.phone(path).look()


def test_another_sites_page_can_send_nothing_without_knowing_the_link(
    office: PartnerOffice, phone: Phone
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = phone.post(f"/partner/guessed/posted/{ID}", data={"url": LINKEDIN}, headers=headers)
    assert (answer.status_code, office.state(ID)) == (404, "with-partner")


def test_without_a_key_no_link_works(office: PartnerOffice, phone: Phone) -> None:
    assert KEYS
    office.desk.settings = type(office.desk.settings)(
        folder=office.folder, database_url=office.desk.settings.database_url
    )
    assert phone.get(phone.path).status_code == 404


def test_nothing_of_the_page_is_kept_in_the_delivery_but_what_was_said(
    office: PartnerOffice, phone: Phone
) -> None:
    phone.look(f"/post/{ID}")
    with office.desk.store.read() as connection:
        row = connection.execute(select(DELIVERY).where(DELIVERY.c.id == ID)).one()
    assert (row.state, row.note) == ("with-partner", "")
