"""How the command line speaks: results on stdout, progress and errors on stderr, or JSON."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from campaign.cli.visible import visible

# Without emoji: a text that says :smile: is shown as it will be sent, not as a face.
out = Console(highlight=False, emoji=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

TAB = 8


def say(text: str) -> None:
    """Print a line of the result."""
    _write(out, text)


def tell(text: str) -> None:
    """Print a line about the work, which is no result."""
    _write(err, text)


def print_json(value: Any) -> None:
    """Print one JSON document, without colour."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, whole: str = "") -> None:
    """Print a table; cells are plain text, whatever they hold.

    The cells under the heading `whole` stay on one line, so that an id can be copied. Where no
    terminal gives the width, every row is one line, so that other programs can pick from it.
    """
    if not out.is_terminal:
        _write_columns([list(headings), *([*row] for row in rows)])
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(heading, overflow="fold", no_wrap=heading == whole)
    for row in rows:
        grid.add_row(*[Text(visible(cell)) for cell in row])
    out.print(grid, soft_wrap=False)


def _write_columns(rows: list[list[str]]) -> None:
    """Write rows as wide as their widest cells; Rich would take minutes for 100,000 of them."""
    lines = [line for row in rows for line in _lines(row)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        )
        out.file.write("  ".join(padded) + "\n")
    out.file.flush()


def _lines(row: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a row: one, unless a cell has several."""
    cells = [visible(cell).expandtabs(TAB).split("\n") for cell in row]
    return zip_longest(*cells, fillvalue="")


def _write(console: Console, text: str) -> None:
    # Plain text needs nothing of Rich, and a plan may have 100,000 lines.
    console.file.write(visible(text) + "\n")
    console.file.flush()


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
