"""Works out every delivery of a schedule, and everything that stands in the way of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaign.content.post import Post
from campaign.content.themes import theme_key
from campaign.payload import Payload
from campaign.planning.calendar import Calendar, wall_text
from campaign.planning.composer import Composer
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.fixed import FixedEntry
from campaign.planning.following import Originals, in_parts, reposting
from campaign.planning.gaps import Agenda, check_gaps
from campaign.planning.occasion import Ledger, Objection, Occasion
from campaign.planning.queues import Queue
from campaign.planning.taking_part import check_taking_part
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.model import QueueEntry, Schedule, SingleEntry
from connectors.contract import Network, NetworkName

UNKNOWN_POST = "unknown post "
"""How the kind of an objection to a post that is not given begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a schedule comes to, and what is wrong with it."""

    deliveries: tuple[PlannedDelivery, ...]
    """Earliest first; only worth acting on where there are no objections."""
    objections: tuple[Objection, ...]
    remarks: tuple[Objection, ...]
    """What is left out without being wrong."""
    occasions: tuple[Occasion, ...] = ()
    """When everything goes out, also what `only` leaves out of the deliveries."""


def draft_plan(
    schedule: Schedule,
    posts: Mapping[str, Post],
    networks: Mapping[NetworkName, Network],
    only: str | None = None,
) -> Draft:
    """Expand every entry; pure and deterministic.

    With `only` the deliveries of that one post alone are made, at the times that all others leave;
    of those the occasions say when they go out.

    Fixed times come first, in whatever order they stand; queues then take what is free, in the
    order in which they stand. Posts and networks that are not given are left out with an
    objection, drafts with a remark.
    """
    ledger = Ledger()
    calendar = Calendar(schedule)
    _fixed(calendar, ledger, posts)
    _embargoes(calendar, ledger, posts)
    check_gaps(ledger, calendar)
    _queues(calendar, ledger, posts)
    check_taking_part(ledger, calendar)
    occasions = [one for one in ledger.occasions if only in {None, one.post}]
    composer = Composer(calendar.schedule, networks, ledger)
    deliveries = _deliveries(calendar, ledger, occasions, posts=posts, composer=composer)
    _check_unique(calendar, ledger)
    return Draft(
        deliveries=tuple(sorted(deliveries, key=_in_order)),
        objections=_shown_once(ledger.objections),
        remarks=_shown_once(ledger.remarks),
        occasions=tuple(ledger.occasions),
    )


def _in_order(one: PlannedDelivery) -> tuple[datetime, str, int]:
    return (one.due_at, f"{one.entry}/{one.channel}/{one.run}", one.part)


def _deliveries(
    calendar: Calendar,
    ledger: Ledger,
    occasions: Sequence[Occasion],
    *,
    posts: Mapping[str, Post],
    composer: Composer,
) -> list[PlannedDelivery]:
    """Return what every occasion comes to; reposts last, since they need what they pass on."""
    deliveries: list[PlannedDelivery] = []
    reposted: list[Occasion] = []
    for one in occasions:
        if calendar.schedule.channels[one.channel].mode == "repost":
            reposted.append(one)
            continue
        payloads = composer.payloads(one, posts[one.post])
        if payloads:
            first = _delivery(one, calendar, posts[one.post], payload=payloads[0])
            deliveries += in_parts(first, payloads)
    originals = Originals(calendar.schedule, deliveries)
    for one in reposted:
        original = originals.of(one, ledger)
        if original is not None:
            payload = reposting(original, calendar.schedule.channels[one.channel])
            repost = _delivery(one, calendar, posts[one.post], payload=payload)
            deliveries.append(replace(repost, follows=original.id))
    return deliveries


def _fixed(calendar: Calendar, ledger: Ledger, posts: Mapping[str, Post]) -> None:
    for number, entry in enumerate(calendar.schedule.schedule):
        _check_reaches(calendar, ledger, number)
        if isinstance(entry, SingleEntry) and _usable(entry.post, number, ledger, posts=posts):
            FixedEntry(number, entry, calendar, ledger).expand()


def _queues(calendar: Calendar, ledger: Ledger, posts: Mapping[str, Post]) -> None:
    listed = enumerate(calendar.schedule.schedule)
    queues = [(number, one) for number, one in listed if isinstance(one, QueueEntry)]
    if not queues:
        return  # nobody asks what is free
    agenda = Agenda(calendar.schedule.rules.minimum_gap, ledger.occasions)
    embargoes = _embargo_instants(calendar, posts)
    for number, entry in queues:
        queue = Queue(number, entry, calendar, ledger, agenda, embargoes)
        usable = [one for one in entry.posts if _usable(one, number, ledger, posts=posts)]
        queue.expand(tuple(usable))


def _usable(post: str, entry: int, ledger: Ledger, *, posts: Mapping[str, Post]) -> bool:
    if post not in posts:
        ledger.object(("schedule", entry), f"{UNKNOWN_POST}{post}", f"there is no post “{post}”")
        return False
    if posts[post].draft:
        message = f"“{post}” is a draft: nothing is planned for it until its status is ready"
        ledger.remark(("schedule", entry), f"draft {post}", message)
    return not posts[post].draft


def _check_reaches(calendar: Calendar, ledger: Ledger, number: int) -> None:
    send_to = calendar.schedule.schedule[number].send_to
    for place, target in enumerate(send_to):
        if not calendar.schedule.channels_of((target,)):
            message = f"“{target}” leads to no channel"
            ledger.object(("schedule", number, "send_to", place), "no channel", message)


def _embargo_instants(calendar: Calendar, posts: Mapping[str, Post]) -> dict[str, datetime]:
    found = {}
    for name, post in posts.items():
        try:
            if post.embargo_until is not None:
                found[name] = post.embargo_until.instant(calendar.schedule.zone)
        except NoSuchTimeError:
            continue  # `checks` shows it in the post's own file
    return found


def _embargoes(calendar: Calendar, ledger: Ledger, posts: Mapping[str, Post]) -> None:
    """Object to fixed times before a post's embargo ends."""
    embargoes = _embargo_instants(calendar, posts)
    for one in ledger.occasions:
        ends = embargoes.get(one.post)
        if ends is not None and one.due_at < ends:
            message = (
                f"“{one.post}” at {wall_text(calendar.local(one.due_at))} would break its embargo, "
                f"which ends at {wall_text(calendar.local(ends))}"
            )
            ledger.object(("schedule", one.entry, "at"), "embargo", message)


