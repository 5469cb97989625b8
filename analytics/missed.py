"""Posts whose last reading before a network's own wall is missing from a week's figures.

`walls` watches for them day by day; here the report finds those that touch its week, in what it
has read already. What such a post gained after its last reading is in no figure, and once the
wall is passed it never will be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from analytics.known import Known
from analytics.numbers import count_of, day, joined
from analytics.walls import LATE_AFTER, MissedReading
from analytics.week_rows import NEVER_AFTER, NEVER_BEFORE, Numbers
from analytics.weeks import Week
from campaign.instants import from_micros, to_micros
from connectors.contract import Network

_MICROSECOND = timedelta(microseconds=1)
_NO_WALL = 0
_NAMED = 2


def missed_in(known: Known, week: Week) -> tuple[MissedReading, ...]:
    """List the posts that should have been read for the last time by the week's end, and were not.

    Posts that had passed the wall before the week began are left out: they were told of then.
    """
    facts, walls = known.facts, _walls(known)
    due = facts.out_at + facts.last_age
    latest = min(to_micros(week.end_at), to_micros(known.as_of - LATE_AFTER))
    still_there = facts.deleted_at > to_micros(known.as_of)
    touched = facts.out_at + walls > to_micros(week.start_at)
    wanted = facts.read_by_us & (walls != _NO_WALL) & (due <= latest) & touched & still_there
    places = np.flatnonzero(wanted)
    read_at = _last_reads(known, week)[places] if len(places) else places
    return tuple(
        _missed(known, place, read)
        for place, read in zip(places.tolist(), read_at.tolist(), strict=True)
        if read < due[place]
    )


def with_missed(known: Known, week: Week) -> Known:
    """Return what is known with the posts of the week that lack their last reading."""
    missed = missed_in(known, week)
    lost = frozenset(one.delivery for one in missed if one.is_lost(known.as_of))
    return replace(known, missed=missed, lost=lost)


def lost_in_words(
    missed: Sequence[MissedReading], networks: Mapping[str, Network], week: Week
) -> str | None:
    """Say of which posts a network tells no more, or will soon; None where nothing is missing."""
    found: dict[str, list[MissedReading]] = {}
    for one in missed:
        found.setdefault(one.network, []).append(one)
    said = [_of_network(networks[name], listed, week) for name, listed in found.items()]
    return " ".join(said) or None


def _of_network(network: Network, listed: Sequence[MissedReading], week: Week) -> str:
    first = min(one.wall_at for one in listed)
    names = [one.delivery for one in listed[:_NAMED]]
    if len(listed) > _NAMED:
        names.append(f"{len(listed) - _NAMED} more")
    many = count_of(len(listed), "post lacks its", "posts lack their")
    wall = network.capabilities.cadence.wall or timedelta()
    return (
        f"{many} last reading, and {network.title} tells nothing after {wall.days} days (from "
        f"{day(first, week)}): what was gained since is in no figure ({joined(names)})."
    )


def _walls(known: Known) -> Numbers:
    """Return the age of each post's wall in microseconds."""
    named = known.facts.network
    walls = [
        known.networks[name].capabilities.cadence.wall if name in known.networks else None
        for name in named.names
    ]
    ages = [_NO_WALL if wall is None else wall // _MICROSECOND for wall in walls]
    return np.array(ages, dtype=np.int64)[named.places]


def _last_reads(known: Known, week: Week) -> Numbers:
    """Return when each post was last read, as far as known; a reading after the week counts."""
    boundary = week.index - known.weeks[0].index + 1
    last = np.full(len(known.posts), NEVER_BEFORE, dtype=np.int64)
    held = known.columns
    np.maximum.at(last, held.post, held.before_at[:, boundary])
    after = held.after_at[:, boundary]
    np.maximum.at(last, held.post, np.where(after == NEVER_AFTER, NEVER_BEFORE, after))
    places = {one: place for place, one in enumerate(known.posts.column("id"))}
    for (delivery, _), chain in known.chains.items():
        read = (to_micros(one.series.readings[-1].observed_at) for one in chain)
        last[places[delivery]] = max(last[places[delivery]], *read)
    return last


def _missed(known: Known, place: int, read_at: int) -> MissedReading:
    post = known.posts[place]
    wall = known.networks[post.network].capabilities.cadence.wall or timedelta()
    return MissedReading(
        delivery=post.id,
        channel=post.channel,
        network=post.network,
        wall_at=post.published_at + wall,
        read_at=None if read_at == NEVER_BEFORE else from_micros(read_at),
    )
