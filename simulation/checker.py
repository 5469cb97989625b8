"""Holds what the networks stored against what people did and against what our database says.

Written from the promises, not from the code: it knows of no table and shares no rule with
`campaign`. A post is judged by what stood when its sender last asked; a call in flight may end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulation.history import (
    Applied,
    Approved,
    Content,
    Dropped,
    History,
    Kind,
    Moved,
    Pulled,
    Quiet,
    Said,
    Stopped,
    Stored,
    Violation,
    Windows,
    Withdrawn,
    is_late,
)

MAY_BE_OUT = frozenset({"published", "unknown", "sending"})
NEEDS_A_REASON = frozenset({"held", "missed", "refused", "unknown"})
AT_REST = frozenset({"published", "withdrawn", "cancelled", "awaiting-approval"}) | NEEDS_A_REASON
FINAL = frozenset({"published", "withdrawn", "cancelled"})
OPEN_CALL = re.compile("nobody knows what came of attempt|called late and got no clear answer")
NO_ADDRESS = "did not name the post's own address"
"""What people are told where only the post's id is known, and its account's page stands for it."""
CLOCK_MAY_BE_OFF = timedelta(seconds=60)

_OfOne = Applied | Approved | Withdrawn | Pulled | Dropped | Moved


@dataclass
class _Standing:
    """What people had said of one delivery by a certain moment."""

    content: str | None = None
    follows: str | None = None
    theme: str = ""
    due_at: datetime | None = None
    late_limit: timedelta = timedelta()
    day: str = ""
    dropped: bool = False
    pulled: bool = False
    approved: set[tuple[str, str]] = field(default_factory=set)

    def is_time(self, at: datetime, leader_out_at: datetime | None = None) -> bool:
        """Whether it may go out at an instant; what follows counts from when its leader was out."""
        if self.due_at is None:
            return True
        since = max(self.due_at, leader_out_at or self.due_at)
        return self.due_at <= at <= since + self.late_limit


def check(history: History) -> list[Violation]:
    """List every promise that a history breaks; an empty list is what is wanted."""
    found = []
    record = _Record(history)
    whose: dict[str, list[Stored]] = {}
    for post in history.stored:
        delivery = _delivery_of(record, post, whose)
        if delivery is None:
            why = f"{post.channel} shows a text that no plan holds: {post.text!r}"
            found.append(Violation(kind="stranger", delivery=post.channel, why=why))
            continue
        whose.setdefault(delivery, []).append(post)
        found.extend(_of_post(record, delivery, post, whose))
    for said in history.said:
        posts = whose.get(said.delivery, [])
        pulled = any(isinstance(act, Pulled) for act in record.of.get(said.delivery, ()))
        found.extend(_of_delivery(history, said, posts, pulled=pulled))
        found.extend(_of_takedown(said, posts, pulled=pulled))
    found.extend(_lost_rows(history))
    found.extend(_repeated(history))
    return found


def out_twice(history: History) -> int:
    """Count the deliveries of which more than one post is out."""
    record = _Record(history)
    whose: dict[str, list[Stored]] = {}
    for post in history.stored:
        delivery = _delivery_of(record, post, whose)
        if delivery is not None:
            whose.setdefault(delivery, []).append(post)
    return sum(len(posts) > 1 for posts in whose.values())


class _Record:
    """The acts of a history by what they are about, so that a long one is read once."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.of: dict[str, list[_OfOne]] = {}
        self.promised: dict[tuple[str, Content], list[Applied]] = {}
        self.stops: list[Stopped] = []
        self.windows: list[Windows] = []
        self.address = {said.delivery: said.url for said in history.said}
        self.out_at = {said.delivery: said.out_at for said in history.said if said.out_at}
        for act in history.acts:
            if isinstance(act, Stopped):
                self.stops.append(act)
            elif isinstance(act, Windows):
                self.windows.append(act)
            else:
                self.of.setdefault(act.delivery, []).append(act)
            if isinstance(act, Applied):
                key = act.delivery.split("/")[1], history.contents[act.content]
                self.promised.setdefault(key, []).append(act)


def _delivery_of(record: _Record, post: Stored, whose: dict[str, list[Stored]]) -> str | None:
    """Return the delivery that a plan promised with this very content on this channel.

    Where several promise the same, such as the runs of a series, it is the one whose time it was
    and that no post stands for yet. Where that leaves several, they differ in nothing that anybody
    could see, so the one that is said to stand there is as good as any. Where it leaves none, it
    is the last that was due by then.
    """
    key = post.channel, _shown(post)
    acts = [act for act in record.promised.get(key, ()) if act.order < post.order]
    promised = list(dict.fromkeys(act.delivery for act in acts))
    if len(promised) < 2:
        return promised[0] if promised else None
    due = {one: _standing(record, one, post.order) for one in promised}
    begun = [one for one in promised if (at := due[one].due_at) and at <= post.asked_at]
    begun.sort(key=lambda one: due[one].due_at or post.asked_at)
    open_ones = [one for one in begun if due[one].is_time(post.asked_at) and one not in whose]
    named = [one for one in open_ones if record.address.get(one) == post.url]
    return next(iter([*named, *open_ones, *reversed(begun)]), promised[0])


