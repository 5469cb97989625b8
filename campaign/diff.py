"""What applying the schedule would change: the plan that a person reads before saying yes.

Pure: compares what the schedule promises with the rows there are. `campaign.apply` does what is
written here and nothing else.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from campaign.models import Delivery
from campaign.plan import PlannedDelivery
from campaign.states import CHANGEABLE, State


class Kind(StrEnum):
    """What happens to one delivery."""

    ADD = "add"
    CHANGE = "change"
    CANCEL = "cancel"


EDITABLE = CHANGEABLE | {State.HELD, State.MISSED, State.REFUSED}
"""Unsent: their wording still follows the post. Only `CHANGEABLE` ones still follow the time."""

CANCELLABLE = CHANGEABLE | {State.HELD}
OUT = frozenset({State.PUBLISHED, State.SENDING, State.UNKNOWN})
"""Out, or perhaps out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One delivery that applying would add, change or cancel."""

    kind: Kind
    delivery: str
    post: str
    channel: str
    wall_time: str
    state: str
    """Where it stands now; empty for one that is added."""
    changes: tuple[str, ...] = ()
    """In words: what changes, or what an added one should know."""
    fingerprint: str = ""
    """Names exactly what would be written, so that a stale plan can be told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Everything that applying would do, and what it cannot do any more."""

    campaign: str
    schedule: str = ""
    """Names the whole schedule, so that a plan made from another one can be told."""
    facts: tuple[str, ...] = ()
    """In words: what changes in the schedule beside its deliveries, such as rules or people."""
    lines: tuple[Line, ...] = ()
    out_with_old_text: tuple[str, ...] = ()
    """Deliveries that are out, or going out, with a wording that the posts no longer hold."""
    frozen: tuple[str, ...] = ()
    """Sentences on deliveries that the schedule names but that can no longer change."""
    notes: tuple[str, ...] = ()
    """Sentences on single deliveries: moved for a bank holiday, falls into a hold."""
    wanted: Mapping[str, PlannedDelivery] = field(default_factory=dict, repr=False, compare=False)

    @property
    def empty(self) -> bool:
        """Whether applying would change nothing."""
        return not self.lines and not self.facts

    def count(self, kind: Kind) -> int:
        """Count the lines of one kind."""
        return sum(line.kind is kind for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return what `plan --json` prints and `plan --out` keeps."""
        return {
            "campaign": self.campaign,
            "schedule": self.schedule,
            "facts": list(self.facts),
            "add": self.count(Kind.ADD),
            "change": self.count(Kind.CHANGE),
            "cancel": self.count(Kind.CANCEL),
            "deliveries": [asdict(line) for line in self.lines],
            "out_with_old_text": list(self.out_with_old_text),
            "frozen": list(self.frozen),
            "notes": list(self.notes),
        }


def diff(
    campaign: str, planned: Sequence[PlannedDelivery], rows: Sequence[Delivery], now: datetime
) -> Difference:
    """Compare the schedule's deliveries with the stored ones; the same input, the same plan."""
    stored = {row.id: row for row in rows}
    wanted = {one.id: one for one in planned}
    bound = {one.id: one for one in planned if _is_bound(one.follows, wanted, stored)}
    lines = [
        line
        for one in planned
        if one.id not in bound and (line := _line(one, stored.get(one.id), now))
    ]
    gone = [
        row
        for row in rows
        if row.id not in wanted and row.corrects is None and State(row.state) in CANCELLABLE
    ]
    held_to = [row for row in gone if _is_bound(row.follows, wanted, stored)]
    lines.extend(_cancel(row) for row in gone if row not in held_to)
    return Difference(
        campaign=campaign,
        lines=tuple(sorted(lines, key=lambda line: (line.wall_time, line.delivery))),
        out_with_old_text=tuple(_out_with_old_text(planned, stored)),
        frozen=(*_frozen(planned, stored), *_stays(bound, held_to, stored, now)),
        notes=tuple(f"{one.id}: {note}" for one in planned for note in one.notes),
        wanted=wanted,
    )


def _is_bound(
    follows: str | None, wanted: Mapping[str, PlannedDelivery], stored: Mapping[str, Delivery]
) -> bool:
    """Whether something ahead of a delivery is out with another content than the files hold now.

    What follows it then belongs to what is out: were the parts of a thread changed by what stands
    in the files now, one that is out could be said a second time further on.
    """
    while follows is not None and (row := stored.get(follows)) is not None:
        now_planned = wanted.get(follows)
        edited = now_planned and now_planned.payload.content_hash != row.content_hash
        if row.state in OUT and edited:
            return True
        follows = row.follows
    return False


def _stays(
    bound: Mapping[str, PlannedDelivery],
    gone: Sequence[Delivery],
    stored: Mapping[str, Delivery],
    now: datetime,
) -> list[str]:
    """Say what is not done because it follows something that is out with its old wording."""
    kept = [row.id for row in gone]
    kept += [
        name for name, one in bound.items() if name in stored and _line(one, stored[name], now)
    ]
    added = [name for name in bound if name not in stored]
    why = "what it follows is out with its old wording"
    return [
        *(f"{name} stays as it was applied: {why}" for name in sorted(kept)),
        *(f"{name} is not added: {why}" for name in added),
    ]


