"""Posts taken out of the schedule by programs: shown first, then done as it was shown, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.access.scopes import Scope
from tests.campaign.office import DUE, ENTRY
from tests.web.api.programs import MASTODON, Program, X, program
from tests.web.people import WebOffice, open_web_office

QUEUE = """\
  # Later on.
  - queue: later
    posts: [law-helps, second]
    slot: morning
    from: 2027-01-18
    send_to: [ico-x]
"""
OUT = "/posts/law-helps/entries/law-helps/taking-out"
OUT_OF_QUEUE = "/posts/law-helps/entries/later/taking-out"
BLUESKY = "law-helps/ico-bluesky/1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        opened.write_post("second", "---\ntitle: Second\n---\nMore.\n")
        opened.write_schedule(ENTRY + QUEUE)
        opened.apply()
        yield opened


@pytest.fixture
def author(office: WebOffice) -> Program:
    return program(office, "ama", Scope.WRITE)


def schedule_of(office: WebOffice) -> str:
    return (office.folder / "schedule.yaml").read_text("utf-8")


def test_an_entry_is_taken_out_as_it_was_shown_and_once(office: WebOffice, author: Program) -> None:
    office.write_post("second", "---\ntitle: Second\n---\nHalf edit")
    named = author.get("/posts/law-helps/manuscript").json()["entries"]
    assert named == [{"name": "law-helps", "queue": False}, {"name": "later", "queue": True}]
    before, shown = schedule_of(office), author.get(OUT).json()
    assert [(one["delivery"], one["kind"]) for one in shown["deliveries"]] == [
        (BLUESKY, "cancel"),
        (MASTODON, "cancel"),
        (X, "cancel"),
    ]
    assert (schedule_of(office), office.state(X)) == (before, "awaiting-approval")
    body = {"plan": shown["plan"], "reason": "Overtaken by events"}
    done = author.write(OUT, body, key="k")
    assert (done.status_code, done.json()) == (200, shown)
    assert ENTRY not in schedule_of(office)
    assert QUEUE in schedule_of(office)
    assert [office.state(one) for one in (X, MASTODON, BLUESKY)] == ["cancelled"] * 3
    last = author_reads(office).get(f"/deliveries/{X}/history").json()["events"][-1]
    assert (last["who"], last["why"]) == (
        "ama",
        "no longer in the schedule; Overtaken by events",
    )
    again = author.write(OUT, body, key="k")
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (shown, "true")
    assert author.write(OUT, body).status_code == author.get(OUT).status_code == 404


def test_what_has_changed_since_it_was_shown_is_not_done(
    office: WebOffice, author: Program
) -> None:
    plan = author.get(OUT).json()["plan"]
    office.write_schedule(ENTRY.replace("08:30", "09:30") + QUEUE)
    before = schedule_of(office)
    refused = author.write(OUT, {"plan": plan})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api#conflict")
    assert (schedule_of(office), office.state(X)) == (before, "awaiting-approval")


def test_what_is_out_stays_out_and_is_said(office: WebOffice, author: Program) -> None:
    office.approve(X)
    office.publish_at(DUE)
    shown = author.get(OUT).json()
    assert any("“Live” and stays so" in one for one in shown["stays"])
    assert author.write(OUT, {"plan": shown["plan"]}).status_code == 200
    assert (office.state(X), office.state(MASTODON)) == ("published", "cancelled")
    assert len(office.texts("x")) == 1


def test_a_post_leaves_its_queue_and_what_stands_behind_it_moves_up(
    office: WebOffice, author: Program
) -> None:
    shown = author.get(OUT_OF_QUEUE).json()
    assert [(one["delivery"], one["kind"]) for one in shown["deliveries"]] == [
        ("later/ico-x/law-helps", "cancel"),
        ("later/ico-x/second", "change"),
    ]
    assert author.write(OUT_OF_QUEUE, {"plan": shown["plan"]}).status_code == 200
    assert office.state("later/ico-x/law-helps") == "cancelled"
    assert office.delivery("later/ico-x/second").wall_time == "2027-01-18 08:30"
    assert QUEUE.replace("law-helps, ", "") in schedule_of(office)


def test_files_that_cannot_be_changed_are_named_with_their_line(
    office: WebOffice, author: Program
) -> None:
    (office.folder / "schedule.yaml").write_text("schedule: [", encoding="utf-8")
    answer = author.get(OUT)
    assert (answer.status_code, answer.json()["type"]) == (409, "/api#conflict")
    assert "schedule.yaml" in answer.json()["detail"]


def author_reads(office: WebOffice) -> Program:
    return program(office, "ama", Scope.READ)