def _shown(post: Stored) -> Content:
    return Content(text=post.text, media=post.media, is_repost=post.passed_on is not None)


def _of_post(
    record: _Record, delivery: str, post: Stored, whose: dict[str, list[Stored]]
) -> Iterator[Violation]:
    history, standing = record.history, _standing(record, delivery, post.order)
    account = history.channels[post.channel]

    def broken(kind: Kind, why: str) -> Violation:
        return Violation(kind=kind, delivery=delivery, why=f"{why} ({post.text!r})")

    if standing.dropped or standing.pulled:
        yield broken("dropped", "sent after it was taken out")
    content = standing.content and history.contents[standing.content]
    if content != _shown(post):
        yield broken("unapproved", "sent with another content than the one applied last")
    if (standing.content, standing.day) not in standing.approved:
        yield broken("unapproved", "sent without a yes to this content on this day")
    if post.clock_off > CLOCK_MAY_BE_OFF:
        yield broken("clock", f"sent by a clock that was off by {post.clock_off}")
    leaders = whose.get(standing.follows or "", [])
    told_at = record.out_at.get(standing.follows or "")
    for kind, why in _out_of_place(standing, post, leaders, told_at):
        yield broken(kind, why)
    names = {
        ("all", ""),
        ("channel", post.channel),
        ("partner", account.partner),
        ("network", account.network),
        ("theme", standing.theme),
    }
    if names & _stops(record, post.order):
        yield broken("stopped", "sent while it was stopped")
    for window in _windows(record, post.checked):
        if window.partner in (None, account.partner) and _covers(window, standing, post):
            yield broken("held", "sent in a window that holds it")


def _out_of_place(
    standing: _Standing, post: Stored, leaders: list[Stored], told_at: datetime | None
) -> Iterator[tuple[Kind, str]]:
    """Say why a post does not stand where it belongs, or when."""
    if why := _astray(standing, post, leaders):
        yield "astray", why
    known = [*(one.called_at for one in leaders), *([told_at] if told_at else [])]
    out_at = max(known, default=None)
    if not standing.is_time(post.asked_at, out_at):
        yield "untimely", f"due {standing.due_at}, sent {post.asked_at}"


def _astray(standing: _Standing, post: Stored, leaders: list[Stored]) -> str | None:
    """Say why a post does not stand where it belongs: under what it follows, or by itself."""
    if standing.follows is None:
        return None if post.under is None else f"stands under {post.under}, and follows nothing"
    if not leaders:
        return f"went out before {standing.follows}, which it follows"
    if post.under not in {one.remote_id for one in leaders}:
        return f"stands under {post.under}, not under {standing.follows}"
    return None


def _covers(window: Quiet, standing: _Standing, post: Stored) -> bool:
    instants = [post.asked_at, standing.due_at or post.asked_at]
    return any(window.from_at <= one < window.until_at for one in instants)


def _standing(record: _Record, delivery: str, order: int) -> _Standing:
    standing = _Standing()
    for act in record.of.get(delivery, ()):
        if act.order > order:
            continue
        if isinstance(act, Applied):
            standing.content, standing.dropped = act.content, False
            standing.follows, standing.theme = act.follows, act.theme
            if act.due_at:
                standing.due_at, standing.day = act.due_at, act.day
                standing.late_limit = act.late_limit
        elif isinstance(act, Approved):
            standing.approved.add((act.content, act.day))
        elif isinstance(act, Withdrawn):
            standing.approved.clear()
        elif isinstance(act, Moved):
            standing.due_at, standing.day = act.due_at, act.day
        elif isinstance(act, Pulled):
            standing.pulled = True
        elif isinstance(act, Dropped):
            standing.dropped = True
    return standing


def _stops(record: _Record, order: int) -> set[tuple[str, str]]:
    on: set[tuple[str, str]] = set()
    for act in record.stops:
        if act.order <= order:
            scope = {(act.scope, act.target)}
            on = on | scope if act.on else on - scope
    return on


def _windows(record: _Record, order: int) -> tuple[Quiet, ...]:
    windows: tuple[Quiet, ...] = ()
    for act in record.windows:
        if act.order <= order:
            windows = act.windows
    return windows


