"""Writes what the diff says into the store, and freezes what will be sent.

After this nothing reads `schedule.yaml` or `posts/` again: wording, media, windows and channels
stand in the database, and an edit of a file counts once it is applied.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from campaign.decisions.approvals import existing, refresh
from campaign.diff import Difference, Kind, Line, changed_facts, diff
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.rules import Window
from campaign.states import CHANGEABLE, State
from campaign.store.backends import insert as upsert
from campaign.store.deliveries import (
    Change,
    get_delivery,
    insert_delivery,
    list_deliveries,
    log_line,
    move,
    update_fields,
)
from campaign.store.gates import closed_gates, set_gates
from campaign.store.payloads import save_payload
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY, HOLD_WINDOW

PAST = "its slot was past when it was applied"


class StalePlanError(Exception):
    """The plan that was shown is no longer what applying would do."""


class OtherCampaignError(Exception):
    """The database belongs to another campaign."""


class ChannelInUseError(Exception):
    """A channel has posts on one network and cannot become an account on another."""


def difference(
    connection: Connection, schedule: Schedule, planned: Sequence[PlannedDelivery], now: datetime
) -> Difference:
    """Compare a schedule's deliveries with the stored ones, after checking whose they are."""
    there = connection.execute(select(CAMPAIGN.c.id, CAMPAIGN.c.schedule_json)).first()
    if there is not None and there.id != schedule.campaign:
        raise OtherCampaignError(
            f"this database belongs to the campaign “{there.id}”, the schedule is of "
            f"“{schedule.campaign}”; give each its own CAMPAIGN_DATABASE_URL"
        )
    _check_networks(connection, schedule)
    text = schedule.model_dump_json()
    facts = changed_facts(json.loads(there.schedule_json), json.loads(text)) if there else ()
    fingerprint = hashlib.sha256(text.encode()).hexdigest()[:16]
    found = diff(schedule.campaign, planned, list_deliveries(connection), now)
    return replace(found, facts=facts, schedule=fingerprint)


def _check_networks(connection: Connection, schedule: Schedule) -> None:
    """Refuse to turn a channel to another network once it has posts: their ids live on the old."""
    query = (
        select(CHANNEL.c.id, CHANNEL.c.network)
        .join(DELIVERY, DELIVERY.c.channel == CHANNEL.c.id)
        .where(DELIVERY.c.state.in_([State.SENDING, State.UNKNOWN, State.PUBLISHED]))
        .distinct()
    )
    for used in connection.execute(query):
        channel = schedule.channels.get(used.id)
        if channel and channel.network != used.network:
            raise ChannelInUseError(
                f"the channel “{used.id}” has posts on {used.network}; give the account on "
                f"{channel.network} a channel with another id"
            )


def apply(
    connection: Connection, schedule: Schedule, shown: Difference, fresh: Difference, change: Change
) -> None:
    """Do what was shown, unless the files or the deliveries have changed since."""
    if shown.to_json() != fresh.to_json():
        raise StalePlanError(
            "the plan is out of date: deliveries or the hour have changed since; "
            "run `campaign plan` again"
        )
    _write_campaign(connection, schedule, change)
    _write_channels(connection, schedule)
    _write_windows(connection, schedule)
    for line in fresh.lines:
        _write_line(connection, line, fresh, change)


