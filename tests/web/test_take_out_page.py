from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.office import DUE, ENTRY
from tests.web.people import Browser, WebOffice, open_web_office
from tests.web.reading import form_to

QUEUE = """\
  # Later on.
  - queue: later
    posts: [law-helps, second]
    slot: morning
    from: 2027-01-18
    send_to: [ico-x]
"""
OUT = "/posts/law-helps/take-out"
X, BLUESKY = "law-helps/ico-x/1", "law-helps/ico-bluesky/1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        opened.write_post("second", "---\ntitle: Second\n---\nMore.\n")
        opened.write_schedule(ENTRY + QUEUE)
        opened.apply()
        yield opened


def schedule_of(office: WebOffice) -> str:
    return (office.folder / "schedule.yaml").read_text("utf-8")


def take_out(browser: Browser, entry: str, reason: str = "") -> tuple[str, int]:
    shown = browser.get(f"{OUT}?entry={entry}").text
    sent = form_to(shown, OUT).fields
    answer = browser.post(OUT, data={**sent, "reason": reason})
    return " ".join(shown.partition("<main")[2].split()), answer.status_code


def test_an_entry_is_taken_out_after_its_plan_was_shown_and_colleagues_edits_stay(
    office: WebOffice,
) -> None:
    office.approve(BLUESKY)
    office.write_post("second", "---\ntitle: Second\n---\nHalf edit")
    author = office.browser("ama")
    assert f'href="{OUT}?entry=law-helps"' in author.get("/posts/law-helps").text
    shown, status = take_out(author, "law-helps", "Overtaken by events")
    assert status == 303
    assert shown.count("2027-01-12 08:30</span>") == shown.count("Cancelled: was") == 3
    assert "What is out stays out" in shown
    assert "second" not in shown
    states = office.states()
    assert {states[X], states[BLUESKY]} == {"cancelled"}
    assert states["later/ico-x/law-helps"] == "awaiting-approval"
    assert ENTRY not in schedule_of(office)
    assert QUEUE in schedule_of(office)


def test_what_is_out_stays_out_and_what_waits_for_a_decision_still_waits(office: WebOffice) -> None:
    office.approve(X)
    office.publish_at(DUE)
    office.clock.advance(DUE - DUE.replace(hour=6))
    office.publish()
    before = office.states()
    assert (before[X], before[BLUESKY]) == ("published", "missed")
    shown, status = take_out(office.browser("ama"), "law-helps")
    assert status == 303
    assert "1 delivery is “Live” and stays so" in shown
    assert "2 deliveries are “Too late: decide” and stay so" in shown
    assert office.states() == before
    assert len(office.texts("x")) == 1


def test_a_post_leaves_its_queue_and_what_stands_behind_it_moves_up(office: WebOffice) -> None:
    shown, status = take_out(office.browser("ama"), "later")
    assert status == 303
    assert "Cancelled: was waiting for approval" in shown
    assert "time: 2027-01-19 08:30 to 2027-01-18 08:30" in shown
    assert office.state("later/ico-x/law-helps") == "cancelled"
    assert office.delivery("later/ico-x/second").wall_time == "2027-01-18 08:30"
    assert office.state(X) == "awaiting-approval"
    assert QUEUE.replace("law-helps, ", "") in schedule_of(office)


def test_what_has_changed_since_it_was_shown_is_shown_again(office: WebOffice) -> None:
    author = office.browser("ama")
    sent = form_to(author.get(f"{OUT}?entry=law-helps").text, OUT).fields
    office.write_schedule(ENTRY.replace("08:30", "09:30") + QUEUE)
    before = schedule_of(office)
    answer = author.post(OUT, data=sent)
    assert (answer.status_code, "nothing was done. Look again" in answer.text) == (422, True)
    assert schedule_of(office) == before
    assert office.state(BLUESKY) == "awaiting-approval"


def test_a_post_with_faults_in_its_file_is_taken_out_all_the_same(office: WebOffice) -> None:
    office.write_post("law-helps", "---\ntitle: [\n---\n")
    assert take_out(office.browser("ama"), "law-helps")[1] == 303
    assert office.state(X) == "cancelled"
    for entry in ("law-helps", "none", ""):
        assert office.browser("ama").get(f"{OUT}?entry={entry}").status_code == 404
    assert office.browser("frank").get(f"{OUT}?entry=later").status_code == 403
