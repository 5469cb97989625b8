"""What the threads of a worker ask the database together: claims, last checks, outcomes.

Each thread sends one delivery and asks for that one. Those that ask at the same moment share a
transaction and its commit, which is what makes many posts in one second cheap. What is promised
to one holds as if it were alone: its claim is committed before it hears of it, its last check is
read after that, and its outcome stands when it goes on. Whoever wrote the claims makes their last
checks as well, at once: a text goes out without the threads having to meet a second time.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from campaign.publishing.accounts import Standing, lock
from campaign.publishing.asked import Failure, Leave, Turn, Written
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
from campaign.publishing.verdict import judge
from campaign.states import State
from campaign.store.deliveries import Due, standing
from connectors.quota import Quota

log = logging.getLogger(__name__)


def write(rig: Rig, turn: Turn) -> Written:
    """Write what came of a thread's last attempt, and claim the delivery that it can send next."""
    return rig.writes.ask(turn, lambda take: _write(rig, take))


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
    # Where a network answers at once, those who leave together come back together.
    rig.writes.expect(len(claimed) - len(verdict.against))
    return [
        Leave((one.id, one.attempt) in there, verdict.against.get(one.id), now) for one in claimed
    ]


def _write(rig: Rig, take: Take[Turn]) -> Sequence[Written]:
    with rig.store.write_one() as connection:
        written = _Writing(rig, connection, take()).written()
    return _with_leave(rig, written)


def _with_leave(rig: Rig, written: Sequence[Written]) -> Sequence[Written]:
    """Make the last check of what has just been claimed and committed.

    What passes the stops on a person's word is left to make its own, right before its call: no
    stop is looked at there.
    """
    claims = [one.claimed for one in written if isinstance(one.claimed, Claim)]
    claimed = [one.delivery for one in claims if not one.let_through]
    if not claimed:
        return written
    try:
        leaves = _check(rig, lambda: claimed)
    except Exception:
        # The claims stand and must be heard of: each thread asks for itself, and fails for itself.
        log.warning("the last check could not be made for several at once", exc_info=True)
        return written
    found = {one.id: leave for one, leave in zip(claimed, leaves, strict=True)}
    return [
        replace(one, leave=found.get(one.claimed.delivery.id))
        if isinstance(one.claimed, Claim)
        else one
        for one in written
    ]


class _Writing:
    """One transaction in which several threads write; outcomes first, they free what is next."""

    def __init__(self, rig: Rig, connection: Connection, turns: Sequence[Turn]) -> None:
        self._rig = rig
        self._connection = connection
        self._turns = turns
        self._wishes = [one.wish for one in turns if one.wish is not None]
        self._ended = [one.ended for one in turns if one.ended is not None]

    def written(self) -> list[Written]:
        """Write everything, and return what came of it in the order of the asking."""
        seats = seats_for(self._connection, self._wishes, self._rig.worker)
        ended = {one.delivery.channel for one in self._ended}
        standings = lock(self._connection, to_lock(seats) | ended)
        # No earlier than this: whoever waited for a lock must not judge by an older hour.
        now = self._rig.clock.now()
        outcomes = self._outcomes(standings, now)
        claims = Claims(
            connection=self._connection,
            worker=self._rig.worker,
            choose_key=lambda network: self._rig.networks[network].choose_key,
            seats=seats,
            standings=standings,
            now=now,
        ).make()
        return [
            Written(outcomes.get(id(one.ended)), claims.get(one.wish) if one.wish else None)
            for one in self._turns
        ]

    def _outcomes(self, standings: dict[str, Standing], now: datetime) -> dict[int, State | None]:
        """Write outcomes; bring up to date what is known of their channels."""
        who = self._rig.worker.name
        news = [one for one in self._ended if isinstance(one, News)]
        done = write_all_published(self._connection, news, who=who, at=now)
        found: dict[int, State | None] = {
            id(one): State.PUBLISHED if is_so else None
            for one, is_so in zip(news, done, strict=True)
        }
        failures = [one for one in self._ended if isinstance(one, Failure)]
        for one in failures:
            found[id(one)] = self._failed(one, now)
        accepted = [one.delivery.channel for one in news if found[id(one)]]
        refused = [one for one in accepted if standings[one].refused_access is not None]
        if refused:
            forget_refusals(self._connection, refused)
        if refused or failures:
            standings.update(lock(self._connection, standings))
        standings.update(note_allowances(self._connection, self._allowances(), standings))
        return found

    def _failed(self, failure: Failure, now: datetime) -> State | None:
        settling = self._rig.settling_of(failure.delivery.network)
        return write_failure(
            self._connection, failure.delivery, failure.error, now=now, settling=settling
        )

    def _allowances(self) -> dict[str, tuple[Allowance, Sequence[Quota]]]:
        found: dict[str, tuple[Allowance, Sequence[Quota]]] = {}
        for one in self._ended:
            quotas = self._rig.worker.quotas.get(one.delivery.network, ())
            said = self._rig.allowances.take(one.delivery.channel)
            if said is not None and quotas:
                found[one.delivery.channel] = (said, quotas)
        return found
