"""Writes what the diff says into the store, and freezes what will be sent.

After this nothing reads `schedule.yaml` or `posts/` again: wording, media, windows and channels
stand in the database, and an edit of a file counts once it is applied.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from campaign.diff import Difference, Kind, Line, changed_facts, diff
from campaign.edits import PAST, change_deliveries, is_past
from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from campaign.schedule.model import Schedule
from campaign.schedule.rules import Window
from campaign.states import OUT, State
from campaign.store.additions import Addition, add_deliveries
from campaign.store.backends import insert as upsert
from campaign.store.deliveries import Change, Step, get_deliveries, list_deliveries, move_all
from campaign.store.embargoes import embargoes, save_embargoes
from campaign.store.leaving import left
from campaign.store.payloads import save_payloads
from campaign.store.tables import CAMPAIGN, CHANNEL, DELIVERY, HOLD_WINDOW
from campaign.store.themes import save_themes, themes

AT_ONCE = 5_000
"""Lines written together: enough to be quick, few enough to take little memory."""


class StalePlanError(Exception):
    """The plan that was shown is no longer what applying would do."""


class OtherCampaignError(Exception):
    """The database belongs to another campaign."""


class ChannelInUseError(Exception):
    """A channel has posts on one network and cannot become an account on another."""


def difference(
    connection: Connection,
    schedule: Schedule,
    planned: Sequence[PlannedDelivery],
    now: datetime,
    stored: Sequence[Delivery] | None = None,
) -> Difference:
    """Compare a schedule's deliveries with the stored ones, after checking whose they are.

    With `stored` only these are compared, such as one post's.
    """
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
    stored = list_deliveries(connection) if stored is None else stored
    wanted, sentences = _without_the_left(connection, planned, {one.id for one in stored})
    found = diff(schedule.campaign, wanted, stored, now)
    if there is not None:
        facts = (*facts, *_changed_embargoes(embargoes(connection), embargoes_of(planned)))
        known = {one.post for one in stored}
        after = {post: one for post, one in themes_of(planned).items() if post in known}
        facts = (*facts, *_changed_themes(themes(connection), after))
    notes = (*sentences, *found.notes)
    return replace(found, facts=facts, schedule=fingerprint, notes=notes)


def _without_the_left(
    connection: Connection, planned: Sequence[PlannedDelivery], stored: Collection[str]
) -> tuple[list[PlannedDelivery], list[str]]:
    """Leave out what is new for partners that have left, and say so of each."""
    gone = left(connection)
    new = [one for one in planned if one.partner in gone and one.id not in stored]
    counts = Counter(one.partner for one in new)
    sentences = [
        f"{gone[name]}; {number} new {'delivery is' if number == 1 else 'deliveries are'} not made"
        for name, number in counts.items()
    ]
    left_out = {one.id for one in new}
    return [one for one in planned if one.id not in left_out], sentences


def embargoes_of(planned: Iterable[PlannedDelivery]) -> dict[str, datetime]:
    """Return until when nobody outside may see a post, for the posts that have an embargo."""
    return {one.post: one.embargo_until for one in planned if one.embargo_until is not None}


def themes_of(planned: Iterable[PlannedDelivery]) -> dict[str, str]:
    """Return what each planned post is about; empty for nothing in particular."""
    return {one.post: one.theme for one in planned}


def _changed_themes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for post in sorted(after):
        was, becomes = before.get(post, ""), after[post]
        if was != becomes:
            yield f"theme of “{post}”: {was or 'none'} becomes {becomes or 'none'}"


def _changed_embargoes(
    before: Mapping[str, datetime], after: Mapping[str, datetime]
) -> Iterator[str]:
    for post in sorted(before.keys() | after.keys()):
        if before.get(post) != after.get(post):
            words = [
                f"{one:%Y-%m-%dT%H:%MZ}" if one else "none"
                for one in (before.get(post), after.get(post))
            ]
            yield f"embargo of “{post}”: {words[0]} becomes {words[1]}"


def _check_networks(connection: Connection, schedule: Schedule) -> None:
    """Refuse to turn a channel to another network once it has posts: their ids live on the old."""
    query = (
        select(CHANNEL.c.id, CHANNEL.c.network)
        .join(DELIVERY, DELIVERY.c.channel == CHANNEL.c.id)
        .where(DELIVERY.c.state.in_([State.SENDING, State.UNKNOWN, *OUT]))
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
    if shown != fresh:
        raise StalePlanError(
            "the plan is out of date: deliveries or the hour have changed since; "
            "run `campaign plan` again"
        )
    _write_campaign(connection, schedule, change)
    _write_channels(connection, schedule)
    _write_windows(connection, schedule)
    save_embargoes(connection, embargoes_of(fresh.wanted.values()))
    save_themes(connection, themes_of(fresh.wanted.values()))
    for start in range(0, len(fresh.lines), AT_ONCE):
        _write_lines(connection, fresh.lines[start : start + AT_ONCE], fresh, change)


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
    for window in schedule.windows():
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


def _write_lines(
    connection: Connection, lines: Sequence[Line], fresh: Difference, change: Change
) -> None:
    by_kind = {kind: [line for line in lines if line.kind is kind] for kind in Kind}
    added = [fresh.wanted[line.delivery] for line in by_kind[Kind.ADD]]
    save_payloads(connection, (one.payload for one in added), change.at)
    add_deliveries(connection, [_addition(one, change) for one in added], change)
    changed = _existing(connection, by_kind[Kind.CHANGE])
    because = [
        (fresh.wanted[line.delivery], _because(change, line)) for line in by_kind[Kind.CHANGE]
    ]
    change_deliveries(connection, changed, because, change.who)
    gone = _existing(connection, by_kind[Kind.CANCEL])
    steps = [
        Step(
            delivery=gone[line.delivery],
            to=State.CANCELLED,
            change=_because(change, line),
            values={},
        )
        for line in by_kind[Kind.CANCEL]
    ]
    move_all(connection, steps)


def _existing(connection: Connection, lines: Sequence[Line]) -> dict[str, Delivery]:
    """Return the deliveries of some lines as they stand; none of them can be missing."""
    found = get_deliveries(connection, [line.delivery for line in lines])
    for line in lines:
        if line.delivery not in found:
            raise StalePlanError(f"{line.delivery} is gone")
    return found


def _because(change: Change, line: Line) -> Change:
    said = (change.reason,) if change.reason else ()
    return Change(who=change.who, at=change.at, why="; ".join((*line.changes, *said)))


def _addition(one: PlannedDelivery, change: Change) -> Addition:
    values = {
        "id": one.id,
        "entry": one.entry,
        "post": one.post,
        "channel": one.channel,
        "partner": one.partner,
        "network": one.network,
        "run": one.run,
        "due_at": one.due_at,
        "wall_time": one.wall_time,
        "late_limit_s": int(one.late_limit.total_seconds()),
        "content_hash": one.payload.content_hash,
        "follows": one.follows,
        "gates": ",".join(one.gates),
        "applied_by": change.who,
    }
    if is_past(one, change):
        return Addition(values=values, gates=one.gates, to=State.MISSED, why=PAST, note=PAST)
    if one.gates:
        return Addition(values=values, gates=one.gates)
    ready = State.WITH_PARTNER if one.mode == "pack" else State.PLANNED
    return Addition(values=values, gates=(), to=ready, why="no approval is asked for")
