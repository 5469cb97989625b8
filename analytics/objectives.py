"""Progress against the campaign's objectives, with what is known and no more.

A sum of what was read is a floor; people have two bounds; a rate has an interval; what a person
entered has the range that the person gave, if any. Whether a target is reached is said only where
the whole range lies on one side of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection

from analytics.numbers import exact, people, percent
from analytics.rates import ratio_of_sums, wilson_interval
from analytics.reach import bounds
from analytics.to_date import ToDate, to_date
from analytics.totals import BASKET
from analytics.weeks import Week
from campaign.schedule.model import Schedule
from campaign.schedule.objectives import RATE, STAGES, Objective
from campaign.store.objectives import value_on
from connectors.contract import Metric

REACHED, OPEN = "reached", "not reached yet"
UNSURE, UNCOUNTED = "cannot be said: the range holds the target", "not reached as far as counted"
SUMS: Mapping[str, tuple[Metric, ...]] = {
    "times-shown": (Metric.IMPRESSIONS,),
    "engagements": BASKET,
    "link-clicks": (Metric.LINK_CLICKS,),
}
WANTED: Mapping[str, tuple[Metric, ...]] = {
    **SUMS,
    "people": (Metric.REACH,),
    RATE: (*BASKET, Metric.IMPRESSIONS),
}
"""What has to be read for each measure; nothing for the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known of an objective: a value, a range, or a reason why there is neither."""

    lower: Fraction | None
    upper: Fraction | None
    """None where it may be more."""
    printed: str
    rests_on: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """One objective at the end of a week."""

    name: str
    objective: Objective
    known: Standing
    verdict: str
    share: Fraction | None
    """How much of the way from the baseline to the target is certain."""
    time_passed: Fraction
    """How much of the campaign's time until the day has passed, 0 to 1."""

    @property
    def words(self) -> str:
        """For example `48,210 of 150,000 by 30 April (32%; 41% of the time)`."""
        by = f"{self.objective.by_on.day} {self.objective.by_on:%B}"
        share = "" if self.share is None else f"{_whole(self.share)}; "
        passed = f"{share}{_whole(self.time_passed)} of the time"
        return f"{self.known.printed} of {goal(self.objective)} by {by} ({passed})"


def goal(one: Objective) -> str:
    """Write a target as its measure is written."""
    return percent(Fraction(one.target)) if one.measure == RATE else f"{one.target:,f}"


def progress(
    connection: Connection, schedule: Schedule, week: Week, as_of: datetime
) -> list[Progress]:
    """Return every objective with what is known of it, by stage."""
    if not schedule.objectives:
        return []
    measures = {str(one.measure) for one in schedule.objectives.values()}
    metrics = {metric for name in measures for metric in WANTED.get(name, ())}
    counted = to_date(connection, week, as_of, metrics)
    day = min(week.sunday_on, as_of.astimezone(week.zone).date())
    found = []
    for name, one in schedule.objectives.items():
        if one.measure == "entered":
            known = _entered(connection, name, one, day, as_of)
        else:
            known = _measured(counted, one.measure, schedule)
        found.append(_progress(name, one, known, schedule.runs.from_on, day))
    return sorted(found, key=lambda one: STAGES.index(one.objective.stage))


def _progress(name: str, one: Objective, known: Standing, first: date, day: date) -> Progress:
    target, base = Fraction(one.target), Fraction(one.baseline or 0)
    whole = max(1, (one.by_on - first).days)
    share = None
    # A rate is no distance travelled: half of a rate is not half of the way.
    if known.lower is not None and target != base and one.measure != RATE:
        share = (known.lower - base) / (target - base)
    return Progress(
        name=name,
        objective=one,
        known=known,
        verdict=_verdict(known, target),
        share=share,
        time_passed=Fraction(min(max(0, (day - first).days), whole), whole),
    )


def _verdict(known: Standing, target: Fraction) -> str:
    if known.lower is None:
        return known.reason or "not known"
    if known.lower >= target:
        return REACHED
    if known.upper is None:
        return UNCOUNTED
    return UNSURE if known.upper >= target else OPEN


def _measured(counted: ToDate, measure: str, schedule: Schedule) -> Standing:
    if measure == "posts-live":
        live = counted.posts
        return Standing(
            lower=Fraction(live), upper=Fraction(live), printed=exact(live), rests_on="all posts"
        )
    if measure == "people":
        return _people(counted, schedule.audience.universe if schedule.audience else None)
    if measure == RATE:
        return _rate(counted)
    return _sum(counted, SUMS[measure])


def _sum(counted: ToDate, metrics: Iterable[Metric]) -> Standing:
    parts = [counted.of(metric) for metric in metrics]
    posts = set().union(*parts)
    if not posts:
        return _nothing("no post has such a number")
    total = Fraction(sum((value for part in parts for value in part.values()), 0))
    return Standing(
        lower=total,
        upper=total if len(posts) == len(counted.live) else None,
        printed=f"at least {exact(total)}" if len(posts) < len(counted.live) else exact(total),
        rests_on=f"{len(posts)} of {len(counted.live)} posts",
    )


def _people(counted: ToDate, universe: int | None) -> Standing:
    reached = counted.of(Metric.REACH)
    if not reached:
        return _nothing("no network of a post that is out has counted people")
    holds = universe if universe is None or universe >= max(reached.values()) else None
    least, most = bounds(list(reached.values()), holds)
    rests_on = f"{len(reached)} of {len(counted.live)} posts"
    everybody = len(reached) == len(counted.live)
    return Standing(
        lower=Fraction(least),
        upper=Fraction(most) if everybody else None,
        printed=people(least, most) if everybody else f"{people(least, most)}, or more",
        rests_on=rests_on,
    )


def _rate(counted: ToDate) -> Standing:
    parts = [counted.of(metric) for metric in (*BASKET, Metric.IMPRESSIONS)]
    posts = set.intersection(*(set(part) for part in parts))
    engaged = sum((part[one] for part in parts[:-1] for one in posts), 0)
    shown = sum((parts[-1][one] for one in posts), 0)
    rate = ratio_of_sums([(engaged, shown)]) if posts else None
    if rate is None or rate > 1:
        return _nothing("no post has all four numbers")
    low, high = wilson_interval(float(engaged), float(shown))
    return Standing(
        lower=Fraction(low),
        upper=Fraction(high),
        printed=f"{percent(rate)} ({percent(low)} to {percent(high)})",
        rests_on=f"{len(posts)} of {len(counted.live)} posts; 95% interval",
    )


def _entered(
    connection: Connection, name: str, one: Objective, day: date, as_of: datetime
) -> Standing:
    found = value_on(connection, name, day.isoformat(), as_of)
    if found is None:
        return _nothing("nobody has entered it yet")
    lower = Fraction(Decimal(found.lower if found.lower is not None else found.value))
    upper = Fraction(Decimal(found.upper if found.upper is not None else found.value))
    between = "" if lower == upper else f" ({_plain(found.lower)} to {_plain(found.upper)})"
    unit = f" {one.unit}" if one.unit else ""
    return Standing(
        lower=lower,
        upper=upper,
        printed=f"{_plain(found.value)}{unit}{between}",
        rests_on=f"{found.source}, {found.known_on}, entered by {found.person}",
    )


def _whole(share: Fraction) -> str:
    return f"{round(share * 100)}%"


def _plain(text: str | None) -> str:
    return f"{Decimal(text):,f}" if text is not None else "?"


def _nothing(reason: str) -> Standing:
    return Standing(lower=None, upper=None, printed="no figure", rests_on="nothing", reason=reason)
