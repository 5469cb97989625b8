"""Carries a withdrawal out: what has not gone out never does, what is out is taken down.

Its steps are those of a post: the word stands written, a try is claimed and committed, the network
is called once, and what came of it is committed under the try's fence. Whoever dies in between is
followed by another try, since a network does not mind being asked twice. A stop keeps every other
call back and lets exactly these through; so does a clock that nobody has compared.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.models_changes import Withdrawal
from campaign.publishing.recovery import settle_unknown
from campaign.publishing.rig import Rig
from campaign.publishing.tries import again_at, ask, is_final
from campaign.states import MAY_STILL_GO, State
from campaign.store.deliveries import Change, get_delivery, log_line, move, update_fields
from campaign.store.leaders import is_repost
from campaign.store.tables import CHANNEL, DELIVERY
from campaign.store.withdrawals import Outcome, Stage, claim_withdrawal, finish_withdrawal
from connectors.contract import ConnectorError, Gone, RemoteId, Removal, Stands

log = logging.getLogger(__name__)

IS_REPOST = "It passes another post on: take it back on the network by hand."
_NOT_YET = "not deleted yet"
_BEFORE = " Before that: "
BY_PARTNER = "The partner posted it, so the partner has to delete it."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taken:
    """A withdrawal of a post that is out, claimed for one try."""

    withdrawal: Withdrawal
    delivery: Delivery
    mode: str
    passes_on: str | None
    """Of a repost: the id of the post that it passes on."""


def take_down_all(
    rig: Rig,
    ids: Sequence[str],
    *,
    is_closing: Callable[[], bool],
    tell: Callable[[State], None],
) -> None:
    """Do what can be done about each; `tell` hears to which states deliveries came."""
    for one in ids:
        if is_closing():
            return
        state = take_down(rig, one)
        if state is not None:
            tell(state)


def take_down(rig: Rig, delivery_id: str) -> State | None:
    """Do what can be done now about one withdrawn delivery; return its new state, if any.

    Safe to call any number of times, by anyone.
    """
    _look_first(rig, delivery_id)
    with rig.store.write() as connection:
        taken = _begin(rig, connection, delivery_id)
    if not isinstance(taken, _Taken):
        return taken
    answer = _ask(rig, taken)
    with rig.store.write() as connection:
        return _end(connection, taken, answer, rig.clock.now())


def _look_first(rig: Rig, delivery_id: str) -> None:
    """Have an `unknown` looked up, whatever stop is on: nobody can delete what is not found."""
    with rig.store.read() as connection:
        delivery = get_delivery(connection, delivery_id)
    if delivery is not None and delivery.state == State.UNKNOWN:
        settle_unknown(replace(rig, connector_for=rig.sign_in), delivery_id)


def _begin(rig: Rig, connection: Connection, delivery_id: str) -> _Taken | State | None:
    now = rig.clock.now()
    delivery = get_delivery(connection, delivery_id)
    if delivery is None or delivery.state in (State.UNKNOWN, State.SENDING):
        return None
    claimed = claim_withdrawal(connection, delivery_id, now, rig.worker.lease)
    if claimed is None:
        return None
    if State(delivery.state) in MAY_STILL_GO:
        return cancel(connection, delivery, claimed, now)
    if delivery.state not in (State.PUBLISHED, State.WITHDRAWN):
        finish_withdrawal(connection, claimed, Outcome(stage=Stage.DONE, note=""), now)
        return None
    mode = connection.execute(select(CHANNEL.c.mode).where(CHANNEL.c.id == delivery.channel))
    passes_on = _original_of(connection, delivery) if is_repost(delivery) else None
    return _Taken(
        withdrawal=claimed, delivery=delivery, mode=mode.scalar_one(), passes_on=passes_on
    )


def _original_of(connection: Connection, repost: Delivery) -> str | None:
    query = select(DELIVERY.c.remote_id).where(DELIVERY.c.id == repost.follows)
    return connection.execute(query).scalar_one_or_none()


def cancel(
    connection: Connection, delivery: Delivery, claimed: Withdrawal, now: datetime
) -> State | None:
    """Keep from going out what has not gone out yet, with the person's own reason."""
    why = f"withdrawn by {claimed.asked_by} before it went out: {claimed.reason}"
    change = Change(who=claimed.asked_by, at=now, why=why)
    if not move(connection, delivery, State.CANCELLED, change, {"note": why, "not_before": None}):
        return None  # it has moved on: the next try sees where it stands
    note = "it had not gone out, and will not"
    finish_withdrawal(connection, claimed, Outcome(stage=Stage.DONE, note=note), now)
    return State.CANCELLED


