"""Fills a database with the made-up numbers of a long campaign."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection

from analytics.recount import recount_weeks
from benchmarks.report_data import BROUGHT, Block, Numbers, Posts, Shape, make_blocks, make_posts
from campaign.instants import from_micros
from campaign.models import CampaignRow, ChannelRow, Delivery, PayloadRow
from campaign.payload import Payload
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.backends import POSTGRESQL
from campaign.store.database import Store
from campaign.store.series_weeks import kind_ids
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY, PAYLOAD, SERIES
from campaign.wiring import NETWORKS

ROWS_AT_ONCE = 50_000


def fill(store: Store, shape: Shape) -> int:
    """Write the campaign and all its readings; return how many readings there are."""
    posts = make_posts(shape)
    with store.write() as connection:
        write_campaign(connection, posts)
    count, firsts = 0, first_series(posts)
    for block in make_blocks(shape, posts):
        with store.write() as connection:
            _write_block(connection, block, posts.channel.tolist(), firsts)
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
    by_hand = {"mode": "pack"} if network in BROUGHT else {"handle": f"{name}.example"}
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


def first_series(posts: Posts) -> Numbers:
    """Number series as they come in: post by post, a network's metrics one after the other."""
    width = {name: len(found) for name, found in _METRICS.items()}
    widths = np.array([width[name] for name in posts.network], dtype=np.int64)
    firsts: Numbers = 1 + np.cumsum(widths) - widths
    return firsts


_METRICS = {
    str(name): [str(one.metric) for one in network.capabilities.metrics]
    for name, network in NETWORKS.items()
}


def _write_block(
    connection: Connection, block: Block, channels: Sequence[str], firsts: Numbers
) -> None:
    ids = firsts + _METRICS[block.network].index(block.metric)
    source = "upload" if block.network in BROUGHT else "api"
    kind = kind_ids(connection, {(block.metric, block.definition, source)})
    series = [
        {
            "id": int(ids[post]),
            "delivery_id": delivery_id(post, channels[post]),
            "kind": kind[block.definition, source],
        }
        for post in dict.fromkeys(block.post.tolist())
    ]
    connection.execute(SERIES.insert(), series)
    at, value = block.observed_at.tolist(), block.value.tolist()
    _write_readings(connection, zip(ids[block.post].tolist(), at, at, value, strict=True))


def _write_readings(connection: Connection, rows: Iterable[tuple[int, int, int, int]]) -> None:
    names = "series_id, observed_at, recorded_at, value"
    if connection.dialect.name != POSTGRESQL:
        connection.exec_driver_sql(f"INSERT INTO reading ({names}) VALUES (?, ?, ?, ?)", list(rows))
        return
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY reading ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
