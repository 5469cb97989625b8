"""Splits the body of a post.md into its wordings, and each wording into its parts.

Only a heading that names a network, exactly, starts a new wording, and only the two exact lines
below start another part of one; every other line, whatever it looks like, is text and will be sent.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from campaign.content.post import Wording
from campaign.schedule.faults import Fault
from campaign.schedule.known import NETWORKS

Heading = tuple[str | None, str | None, str | None, int | None]
"""Network, for whom or in which language, in which language besides, run."""
NEXT_PART = "### next part"
FIRST_COMMENT = "### first comment"

_HEADING = re.compile(
    rf"## ({'|'.join(NETWORKS)})(?: / ([a-z0-9]+(?:-[a-z0-9]+)*))?"
    rf"(?: / ([a-z]{{2,3}}))?(?: #([1-9][0-9]{{0,3}}))?\s*",
    re.ASCII,
)


def split_wordings(
    file: str, lines: list[str], first_line: int
) -> tuple[tuple[Wording, ...], list[Fault]]:
    """Return the wordings of a body that starts on `first_line`, and what is wrong with them."""
    wordings = list(_wordings(lines, first_line))
    faults = [*_stand_twice(file, wordings), *_empty(file, wordings), *_mixed(file, wordings)]
    faults.extend(_unprintable(file, lines, first_line))
    return tuple(one for one in wordings if one.text), faults


def is_heading(line: str) -> bool:
    """Whether a line of a body begins another wording."""
    return _HEADING.fullmatch(line) is not None


def _wordings(lines: list[str], first_line: int) -> Iterator[Wording]:
    starts = [number for number, line in enumerate(lines) if _HEADING.fullmatch(line)]
    yield _in_parts(lines[: starts[0]] if starts else lines, first_line)
    for start, end in pairwise([*starts, len(lines)]):
        match = _HEADING.fullmatch(lines[start])
        network, qualifier, language, run = match.groups() if match else (None,) * 4
        yield _in_parts(
            lines[start + 1 : end],
            first_line + start + 1,
            heading=(network, qualifier, language, int(run) if run else None),
        )


def _in_parts(
    lines: list[str],
    first_line: int,
    *,
    heading: Heading = (None, None, None, None),
) -> Wording:
    """Return a wording whose later parts hang on its first one."""
    starts = [n for n, line in enumerate(lines) if line.rstrip() in (NEXT_PART, FIRST_COMMENT)]
    first = _wording(lines[: starts[0]] if starts else lines, first_line, heading=heading)
    rest = []
    for part, (start, end) in enumerate(pairwise([*starts, len(lines)]), start=2):
        text = _wording(lines[start + 1 : end], first_line + start + 1, heading=heading)
        comment = lines[start].rstrip() == FIRST_COMMENT
        rest.append(replace(text, part=part, comment=comment, heading_line=first_line + start))
    return replace(first, rest=tuple(rest))


def _wording(
    lines: list[str],
    first_line: int,
    *,
    heading: Heading,
) -> Wording:
    blank = next((n for n, line in enumerate(lines) if line.strip()), 0)
    return Wording(
        text=unicodedata.normalize("NFC", "\n".join(lines[blank:]).rstrip()),
        line=first_line + blank,
        network=heading[0],
        qualifier=heading[1],
        language=heading[2],
        run=heading[3],
        heading_line=first_line - 1 if heading[0] else 0,
    )


def _stand_twice(file: str, wordings: list[Wording]) -> Iterator[Fault]:
    first: dict[Heading, int] = {}
    for one in wordings:
        key = (one.network, one.qualifier, one.language, one.run)
        if key in first:
            message = f"{one.heading} stands here twice, first on line {first[key]}"
            yield Fault(file, one.place, 1, message)
        first.setdefault(key, one.place)


def _empty(file: str, wordings: list[Wording]) -> Iterator[Fault]:
    for one in wordings:
        if not one.text and (one.network or len(wordings) == 1 or one.rest):
            message = f"{one.heading} is empty; write what the post says"
            yield Fault(file, one.place, 1, message)
        for part in one.rest:
            if not part.text:
                message = f"{part.heading} is empty; write it, or take its heading out"
                yield Fault(file, part.place, 1, message)


def _mixed(file: str, wordings: list[Wording]) -> Iterator[Fault]:
    """Refuse a comment beside other parts: it would be unclear what it stands under, and when."""
    for one in wordings:
        comment = next((part for part in one.rest if part.comment), None)
        if comment is not None and len(one.rest) > 1:
            message = (
                f"a wording has either one “{FIRST_COMMENT}” or any number of “{NEXT_PART}”; "
                f"write the comment as the last part"
            )
            yield Fault(file, comment.place, 1, message)


def _unprintable(file: str, lines: list[str], first_line: int) -> Iterator[Fault]:
    for number, line in enumerate(lines):
        for column, char in enumerate(line, start=1):
            if unicodedata.category(char) == "Cc" and char != "\t":
                message = f"the control character U+{ord(char):04X} cannot be sent; remove it"
                yield Fault(file, first_line + number, column, message)
