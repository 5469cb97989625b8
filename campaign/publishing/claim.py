"""The claim: the intent to send, written and committed before the network is called.

A claim is an attempt row and the state `sending` under a lease, in one transaction. Whoever
finds the row in another state has lost the race and sends nothing. Threads that ask at the same
time are answered by one transaction, each for the one delivery that it is ready to send at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from campaign.outgoing import Ahead
from campaign.publishing.accounts import Account, Seat, Standing, lock, seats_of
from campaign.publishing.budget import Book, rest
from campaign.publishing.verdict import Instead, Verdict, judge, latest_at
from campaign.states import State
from campaign.store.deliveries import DUE_COLUMNS, AnyDelivery, Change, Due, Step, move, move_all
from campaign.store.leaders import ahead_of, went_out_at
from campaign.store.prepared import Prepared
from campaign.store.tables import ATTEMPT, DELIVERY, PAYLOAD
from connectors.contract import DeliveryKey
from connectors.quota import Quota, QuotaScope

ChooseKey = Callable[[str, str, datetime], DeliveryKey]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The right to make one attempt at a delivery until the lease ends."""

    delivery: Due
    """As it stands after the claim: `sending`, with the attempt's number as its fence."""
    account: Account
    """As the claim found it, so that no other is posted to."""
    key: DeliveryKey
    body: str | None
    """The payload as stored; None where it is lost."""
    let_through: bool
    """Whether an approver's word takes it past the stops."""
    latest_at: datetime
    """The last instant at which its call may begin, as far as the late limit says."""
    ahead: Ahead | None
    """What it follows, and is put under or passes on."""
    ahead_hash: str | None
    """The content with which that went out."""
    prepared_json: str | None
    """What an earlier attempt at the same content had already uploaded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """Who claims, for how long, and within which quotas."""

    name: str
    lease: timedelta
    quotas: Mapping[str, tuple[Quota, ...]] = field(default_factory=dict)
    """By network."""

    @property
    def one_app(self) -> list[str]:
        """Networks where all our accounts share a quota."""
        return [
            name
            for name, quotas in self.quotas.items()
            if any(one.scope is QuotaScope.APP for one in quotas)
        ]


Earlier = Mapping[tuple[str, str], tuple[DeliveryKey, str | None]]
"""Key and uploads of the last attempt, by delivery and content."""

_WANTED = Prepared(
    select(*DUE_COLUMNS, PAYLOAD.c.body)
    .outerjoin(PAYLOAD, PAYLOAD.c.content_hash == DELIVERY.c.content_hash)
    # By id alone: told more, SQLite walks through everything that is due.
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
)
_EARLIER = (
    select(
        ATTEMPT.c.delivery_id,
        ATTEMPT.c.content_hash,
        ATTEMPT.c.delivery_key,
        ATTEMPT.c.prepared_json,
    )
    .where(ATTEMPT.c.delivery_id.in_(bindparam("ids", expanding=True)))
    .order_by(ATTEMPT.c.number)
)
_ATTEMPT = Prepared(
    insert(ATTEMPT),
    "delivery_id",
    "number",
    "channel",
    "content_hash",
    "delivery_key",
    "worker",
    "started_at",
    "prepared_json",
)
_PREPARED = update(ATTEMPT).where(
    ATTEMPT.c.delivery_id == bindparam("the_id"), ATTEMPT.c.number == bindparam("the_number")
)


def seats_for(connection: Connection, ids: Sequence[str], worker: Worker) -> dict[str, Seat]:
    """Return the accounts that deliveries go to, and whom they share a quota with."""
    return seats_of(connection, ids, one_app=worker.one_app) if ids else {}


def to_lock(seats: Mapping[str, Seat]) -> set[str]:
    """Return the channels whose rows a claim has to hold: its own, and the first of each quota."""
    own = {seat.account.id for seat in seats.values()}
    return own.union(*({one[0] for one in s.sharing.values()} for s in seats.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """Several claims in one transaction that holds their channels' rows."""

    connection: Connection
    worker: Worker
    choose_key: Callable[[str], ChooseKey]
    """By network."""
    seats: Mapping[str, Seat]
    standings: Mapping[str, Standing]
    now: datetime

    def make(self) -> dict[str, Claim | Instead]:
        """Claim what is due, or move it to where it belongs; the others are not in the answer.

        Where a quota is used up a delivery stays planned and rests with its channel until there
        is room.
        """
        wanted = self._ripe()
        if not wanted:
            return {}
        dues = [due for due, _ in wanted]
        verdict = judge(self.connection, dues, self.now)
        said: dict[str, Claim | Instead] = {
            due.id: verdict.against[due.id]
            for due in dues
            # What waits for the one that it follows stays where it is.
            if due.id in verdict.against
            and verdict.against[due.id].to != due.state
            and move_instead(self.connection, due, verdict.against[due.id], self.now)
        }
        free = [one for one in wanted if one[0].id not in verdict.against]
        affordable = self._affordable(free)
        claims = [self._claim(one, verdict) for one in self._keyed(affordable)]
        self._write([due for due, _ in affordable], claims)
        return said | {one.delivery.id: one for one in claims}

    def _ripe(self) -> list[tuple[Due, str | None]]:
        """Return what is due and rests no longer, with its payload, in the order of the asking."""
        rows = _WANTED.rows(self.connection, {"ids": list(self.seats)})
        found = {row.id: (Due(*row[:-1]), row.body) for row in rows}
        return [found[one] for one in self.seats if one in found and self._is_ripe(found[one][0])]

    def _is_ripe(self, due: Due) -> bool:
        waits = (due.due_at, due.not_before, self.standings[due.channel].not_before)
        return due.state == State.PLANNED and all(one is None or one <= self.now for one in waits)

    def _affordable(self, wanted: Sequence[tuple[Due, str | None]]) -> list[tuple[Due, str | None]]:
        book = Book(
            self.connection,
            self.standings,
            self.worker.quotas,
            now=self.now,
            lease=self.worker.lease,
        )
        book.open_at([self.seats[due.id] for due, _ in wanted])
        found, resting = [], set()
        for due, body in wanted:
            until = None if due.channel in resting else book.room_at(self.seats[due.id])
            if until:
                rest(self.connection, due, until)
                resting.add(due.channel)
            elif due.channel not in resting:
                book.use_up(self.seats[due.id])
                found.append((due, body))
        book.close()
        return found

    def _keyed(
        self, wanted: Sequence[tuple[Due, str | None]]
    ) -> list[tuple[Due, str | None, DeliveryKey, str | None]]:
        # The key belongs to the delivery's content, not to the attempt: the same content gets the
        # same key for ever, so that a network which honours keys can never be made to post twice.
        known = _earlier(self.connection, [due for due, _ in wanted if due.attempt])
        found = []
        for due, body in wanted:
            earlier = known.get((due.id, due.content_hash))
            if earlier is None:
                choose_key = self.choose_key(due.network)
                earlier = (choose_key(due.id, due.content_hash, self.now), None)
            found.append((due, body, *earlier))
        return found

    def _claim(
        self,
        wanted: tuple[Due, str | None, DeliveryKey, str | None],
        verdict: Verdict,
    ) -> Claim:
        due, body, key, prepared_json = wanted
        leader = verdict.leaders.get(due.follows) if due.follows else None
        return Claim(
            delivery=Due(
                id=due.id,
                post=due.post,
                channel=due.channel,
                partner=due.partner,
                network=due.network,
                state=State.SENDING,
                due_at=due.due_at,
                late_limit_s=due.late_limit_s,
                content_hash=due.content_hash,
                attempt=due.attempt + 1,
                lease_until=self.now + self.worker.lease,
                not_before=None,
                follows=due.follows,
            ),
            account=self.seats[due.id].account,
            key=key,
            body=body,
            let_through=due.id in verdict.let_through,
            latest_at=latest_at(due, went_out_at(due, verdict.leaders)),
            ahead=ahead_of(due, verdict.leaders),
            ahead_hash=leader.content_hash if leader else None,
            prepared_json=prepared_json,
        )

    def _write(self, dues: Sequence[Due], claims: Sequence[Claim]) -> None:
        if not claims:
            return
        move_all(self.connection, [self._step(one) for one in dues])
        _ATTEMPT.change(self.connection, [self._attempt(one) for one in claims])

    def _step(self, due: Due) -> Step:
        number, lease_until = due.attempt + 1, self.now + self.worker.lease
        values = {"attempt": number, "lease_until": lease_until, "not_before": None}
        change = Change(who=self.worker.name, at=self.now, why=f"attempt {number}")
        return Step(delivery=due, to=State.SENDING, change=change, values=values)

    def _attempt(self, claim: Claim) -> dict[str, object]:
        return {
            "delivery_id": claim.delivery.id,
            "number": claim.delivery.attempt,
            "channel": claim.delivery.channel,
            "content_hash": claim.delivery.content_hash,
            "delivery_key": claim.key,
            "worker": self.worker.name,
            "started_at": self.now,
            "prepared_json": claim.prepared_json,
        }