def changed_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in words what differs between two schedules as plain values, their entries apart."""
    return tuple(
        f"{part}: {_differs(before.get(part), after.get(part))}"
        for part in after
        if part != "schedule" and before.get(part) != after.get(part)
    )


def _differs(before: Any, after: Any) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return "set" if before is None else "removed" if after is None else "changed"
    words = [f"{name} added" for name in after if name not in before]
    words += [f"{name} removed" for name in before if name not in after]
    words += [f"{name} changed" for name in after if before.get(name, after[name]) != after[name]]
    return ", ".join(words)


def _line(one: PlannedDelivery, row: Delivery | None, now: datetime) -> Line | None:
    if row is None:
        return _written(Kind.ADD, one, "", _warnings(one, now))
    changes = _changes(one, row)
    if not changes:
        return None
    moved = one.due_at != row.due_at and State(row.state) in CHANGEABLE
    warned = _warnings(one, now) if moved or _changes_hands(one, row) else ()
    return _written(Kind.CHANGE, one, row.state, changes + warned)


def _changes(one: PlannedDelivery, row: Delivery) -> tuple[str, ...]:
    state = State(row.state)
    changes = []
    if _changes_hands(one, row):
        who = "the partner posts it by hand" if one.mode == "pack" else "it is sent by us"
        changes.append(f"from now on {who}")
    if state in CHANGEABLE and one.due_at != row.due_at:
        changes.append(f"time: {row.wall_time} to {one.wall_time}")
    if state in CHANGEABLE and one.late_limit.total_seconds() != row.late_limit_s:
        minutes = int(one.late_limit.total_seconds() // 60)
        changes.append(f"late limit: {row.late_limit_s // 60} to {minutes} minutes")
    if state in EDITABLE:
        changes += [
            f"{name}: {before} to {after}"
            for name, before, after in (
                ("post", row.post, one.post),
                ("partner", row.partner, one.partner),
                ("network", row.network, one.network),
            )
            if before != after
        ]
    if state in EDITABLE and one.payload.content_hash != row.content_hash:
        again = "needs approval again" if one.gates else "no approval is asked for"
        changes.append(f"content or account edited; {again}")
    if state in EDITABLE and one.follows != row.follows:
        changes.append(f"follows: {row.follows or 'nothing'} to {one.follows or 'nothing'}")
    if state in EDITABLE and ",".join(one.gates) != row.gates:
        changes.append(f"asks for: {row.gates or 'nothing'} to {','.join(one.gates) or 'nothing'}")
    return tuple(changes)


def _changes_hands(one: PlannedDelivery, row: Delivery) -> bool:
    """Whether its channel has become a pack since it was planned, or is none any more."""
    by_hand = one.mode == "pack"
    return row.state == (State.PLANNED if by_hand else State.WITH_PARTNER)


def fingerprint_of(*shown: object) -> str:
    """Name exactly what a person was shown, all of it JSON: done is that, or it is shown anew."""
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _warnings(one: PlannedDelivery, now: datetime) -> tuple[str, ...]:
    if one.due_at <= now and one.mode != "pack":
        return ("its time is past: it will be put aside as missed, not sent",)
    return ()


def _written(kind: Kind, one: PlannedDelivery, state: str, changes: tuple[str, ...]) -> Line:
    facts = [one.due_at.isoformat(), one.late_limit.total_seconds(), list(one.gates), one.mode]
    text = json.dumps([one.payload.content_hash, one.follows, *facts])
    return Line(
        kind=kind,
        delivery=one.id,
        post=one.post,
        channel=one.channel,
        wall_time=one.wall_time,
        state=state,
        changes=changes,
        fingerprint=hashlib.sha256(text.encode()).hexdigest()[:16],
    )


def _cancel(row: Delivery) -> Line:
    return Line(
        kind=Kind.CANCEL,
        delivery=row.id,
        post=row.post,
        channel=row.channel,
        wall_time=row.wall_time,
        state=row.state,
        changes=("no longer in the schedule",),
    )


def _out_with_old_text(
    planned: Sequence[PlannedDelivery], stored: Mapping[str, Delivery]
) -> list[str]:
    return [
        one.id
        for one in planned
        if (row := stored.get(one.id))
        and row.state in OUT
        and row.content_hash != one.payload.content_hash
    ]


def _frozen(planned: Sequence[PlannedDelivery], stored: Mapping[str, Delivery]) -> list[str]:
    sentences = []
    for one in planned:
        row = stored.get(one.id)
        if row is None:
            continue
        if row.state == State.CANCELLED:
            sentences.append(
                f"{one.id} was cancelled and stays so; "
                f"give the entry another id to schedule it afresh"
            )
        elif State(row.state) not in CHANGEABLE and one.due_at != row.due_at:
            sentences.append(f"{one.id} is {row.state}: its time stays {row.wall_time}")
    return sentences
