"""Shapes the gains of a week into sums: by metric, by partner, and the engagement rate.

Only what happened so many times is summed. Each sum says on how many of the channels that had a
post out it rests, and how much of it was estimated between readings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from analytics.attribution import SURENESS, Count, Gain, Method
from analytics.gain_rows import SUMMABLE, GainRow
from analytics.gain_table import GainTable
from analytics.rates import ratio_of_sums, wilson_interval
from connectors.contract import Metric

BASKET = (Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES)
"""What counts as engagement here: the three things that every network counts."""

_NEGLIGIBLE = Fraction(1, 100)
_SUMS = ["net", "gross", "correction"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How much of what was out gave a number."""

    channels_read: int
    channels_live: int
    posts_read: int
    posts_live: int

    def __str__(self) -> str:
        return f"{self.channels_read} of {self.channels_live} channels"


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """One sum over all channels that gave a number; all None when none did."""

    metric: Metric
    net: Count | None
    gross: Count | None
    correction: Count | None
    method: Method | None
    """The least sure of its parts."""
    provisional: bool
    estimated: Fraction
    """The share of it that was not observed at the week's boundaries, 0 to 1."""
    backfilled: bool
    coverage: Coverage
    channels: tuple[str, ...]
    networks: tuple[str, ...]
    """Each counts in its own way."""
    reason: str | None
    """Why there is no number, each reason once; None where there is one."""

    @property
    def is_estimated(self) -> bool:
        """Whether more than a hundredth of it was not observed at the week's boundaries."""
        return self.estimated > _NEGLIGIBLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Engagement:
    """What people did per time shown, over the posts that have both numbers."""

    rate: Fraction | None
    lower: float | None
    upper: float | None
    engagements: Count | None
    shown: Count | None
    networks: tuple[str, ...]
    coverage: Coverage
    reason: str | None


def gains_frame(rows: Iterable[GainRow]) -> pd.DataFrame:
    """Lay the gains out as a table, one line each; numbers stay exact fractions."""
    if isinstance(rows, GainTable):
        return rows.frame()
    columns = [*_KEYS, *_SUMS, "method", "provisional", "backfilled", "has_number"]
    return pd.DataFrame([_cells(row) for row in rows], columns=columns, dtype=object)


def sum_up(frame: pd.DataFrame) -> list[Total]:
    """Return a sum for each metric that may be summed and that a row was made for."""
    present = set(frame["metric"])
    return [_total(frame[frame["metric"] == one], one) for one in SUMMABLE if one in present]


def shown_by_partner(frame: pd.DataFrame) -> dict[tuple[str, str], Count]:
    """Return the times shown by partner and evidence."""
    numbers = _numbers(frame[frame["metric"] == Metric.IMPRESSIONS])
    if numbers.empty:
        return {}
    sums = numbers.groupby(["partner", "evidence"], sort=True)["net"].sum()
    keys = [(str(one[0]), str(one[1])) for one in sums.index.to_list()]
    return dict(zip(keys, sums, strict=True))


def shown_by(frame: pd.DataFrame, column: str) -> dict[str, Count]:
    """Return the times shown by channel, partner or another column."""
    numbers = _numbers(frame[frame["metric"] == Metric.IMPRESSIONS])
    if numbers.empty:
        return {}
    sums = numbers.groupby(column, sort=True)["net"].sum()
    return dict(zip(map(str, sums.index), sums, strict=True))


def engagement(frame: pd.DataFrame) -> Engagement:
    """Return the ratio of sums of one named basket to the times shown.

    Only posts that have every number of the basket and the times shown take part, so both sums
    are over the same posts. A week in which a network took counts back can have no rate.
    """
    wanted = [*BASKET, Metric.IMPRESSIONS]
    numbers = _numbers(frame[frame["metric"].isin(wanted)])
    by_post = numbers.pivot_table(index="delivery", columns="metric", values="net", aggfunc="sum")
    complete = by_post.reindex(columns=wanted).dropna()
    taking_part = frame[frame["delivery"].isin(complete.index)]
    pairs = [
        (sum((row[one] for one in BASKET), 0), row[Metric.IMPRESSIONS])
        for _, row in complete.iterrows()
    ]
    return _engagement(pairs, taking_part, _coverage(frame, taking_part))


