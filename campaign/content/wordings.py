"""Splits the body of a post.md into its wordings.

Only a heading that names a network, exactly, starts a new wording; every other line, whatever it
looks like, is text and will be sent.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from campaign.content.post import Wording
from campaign.schedule.faults import Fault
from campaign.schedule.known import NETWORKS

_HEADING = re.compile(
    rf"## ({'|'.join(NETWORKS)})(?: / ([a-z0-9]+(?:-[a-z0-9]+)*))?(?: #([1-9][0-9]{{0,3}}))?\s*",
    re.ASCII,
)


def split_wordings(
    file: str, lines: list[str], first_line: int
) -> tuple[tuple[Wording, ...], list[Fault]]:
    """Return the wordings of a body that starts on `first_line`, and what is wrong with them."""
    wordings = list(_wordings(lines, first_line))
    faults = [*_stand_twice(file, wordings), *_empty(file, wordings)]
    faults.extend(_unprintable(file, lines, first_line))
    return tuple(one for one in wordings if one.text), faults


def _wordings(lines: list[str], first_line: int) -> Iterator[Wording]:
    starts = [number for number, line in enumerate(lines) if _HEADING.fullmatch(line)]
    yield _wording(lines[: starts[0]] if starts else lines, first_line)
    for start, end in pairwise([*starts, len(lines)]):
        match = _HEADING.fullmatch(lines[start])
        network, qualifier, run = match.groups() if match else (None, None, None)
        yield _wording(
            lines[start + 1 : end],
            first_line + start + 1,
            heading=(network, qualifier, int(run) if run else None),
        )


def _wording(
    lines: list[str],
    first_line: int,
    *,
    heading: tuple[str | None, str | None, int | None] = (None, None, None),
) -> Wording:
    blank = next((n for n, line in enumerate(lines) if line.strip()), 0)
    return Wording(
        text=unicodedata.normalize("NFC", "\n".join(lines[blank:]).rstrip()),
        line=first_line + blank,
        network=heading[0],
        qualifier=heading[1],
        run=heading[2],
        heading_line=first_line - 1 if heading[0] else 0,
    )


def _stand_twice(file: str, wordings: list[Wording]) -> Iterator[Fault]:
    first: dict[tuple[str | None, str | None, int | None], int] = {}
    for one in wordings:
        key = (one.network, one.qualifier, one.run)
        if key in first:
            message = f"{one.heading} stands here twice, first on line {first[key]}"
            yield Fault(file, one.place, 1, message)
        first.setdefault(key, one.place)


def _empty(file: str, wordings: list[Wording]) -> Iterator[Fault]:
    for one in wordings:
        if not one.text and (one.network or len(wordings) == 1):
            message = f"{one.heading} is empty; write what the post says"
            yield Fault(file, one.place, 1, message)


def _unprintable(file: str, lines: list[str], first_line: int) -> Iterator[Fault]:
    for number, line in enumerate(lines):
        for column, char in enumerate(line, start=1):
            if unicodedata.category(char) == "Cc" and char != "\t":
                message = f"the control character U+{ord(char):04X} cannot be sent; remove it"
                yield Fault(file, first_line + number, column, message)
