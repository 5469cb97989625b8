"""Every field that a post and its entry can have is on the form, or stands here with the reason."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from PIL import Image
from pydantic import BaseModel

from campaign.access import visits
from campaign.content.front_matter import FrontMatter
from campaign.content.reading import read_post
from campaign.schedule.model import SingleEntry
from campaign.schedule.reading import read_schedule
from campaign.web.visitors import COOKIE
from tests.web.people import Browser, WebOffice, open_web_office
from tests.web.reading import form_to
from tests.web.youtube import CAPTIONS, TALK, add_youtube

TYPED: dict[str, tuple[str, Any]] = {
    "title": ("title", "Ask early"),
    "theme": ("theme", "myth"),
    "sectors": ("sectors", "police, education"),
    "language": ("language", "cy"),
    "link.url": ("link", "https://ico.example/ask"),
    "link.title": ("link_title", "Ask"),
    "link.description": ("link_description", "Before you need it"),
    "link.image": ("link_image_file", "picture"),
    "media.file": ("picture", "picture"),
    "media.alt": ("alt-1", "A sign"),
    "media.captions": ("captions_file-2", "captions"),
    "media.logo": ("logo-1", "top-left"),
    "media.artwork.file": ("artwork_file-1", "picture"),
    "media.artwork.alt": ("artwork_words-1", "Their sign"),
    "video.made_for_children": ("made_for_children", "true"),
    "video.privacy": ("video_privacy", "unlisted"),
    "video.tags": ("video_tags", "law, care"),
    "approvals": ("approvals", "legal"),
    "embargo_until": ("embargo_until", "2027-01-12 08:00"),
    "note": ("note", "Two\nlines"),
}
"""Where each field is typed; of a picture or of captions, what kind of file is chosen."""
WHY_NOT = {"status": "it ends being a draft by being sent for approval, which is a step of its own"}
ENTRY_TYPED: dict[str, tuple[str, Any]] = {
    "at": ("at", "2027-01-14"),
    "send_to": ("send_to", ["ico-youtube", "partner:ico"]),
    "stagger": ("stagger", "20m"),
    "every": ("every", "4 weeks"),
    "until_on": ("until", "2027-04-30"),
    "owner": ("owner", "ama"),
    "replies": ("replies", "ben"),
    "id": ("entry_id", "talk-again"),
}
ENTRY_WHY_NOT = {"post": "it is the post whose form it is"}
HERE = "/posts/talk"
POST = """\
---
title: Talk
status: draft
media:
  - file: one.png
    alt: Sign
  - file: talk.mp4
    alt: Somebody