def _write_campaign(connection: Connection, schedule: Schedule, change: Change) -> None:
    values = {
        "title": schedule.title or schedule.campaign,
        "timezone": schedule.timezone,
        "schedule_json": schedule.model_dump_json(),
        "applied_at": change.at,
        "applied_by": change.who,
    }
    before = connection.execute(select(CAMPAIGN.c.timezone)).scalar()
    statement = upsert(connection, CAMPAIGN).values(id=schedule.campaign, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    if before is not None and before != schedule.timezone:
        # numpy, which hardly any apply needs, would cost every one of them its time to load.
        from analytics.recount import recount_weeks  # noqa: PLC0415 - see above

        recount_weeks(connection)


def _write_channels(connection: Connection, schedule: Schedule) -> None:
    connection.execute(update(CHANNEL).values(active=False))
    for channel_id, channel in schedule.channels.items():
        values = {
            "network": channel.network,
            "partner": channel.partner,
            "mode": channel.mode,
            "handle": channel.handle or "",
            "server": channel.server,
            "active": True,
        }
        statement = upsert(connection, CHANNEL).values(id=channel_id, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def _write_windows(connection: Connection, schedule: Schedule) -> None:
    connection.execute(delete(HOLD_WINDOW))
    for window in schedule.rules.windows:
        for scope, target in _targets(window):
            connection.execute(
                insert(HOLD_WINDOW).values(
                    from_at=_midnight(schedule, window, 0),
                    until_at=_midnight(schedule, window, 1),
                    scope=scope,
                    target=target,
                    reason=window.reason,
                )
            )


def _targets(window: Window) -> list[tuple[str, str]]:
    if window.partners is None:
        return [("all", "")]
    return [("partner", partner) for partner in window.partners]


def _midnight(schedule: Schedule, window: Window, end: int) -> datetime:
    """Return the first instant of the window's first day, or of the day after its last."""
    day = window.until_on + timedelta(days=1) if end else window.from_on
    return datetime.combine(day, time(), tzinfo=schedule.zone).astimezone(UTC)


def _write_line(connection: Connection, line: Line, fresh: Difference, change: Change) -> None:
    if line.kind is Kind.ADD:
        _add(connection, fresh.wanted[line.delivery], change)
        return
    delivery = get_delivery(connection, line.delivery)
    if delivery is None:
        raise StalePlanError(f"{line.delivery} is gone")
    if line.kind is Kind.CANCEL:
        move(connection, delivery, State.CANCELLED, _because(change, line))
    else:
        _change(connection, fresh.wanted[line.delivery], delivery, _because(change, line))


def _because(change: Change, line: Line) -> Change:
    return Change(who=change.who, at=change.at, why="; ".join(line.changes))


def _add(connection: Connection, one: PlannedDelivery, change: Change) -> None:
    content_hash = save_payload(connection, one.payload, change.at)
    delivery = Delivery(
        id=one.id,
        entry=one.entry,
        post=one.post,
        channel=one.channel,
        partner=one.partner,
        network=one.network,
        run=one.run,
        state=State.AWAITING_APPROVAL,
        due_at=one.due_at,
        wall_time=one.wall_time,
        late_limit_s=int(one.late_limit.total_seconds()),
        content_hash=content_hash,
        gates=",".join(one.gates),
        applied_by=change.who,
    )
    insert_delivery(connection, delivery, change)
    set_gates(connection, one.id, one.gates)
    if _past(one, change):
        move(connection, delivery, State.MISSED, _too_late(change), {"note": PAST})
    elif not one.gates:
        none_asked = Change(who=change.who, at=change.at, why="no approval is asked for")
        refresh(connection, delivery, none_asked)


def _appliers(connection: Connection, delivery: Delivery, who: str) -> str:
    """Add somebody to those who applied what still waits; what was approved begins anew.

    Else an edit could be approved by its own author once another person had applied a trifle.
    """
    before = delivery.applied_by.split(",") if closed_gates(connection, delivery) else []
    return ",".join(dict.fromkeys([*before, who]))


def _past(one: PlannedDelivery, change: Change) -> bool:
    """Whether its slot was past when it was applied; a partner who posts by hand may be late."""
    return one.due_at <= change.at and one.mode != "pack"


def _too_late(change: Change) -> Change:
    return Change(who=change.who, at=change.at, why=PAST)


def _change(
    connection: Connection, one: PlannedDelivery, delivery: Delivery, change: Change
) -> None:
    state = State(delivery.state)
    values: dict[str, object] = {
        "content_hash": save_payload(connection, one.payload, change.at),
        "gates": ",".join(one.gates),
        "applied_by": _appliers(connection, delivery, change.who),
        "post": one.post,
        "partner": one.partner,
        "network": one.network,
    }
    if state in CHANGEABLE:
        values |= {
            "due_at": one.due_at,
            "wall_time": one.wall_time,
            "late_limit_s": int(one.late_limit.total_seconds()),
        }
    update_fields(connection, [one.id], **values)
    set_gates(connection, one.id, one.gates)
    changed = existing(connection, one.id)
    if state not in CHANGEABLE:
        log_line(connection, changed, change)
        return
    handed = state == (State.PLANNED if one.mode == "pack" else State.WITH_PARTNER)
    if (handed or one.due_at != delivery.due_at) and _past(one, change):
        move(connection, changed, State.MISSED, _too_late(change), {"note": PAST})
        return
    if handed:  # through its gates, which decide whether it goes on at once
        move(connection, changed, State.AWAITING_APPROVAL, change)
        changed = existing(connection, one.id)
    refresh(connection, changed, change)