def claim(
    connection: Connection,
    delivery_id: str,
    *,
    worker: Worker,
    now: datetime,
    choose_key: ChooseKey,
) -> Claim | Instead | None:
    """Claim one planned delivery that is due, or move it to where it belongs and say where."""
    seats = seats_for(connection, [delivery_id], worker)
    standings = lock(connection, to_lock(seats))
    claims = Claims(
        connection=connection,
        worker=worker,
        choose_key=lambda _network: choose_key,
        seats=seats,
        standings=standings,
        now=now,
    )
    return claims.make().get(delivery_id)


def move_instead(
    connection: Connection, delivery: AnyDelivery, against: Instead, now: datetime
) -> bool:
    """Move a delivery that may not go out to where it belongs, with the reason as its note."""
    change = Change(who="campaign", at=now, why=against.why)
    values: dict[str, object] = {"note": against.why, "lease_until": None}
    if against.to is State.UNKNOWN:
        values |= {"not_before": now, "looks": 0}
    return move(connection, delivery, against.to, change, values)


def _earlier(connection: Connection, tried: Sequence[Due]) -> Earlier:
    if not tried:
        return {}
    rows = connection.execute(_EARLIER, {"ids": [one.id for one in tried]})
    return {
        (row.delivery_id, row.content_hash): (DeliveryKey(row.delivery_key), row.prepared_json)
        for row in rows
    }


def save_prepared(connection: Connection, claimed: Claim, prepared_json: str) -> None:
    """Keep what `prepare` left at the network, so that a later attempt uploads nothing again."""
    mine = {"the_id": claimed.delivery.id, "the_number": claimed.delivery.attempt}
    connection.execute(_PREPARED, {**mine, "prepared_json": prepared_json})
