"""Shapes the gains of a week into sums: by metric, by partner, and the engagement rate.

Only what happened so many times is summed. Each sum says on how many of the channels that had a
post out it rests, and how much of it was estimated between readings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from analytics.attribution import GRAIN, Count, Gain, Method
from analytics.gain_lines import Lines
from analytics.gain_rows import PAID_SUMMABLE, SUMMABLE, GainRow
from analytics.gain_table import GainTable, count_of_parts
from analytics.rates import ratio_of_sums, wilson_interval
from analytics.week_gains import METHODS, NOTHING
from analytics.week_rows import Numbers
from connectors.contract import Metric

BASKET = (Metric.REACTIONS, Metric.REPLIES, Metric.RESHARES)
"""What counts as engagement here: the three things that every network counts."""

_NEGLIGIBLE = Fraction(1, 100)


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
    lower: Count | None
    upper: Count | None
    """The range that the readings beside the boundaries leave; no upper end while some is open."""
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
    """Lay the gains out as a table, one line each.

    Numbers stand there in whole thousandths (`net_parts` and so on), so that sums are exact.
    """
    if isinstance(rows, GainTable):
        return rows.frame()
    return pd.DataFrame([_cells(row) for row in rows], columns=_COLUMNS)


def sum_up(frame: pd.DataFrame) -> list[Total]:
    """Return a sum for each metric that may be summed and that a row was made for."""
    lines = Lines(frame)
    about = {metric: lines.about(metric) for metric in (*SUMMABLE, *PAID_SUMMABLE)}
    return [_total(lines, rows, metric) for metric, rows in about.items() if len(rows)]


def shown_by_partner(frame: pd.DataFrame) -> dict[tuple[str, str], Count]:
    """Return the times shown by partner and evidence."""
    numbers = numbers_in(frame[frame["metric"] == Metric.IMPRESSIONS])
    sums = numbers.groupby(["partner", "evidence"], sort=True, observed=True)["net_parts"].sum()
    return {(str(key[0]), str(key[1])): count_of_parts(int(sums[key])) for key in sums.index}


def shown_by(frame: pd.DataFrame, column: str) -> dict[str, Count]:
    """Return the times shown by channel, partner or another column."""
    lines = Lines(frame)
    rows, texts = lines.counted(Metric.IMPRESSIONS), lines.texts(column)
    sums, present = texts.sums(rows, lines.numbers("net_parts")[rows])
    return {
        str(texts.names[place]): count_of_parts(int(sums[place]))
        for place in np.flatnonzero(present).tolist()
    }


def counted_by_channel(frame: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return what is counted as times shown, by channel."""
    lines = Lines(frame)
    rows = lines.counted(Metric.IMPRESSIONS)
    channels, definitions = lines.texts("channel"), lines.texts("definition")
    pairs = np.unique(channels.places[rows] * len(definitions.names) + definitions.places[rows])
    found: dict[str, set[str]] = {}
    for channel, definition in zip(*np.divmod(pairs, len(definitions.names) or 1), strict=True):
        named = found.setdefault(str(channels.names[channel]), set())
        named.add(str(definitions.names[definition]))
    return {name: frozenset(one) for name, one in found.items()}


def engagement(frame: pd.DataFrame) -> Engagement:
    """Return the ratio of sums of one named basket to the times shown.

    Only posts that have every number of the basket and the times shown take part, so both sums
    are over the same posts. A week in which a network took counts back can have no rate.
    """
    lines = Lines(frame)
    net, posts = lines.numbers("net_parts"), lines.texts("delivery")
    sums, present = [], []
    for metric in (*BASKET, Metric.IMPRESSIONS):
        rows = lines.counted(metric)
        added, has_it = posts.sums(rows, net[rows])
        sums.append(added)
        present.append(has_it)
    complete = np.all(present, axis=0)
    nets = np.column_stack(sums)[complete]
    taking_part = np.flatnonzero(complete[posts.places])
    pairs = np.column_stack([nets[:, :-1].sum(axis=1), nets[:, -1]])
    coverage = _coverage(lines, np.arange(len(frame)), taking_part)
    return _engagement(pairs, lines.texts("network").of(taking_part), coverage)


def evidence_of(frame: pd.DataFrame, partner: str) -> tuple[str, ...]:
    """Return the sources of a partner's numbers; `link-only` where posts are out without any."""
    own = frame[frame["partner"] == partner]
    if own.empty:
        return ()
    found = sorted({str(one) for one in numbers_in(own)["evidence"].unique()})
    return tuple(found) or ("link-only",)