def _ask(rig: Rig, taken: _Taken) -> Removal | ConnectorError:
    """Call the network once; whatever goes wrong is an answer."""
    delivery = taken.delivery
    if taken.mode == "pack":
        return Stands(why=BY_PARTNER)
    if is_repost(delivery) and delivery.remote_id in {None, taken.passes_on}:
        # As a person may have recorded it: taken by that id, the owner's own post would go.
        return Stands(why=IS_REPOST)

    def call() -> Removal:
        connector = rig.sign_in(delivery.channel)
        return connector.withdraw(RemoteId(delivery.remote_id or ""))

    return ask(rig, delivery.network, taken.withdrawal.lease_until, call)


def _end(
    connection: Connection, taken: _Taken, answer: Removal | ConnectorError, now: datetime
) -> State | None:
    outcome = _outcome(taken.withdrawal, answer, now)
    if not finish_withdrawal(connection, taken.withdrawal, outcome, now):
        return None
    # The row may have moved while the network was asked, by a late answer for example.
    delivery = get_delivery(connection, taken.delivery.id)
    if delivery is None or delivery.state not in (State.PUBLISHED, State.WITHDRAWN):
        return None
    if outcome.stage is Stage.DONE and delivery.remote_id == taken.delivery.remote_id:
        return gone(connection, delivery, taken.withdrawal, outcome.note, now)
    _tell(connection, taken, outcome, now)
    return None


def gone(
    connection: Connection, delivery: Delivery, said: Withdrawal, note: str, now: datetime
) -> State | None:
    """Write that a post is no longer there; everything known of it stays in the record."""
    why = f"withdrawn by {said.asked_by}: {said.reason}; {note}"
    change = Change(who=said.asked_by, at=now, why=why)
    if delivery.state == State.WITHDRAWN:
        log_line(connection, delivery, change)
        return None
    values = {"note": why, "read_due_at": None, "deleted_at": delivery.deleted_at or now}
    return State.WITHDRAWN if move(connection, delivery, State.WITHDRAWN, change, values) else None


def _outcome(said: Withdrawal, answer: Removal | ConnectorError, now: datetime) -> Outcome:
    if isinstance(answer, Gone):
        was_gone = "it was gone already" if said.tries == 1 else "it was gone when asked again"
        note = "the network has deleted it" if answer.was_there else was_gone
        return Outcome(stage=Stage.DONE, note=note)
    if isinstance(answer, Stands):
        return Outcome(stage=Stage.BY_HAND, note=answer.why)
    if is_final(answer):
        return Outcome(stage=Stage.BY_HAND, note=str(answer))
    not_before = again_at(said.tries, answer, now)
    return Outcome(stage=Stage.ASKED, note=str(answer), not_before=not_before)


def _tell(connection: Connection, taken: _Taken, outcome: Outcome, now: datetime) -> None:
    """Let the row and its log say what keeps the post from going, each sentence once."""
    said = taken.withdrawal
    lead = "delete it by hand" if outcome.stage is Stage.BY_HAND else "it is tried again"
    note = f"withdrawn by {said.asked_by}: {said.reason}; {_NOT_YET}, {lead}: {outcome.note}"
    if before := _said_before(taken.delivery.note):
        note = f"{note}{_BEFORE}{before}"
    if note == taken.delivery.note:
        return
    update_fields(connection, [taken.delivery.id], note=note)
    log_line(connection, taken.delivery, Change(who="campaign", at=now, why=note))
    told = {"action": "withdraw", "delivery_id": taken.delivery.id, "post": taken.delivery.post}
    log.warning("not deleted yet: %s", note, extra=told)


def _said_before(note: str) -> str:
    """Return what people were told of a post before it was withdrawn: they look for it by that."""
    return note.partition(_BEFORE)[2] if _NOT_YET in note else note
