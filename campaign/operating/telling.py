"""Tells an operator of alarms: by e-mail through the outbox, and by a call with JSON.

Where the database is away neither has a row to lean on; then a letter is handed over at once.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import requests

from campaign.log_words import Said
from campaign.mailing.message import as_message
from campaign.mailing.outbox import PLANNED, write_letters
from campaign.mailing.sending import Sender, send_waiting
from campaign.mailing.servers import hand_over
from campaign.models_reports import Letter
from campaign.operating.standing import Told, tell_again
from campaign.operating.watched import Watched
from campaign.settings import Settings
from connectors.handing import MaybeHandedError, NotHandedError, TurnedAwayError

log = logging.getLogger("campaign")

PATIENCE_S = 10.0
OPERATIONS = "operations"
"""Who a letter is for, in the outbox."""


def tell(watched: Watched, told: Sequence[Told], campaign: str) -> None:
    """Tell of alarms in every way that is set; what could not be told is tried again."""
    for one in told:
        _log(one)
    if not told:
        return
    _write(watched, told, campaign)
    address = watched.settings.operating.alarm_url
    if address and not _call(address, told, campaign):
        with watched.store.write() as connection:
            tell_again(connection, told)


def tell_without_database(settings: Settings, told: Sequence[Told], campaign: str) -> None:
    """Tell of alarms where nothing can be written down: every time that somebody looks."""
    to, server = settings.operating.alarm_to, settings.mail
    if to and server is not None:
        letter = _letter(told, to, campaign, datetime.now(UTC))
        message = as_message(letter, (), server.sender)
        try:
            hand_over(server, to, message, leaving=lambda: True)
        except (NotHandedError, TurnedAwayError, MaybeHandedError) as error:
            log.error("the alarm could not be mailed: %s", error)  # noqa: TRY400 - a sentence
    if settings.operating.alarm_url:
        _call(settings.operating.alarm_url, told, campaign)


def _log(one: Told) -> None:
    extra = {"action": "alarm"}
    if one.over:
        log.info("over: %s", Said(one.words), extra=extra)
    else:
        log.error("alarm: %s", Said(one.words), extra=extra)


def _write(watched: Watched, told: Sequence[Told], campaign: str) -> None:
    to = watched.settings.operating.alarm_to
    if not to:
        return
    letter = _letter(told, to, campaign, watched.clock.now())
    with watched.store.write() as connection:
        write_letters(connection, [letter])
    if watched.settings.mail is not None:
        sender = Sender(store=watched.store, clock=watched.clock, server=watched.settings.mail)
        send_waiting(sender, only={letter.id})


def _letter(told: Sequence[Told], to: str, campaign: str, now: datetime) -> Letter:
    stand = [one for one in told if not one.over]
    over = [one for one in told if one.over]
    parts = [_listed("This needs somebody now", stand), _listed("This is over", over)]
    subject = f"{len(stand)} to look at" if stand else "over"
    last = "`campaign status` and `campaign doctor` say more; docs/operations.md says what to do.\n"
    which = ".".join(f"{one.id}-{'over' if one.over else one.times}" for one in told)
    return Letter(
        id=f"alarm/{which}"[:200],
        purpose="alarm",
        person=OPERATIONS,
        address=to,
        subject=f"Campaign Desk, {campaign}: {subject}",
        text="\n".join([*(part for part in parts if part), last]),
        state=PLANNED,
        created_at=now,
    )


def _listed(heading: str, some: Sequence[Told]) -> str:
    lines = "".join(f"  {one.words} (since {_at(one.raised_at)})\n" for one in some)
    return f"{heading}:\n{lines}" if lines else ""


def _call(address: str, told: Sequence[Told], campaign: str) -> bool:
    """Post the alarms as JSON; return whether they were taken."""
    content = {"campaign": campaign, "alarms": [_values(one) for one in told]}
    try:
        answer = requests.post(address, json=content, timeout=PATIENCE_S, allow_redirects=False)
    except requests.RequestException as error:
        log.warning("the alarm's address does not answer: %s", Said(type(error).__name__))
        return False
    if not answer.ok:
        log.warning("the alarm's address answered %s", answer.status_code)
    return answer.ok


def _values(one: Told) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "about": one.about,
        "words": one.words,
        "raised_at": one.raised_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "over": one.over,
    }


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%d %B %Y, %H:%M} UTC"
