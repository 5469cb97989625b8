from datetime import timedelta

import pytest

from campaign.composing.sharing import LASTS_FOR
from tests.campaign.office import ENTRY
from tests.web.people import Browser, WebOffice

HELLO = "---\ntitle: Hello\nstatus: draft\nmedia: [{file: a.png, alt: Two people}]\n---\nHello.\n"
ENTRIES = f"{ENTRY}  - {{post: hello, at: 2027-01-13 09:00, send_to: [network:x]}}\n"


@pytest.fixture
def author(office: WebOffice) -> Browser:
    office.write_post("hello", HELLO, ("a.png",))
    office.write_schedule(ENTRIES)
    return office.browser("ama")


def link(author: Browser) -> str:
    page = author.submit("/posts/hello/share").text
    address = page.partition('id="address" value="')[2].partition('"')[0]
    return f"/preview/{address.partition('/preview/')[2]}"


def test_whoever_has_the_link_sees_the_post_and_can_change_nothing(
    office: WebOffice, author: Browser
) -> None:
    path = link(author)
    guest = office.browser(None)
    answer = guest.get(path)
    assert answer.status_code == 200
    assert "Hello." in answer.text
    assert "For ico-x." in answer.text
    assert "<form" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    picture = answer.text.partition('src="/preview/')[2].partition('"')[0]
    shown = guest.get(f"/preview/{picture}")
    assert shown.headers["Content-Type"] == "image/png"
    office.write_post("hello", HELLO.replace("Hello.", "Other."))
    assert "Other." in guest.get(path).text
    assert "Hello." not in author.get("/posts/hello/share").text


def test_a_link_ends_by_itself_and_on_somebodys_word(office: WebOffice, author: Browser) -> None:
    first, second = link(author), link(author)
    guest = office.browser(None)
    assert "2 links work" in author.get("/posts/hello/share").text
    author.submit("/posts/hello/share", do="end")
    assert [guest.get(one).status_code for one in (first, second)] == [404, 404]
    third = link(author)
    office.clock.advance(LASTS_FOR - timedelta(seconds=1))
    assert guest.get(third).status_code == 200
    office.clock.advance(timedelta(seconds=1))
    assert "Ask for a new one" in guest.get(third).text


def test_until_its_embargo_ends_a_link_shows_no_word_and_no_picture(
    office: WebOffice, author: Browser
) -> None:
    path = link(author)
    guest = office.browser(None)
    picture = guest.get(path).text.partition('src="/preview/')[2].partition('"')[0]
    held = HELLO.replace("title:", "embargo_until: 2027-01-12 08:00\ntitle:")
    office.write_post("hello", held)
    answer = guest.get(path)
    assert "before Tuesday 12 January 2027, 08:00" in answer.text
    assert "Hello" not in answer.text
    assert guest.get(f"/preview/{picture}").status_code == 404
    office.write_post("hello", held.replace("2027-01-12 08:00", "soon"))
    assert "Hello" not in guest.get(path).text
    office.write_post("hello", held)
    office.clock.advance(timedelta(days=1, hours=1))
    assert "Hello." in guest.get(path).text


def test_a_forged_link_opens_nothing(office: WebOffice, author: Browser) -> None:
    path = link(author)
    guest = office.browser(None)
    for one in (f"{path}x", f"{path[:-4]}AAAA", "/preview/a.b", "/preview/..."):
        assert guest.get(one).status_code == 404, one
    assert guest.get("/posts/hello/share").status_code == 303
    assert office.browser("ben").get("/posts/hello/share").status_code == 403
