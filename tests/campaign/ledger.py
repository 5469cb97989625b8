"""A campaign's rows without folder, clock or network: for the tests of people's decisions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, update

from campaign.apply import apply, difference
from campaign.models import Delivery, Gate
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from campaign.store.database import Store
from campaign.store.deliveries import Change, get_delivery, history
from campaign.store.gates import gates_of
from campaign.store.tables import DELIVERY
from tests.campaign.deliveries import NOW, planned

SCHEDULE = """\
campaign: spring
runs: {from: 2027-01-11, until: 2027-04-30}
partners:
  ico: {name: The Office, owner: true}
  npcc: {name: The Chiefs, consent: accept-each}
people:
  ama: {name: Ama, roles: [author]}
  ben: {name: Ben, roles: [approver, legal]}
  cat: {name: Cat, roles: [approver]}
  leo: {name: Leo, roles: [legal]}
channels:
  ico-x: {network: x, partner: ico, handle: "@ico.example"}
  npcc-x: {network: x, partner: npcc, handle: "@npcc.example"}
  npcc-linkedin: {network: linkedin, partner: npcc, mode: pack}
rules:
  windows:
    - {from: 2027-02-01, until: 2027-02-01, do: hold, reason: election}
schedule: []
"""
ID, PARTNERS, PACK = "myth/ico-x/1", "myth/npcc-x/1", "myth/npcc-linkedin/1"


@dataclass
class Ledger:
    """The rows, inside one transaction that is given up in the end."""

    connection: Connection
    schedule: Schedule
    now: datetime = NOW
    roles: dict[str, Sequence[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.roles = {name: one.roles for name, one in self.schedule.people.items()}

    def change(self, who: str, why: str = "because") -> Change:
        """Say who does something at the present instant."""
        return Change(who=who, at=self.now, why=why)

    def put(self, *wanted: PlannedDelivery, person: str = "ama") -> None:
        """Apply these deliveries and no others."""
        found = difference(self.connection, self.schedule, wanted, self.now)
        apply(self.connection, self.schedule, found, found, self.change(person, "applied"))

    def force(self, state: str, delivery: str = ID, **values: Any) -> None:
        """Put a delivery where publishing would have brought it."""
        statement = update(DELIVERY).where(DELIVERY.c.id == delivery)
        self.connection.execute(statement.values(state=state, **values))

    def row(self, delivery: str = ID) -> Delivery:
        """Return a delivery."""
        found = get_delivery(self.connection, delivery)
        assert found is not None, delivery
        return found

    def state(self, delivery: str = ID) -> str:
        """Return where a delivery stands."""
        return self.row(delivery).state

    def gates(self, delivery: str = ID) -> dict[str, Gate]:
        """Return the gates of a delivery by their kind."""
        return {gate.kind: gate for gate in gates_of(self.connection, delivery)}

    def log(self, delivery: str = ID) -> list[tuple[str | None, str, str, str]]:
        """Return the log of a delivery: from, to, who, why."""
        rows = history(self.connection, delivery)
        return [(row.from_state, row.to_state, row.who, row.why) for row in rows]


@contextmanager
def open_ledger(store: Store, folder: Path, schedule: str = SCHEDULE) -> Iterator[Ledger]:
    """Begin with an empty database and leave it empty."""
    (folder / "schedule.yaml").write_text(schedule, encoding="utf-8")
    with store.engine.connect() as connection:
        yield Ledger(connection, read_schedule(folder / "schedule.yaml"))
        connection.rollback()


def on_partners_channel(**changes: Any) -> PlannedDelivery:
    """Return a delivery on the partner's own channel, which the partner accepts itself."""
    return planned(PARTNERS, **{"partner": "npcc", "gates": ("approval", "partner"), **changes})


def in_pack(**changes: Any) -> PlannedDelivery:
    """Return a delivery that the partner posts by hand."""
    usual = {"partner": "npcc", "network": "linkedin", "mode": "pack", "gates": ("partner",)}
    return planned(PACK, **{**usual, **changes})
