"""Sends what waits in the outbox: claim a letter, note that it leaves, hand it over, finish."""

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from campaign.clock import Clock
from campaign.mail_settings import MailServer
from campaign.mailing.keeping_back import kept_back
from campaign.mailing.message import as_message
from campaign.mailing.outbox import (
    PLANNED,
    REFUSED,
    SENT,
    UNKNOWN,
    Outcome,
    claim,
    finish,
    note_leaving,
    recover,
    waiting,
)
from campaign.mailing.servers import hand_over
from campaign.models_reports import Letter
from campaign.store.database import Store
from campaign.store.reports import files_of
from connectors.handing import MaybeHandedError, NotHandedError, TurnedAwayError

log = logging.getLogger("campaign.mailing")

AGAIN_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """What sending letters needs."""

    store: Store
    clock: Clock
    server: MailServer


def send_waiting(sender: Sender, only: Collection[str] | None = None) -> Counter[str]:
    """Try every letter that may be sent now, once; return how many ended in which state.

    `only` names those that are meant, where others are somebody else's.
    """
    with sender.store.write() as connection:
        lost = recover(connection, sender.clock.now())
        ids = waiting(connection, sender.clock.now())
    if only is not None:
        ids = [one for one in ids if one in only]
    for letter in lost:
        _tell(letter, "the program ended while its text was leaving")
    done: Counter[str] = Counter({UNKNOWN: len(lost)} if lost else {})
    for letter_id in ids:
        state = _send(sender, letter_id)
        if state:
            done[state] += 1
    return done


def _send(sender: Sender, letter_id: str) -> str | None:
    now = sender.clock.now()
    with sender.store.write() as connection:
        letter = claim(connection, letter_id, now)
        kept = kept_back(connection, letter, now) if letter else None
        if letter and kept:
            finish(connection, letter, kept, now)
            return None if kept.state == PLANNED else kept.state
        files = files_of(connection, letter.issue_id) if letter and letter.issue_id else []
    if letter is None:
        return None
    message = as_message(letter, files, sender.server.sender)
    outcome = _outcome(sender, letter, message)
    with sender.store.write() as connection:
        finish(connection, letter, outcome, sender.clock.now())
    if outcome.state in (UNKNOWN, REFUSED):
        _tell(letter, outcome.note)
    return outcome.state


def _outcome(sender: Sender, letter: Letter, message: bytes) -> Outcome:
    def leaving() -> bool:
        with sender.store.write() as connection:
            return note_leaving(connection, letter, sender.clock.now())

    try:
        hand_over(sender.server, letter.address, message, leaving=leaving)
    except NotHandedError as error:
        log.warning("the e-mail %s was not sent: %s; it is tried again", letter.id, error)
        again = sender.clock.now() + AGAIN_AFTER
        return Outcome(state=PLANNED, note=str(error), not_before=again)
    except TurnedAwayError as error:
        return Outcome(state=REFUSED, note=str(error))
    except MaybeHandedError as error:
        return Outcome(state=UNKNOWN, note=f"it may have arrived: {error}")
    return Outcome(state=SENT)


def _tell(letter: Letter, why: str) -> None:
    log.error(
        "the e-mail %s to %s needs a person (%s); see `campaign report sent`",
        letter.id,
        letter.person,
        why,
    )
