"""How pages of the repository become pages of the site, which `make site` has Sphinx build."""

import re
from pathlib import Path

import pytest

from docs.site import assemble as site
from docs.site.assemble import DeadLinkError, assemble, page_of, places
from tests.docs.blocks import PAGES, ROOT


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two pages and nothing else."""
    write(tmp_path, "docs/index.md", "# Start\n\n## Lessons\n\n- [One](lessons/one.md)\n")
    write(tmp_path, "docs/lessons/one.md", "# One\n\n[back](../index.md)\n")
    for name in ("conf.py", "look.css"):
        write(tmp_path, f"docs/site/{name}", "")
    monkeypatch.setattr(site, "FROM_THE_ROOT", {})
    monkeypatch.setattr(site, "ROOT", tmp_path)
    monkeypatch.setattr(site, "DOCS", tmp_path / "docs")
    return tmp_path


def test_every_page_that_is_tested_stands_on_the_site() -> None:
    assert set(PAGES) - set(places()) == set()


def test_every_page_is_in_the_navigation(tmp_path: Path) -> None:
    assemble(tmp_path)
    listed = {
        (page.parent / f"{line}.md").resolve()
        for page in tmp_path.rglob("*.md")
        for tree in re.findall(r"```{toctree}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
        for line in tree.splitlines()
        if line and not line.startswith(":")
    }
    pages = {page.resolve() for page in tmp_path.rglob("*.md")}
    assert pages - listed == {tmp_path.resolve() / "index.md"}


def test_a_link_to_what_the_site_does_not_have_ends_the_build(house: Path) -> None:
    write(house, "Makefile", "all:\n")
    write(house, "docs/lessons/one.md", "# One\n\n[how](../../Makefile)\n")
    with pytest.raises(DeadLinkError, match=r"docs/lessons/one.md leads to ../../Makefile"):
        assemble(house / "out")


def test_links_follow_a_page_to_its_new_place(house: Path) -> None:
    readme = write(house, "README.md", "[a](docs/lessons/one.md#one) [b](https://x.example)\n")
    known = {readme: Path("about/readme.md"), house / "docs/lessons/one.md": Path("lessons/one.md")}
    assert page_of(readme, known) == "[a](../lessons/one.md#one) [b](https://x.example)\n"


def test_cues_are_left_out_and_blocks_stay_as_they_are(house: Path) -> None:
    text = "<!-- play: clock 2027-01-11 09:00 -->\n```text\n[x](gone.md) <!-- -->\n```\n"
    page = write(house, "docs/lessons/one.md", text)
    assert page_of(page, {page: Path("one.md")}) == "```text\n[x](gone.md) <!-- -->\n```\n"


def test_the_front_pages_lists_become_the_navigation(house: Path) -> None:
    assemble(house / "out")
    text = (house / "out" / "index.md").read_text("utf-8")
    assert text.endswith("```{toctree}\n:hidden:\n:caption: Lessons\n\nlessons/one\n```\n")


def test_nothing_of_the_sites_own_asks_another_host() -> None:
    for name in ("conf.py", "look.css"):
        text = (ROOT / "docs" / "site" / name).read_text("utf-8")
        assert not re.search(r"https?://|@import", text), name
