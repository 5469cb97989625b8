"""The applied schedule with one post's own entries as the files have them: nobody else's edits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from campaign.branding.applying import brand, read_logos
from campaign.composing.judging import Bench
from campaign.content.post import Post, Wording
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.draft import Draft, draft_plan
from campaign.schedule.local_time import WallTime
from campaign.schedule.model import Entry, QueueEntry, Schedule, SingleEntry
from campaign.schedule.reading import PlacedSchedule


@dataclass(frozen=True, kw_only=True, slots=True)
class Alone:
    """What one post comes to beside everything that is applied."""

    schedule: Schedule
    """As it was applied, but for this post."""
    deliveries: tuple[PlannedDelivery, ...]
    """Of this post alone."""
    objections: tuple[str, ...]
    """Sentences: why it does not fit in."""


def with_own_entries(applied: Schedule, files: Schedule, post: str) -> Schedule:
    """Return the applied schedule in which one post stands as the files say."""
    own = [one for one in files.schedule if isinstance(one, SingleEntry) and one.post == post]
    others = [
        one for one in applied.schedule if not (isinstance(one, SingleEntry) and one.post == post)
    ]
    queues = [one for one in files.schedule if isinstance(one, QueueEntry) and post in one.posts]
    for queue in queues:
        others = _with_queue(others, queue, post)
    return applied.model_copy(update={"schedule": (*others, *own)})


def planned_alone(
    bench: Bench,
    applied: Schedule,
    placed: PlacedSchedule,
    post: Post,
    embargoes: Mapping[str, datetime],
) -> Alone:
    """Plan one post into the applied schedule; what others have edited since has no part in it."""
    merged = with_own_entries(applied, placed.schedule, post.id)
    stand_ins = {
        name: _stand_in(name, post, embargoes.get(name))
        for one in merged.schedule
        for name in (one.posts if isinstance(one, QueueEntry) else (one.post,))
        if name != post.id
    }
    # Others' deliveries are needed only where one could be pushed to another slot, or be the same.
    names = {one.name for one in merged.schedule}
    is_plain = not _has_queues(merged) and len(names) == len(merged.schedule)
    only = post.id if is_plain else None
    draft = draft_plan(merged, {**stand_ins, post.id: post}, bench.networks, only)
    new, pushed = _in_the_way(bench, merged, post.id, draft, stand_ins)
    logos, _wrong = read_logos(bench.folder, PlacedSchedule(merged, placed.tree))
    own = [one for one in draft.deliveries if one.post == post.id]
    branded = brand(own, PlacedSchedule(merged, placed.tree), {post.id: post}, logos)
    return Alone(
        schedule=merged,
        deliveries=branded.deliveries,
        objections=(*new, *pushed, *(one.message for one in branded.faults)),
    )


def _in_the_way(
    bench: Bench, merged: Schedule, post: str, draft: Draft, others: Mapping[str, Post]
) -> tuple[list[str], list[str]]:
    """Say what there is to object to with the post and not without it, and whom it would push."""
    if not draft.objections and not _has_queues(merged):
        return [], []  # times that are fixed push nobody, so the plan without it tells nothing
    without = draft_plan(_without(merged, post), others, bench.networks)
    known = {(one.kind, one.message) for one in without.objections}
    new = [one.message for one in draft.objections if (one.kind, one.message) not in known]
    return new, _pushed(draft, without)


def _has_queues(schedule: Schedule) -> bool:
    return any(isinstance(one, QueueEntry) for one in schedule.schedule)


def _with_queue(entries: list[Entry], queue: QueueEntry, post: str) -> list[Entry]:
    """Put the post into the applied queue, behind whoever stands before it in the files."""
    for place, one in enumerate(entries):
        if isinstance(one, QueueEntry) and one.name == queue.name:
            if post in one.posts:
                return entries
            ahead = queue.posts[: queue.posts.index(post)]
            at = max((one.posts.index(name) + 1 for name in ahead if name in one.posts), default=0)
            posts = (*one.posts[:at], post, *one.posts[at:])
            return [
                *entries[:place],
                one.model_copy(update={"posts": posts}),
                *entries[place + 1 :],
            ]
    return [*entries, queue.model_copy(update={"posts": (post,)})]


def _without(schedule: Schedule, post: str) -> Schedule:
    entries: list[Entry] = []
    for one in schedule.schedule:
        if isinstance(one, SingleEntry):
            entries += [one] if one.post != post else []
            continue
        posts = tuple(name for name in one.posts if name != post)
        entries += [one.model_copy(update={"posts": posts})] if posts else []
    return schedule.model_copy(update={"schedule": tuple(entries)})


def _stand_in(name: str, like: Post, embargo: datetime | None) -> Post:
    """Return a post that takes another one's time and says nothing."""
    until = None
    if embargo is not None:
        until = WallTime(local=embargo.astimezone(UTC).replace(tzinfo=None), offset=timedelta(0))
    words = (Wording(text=".", line=1),)
    return Post(id=name, title=name, wordings=words, embargo_until=until, tree=like.tree)


def _pushed(draft: Draft, without: Draft) -> list[str]:
    """Say which posts would have to wait for another slot, as it is not theirs to be moved."""
    before = {one.id: one for one in without.deliveries}
    pushed = [
        one.post
        for one in draft.deliveries
        if one.id in before and before[one.id].due_at != one.due_at
    ]
    return [
        f"it would take the slot of “{name}”; put it at the end of its queue, or apply the whole "
        f"schedule"
        for name in dict.fromkeys(pushed)
    ]
