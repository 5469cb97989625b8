"""What has to be done before the first day, as far as it can be known today.

Every entry says what, where and what to do. `must` keeps posts from going out, `decide` is for a
person to say, `look` may be meant so.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from campaign.announced import UNREACHABLE
from campaign.plan import PlannedDelivery
from campaign.planning.calendar import day_text
from campaign.schedule.faults import Fault
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.wiring import NETWORKS
from connectors.contract import Network, NetworkName
from simulation.rehearse.fixes import Fix, Known, Weight
from simulation.rehearse.fixes_of_people import (
    check_consent,
    check_gates,
    check_packs,
    check_public_address,
    check_sign_ins,
    check_tokens,
)
from simulation.rehearse.script import Script
from simulation.rehearse.words import counted, joined


def list_fixes(known: Known) -> tuple[Fix, ...]:
    """List everything that can be known before the first day, the gravest first."""
    found = [
        *_past(known),
        *check_sign_ins(known),
        *check_public_address(known),
        *check_tokens(known),
        *check_gates(known.script),
        *check_consent(known.script),
        *check_packs(known.script),
        *_holds(known.script),
        *_twice(known.script),
        *_came_to_nothing(known),
        *_late(known),
        *_late_limit(known.script),
        *_warnings(known.script),
        *_idle_channels(known.script),
        *_examples(known.script),
        *_audience(known.script.schedule),
    ]
    order = list(Weight)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.weight)))


def _past(known: Known) -> Iterator[Fix]:
    past = [one for one in known.script.connected if one.due_at <= known.now]
    if past:
        yield Fix(
            weight=Weight.MUST,
            what=f"{counted(len(past), 'post is', 'posts are')} due before today; applied now, "
            f"they would be missed and never sent by themselves",
            where=f"{past[0].id} ({past[0].wall_time}) and later",
            remedy="move them, or take them out of the schedule",
        )


def _holds(script: Script) -> Iterator[Fix]:
    for window in script.schedule.windows():
        hit = [one for one in script.planned if window.holds(script.day_of(one), one.partner)]
        if hit:
            posts = counted(len(hit), "delivery falls", "deliveries fall")
            partners = sorted({script.schedule.partners[one.partner].name for one in hit})
            yield Fix(
                weight=Weight.DECIDE,
                what=f"{posts} into the hold “{window.reason}” and will not go out by "
                f"{'itself' if len(hit) == 1 else 'themselves'}: {joined(partners)}",
                where=f"windows, {day_text(window.from_on)} to {day_text(window.until_on)}",
                remedy="move them before the hold, send them to other channels, or decide on each "
                "after it with `campaign decide`",
            )


def _twice(script: Script) -> Iterator[Fix]:
    """Name what one channel would say twice within a day, as a moved run of a series may."""
    last: dict[tuple[str, str], PlannedDelivery] = {}
    for one in script.planned:
        before = last.get((one.channel, one.payload.text))
        if before is not None and one.due_at - before.due_at < timedelta(days=1):
            yield Fix(
                weight=Weight.DECIDE,
                what=f"{one.channel} would say the same at {before.wall_time} and {one.wall_time}",
                where=f"{before.id} and {one.id}",
                remedy="move one, leave it out, or write another wording",
            )
        last[one.channel, one.payload.text] = one


def _came_to_nothing(known: Known) -> Iterator[Fix]:
    """Name what did not go out although nothing was made to go wrong."""
    lost = (State.MISSED, State.REFUSED, State.UNKNOWN)
    for one in known.lines if known.calm else ():
        if one.state in lost:
            yield Fix(
                weight=Weight.MUST,
                what=f"{one.delivery} would not go out: {one.why}",
                where=f"{one.wall_time} on {one.channel}",
                remedy="change the post or its time",
            )


def _late(known: Known) -> Iterator[Fix]:
    """Name the channels on which more is due at once than the network takes."""
    late: dict[str, list[float]] = defaultdict(list)
    for one in known.lines if known.calm else ():
        if one.late_s is not None and one.late_s > 60:
            late[one.channel].append(one.late_s)
    for channel, seconds in late.items():
        worst = round(max(seconds) / 60)
        yield Fix(
            weight=Weight.DECIDE,
            what=f"{counted(len(seconds), 'post goes', 'posts go')} out late on {channel}, by up "
            f"to {counted(worst, 'minute')}, because more is due than the network takes",
            where=f"channel {channel}",
            remedy="spread them with `stagger:` or other times",
        )


def _late_limit(script: Script) -> Iterator[Fix]:
    limit = script.schedule.rules.late_limit
    for name in sorted({one.network for one in script.connected}):
        known = _network(name).capabilities
        if limit <= known.settling + timedelta(seconds=30):
            yield Fix(
                weight=Weight.LOOK,
                what=f"the late limit of {int(limit.total_seconds())} seconds is over before a "
                f"lost answer of {_network(name).title} can be looked up "
                f"({int(known.settling.total_seconds())} seconds); such a post is never sent again",
                where="rules: late_limit",
                remedy="write 10m or more, if a post may be a few minutes late",
            )


def _warnings(script: Script) -> Iterator[Fix]:
    for one in script.report.warnings:
        yield Fix(
            weight=Weight.LOOK, what=one.message, where=_place(one), remedy="change it or mean it"
        )


def _idle_channels(script: Script) -> Iterator[Fix]:
    used = {one.channel for one in script.planned}
    for name in script.schedule.channels:
        if name not in used:
            yield Fix(
                weight=Weight.LOOK,
                what=f"nothing is sent to {name}",
                where=f"channel {name}",
                remedy="name it in a `send_to`, or take it out",
            )


def _examples(script: Script) -> Iterator[Fix]:
    """Name addresses that can never be reached, such as those of a new campaign folder."""
    servers = [
        name
        for name, channel in script.schedule.channels.items()
        if channel.mode != "pack" and _unreachable(channel.server)
    ]
    links = sorted(
        {one.post for one in script.planned if one.payload.link}
        & {name for name, post in script.posts.items() if post.link and _unreachable(post.link.url)}
    )
    if servers:
        yield Fix(
            weight=Weight.MUST,
            what=f"{counted(len(servers), 'channel names a server', 'channels name servers')} that "
            f"no network has",
            where=f"channels: {joined(servers)}",
            remedy="write the address of the real server",
        )
    if links:
        yield Fix(
            weight=Weight.MUST,
            what=f"{counted(len(links), 'post links', 'posts link')} to an example address that "
            f"nobody can open",
            where=joined([f"posts/{name}/post.md" for name in links]),
            remedy="write the address of the real page",
        )


def _audience(schedule: Schedule) -> Iterator[Fix]:
    if schedule.audience is None:
        yield Fix(
            weight=Weight.LOOK,
            what="the campaign names no audience, so the report's reach has no upper bound",
            where="audience in schedule.yaml",
            remedy="write how many people the campaign is for, and where the number comes from",
        )


def _unreachable(address: str | None) -> bool:
    host = urlsplit(address or "").hostname
    return host is not None and host.endswith(UNREACHABLE)


def _place(fault: Fault) -> str:
    return f"{fault.file}:{fault.line}:{fault.column}"


def _network(name: str) -> Network:
    known: Mapping[NetworkName, Network] = NETWORKS
    return known[NetworkName(name)]
