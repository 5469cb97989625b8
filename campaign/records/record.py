"""The record of some deliveries as it is taken out: what, where, by whose decision, with what come.

The same rows and the same question give the same record: it says up to when it knows, which is its
last line, and not when somebody asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from analytics.json_values import moment
from campaign.models import Delivery
from campaign.records.asked import Asked, asked_deliveries
from campaign.records.latest import latest_figures
from campaign.records.one_record import History, read_history, record_of
from campaign.records.redacting import Redacted
from campaign.schedule.model import Schedule
from campaign.store.tables import REPORT_ISSUE, TOMBSTONE
from connectors.contract import Network

LEFT_OUT = (
    "Names of staff, unless they were asked for: roles stand in their place.",
    "Names, addresses and links of partners' contacts, and e-mail addresses anywhere.",
    "Tokens, keys and passwords, which no export ever holds.",
    "The bytes of pictures and films: each is named by its SHA-256 and described by its alt text.",
    "Anything about the people who saw a post or answered it: nothing of that is collected.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where a record is read from."""

    connection: Connection
    schedule: Schedule
    networks: Mapping[str, Network]


def build_record(source: Source, asked: Asked) -> dict[str, Any]:
    """Return the record that answers a question, as JSON has it.

    Raises `NothingAskedError` where the question cannot be answered.
    """
    connection, schedule = source.connection, source.schedule
    deliveries = asked_deliveries(connection, asked, schedule.zone)
    history = read_history(connection, deliveries)
    redacted = Redacted(schedule, names=asked.names, workers=history.workers)
    figures = latest_figures(connection, [one.id for one in deliveries], _words(source.networks))
    lines = [
        record_of(one, history, redacted) | {"figures": figures.get(one.id, [])}
        for one in deliveries
    ]
    return {
        "campaign": schedule.campaign,
        "title": schedule.title or schedule.campaign,
        "asked": _asked(asked),
        "known_until": _last_instant(history),
        "counts": _counts(deliveries),
        "deliveries": lines,
        "reports": _reports(connection, asked, redacted),
        "deleted": _deleted(connection),
        "left_out": list(LEFT_OUT),
    }


def _asked(asked: Asked) -> dict[str, Any]:
    return {
        "reference": asked.reference or None,
        "from": asked.from_on.isoformat() if asked.from_on else None,
        "until": asked.until_on.isoformat() if asked.until_on else None,
        "theme": asked.theme,
        "partner": asked.partner,
        "channel": asked.channel,
        "names_of_staff": asked.names,
    }


def _counts(deliveries: Sequence[Delivery]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in deliveries:
        found[one.state] = found.get(one.state, 0) + 1
    return dict(sorted(found.items()))


def _words(networks: Mapping[str, Network]) -> dict[str, str]:
    every = [one for network in networks.values() for one in network.capabilities.metrics]
    every += [one for network in networks.values() for one in network.capabilities.sometimes]
    return {one.id: one.words for one in every}


def _last_instant(history: History) -> str | None:
    instants: list[datetime] = [row.at for rows in history.moves.values() for row in rows]
    return moment(max(instants)) if instants else None


def _reports(connection: Connection, asked: Asked, redacted: Redacted) -> list[dict[str, Any]]:
    """Return the weekly reports that went out; they are of the whole campaign."""
    if asked.partner or asked.channel or asked.theme:
        return []
    columns = (
        REPORT_ISSUE.c[name]
        for name in ("week", "number", "as_of", "released_at", "released_by", "reason")
    )
    query = select(*columns).where(REPORT_ISSUE.c.released_at.is_not(None))
    return [
        {
            "week": row.week,
            "number": row.number,
            "figures_as_of": moment(row.as_of),
            "released_at": moment(row.released_at),
            "released_by": redacted.person(row.released_by),
            "corrects_because": redacted.text(row.reason) or None,
        }
        for row in connection.execute(query.order_by(REPORT_ISSUE.c.week, REPORT_ISSUE.c.number))
    ]


def _deleted(connection: Connection) -> list[dict[str, Any]]:
    """Return what was deleted under a rule, so that nobody takes a gap for nothing."""
    query = select(TOMBSTONE).order_by(TOMBSTONE.c.id)
    return [
        {
            "kind": row.kind,
            "number": row.number,
            "at": moment(row.at),
            "rule": row.rule,
            "sha256": row.sha256,
        }
        for row in connection.execute(query)
    ]
