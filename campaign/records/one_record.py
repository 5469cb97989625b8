"""One delivery as the record has it: its wording, what people decided, and how it went."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from analytics.json_values import moment
from campaign.models import Delivery
from campaign.payload import PayloadMedia, payload_from_json
from campaign.records.redacting import ADDRESS, NO_ADDRESS, Redacted
from campaign.states import PEOPLES_WORDS, State
from campaign.store.payloads import is_kept
from campaign.store.tables import ATTEMPT, CORRECTION, GATE, MOVE, PAYLOAD, WITHDRAWAL

AT_ONCE = 500
Rows = dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What happened to some deliveries, by their ids, and the contents by their hashes."""

    moves: Rows
    gates: Rows
    attempts: Rows
    withdrawals: Rows
    corrections: Rows
    bodies: dict[str, str]

    @property
    def workers(self) -> set[str]:
        """What the processes called themselves that made the attempts."""
        return {row.worker for rows in self.attempts.values() for row in rows}


def read_history(connection: Connection, deliveries: Sequence[Delivery]) -> History:
    """Read it all in a handful of questions, whatever the number of deliveries."""
    ids = [one.id for one in deliveries]
    corrections = _by_delivery(connection, CORRECTION, ids, CORRECTION.c.id)
    hashes = {one.content_hash for one in deliveries}
    for rows in corrections.values():
        hashes |= {one for row in rows for one in (row.before_hash, row.content_hash)}
    return History(
        moves=_by_delivery(connection, MOVE, ids, MOVE.c.id),
        gates=_by_delivery(connection, GATE, ids, GATE.c.kind),
        attempts=_by_delivery(connection, ATTEMPT, ids, ATTEMPT.c.number),
        withdrawals=_by_delivery(connection, WITHDRAWAL, ids, WITHDRAWAL.c.asked_at),
        corrections=corrections,
        bodies=_bodies(connection, hashes),
    )


def record_of(one: Delivery, history: History, redacted: Redacted) -> dict[str, Any]:
    """Return one delivery as JSON has it."""

    def each(rows: Rows, line: Callable[[Any, Redacted], dict[str, Any]]) -> list[dict[str, Any]]:
        return [line(row, redacted) for row in rows.get(one.id, [])]

    withdrawn = each(history.withdrawals, _withdrawal)
    return {
        "delivery": one.id,
        "post": one.post,
        "channel": one.channel,
        "partner": one.partner,
        "network": one.network,
        "state": one.state,
        "state_in_words": PEOPLES_WORDS[State(one.state)],
        "due_at": moment(one.due_at),
        "local_time": one.wall_time,
        "published_at": moment(one.published_at),
        "address": one.url,
        "known_by": one.evidence,
        "planned_by": redacted.people(one.applied_by),
        "wording": _wording(history, one.content_hash),
        "decisions": each(history.gates, _decision),
        "withdrawal": withdrawn[0] if withdrawn else None,
        "corrections": [
            _correction(row, redacted)
            | {
                "before": _wording(history, row.before_hash),
                "after": _wording(history, row.content_hash),
            }
            for row in history.corrections.get(one.id, [])
        ],
        "attempts": each(history.attempts, _attempt),
        "history": each(history.moves, _move),
    }


def _wording(history: History, content_hash: str) -> dict[str, Any]:
    body = history.bodies.get(content_hash, "")
    if not is_kept(body):
        return {"sha256": content_hash, "text": None, "why": "deleted under a rule of keeping"}
    payload = payload_from_json(body)
    return {
        "sha256": content_hash,
        "text": payload.text,
        "language": payload.language,
        "account": ADDRESS.sub(NO_ADDRESS, payload.handle),
        "link": payload.link.url if payload.link else None,
        "media": [_medium(one) for one in payload.media],
    }


def _medium(one: PayloadMedia) -> dict[str, Any]:
    return {"sha256": one.sha256, "type": one.media_type, "alt_text": one.alt_text}


def _decision(row: Any, redacted: Redacted) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "decision": row.decision,
        "by": redacted.person(row.person) if row.person else None,
        "stood_in_for": redacted.person(row.stood_in_for) if row.stood_in_for else None,
        "at": moment(row.decided_at),
        "wording": row.content_hash,
        "reason": redacted.text(row.reason) or None,
    }


def _withdrawal(row: Any, redacted: Redacted) -> dict[str, Any]:
    return {
        "asked_by": redacted.person(row.asked_by),
        "asked_at": moment(row.asked_at),
        "reason": redacted.text(row.reason),
        "stage": row.stage,
        "ended_at": moment(row.ended_at),
    }


def _correction(row: Any, redacted: Redacted) -> dict[str, Any]:
    return {
        "asked_by": redacted.person(row.asked_by),
        "asked_at": moment(row.asked_at),
        "reason": redacted.text(row.reason),
        "stage": row.stage,
    }


def _attempt(row: Any, redacted: Redacted) -> dict[str, Any]:
    return {
        "number": row.number,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "outcome": row.outcome,
        "networks_answer": redacted.text(row.error) if row.error else None,
        "wording": row.content_hash,
    }


def _move(row: Any, redacted: Redacted) -> dict[str, Any]:
    return {
        "at": moment(row.at),
        "from": row.from_state,
        "to": row.to_state,
        "in_words": PEOPLES_WORDS[State(row.to_state)],
        "by": redacted.people(row.who),
        "why": redacted.text(row.why) or None,
    }


def _by_delivery(
    connection: Connection, table: Table, ids: Sequence[str], order: Column[Any]
) -> Rows:
    found: Rows = {}
    for some in _parts(ids):
        query = select(table).where(table.c.delivery_id.in_(some))
        for row in connection.execute(query.order_by(table.c.delivery_id, order)):
            found.setdefault(row.delivery_id, []).append(row)
    return found


def _bodies(connection: Connection, hashes: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _parts(sorted(hashes)):
        query = select(PAYLOAD.c.content_hash, PAYLOAD.c.body)
        rows = connection.execute(query.where(PAYLOAD.c.content_hash.in_(some)))
        found |= {row.content_hash: row.body for row in rows}
    return found


def _parts(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
