"""Fills a database with the made-up numbers of a long campaign."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from analytics.recount import recount_weeks
from benchmarks.report_data import Block, Posts, Shape, make_blocks, make_posts
from campaign.instants import from_micros
from campaign.models import CampaignRow, ChannelRow, Delivery, PayloadRow
from campaign.payload import Payload
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.backends import POSTGRESQL
from campaign.store.database import Store
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY, PAYLOAD, SERIES
from connectors.contract import Metric

ROWS_AT_ONCE = 50_000


def fill(store: Store, shape: Shape) -> int:
    """Write the campaign and all its readings; return how many readings there are."""
    posts = make_posts(shape)
    with store.write() as connection:
        write_campaign(connection, posts)
    count = 0
    for block in make_blocks(shape, posts):
        with store.write() as connection:
            _write_block(connection, block, posts.channel.tolist())
        count += len(block.post)
    with store.write() as connection:
        if connection.dialect.name == POSTGRESQL:
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('series', 'id'), max(id)) FROM series"
            )
        recount_weeks(connection)
    with store.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    return count


def schedule_of(channels: Iterable[str]) -> Schedule:
    """Return a schedule with a channel for each name `network-number`, one partner a number."""
    names = sorted(set(channels))
    numbers = sorted({name.split("-")[1] for name in names})
    return Schedule.model_validate(
        {
            "campaign": "long-campaign",
            "title": "Long campaign",
            "timezone": "Europe/London",
            "runs": {"from": "2020-01-01", "until": "2027-12-31"},
            "partners": {f"p{one}": {"name": f"Partner {one}"} for one in numbers}
            | {"p0": {"name": "Partner 0", "owner": True}},
            "audience": {"universe": 30_000_000, "source": "made up"},
            "channels": {name: _channel(name) for name in names},
        }
    )


def _channel(name: str) -> dict[str, Any]:
    network, number = name.split("-")
    by_hand = {"mode": "pack"} if network == "linkedin" else {"handle": f"{name}.example"}
    server = {"server": "https://social.example"} if network == "mastodon" else {}
    return {"network": network, "partner": f"p{number}", **by_hand, **server}


def write_campaign(connection: Connection, posts: Posts) -> None:
    """Write the campaign, its channels and its deliveries, without any reading."""
    schedule = schedule_of(posts.channel)
    applied_at = from_micros(int(posts.out_at[0]))
    campaign = CampaignRow(
        id=schedule.campaign,
        title=schedule.title or "",
        timezone=schedule.timezone,
        schedule_json=schedule.model_dump_json(),
        applied_at=applied_at,
        applied_by="system",
    )
    connection.execute(CAMPAIGN.insert(), campaign.model_dump())
    for name, one in schedule.channels.items():
        row = ChannelRow(
            id=name, network=one.network, partner=one.partner, mode=one.mode, handle=name
        )
        connection.execute(CHANNEL.insert(), row.model_dump())
    text = Payload(network="x", handle="x-0", server=None, text="A child first.", language="en")
    body = PayloadRow(content_hash="made-up", body=text.to_json(), created_at=applied_at)
    connection.execute(PAYLOAD.insert(), body.model_dump())
    rows = _deliveries(posts)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        connection.execute(DELIVERY.insert(), chunk)


def _deliveries(posts: Posts) -> Iterator[dict[str, Any]]:
    for place, (network, channel, out_at) in enumerate(
        zip(posts.network, posts.channel, posts.out_at.tolist(), strict=True)
    ):
        at = from_micros(out_at)
        yield Delivery(
            id=delivery_id(place, channel),
            entry=f"post-{place}",
            post=f"post-{place}",
            channel=channel,
            partner=f"p{channel.split('-')[1]}",
            network=network,
            run="1",
            state=State.PUBLISHED,
            due_at=at,
            wall_time="",
            late_limit_s=1800,
            content_hash="made-up",
            applied_by="system",
            published_at=at,
            remote_id=f"r{place}",
        ).model_dump()


def delivery_id(place: int, channel: str) -> str:
    """Name a delivery by its place in time."""
    return f"post-{place}/{channel}/1"


def series_id(post: int, place: int) -> int:
    """Number series in the order of posts, as they would come in."""
    return post * len(Metric) + place + 1


def _write_block(connection: Connection, block: Block, channels: Sequence[str]) -> None:
    place = list(Metric).index(Metric(block.metric))
    source = "upload" if block.network == "linkedin" else "api"
    series = [
        {
            "id": series_id(post, place),
            "delivery_id": delivery_id(post, channels[post]),
            "metric": block.metric,
            "definition": block.definition,
            "source": source,
        }
        for post in dict.fromkeys(block.post.tolist())
    ]
    connection.execute(SERIES.insert(), series)
    ids = (series_id(post, place) for post in block.post.tolist())
    at, value = block.observed_at.tolist(), block.value.tolist()
    _write_readings(connection, zip(ids, at, at, value, strict=True))


def _write_readings(connection: Connection, rows: Iterable[tuple[int, int, int, int]]) -> None:
    names = "series_id, observed_at, recorded_at, value"
    if connection.dialect.name != POSTGRESQL:
        connection.exec_driver_sql(f"INSERT INTO reading ({names}) VALUES (?, ?, ?, ?)", list(rows))
        return
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY reading ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
