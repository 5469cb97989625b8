"""Whether what the program is made of is there, and not too old."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from analytics.pdf import NoPdfError, check_library
from campaign.fitness.finding import Finding, found

LEAST_SQLITE = (3, 35)
"""The first with every statement that we use (sqlite.org/changes.html)."""
MENDED_UNTIL = {
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}
"""Until when holes in each Python are mended (devguide.python.org/versions)."""
FONT_FOLDERS = (
    *(Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts")),
    *(Path("/System/Library/Fonts"), Path("~/.fonts").expanduser()),
    Path("~/.local/share/fonts").expanduser(),
)
"""Where systems keep their fonts."""
FONTS = frozenset({".ttf", ".otf", ".ttc", ".pfb"})


def versions(
    today: date,
    python: tuple[int, int] = sys.version_info[:2],
    sqlite: tuple[int, int] = sqlite3.sqlite_version_info[:2],
) -> Finding:
    """Look whether Python is still mended, and SQLite young enough."""
    wrong = [*_python(today, python), *_sqlite(sqlite)]
    fine = f"Python {_dotted(python)}, SQLite {_dotted(sqlite)}"
    return found("versions", "; ".join(wrong) or None, fine)


def _python(today: date, version: tuple[int, int]) -> Iterator[str]:
    until = MENDED_UNTIL.get(version)
    if until is not None and today > until:
        yield (
            f"holes in Python {_dotted(version)} are not mended since {until:%B %Y}; install the "
            f"program with a newer one"
        )


def _sqlite(version: tuple[int, int]) -> Iterator[str]:
    if version < LEAST_SQLITE:
        least = _dotted(LEAST_SQLITE)
        yield f"SQLite is {_dotted(version)}, and {least} is needed; take a Python that has it"


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def pdf_files(folders: Iterable[Path] = FONT_FOLDERS) -> Finding:
    """Look whether PDF files can be made, with fonts from these folders."""
    try:
        check_library()
    except NoPdfError as error:
        return Finding(what="PDF files", fine=False, words=str(error))
    has_font = any(one.suffix in FONTS for folder in folders for one in folder.rglob("*"))
    no_font = "no font is installed, so their text would be boxes (Debian: fonts-liberation)"
    return found("PDF files", None if has_font else no_font, "can be made")