---
How to ask.
"""


def leaves(kind: Any, path: str = "") -> Iterator[str]:
    """Yield the way to every field of a model that holds no other model."""
    for name, field in kind.model_fields.items():
        model = next(_models(field.annotation), None)
        yield from leaves(model, f"{path}{name}.") if model else (f"{path}{name}",)


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) in {Union, UnionType, Annotated, tuple, dict}:
        for one in get_args(kind):
            yield from _models(one)


def sign(shade: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (400, 300), (shade, 40, 90)).save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[tuple[WebOffice, Browser]]:
    """A post with a picture and a video, in an office with a channel for it."""
    with open_web_office(tmp_path) as office:
        add_youtube(office)
        office.write_post("talk", POST)
        (office.folder / "posts/talk/one.png").write_bytes(sign(1))
        (office.folder / "posts/talk/talk.mp4").write_bytes(TALK.read_bytes())
        yield office, office.browser("ama")


def filled(browser: Browser) -> dict[str, Any]:
    return {**form_to(browser.get(HERE).text, HERE).fields}


def send(browser: Browser, typed: dict[str, Any], files: Any = None, do: str = "save") -> Any:
    return browser.post(HERE, data={**filled(browser), **typed, "do": do}, files=files)


def test_every_field_is_typed_somewhere_or_stands_here_with_the_reason() -> None:
    assert set(leaves(FrontMatter)) == TYPED.keys() | WHY_NOT.keys()
    assert set(leaves(SingleEntry)) == ENTRY_TYPED.keys() | ENTRY_WHY_NOT.keys()


def test_what_is_typed_into_every_field_stands_in_the_files(
    talk: tuple[WebOffice, Browser],
) -> None:
    office, browser = talk
    files = {
        name: (f"{name}.png", sign(number)) if kind == "picture" else ("said.vtt", VTT)
        for number, (name, kind) in enumerate(TYPED.values())
        if kind in {"picture", "captions"}
    }
    typed = {name: value for name, value in TYPED.values() if name not in files}
    typed |= dict(ENTRY_TYPED.values())
    assert {*typed, *files} - filled(browser).keys() == {"send_to"}  # of which nothing is ticked
    answer = send(browser, {**typed, "time": "10:00", "artwork_for-1": "npcc"}, files)
    assert answer.status_code == 303
    post = read_post(office.folder / "posts/talk")
    sign_there, film, new = post.media
    assert new.content == files["picture"][1]
    assert (post.title, post.theme, post.sectors) == ("Ask early", "myth", ("police", "education"))
    assert (post.language, post.approvals, post.note) == ("cy", ("legal",), "Two\nlines")
    assert str(post.embargo_until) == "2027-01-12 08:00"
    assert post.draft
    assert post.link is not None
    assert post.link.image is not None
    card = (post.link.url, post.link.title, post.link.description)
    assert card == ("https://ico.example/ask", "Ask", "Before you need it")
    assert (sign_there.alt, sign_there.logo_at) == ("A sign", "top-left")
    ((partner, version),) = sign_there.artwork
    assert (partner, version.alt) == ("npcc", "Their sign")
    contents = (post.link.image.content, version.content)
    assert contents == (files["link_image_file"][1], files["artwork_file-1"][1])
    assert film.captions is not None
    assert film.captions.content == VTT
    assert post.video is not None
    video = (post.video.made_for_children, post.video.privacy, post.video.tags)
    assert video == (True, "unlisted", ("law", "care"))
    entry = read_schedule(office.folder / "schedule.yaml").schedule[-1]
    assert isinstance(entry, SingleEntry)
    assert (entry.name, entry.owner, entry.replies) == ("talk-again", "ama", "ben")
    assert entry.send_to == ("ico-youtube", "partner:ico")
    assert str(entry.until_on) == "2027-04-30"
    before = [one.read_bytes() for one in places(office)]
    assert send(browser, {}).status_code == 303
    assert [one.read_bytes() for one in places(office)] == before


def places(office: WebOffice) -> list[Path]:
    return [office.folder / "posts/talk/post.md", office.folder / "schedule.yaml"]


VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nAsk early.\n"
BACKWARDS = b"1\n00:00:02,000 --> 00:00:01,000\nAsk.\n"


def test_a_video_asks_for_captions_and_a_declaration_beside_their_fields_until_it_has_them(
    talk: tuple[WebOffice, Browser],
) -> None:
    office, browser = talk
    typed = {"at": "2027-01-14", "time": "10:00", "send_to": ["ico-youtube"], "drop-1": "yes"}
    page = send(browser, typed, do="check").text
    assert "whether the video is made for children" in said(page, "made_for_children")
    assert "has sound and no captions" in said(page, "media")
    bad = {"captions_file-1": ("said.srt", BACKWARDS)}
    send(browser, typed)
    answer = send(browser, {"made_for_children": "false"}, bad)
    assert answer.status_code == 422
    assert "Line 2 of the captions ends before it begins" in answer.text
    assert 'href="#captions_file-1"' in answer.text
    kept = form_to(answer.text, HERE).fields
    assert kept["made_for_children"] == ["false"]
    good = {"captions_file-1": ("said.srt", CAPTIONS)}
    assert browser.post(HERE, data={**kept, "do": "save"}, files=good).status_code == 303
    text = (office.folder / "posts/talk/post.md").read_text()
    assert "    captions: said.srt\n" in text
    assert "\nvideo:\n  made_for_children: false\n" in text
    assert said(browser.get(HERE).text, "media") == ""
    send(browser, {"captions-1": "burnt-in"})
    assert "    captions: burnt-in\n" in (office.folder / "posts/talk/post.md").read_text()


def said(page: str, field: str) -> str:
    return page.partition(f'<div id="said-{field}">')[2].partition("</div>")[0].strip()


def test_a_version_of_a_picture_needs_a_partner_and_is_taken_out_again(
    talk: tuple[WebOffice, Browser],
) -> None:
    office, browser = talk
    file = office.folder / "posts/talk/post.md"
    before = file.read_text()
    version = {"artwork_file-1": ("Theirs.png", sign(9))}
    answer = send(browser, {"artwork_words-1": "Their sign"}, version)
    assert answer.status_code == 422
    assert "Choose whose version of the picture it is" in answer.text
    assert form_to(answer.text, HERE).fields["artwork_words-1"] == ["Their sign"]
    send(browser, {"artwork_for-1": "npcc"}, version)
    assert "    artwork:\n      npcc: theirs.png\n" in file.read_text()
    send(browser, {"artwork_drop-1-1": "yes"})
    assert file.read_text() == before


def test_what_was_chosen_of_a_video_survives_a_sign_in_that_ends_and_another_editor(
    talk: tuple[WebOffice, Browser],
) -> None:
    office, browser = talk
    file = office.folder / "posts/talk/post.md"
    typed = {**filled(browser), "video_tags": "law", "captions-2": "burnt-in", "do": "save"}
    typed["made_for_children"] = "false"
    office.clock.advance(visits.IDLE_FOR)
    kept = form_to(browser.post(HERE, data=typed).text, HERE).fields
    browser.cookies.set(COOKIE, office.cookie_of("ama"))
    again = browser.post(HERE, data=kept).text
    sent = form_to(again.partition("<main")[2], HERE).fields
    file.write_text(file.read_text().replace("title: Talk", "title: Theirs"))
    answer = browser.post(HERE, data=sent)
    assert answer.status_code == 409
    differs = answer.text.partition('id="theirs"')[2].partition("</section>")[0]
    assert "Captions of talk.mp4" in differs
    assert "Tags of the video" in differs
    mine = form_to(answer.text, HERE).fields
    assert browser.post(HERE, data={**mine, "do": "save"}).status_code == 303
    text = file.read_text()
    for line in ("    captions: burnt-in", "  made_for_children: false", "  tags: [law]"):
        assert f"\n{line}\n" in text
