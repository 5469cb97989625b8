"""`campaign check`: everything that is wrong with a campaign folder, in one go.

Faults stop a plan from being applied; warnings never do. What can be checked is checked, even
where another file is too broken to be read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from campaign.branding.applying import brand, read_logos
from campaign.checks import accounts, lengths, pictures, repeats, style, wordings
from campaign.content.post import Post
from campaign.content.reading import post_names, read_all
from campaign.planning.delivery import PlannedDelivery
from campaign.planning.draft import UNKNOWN_POST, Draft, draft_plan
from campaign.schedule.faults import Fault, FaultsFound
from campaign.schedule.model import Schedule
from campaign.schedule.reading import PlacedSchedule, place_schedule
from campaign.schedule.text import read_text
from connectors.contract import Limits, Network, NetworkName

Networks = Mapping[NetworkName, Network]
LimitsOf = Callable[[str], Limits | None]
"""From a channel's id to the limits its server announced; None for the documented ones."""
AskLimits = Callable[[Schedule], LimitsOf]
"""Asked once the schedule has been read; may take a while."""
ReadPosts = Callable[[Path], tuple[dict[str, Post], list[Fault]]]
"""From the folder of the posts to those that can be read, and what is wrong with the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What `check` found. Deliveries may be acted on only where there is no fault."""

    faults: tuple[Fault, ...]
    """By place; each is to be mended before the schedule can be applied."""
    warnings: tuple[Fault, ...]
    """By place; worth a look."""
    deliveries: tuple[PlannedDelivery, ...]
    """Earliest first; those that could be worked out where there are faults."""
    left_out: tuple[str, ...]
    """What the plan leaves out without a fault: dropped for a bank holiday, still a draft."""
    schedule: Schedule | None
    """None where schedule.yaml cannot be read."""
    posts: Mapping[str, Post]
    """The posts that can be read."""


def none_announced(_channel: str) -> Limits | None:
    """Stand in for the announced limits where nobody has asked a server."""
    return None


def ask_nobody(_schedule: Schedule) -> LimitsOf:
    """Check by the documented limits."""
    return none_announced


def check(
    folder: Path,
    networks: Networks,
    ask: AskLimits = ask_nobody,
    *,
    schedule_text: str | None = None,
    read: ReadPosts = read_all,
) -> Report:
    """Check `schedule.yaml` and `posts/` of a folder; only what is given asks a network.

    With `schedule_text` that text is checked in place of the file, as it would stand there. With
    `read` only the posts that it returns are looked at, such as one that is being written.
    """
    posts, faults = read(folder / "posts")
    warnings: list[Fault] = []
    for post in posts.values():
        (warnings if post.draft else faults).extend(pictures.check_alt_texts(post))
    names = dict.fromkeys([*post_names(folder / "posts"), *posts])
    try:
        file = folder / "schedule.yaml"
        text = read_text(file) if schedule_text is None else schedule_text
        placed = place_schedule(str(file), text, posts=names)
    except FaultsFound as found:
        warnings.extend(_style(posts, ""))
        return _report([*faults, *found.faults], warnings, posts=posts)
    draft, wrong = _branded(folder, placed, posts, draft_plan(placed.schedule, posts, networks))
    faults.extend(wrong)
    faults.extend(_objections(placed, draft))
    warnings.extend(placed.tree.fault(one.location, one.message) for one in draft.remarks)
    _check_together(placed, posts, networks, found=(faults, warnings))
    limits_of = ask(placed.schedule)
    faults.extend(_refusals(placed, posts, networks, draft=draft, limits_of=limits_of))
    return _report(faults, warnings, posts=posts, schedule=placed.schedule, draft=draft)


def _branded(
    folder: Path, placed: PlacedSchedule, posts: Mapping[str, Post], draft: Draft
) -> tuple[Draft, list[Fault]]:
    """Return the plan with the partners' logos on its pictures, and what stood in the way."""
    logos, wrong = read_logos(folder, placed)
    branded = brand(draft.deliveries, placed, posts, logos)
    return replace(draft, deliveries=branded.deliveries), [*wrong, *branded.faults]


def _refusals(
    placed: PlacedSchedule,
    posts: Mapping[str, Post],
    networks: Networks,
    *,
    draft: Draft,
    limits_of: LimitsOf,
) -> Iterator[Fault]:
    """Yield what the networks would refuse, as far as it is known before anything is sent."""
    yield from lengths.check_deliveries(
        draft.deliveries, posts, placed.schedule, networks, limits_of
    )
    yield from repeats.check_repeats(draft.deliveries, placed, networks)


def _objections(placed: PlacedSchedule, draft: Draft) -> Iterator[Fault]:
    """Place what the plan objects to; unreadable posts were complained of in their own files."""
    for one in draft.objections:
        if not one.kind.startswith(UNKNOWN_POST):
            yield placed.tree.fault(one.location, one.message)


def _check_together(
    placed: PlacedSchedule,
    posts: Mapping[str, Post],
    networks: Networks,
    *,
    found: tuple[list[Fault], list[Fault]],
) -> None:
    """Check what needs the schedule and the posts side by side."""
    faults, warnings = found
    faults.extend(accounts.check_channels(placed, networks))
    warnings.extend(accounts.check_people(placed))
    warnings.extend(accounts.check_replies(placed))
    warnings.extend(_never_scheduled(placed.schedule, posts))
    warnings.extend(_style(posts, placed.schedule.title or ""))
    for post in posts.values():
        problems, remarks = wordings.check_wordings(post, placed.schedule)
        (warnings if post.draft else faults).extend(problems)
        warnings.extend(remarks)


def _style(posts: Mapping[str, Post], title: str) -> list[Fault]:
    return [fault for post in posts.values() for fault in style.check_style(post, title)]


def _never_scheduled(schedule: Schedule, posts: Mapping[str, Post]) -> list[Fault]:
    named = {
        post
        for entry in schedule.schedule
        for post in (getattr(entry, "posts", None) or (getattr(entry, "post", ""),))
    }
    return [
        Fault(post.tree.file, 1, 1, f"“{name}” stands nowhere in the schedule")
        for name, post in posts.items()
        if name not in named and not post.draft
    ]


def _report(
    faults: list[Fault],
    warnings: list[Fault],
    *,
    posts: Mapping[str, Post],
    schedule: Schedule | None = None,
    draft: Draft | None = None,
) -> Report:
    return Report(
        faults=tuple(sorted(set(faults))),
        warnings=tuple(sorted(set(warnings))),
        deliveries=draft.deliveries if draft else (),
        left_out=tuple(one.message for one in draft.remarks) if draft else (),
        schedule=schedule,
        posts=posts,
    )
