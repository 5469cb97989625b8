"""What the report needs from its reader: decisions that wait, as sentences made by rule.

A sentence stands here only where somebody can act on it: a post on hold, an approval that is
missing for next week, a partner that owes an answer or its numbers. What people ask for in their
own words comes first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from analytics.due import Due
from analytics.gain_rows import GainRow
from analytics.numbers import as_words, count_of, joined, weekday_of
from analytics.weeks import Week
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.tables import CHANNEL, GATE

PARTNER = "partner"
_DECIDE = {
    State.HELD: ("post on hold", "posts on hold"),
    State.MISSED: ("post that missed its time", "posts that missed their time"),
    State.REFUSED: ("post that the network refused", "posts that the network refused"),
}
_NAMED = 3
_PATIENCE = timedelta(days=1)
"""Before that nobody asks a partner where its post is."""


def list_needs(
    connection: Connection, schedule: Schedule, due: Sequence[Due], week: Week, as_of: datetime
) -> list[str]:
    """List what is wanted for deliveries that are due up to the end of the next week."""
    waiting = [one for one in due if one.state is State.AWAITING_APPROVAL]
    return [
        *_unknown(due),
        *_to_decide(due, week),
        *_to_approve(waiting, _open_gates(connection, waiting, as_of), schedule, week),
        *_unanswered(due, schedule, as_of),
    ]


def numbers_owed(connection: Connection, schedule: Schedule, rows: Iterable[GainRow]) -> list[str]:
    """Ask for the numbers of channels that partners report by hand and have not reported."""
    listed = list(rows)
    query = select(CHANNEL.c.id, CHANNEL.c.partner).where(CHANNEL.c.mode == "pack")
    by_hand = {row.id: row.partner for row in connection.execute(query)}
    read = {row.channel for row in listed if row.gain is not None}
    owed: dict[str, list[str]] = {}
    for channel in sorted({row.channel for row in listed} - read):
        if channel in by_hand:
            owed.setdefault(by_hand[channel], []).append(channel)
    whom = [f"{_name(schedule, name)} ({joined(found)})" for name, found in owed.items()]
    return [f"Ask for numbers of the week: {joined(whom)}."] if whom else []


def _unknown(due: Iterable[Due]) -> list[str]:
    found = [one for one in due if one.state is State.UNKNOWN]
    if not found:
        return []
    many = count_of(len(found), "post of which", "posts of which")
    return [f"Look up {many} nobody knows whether it went out: {_posts(found)}."]


def _to_decide(due: Iterable[Due], week: Week) -> list[str]:
    sentences = []
    for state, (one, several) in _DECIDE.items():
        found = [delivery for delivery in due if delivery.state is state]
        if found:
            first = min(delivery.due_at for delivery in found)
            many = count_of(len(found), one, several)
            when = f"first due on {weekday_of(first, week)}"
            sentences.append(f"Decide on {many}, {when}: {_posts(found)}.")
    return sentences


def _to_approve(
    waiting: Sequence[Due], gates: Mapping[str, tuple[str, ...]], schedule: Schedule, week: Week
) -> list[str]:
    ours = [one for one in waiting if set(gates[one.id]) - {PARTNER}]
    sentences = []
    if ours:
        kinds = Counter(kind for one in ours for kind in gates[one.id] if kind != PARTNER)
        which = joined([f"{kind}: {number}" for kind, number in sorted(kinds.items())])
        first = weekday_of(min(one.due_at for one in ours), week)
        many = count_of(len(ours), "post", "posts")
        sentences.append(f"Approve {many} due from {first} on ({which}).")
    theirs: dict[str, list[Due]] = {}
    for one in waiting:
        if gates[one.id] == (PARTNER,):
            theirs.setdefault(one.partner, []).append(one)
    for partner, found in theirs.items():
        first = weekday_of(min(one.due_at for one in found), week)
        many = count_of(len(found), "post", "posts")
        sentences.append(f"Ask {_name(schedule, partner)} to accept {many} due from {first} on.")
    return sentences


def _unanswered(due: Iterable[Due], schedule: Schedule, as_of: datetime) -> list[str]:
    """Name partners that were to post by hand and have said nothing since."""
    silent: Counter[str] = Counter()
    for one in due:
        late = one.state is State.WITH_PARTNER and one.due_at <= as_of - _PATIENCE
        if late or one.state is State.NO_ANSWER:
            silent[one.partner] += 1
    if not silent:
        return []
    whom = [f"{_name(schedule, name)} ({number})" for name, number in silent.items()]
    many = count_of(sum(silent.values()), "post", "posts")
    return [f"Ask for the links of {many} that should be out by hand: {joined(whom)}."]


def _open_gates(
    connection: Connection, waiting: Sequence[Due], as_of: datetime
) -> dict[str, tuple[str, ...]]:
    query = select(GATE.c.delivery_id, GATE.c.kind).where(
        GATE.c.delivery_id.in_([one.id for one in waiting]),
        GATE.c.decision == "yes",
        GATE.c.decided_at <= as_of,
    )
    opened = {(row.delivery_id, row.kind) for row in connection.execute(query)}
    return {
        one.id: tuple(kind for kind in one.gates if (one.id, kind) not in opened) for one in waiting
    }


def _posts(found: Iterable[Due]) -> str:
    names = [f"“{as_words(one, 40)}”" for one in dict.fromkeys(delivery.post for delivery in found)]
    more = len(names) - _NAMED
    return joined(names[:_NAMED] + ([f"{more} more"] if more > 0 else []))


def _name(schedule: Schedule, partner: str) -> str:
    known = schedule.partners.get(partner)
    return known.name if known else partner
