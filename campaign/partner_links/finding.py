"""Finds what partners posted by hand, where a network can be read by anybody.

What the strict rule takes is recorded as found; the rest is offered to a person. One post on a
network is one delivery, so nothing is counted twice, whoever else reports it before or after.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from campaign.decisions.approvals import CannotDecideError
from campaign.decisions.settling import Seen, record
from campaign.models import Delivery
from campaign.partner_links.alike import WINDOW, likeness
from campaign.states import State
from campaign.store.database import Store
from campaign.store.deliveries import Change, delivery_of
from campaign.store.leaders import root_of
from campaign.store.payloads import load_payload
from campaign.store.tables import CHANNEL, DELIVERY, SIGHTING
from connectors.contract import ConnectorError, Network, PublicPost

log = logging.getLogger("campaign")

BY = "campaign"
LOOKED_FOR = frozenset({State.WITH_PARTNER, State.NO_ANSWER})
LONGEST = timedelta(days=14)
"""How long after its slot a post is still looked for."""
CONFIRMED, ANOTHER = "confirmed", "another"
Look = Callable[[str, datetime], list[PublicPost]]
"""From a channel and an instant: what its account has shown since; raises `ConnectorError`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A post that a person is asked about."""

    number: int
    delivery: str
    remote_id: str
    url: str
    published_at: datetime
    why: str
    seen_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one round came to."""

    attached: tuple[str, ...]
    """Deliveries recorded by the strict rule."""
    offered: int
    """Posts that a person is asked about."""
    failures: tuple[str, ...]
    """Channels that could not be looked at, with the reason."""


def look_around(
    store: Store, networks: Mapping[str, Network], look: Look, now: datetime
) -> Finding:
    """Look at every account on which something is waited for, once."""
    with store.read() as connection:
        wanted = _wanted(connection, networks, now)
    attached: list[str] = []
    offered, failures = 0, []
    for channel, deliveries in wanted.items():
        since = min(one.due_at for one in deliveries) - WINDOW
        try:
            posts = look(channel, since)
        except ConnectorError as error:
            failures.append(f"{channel}: {error}")
            continue
        with store.write() as connection:
            found, new = _judge(connection, networks, deliveries, posts, now)
        attached += found
        offered += new
    return Finding(attached=tuple(attached), offered=offered, failures=tuple(failures))


def sightings(connection: Connection) -> list[Sighting]:
    """Return what a person is asked about, the oldest first."""
    query = (
        select(SIGHTING)
        .join(DELIVERY, DELIVERY.c.id == SIGHTING.c.delivery_id)
        .where(SIGHTING.c.ended_at.is_(None), DELIVERY.c.state.in_(sorted(LOOKED_FOR)))
        .order_by(SIGHTING.c.id)
    )
    return [_sighting_of(row) for row in connection.execute(query)]


def confirm(
    connection: Connection, number: int, networks: Mapping[str, Network], change: Change
) -> str:
    """Take a person's word that it is the post; return the delivery that is live now."""
    one = _existing(connection, number)
    _record(connection, networks, one.delivery, _as_seen(one.url, one.published_at), change)
    _end(connection, number, CONFIRMED, change)
    return one.delivery


def turn_down(connection: Connection, number: int, change: Change) -> str:
    """Take a person's word that it is another post; it is not asked about again."""
    one = _existing(connection, number)
    _end(connection, number, ANOTHER, change)
    return one.delivery


