"""Fills a folder and a database with a campaign as large as the desk's pages are measured with."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from campaign.apply import apply, difference
from campaign.content.reading import read_posts
from campaign.plan import PlannedDelivery, plan
from campaign.schedule.model import Schedule
from campaign.schedule.reading import read_schedule
from campaign.states import State
from campaign.store.deliveries import Change
from campaign.store.tables import DELIVERY
from campaign.wiring import Desk

CHANNELS = 40
BY_HAND = 4
"""Of the channels: those that the partner posts on itself."""
CONTACT = "pat@npcc.example"
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
  npcc: {{name: National Police Chiefs' Council, contacts: [{{name: Pat, email: {contact}}}]}}
channels:
{channels}
schedule:
{entries}
"""
POST = """\
---
title: Myth {number}
theme: myth
link: https://ico.example/share/myth-{number}
{approvals}---
Myth {number}: data protection law does not stop you sharing to protect a child. Myth {number}: it
helps you share, and says how.
"""
DAYS_BACK = 60
STATES = (
    *(State.AWAITING_APPROVAL,) * 3,
    *(State.PLANNED,) * 12,
    State.HELD,
)
"""Of what is to come and sent by us; of what is past all but a few is live."""
PAST = (*(State.PUBLISHED,) * 40, State.MISSED, State.REFUSED, State.UNKNOWN, State.CANCELLED)


def write_campaign(folder: Path, deliveries: int, now: datetime) -> None:
    """Write a post for every forty deliveries, and a schedule that sends each to all channels."""
    posts = deliveries // CHANNELS
    step = timedelta(days=160) / posts
    entries = []
    for number in range(posts):
        name, at = f"post-{number:04}", now - timedelta(days=DAYS_BACK) + number * step
        entries.append(f"  - {{post: {name}, at: {at:%Y-%m-%d %H:%M}, send_to: [all]}}")
        place = folder / "posts" / name
        place.mkdir(parents=True)
        approvals = "approvals: [legal]\n" if number % 7 == 0 else ""
        text = POST.format(number=number, approvals=approvals)
        (place / "post.md").write_text(text, encoding="utf-8")
    first, last = now - timedelta(days=100), now + timedelta(days=200)
    text = SCHEDULE.format(
        first=first.date(),
        last=last.date(),
        contact=CONTACT,
        channels="\n".join(_channel(number) for number in range(CHANNELS)),
        entries="\n".join(entries),
    )
    (folder / "schedule.yaml").write_text(text, encoding="utf-8")


def fill(desk: Desk, now: datetime) -> Schedule:
    """Apply the folder, and let time and people do what they usually do."""
    folder = desk.settings.folder
    schedule = read_schedule(folder / "schedule.yaml")
    planned = plan(schedule, read_posts(folder / "posts"), desk.networks)
    with desk.store.write() as connection:
        began = now - timedelta(days=99)
        found = difference(connection, schedule, planned, began)
        apply(connection, schedule, found, found, Change(who="ama", at=began, why="applied"))
    with desk.store.write() as connection:
        for number, one in enumerate(planned):
            values = _what_became_of(number, one, now)
            connection.execute(update(DELIVERY).where(DELIVERY.c.id == one.id).values(**values))
    return schedule


def _what_became_of(number: int, one: PlannedDelivery, now: datetime) -> dict[str, object]:
    past = one.due_at <= now
    if one.mode == "pack" and not past:
        return {"state": State.WITH_PARTNER}
    states = PAST if past else STATES
    state = states[number % len(states)]
    if state != State.PUBLISHED:
        return {"state": state}
    return {"state": state, "published_at": one.due_at, "evidence": "api", "url": one.id}


def _channel(number: int) -> str:
    by_hand = number >= CHANNELS - BY_HAND
    whose = "partner: npcc, mode: pack" if by_hand else "partner: ico"
    handle = f'handle: "c{number}.example"'
    return f"  channel-{number:02}: {{network: linkedin, {whose}, {handle}}}"
