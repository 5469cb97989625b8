"""Writes: done once under their key, on the state that was read, by whoever may."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaign.store.api_answers import KEPT_FOR
from campaign.store.barriers import active_stops
from campaign.store.tables import API_ANSWER, STOP
from rehearsal.server import Call, Fault
from tests.campaign.office import DUE
from tests.web.api.programs import MASTODON, Program, X, program
from tests.web.people import WebOffice

STOP_ALL = {"scope": "all", "reason": "A death"}


def thrown(office: WebOffice) -> int:
    with office.desk.store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(STOP)).scalar_one())


def seen(asking: Program, *ids: str) -> list[dict[str, str]]:
    waiting = {one["delivery"]: one for one in asking.get("/approvals").json()["waiting"]}
    keys = ("delivery", "content_hash", "wall_time")
    return [{key: waiting[one][key] for key in keys} for one in ids]


@pytest.fixture
def held(office: WebOffice) -> WebOffice:
    """Everything was approved, Ben stopped everything, its time came, and Cat lifted the stop."""
    office.approve()
    program(office, "ben").write("/stops", STOP_ALL)
    office.publish_at(DUE)
    asking = program(office, "cat")
    (standing,) = asking.get("/stops").json()["standing"]
    lifted = {"scope": "all", "reason": "Over", "fingerprint": standing["fingerprint"]}
    answer = asking.write("/stops/lift", lifted)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["held"]) == 3
    return office


def test_a_theme_is_stopped_whatever_its_capitals(office: WebOffice) -> None:
    asked = {"scope": "theme", "target": " Myth", "reason": "A wrong number"}
    answer = program(office, "ben").write("/stops", asked)
    assert (answer.status_code, answer.json()["target"]) == (201, "myth")


def test_the_same_request_again_is_done_once_and_answered_the_same(office: WebOffice) -> None:
    asking = program(office, "ben")
    first, again = (asking.write("/stops", STOP_ALL, key="k") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert thrown(office) == 1


def test_a_key_stands_for_one_request_of_one_person(office: WebOffice) -> None:
    ben, cat = program(office, "ben"), program(office, "cat")
    assert ben.write("/stops", STOP_ALL, key="k").status_code == 201
    other = ben.write("/stops", STOP_ALL | {"reason": "Another"}, key="k")
    assert (other.status_code, other.json()["type"]) == (409, "/api#key-reused")
    assert ben.write("/stops/lift", STOP_ALL | {"fingerprint": ""}, key="k").status_code == 409
    assert cat.write("/stops", STOP_ALL, key="k").status_code == 201
    assert thrown(office) == 2


def test_a_key_is_free_again_after_a_week(office: WebOffice) -> None:
    asking = program(office, "ben")
    asking.write("/stops", STOP_ALL, key="k")
    office.clock.advance(KEPT_FOR)
    assert "Idempotency-Replayed" not in asking.write("/stops", STOP_ALL, key="k").headers
    with office.desk.store.read() as connection:
        assert len(connection.execute(select(API_ANSWER)).all()) == 1


def test_whoever_is_killed_between_doing_and_answering_leaves_both_or_neither(
    office: WebOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Program(office.app, program(office, "ben").token)
    with monkeypatch.context() as patched:
        patched.setattr("campaign.web.api.writing.keep_answer", lambda *_: 1 / 0)
        assert asking.write("/stops", STOP_ALL, key="k").status_code == 500
    assert thrown(office) == 0
    with monkeypatch.context() as patched:
        patched.setattr("campaign.web.api.writing._response", lambda *_: 1 / 0)
        assert asking.write("/stops", STOP_ALL, key="k").status_code == 500
    assert thrown(office) == 1
    answer = asking.write("/stops", STOP_ALL, key="k")
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (201, "true")
    assert thrown(office) == 1


def test_what_failed_may_be_sent_again_under_its_key(office: WebOffice) -> None:
    asking = program(office, "ben")
    nothing = {"scope": "network", "target": "nothing", "reason": "x"}
    assert asking.write("/stops", nothing, key="k").status_code == 409
    assert asking.write("/stops", STOP_ALL, key="k").status_code == 201


def test_a_write_without_a_good_key_is_refused(office: WebOffice) -> None:
    asking = program(office, "ben")
    for key in (None, "two words", "x" * 256, ""):
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = asking.post("/stops", json=STOP_ALL, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (400, "/api#not-understood"), key
    assert thrown(office) == 0


def test_a_body_has_to_be_json_and_hold_nothing_unknown(office: WebOffice) -> None:
    asking = program(office, "ben")
    headers = {"Idempotency-Key": "k"}
    assert asking.post("/stops", data=STOP_ALL, headers=headers).status_code == 415
    typed = headers | {"Content-Type": "application/json"}
    assert asking.post("/stops", content=b"{", headers=typed).status_code == 400
    assert asking.post("/stops", content=b"x" * 300_000, headers=typed).status_code == 413
    answer = asking.write("/stops", STOP_ALL | {"reason": "a\x00b"})
    assert (answer.status_code, answer.json()["errors"][0]["at"]) == (422, "body.reason")
    answer = asking.write("/stops", STOP_ALL | {"targets": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["at"] == "body.targets"


def test_an_approval_is_of_what_was_shown(office: WebOffice) -> None:
    asking = program(office, "ben")
    (shown,) = seen(asking, X)
    other = shown | {"content_hash": "0" * 64}
    answer = asking.write("/approvals/approve", {"deliveries": [other]})
    assert answer.status_code == 409
    assert "says something else now" in answer.json()["detail"]
    answer = asking.write("/approvals/approve", {"deliveries": [shown]})
    assert answer.json() == {"deliveries": [{"delivery": X, "state": "planned"}]}


def test_nobody_approves_what_they_applied_by_a_program_either(office: WebOffice) -> None:
    office.write_post("law-helps", "---\ntitle: x\n---\nOther words.\n")
    office.apply("ben")
    ben, cat = program(office, "ben"), program(office, "cat")
    body = {"deliveries": seen(cat, X)}
    answer = ben.write("/approvals/approve", body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/api#not-allowed")
    assert office.state(X) == "awaiting-approval"
    assert cat.write("/approvals/approve", body).status_code == 200


def test_what_is_sent_back_tells_its_author_why(office: WebOffice) -> None:
    asking = program(office, "ben")
    body = {"deliveries": seen(asking, X), "comment": "The date is wrong"}
    assert asking.write("/approvals/send-back", body).status_code == 200
    assert office.delivery(X).note == "sent back by ben: The date is wrong"
    blank = body | {"comment": "  "}
    assert asking.write("/approvals/send-back", blank).status_code == 422


def test_whoever_threw_a_stop_does_not_lift_it_by_a_program(office: WebOffice) -> None:
    ben = program(office, "ben")
    ben.write("/stops", STOP_ALL)
    (standing,) = ben.get("/stops").json()["standing"]
    assert standing["may_lift"] is False
    lifted = {"scope": "all", "reason": "x", "fingerprint": standing["fingerprint"]}
    assert ben.write("/stops/lift", lifted).status_code == 403
    cat = program(office, "cat")
    unread = lifted | {"fingerprint": "0" * 64}
    assert cat.write("/stops/lift", unread).status_code == 409
    assert cat.write("/stops/lift", lifted).status_code == 200
    with office.desk.store.read() as connection:
        assert active_stops(connection) == []


def test_a_decision_is_on_the_state_that_was_read(held: WebOffice) -> None:
    asking = program(held, "ama")
    tag = asking.tag(X)
    address = f"/deliveries/{X}/drop"
    assert asking.write(address, {}).json()["type"] == "/api#no-condition"
    assert asking.write(address, {}, tag='"other"').json()["type"] == "/api#stale"
    assert held.state(X) == "held"
    done = asking.write(address, {"reason": "Old news"}, tag=tag, key="k")
    assert (done.status_code, done.json()["state"], done.json()["note"]) == (
        200,
        "cancelled",
        "Old news",
    )
    assert done.headers["ETag"] == asking.tag(X) != tag
    again = asking.write(address, {"reason": "Old news"}, tag=tag, key="k")
    assert (again.content, again.headers["ETag"]) == (done.content, done.headers["ETag"])


def test_what_was_held_is_moved_or_sent_now(held: WebOffice) -> None:
    asking = program(held, "ben")
    to = {"to": "2027-01-12 14:00", "reason": "After the press conference"}
    moved = asking.write(f"/deliveries/{X}/move", to, tag=asking.tag(X))
    assert (moved.json()["wall_time"], moved.json()["state"]) == ("2027-01-12 14:00", "planned")
    past = {"to": "2027-01-11 14:00"}
    tag = asking.tag(MASTODON)
    assert asking.write(f"/deliveries/{MASTODON}/move", past, tag=tag).status_code == 409
    for wrong in ("tomorrow", "2027-02-30 10:00", "2027-03-28 01:30", "9999-12-31 23:59"):
        answer = asking.write(f"/deliveries/{MASTODON}/move", {"to": wrong}, tag=tag)
        assert answer.status_code in {409, 422}, wrong
    now = asking.write(f"/deliveries/{MASTODON}/send-now", {}, tag="*")
    assert now.json()["state"] == "planned"
    held.publish()
    assert (held.state(MASTODON), held.state(X)) == ("published", "planned")


def test_an_unknown_is_settled_by_a_persons_word(office: WebOffice) -> None:
    office.approve()
    office.rehearsal.inject("x", Fault.DROP_BEFORE_STORING, on=Call.PUBLISH)
    office.publish_at(DUE)
    office.clock.advance(timedelta(minutes=10))
    office.publish()
    assert office.state(X) == "unknown"
    asking = program(office, "ama")
    address, tag = f"/deliveries/{X}/settle", asking.tag(X)
    assert asking.write(address, {"url": "not an address"}, tag=tag).status_code == 422
    assert asking.write(address, {"url": "https://elsewhere.example/1"}, tag=tag).status_code == 409
    absent = asking.write(address, {"url": None}, tag=tag)
    assert absent.json()["state"] in {"planned", "missed"}


def test_a_live_post_is_withdrawn(office: WebOffice) -> None:
    office.approve()
    office.publish_at(DUE)
    asking = program(office, "ama")
    body = {"reason": "The figure in it is wrong"}
    answer = asking.write(f"/deliveries/{MASTODON}/withdraw", body, tag=asking.tag(MASTODON))
    assert answer.json()["withdrawal"]["reason"] == "The figure in it is wrong"
    assert asking.get(f"/deliveries/{MASTODON}").json()["state"] == "withdrawn"
    assert office.texts("mastodon") == []
    assert asking.write(
        f"/deliveries/{MASTODON}/withdraw", body, tag=asking.tag(MASTODON)
    ).status_code == 409  # fmt: skip


def test_there_is_nothing_to_decide_on_what_is_not_there(office: WebOffice) -> None:
    asking = program(office, "ben")
    for address in ("nothing", "law-helps/ico-x/2", "a/b/c/d", "%2e%2e%2fx"):
        answer = asking.write(f"/deliveries/{address}/drop", {}, tag="*")
        assert (answer.status_code, answer.json()["type"]) == (404, "/api#not-found"), address
