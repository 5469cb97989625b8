"""What has to be done before the first day, as far as it can be known today.

Every entry says what, where and what to do. `must` keeps posts from going out, `decide` is for a
person to say, `look` may be meant so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from campaign.announced import UNREACHABLE
from campaign.people import may_open
from campaign.plan import PlannedDelivery
from campaign.planning.calendar import day_text
from campaign.schedule.clashes import environment_name
from campaign.schedule.faults import Fault
from campaign.schedule.model import Schedule
from campaign.settings import Settings
from campaign.states import State
from campaign.wiring import NETWORKS
from connectors.contract import Network, NetworkName
from simulation.rehearse.outcomes import Line
from simulation.rehearse.script import Script
from simulation.rehearse.tokens import Token
from simulation.rehearse.words import counted, joined


class Weight(StrEnum):
    """How much hangs on it."""

    MUST = "must"
    DECIDE = "decide"
    LOOK = "look"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """One thing to do."""

    weight: Weight
    what: str
    where: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the list is made from."""

    script: Script
    settings: Settings
    """Of this machine: only which secrets are there is looked at."""
    now: datetime
    lines: Sequence[Line]
    tokens: Sequence[Token]
    calm: bool
    """Whether nothing was made to go wrong, so that what did is the campaign's own."""


def list_fixes(known: Known) -> tuple[Fix, ...]:
    """List everything that can be known before the first day, the gravest first."""
    found = [
        *_past(known),
        *_accounts(known),
        *_tokens(known),
        *_gates(known.script),
        *_partners(known.script),
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


def _accounts(known: Known) -> Iterator[Fix]:
    used = {one.channel for one in known.script.planned}
    for name, channel in known.script.schedule.channels.items():
        if channel.mode != "connected" or name not in used:
            continue
        network = _network(channel.network)
        have = known.settings.credentials(name)
        absent = [one.name for one in network.credentials if one.name not in have]
        if absent:
            names = [f"CAMPAIGN__{environment_name(name)}__{one}" for one in absent]
            yield Fix(
                weight=Weight.MUST,
                what=f"{name} is not signed in on this machine",
                where=f"channel {name} ({network.title})",
                remedy=f"set {joined(names)} where `campaign run` runs, then `campaign doctor`",
            )


def _tokens(known: Known) -> Iterator[Fix]:
    for token in known.tokens:
        if token.expires_in_campaign:
            yield Fix(
                weight=Weight.MUST,
                what=f"{token.field} of {token.channel} works for {token.life_words} and would end "
                f"within the campaign",
                where=f"channel {token.channel}",
                remedy="sign in anew before then, and note the day in a calendar",
            )


def _gates(script: Script) -> Iterator[Fix]:
    waiting = Counter(kind for one in script.planned for kind in one.gates if kind != "partner")
    people = {name: person.roles for name, person in script.schedule.people.items()}
    for kind, number in waiting.items():
        posts = counted(number, "delivery waits", "deliveries wait")
        able = [name for name in people if may_open(kind, name, people)]
        names = joined([script.schedule.people[name].name for name in able], "or")
        if people and not able:
            yield Fix(
                weight=Weight.MUST,
                what=f"{posts} for “{kind}”, which nobody may give",
                where="people in schedule.yaml",
                remedy=f"give somebody the role that “{kind}” needs",
            )
        elif len(able) == 1:
            yield Fix(
                weight=Weight.LOOK,
                what=f"{posts} for “{kind}”, which only {names} may give",
                where="people in schedule.yaml",
                remedy="give a second person the role, so that nothing waits for one alone",
            )
        if not people or able:
            by = f" by {names}" if names else ""
            yield Fix(
                weight=Weight.DECIDE,
                what=f"{posts} for “{kind}”{by}; the rehearsal takes it as given",
                where="after `campaign apply`",
                remedy="`campaign approve`, not by whoever applied it",
            )


def _partners(script: Script) -> Iterator[Fix]:
    asked: dict[str, int] = Counter(one.partner for one in script.planned if "partner" in one.gates)
    for name, number in asked.items():
        partner, people = script.schedule.partners[name], script.schedule.people
        speakers = [one for one in people.values() if one.partner == name]
        if people and not any("partner" in one.roles for one in speakers):
            yield Fix(
                weight=Weight.MUST,
                what=f"{partner.name} accepts every post itself, and nobody speaks for it",
                where="people in schedule.yaml",
                remedy=f"declare somebody with roles: [partner], partner: {name}",
            )
        posts = counted(number, "delivery", "deliveries")
        yield Fix(
            weight=Weight.DECIDE,
            what=f"{partner.name} has to accept {posts}; the rehearsal takes it as given",
            where=f"partner {name}" + (f" ({partner.contact})" if partner.contact else ""),
            remedy=f"ask early; the answer is `campaign accept DELIVERY --partner {name}`",
        )
    hand: dict[str, int] = Counter(one.partner for one in script.planned if one.mode == "pack")
    for name, number in hand.items():
        partner = script.schedule.partners[name]
        yield Fix(
            weight=Weight.DECIDE,
            what=f"{partner.name} posts {counted(number, 'delivery', 'deliveries')} by hand; the "
            f"rehearsal takes it as done at its time",
            where=f"partner {name}" + (f" ({partner.contact})" if partner.contact else ""),
            remedy="agree who does it, who tells you the links (`campaign record`) and who sends "
            "the numbers every Monday (`campaign import-metrics`)",
        )


def _holds(script: Script) -> Iterator[Fix]:
    for window in script.schedule.rules.windows:
        hit = [one for one in script.planned if _falls_into(window, one, script)]
        if hit:
            posts = counted(len(hit), "delivery falls", "deliveries fall")
            partners = sorted({script.schedule.partners[one.partner].name for one in hit})
            yield Fix(
                weight=Weight.DECIDE,
                what=f"{posts} into the hold “{window.reason}” and will not go out by "
                f"{'itself' if len(hit) == 1 else 'themselves'}: {joined(partners)}",
                where=f"rules: windows, {day_text(window.from_on)} to {day_text(window.until_on)}",
                remedy="move them before the hold, send them to other channels, or decide on each "
                "after it with `campaign decide`",
            )


def _falls_into(window: object, one: PlannedDelivery, script: Script) -> bool:
    day = one.due_at.astimezone(script.schedule.zone).date()
    return any(
        rule is window and rule.holds(day, one.partner) for rule in script.schedule.rules.windows
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
        if channel.mode == "connected" and _unreachable(channel.server)
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
