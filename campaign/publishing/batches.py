"""What the threads of a worker ask the database together: claims, last checks, outcomes.

Each thread sends one delivery and asks for that one. Those that ask at the same moment share a
transaction and its commit, which is what makes many posts in one second cheap. What is promised
to one holds as if it were alone: its claim is committed before it hears of it, its last check is
read after that, and its outcome stands when it goes on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from campaign.publishing.accounts import Standing, lock
from campaign.publishing.asked import Failure, Leave, Wish, Write, Written
from campaign.publishing.budget import Allowance, note_allowances
from campaign.publishing.claim import Claim, Claims, seats_for, to_lock
from campaign.publishing.outcome import (
    News,
    forget_refusals,
    write_all_published,
    write_failure,
)
from campaign.publishing.rig import Rig
from campaign.publishing.together import Take
from campaign.publishing.verdict import Instead, judge
from campaign.states import State
from campaign.store.deliveries import Due, standing
from connectors.quota import Quota


def ask_for_claim(rig: Rig, delivery_id: str) -> Claim | Instead | None:
    """Claim a delivery for the thread that asks; None where there is nothing to be sent."""
    said = rig.writes.ask(Wish(delivery_id), lambda take: _write(rig, take))
    assert not isinstance(said, State)  # noqa: S101 - a wish is answered by a claim
    return said


def write_outcome(rig: Rig, outcome: News | Failure) -> State | None:
    """Write what came of an attempt; None where another one has taken over."""
    said = rig.writes.ask(outcome, lambda take: _write(rig, take))
    assert said is None or isinstance(said, State)  # noqa: S101 - an outcome is answered by a state
    return said


def ask_for_leave(rig: Rig, claimed: Due) -> Leave:
    """Ask everything again that could forbid the call."""
    return rig.checks.ask(claimed, lambda take: _check(rig, take))


def _check(rig: Rig, take: Take[Due]) -> Sequence[Leave]:
    with rig.store.read() as connection:
        claimed = take()
        there = standing(connection, claimed, to_change=False)
        # Only now: whoever was made to wait for the database must not judge by an older hour.
        now = rig.clock.now()
        verdict = judge(connection, claimed, now)
    return [
        Leave((one.id, one.attempt) in there, verdict.against.get(one.id), now) for one in claimed
    ]


def _write(rig: Rig, take: Take[Write]) -> Sequence[Written]:
    with rig.store.write_one() as connection:
        asked = take()
        return _Writing(rig, connection, asked).answers()


class _Writing:
    """One transaction in which several threads write; outcomes first, they free what is next."""

    def __init__(self, rig: Rig, connection: Connection, asked: Sequence[Write]) -> None:
        self._rig = rig
        self._connection = connection
        self._asked = asked
        self._wishes = [one.delivery_id for one in asked if isinstance(one, Wish)]
        self._news = [one for one in asked if isinstance(one, News)]
        self._failures = [one for one in asked if isinstance(one, Failure)]
        self._ended = [one.delivery for one in self._news]
        self._ended += [one.delivery for one in self._failures]

    def answers(self) -> list[Written]:
        """Write everything, and return the answers in the order of the asking."""
        seats = seats_for(self._connection, self._wishes, self._rig.worker)
        ended = {one.channel for one in self._ended}
        channels = to_lock(seats) | ended
        standings = lock(self._connection, channels)
        # No earlier than this: whoever waited for a lock must not judge by an older hour.
        now = self._rig.clock.now()
        outcomes = self._outcomes(standings, now)
        if seats and ended & to_lock(seats):
            standings = lock(self._connection, channels)  # an outcome has just changed them
        claims = Claims(
            connection=self._connection,
            worker=self._rig.worker,
            choose_key=lambda network: self._rig.networks[network].choose_key,
            seats=seats,
            standings=standings,
            now=now,
        ).make()
        return [
            claims.get(one.delivery_id) if isinstance(one, Wish) else outcomes[id(one)]
            for one in self._asked
        ]

    def _outcomes(self, standings: dict[str, Standing], now: datetime) -> dict[int, State | None]:
        who = self._rig.worker.name
        done = write_all_published(self._connection, self._news, who=who, at=now)
        found: dict[int, State | None] = {
            id(one): State.PUBLISHED if is_so else None
            for one, is_so in zip(self._news, done, strict=True)
        }
        refused = [
            one.delivery.channel
            for one in self._news
            if found[id(one)] and standings[one.delivery.channel].refused_access is not None
        ]
        if refused:
            forget_refusals(self._connection, refused)
        for one in self._failures:
            found[id(one)] = self._failed(one, now)
        note_allowances(self._connection, self._allowances(), standings)
        return found

    def _failed(self, failure: Failure, now: datetime) -> State | None:
        settling = self._rig.settling_of(failure.delivery.network)
        return write_failure(
            self._connection, failure.delivery, failure.error, now=now, settling=settling
        )

    def _allowances(self) -> dict[str, tuple[Allowance, Sequence[Quota]]]:
        found: dict[str, tuple[Allowance, Sequence[Quota]]] = {}
        for one in self._ended:
            quotas = self._rig.worker.quotas.get(one.network, ())
            said = self._rig.allowances.take(one.channel)
            if said is not None and quotas:
                found[one.channel] = (said, quotas)
        return found
