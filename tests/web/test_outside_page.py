"""What somebody outside sees by their link, and what they can do with it: this and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.outsiders import OutsideOffice, open_outside_office
from tests.web.partners import ID


@pytest.fixture
def office(tmp_path: Path) -> Iterator[OutsideOffice]:
    with open_outside_office(tmp_path) as opened:
        yield opened


def test_the_page_shows_exactly_what_would_go_out_and_takes_a_yes_once(
    office: OutsideOffice,
) -> None:
    path, guest = office.ask(), office.browser()
    answer = guest.get(path)
    page = answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert page.count("Think: what could happen if you do not?") == 3  # the link differs
    assert "door, with a hand on its handle" in page
    hashes = {one[:12] for one in re.findall(r"[0-9a-f]{12,}", page)}
    waiting = [office.delivery(one) for one in office.states()]
    assert {one.content_hash[:12] for one in waiting} <= hashes
    picture = page.split("<img")[1].split('src="')[1].split('"')[0]
    assert guest.get(picture).headers["content-type"] == "image/png"
    assert guest.get(f"{path}/picture/{'0' * 64}").status_code == 404
    delivery = office.browser("ama").get(f"/deliveries/{ID}").text
    assert "Dr Ife Okoro (The College)" in delivery
    assert "no answer yet, works until" in delivery

    assert guest.post(path, data={"do": "send-back"}).status_code == 422
    assert guest.post(path, data={"do": "approve"}).status_code == 303
    assert "You have said yes." in guest.get(path).text
    assert guest.get(picture).status_code == 404
    assert guest.post(path, data={"do": "send-back", "comment": "No"}).status_code == 409
    assert office.state(ID) == "with-partner"


def test_an_edit_a_forged_link_and_one_taken_back_are_said_in_a_sentence(
    office: OutsideOffice,
) -> None:
    path, guest, ama = office.ask(), office.browser(), office.browser("ama")
    forged = guest.get(path[:-3])
    assert (forged.status_code, "This link is not whole." in forged.text) == (404, True)
    assert ama.submit("/asked-outside/1/again", back=f"/deliveries/{ID}").status_code == 303
    gone = guest.get(path)
    assert (gone.status_code, "This link was taken back." in gone.text) == (404, True)
    late = guest.post(path, data={"do": "send-back", "comment": "Misleading"})
    assert (late.status_code, ">Misleading<" in late.text) == (404, True)
    assert office.browser("frank").submit("/asked-outside/2/revoke").status_code == 403
    assert ama.submit("/asked-outside/2/revoke").status_code == 303
    assert ama.submit("/asked-outside/2/revoke").status_code == 409
    assert ama.submit("/asked-outside/9/revoke").status_code == 404


def test_an_edit_makes_the_link_say_so_and_decides_nothing(office: OutsideOffice) -> None:
    path, guest = office.ask(), office.browser()
    file = office.folder / "posts" / "law-helps" / "post.md"
    text = file.read_text(encoding="utf-8").replace("Think: what", "Think first: what")
    file.write_text(text, encoding="utf-8")
    office.apply()
    assert "This has changed since you were asked." in guest.get(path).text
    late = guest.post(path, data={"do": "send-back", "comment": "The door is shut."})
    assert (late.status_code, ">The door is shut.<" in late.text) == (409, True)
    assert office.state(ID) == "awaiting-approval"


def test_nobody_outside_signs_in_or_is_a_deputy(office: OutsideOffice) -> None:
    sent = office.browser("ben").submit(
        "/deputies", deputy="ife", until="2027-01-12", **{"from": "2027-01-11"}
    )
    assert sent.status_code == 422
    as_her = office.browser("ife").get("/you")
    assert (as_her.status_code, as_her.headers["location"][:8]) == (303, "/sign-in")