def _of_takedown(said: Said, posts: list[Stored], *, pulled: bool) -> Iterator[Violation]:
    """Hold against a person's word what stands and what is gone."""
    if not pulled and any(one.deleted for one in posts):
        why = "was taken down, and nobody had said so"
        yield Violation(kind="deleted", delivery=said.delivery, why=why)
    if said.state == "withdrawn" and not all(one.deleted for one in posts):
        why = "is said to be withdrawn, and stands"
        yield Violation(kind="standing", delivery=said.delivery, why=why)
    if pulled and said.state == "published" and not said.note:
        why = "shall not stand, stands, and nothing says why"
        yield Violation(kind="standing", delivery=said.delivery, why=why)


def _of_delivery(
    history: History, said: Said, posts: list[Stored], *, pulled: bool
) -> Iterator[Violation]:
    def broken(kind: Kind, why: str) -> Violation:
        return Violation(kind=kind, delivery=said.delivery, why=why)

    untold = list(_beyond(said, posts))
    if len(posts) > 1 and untold:
        yield broken("doubled", f"stands {len(posts)} times: {[one.url for one in untold]}")
    if said.state == "published" and not any(_is(said, one) for one in posts):
        shown = [one.url for one in posts]
        yield broken("untrue", f"said to be out as {said.url}; the network has {shown}")
    if said.state not in MAY_BE_OUT and any(not one.deleted for one in untold):
        yield broken("untold", f"is {said.state} but stands at {untold[0].url}")
    if why := _silence(history, said):
        yield broken("lost", why)
    late = any(one.late for one in history.called if one.channel == said.channel)
    if why := _log_fault(said, late=late, pulled=pulled):
        yield broken("log", why)
    keys: dict[str, str] = {}
    for one in said.attempts:
        if keys.setdefault(one.content, one.key) != one.key:
            yield broken("key", "two attempts at the same content have two keys")


def _is(said: Said, post: Stored) -> bool:
    if post.passed_on is not None:  # most networks know a repost by what it passes on
        return said.url in (post.url, post.passed_on)
    if said.by_person:
        return said.url == post.url
    return said.remote_id == post.remote_id and (said.url == post.url or NO_ADDRESS in said.note)


def _beyond(said: Said, posts: list[Stored]) -> Iterator[Stored]:
    """Return the posts beyond the one that a delivery may have which nobody is told about.

    Only where one of them left so late that others had taken over may there be any at all: that
    window is closed by a network's own key alone. Its sender tells what it learnt; if it died
    before it could, nobody knows, and that is the one silence which is known and documented.
    """
    window = any(_late(one) for one in posts)
    first = next((one for one in posts if _is(said, one)), None)
    if first is None and said.state in MAY_BE_OUT:
        first = posts[0] if posts else None
    for post in posts:
        told = post.url in said.told or (post.fate != "answered" and OPEN_CALL.search(said.told))
        unheard = post.fate == "died" and _late(post)
        if post is not first and not (window and (told or unheard)):
            yield post


def _late(post: Stored) -> bool:
    return is_late(post.asked_at, post.called_at)


def _silence(history: History, said: Said) -> str | None:
    if said.state not in AT_REST:
        return f"came to rest as {said.state}"
    if said.state == "awaiting-approval" and said.due_at + said.late_limit < history.ended_at:
        return "still waits for approval although its time is past"
    if said.state in NEEDS_A_REASON and not said.note:
        return f"is {said.state} and nothing says why"
    if said.state == "unknown" and "person" not in said.note:
        return "is unknown and nobody is asked"
    return None


def _log_fault(said: Said, *, late: bool, pulled: bool) -> str | None:
    state: str | None = None
    for line in said.log:
        if line.before != state:
            return f"the log goes on from {line.before} where {state} was left"
        put_out = late and line.after in (line.before, "published")
        taken_down = pulled and line.after in (line.before, "withdrawn")
        if line.before in FINAL and not (put_out or taken_down):
            return f"the log goes on after {line.before}"
        state = line.after
    return None if state == said.state else f"is {said.state}, the log ends with {state}"


def _repeated(history: History) -> Iterator[Violation]:
    open_ones: set[tuple[int, str]] = set()
    for call in history.called:
        attempt = (call.order, call.channel)
        if attempt in open_ones:
            why = f"{call.channel} was called again after a call whose outcome nobody knew"
            yield Violation(kind="repeated", delivery=call.channel, why=why)
        if not call.clear:
            open_ones.add(attempt)


def _lost_rows(history: History) -> Iterator[Violation]:
    known = {one.delivery for one in history.said}
    promised = {act.delivery for act in history.acts if isinstance(act, Applied)}
    for delivery in sorted(promised - known):
        yield Violation(kind="lost", delivery=delivery, why="was planned and has no row")
