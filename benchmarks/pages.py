"""Puts measured tables into a page, so that its figures are never typed by hand."""

import re
from pathlib import Path

from benchmarks.loopback import BenchmarkError
from benchmarks.tables import Section


def write_into(page: Path, section: Section) -> None:
    """Replace what stands between the page's lines for this part; refuse where it has none."""
    block = re.compile(
        rf"(<!-- figures: {section.name} -->\n).*?(\n<!-- end of figures -->)", re.DOTALL
    )
    text, times = block.subn(
        lambda found: f"{found[1]}\n{section.title}:\n\n{section.text}\n{found[2]}",
        page.read_text("utf-8"),
    )
    if times != 1:
        raise BenchmarkError(f"{page} has no place for {section.name}")
    page.write_text(text, encoding="utf-8")
