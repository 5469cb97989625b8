from typing import Any

import pytest

from campaign.decisions.stops import stop
from campaign.store.deliveries import Change
from tests.campaign.office import DUE
from tests.web.people import Browser, WebOffice
from tests.web.reading import form_to, forms_to

X, MASTODON = "law-helps/ico-x/1", "law-helps/ico-mastodon/1"
NEW = {"text": "Other words.", "reason": "A wrong number", "way": "edit"}


@pytest.fixture
def live(office: WebOffice) -> WebOffice:
    office.approve()
    office.publish_at(DUE)
    return office


def correct(browser: Browser, delivery: str, **typed: str) -> Any:
    """Send the form for other words as the page has it, with what was typed."""
    form = forms_to(browser.get(f"/correct/{delivery}").text, f"/correct/{delivery}")[-1]
    return browser.post(f"/correct/{delivery}", data=form.filled(**typed))


def test_other_words_are_asked_for_approved_and_stand_in_place(live: WebOffice) -> None:
    author, approver = live.browser("ama"), live.browser("ben")
    assert f'href="/correct/{MASTODON}"' in author.get(f"/deliveries/{MASTODON}").text
    answer = correct(author, MASTODON, **NEW)
    assert answer.headers["Location"] == f"/deliveries/{MASTODON}"
    address = f"/approve-correction/{MASTODON}"
    assert address not in author.get(f"/deliveries/{MASTODON}").text
    shown = form_to(approver.get(f"/deliveries/{MASTODON}").text, address)
    assert author.submit(address, content=shown.fields["content"]).status_code == 403
    assert approver.submit(address, content="another").status_code == 409
    assert live.texts("mastodon") != ["Other words."]
    assert approver.post(address, data=shown.fields).status_code == 303
    assert live.texts("mastodon") == ["Other words."]


def test_where_nobody_edits_the_correction_is_a_post_of_its_own(live: WebOffice) -> None:
    author = live.browser("ama")
    assert "lets no program edit" in author.get(f"/correct/{X}").text
    assert correct(author, X, **NEW).status_code == 422
    answer = correct(author, X, **{**NEW, "way": "post"})
    assert answer.status_code == 303
    assert live.state(f"correction:{X}.1") == "awaiting-approval"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": ""}, "Write what it shall say"),
        ({"reason": ""}, "Write why"),
        ({"way": "magic"}, "Choose how"),
        ({"text": "word " * 200}, "would not take that"),
    ],
)
def test_what_is_missing_or_too_long_is_said_and_kept(
    live: WebOffice, change: dict[str, str], says: str
) -> None:
    answer = correct(live.browser("ama"), MASTODON, **{**NEW, **change})
    assert (answer.status_code, says in answer.text) == (422, True)
    assert change.get("text", "Other words.").strip() in answer.text


def test_an_open_correction_is_taken_back(live: WebOffice) -> None:
    author = live.browser("ama")
    correct(author, MASTODON, **NEW)
    assert "Take it back" in author.get(f"/correct/{MASTODON}").text
    author.submit(f"/correct/{MASTODON}", do="drop")
    assert "Take it back" not in author.get(f"/correct/{MASTODON}").text


def test_an_approver_lets_one_essential_post_through_a_stop(office: WebOffice) -> None:
    office.approve()
    with office.desk.store.write() as connection:
        stop(connection, "all", "", Change(who="cat", at=office.clock.now(), why="A death"))
    approver = office.browser("ben")
    assert f'href="/essential/{X}"' in approver.get(f"/deliveries/{X}").text
    asked = form_to(approver.get(f"/essential/{X}").text, f"/essential/{X}")
    refused = approver.post(f"/essential/{X}", data=asked.filled(reason="Where to ring"))
    assert (refused.status_code, "Where to ring" in refused.text) == (422, True)
    typed = asked.filled(reason="Where to ring", sure="yes")
    assert approver.post(f"/essential/{X}", data=typed).status_code == 303
    office.publish()
    assert (len(office.texts("x")), office.texts("mastodon")) == (1, [])
    assert approver.post(f"/essential/{X}", data=typed).status_code == 422


def test_only_an_approver_lets_through_and_only_what_there_is(office: WebOffice) -> None:
    for person in ("ama", "dev", "frank", "lea"):
        assert office.browser(person).get(f"/essential/{X}").status_code == 403
    assert office.browser("ben").get("/essential/none").status_code == 404
    assert office.browser("frank").get(f"/correct/{X}").status_code == 403
    assert office.browser("ama").get("/correct/none").status_code == 404


def test_words_that_somebody_has_corrected_meanwhile_are_read_again_first(live: WebOffice) -> None:
    author = live.browser("ama")
    form = forms_to(author.get(f"/correct/{MASTODON}").text, f"/correct/{MASTODON}")[-1]
    assert correct(author, MASTODON, **NEW).status_code == 303
    answer = author.post(f"/correct/{MASTODON}", data=form.filled(**{**NEW, "text": "Mine."}))
    assert answer.status_code == 422
    assert "It has been corrected since you opened this page" in answer.text
    assert "Mine." in answer.text
