"""Every page that the app has, in a real browser: none is left out, since the routes name them.

It is the office of `tests.web.odd`, in which all that somebody can word is hostile and long.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.pages.browser import Browser
from tests.web.chromium import HEAVIEST, NARROW, WIDE, Screen, screen_of
from tests.web.every_page import Page, every_page, fill, known_parts, somebody_for
from tests.web.odd import OddOffice, open_odd_office

HTML = "text/html"
EASY = 44
"""Pixels that a thumb hits without a look (WCAG 2.5.5, which asks for more than AA does)."""
BY_THUMB = {
    "/approvals": "Approve",
    "/stop": "Stop",
    "/settle/{delivery_id:path}": "",
    "/decide/{delivery_id:path}": "",
    "/outside/{token}": "Yes",
}
"""What has to be easy at night with one hand: pages, and how a button of each begins."""
_SIZES = """
all => all.map(one => {
  const box = one.getBoundingClientRect();
  return [one.textContent.trim(), Math.round(box.width), Math.round(box.height)];
}).filter(([, width]) => width > 0)
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OddOffice]:
    with open_odd_office(Path(tmp_path_factory.mktemp("odd"))) as opened:
        yield opened


def by_person(office: OddOffice) -> dict[str | None, list[Page]]:
    """Return the pages that are documents, by somebody who may open them."""
    known = known_parts(office)
    found: dict[str | None, list[Page]] = {}
    for page in every_page():
        person = somebody_for(office, page)
        if page.method == "GET":
            with office.browser(person) as browser:
                answer = browser.get(fill(page, known))
            if answer.headers.get("Content-Type", "").startswith(HTML):
                found.setdefault(person, []).append(page)
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_on_any_page_nothing_scrolls_sideways_and_none_is_heavy(
    office: OddOffice, playwright: Playwright, browser: Browser, width: int
) -> None:
    known, looked = known_parts(office), 0
    for person, pages in by_person(office).items():
        with screen_of(office, playwright, browser.program, person, width=width) as screen:
            for page in pages:
                weight = screen.weigh(fill(page, known))
                assert weight < HEAVIEST, (page.path, weight)
                look(screen, page)
                looked += 1
    assert looked > 45


def look(screen: Screen, page: Page) -> None:
    """Open what is folded, take the picture, and let axe look."""
    screen.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    screen.picture(page.path.strip("/").replace("/", "-").replace("{", "").replace("}", ""))
    try:
        screen.examine()
    except AssertionError as error:
        message = f"{page.path}: {error}"
        raise AssertionError(message) from error


def test_what_is_done_at_night_is_done_with_one_thumb(
    office: OddOffice, playwright: Playwright, browser: Browser
) -> None:
    known = known_parts(office)
    for page in every_page():
        if page.method != "GET" or page.path not in BY_THUMB:
            continue
        person = somebody_for(office, page)
        with screen_of(office, playwright, browser.program, person, width=NARROW) as screen:
            screen.open(fill(page, known))
            sizes = screen.page.locator("main button").evaluate_all(_SIZES)
            begins = BY_THUMB[page.path]
            assert any(one[0].startswith(begins) for one in sizes), (page.path, sizes)
            small = [one for one in sizes if one[2] < EASY or one[1] < EASY]
            assert small == [], page.path
