"""How the command line speaks: results on stdout, progress and errors on stderr, or JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from campaign.cli.visible import visible

# Without emoji: a text that says :smile: is shown as it will be sent, not as a face.
out = Console(highlight=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

NO_END = 100_000
"""Characters in a line that no terminal shows."""


def say(text: str) -> None:
    """Print a line of the result."""
    out.print(visible(text), markup=False)


def tell(text: str) -> None:
    """Print a line about the work, which is no result."""
    err.print(visible(text), markup=False)


def print_json(value: Any) -> None:
    """Print one JSON document, without colour."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, whole: str = "") -> None:
    """Print a table; cells are plain text, whatever they hold.

    The cells under the heading `whole` stay on one line, so that an id can be copied. Where no
    terminal gives the width, every row is one line, so that other programs can pick from it.
    """
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold", no_wrap=heading == whole)
    for row in rows:
        grid.add_row(*[Text(visible(cell)) for cell in row])
    console = out if out.is_terminal else Console(width=NO_END)
    console.print(grid, soft_wrap=False)


def instant(moment: datetime | None) -> str | None:
    """Write an instant for JSON: UTC with a Z, None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def for_people(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant as people do: Tuesday 12 January 2027, 08:30."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: 1 delivery, 3 deliveries."""
    return f"{number} {one if number == 1 else many or one + 's'}"
