"""What the database and the networks say of a report's posts, joined once for all its weeks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.attribution import Reading, Series, link_definitions, make_series
from analytics.frames import LivePost, SeriesOf
from analytics.gain_rows import sureness
from campaign.store.snapshots import SIGNED_IN
from connectors.contract import Definition, Metric, Network


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedSeries:
    """One definition's counts from one source, joined to what was counted before."""

    source: str
    series: Series
    unread_from: datetime | None
    """Where a definition changed: the last reading before this one's first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the database and the networks say of the posts of a report."""

    posts: tuple[LivePost, ...]
    reasons: Mapping[tuple[str, str], str]
    networks: Mapping[str, Network]
    as_of: datetime
    chains: Mapping[tuple[str, str], tuple[SourcedSeries, ...]]
    """By post and metric, the surest source first, definitions in order."""
    read_times: Mapping[str, tuple[datetime, ...]]
    """When each post gave a count, in order."""


def know(
    posts: Iterable[LivePost],
    readings: SeriesOf,
    *,
    reasons: Mapping[tuple[str, str], str],
    networks: Mapping[str, Network],
    as_of: datetime,
) -> Known:
    """Bring together what a report needs to know."""
    listed = tuple(posts)
    published = {post.id: post.published_at for post in listed}
    times: dict[str, set[datetime]] = {}
    for (delivery, _), by_series in readings.items():
        for found in by_series.values():
            times.setdefault(delivery, set()).update(one.observed_at for one in found)
    return Known(
        posts=listed,
        chains={
            key: tuple(_chain(published[key[0]], by_series))
            for key, by_series in readings.items()
            if key[0] in published
        },
        reasons=reasons,
        networks=networks,
        as_of=as_of,
        read_times={delivery: tuple(sorted(at)) for delivery, at in times.items()},
    )


def _chain(
    published_at: datetime, by_series: Mapping[tuple[str, str], list[Reading]]
) -> Iterator[SourcedSeries]:
    for source in sorted({source for source, _ in by_series}, key=sureness):
        linked = link_definitions(
            make_series(published_at, found, definition)
            for (one, definition), found in by_series.items()
            if one == source
        )
        for before, series in zip([None, *linked], linked, strict=False):
            unread_from = before.ends_at if before else None
            yield SourcedSeries(source=source, series=series, unread_from=unread_from)


def reported_metrics(posts: Iterable[LivePost], networks: Mapping[str, Network]) -> list[Metric]:
    """List the metrics that rows are made for: times shown, reach, and what is offered at all."""
    names = {post.network for post in posts}
    offered = {
        definition.metric
        for name in names
        if name in networks
        for definition in networks[name].capabilities.metrics
    }
    return [one for one in Metric if one in offered | {Metric.IMPRESSIONS, Metric.REACH}]


def offered_definition(
    networks: Mapping[str, Network], network: str, metric: Metric
) -> Definition | None:
    """Return what a network counts under a metric; None when it does not offer it."""
    if network not in networks:
        return None
    found = (one for one in networks[network].capabilities.metrics if one.metric is metric)
    return next(found, None)


def is_read_by_us(post: LivePost, networks: Mapping[str, Network]) -> bool:
    """Say whether we read the post's counts ourselves."""
    network = networks.get(post.network)
    return post.mode == SIGNED_IN and network is not None and network.connect is not None
