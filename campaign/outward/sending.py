"""Sends what waits for subscribers: signed, at least once, later again where nobody answered.

A message may arrive twice, always under the same id, by which Standard Webhooks has receivers drop
a repeat. Nothing of it is a post, so a stop does not hold it, as it holds no letter.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from campaign.clock import Clock
from campaign.credentials.sealing import Seal, SealError
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models_reports import Letter
from campaign.outward.messages import (
    ARRIVED,
    GIVEN_UP,
    WAITING,
    Message,
    claim,
    due_messages,
    finish,
    forget_old,
)
from campaign.outward.subscribers import (
    NoSecretError,
    disable,
    keys_of,
    note_arrival,
    note_failure,
)
from campaign.schedule.subscribers import Subscriber
from campaign.store.database import Store
from connectors.standard_webhooks import signed
from connectors.waiting import retry_at

log = logging.getLogger("campaign.outward")

AGAIN_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between one try and the next: three days and a half in all, as Standard Webhooks advises."""
GIVEN_UP_ON_AFTER = timedelta(days=5)
"""Without a message that arrives: then a subscriber is disabled, and people are told."""
AT_ONCE = 50
TIMEOUT_S = 10.0
_GONE = 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """What sending needs."""

    store: Store
    clock: Clock
    seal: Seal
    way_out: Any
    """An adapter of `requests` that calls no private network."""
    subscribers: Mapping[str, Subscriber]
    told: Mapping[str, str]
    """Whom a letter tells of a subscriber that was disabled: e-mail addresses by person."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """What became of one try."""

    arrived: bool
    note: str
    gone: bool = False
    not_before: datetime | None = None


def send_due(sender: Sender) -> Counter[str]:
    """Try everything that may be sent now, once; return how many ended in which state.

    After a failure the others of that subscriber wait: whoever does not answer holds up nobody.
    """
    now = sender.clock.now()
    with sender.store.read() as connection:
        due = due_messages(connection, list(sender.subscribers), now, AT_ONCE)
    failed: set[str] = set()
    done: Counter[str] = Counter()
    for message in due:
        if message.subscriber in failed:
            continue
        state = _send(sender, message)
        if state != ARRIVED:
            failed.add(message.subscriber)
        if state is not None:
            done[state] += 1
    if due:
        with sender.store.write_one() as connection:
            forget_old(connection, now)
    return done


def _send(sender: Sender, message: Message) -> str | None:
    now, to = sender.clock.now(), sender.subscribers[message.subscriber]
    try:
        with sender.store.write_one() as connection:
            keys = keys_of(connection, message.subscriber, to, sender.seal, now)
            if not claim(connection, message, now):
                return None
    except (NoSecretError, SealError) as error:
        log.warning("nothing is sent to %s: %s", message.subscriber, error)
        return WAITING
    body = message.body.encode()
    tried = _post(sender.way_out, to.url, body, signed(keys, message.id, now, body), now)
    return _end(sender, message, tried)


def _post(way_out: Any, url: str, body: bytes, headers: Mapping[str, str], now: datetime) -> _Tried:
    """Make one call; a redirect is not followed, and what the answer says is not read."""
    typed = {**headers, "Content-Type": "application/json", "User-Agent": "campaign-desk/0.1"}
    try:
        request = requests.Request("POST", url, data=body, headers=typed).prepare()
        with way_out.send(request, stream=True, timeout=TIMEOUT_S) as answer:
            status = answer.status_code
            wait = "Retry-After" in answer.headers
            later = retry_at(answer.headers, now=now) if wait else None
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return _Tried(arrived=False, note=_why(error))
    if 200 <= status < 300:
        return _Tried(arrived=True, note=f"answered {status}")
    return _Tried(False, f"answered {status}", gone=status == _GONE, not_before=later)


def _why(error: Exception) -> str:
    first = error.args[0] if error.args else None
    reason = getattr(first, "reason", None) or first
    words = getattr(reason, "words", "") or getattr(error, "words", "")
    return words or f"could not be reached ({type(reason or error).__name__})"


def _end(sender: Sender, message: Message, tried: _Tried) -> str:
    now = sender.clock.now()
    is_last = message.tries >= len(AGAIN_AFTER)
    state = ARRIVED if tried.arrived else GIVEN_UP if is_last or tried.gone else WAITING
    wait = AGAIN_AFTER[min(message.tries, len(AGAIN_AFTER) - 1)]
    next_at = max(now + wait, tried.not_before or now)
    with sender.store.write() as connection:
        finish(connection, message, state, tried.note, (now, next_at))
        if tried.arrived:
            note_arrival(connection, message.subscriber)
            return state
        since = note_failure(connection, message.subscriber, now)
        if tried.gone or now - since >= GIVEN_UP_ON_AFTER:
            why = f"{tried.note}; no message has arrived since {since:%Y-%m-%d %H:%M} UTC"
            if disable(connection, message.subscriber, why, now):
                write_letters(connection, _letters(sender, message.subscriber, why, now))
                log.error("nothing more is sent to %s: %s", message.subscriber, why)
    return state


def _letters(sender: Sender, name: str, why: str, now: datetime) -> list[Letter]:
    words = (
        f"The subscriber “{name}” of the campaign is told nothing more: {why}.\n\n"
        "What happens meanwhile is kept for it. Once it answers again, type\n\n"
        f"    campaign subscriber enable {name}\n\nand it is sent.\n"
    )
    return [
        Letter(
            id=f"subscriber/{name}/{now:%Y%m%dT%H%M%S}/{person}",
            purpose="subscriber",
            person=person,
            address=address,
            subject=f"Campaign Desk: {name} is told nothing more",
            text=words,
            state=PLANNED,
            created_at=now,
        )
        for person, address in sender.told.items()
    ]
