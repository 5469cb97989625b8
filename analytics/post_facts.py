"""What is known of a report's posts, as columns: the same for all its weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from analytics.frames import Span
from analytics.live_posts import FOREVER, LivePost, LivePosts
from analytics.week_rows import Flags, Numbers
from campaign.instants import to_micros
from campaign.store.snapshots import SIGNED_IN
from connectors.contract import Network

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """One text of every post, as the place in a list of names."""

    names: tuple[str, ...]
    places: Numbers

    def those(self, wanted: Flags) -> "Named":
        """Return the texts of some posts; names that none of them has may stay listed."""
        return replace(self, places=self.places[wanted])


@dataclass(frozen=True, kw_only=True, slots=True)
class PostFacts:
    """Posts in the order in which they went out; times in microseconds."""

    posts: LivePosts
    out_at: Numbers
    deleted_at: Numbers
    """`FOREVER` where the post is still there."""
    channel: Named
    partner: Named
    network: Named
    is_repost: Flags
    read_by_us: Flags
    access_lost: Flags
    weekly_until: Numbers
    """The age to which the post is read at week ends; `FOREVER` where nothing is known of it."""
    last_age: Numbers
    """The last age at which the post is read."""

    def networks(self) -> set[str]:
        """Return the names of the networks that any of the posts is on."""
        return {self.network.names[place] for place in np.unique(self.network.places).tolist()}

    def are_alive_in(self, span: Span) -> Flags:
        """Say which of them a span with the same end, but perhaps fewer weeks, is about."""
        oldest = min(span.alive_from.values(), default=span.weeks[0].start_at)
        since = [
            to_micros(max(oldest, span.alive_from.get(name, oldest))) for name in self.network.names
        ]
        alive: Flags = self.out_at >= _numbers(since)[self.network.places]
        return alive

    def those(self, wanted: Flags) -> "PostFacts":
        """Return some of the posts."""
        return PostFacts(
            posts=self.posts.those(wanted),
            out_at=self.out_at[wanted],
            deleted_at=self.deleted_at[wanted],
            channel=self.channel.those(wanted),
            partner=self.partner.those(wanted),
            network=self.network.those(wanted),
            is_repost=self.is_repost[wanted],
            read_by_us=self.read_by_us[wanted],
            access_lost=self.access_lost[wanted],
            weekly_until=self.weekly_until[wanted],
            last_age=self.last_age[wanted],
        )


def facts_of(posts: LivePosts, networks: Mapping[str, Network]) -> PostFacts:
    """Lay the posts out in columns."""
    network, channel = _named(posts.column("network")), _named(posts.column("channel"))
    cadences = [
        networks[name].capabilities.cadence if name in networks else None for name in network.names
    ]
    weekly = [one.weekly_until // _MICROSECOND if one else FOREVER for one in cadences]
    ages = [max(one.ages, default=timedelta()) // _MICROSECOND if one else 0 for one in cadences]
    states = [posts.channels[name] for name in channel.names]
    signed_in = _flags([one.mode == SIGNED_IN for one in states])
    asked = _flags([_is_asked(name, networks) for name in network.names])
    return PostFacts(
        posts=posts,
        out_at=posts.out_at(),
        deleted_at=posts.deleted_at(),
        channel=channel,
        partner=_named(posts.column("partner")),
        network=network,
        is_repost=_flags([one.mode == "repost" for one in states])[channel.places],
        read_by_us=signed_in[channel.places] & asked[network.places],
        access_lost=_flags([one.access_lost for one in states])[channel.places],
        weekly_until=_numbers(weekly)[network.places],
        last_age=_numbers(ages)[network.places],
    )


def is_read_by_us(post: LivePost, networks: Mapping[str, Network]) -> bool:
    """Say whether we read the post's counts ourselves."""
    return post.mode == SIGNED_IN and _is_asked(post.network, networks)


def _is_asked(name: str, networks: Mapping[str, Network]) -> bool:
    known = networks.get(name)
    return known is not None and known.connect is not None and bool(known.capabilities.metrics)


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, dtype=np.int64)


def _flags(values: Sequence[bool]) -> Flags:
    return np.array(values, dtype=np.bool_)


def _named(values: Sequence[str]) -> Named:
    names = sorted(set(values))
    places = {name: place for place, name in enumerate(names)}
    of_each = map(places.__getitem__, values)
    return Named(names=tuple(names), places=np.fromiter(of_each, np.int64, len(values)))
