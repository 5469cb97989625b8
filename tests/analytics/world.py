"""A small campaign in memory: networks that offer this or that, channels, posts and readings."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, insert, text
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from analytics.report import Report, build_report
from analytics.weeks import parse_week
from campaign.models import (
    CampaignRow,
    ChannelRow,
    Delivery,
    PayloadRow,
)
from campaign.payload import Payload
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.database import Store
from campaign.store.revisions import HEAD
from campaign.store.snapshots import SnapshotLine, add_snapshots
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY, PAYLOAD
from connectors.contract import (
    Access,
    Cadence,
    Capabilities,
    Connector,
    Definition,
    DeliveryKey,
    Limits,
    Metric,
    Network,
    NetworkName,
    Paid,
    TextLimit,
)

HOURS = timedelta(hours=1)
DAYS = timedelta(days=1)

CADENCE = Cadence(ages=(HOURS, 6 * HOURS, DAYS, 3 * DAYS, 7 * DAYS), weekly_until=30 * DAYS)

OFFERED: dict[str, tuple[Metric, ...]] = {
    "x": (Metric.IMPRESSIONS, Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES),
    "bluesky": (Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES),
    "linkedin": (
        Metric.IMPRESSIONS,
        Metric.REACH,
        Metric.REACTIONS,
        Metric.REPLIES,
        Metric.RESHARES,
    ),
    "facebook": (Metric.REACH, Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES),
}
PACK_ONLY = {"linkedin", "facebook"}


def at(text: str) -> datetime:
    """Read `2027-01-18 09:00` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def definition(network: str, metric: Metric, version: int = 1) -> Definition:
    return Definition(
        id=f"{network}.{metric}.{version}",
        metric=metric,
        raw_name=str(metric),
        words=f"What {network} counts as {metric}.",
        paid=Paid.NONE,
    )


def network(name: str) -> Network:
    """A network as the report sees it; it can be asked for nothing."""
    limits = Limits(
        text=(TextLimit(unit="characters", measure=len, maximum=300),),
        max_media=4,
        max_media_bytes=1_000_000,
        media_types=frozenset({"image/png"}),
        max_alt_text=None,
    )
    return Network(
        name=NetworkName(name),
        title={"x": "X", "linkedin": "LinkedIn"}.get(name, name.capitalize()),
        credentials=(),
        capabilities=Capabilities(
            metrics=tuple(definition(name, one) for one in OFFERED[name]),
            account_metrics=(definition(name, Metric.FOLLOWERS),),
            cadence=CADENCE,
            key_life=None,
            proves_absence=False,
            settling=2 * HOURS,
            read_batch=2,
            refuses_repeats=False,
            one_text_per_app=False,
        ),
        documented=limits,
        check=lambda _post, _limits: [],
        show_link=str,
        choose_key=lambda delivery, _hash, _at: DeliveryKey(delivery),
        read_permalink=lambda _url, _handle, _server: None,
        announced_limits=None,
        connect=None if name in PACK_ONLY else _not_here,
    )


def _not_here(access: Access) -> Connector:
    raise NotImplementedError(access.handle)


NETWORKS: Mapping[str, Network] = {name: network(name) for name in OFFERED}


def schedule(channels: Mapping[str, Mapping[str, Any]], **more: Any) -> Schedule:
    values: dict[str, Any] = {
        "campaign": "think-check-share",
        "title": "Think. Check. Share.",
        "timezone": "Europe/London",
        "runs": {"from": "2026-09-01", "until": "2027-12-31"},
        "partners": {
            "ico": {"name": "Information Commissioner's Office", "owner": True},
            "ndna": {"name": "National Day Nurseries Association"},
        },
        "audience": {"universe": 500000, "source": "made up"},
        "channels": channels,
    }
    return Schedule.model_validate(values | more)


