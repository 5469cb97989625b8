"""The page's lists, cut to what one side has room for; what is cut stands in the appendix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from math import ceil

from analytics.numbers import count_of, day, percent
from analytics.report_parts import Contents, Correction, DefinitionRead, Restated
from analytics.totals import Total
from analytics.weeks import Week, parse_week

ROOM, ROOM_CORRECTED = 8, 3
"""Printed lines that a list has room for on the page, the second under a correction."""
_LINE = 58
"""Characters that surely stand in one printed line of half the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A list as the page shows it."""

    lines: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def more(self) -> str:
        """Say that the list goes on, or nothing."""
        if not self.rest:
            return ""
        return f"{count_of(len(self.rest), 'more line', 'more lines')} in the appendix"


def cut(lines: Sequence[str], room: int) -> Cut:
    """Keep as many as there is room for, in printed lines; the weightiest come first."""
    used = list(accumulate(ceil(len(one) / _LINE) for one in lines))
    kept = max(1, sum(one <= room for one in used))
    return Cut(lines=tuple(lines[:kept]), rest=tuple(lines[kept:]))


def gaps(report: Contents) -> list[str]:
    """List what was restated, then what is missing or unsure."""
    return [*restated_lines(report.restated, report.week), *report.caveats]


def restated_lines(restated: Iterable[Restated], week: Week) -> list[str]:
    """Write a line for each week and reason: which figures were what, and are what."""
    found: dict[tuple[str, datetime, str], list[str]] = {}
    for one in restated:
        changes = found.setdefault((one.week, one.sent_at, one.reason), [])
        changes.append(f"{one.figure} was {one.was}, is {one.now}")
    return [
        f"Restated: week {parse_week(name, zone=week.zone, now=sent_at).number}, sent on "
        f"{day(sent_at, week)}: {'; '.join(changes)} ({reason})."
        for (name, sent_at, reason), changes in found.items()
    ]


def corrected_words(correction: Correction, week: Week) -> str:
    """Write the first line of a corrected report: old figure, new figure, reason."""
    changes = [f"{one.figure}: was {one.was}, is {one.now}" for one in correction.changes]
    what = ". ".join(one[:1].upper() + one[1:] for one in changes)
    sent_on = day(correction.replaces_sent_at, week)
    why = correction.reason.strip(" .")
    return f"{what}. Reason: {why}. It replaces the report sent on {sent_on}."


def how_known(total: Total) -> str:
    """Say how much of a sum was measured."""
    share = percent(total.estimated)
    some = "less than 0.1%" if share == "0.0%" else share
    known = "measured" if total.estimated == 0 else f"{some} estimated"
    return f"{known}, provisional" if total.provisional else known


def once_each(definitions: Iterable[DefinitionRead]) -> list[DefinitionRead]:
    """List every definition once, whichever channels it was read on."""
    return list({(one.network, one.id): one for one in definitions}.values())


def by_channel(definitions: Iterable[DefinitionRead]) -> list[DefinitionRead]:
    """Keep the last reading of each channel from each kind of source."""
    latest: dict[tuple[str, tuple[str, ...]], DefinitionRead] = {}
    for one in sorted(definitions, key=lambda one: (one.channel, str(one.read_to))):
        latest[one.channel, one.evidence] = one
    return list(latest.values())
