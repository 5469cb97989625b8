"""Makes the numbers of a long campaign from a seed, as the networks' own rhythms would give them.

Posts go out evenly, every network is read at the ages and week ends of its own cadence, some
readings are missed, some counts fall, and partners bring numbers once a week. The same seed gives
the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from campaign.instants import to_micros
from campaign.store.week_cut import number_of, starts_at
from campaign.wiring import NETWORKS
from connectors.contract import Metric, Network

Numbers = NDArray[np.int64]

LONDON = ZoneInfo("Europe/London")
LAST_MONDAY = date(2027, 1, 25)
"""The day after the reported week."""
HOUR = 3_600_000_000
READS_MISSED = 0.06
COUNTS_FALL = 0.02
UPLOAD_AFTER = 9 * HOUR
"""Partners bring their numbers on Monday morning, so their boundaries are never observed."""
SHARES = {"x": 0.3, "mastodon": 0.3, "bluesky": 0.3, "linkedin": 0.1}
BROUGHT = {"linkedin"}
"""Networks whose numbers partners bring here, whoever could read them."""
CHANNELS_OF_NETWORK = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Posts:
    """Deliveries by the time they went out."""

    network: NDArray[np.object_]
    channel: NDArray[np.object_]
    out_at: Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """The readings of one metric of some posts: rows by post and time."""

    network: str
    metric: str
    definition: str
    post: Numbers
    observed_at: Numbers
    value: Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """How much is made."""

    seed: int
    weeks: int
    posts_a_week: int

    @property
    def until(self) -> int:
        """The instant of the report: Tuesday, nine o'clock."""
        return to_micros(datetime(2027, 1, 26, 9, tzinfo=UTC))


def make_posts(shape: Shape) -> Posts:
    """Return the deliveries of all weeks."""
    rng = np.random.default_rng([shape.seed, 0])
    count = shape.weeks * shape.posts_a_week
    last = number_of(LAST_MONDAY)
    first = to_micros(starts_at(last - shape.weeks, LONDON))
    end = to_micros(starts_at(last, LONDON))
    names = list(SHARES)
    network = np.array(names, dtype=object)[
        rng.choice(len(names), size=count, p=list(SHARES.values()))
    ]
    number = rng.integers(0, CHANNELS_OF_NETWORK, size=count)
    channel = np.array([f"{one}-{at}" for one, at in zip(network, number, strict=True)], object)
    out_at = np.sort(rng.integers(first, end, size=count))
    return Posts(network=network, channel=channel, out_at=out_at)


def make_blocks(shape: Shape, posts: Posts) -> Iterator[Block]:
    """Yield the readings, a network's metric at a time, a few thousand posts at a time."""
    networks = {str(name): network for name, network in NETWORKS.items()}
    for at, name in enumerate(SHARES):
        mine = np.flatnonzero(posts.network == name)
        for part, start in enumerate(range(0, len(mine), 4000)):
            rng = np.random.default_rng([shape.seed, 1, at, part])
            chosen = mine[start : start + 4000]
            post, observed_at = _reads(rng, networks[name], posts, chosen, shape.until)
            for definition in networks[name].capabilities.metrics:
                value = _counts(rng, definition.metric, post, observed_at - posts.out_at[post])
                yield Block(
                    network=name,
                    metric=str(definition.metric),
                    definition=definition.id,
                    post=post,
                    observed_at=observed_at,
                    value=value,
                )


def _reads(
    rng: np.random.Generator, network: Network, posts: Posts, chosen: Numbers, until: int
) -> tuple[Numbers, Numbers]:
    """Return when each post was read: post and instant, in that order."""
    out_at = posts.out_at[chosen]
    cadence = network.capabilities.cadence
    micros = timedelta(microseconds=1)
    by_us = str(network.name) not in BROUGHT
    last = cadence.weekly_until // micros
    boundaries = _boundaries(int(out_at.min()), int(out_at.max()) + last)
    ends = np.broadcast_to(
        boundaries - HOUR if by_us else boundaries + UPLOAD_AFTER, (len(chosen), len(boundaries))
    )
    ages = np.array([age // micros for age in cadence.ages] if by_us else [], dtype=np.int64)
    planned = np.concatenate([out_at[:, None] + ages[None, :], ends], axis=1)
    age = planned - out_at[:, None]
    kept = (age > 0) & ((age <= last) | (np.arange(planned.shape[1]) < len(ages))[None, :])
    kept &= rng.random(planned.shape) >= READS_MISSED
    planned = planned + rng.integers(0, 90_000_000, size=planned.shape)
    kept &= planned < until
    row, column = np.nonzero(kept)
    observed = planned[row, column]
    order = np.lexsort((observed, row))
    return chosen[row[order]], observed[order]


def _boundaries(first: int, last: int) -> Numbers:
    found: list[int] = []
    number = number_of(date(1970, 1, 5)) + first // (7 * 24 * HOUR) - 1
    while not found or found[-1] < last:
        found.append(to_micros(starts_at(number, LONDON)))
        number += 1
    return np.array(found, dtype=np.int64)


def _counts(rng: np.random.Generator, metric: Metric, post: Numbers, age: Numbers) -> Numbers:
    """Return cumulative counts: most of it within hours, with a lognormal size for each post."""
    shown = metric in (Metric.IMPRESSIONS, Metric.REACH, Metric.VIEWS)
    firsts = np.flatnonzero(np.diff(post, prepend=-1))
    sizes = np.repeat(
        rng.lognormal(8.7 if shown else 3.0, 1.1, size=len(firsts)),
        np.diff(np.append(firsts, len(post))),
    )
    value = np.rint(sizes * age / (age + 12 * HOUR)).astype(np.int64)
    falls = rng.random(len(value)) < COUNTS_FALL
    return np.where(falls, value - value // 50, value)
