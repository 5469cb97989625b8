"""What is known of a report's posts, as columns: the same for all its weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from analytics.frames import LivePost
from analytics.week_rows import Flags, Numbers
from campaign.instants import to_micros
from campaign.store.snapshots import SIGNED_IN
from connectors.contract import Network

_MICROSECOND = timedelta(microseconds=1)
FOREVER = 2**62


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """One text of every post, as the place in a list of names."""

    names: tuple[str, ...]
    places: Numbers


@dataclass(frozen=True, kw_only=True, slots=True)
class PostFacts:
    """Posts in the order in which they went out; times in microseconds."""

    posts: tuple[LivePost, ...]
    out_at: Numbers
    deleted_at: Numbers
    """`FOREVER` where the post is still there."""
    channel: Named
    partner: Named
    network: Named
    is_repost: Flags
    read_by_us: Flags
    weekly_until: Numbers
    """The age to which the post is read at week ends; `FOREVER` where nothing is known of it."""
    last_age: Numbers
    """The last age at which the post is read."""


def facts_of(posts: Sequence[LivePost], networks: Mapping[str, Network]) -> PostFacts:
    """Lay the posts out in columns."""
    network = _named([post.network for post in posts])
    cadences = [
        networks[name].capabilities.cadence if name in networks else None for name in network.names
    ]
    weekly = [one.weekly_until // _MICROSECOND if one else FOREVER for one in cadences]
    ages = [max(one.ages, default=timedelta()) // _MICROSECOND if one else 0 for one in cadences]
    deleted = [to_micros(post.deleted_at) if post.deleted_at else FOREVER for post in posts]
    return PostFacts(
        posts=tuple(posts),
        out_at=_numbers([to_micros(post.published_at) for post in posts]),
        deleted_at=_numbers(deleted),
        channel=_named([post.channel for post in posts]),
        partner=_named([post.partner for post in posts]),
        network=network,
        is_repost=np.array([post.mode == "repost" for post in posts], dtype=np.bool_),
        read_by_us=np.array([is_read_by_us(post, networks) for post in posts], dtype=np.bool_),
        weekly_until=_numbers(weekly)[network.places],
        last_age=_numbers(ages)[network.places],
    )


def is_read_by_us(post: LivePost, networks: Mapping[str, Network]) -> bool:
    """Say whether we read the post's counts ourselves."""
    network = networks.get(post.network)
    return post.mode == SIGNED_IN and network is not None and network.connect is not None


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, dtype=np.int64)


def _named(values: Sequence[str]) -> Named:
    names = sorted(set(values))
    places = {name: place for place, name in enumerate(names)}
    return Named(names=tuple(names), places=_numbers([places[one] for one in values]))