def _delivery(
    occasion: Occasion, calendar: Calendar, post: Post, *, payload: Payload
) -> PlannedDelivery:
    schedule = calendar.schedule
    entry = schedule.schedule[occasion.entry].name
    channel = schedule.channels[occasion.channel]
    return PlannedDelivery(
        id=f"{entry}/{occasion.channel}/{occasion.run}",
        entry=entry,
        post=occasion.post,
        channel=occasion.channel,
        partner=channel.partner,
        network=channel.network,
        mode=channel.mode,
        run=occasion.run,
        due_at=occasion.due_at,
        wall_time=wall_text(calendar.local(occasion.due_at)),
        late_limit=schedule.rules.late_limit,
        gates=_gates(post, channel.partner, schedule),
        payload=payload,
        embargo_until=_embargo_instants(calendar, {post.id: post}).get(post.id),
        theme=theme_key(post.theme),
        notes=(*occasion.notes, *calendar.holds(occasion.due_at, channel.partner)),
    )


def _gates(post: Post, partner: str, schedule: Schedule) -> tuple[str, ...]:
    approval = () if schedule.rules.approval == "none" else ("approval",)
    accepts = schedule.partners[partner].consent == "accept-each"
    return (*approval, *post.approvals, *(("partner",) if accepts else ()))


def _check_unique(calendar: Calendar, ledger: Ledger) -> None:
    """Hold the promise that the whole program rests on, wherever the schedule came from."""
    seen: set[tuple[str, str, str]] = set()
    for one in ledger.occasions:
        name = (calendar.schedule.schedule[one.entry].name, one.channel, one.run)
        if name in seen:
            message = f"two deliveries would be “{'/'.join(name)}”; give one of the entries an id"
            ledger.object(("schedule",), f"twice {'/'.join(name)}", message)
        seen.add(name)


def _shown_once(objections: list[Objection]) -> tuple[Objection, ...]:
    """Keep the first of each kind at each place, and say how many more there are."""
    counts: dict[tuple[object, ...], int] = {}
    first: dict[tuple[object, ...], Objection] = {}
    for one in objections:
        key = (*one.location, one.kind)
        first.setdefault(key, one)
        counts[key] = counts.get(key, 0) + (one.message != first[key].message)
    return tuple(_with_count(one, counts[key]) for key, one in first.items())


def _with_count(one: Objection, more: int) -> Objection:
    tail = f" (and {more} more of this entry)" if more else ""
    return Objection(location=one.location, kind=one.kind, message=one.message + tail)
