"""Fills a database with a campaign as large as the desk's pages are measured with."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from campaign.apply import apply, difference
from campaign.payload import Payload
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from campaign.states import State
from campaign.store.database import Store
from campaign.store.deliveries import Change
from campaign.store.tables import DELIVERY

CHANNELS = 40
SCHEDULE = """\
campaign: benchmark
timezone: UTC
runs: {{from: {first}, until: {last}}}
people:
  ama: {{name: Ama Mensah, roles: [author]}}
  ben: {{name: Ben Archer, roles: [approver, legal]}}
  dev: {{name: Dev Sharma, roles: [admin, approver]}}
partners:
  ico: {{name: Information Commissioner's Office, owner: true}}
channels:
{channels}
schedule: []
"""
DAYS_BACK = 60
STATES = (
    *(State.AWAITING_APPROVAL,) * 3,
    *(State.PLANNED,) * 12,
    State.HELD,
    State.WITH_PARTNER,
)
"""Of what is to come; of what is past all but a few is live."""
PAST = (*(State.PUBLISHED,) * 40, State.MISSED, State.REFUSED, State.UNKNOWN, State.CANCELLED)


def schedule_in(folder: Path, now: datetime) -> Schedule:
    """Write and read the schedule of forty channels."""
    lines = "\n".join(
        f'  channel-{one:02}: {{network: mastodon, partner: ico, handle: "@c{one}@social.example"}}'
        for one in range(CHANNELS)
    )
    first, last = now - timedelta(days=100), now + timedelta(days=200)
    text = SCHEDULE.format(first=first.date(), last=last.date(), channels=lines)
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")
    return read_schedule(folder / "schedule.yaml")


def fill(store: Store, schedule: Schedule, deliveries: int, now: datetime) -> None:
    """Apply so many deliveries, and let time and people do what they usually do."""
    planned = list(_planned(deliveries, now))
    with store.write() as connection:
        found = difference(connection, schedule, planned, now - timedelta(days=99))
        change = Change(who="ama", at=now - timedelta(days=99), why="applied")
        apply(connection, schedule, found, found, change)
    with store.write() as connection:
        for number, one in enumerate(planned):
            past = one.due_at <= now
            state = (PAST if past else STATES)[number % len(PAST if past else STATES)]
            values: dict[str, object] = {"state": state}
            if state == State.PUBLISHED:
                values |= {"published_at": one.due_at, "evidence": "api", "url": one.id}
            connection.execute(update(DELIVERY).where(DELIVERY.c.id == one.id).values(**values))


def _planned(deliveries: int, now: datetime) -> Iterator[PlannedDelivery]:
    posts = deliveries // CHANNELS
    step = timedelta(days=160) / posts
    for number in range(posts):
        due_at = (now - timedelta(days=DAYS_BACK) + number * step).replace(second=0, microsecond=0)
        gates = ("approval", "legal") if number % 7 == 0 else ("approval",)
        for channel in range(CHANNELS):
            yield _one(number, channel, due_at, gates)


def _one(number: int, channel: int, due_at: datetime, gates: tuple[str, ...]) -> PlannedDelivery:
    name = f"channel-{channel:02}"
    text = f"Myth {number}: data protection law does not stop you sharing to protect a child. "
    return PlannedDelivery(
        id=f"post-{number:04}/{name}/1",
        entry=f"post-{number:04}",
        post=f"post-{number:04}",
        channel=name,
        partner="ico",
        network="mastodon",
        mode="connected",
        run="1",
        due_at=due_at,
        wall_time=f"{due_at:%Y-%m-%d %H:%M}",
        late_limit=timedelta(minutes=30),
        gates=gates,
        payload=Payload(
            network="mastodon",
            handle=f"@c{channel}@social.example",
            server=None,
            text=text * 2,
            language="en",
        ),
    )
