"""The guided first changes, made in a copy of the project as their pages have them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks_of

pytestmark = pytest.mark.long

GUIDES = ("adding-a-metric.md", "adding-a-report-section.md")
NEEDED = ("analytics", "campaign", "connectors", "rehearsal", "tests")
CHECKED = (
    "tests/connectors/test_profile_visits.py",
    "tests/analytics/test_punctual.py",
    "tests/analytics/test_shown.py",
)
SHOWN = """
from analytics.charts import draw_charts
from analytics.page import render_page
from tests.analytics.weeks_of import full_world


def test_the_new_section_stands_on_the_page() -> None:
    report = full_world(weeks=1).report()
    assert "Everything within a day of its time: " in render_page(report, draw_charts(report))
"""


def changes() -> list[Block]:
    """Return what the guides write, in their order."""
    pages = (ROOT / "docs" / name for name in GUIDES)
    return [one for page in pages for one in blocks_of(page) if one.language in {"python", "text"}]


def apply(block: Block, folder: Path) -> None:
    """Write a new file, or put lines where the one line that stands there already shows."""
    file = folder / block.words
    if not file.exists():
        file.write_text(block.text, encoding="utf-8")
        return
    lines, new = file.read_text(encoding="utf-8").splitlines(), block.text.splitlines()
    first, last = lines.count(new[0]), lines.count(new[-1])
    assert 1 in {first, last}, f"{block.place}: no single line of {block.words} shows the place"
    at = lines.index(new[0] if first == 1 else new[-1])
    lines[at : at + 1] = new
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    for name in NEEDED:
        left_out = shutil.ignore_patterns("__pycache__", "node_modules", "networks", "pages")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for block in changes():
        apply(block, folder)
    return folder


def test_the_changes_of_the_guides_pass_the_tests_that_they_promise(changed: Path) -> None:
    (changed / CHECKED[-1]).write_text(SHOWN, encoding="utf-8")
    options = ("-q", "-n", "0", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *CHECKED],
        cwd=changed,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
