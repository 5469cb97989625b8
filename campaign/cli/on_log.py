"""log: the history of one delivery, with every wording that it has had."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from campaign.cli.output import for_people, instant, print_json, say, table
from campaign.cli.place import Place
from campaign.cli.session import open_session
from campaign.decisions.approvals import existing
from campaign.desk_views.status_json import row_of
from campaign.mailing.undelivered import Told, told_of
from campaign.models_changes import Correction, CorrectionWord
from campaign.states import PEOPLES_WORDS, State
from campaign.store.corrections import corrections_of, words_of
from campaign.store.deliveries import history
from campaign.store.payloads import payload_to_show
from campaign.store.tables import ATTEMPT
from campaign.store.withdrawals import get_withdrawal


def show_log(place: Place, delivery_id: str, *, as_json: bool) -> None:
    """Print the moves, attempts and corrections of one delivery, oldest first."""
    with open_session(place) as session, session.desk.store.read() as connection:
        delivery = existing(connection, delivery_id)
        pulled = get_withdrawal(connection, delivery_id)
        moves = history(connection, delivery_id)
        told = told_of(connection, delivery_id)
        attempts = connection.execute(
            select(ATTEMPT).where(ATTEMPT.c.delivery_id == delivery_id).order_by(ATTEMPT.c.number)
        ).all()
        corrections = [
            _correction(connection, one) for one in corrections_of(connection, delivery_id)
        ]
    if as_json:
        print_json(
            {
                "delivery": row_of(delivery, None, pulled),
                "moves": [_move(row) for row in moves],
                "attempts": [_attempt(row) for row in attempts],
                "corrections": corrections,
                "told": [_told(one) for one in told],
            }
        )
        return
    say(f"{delivery.id}: {PEOPLES_WORDS[State(delivery.state)]}")
    table(
        ["When", "From", "To", "Who", "Why"],
        [
            [
                for_people(row.at, session.schedule.zone),
                row.from_state or "",
                row.to_state,
                row.who,
                row.why,
            ]
            for row in moves
        ],
    )
    for notice in told:
        say(_told_in_words(notice, session.schedule.zone))
    for one in corrections:
        _say_correction(one)


def _told_in_words(one: Told, zone: ZoneInfo) -> str:
    if not one.person:
        return f"Nobody could be told by e-mail ({one.kind}, {for_people(one.noted_at, zone)})"
    if one.sent_at:
        return f"{one.person} was told by e-mail ({one.kind}, {for_people(one.sent_at, zone)})"
    why = {"waiting": "is about to be told", "unwanted": "wants no letter of this kind"}
    so = why.get(one.outcome, "was not told: it was over")
    letter = f"has a letter in the outbox that is {one.letter_state}" if one.letter else so
    return f"{one.person} {letter} ({one.kind}, {for_people(one.noted_at, zone)})"


def _told(one: Told) -> dict[str, Any]:
    return {
        "person": one.person or None,
        "kind": one.kind,
        "noted_at": instant(one.noted_at),
        "outcome": one.outcome,
        "letter": one.letter,
        "letter_state": one.letter_state,
        "sent_at": instant(one.sent_at),
    }


def _say_correction(one: dict[str, Any]) -> None:
    said = ", ".join(f"{word['person']} ({word['kind']})" for word in one["approved_by"])
    say("")
    say(f"Correction asked for by {one['asked_by']}: {one['reason']} ({one['stage']})")
    say(f"Approved by: {said or 'nobody yet'}")
    for heading, text in (("Before", one["before"]), ("After", one["after"])):
        say(f"{heading}:")
        say(text)


def _correction(connection: Connection, one: Correction) -> dict[str, Any]:
    return {
        "asked_by": one.asked_by,
        "asked_at": instant(one.asked_at),
        "reason": one.reason,
        "stage": one.stage,
        "ended_at": instant(one.ended_at),
        "note": one.note,
        "approved_by": [_word(word) for word in words_of(connection, one.id or 0)],
        "before": payload_to_show(connection, one.before_hash).text,
        "after": payload_to_show(connection, one.content_hash).text,
    }


def _word(word: CorrectionWord) -> dict[str, Any]:
    return {"kind": word.kind, "person": word.person, "said_at": instant(word.said_at)}


def _move(row: Any) -> dict[str, Any]:
    return {
        "at": instant(row.at),
        "from": row.from_state,
        "to": row.to_state,
        "who": row.who,
        "why": row.why,
    }


def _attempt(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "worker": row.worker,
        "started_at": instant(row.started_at),
        "ended_at": instant(row.ended_at),
        "outcome": row.outcome,
        "error": row.error,
    }