def evidence_of(frame: pd.DataFrame, partner: str) -> tuple[str, ...]:
    """Return the sources of a partner's numbers; `link-only` where posts are out without any."""
    own = frame[frame["partner"] == partner]
    if own.empty:
        return ()
    found = sorted({str(one) for one in _numbers(own)["evidence"]})
    return tuple(found) or ("link-only",)


_KEYS = [
    "delivery",
    "post",
    "channel",
    "partner",
    "network",
    "metric",
    "evidence",
    "counted",
    "reason",
]


def _cells(row: GainRow) -> list[object]:
    gain: Gain | None = row.gain
    keys = [
        row.delivery,
        row.post,
        row.channel,
        row.partner,
        row.network,
        row.metric,
        row.evidence,
        row.counted,
        row.reason,
    ]
    if gain is None:
        return [*keys, None, None, None, None, False, False, False]
    sums = [gain.net, gain.gross, gain.correction]
    return [*keys, *sums, gain.method, row.provisional, gain.backfilled, True]


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["has_number"].astype(bool) & frame["counted"].astype(bool)]


def _total(rows: pd.DataFrame, metric: Metric) -> Total:
    numbers = _numbers(rows)
    sums = {name: sum(numbers[name], 0) for name in _SUMS} if len(numbers) else {}
    unsure = numbers[numbers["method"] != Method.OBSERVED]
    whole = sum((abs(one) for one in numbers["net"]), 0)
    guessed = Fraction(sum(abs(one) for one in unsure["net"]))
    return Total(
        metric=metric,
        net=sums.get("net"),
        gross=sums.get("gross"),
        correction=sums.get("correction"),
        method=max(numbers["method"], key=SURENESS.__getitem__, default=None),
        provisional=bool(numbers["provisional"].any()),
        estimated=guessed / whole if whole else Fraction(0),
        backfilled=bool(numbers["backfilled"].any()),
        coverage=_coverage(rows, numbers),
        channels=tuple(sorted(set(numbers["channel"]))),
        networks=tuple(sorted(set(numbers["network"]))),
        reason=reasons_in(rows) if numbers.empty else None,
    )


def reasons_in(rows: pd.DataFrame) -> str:
    """Name the reasons that the rows have no number, each once."""
    return "; ".join(sorted({str(one) for one in rows["reason"].dropna()}))


def _coverage(live: pd.DataFrame, read: pd.DataFrame) -> Coverage:
    return Coverage(
        channels_read=read["channel"].nunique(),
        channels_live=live["channel"].nunique(),
        posts_read=read["delivery"].nunique(),
        posts_live=live["delivery"].nunique(),
    )


def _engagement(
    pairs: list[tuple[Count, Count]], rows: pd.DataFrame, coverage: Coverage
) -> Engagement:
    engaged = sum((pair[0] for pair in pairs), 0)
    shown = sum((pair[1] for pair in pairs), 0)
    reason = _why_no_rate(pairs, engaged, shown)
    lower, upper = (None, None) if reason else wilson_interval(float(engaged), float(shown))
    return Engagement(
        rate=None if reason else ratio_of_sums(pairs),
        lower=lower,
        upper=upper,
        engagements=engaged if pairs else None,
        shown=shown if pairs else None,
        networks=tuple(sorted(set(rows["network"]))),
        coverage=coverage,
        reason=reason,
    )


def _why_no_rate(pairs: list[tuple[Count, Count]], engaged: Count, shown: Count) -> str | None:
    if not pairs:
        return "no post has both numbers"
    if any(one < 0 for pair in pairs for one in pair) and (engaged < 0 or shown <= 0):
        return "n/a (correction)"
    if shown == 0:
        return "nothing was shown"
    return None if engaged <= shown else "n/a: more was done than shown, as the networks count"
