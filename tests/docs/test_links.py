import re
from pathlib import Path

import pytest

from tests.docs.blocks import PAGES, ROOT

_LINK = re.compile(r"!?\[(?P<words>[^\]]*)\]\((?P<to>[^)\s]+)\)")


def links_of(page: Path) -> list[tuple[str, str]]:
    """Return the words and the aim of every link and picture of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [(one["words"], one["to"]) for one in _LINK.finditer(text)]


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that headings make."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", one.lower()) for one in headings]
    return {one.replace(" ", "-") for one in plain}


def broken(page: Path) -> list[str]:
    """Return what a page links to that is not there."""
    found = []
    for _, aim in links_of(page):
        if aim.startswith(("https://", "http://")):
            continue
        name, _, anchor = aim.partition("#")
        target = (page.parent / name).resolve() if name else page
        missing = not target.exists() or (anchor and anchor not in anchors_of(target))
        if missing:
            found.append(aim)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two\n[a](#one-two) [b](#three) [c](gone.md)\n", encoding="utf-8")
    assert broken(page) == ["#three", "gone.md"]


def test_every_picture_says_what_it_shows() -> None:
    silent = [
        aim for page in PAGES for words, aim in links_of(page) if aim.endswith(".png") and not words
    ]
    assert silent == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        aims = [(page.parent / aim.partition("#")[0]).resolve() for _, aim in links_of(page)]
        waiting += [aim for aim in aims if aim.suffix == ".md" and aim.exists()]
    assert set(PAGES) - reached == set()