def _wanted(
    connection: Connection, networks: Mapping[str, Network], now: datetime
) -> dict[str, list[Delivery]]:
    readable = [name for name, one in networks.items() if one.public_posts is not None]
    query = (
        select(DELIVERY)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(CHANNEL.c.active, CHANNEL.c.mode == "pack", CHANNEL.c.handle != "")
        .where(CHANNEL.c.network.in_(readable), DELIVERY.c.state.in_(sorted(LOOKED_FOR)))
        .where(DELIVERY.c.due_at <= now + WINDOW, DELIVERY.c.due_at > now - LONGEST)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    found: dict[str, list[Delivery]] = {}
    for row in connection.execute(query):
        if root_of(row.id) == row.id:
            found.setdefault(row.channel, []).append(delivery_of(row))
    return found


def _judge(
    connection: Connection,
    networks: Mapping[str, Network],
    deliveries: Sequence[Delivery],
    posts: Sequence[PublicPost],
    now: datetime,
) -> tuple[list[str], int]:
    """Attach what the strict rule takes and offer the rest; return both."""
    taken = _taken(connection, deliveries[0].channel)
    free = [one for one in posts if one.remote_id not in taken]
    payloads = {one.id: load_payload(connection, one.content_hash) for one in deliveries}
    alike = {
        one.id: [
            (post, found)
            for post in free
            if (found := likeness(payloads[one.id], one.due_at, post)) is not None
        ]
        for one in deliveries
    }
    strict = {
        name: [post for post, found in pairs if found.is_strict] for name, pairs in alike.items()
    }
    attached = []
    for name, posts_found in strict.items():
        # Where two posts, or two deliveries, would fit as well, no rule can say which it is.
        alone = (
            len(posts_found) == 1 and sum(posts_found[0] in some for some in strict.values()) == 1
        )
        if alone and _attach(connection, networks, name, posts_found[0], now):
            attached.append(name)
    gone = {one.remote_id for name in attached for one in strict[name]}
    offers = [
        (name, post, found.why)
        for name, pairs in alike.items()
        if name not in attached
        for post, found in pairs
        if post.remote_id not in gone
    ]
    return attached, sum(_offer(connection, *one, now) for one in offers)


def _attach(
    connection: Connection,
    networks: Mapping[str, Network],
    delivery_id: str,
    post: PublicPost,
    now: datetime,
) -> bool:
    why = f"found by its exact words and link within a day of its slot: {post.url}"
    change = Change(who=BY, at=now, why=why)
    try:
        _record(connection, networks, delivery_id, _as_seen(post.url, post.published_at), change)
    except CannotDecideError as error:
        log.info("%s was found and not attached: %s", delivery_id, error)
        return False
    return True


def _record(
    connection: Connection,
    networks: Mapping[str, Network],
    delivery_id: str,
    seen: Seen,
    change: Change,
) -> None:
    query = select(DELIVERY.c.network).where(DELIVERY.c.id == delivery_id)
    network = networks[connection.execute(query).scalar_one()]
    record(connection, delivery_id, change, network, seen)


def _as_seen(url: str, published_at: datetime) -> Seen:
    return Seen(url=url, published_at=published_at, read_due_at=None, evidence="found")


def _taken(connection: Connection, channel: str) -> set[str]:
    query = select(DELIVERY.c.remote_id).where(
        DELIVERY.c.channel == channel, DELIVERY.c.remote_id.is_not(None)
    )
    return set(connection.execute(query).scalars())


def _offer(
    connection: Connection, delivery_id: str, post: PublicPost, why: str, now: datetime
) -> bool:
    """Ask a person about a post, once; False where that was done before."""
    known = select(func.count()).where(
        SIGHTING.c.delivery_id == delivery_id, SIGHTING.c.remote_id == post.remote_id
    )
    if connection.execute(known).scalar_one():
        return False
    facts = {"remote_id": post.remote_id, "url": post.url, "published_at": post.published_at}
    values = {"delivery_id": delivery_id, "why": why, "seen_at": now, "outcome": "", **facts}
    connection.execute(insert(SIGHTING).values(**values))
    return True


def _existing(connection: Connection, number: int) -> Sighting:
    for one in sightings(connection):
        if one.number == number:
            return one
    raise CannotDecideError(f"nobody is asked about a post {number}; `campaign found` lists them")


def _end(connection: Connection, number: int, outcome: str, change: Change) -> None:
    values = {"ended_at": change.at, "ended_by": change.who, "outcome": outcome}
    connection.execute(update(SIGHTING).where(SIGHTING.c.id == number).values(**values))


def _sighting_of(row: Row[Any]) -> Sighting:
    return Sighting(
        number=row.id,
        delivery=row.delivery_id,
        remote_id=row.remote_id,
        url=row.url,
        published_at=row.published_at,
        why=row.why,
        seen_at=row.seen_at,
    )
