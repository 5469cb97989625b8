"""Carries an approved correction out: gives a post that is out its other words, in place.

The steps are those of a withdrawal. A stop keeps it back as it keeps a post back: other words are
words that go out.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaign.log_words import Said
from campaign.models import Delivery
from campaign.models_changes import Correction
from campaign.outgoing import outgoing
from campaign.publishing.callby import calls_about
from campaign.publishing.rig import Rig
from campaign.publishing.tries import again_at, ask, is_final
from campaign.states import State
from campaign.store.corrections import (
    Outcome,
    Stage,
    claim_correction,
    corrections_of,
    finish_correction,
    set_stage,
)
from campaign.store.database import DamagedError
from campaign.store.deliveries import Change, get_delivery, log_line, update_fields
from campaign.store.payloads import load_payload
from campaign.store.withdrawals import get_withdrawal
from connectors.contract import (
    ConnectorError,
    DeliveryKey,
    Edited,
    OutcomeUnknown,
    OutgoingPost,
    RemoteId,
    Stands,
)
from connectors.contract import Correction as Answer

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taken:
    """A correction, claimed for one try."""

    correction: Correction
    delivery: Delivery
    post: OutgoingPost


def amend_all(rig: Rig, ids: Sequence[str], *, is_closing: Callable[[], bool]) -> None:
    """Make the corrections of these deliveries, as far as they can be made now."""
    for one in ids:
        if is_closing():
            return
        amend(rig, one)


def amend(rig: Rig, delivery_id: str) -> None:
    """Make a delivery's approved correction, once; safe to call any number of times, by anyone."""
    with rig.store.write() as connection:
        taken = _begin(rig, connection, delivery_id)
    if taken is None:
        return
    delivery = taken.delivery

    def call() -> Answer:
        connector = rig.connector_for(delivery.channel)
        with calls_about(delivery.post):
            return connector.correct(RemoteId(delivery.remote_id or ""), taken.post)

    answer = ask(rig, delivery.network, taken.correction.lease_until, call)
    with rig.store.write() as connection:
        _end(connection, taken, answer, rig.clock.now())


def _begin(rig: Rig, connection: Connection, delivery_id: str) -> _Taken | None:
    now = rig.clock.now()
    delivery = get_delivery(connection, delivery_id)
    pulled = get_withdrawal(connection, delivery_id)
    if delivery is None or delivery.state != State.PUBLISHED or pulled is not None:
        return None
    claimed = claim_correction(connection, delivery_id, now, rig.worker.lease)
    if claimed is None:
        return None
    try:
        payload = load_payload(connection, claimed.content_hash)
    except DamagedError as error:
        outcome = Outcome(stage=Stage.BY_HAND, note=str(error))
        finish_correction(connection, claimed, outcome, now)
        return None
    # An edit is sent without a key of its own: asked twice it is the same edit.
    post = outgoing(payload, DeliveryKey(""))
    return _Taken(correction=claimed, delivery=delivery, post=post)


def _end(
    connection: Connection, taken: _Taken, answer: Answer | ConnectorError, now: datetime
) -> None:
    outcome = _outcome(taken.correction, answer, now)
    if not finish_correction(connection, taken.correction, outcome, now):
        if isinstance(answer, Edited | OutcomeUnknown):
            _too_late(connection, taken, now)
        return
    said = taken.correction
    lead = f"corrected for {said.asked_by}: {said.reason}"
    if outcome.stage is Stage.DONE:
        note = f"{lead}; {outcome.note}" if outcome.note else lead
        # What stands there now; what was sent stays with the attempt, what stood with this row.
        values = {"content_hash": said.content_hash, "note": note}
    else:
        todo = "do it by hand" if outcome.stage is Stage.BY_HAND else "it is tried again"
        note = f"not {lead}; not done yet, {todo}: {outcome.note}"
        values = {"note": note}
    if note != taken.delivery.note:
        update_fields(connection, [taken.delivery.id], **values)
        change = Change(who="campaign", at=now, why=note)
        log_line(connection, taken.delivery, change)


def _too_late(connection: Connection, taken: _Taken, now: datetime) -> None:
    """Make good a call that others had taken over from: it may have put older words up again.

    A process may stand still between its last look at the clock and its call.
    """
    latest = corrections_of(connection, taken.delivery.id)[-1]
    if latest.stage == Stage.DONE:
        set_stage(connection, latest, Stage.APPROVED)  # the same words again do no harm
        why = "a late call may have put older words up; the correction is made again"
    else:
        why = "a late call may have put the words of a correction up that was taken back; look"
        update_fields(connection, [taken.delivery.id], note=why)
    log_line(connection, taken.delivery, Change(who="campaign", at=now, why=why))
    log.error("%s", Said(why), extra={"action": "amend", "delivery_id": taken.delivery.id})


def _outcome(said: Correction, answer: Answer | ConnectorError, now: datetime) -> Outcome:
    if isinstance(answer, Edited):
        return Outcome(stage=Stage.DONE, note="; ".join(answer.warnings))
    if isinstance(answer, Stands):
        return Outcome(stage=Stage.BY_HAND, note=answer.why)
    if is_final(answer):
        return Outcome(stage=Stage.BY_HAND, note=str(answer))
    not_before = again_at(said.tries, answer, now)
    return Outcome(stage=Stage.APPROVED, note=str(answer), not_before=not_before)