def reasons_in(rows: pd.DataFrame) -> str:
    """Name the reasons that the rows have no number, each once."""
    return "; ".join(sorted({str(one) for one in rows["reason"].dropna().unique()}))


_COLUMNS = [
    *("delivery", "channel", "partner", "network", "metric", "definition", "evidence", "reason"),
    *("counted", "has_number", "provisional", "backfilled", "method"),
    *("net_parts", "gross_parts", "correction_parts", "lower_parts", "upper_parts"),
]


def _cells(row: GainRow) -> list[object]:
    gain: Gain | None = row.gain
    texts = [row.delivery, row.channel, row.partner, row.network, row.metric]
    texts.append(row.definition or "")
    keys = [*texts, row.evidence, row.reason, row.counted, gain is not None, row.provisional]
    if gain is None:
        return [*keys, False, 0, *[NOTHING] * 5]
    values = [gain.net, gain.gross, gain.correction, gain.lower, gain.upper]
    parts = [NOTHING if one is None else int(one * GRAIN) for one in values]
    return [*keys, gain.backfilled, METHODS.index(gain.method), *parts]


def numbers_in(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that have a number and count in sums."""
    return frame[frame["has_number"].astype(bool) & frame["counted"].astype(bool)]


def _total(lines: Lines, rows: Numbers, metric: Metric) -> Total:
    numbers = rows[lines.counts[rows]]
    none = not len(numbers)
    method = lines.numbers("method")[numbers]
    net = lines.numbers("net_parts")[numbers]
    unsure = method != METHODS.index(Method.OBSERVED)
    whole, guessed = int(np.abs(net).sum()), int(np.abs(net[unsure]).sum())
    return Total(
        metric=metric,
        net=None if none else _added(net),
        gross=None if none else _added(lines.numbers("gross_parts")[numbers]),
        correction=None if none else _added(lines.numbers("correction_parts")[numbers]),
        lower=_end(lines.numbers("lower_parts")[numbers]),
        upper=_end(lines.numbers("upper_parts")[numbers]),
        method=None if none else METHODS[method.max()],
        provisional=bool(lines.flags("provisional")[numbers].any()),
        estimated=Fraction(guessed, whole) if whole else Fraction(0),
        backfilled=bool(lines.flags("backfilled")[numbers].any()),
        coverage=_coverage(lines, rows, numbers),
        channels=lines.texts("channel").of(numbers),
        networks=lines.texts("network").of(numbers),
        reason="; ".join(lines.texts("reason").of(rows)) if none else None,
    )


def _end(parts: Numbers) -> Count | None:
    """Add up one end of the ranges; None where there is none, or where one of them is open."""
    return None if not len(parts) or bool((parts == NOTHING).any()) else _added(parts)


def _added(parts: Numbers) -> Count:
    return count_of_parts(int(parts.sum()))


def _coverage(lines: Lines, live: Numbers, read: Numbers) -> Coverage:
    channels, posts = lines.texts("channel"), lines.texts("delivery")
    return Coverage(
        channels_read=channels.count(read),
        channels_live=channels.count(live),
        posts_read=posts.count(read),
        posts_live=posts.count(live),
    )


def _engagement(pairs: Numbers, networks: tuple[str, ...], coverage: Coverage) -> Engagement:
    """Work out the rate from what was done and shown, post by post, in thousandths."""
    engaged, shown = (count_of_parts(int(one)) for one in pairs.sum(axis=0))
    reason = _why_no_rate(pairs, engaged, shown)
    lower, upper = (None, None) if reason else wilson_interval(float(engaged), float(shown))
    return Engagement(
        rate=None if reason else ratio_of_sums([(engaged, shown)]),
        lower=lower,
        upper=upper,
        engagements=engaged if len(pairs) else None,
        shown=shown if len(pairs) else None,
        networks=networks,
        coverage=coverage,
        reason=reason,
    )


def _why_no_rate(pairs: Numbers, engaged: Count, shown: Count) -> str | None:
    if not len(pairs):
        return "no post has both numbers"
    if bool((pairs < 0).any()) and (engaged < 0 or shown <= 0):
        return "n/a (correction)"
    if shown == 0:
        return "nothing was shown"
    return None if engaged <= shown else "n/a: more was done than shown, as the networks count"
