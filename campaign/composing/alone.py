"""The applied schedule with one post's own entries as the files have them: nobody else's edits."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.branding.applying import brand, read_logos
from campaign.composing.judging import Bench
from campaign.composing.stand_ins import Others
from campaign.content.post import Post
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.draft import Draft, draft_plan
from campaign.planning.occasion import Occasion
from campaign.schedule.model import Entry, QueueEntry, Schedule, SingleEntry
from campaign.schedule.reading import PlacedSchedule

NOTHING = ""
"""No post has this name: of a plan that was before, only the times are asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alone:
    """What one post comes to beside everything that is applied."""

    deliveries: tuple[PlannedDelivery, ...]
    """Of this post alone."""
    objections: tuple[str, ...]
    """Sentences: why it does not fit in, and was no fault before."""
    displaced: tuple[tuple[str, Occasion], ...]
    """What other posts do at another time than before, each with its entry: queues give way."""


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


def without_post(applied: Schedule, post: str) -> Schedule:
    """Return the applied schedule in which one post stands nowhere."""
    entries: list[Entry] = []
    for one in applied.schedule:
        if isinstance(one, SingleEntry):
            entries += [one] if one.post != post else []
            continue
        posts = tuple(name for name in one.posts if name != post)
        entries += [one.model_copy(update={"posts": posts})] if posts else []
    return applied.model_copy(update={"schedule": tuple(entries)})


def planned_alone(
    bench: Bench, placed: PlacedSchedule, post: Post, others: Others, before: Schedule
) -> Alone:
    """Plan one post beside all others, of which only the times are worked out.

    `before` is the schedule without what is new: what it objects to as well is not new, and what
    others do at the same time in both is not displaced.
    """
    schedule = placed.schedule
    posts = {**others.of(schedule, post), post.id: post}
    draft = draft_plan(schedule, posts, bench.networks, post.id)
    objections, displaced = _beside_others(bench, draft, before, schedule, posts)
    logos, _wrong = read_logos(bench.folder, placed)
    branded = brand(draft.deliveries, placed, {post.id: post}, logos)
    return Alone(
        deliveries=branded.deliveries,
        objections=(*objections, *(one.message for one in branded.faults)),
        displaced=tuple(one for one in displaced if one[1].post != post.id),
    )


def _beside_others(
    bench: Bench, draft: Draft, before: Schedule, after: Schedule, posts: dict[str, Post]
) -> tuple[list[str], tuple[tuple[str, Occasion], ...]]:
    if not draft.objections and not _has_queues(after):
        return [], ()  # times that are fixed push nobody, so the plan before tells nothing
    without = draft_plan(before, posts, bench.networks, NOTHING)
    known = {(one.kind, one.message) for one in without.objections}
    new = [one.message for one in draft.objections if (one.kind, one.message) not in known]
    was, becomes = _times(before, without.occasions), _times(after, draft.occasions)
    moved = [name for name in becomes if name in was and was[name].due_at != becomes[name].due_at]
    return new, tuple((name[0], becomes[name]) for name in moved)


def _times(
    schedule: Schedule, occasions: Sequence[Occasion]
) -> dict[tuple[str, str, str], Occasion]:
    names = [one.name for one in schedule.schedule]
    return {(names[one.entry], one.channel, one.run): one for one in occasions}


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
