"""Entries moved by programs: shown first, then done as it was shown, once."""

from campaign.access.scopes import Scope
from tests.campaign.office import ENTRY
from tests.web.api.programs import MASTODON, Program, X, program
from tests.web.people import WebOffice

MOVING = "/posts/law-helps/entries/law-helps/moving"
TO = "2027-01-12 14:00"


def shown_to(asking: Program, to: str = TO) -> dict[str, object]:
    answer = asking.get(MOVING, params={"to": to})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_entry_is_moved_as_it_was_shown_and_keeps_its_approvals(office: WebOffice) -> None:
    office.approve(X)
    ben = program(office, "ben", Scope.WRITE)
    shown = shown_to(ben)
    before = office.delivery(X).wall_time
    body = {"to": TO, "plan": shown["plan"], "reason": "After the conference"}
    done = ben.write(MOVING, body, key="k")
    assert (before, done.status_code, done.json()) == ("2027-01-12 08:30", 200, shown)
    assert (office.delivery(X).wall_time, office.state(X)) == (TO, "planned")
    assert ENTRY.replace("08:30", "14:00") in (office.folder / "schedule.yaml").read_text("utf-8")
    history = program(office, "ben").get(f"/deliveries/{MASTODON}/history").json()["events"]
    assert history[-1]["why"].endswith("After the conference")
    assert ben.write(MOVING, body, key="k").headers["Idempotency-Replayed"] == "true"


def test_what_has_changed_since_it_was_shown_is_not_moved(office: WebOffice) -> None:
    ama = program(office, "ama", Scope.WRITE)
    shown = shown_to(ama)
    assert ama.write(MOVING, {"to": "2027-01-12 15:00", "plan": shown["plan"]}).status_code == 409
    office.write_schedule(ENTRY + "# A remark\n")
    refused = ama.write(MOVING, {"to": TO, "plan": shown["plan"]})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api#conflict")
    assert office.delivery(X).wall_time == "2027-01-12 08:30"


def test_a_time_that_cannot_be_is_refused_in_words(office: WebOffice) -> None:
    ama = program(office, "ama", Scope.WRITE)
    for to in ("tomorrow", "2028-01-12 09:00", "2027-03-28 01:30", "[", "a: b"):
        answer = ama.get(MOVING, params={"to": to})
        assert (answer.status_code, answer.json()["type"]) == (409, "/api#conflict"), to
    other = ama.get("/posts/law-helps/entries/none/moving", params={"to": TO})
    assert other.status_code == 404
    of_another = ama.get("/posts/second/entries/law-helps/moving", params={"to": TO})
    assert of_another.status_code == 404
