"""Notes for everybody concerned what they are to be told: a row each, so that it is told once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from campaign.notices.choices import unwanted
from campaign.notices.concerned import Concerned
from campaign.notices.finding import Found
from campaign.notices.kinds import TROUBLE, Kind
from campaign.store.backends import insert
from campaign.store.gates import closed_kinds
from campaign.store.tables import NOTICE

WAITING, TOLD, OVER, UNWANTED, NOBODY = "waiting", "told", "over", "unwanted", "nobody"


def note_all(
    connection: Connection, found: Iterable[Found], concerned: Concerned, now: datetime
) -> int:
    """Write what was found for everybody concerned; return how much of it concerns nobody.

    A row that is there already stays as it is: another process was quicker.
    """
    listed = list(found)
    asked = [one.delivery for one in listed if one.kind is Kind.APPROVAL]
    closed = closed_kinds(connection, asked)
    off = unwanted(connection)
    rows = []
    for one in listed:
        people = concerned.by_kind(one.kind, one.delivery, closed.get(one.delivery.id, ()))
        owners = concerned.owners(one.delivery)
        outcomes = {
            person: _outcome(person, one.kind, off, is_owner=person in owners)
            for person in people or ("",)
        }
        rows += [_row(one, person, outcome, now) for person, outcome in outcomes.items()]
    if rows:
        connection.execute(insert(connection, NOTICE).on_conflict_do_nothing(), rows)
    return sum(row["outcome"] == NOBODY for row in rows)


def _outcome(person: str, kind: Kind, off: frozenset[tuple[str, str]], *, is_owner: bool) -> str:
    if not person:
        return NOBODY
    must_know = kind in TROUBLE and is_owner
    return UNWANTED if (person, str(kind)) in off and not must_know else WAITING


def _row(one: Found, person: str, outcome: str, now: datetime) -> dict[str, Any]:
    return {
        "person": person,
        "kind": str(one.kind),
        "delivery_id": one.delivery.id,
        "fact": one.fact,
        "noted_at": now,
        "outcome": outcome,
    }
