"""Holds the counts of a numbers file against what is known already: slips, and other sources.

A count only grows, but for what a network takes back. One that jumps or drops beyond reason is
most often a slip of the hand, and one that another source contradicts would make the report say
two things. Neither is taken in silently.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, select

from analytics.import_rows import StatedCount
from campaign.store.tables import SNAPSHOT

JUMP = 100
"""So many times the count before is a slip rather than a success."""
DROP = 2
"""Less than one part in so many of the count before: networks take back less."""
FEW = 20
"""Below that a count may do anything."""
AGREES_WITHIN = 10
"""Sources may differ by one part in so many of the larger count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A count that is known already."""

    source: str
    definition: str
    observed_at: datetime
    value: int


Series = tuple[str, str]
"""Delivery, and metric or definition."""


def held_counts(connection: Connection, deliveries: Iterable[str]) -> dict[Series, list[Held]]:
    """Return every count of some deliveries; of several for one instant the last recorded."""
    query = (
        select(SNAPSHOT)
        .where(SNAPSHOT.c.delivery_id.in_(sorted(set(deliveries))), SNAPSHOT.c.value.is_not(None))
        .order_by(SNAPSHOT.c.observed_at, SNAPSHOT.c.recorded_at)
    )
    found: dict[Series, dict[tuple[str, str, datetime], Held]] = defaultdict(dict)
    for row in connection.execute(query):
        one = Held(
            source=row.source,
            definition=row.definition,
            observed_at=row.observed_at,
            value=row.value,
        )
        key = (row.source, row.definition, row.observed_at)
        found[row.delivery_id, row.metric][key] = one
    return {key: list(by_instant.values()) for key, by_instant in found.items()}


def disagreements(
    counts: Mapping[int, StatedCount], held: Mapping[Series, Sequence[Held]], source: str
) -> dict[int, str]:
    """Say, by line, which counts another source contradicts."""
    found = {}
    for line, count in counts.items():
        others = [
            one
            for one in held.get((count.delivery_id, count.definition.metric), ())
            if one.source != source
            # What holds paid showings says nothing of what does not.
            if count.paid is None or one.definition == count.definition.id
        ]
        said = _contradicting(count, others)
        if said:
            found[line] = said
    return found


def jumps(
    counts: Mapping[int, StatedCount], held: Mapping[Series, Sequence[Held]], source: str
) -> dict[int, str]:
    """Say, by line, which counts jump or drop beyond reason from the one before."""
    series: dict[Series, dict[datetime, tuple[int | None, int]]] = defaultdict(dict)
    for (delivery, _), known in held.items():
        for one in known:
            if one.source == source:
                series[delivery, one.definition][one.observed_at] = (None, one.value)
    for line, count in counts.items():
        key = count.delivery_id, count.definition.id
        series[key][count.observed_at] = (line, count.value)
    found = {}
    for by_instant in series.values():
        ordered = [by_instant[instant] for instant in sorted(by_instant)]
        for (_, before), (place, value) in pairwise(ordered):
            said = _jump(before, value)
            if said and place is not None:
                found[place] = said
    return found


def _jump(before: int, value: int) -> str | None:
    if max(before, value) < FEW:
        return None
    if value > JUMP * max(before, FEW):
        return f"value: {value} is more than {JUMP} times the {before} before it"
    if value * DROP < before:
        return f"value: {value} is less than half of the {before} before it; counts only grow"
    return None


def _contradicting(count: StatedCount, others: Sequence[Held]) -> str | None:
    """Compare with the other source's counts on either side, as far as there are any."""
    place = bisect_right([one.observed_at for one in others], count.observed_at)
    before = others[place - 1] if place else None
    after = others[place] if place < len(others) else None
    if before is not None and (count.value + _slack(before.value) < before.value):
        return _words(count, before)
    # What was read only before says nothing of how much may have come since.
    if after is not None and count.value > after.value + _slack(after.value):
        return _words(count, after)
    return None


def _slack(value: int) -> int:
    return max(FEW, value // AGREES_WITHIN)


def _words(count: StatedCount, other: Held) -> str:
    when = f"{other.observed_at:%Y-%m-%dT%H:%MZ}"
    return f"value: {count.value} disagrees with {other.value} from {other.source} at {when}"
