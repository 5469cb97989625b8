"""Checks the rows of a numbers file one by one: what is meant, and what is wrong with it.

`imports` reads the file and hands each row in; a row comes back as the count it states or as
the sentences that say why it cannot be used. Nothing here touches the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from analytics.paid import definition_told
from campaign.models import Delivery
from campaign.schedule.faults import near
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.values import read_wall_time
from campaign.states import OUT
from connectors.contract import PAID_METRICS, Definition, Metric, Network

COLUMNS = ("channel", "post", "observed_at", "metric", "value")
PAID = "paid"
"""The column that may be left out: `yes`, `no`, or empty where the owner does not know."""
_TOLD = {"yes": True, "no": False, "": None}
LARGEST = 10**12
"""More than any post has ever been shown: a number above it is a slip."""


class RowError(Exception):
    """One row cannot be used; the message says which value, why, and what to write."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelFacts:
    """What the check must know of a channel."""

    id: str
    network: Network
    read_by_api: bool
    deliveries: tuple[Delivery, ...]
    """All that are not cancelled, whatever their state."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedCount:
    """What one row says, with every name resolved."""

    delivery_id: str
    definition: Definition
    observed_at: datetime
    value: int
    metric: Metric
    """As the file has it; the definition's metric is another where it was paid for."""
    paid: bool | None
    """What the file says of it."""


def check_header(found: Sequence[str]) -> list[str]:
    """Return what is wrong with the first line of the file."""
    wanted = "write " + ",".join(COLUMNS)
    allowed = (*COLUMNS, PAID)
    if len(found) == 1 and ";" in found[0]:
        return ["the columns are parted by semicolons; save the file with commas"]
    missing = [name for name in COLUMNS if name not in found]
    unknown = [name for name in found if name not in allowed]
    twice = sorted({name for name in found if found.count(name) > 1})
    faults = [f"the column “{name}” is missing; {wanted}" for name in missing]
    faults += [f"unknown column “{name}”{near(name, missing)}; {wanted}" for name in unknown]
    return faults + [f"the column “{name}” stands twice" for name in twice]


def check_row(
    row: Mapping[str, str],
    channels: Mapping[str, ChannelFacts],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> tuple[StatedCount | None, list[str]]:
    """Return what the row states, or every fault in it."""
    faults: list[str] = []
    channel = _try(faults, _channel, row["channel"], channels)
    delivery = channel and _try(faults, _delivery, row["post"], channel)
    told = _try(faults, _paid, row.get(PAID, ""))
    definition = channel and _try(faults, partial(_definition, told=told), row["metric"], channel)
    observed_at = _try(faults, _observed_at, row["observed_at"], zone, now)
    value = _try(faults, _value, row["value"])
    if delivery and observed_at:
        _try(faults, _check_after_publication, delivery, observed_at, row["observed_at"])
    if faults or not (delivery and definition and observed_at) or value is None:
        return None, faults
    stated = StatedCount(
        delivery_id=delivery.id,
        definition=definition,
        observed_at=observed_at,
        value=value,
        metric=Metric(row["metric"]),
        paid=told,
    )
    return stated, []


def _try(faults: list[str], check: Any, *values: Any) -> Any:
    try:
        return check(*values)
    except RowError as error:
        faults.append(str(error))
        return None


def _channel(name: str, channels: Mapping[str, ChannelFacts]) -> ChannelFacts:
    if name not in channels:
        raise RowError(f"unknown channel “{name}”{near(name, channels)}")
    channel = channels[name]
    if channel.read_by_api:
        title = channel.network.title
        raise RowError(f"{name} is read from {title} itself; take its rows out of the file")
    return channel


def _delivery(name: str, channel: ChannelFacts) -> Delivery:
    by_id = {one.id: one for one in channel.deliveries}
    found = [by_id[name]] if name in by_id else _of_post(name, channel.deliveries)
    if not found:
        posts = {one.post for one in channel.deliveries}
        guess = near(name, posts | by_id.keys())
        raise RowError(f"no post “{name}” on {channel.id}{guess}")
    if len(found) > 1:
        ids = " or ".join(one.id for one in found[:3])
        raise RowError(f"“{name}” goes out {len(found)} times on {channel.id}; write {ids}")
    if found[0].state not in OUT or found[0].published_at is None:
        remedy = f"run `campaign record {channel.id} {name} --url … --published-at …` first"
        raise RowError(f"“{name}” is not known to be live on {channel.id}; {remedy}")
    return found[0]


def _of_post(name: str, deliveries: Iterable[Delivery]) -> list[Delivery]:
    return [one for one in deliveries if one.post == name]


def _paid(text: str) -> bool | None:
    if text.lower() not in _TOLD:
        raise RowError(f"paid: “{text}” is no answer; write yes, no, or nothing")
    return _TOLD[text.lower()]


def _definition(name: str, channel: ChannelFacts, *, told: bool | None) -> Definition:
    offered = [str(one.metric) for one in channel.network.capabilities.metrics]
    metric = Metric(name) if name in offered else None
    found = metric and definition_told(channel.network, metric, paid=told)
    if found:
        return found
    known = ", ".join(sorted(offered))
    if name in PAID_METRICS:
        plain = name.removeprefix("paid-")
        raise RowError(f"{name}: write {plain}, and yes in a column “{PAID}”")
    if name in list(Metric):
        raise RowError(f"{channel.network.title} does not count {name} of a post; it has {known}")
    raise RowError(f"unknown metric “{name}”{near(name, offered)}; write one of {known}")


def _observed_at(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    try:
        instant = read_wall_time(text).instant(zone)
    except (PydanticCustomError, NoSuchTimeError) as error:
        raise RowError(f"observed_at: {error}") from error
    if instant > now:
        raise RowError(f"observed_at: “{text}” is in the future; write when the count was seen")
    return instant


def _value(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise RowError(f"value: “{text}” is no count; write a whole number such as 1204")
    if int(text) > LARGEST:
        raise RowError(f"value: {text} is too large to be a count; look for a slip")
    return int(text)


def _check_after_publication(delivery: Delivery, observed_at: datetime, text: str) -> None:
    published_at = delivery.published_at
    if published_at is not None and observed_at < published_at:
        live = published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        raise RowError(f"observed_at: “{text}” is before the post went out at {live}")