CHANNELS: dict[str, dict[str, Any]] = {
    "ico-x": {"network": "x", "partner": "ico", "handle": "@ico.example"},
    "ico-bluesky": {"network": "bluesky", "partner": "ico", "handle": "ico.example"},
    "ndna-linkedin": {"network": "linkedin", "partner": "ndna", "mode": "pack"},
    "ndna-facebook": {"network": "facebook", "partner": "ndna", "mode": "pack"},
}


def _in_memory() -> Store:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{HEAD}')"))
    return Store(engine)


class World:
    """One database with a campaign; posts and readings are added by name."""

    def __init__(
        self,
        channels: Mapping[str, Mapping[str, Any]] = CHANNELS,
        store: Store | None = None,
        **more: Any,
    ) -> None:
        self.store = store or _in_memory()
        self.channels = channels
        applied = schedule(channels, **more)
        campaign = CampaignRow(
            id=applied.campaign,
            title=applied.title or "",
            timezone=applied.timezone,
            schedule_json=applied.model_dump_json(),
            applied_at=at("2026-09-01 09:00"),
            applied_by="system",
        )
        self._insert(CAMPAIGN, campaign)
        for name, one in channels.items():
            values = {"mode": "connected", "handle": name} | dict(one)
            # A date far away, so that only tests on accounts read accounts.
            row = ChannelRow(id=name, **values, followers_due_at=at("2099-01-01 00:00"))
            self._insert(CHANNEL, row)

    def _insert(self, table: Any, *rows: Any) -> None:
        with self.store.write() as connection:
            connection.execute(insert(table), [row.model_dump() for row in rows])

    def post(
        self,
        channel: str,
        name: str,
        published_at: datetime | None,
        *,
        text: str = "A child at risk comes before paperwork.",
        **more: Any,
    ) -> str:
        """Add a delivery that went out, or one in another state when `published_at` is None."""
        facts = self.channels[channel]
        payload = Payload(
            network=facts["network"], handle=channel, server=None, text=text, language="en"
        )
        body = PayloadRow(
            content_hash=f"{channel}/{name}/{more.get('run', '1')}",
            body=payload.to_json(),
            created_at=at("2026-09-01 09:00"),
        )
        values: dict[str, Any] = {
            "id": f"{name}/{channel}/1",
            "entry": name,
            "post": name,
            "channel": channel,
            "partner": facts["partner"],
            "network": facts["network"],
            "run": "1",
            "state": State.PUBLISHED if published_at else State.PLANNED,
            "due_at": published_at,
            "wall_time": "",
            "late_limit_s": 1800,
            "content_hash": body.content_hash,
            "applied_by": "system",
            "published_at": published_at,
            "remote_id": f"r-{name}-{channel}" if published_at else None,
        }
        row = Delivery(**(values | more))
        self._insert(PAYLOAD, body)
        self._insert(DELIVERY, row)
        return row.id

    def read(
        self,
        delivery: str,
        metric: Metric,
        counts: Mapping[datetime, int | None],
        *,
        source: str = "api",
        **more: Any,
    ) -> None:
        """Add readings of a post; None stands for an answer without a count."""
        channel = delivery.split("/")[1]
        found = definition(self.channels[channel]["network"], metric, more.pop("version", 1))
        self.add(
            SnapshotLine(
                delivery_id=delivery,
                metric=metric,
                definition=found.id,
                source=source,
                observed_at=observed_at,
                recorded_at=more.get("recorded_at", observed_at),
                value=value,
                reason=more.get("reason") if value is None else None,
            )
            for observed_at, value in counts.items()
        )

    def report(self, week: str = "2027-W03", as_of: str = "2027-01-26 09:00") -> Report:
        """Build the report of a week, by default as known on the Tuesday after it."""
        zone = ZoneInfo("Europe/London")
        with self.store.read() as connection:
            return build_report(
                connection,
                week=parse_week(week, zone=zone, now=at(as_of)),
                as_of=at(as_of),
                networks=NETWORKS,
            )

    def add(self, lines: Iterable[SnapshotLine]) -> None:
        with self.store.write() as connection:
            add_snapshots(connection, lines)
