"""Finds what belongs into a partner's pack at an instant, and what is to follow.

Nothing is read but the database: what is packed is what was frozen when it was applied, and
approved. A thread comes whole or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from campaign.models import Delivery
from campaign.payload import Payload
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.deliveries import delivery_of
from campaign.store.leaders import root_of
from campaign.store.payloads import load_payload
from campaign.store.sight import FOLLOWS, Because, OutOfSight, out_of_sight
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY, HOLD_WINDOW

MAY_BE_PACKED = (State.WITH_PARTNER, State.AWAITING_APPROVAL, State.HELD)
"""Still to come; what is out already needs no pack."""


class NoPackError(Exception):
    """There is no pack for this partner; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PackedPost:
    """One post for one account: its first part, and what follows in the thread."""

    parts: tuple[Delivery, ...]
    payloads: tuple[Payload, ...]
    """One for each part, media with their bytes."""

    @property
    def first(self) -> Delivery:
        """The delivery that the post is known by."""
        return self.parts[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Following:
    """How many posts come into sight later, and when."""

    because: Because
    count: int
    at: datetime | None
    """The instant, where one is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """Everything that a pack says."""

    schedule: Schedule
    partner: str
    posts: tuple[PackedPost, ...]
    """Earliest first."""
    following: tuple[Following, ...]
    applied_at: datetime
    holds_from: datetime | None
    """When the next hold window begins that covers one of the posts."""


def gather(connection: Connection, partner: str, now: datetime) -> Gathered:
    """Return what a partner's pack holds at this instant; raise `NoPackError` where it has none."""
    row = connection.execute(select(CAMPAIGN.c.schedule_json, CAMPAIGN.c.applied_at)).one()
    schedule = Schedule.model_validate_json(row.schedule_json)
    _check_partner(connection, schedule, partner)
    threads = _threads(connection, partner)
    every = [part for parts in threads for part in parts]
    hidden = out_of_sight(connection, every, now)
    shown = [parts for parts in threads if not any(part.id in hidden for part in parts)]
    return Gathered(
        schedule=schedule,
        partner=partner,
        posts=tuple(_post(connection, parts) for parts in shown),
        following=_following(threads, hidden),
        applied_at=row.applied_at,
        holds_from=_next_hold(connection, shown, now),
    )


def _check_partner(connection: Connection, schedule: Schedule, partner: str) -> None:
    if partner not in schedule.partners:
        known = ", ".join(sorted(schedule.partners))
        raise NoPackError(f"there is no partner “{partner}”; known are: {known}")
    query = select(CHANNEL.c.id).where(CHANNEL.c.partner == partner, CHANNEL.c.mode == "pack")
    if connection.execute(query.where(CHANNEL.c.active)).first() is None:
        raise NoPackError(
            f"“{partner}” posts nothing by hand: none of its channels has “mode: pack”. What we "
            f"send ourselves is in no pack, so that it cannot go out twice"
        )


def _threads(connection: Connection, partner: str) -> list[list[Delivery]]:
    query = (
        select(DELIVERY)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.partner == partner, CHANNEL.c.mode == "pack")
        .where(DELIVERY.c.state.in_(MAY_BE_PACKED))
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    found: dict[str, list[Delivery]] = {}
    for row in connection.execute(query):
        found.setdefault(root_of(row.id), []).append(delivery_of(row))
    return list(found.values())


def _post(connection: Connection, parts: Sequence[Delivery]) -> PackedPost:
    payloads = tuple(load_payload(connection, one.content_hash) for one in parts)
    return PackedPost(parts=tuple(parts), payloads=payloads)


def _following(
    threads: Sequence[Sequence[Delivery]], hidden: Mapping[str, OutOfSight]
) -> tuple[Following, ...]:
    counts: dict[tuple[Because, datetime | None], int] = {}
    for parts in threads:
        reasons = [hidden[part.id] for part in parts if part.id in hidden]
        if reasons and all(one.because in FOLLOWS for one in reasons):
            last = max(reasons, key=lambda one: FOLLOWS.index(one.because))
            key = (last.because, last.until)
            counts[key] = counts.get(key, 0) + 1
    in_order = sorted(counts, key=lambda key: (FOLLOWS.index(key[0]), str(key[1])))
    return tuple(Following(because=key[0], at=key[1], count=counts[key]) for key in in_order)


def _next_hold(
    connection: Connection, shown: Sequence[Sequence[Delivery]], now: datetime
) -> datetime | None:
    first = [parts[0] for parts in shown]
    scopes = {("all", "")}
    for one in first:
        scopes |= {("partner", one.partner), ("channel", one.channel), ("network", one.network)}
    covers = [
        (HOLD_WINDOW.c.scope == scope) & (HOLD_WINDOW.c.target == target)
        for scope, target in sorted(scopes)
    ]
    query = select(HOLD_WINDOW.c.from_at).where(HOLD_WINDOW.c.from_at > now, or_(*covers))
    return connection.execute(query.order_by(HOLD_WINDOW.c.from_at)).scalars().first()
