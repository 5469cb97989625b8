"""What an answer says that came after others had taken over: never thrown away, never overwriting.

A process may stand still between its last check and its call, for longer than an unknown outcome
rests. Its delivery is then looked up, found absent and goes on, perhaps as far as another attempt.
When the sleeper wakes up, its call is made all the same; the fence keeps its answer from being
written as an ordinary outcome. Yet the answer is knowledge: here it corrects the row, so that
nothing is sent again that is out, and a second post that is out is told to people.

All of it happens in a transaction beside which nobody else writes.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from campaign.models import Delivery
from campaign.publishing.outcome import end_attempt, facts_of
from campaign.states import State
from campaign.store.deliveries import (
    AnyDelivery,
    Change,
    get_delivery,
    log_line,
    move,
    update_fields,
)
from campaign.store.tables import ATTEMPT
from campaign.store.withdrawals import reopen_withdrawal
from connectors.contract import OutcomeUnknown, PublishedPost

log = logging.getLogger(__name__)

TWICE = "out twice"
"""What the note of a delivery says that is, or may be, on its network two times."""

MAY_GO_OUT = frozenset({State.AWAITING_APPROVAL, State.PLANNED, State.HELD, State.MISSED})
"""What may still be sent, by itself or by a person's word: so the open call is settled first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LateAnswer:
    """An answer to an attempt that no longer holds its delivery."""

    connection: Connection
    """Of a transaction that writes alone."""
    delivery: AnyDelivery
    """As the attempt claimed it: its number, and the content that was sent."""
    who: str
    at: datetime
    key_life: timedelta | None
    """As in `Capabilities`: within it, two calls with one key make one post."""

    def published(self, post: PublishedPost, read_due_at: datetime | None) -> State | None:
        """Take in that this attempt is out; return `published` where nobody knew of it."""
        row = self._row()
        self._end("published", None)
        if row.state == State.PUBLISHED:
            if post.remote_id != row.remote_id and post.url != row.url:
                self._tell(row, f"{TWICE}: also at {post.url}")
            return None
        facts = facts_of(post, evidence="api", read_due_at=read_due_at)
        notes = [*post.warnings, *(_doubt(number) for number in self._others(row))]
        values = {**facts, "note": "; ".join(notes), "content_hash": self.delivery.content_hash}
        if row.state == State.WITHDRAWN:
            values["deleted_at"] = None  # that one is gone, this one stands
        if row.state in (State.CANCELLED, State.WITHDRAWN):
            reopen_withdrawal(self.connection, row.id, "it was put out by a late call")
        if row.state == State.WITHDRAWN and post.remote_id == row.remote_id:
            self._tell(row, f"a late call may have put it out again: {post.url}")
            return None
        edited = row.content_hash != self.delivery.content_hash
        wording = ", with the content from before the last edit" if edited else ""
        change = self._change(f"the network confirmed it late{wording}: {post.url}")
        move(self.connection, row, State.PUBLISHED, change, values)
        self._say(change.why if not notes else f"{change.why}; {values['note']}")
        return State.PUBLISHED

    def unclear(self, error: OutcomeUnknown, settling: timedelta) -> State | None:
        """Take in that this attempt may be out; return `unknown` where it has to be looked up."""
        row, number = self._row(), self.delivery.attempt
        self._end("unknown", str(error))
        state = State(row.state)
        if state is State.PUBLISHED:
            if row.evidence == "person" or not (self._mine(row) or self._keyed()):
                self._tell(row, _doubt(number))
            return None
        why = f"attempt {number} called late and got no clear answer: {error}"
        if state in MAY_GO_OUT and row.content_hash != self.delivery.content_hash:
            # A look-up would look for the new content, and its absence would prove nothing.
            return self._hold(row, f"{why}; look whether the content from before the edit is out")
        if state in MAY_GO_OUT or state in (State.SENDING, State.UNKNOWN):
            return self._look_up(row, why, settling)
        not_before = self.at + settling
        if state is State.WITHDRAWN:
            reopen_withdrawal(self.connection, row.id, why, not_before=not_before)
        self._tell(row, f"{why}; look whether it is out")
        return None

    def nothing_sent(self) -> None:
        """Take in that this attempt sent nothing, so that nobody goes on asking whether it did."""
        row, doubt = self._row(), _doubt(self.delivery.attempt)
        self._end("given-back", "it was taken over before it sent anything")
        if row.state == State.PUBLISHED and doubt in row.note:
            kept = [one for one in row.note.split("; ") if one != doubt]
            update_fields(self.connection, [row.id], note="; ".join(kept))
            why = f"attempt {self.delivery.attempt} sent nothing: it is out once"
            log_line(self.connection, row, self._change(why))

    def _look_up(self, row: Delivery, why: str, settling: timedelta) -> State:
        # Two calls without an answer, and no key that makes them one: only a person sees both.
        open_calls = row.state in (State.SENDING, State.UNKNOWN) and not self._mine(row)
        if open_calls and not self._keyed():
            why = f"{why}; so did attempt {row.attempt}, perhaps: it may be {TWICE}"
            values: dict[str, Any] = {"not_before": None}
            why = f"{why}, a person has to settle it"
        else:
            values = {"not_before": self.at + settling, "looks": 0}
        values |= {"note": why, "lease_until": None}
        if row.state == State.UNKNOWN:
            update_fields(self.connection, [row.id], **values)
            log_line(self.connection, row, self._change(why))
        else:
            move(self.connection, row, State.UNKNOWN, self._change(why), values)
        self._say(why)
        return State.UNKNOWN

    def _hold(self, row: Delivery, why: str) -> State | None:
        if row.state not in (State.AWAITING_APPROVAL, State.PLANNED):
            self._tell(row, why)
            return None
        move(self.connection, row, State.HELD, self._change(why), {"note": why})
        self._say(why)
        return State.HELD

    def _tell(self, row: Delivery, why: str) -> None:
        """Leave the row where it is, and let its note and its log say what is known besides."""
        note = f"{row.note}; {why}" if row.note else why
        update_fields(self.connection, [row.id], note=note)
        log_line(self.connection, row, self._change(why))
        self._say(why)

    def _others(self, row: Delivery) -> list[int]:
        """Return the attempts besides this one of which nobody knows whether they are out, too."""
        if self._keyed():
            return []
        query = select(ATTEMPT.c.number).where(
            ATTEMPT.c.delivery_id == row.id,
            ATTEMPT.c.number != self.delivery.attempt,
            ATTEMPT.c.outcome == "unknown",
            ATTEMPT.c.ended_at >= self._started_at(),
        )
        numbers = set(self.connection.execute(query).scalars())
        if row.state in (State.SENDING, State.UNKNOWN) and not self._mine(row):
            numbers.add(row.attempt)
        return sorted(numbers)

    def _keyed(self) -> bool:
        """Whether the key of this content still makes one post of all its calls."""
        if self.key_life is None:
            return False
        query = select(func.min(ATTEMPT.c.started_at)).where(
            ATTEMPT.c.delivery_id == self.delivery.id,
            ATTEMPT.c.content_hash == self.delivery.content_hash,
        )
        first: datetime = self.connection.execute(query).scalar_one()
        return self.at - first < self.key_life

    def _started_at(self) -> datetime:
        query = select(ATTEMPT.c.started_at).where(
            ATTEMPT.c.delivery_id == self.delivery.id, ATTEMPT.c.number == self.delivery.attempt
        )
        started_at: datetime = self.connection.execute(query).scalar_one()
        return started_at

    def _mine(self, row: Delivery) -> bool:
        return row.attempt == self.delivery.attempt

    def _row(self) -> Delivery:
        row = get_delivery(self.connection, self.delivery.id)
        if row is None:
            message = f"{self.delivery.id} is gone from the database although it was claimed"
            raise LookupError(message)
        return row

    def _end(self, outcome: str, error: str | None) -> None:
        end_attempt(self.connection, self.delivery, self.at, outcome=outcome, error=error)

    def _change(self, why: str) -> Change:
        return Change(who=self.who, at=self.at, why=why)

    def _say(self, why: str) -> None:
        told = {"action": "publish", "delivery_id": self.delivery.id, "post": self.delivery.post}
        log.error("an answer came late: %s", why, extra=told)


def _doubt(number: int) -> str:
    return f"it may be {TWICE}: nobody knows what came of attempt {number}, so look"
