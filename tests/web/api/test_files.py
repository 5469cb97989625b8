"""Files that programs upload for a post: judged by what is in them, kept once, by authors alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from campaign.access.scopes import Scope
from campaign.web.api.files import LARGEST_BODY
from tests.campaign.uploads.test_uploads import SVG_HEAD, VIDEO, bomb, picture
from tests.web.api.programs import Program, program
from tests.web.people import WebOffice

FILES = "/posts/law-helps/files"
PNG = picture("PNG")
MB = 1024 * 1024
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nAsk early.\n"


@pytest.fixture
def author(office: WebOffice) -> Program:
    return program(office, "ama", Scope.WRITE)


def upload(asking: Program, content: Any, key: str = "k", **query: str) -> Any:
    asked = {"name": "Our Poster.png"} | query
    headers = {"Idempotency-Key": key, "Content-Type": "application/octet-stream"}
    return asking.post(FILES, params=asked, content=content, headers=headers)


def names(office: WebOffice) -> list[str]:
    return sorted(one.name for one in (office.folder / "posts" / "law-helps").iterdir())


def test_a_picture_is_kept_once_and_used_with_its_alt_text(
    office: WebOffice, author: Program
) -> None:
    kept = upload(author, PNG)
    assert (kept.status_code, kept.json()["file"], kept.json()["size"]) == (
        201,
        "our-poster.png",
        len(PNG),
    )
    again = upload(author, PNG)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (kept.json(), "true")
    assert upload(author, PNG, key="other").json() == kept.json()  # as after a kill in between
    assert upload(author, picture("JPEG")).json()["type"] == "/api#key-reused"
    assert names(office) == ["our-poster.png", "post.md"]
    read = author.get("/posts/law-helps/manuscript")
    body = read.json()["manuscript"] | {"media": [{"file": "our-poster.png", "alt": "A poster"}]}
    tag = read.headers["ETag"]
    written = author.write("/posts/law-helps/manuscript", body, tag=tag)
    assert (written.status_code, written.json()["findings"]) == (200, [])
    content = author.get("/posts/law-helps/sending").json()
    assert content["ready"], content


def test_a_file_may_be_larger_than_other_requests(author: Program) -> None:
    kept = upload(author, PNG.ljust(3 * MB, b"\0"))
    assert (kept.status_code, kept.json()["size"]) == (201, 3 * MB)


def test_a_video_comes_with_its_captions(office: WebOffice, author: Program) -> None:
    assert upload(author, VIDEO, name="a.mov").json()["file"] == "a.mp4"
    kept = upload(author, CAPTIONS, key="c", name="a.txt", kind="captions")
    assert (kept.status_code, kept.json()["file"]) == (201, "a.vtt"), kept.text
    assert names(office) == ["a.mp4", "a.vtt", "post.md"]


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (b"", "media", "The file is empty"),
        (b"<html><script>alert(1)</script>", "media", "no picture that can be opened"),
        (SVG_HEAD + b"/>", "media", "The file is SVG; one of"),
        (bomb(60_000, 60_000), "media", "50 million pixels"),
        (PNG[:60], "media", "damaged or cut off"),
        (VIDEO, "picture", "The file is MP4; one of"),
        (PNG, "captions", "captions"),
    ],
    ids=["empty", "page", "drawing", "bomb", "cut off", "no picture", "no captions"],
)
def test_what_is_no_such_file_is_refused_in_words_and_not_kept(
    office: WebOffice, author: Program, content: bytes, kind: str, says: str
) -> None:
    answer = upload(author, content, kind=kind)
    assert (answer.status_code, answer.json()["type"]) == (422, "/api#invalid")
    (wrong,) = answer.json()["errors"]
    assert (wrong["at"], says in wrong["what"]) == ("body", True), wrong
    assert names(office) == ["post.md"]


def test_a_file_that_is_too_large_is_refused_before_it_has_come_in(
    office: WebOffice, author: Program
) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // MB + 1):
            yield b"\0" * MB

    headers = {"Idempotency-Key": "k"}
    said = headers | {"Content-Length": str(LARGEST_BODY + 1)}
    for content, announced in ((b"nothing yet", said), (parts(), headers)):
        answer = author.post(f"{FILES}?name=a.mp4", content=content, headers=announced)
        assert (answer.status_code, answer.json()["type"]) == (413, "/api#too-large")
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert names(office) == ["post.md"]


def test_what_is_wrong_with_the_request_is_named(office: WebOffice, author: Program) -> None:
    form = author.post(FILES, files={"file": PNG}, headers={"Idempotency-Key": "k"})
    assert form.json()["errors"][0]["at"] == "header.Content-Type"
    assert author.post(f"{FILES}?name=a.png", content=PNG).status_code == 400
    assert upload(author, PNG, kind="film").json()["errors"][0]["at"] == "query.kind"
    assert upload(author, PNG, alt="A poster").json()["errors"][0]["at"] == "query.alt"
    nowhere = author.post(
        "/posts/none/files?name=a.png", content=PNG, headers={"Idempotency-Key": "k"}
    )
    assert nowhere.status_code == 404
    for other in (program(office, "ben"), program(office, "ama", Scope.READ)):
        assert upload(other, PNG).status_code == 403
    assert names(office) == ["post.md"]
