"""What partners brought, in a real browser: a post that may be ours, and a screenshot."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Playwright

from tests.campaign.office import DUE
from tests.pages.browser import Browser
from tests.web.chromium import NARROW, WIDE, screen_of
from tests.web.partners import offer_sighting, open_partner_office, send_screenshot


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_both_pages_can_be_read_and_the_picture_is_typed_off(
    tmp_path: Path, playwright: Playwright, browser: Browser, width: int
) -> None:
    with open_partner_office(tmp_path) as office:
        office.clock.move_to(DUE + timedelta(hours=1))
        offer_sighting(office)
        with screen_of(office, playwright, browser.program, "ben", width=width) as screen:
            screen.open("/from-partners")
            screen.examine()
            screen.picture("from-partners-found")
            send_screenshot(office, screenshot())
            screen.open("/from-partners")
            screen.page.get_by_role("button", name="Open the picture").click()
            screen.examine()
            screen.picture("picture-of-counts")
            screen.page.get_by_label("Likes and other reactions").fill("41")
            screen.page.get_by_role("button", name="Store these numbers").click()
            screen.page.get_by_text("1 number taken in").wait_for()
            screen.examine()


def screenshot() -> bytes:
    """Draw what a network shows of a post's counts."""
    made = Image.new("RGB", (1170, 500), "white")
    ImageDraw.Draw(made).text((60, 200), "41 reactions     2 comments", fill="black", font_size=60)
    written = io.BytesIO()
    made.save(written, "PNG")
    return written.getvalue()
