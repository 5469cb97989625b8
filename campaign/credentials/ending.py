"""Which sign-ins come to an end, early enough for a person to sign in again.

A day counts from the instant at which the token dies: the warning of 7 days stands from 7 days
ahead until that of one day takes its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.store.credentials import Kept

WARNED_AHEAD = (1, 7, 14)
"""Days, the nearest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """One sign-in that ends within two weeks, or has ended."""

    channel: str
    grant_id: str
    account: str
    at: datetime
    warned_ahead: int
    """The warning that is due: 14, 7 or 1 days; 0 where it has ended."""
    why: str
    """What keeps us from renewing it; empty where that is its nature."""


def end_of(kept: Kept) -> datetime | None:
    """Return when a sign-in stops to work if nobody does anything; None where nobody says.

    What was to be renewed and could not be ends with what is still held.
    """
    ends = [kept.ends_at]
    if kept.trouble or kept.renew_at is None:
        ends.append(kept.expires_at)
    known = [one for one in ends if one is not None]
    return min(known) if known else None


def endings(rows: Iterable[Kept], now: datetime) -> list[Ending]:
    """Return what ends within the longest warning, the soonest first."""
    found = []
    for kept in rows:
        at = end_of(kept)
        if at is None or kept.leaving_at is not None:
            continue
        left = at - now
        ahead = next((one for one in WARNED_AHEAD if left <= timedelta(days=one)), None)
        if ahead is not None:
            found.append(
                Ending(
                    channel=kept.channel,
                    grant_id=kept.grant_id,
                    account=kept.account,
                    at=at,
                    warned_ahead=ahead if left > timedelta() else 0,
                    why=kept.trouble,
                )
            )
    return sorted(found, key=lambda one: (one.at, one.channel))


def in_words(ending: Ending, when: str) -> str:
    """Say it to a person; `when` is the instant by the campaign's clocks."""
    verb = "ended" if ending.warned_ahead == 0 else "ends"
    why = f" ({ending.why})" if ending.why else ""
    return (
        f"the sign-in of {ending.channel} as {ending.account} {verb} on {when}{why}; "
        f"run `campaign connect {ending.channel}`"
    )
