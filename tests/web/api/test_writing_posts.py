"""Posts written and sent by programs: into the files, on what was read, by authors alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from campaign.access.scopes import Scope
from tests.campaign.office import ENTRY
from tests.web.api.programs import Program, program
from tests.web.people import WebOffice

HELLO = (
    "---\ntitle: Hello   # kept\nstatus: draft\nlink: {url: https://ico.example/a}\n---\nHello.\n"
)
ENTRIES = f"{ENTRY}  - {{post: hello, at: 2027-01-13 09:00, send_to: [network:x]}}   # kept\n"
ADDRESS = "/posts/hello/manuscript"


@pytest.fixture
def author(office: WebOffice) -> Program:
    office.write_post("hello", HELLO)
    office.write_schedule(ENTRIES)
    return program(office, "ama")


def file_of(office: WebOffice, post: str = "hello") -> Path:
    return office.folder / "posts" / post / "post.md"


def opened(author: Program) -> tuple[dict[str, Any], str]:
    answer = author.get(ADDRESS)
    assert answer.status_code == 200, answer.text
    return answer.json()["manuscript"], answer.headers["ETag"]


def test_what_is_read_and_written_back_changes_no_byte(office: WebOffice, author: Program) -> None:
    files = [file_of(office), office.folder / "schedule.yaml"]
    before = [one.read_bytes() for one in files]
    body, tag = opened(author)
    answer = author.write(ADDRESS, body, tag=tag)
    assert (answer.status_code, answer.headers["ETag"]) == (200, tag)
    assert [one.read_bytes() for one in files] == before


def test_a_post_and_its_time_are_written_and_comments_stay(
    office: WebOffice, author: Program
) -> None:
    body, tag = opened(author)
    body |= {"title": "Hi", "when": body["when"] | {"at": "2027-01-13 10:30"}}
    body["texts"][0]["text"] = "Other words."
    answer = author.write(ADDRESS, body, tag=tag, key="k")
    assert answer.status_code == 200, answer.text
    assert file_of(office).read_text().startswith("---\ntitle: Hi   # kept\n")
    schedule = (office.folder / "schedule.yaml").read_text()
    assert "{post: hello, at: 2027-01-13 10:30, send_to: [network:x]}   # kept" in schedule
    again = author.write(ADDRESS, body, tag=tag, key="k")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (answer.content, "true")
    broken_off = author.write(ADDRESS, body, tag=tag)  # as after a kill before the answer was kept
    assert (broken_off.status_code, broken_off.json()) == (200, answer.json())


def test_two_editors_are_kept_apart(office: WebOffice, author: Program) -> None:
    body, tag = opened(author)
    file_of(office).write_text(HELLO.replace("Hello.", "Theirs."))
    changed = body | {"title": "Mine"}
    assert author.write(ADDRESS, changed, tag=tag).json()["type"] == "/api#stale"
    assert author.write(ADDRESS, changed).json()["type"] == "/api#no-condition"
    assert "Theirs." in file_of(office).read_text()


def test_what_could_not_be_read_again_is_said_at_its_place(
    office: WebOffice, author: Program
) -> None:
    body, tag = opened(author)
    answer = author.write(ADDRESS, body | {"link": "http://a.example"}, tag=tag)
    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert (wrong["at"], "is not encrypted" in wrong["what"]) == ("body.link", True)
    assert file_of(office).read_text() == HELLO


def test_a_post_is_begun_as_a_draft_and_sent_as_it_was_shown(
    office: WebOffice, author: Program
) -> None:
    begun = author.write("/posts", {"title": "Ask early", "text": "Ask early."})
    assert (begun.status_code, begun.json()["post"], begun.json()["draft"]) == (
        201,
        "ask-early",
        True,
    )
    shown = author.get("/posts/ask-early/sending").json()
    assert (shown["ready"], shown["plan"]) == (False, "")
    assert author.write("/posts/ask-early/sending", {"plan": ""}).status_code == 409
    plan = author.get("/posts/hello/sending").json()
    assert plan["deliveries"] == [
        {"delivery": "hello/ico-x/1", "kind": "add", "wall_time": "2027-01-13 09:00", "changes": []}
    ]
    assert author.write("/posts/hello/sending", {"plan": "0" * 64}).status_code == 409
    sent = author.write("/posts/hello/sending", {"plan": plan["plan"]})
    assert sent.status_code == 200, sent.text
    assert office.state("hello/ico-x/1") == "awaiting-approval"
    assert office.delivery("hello/ico-x/1").applied_by == "ama"


def test_only_authors_write_and_only_with_the_scope(office: WebOffice, author: Program) -> None:
    body, tag = opened(author)
    for one in (program(office, "ben"), program(office, "ama", Scope.READ)):
        assert one.get(ADDRESS).status_code == 403
        assert one.write(ADDRESS, body, tag=tag).status_code == 403
    for post in ("none", "x" * 200, "%2e%2e"):
        assert author.get(f"/posts/{post}/manuscript").status_code == 404


@pytest.mark.parametrize("text", ["6\x8bÜ", "a\x85b", "a\x99", "a\ud83cb"], ids=ascii)
def test_a_character_that_no_file_holds_is_refused_at_its_place(
    office: WebOffice, author: Program, text: str
) -> None:
    before = sorted(one.name for one in (office.folder / "posts").iterdir())
    content = json.dumps({"title": "Ask early", "text": text})
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = author.post("/posts", content=content, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["at"]) == (422, "body.text")
    assert sorted(one.name for one in (office.folder / "posts").iterdir()) == before
