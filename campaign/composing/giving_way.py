"""What other posts do at another time once one has moved: with the wording that was applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.models import Delivery
from campaign.payload import Payload
from campaign.planning.calendar import Calendar, wall_text
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.occasion import Occasion
from campaign.schedule.model import Schedule
from campaign.states import CHANGEABLE, State
from campaign.store.deliveries import delivery_of
from campaign.store.embargoes import embargoes
from campaign.store.payloads import is_kept, read_payload, with_bytes
from campaign.store.tables import DELIVERY, PAYLOAD
from campaign.store.themes import themes

Displaced = Sequence[tuple[str, Occasion]]


def giving_way(
    connection: Connection, schedule: Schedule, displaced: Displaced
) -> list[PlannedDelivery]:
    """Return the stored deliveries of these occasions, each at its new time.

    One whose wording is no longer kept has been over for long and is left out.
    """
    if not displaced:
        return []
    occasions = {(name, one.channel, one.run): one for name, one in displaced}
    planner = _Planner(Calendar(schedule), embargoes(connection), themes(connection))
    return [
        planner.planned(row, occasions[row.entry, row.channel, row.run], payload)
        for row, payload in _stored(connection, {name for name, _ in displaced})
        if (row.entry, row.channel, row.run) in occasions
    ]


def _stored(connection: Connection, entries: set[str]) -> Iterator[tuple[Delivery, Payload]]:
    bodies = select(PAYLOAD.c.content_hash, PAYLOAD.c.body)
    known = bodies.join(DELIVERY, DELIVERY.c.content_hash == PAYLOAD.c.content_hash)
    found = connection.execute(known.where(DELIVERY.c.entry.in_(entries)).distinct())
    payloads = {
        row.content_hash: read_payload(row.body, row.content_hash)
        for row in found
        if is_kept(row.body)
    }
    for row in connection.execute(select(DELIVERY).where(DELIVERY.c.entry.in_(entries))):
        payload = payloads.get(row.content_hash)
        if payload is not None:
            can_change = State(row.state) in CHANGEABLE
            yield delivery_of(row), with_bytes(connection, payload) if can_change else payload


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans what is stored at another time; its wording, gates and order stay as they are."""

    calendar: Calendar
    embargoes: dict[str, datetime]
    themes: dict[str, str]

    def planned(self, row: Delivery, occasion: Occasion, payload: Payload) -> PlannedDelivery:
        schedule = self.calendar.schedule
        is_first = row.id == f"{row.entry}/{row.channel}/{row.run}"
        holds = self.calendar.holds(occasion.due_at, row.partner)
        return PlannedDelivery(
            id=row.id,
            entry=row.entry,
            post=row.post,
            channel=row.channel,
            partner=row.partner,
            network=row.network,
            mode=schedule.channels[row.channel].mode,
            run=row.run,
            due_at=occasion.due_at,
            wall_time=wall_text(self.calendar.local(occasion.due_at)),
            late_limit=schedule.rules.late_limit,
            gates=tuple(row.gates.split(",")) if row.gates else (),
            payload=payload,
            part=1 if is_first else int(row.id.rpartition("/")[2]),
            follows=row.follows,
            embargo_until=self.embargoes.get(row.post),
            theme=self.themes.get(row.post, ""),
            notes=(*occasion.notes, *holds) if is_first else (),
        )
