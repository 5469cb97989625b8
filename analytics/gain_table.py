"""The gains of one week as a table: columns for sums, and a row of the report where one is asked.

Sums over a week need a few columns of many thousand rows; the files need every row in words. So
columns of numbers are kept, texts as the places of words in a list, and the rows are made when
somebody looks at them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, overload

import numpy as np
import pandas as pd

from analytics.attribution import GRAIN, Count, Gain, Method
from analytics.gain_rows import Figure, GainRow
from analytics.post_facts import Named, PostFacts
from analytics.week_gains import METHODS, NOTHING, GainColumns
from analytics.week_rows import Flags, Numbers
from campaign.instants import from_micros, to_micros
from connectors.contract import Metric

METRICS = tuple(Metric)
_PLACES = {metric: place for place, metric in enumerate(METRICS)}


@dataclass(kw_only=True, slots=True)
class Words:
    """Texts by their places; -1 is no text."""

    listed: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def place(self, word: str | None) -> int:
        """Return the place of a word, a new one where it is new."""
        if word is None:
            return -1
        if word not in self._places:
            self._places[word] = len(self.listed)
            self.listed.append(word)
        return self._places[word]

    def places(self, words: Iterable[str | None]) -> Numbers:
        """Return the places of many."""
        return np.array([self.place(one) for one in words], dtype=np.int64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """One part of a table; `gain` counts only where `has_number` says so."""

    post: Numbers
    metric: Numbers
    """The place in `METRICS`."""
    definition: Numbers
    evidence: Numbers
    reason: Numbers
    counted: Flags
    has_number: Flags
    provisional: Flags
    gain: GainColumns
    unread: Mapping[int, tuple[datetime, datetime]] = field(default_factory=dict)
    """By row: the stretch that a change of definition left unread."""


class GainTable(Sequence[GainRow]):
    """The rows of one week, in the order of posts and metrics."""

    def __init__(
        self, facts: PostFacts, words: Words, columns: Columns, exposed_for: Numbers
    ) -> None:
        self._facts = facts
        self._words = words
        self._columns = columns
        self._exposed_for = exposed_for
        """By post, in microseconds."""
        self._rows: list[GainRow] | None = None
        self._frame: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self._columns.post)

    def __iter__(self) -> Iterator[GainRow]:
        return iter(self._listed())

    @overload
    def __getitem__(self, index: int) -> GainRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[GainRow]: ...
    def __getitem__(self, index: int | slice) -> GainRow | list[GainRow]:
        return self._listed()[index]

    def frame(self) -> pd.DataFrame:
        """Return the columns that sums are made of, as `totals.gains_frame` has them."""
        if self._frame is None:
            self._frame = _frame(self._facts, self._words, self._columns)
        return self._frame

    def _listed(self) -> list[GainRow]:
        if self._rows is None:
            self._rows = list(_rows(self._facts, self._words, self._columns, self._exposed_for))
        return self._rows


def columns_from_figures(rows: Sequence[tuple[int, Metric, Figure, bool]], words: Words) -> Columns:
    """Lay out figures that were worked out one by one: post, metric, figure, counted."""
    figures = [row[2] for row in rows]
    return Columns(
        post=np.array([row[0] for row in rows], dtype=np.int64),
        metric=np.array([_PLACES[row[1]] for row in rows], dtype=np.int64),
        definition=words.places(one.definition for one in figures),
        evidence=words.places(one.evidence for one in figures),
        reason=words.places(one.reason for one in figures),
        counted=np.array([row[3] for row in rows], dtype=np.bool_),
        has_number=np.array([one.gain is not None for one in figures], dtype=np.bool_),
        provisional=np.array([one.provisional for one in figures], dtype=np.bool_),
        gain=_gain_columns([one.gain for one in figures]),
        unread={
            place: one.unknown_between for place, one in enumerate(figures) if one.unknown_between
        },
    )


def put_together(parts: Sequence[Columns]) -> Columns:
    """Join parts and bring their rows into the order of posts and metrics."""
    unread: dict[int, tuple[datetime, datetime]] = {}
    before = 0
    for one in parts:
        unread |= {before + row: gap for row, gap in one.unread.items()}
        before += len(one.post)
    whole = {
        name: np.concatenate([getattr(one, name) for one in parts])
        for name in (*_PLACE_COLUMNS, *_FLAG_COLUMNS)
    }
    order = np.argsort(whole["post"] * len(METRICS) + whole["metric"], kind="stable")
    places = {int(row): place for place, row in enumerate(order)} if unread else {}
    return Columns(
        **{name: column[order] for name, column in whole.items()},
        gain=GainColumns(
            **{
                name: np.concatenate([getattr(one.gain, name) for one in parts])[order]
                for name in _GAIN_COLUMNS
            }
        ),
        unread={places[row]: gap for row, gap in unread.items()},
    )


def no_gains(count: int) -> GainColumns:
    """Return columns for rows without a number."""
    nothing = np.full(count, NOTHING, dtype=np.int64)
    return GainColumns(
        **dict.fromkeys((*_VALUES, *_TIMES), nothing),
        method=np.zeros(count, dtype=np.int8),
        backfilled=np.zeros(count, dtype=np.bool_),
    )


_PLACE_COLUMNS = ("post", "metric", "definition", "evidence", "reason")
_FLAG_COLUMNS = ("counted", "has_number", "provisional")
_GAIN_COLUMNS = tuple(one.name for one in fields(GainColumns))
_VALUES = ("net", "gross", "correction", "lower", "upper")
_TIMES = ("stale_for", "read_from", "read_to")


def _frame(facts: PostFacts, words: Words, held: Columns) -> pd.DataFrame:
    def of_post(named: Named) -> Any:
        return pd.Categorical.from_codes(
            named.places[held.post], pd.Index(named.names, dtype=object)
        )

    def of_words(places: Numbers, listed: Sequence[str] = words.listed) -> Any:
        return pd.Categorical.from_codes(places, pd.Index(np.array(listed, dtype=object)))

    return pd.DataFrame(
        {
            "delivery": held.post,
            "channel": of_post(facts.channel),
            "partner": of_post(facts.partner),
            "network": of_post(facts.network),
            "metric": of_words(held.metric, METRICS),
            "definition": of_words(held.definition),
            "evidence": of_words(held.evidence),
            "reason": of_words(held.reason),
            "counted": held.counted,
            "has_number": held.has_number,
            "provisional": held.provisional,
            "backfilled": held.gain.backfilled & held.has_number,
            "method": held.gain.method,
            **{f"{name}_parts": getattr(held.gain, name) for name in _VALUES},
        }
    )


def _gain_columns(gains: Sequence[Gain | None]) -> GainColumns:
    def numbers(name: str) -> Numbers:
        found = [NOTHING if one is None else _number(getattr(one, name)) for one in gains]
        return np.array(found, dtype=np.int64)

    method = [0 if one is None else METHODS.index(one.method) for one in gains]
    return GainColumns(
        **{name: numbers(name) for name in (*_VALUES, *_TIMES)},
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


def _rows(facts: PostFacts, words: Words, held: Columns, exposed_for: Numbers) -> Iterator[GainRow]:
    texts = [*words.listed, None]
    exposed = [timedelta(microseconds=one) for one in exposed_for.tolist()]
    columns = [getattr(held, name).tolist() for name in (*_PLACE_COLUMNS, *_FLAG_COLUMNS)]
    for number, (row, gain) in enumerate(
        zip(zip(*columns, strict=True), _gains(held), strict=True)
    ):
        post, metric, definition, evidence, reason, counted, _, provisional = row
        of = facts.posts[post]
        yield GainRow(
            delivery=of.id,
            post=of.post,
            channel=of.channel,
            partner=of.partner,
            network=of.network,
            metric=METRICS[metric],
            figure=Figure(
                definition=texts[definition],
                evidence=texts[evidence],
                gain=gain,
                reason=texts[reason],
                provisional=provisional,
                unknown_between=held.unread.get(number),
            ),
            counted=counted,
            exposed_for=exposed[post],
        )


def _gains(held: Columns) -> Iterator[Gain | None]:
    columns = [getattr(held.gain, name).tolist() for name in _GAIN_COLUMNS]
    for has_number, *values in zip(held.has_number.tolist(), *columns, strict=True):
        yield _gain(dict(zip(_GAIN_COLUMNS, values, strict=True))) if has_number else None


def _gain(values: Mapping[str, Any]) -> Gain:
    method = METHODS[values["method"]]
    return Gain(
        net=count_of_parts(values["net"]),
        gross=count_of_parts(values["gross"]),
        correction=count_of_parts(values["correction"]),
        method=method,
        lower=_count_or_none(values["lower"]),
        upper=_count_or_none(values["upper"]),
        provisional=method is Method.CARRIED,
        stale_for=timedelta(microseconds=values["stale_for"]),
        backfilled=values["backfilled"],
        read_from=_instant(values["read_from"]),
        read_to=_instant(values["read_to"]),
    )


def count_of_parts(parts: int) -> Count:
    """Return a count from its thousandths, whole where it is whole."""
    whole, rest = divmod(parts, GRAIN)
    return Fraction(parts, GRAIN) if rest else whole


def _count_or_none(parts: int) -> Count | None:
    return None if parts == NOTHING else count_of_parts(parts)


def _instant(micros: int) -> datetime | None:
    return None if micros == NOTHING else from_micros(micros)
