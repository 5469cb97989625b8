"""Writing a post in a real browser: from an empty page to a post that somebody else approved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Playwright, expect

from tests.campaign.office import ENTRY
from tests.pages.browser import Browser
from tests.web.chromium import HEAVIEST, NARROW, WIDE, screen_of
from tests.web.people import WebOffice, open_web_office
from tests.web.youtube import CAPTIONS, TALK, add_youtube

TEXT = """\
---
title: Hello, colleagues
status: draft
link: {url: https://ico.example/share/ten-steps, title: Ten steps}
media: [{file: two.png, alt: Two people hold a sign}]
---
Have you ever held back because of data protection? **You** are not alone.

{link}

## x
Data protection law does not stop you sharing a worry about a child. """
ENTRIES = f"""{ENTRY}  - {{post: hello, at: 2027-01-13 09:00, send_to: [network:x, ico-bluesky]}}
"""
PAGES = {"posts": "/posts", "new": "/posts/new", "post": "/posts/hello"}
PAGES |= {"share": "/posts/hello/share"}
PAGES |= {"cannot-send": "/posts/hello/send", "send": "/posts/law-helps/send"}
PAGES |= {"take-out": "/posts/law-helps/take-out?entry=law-helps"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[WebOffice]:
    with open_web_office(tmp_path) as opened:
        long = f"{TEXT}{'And again. ' * 30}\n"
        opened.write_post("hello", long, ("two.png",), size=(640, 480))
        opened.write_schedule(ENTRIES.replace("08:30", "09:30"))
        yield opened


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_can_be_read_at_both_widths(
    office: WebOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    with screen_of(office, playwright, browser.program, "ama", width=width) as screen:
        for name, path in PAGES.items():
            assert screen.weigh(path) < HEAVIEST, name
            screen.page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
            screen.picture(name)
            screen.examine()


@pytest.mark.parametrize("script", [True, False])
def test_a_post_is_written_checked_sent_approved_and_seen_on_the_calendar(
    office: WebOffice,
    playwright: Playwright,
    browser: Browser,
    tmp_path: Path,
    *,
    script: bool,
) -> None:
    picture = tmp_path / "A sign.png"
    Image.new("RGB", (320, 200), "navy").save(picture)
    with screen_of(office, playwright, browser.program, "ama", script=script) as screen:
        page = screen.page
        screen.open("/posts")
        page.get_by_role("button", name="New post").click()
        page.get_by_label("Title", exact=True).fill("Ask early")
        page.get_by_label("Text").fill("Ask before you need the answer.")
        page.get_by_role("button", name="Save as a draft").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ask early")
        page.get_by_label("Day").fill("2027-01-14")
        page.get_by_label("Time", exact=True).fill("10:00")
        page.get_by_label("All of X").check()
        page.get_by_label("What it says").first.fill("word " * 60)
        if not script:
            page.get_by_role("button", name="Check", exact=True).click()
        beside = page.locator("#said-text-1")
        expect(beside).to_contain_text("but X takes 280")
        expect(page.locator("#judged")).to_contain_text("299 of 280")
        screen.picture("too-long")
        page.get_by_label("What it says").first.fill("Ask before you need it.")
        page.get_by_label("Where it leads").fill("https://ico.example/ask")
        page.get_by_label("Add a picture, video or document").set_input_files(picture)
        page.get_by_label("What the new one shows").fill("A sign that says ask")
        page.get_by_role("button", name="Save and send for approval").click()
        expect(page.get_by_role("main")).to_contain_text("ask-early/ico-x/1")
        expect(page.get_by_role("main")).not_to_contain_text("law-helps")
        page.get_by_role("button", name="Send for approval").click()
        expect(page.get_by_role("alert")).to_contain_text("Sent for approval: 1 delivery")
    assert office.delivery("law-helps/ico-x/1").wall_time == "2027-01-12 08:30"
    with screen_of(office, playwright, browser.program, "ben", script=script) as screen:
        page = screen.page
        screen.open("/approvals")
        page.get_by_role("button", name="Approve Ask early").click()
        expect(page.get_by_role("alert")).to_contain_text("1 delivery approved")
        screen.open("/calendar?on=2027-01-14")
        entry = page.locator("table .desk-entry", has_text="Ask early")
        expect(entry).to_contain_text("Scheduled")
        screen.picture("calendar-after")
    assert office.state("ask-early/ico-x/1") == "planned"


@pytest.mark.parametrize("script", [True, False])
def test_a_youtube_post_with_captions_is_made_on_the_pages_and_taken_out_again(
    office: WebOffice,
    playwright: Playwright,
    browser: Browser,
    tmp_path: Path,
    *,
    script: bool,
) -> None:
    add_youtube(office)
    captions = tmp_path / "What is said.srt"
    captions.write_bytes(CAPTIONS)
    with screen_of(
        office, playwright, browser.program, "ama", width=NARROW, script=script
    ) as screen:
        page = screen.page
        screen.open("/posts/new")
        page.get_by_label("Title", exact=True).fill("A talk")
        page.get_by_label("Text").fill("How to ask early\n\nA talk.")
        page.get_by_role("button", name="Save as a draft").click()
        page.get_by_label("Add a picture, video or document").set_input_files(TALK)
        page.get_by_label("What the new one shows").fill("Somebody talks about asking early")
        page.get_by_label("Day").fill("2027-01-14")
        page.get_by_label("Time", exact=True).fill("10:00")
        page.get_by_label("All of YouTube").check()
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator("#said-media")).to_contain_text("has sound and no captions")
        expect(page.locator("#said-made_for_children")).to_contain_text("made for children")
        screen.picture("youtube-unsaid")
        if script:  # axe is one
            screen.examine()
        page.get_by_label("Add a file of captions").set_input_files(captions)
        page.get_by_role("radio", name="No", exact=True).check()
        page.get_by_label("Who sees it").select_option("unlisted")
        page.get_by_label("Tags").fill("law, asking")
        page.get_by_role("button", name="Save and send for approval").click()
        expect(page.get_by_role("main")).to_contain_text("a-talk/ico-youtube/1")
        page.get_by_role("button", name="Send for approval").click()
        expect(page.get_by_role("alert")).to_contain_text("Sent for approval: 1 delivery")
        assert "captions: what-is-said.srt" in (office.folder / "posts/a-talk/post.md").read_text()
        screen.open("/posts/a-talk")
        page.get_by_role("link", name="Take it out of the schedule").click()
        expect(page.get_by_role("main")).to_contain_text("Cancelled: was waiting for approval")
        screen.picture("take-out-plan")
        page.get_by_role("button", name="Take it out").click()
        expect(page.get_by_role("alert")).to_contain_text("1 delivery changed")
    assert office.state("a-talk/ico-youtube/1") == "cancelled"
    assert "a-talk" not in (office.folder / "schedule.yaml").read_text()


def test_a_dark_system_shows_the_same_light_pages(
    office: WebOffice, playwright: Playwright, browser: Browser
) -> None:
    with screen_of(office, playwright, browser.program, "ama", dark=True) as screen:
        for path in ("/now", "/calendar", "/posts/hello"):
            screen.open(path)
            paper = "getComputedStyle(document.body).backgroundColor"
            assert screen.page.evaluate(paper) == "rgb(255, 255, 255)"
            screen.picture(f"dark{path.replace('/', '-')}")
            screen.examine()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_preview_is_shared_with_somebody_who_has_no_account(
    office: WebOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    with screen_of(office, playwright, browser.program, "ama", width=width) as screen:
        screen.open("/posts/hello/share")
        screen.page.get_by_role("button", name="Make a link").click()
        address = screen.page.get_by_label("Copy it now").input_value()
        screen.picture("shared-link")
        screen.examine()
    with screen_of(office, playwright, browser.program, None, width=width) as screen:
        screen.open(f"/preview/{address.partition('/preview/')[2]}")
        expect(screen.page.get_by_role("main")).to_contain_text("Have you ever held back")
        expect(screen.page.get_by_role("img").first).to_have_js_property("naturalWidth", 640)
        screen.picture("shared")
        screen.examine()


def test_a_script_tells_of_the_other_text_before_anything_is_lost(
    office: WebOffice, playwright: Playwright, browser: Browser
) -> None:
    with screen_of(office, playwright, browser.program, "ama", width=NARROW) as screen:
        page = screen.page
        screen.open("/posts/hello")
        page.get_by_label("Title", exact=True).fill("Mine")
        file = office.folder / "posts/hello/post.md"
        file.write_text(file.read_text().replace("Hello, colleagues", "Theirs"))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#theirs")).to_contain_text("Theirs")
        expect(page.get_by_label("Title", exact=True)).to_have_value("Mine")
        screen.picture("theirs")
        screen.examine()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Saved.")
    assert "title: Mine" in (office.folder / "posts/hello/post.md").read_text()
