"""What each partner was asked to post, what it posted, and what that was shown.

Times shown may be added over partners, people may not. Figures that a partner reports itself are
kept apart from those that were read, and a post that is out without any number is just that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from statistics import median

import pandas as pd

from analytics.attribution import Count
from analytics.due import Due
from analytics.totals import evidence_of, reasons_in, shown_by, shown_by_partner
from campaign.schedule.model import Schedule
from connectors.contract import Metric

_ON_TIME_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerRow:
    """One partner's week."""

    partner: str
    name: str
    owner: bool
    planned: int
    """Posts that were due in the week."""
    live: int
    """Those of them that are out."""
    on_time: int
    """Those of them that went out within a day of their time."""
    delay: timedelta | None
    """Median of how long after its time a post went out."""
    impressions: Count | None
    """Times shown, of all posts the partner has out."""
    evidence: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeUp:
    """How many of the partners that were asked have posted; the owner is not one of them."""

    posted: int
    asked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Punctuality:
    """How close to their times the partners' posts went out; the owner's are not among them."""

    live: int
    on_time: int
    """Within a day of their time, before or after."""
    delay: timedelta | None
    """Median of how long after its time a post went out; None where none is out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amplification:
    """How partners multiply what the owner's own posts were shown; None without a base."""

    measured: Count | None
    """With what was read from the networks only."""
    reported: Count | None
    """With what partners say as well."""
    partner_share: Count | None


def partner_rows(schedule: Schedule, due: Sequence[Due], frame: pd.DataFrame) -> list[PartnerRow]:
    """List every partner that had a post due or out, in the order of the schedule."""
    shown = shown_by(frame, "partner")
    concerned = {row.partner for row in due} | set(frame["partner"])
    names = [*schedule.partners, *sorted(concerned - schedule.partners.keys())]
    return [
        replace(
            posted_of(schedule, name, [one for one in due if one.partner == name]),
            impressions=shown.get(name),
            evidence=evidence_of(frame, name),
            reason=None if name in shown else _why_not_shown(frame, name),
        )
        for name in names
        if name in concerned
    ]


def posted_of(schedule: Schedule, name: str, due: Sequence[Due]) -> PartnerRow:
    """Count what one partner was asked for and posted, and how punctually; no times shown."""
    partner = schedule.partners.get(name)
    # A thread is one post, by its first part. A repost is one that the partner took up.
    posts = [one for one in due if not one.is_later_part]
    out = [one for one in posts if one.is_out]
    delays = _delays(out)
    return PartnerRow(
        partner=name,
        name=partner.name if partner else name,
        owner=bool(partner and partner.owner),
        planned=len(posts),
        live=len(out),
        on_time=_on_time(delays),
        delay=_median(delays),
        impressions=None,
        evidence=(),
        reason=None,
    )


def take_up(rows: Iterable[PartnerRow]) -> TakeUp:
    """Count the partners that were asked this week, and those that have posted."""
    asked = [row for row in rows if row.planned and not row.owner]
    return TakeUp(posted=sum(row.live > 0 for row in asked), asked=len(asked))


def punctuality(schedule: Schedule, due: Sequence[Due]) -> Punctuality:
    """Say how punctual all partners together were."""
    owner = schedule.owner
    delays = _delays([one for one in due if one.partner != owner and not one.is_later_part])
    return Punctuality(live=len(delays), on_time=_on_time(delays), delay=_median(delays))


def amplification(rows: Iterable[PartnerRow], frame: pd.DataFrame) -> Amplification:
    """Return (own + partners') / own times shown; undefined where one of the two is not known."""
    owners = {row.partner for row in rows if row.owner}
    shown = shown_by_partner(frame)
    own = sum((value for (one, _), value in shown.items() if one in owners), 0)
    others = {key: value for key, value in shown.items() if key[0] not in owners}
    read = [value for (_, source), value in others.items() if source == "api"]
    everything = sum(others.values(), 0)
    # Without a partner's number there is nothing to multiply with; it is not a factor of 1.
    return Amplification(
        measured=Fraction(own + sum(read)) / own if read and own > 0 else None,
        reported=Fraction(own + everything) / own if others and own > 0 else None,
        partner_share=Fraction(everything) / (own + everything)
        if others and own + everything > 0
        else None,
    )


def _delays(posts: Iterable[Due]) -> list[timedelta]:
    return [one.published_at - one.due_at for one in posts if one.published_at]


def _on_time(delays: Iterable[timedelta]) -> int:
    return sum(abs(delay) <= _ON_TIME_WITHIN for delay in delays)


def _median(delays: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in delays)) if delays else None


def _why_not_shown(frame: pd.DataFrame, partner: str) -> str:
    """Name the reasons that the partner's posts have no times shown, each once."""
    own = frame[(frame["partner"] == partner) & (frame["metric"] == Metric.IMPRESSIONS)]
    return reasons_in(own) or "no post is out"
