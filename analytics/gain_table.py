"""The gains of one week as a table: columns for sums, and a row of the report where one is asked.

Sums over a week need a few columns of thousands of rows; the files need every row in words. So
the columns are kept, and the rows are made when somebody looks at them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.attribution import GRAIN, Count, Gain, Method
from analytics.frames import LivePost
from analytics.gain_rows import Figure, GainRow
from analytics.week_gains import METHODS, NOTHING, GainColumns
from analytics.week_rows import Flags, Numbers
from campaign.instants import from_micros, to_micros
from connectors.contract import Metric

Words = NDArray[np.object_]
"""Texts, or None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """One part of a table; `gain` counts only where `has_number` says so."""

    post: Numbers
    metric: Words
    definition: Words
    evidence: Words
    reason: Words
    counted: Flags
    has_number: Flags
    provisional: Flags
    gain: GainColumns
    unread: Mapping[int, tuple[datetime, datetime]]
    """By row: the stretch that a change of definition left unread."""

    def take(self, order: Numbers) -> "Columns":
        """Return the rows in another order."""
        where = {int(row): place for place, row in enumerate(order)} if self.unread else {}
        return Columns(
            post=self.post[order],
            metric=self.metric[order],
            definition=self.definition[order],
            evidence=self.evidence[order],
            reason=self.reason[order],
            counted=self.counted[order],
            has_number=self.has_number[order],
            provisional=self.provisional[order],
            gain=_each(lambda column: column[order], self.gain),
            unread={where[row]: gap for row, gap in self.unread.items()},
        )


class GainTable(Sequence[GainRow]):
    """The rows of one week, in the order of posts and metrics."""

    def __init__(self, posts: Sequence[LivePost], columns: Columns, exposed_for: Numbers) -> None:
        self._posts = posts
        self._columns = columns
        self._exposed_for = exposed_for
        """By post, in microseconds."""
        self._rows: list[GainRow] | None = None

    def __len__(self) -> int:
        return len(self._columns.post)

    @overload
    def __getitem__(self, index: int) -> GainRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[GainRow]: ...
    def __getitem__(self, index: int | slice) -> GainRow | list[GainRow]:
        if self._rows is None:
            self._rows = list(_rows(self._posts, self._columns, self._exposed_for))
        return self._rows[index]

    def frame(self) -> pd.DataFrame:
        """Return the columns that sums are made of, as `totals.gains_frame` has them."""
        held, gain = self._columns, self._columns.gain
        of_posts = {
            name: _taken([getattr(post, field) for post in self._posts], held.post)
            for name, field in (
                ("delivery", "id"),
                ("post", "post"),
                ("channel", "channel"),
                ("partner", "partner"),
                ("network", "network"),
            )
        }
        methods = _taken(list(METHODS), gain.method.astype(np.int64))
        methods[~held.has_number] = None
        return pd.DataFrame(
            {
                **of_posts,
                "metric": held.metric,
                "evidence": held.evidence,
                "counted": held.counted.astype(object),
                "reason": held.reason,
                "net": _counts(gain.net, held.has_number),
                "gross": _counts(gain.gross, held.has_number),
                "correction": _counts(gain.correction, held.has_number),
                "method": methods,
                "provisional": held.provisional.astype(object),
                "backfilled": (gain.backfilled & held.has_number).astype(object),
                "has_number": held.has_number.astype(object),
            }
        )


def columns_from_figures(
    rows: Sequence[tuple[int, Metric, Figure, bool]],
) -> Columns:
    """Lay out figures that were worked out one by one: post, metric, figure, counted."""
    figures = [row[2] for row in rows]
    return Columns(
        post=np.array([row[0] for row in rows], dtype=np.int64),
        metric=words([row[1] for row in rows]),
        definition=words([one.definition for one in figures]),
        evidence=words([one.evidence for one in figures]),
        reason=words([one.reason for one in figures]),
        counted=np.array([row[3] for row in rows], dtype=np.bool_),
        has_number=np.array([one.gain is not None for one in figures], dtype=np.bool_),
        provisional=np.array([one.provisional for one in figures], dtype=np.bool_),
        gain=_gain_columns([one.gain for one in figures]),
        unread={
            place: one.unknown_between for place, one in enumerate(figures) if one.unknown_between
        },
    )


