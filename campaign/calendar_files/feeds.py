"""What stands in a calendar: the team's, or one partner's, as things are at an instant.

The team sees every delivery that is out or may still go out; of one under embargo only that there
is something, since calendars copy what they read to other people's servers. A partner sees what it
may be shown now (`campaign.store.sight`) and nothing of the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from campaign.calendar_files.ics import Entry, calendar_file
from campaign.models import Delivery
from campaign.planning.calendar import wall_text
from campaign.states import PEOPLES_WORDS, State
from campaign.store.deliveries import list_deliveries
from campaign.store.embargoes import embargoes
from campaign.store.leaders import root_of
from campaign.store.payloads import read_payload
from campaign.store.sight import Because, out_of_sight
from campaign.store.tables import CAMPAIGN, MOVE, PAYLOAD

AT_ONCE = 500
"""Deliveries that are looked up together."""


def partner_feed(connection: Connection, partner: str, now: datetime) -> bytes:
    """Return a partner's calendar: its own deliveries, as far as it may see them now."""
    mine = [one for one in _whole(connection) if one.partner == partner]
    hidden = out_of_sight(connection, mine, now)
    shown = [one for one in mine if one.id not in hidden]
    return calendar_file(_title(connection), entries_of(connection, shown))


def team_feed(connection: Connection, now: datetime) -> bytes:
    """Return the team's calendar: everything that is out or may still go out."""
    every = _whole(connection)
    hidden = out_of_sight(connection, every, now)
    alive = [
        one for one in every if one.id not in hidden or hidden[one.id].because is not Because.OVER
    ]
    ends = {post: until for post, until in embargoes(connection).items() if now < until}
    zone = ZoneInfo(connection.execute(select(CAMPAIGN.c.timezone)).scalar_one())
    entries = [
        _sealed(entry, ends[one.post], zone) if one.post in ends else entry
        for one, entry in zip(alive, entries_of(connection, alive), strict=True)
    ]
    return calendar_file(_title(connection), entries)


def entries_of(connection: Connection, deliveries: Sequence[Delivery]) -> list[Entry]:
    """Return deliveries as a calendar has them, with what they say."""
    found: list[Entry] = []
    campaign = connection.execute(select(CAMPAIGN.c.id)).scalar_one()
    for start in range(0, len(deliveries), AT_ONCE):
        some = deliveries[start : start + AT_ONCE]
        changes, texts = _changes(connection, some), _texts(connection, some)
        found += [
            Entry(
                uid=f"{one.id}@{campaign}.campaign-desk",
                starts_at=one.due_at,
                summary=f"{words_of(one.post)} ({one.channel})",
                description=f"{PEOPLES_WORDS[State(one.state)]}\n\n{texts[one.content_hash]}",
                changes=changes[one.id][0],
                changed_at=changes[one.id][1],
            )
            for one in some
        ]
    return found


def words_of(post: str) -> str:
    """Return a post's id as words."""
    return post.replace("-", " ").capitalize()


def _whole(connection: Connection) -> list[Delivery]:
    """Return the first parts: a thread goes out at one time and is one entry."""
    return [one for one in list_deliveries(connection) if root_of(one.id) == one.id]


def _title(connection: Connection) -> str:
    title: str = connection.execute(select(CAMPAIGN.c.title)).scalar_one()
    return title


def _changes(
    connection: Connection, deliveries: Sequence[Delivery]
) -> Mapping[str, tuple[int, datetime]]:
    """Return how many lines each delivery's log has, and when the last was written."""
    query = (
        select(MOVE.c.delivery_id, func.count(), func.max(MOVE.c.at))
        .where(MOVE.c.delivery_id.in_([one.id for one in deliveries]))
        .group_by(MOVE.c.delivery_id)
    )
    return {name: (count, last) for name, count, last in connection.execute(query)}


def _texts(connection: Connection, deliveries: Sequence[Delivery]) -> Mapping[str, str]:
    """Return what is said, by content hash; raise `DamagedError` where it is not what was."""
    wanted = {one.content_hash for one in deliveries}
    query = select(PAYLOAD.c.content_hash, PAYLOAD.c.body).where(PAYLOAD.c.content_hash.in_(wanted))
    return {name: read_payload(body, name).text for name, body in connection.execute(query)}


def _sealed(entry: Entry, until: datetime, zone: ZoneInfo) -> Entry:
    """Return an entry that says nothing but until when it does."""
    said = f"Under embargo until {wall_text(until.astimezone(zone).replace(tzinfo=None))}"
    return replace(entry, summary=said, description=said)
