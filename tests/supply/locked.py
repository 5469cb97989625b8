"""What is locked: every package of every file in `requirements/`, and who needs it."""

import re
from pathlib import Path

from tests.docs.blocks import ROOT

REQUIREMENTS = ROOT / "requirements"
SHIPPED = frozenset({"main", "postgres"})
"""Lists that people who run the program install; all others are for those who develop it."""

_PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==[^ ;\\\n]+", re.MULTILINE)


def locked(folder: Path = REQUIREMENTS) -> dict[str, set[str]]:
    """Return the name of each locked package with the lists that hold it."""
    found: dict[str, set[str]] = {}
    for file in sorted(folder.glob("*.txt")):
        for pin in _PIN.finditer(file.read_text(encoding="utf-8")):
            found.setdefault(pin["name"], set()).add(file.stem)
    return found