def put_together(parts: Iterable[Columns], metrics: Sequence[Metric]) -> Columns:
    """Join parts and bring their rows into the order of posts and metrics."""
    listed = list(parts)
    unread: dict[int, tuple[datetime, datetime]] = {}
    before = 0
    for one in listed:
        unread |= {before + row: gap for row, gap in one.unread.items()}
        before += len(one.post)

    def joined(name: str) -> Any:
        return np.concatenate([getattr(one, name) for one in listed])

    gains = [one.gain for one in listed]
    whole = Columns(
        **{name: joined(name) for name in ("post", "metric", "definition", "evidence", "reason")},
        **{name: joined(name) for name in ("counted", "has_number", "provisional")},
        gain=_each(lambda *columns: np.concatenate(columns), *gains),
        unread=unread,
    )
    places = {metric: place for place, metric in enumerate(metrics)}
    key = whole.post * len(places) + np.array([places[one] for one in whole.metric], np.int64)
    return whole.take(np.argsort(key, kind="stable"))


def words(values: Sequence[str | None]) -> Words:
    """Return texts as a column."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def no_gains(count: int) -> GainColumns:
    """Return columns for rows without a number."""
    return _gain_columns([None] * count)


def _each(change: Any, *gains: GainColumns) -> GainColumns:
    names = [one.name for one in fields(GainColumns)]
    return GainColumns(**{name: change(*(getattr(one, name) for one in gains)) for name in names})


def _taken(values: Sequence[Any], places: Numbers) -> Words:
    return words(values)[places] if len(values) else words([])


def _counts(thousandths: Numbers, has_number: Flags) -> Words:
    """Return whole numbers where they are whole, fractions elsewhere, None where missing."""
    column: Words = (thousandths // GRAIN).astype(object)
    for row in np.flatnonzero((thousandths % GRAIN != 0) & has_number):
        column[row] = Fraction(int(thousandths[row]), GRAIN)
    column[~has_number] = None
    return column


def _gain_columns(gains: Sequence[Gain | None]) -> GainColumns:
    def numbers(name: str) -> Numbers:
        found = [NOTHING if one is None else _number(getattr(one, name)) for one in gains]
        return np.array(found, dtype=np.int64)

    method = [0 if one is None else METHODS.index(one.method) for one in gains]
    return GainColumns(
        **{name: numbers(name) for name in ("net", "gross", "correction", "lower", "upper")},
        **{name: numbers(name) for name in ("stale_for", "read_from", "read_to")},
        method=np.array(method, dtype=np.int8),
        backfilled=np.array([one is not None and one.backfilled for one in gains], np.bool_),
    )


def _number(value: Count | datetime | timedelta | None) -> int:
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    return int(value * GRAIN)


def _rows(posts: Sequence[LivePost], held: Columns, exposed_for: Numbers) -> Iterable[GainRow]:
    gains = _gains(held)
    exposed = [timedelta(microseconds=one) for one in exposed_for.tolist()]
    for place, (post, metric, gain) in enumerate(
        zip(held.post.tolist(), held.metric, gains, strict=True)
    ):
        of = posts[post]
        yield GainRow(
            delivery=of.id,
            post=of.post,
            channel=of.channel,
            partner=of.partner,
            network=of.network,
            metric=metric,
            figure=Figure(
                definition=held.definition[place],
                evidence=held.evidence[place],
                gain=gain,
                reason=held.reason[place],
                provisional=bool(held.provisional[place]),
                unknown_between=held.unread.get(place),
            ),
            counted=bool(held.counted[place]),
            exposed_for=exposed[post],
        )


def _gains(held: Columns) -> Iterable[Gain | None]:
    names = [one.name for one in fields(GainColumns)]
    columns = [getattr(held.gain, name).tolist() for name in names]
    for has_number, *values in zip(held.has_number.tolist(), *columns, strict=True):
        yield _gain(dict(zip(names, values, strict=True))) if has_number else None


def _gain(values: Mapping[str, int]) -> Gain:
    method = METHODS[values["method"]]
    return Gain(
        net=_count(values["net"]),
        gross=_count(values["gross"]),
        correction=_count(values["correction"]),
        method=method,
        lower=_count_or_none(values["lower"]),
        upper=_count_or_none(values["upper"]),
        provisional=method is Method.CARRIED,
        stale_for=timedelta(microseconds=values["stale_for"]),
        backfilled=bool(values["backfilled"]),
        read_from=_instant(values["read_from"]),
        read_to=_instant(values["read_to"]),
    )


def _count(thousandths: int) -> Count:
    whole, rest = divmod(thousandths, GRAIN)
    return Fraction(thousandths, GRAIN) if rest else whole


def _count_or_none(thousandths: int) -> Count | None:
    return None if thousandths == NOTHING else _count(thousandths)


def _instant(micros: int) -> datetime | None:
    return None if micros == NOTHING else from_micros(micros)
