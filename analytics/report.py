"""Builds the weekly report: everything that a page, a file or an e-mail of it may show.

`build_report` reads the database once, as it stood at `as_of`, and decides every figure and
every sentence; the outputs only lay them out. The same database and the same `as_of` give the
same report.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from analytics.caveats import list_caveats
from analytics.frames import due_between, span_up_to
from analytics.gain_rows import GainRow
from analytics.gains import weekly_gains
from analytics.headline import headline
from analytics.known import Known, read_known, reported_metrics
from analytics.partners import amplification, is_out, partner_rows, take_up
from analytics.report_json import report_values
from analytics.report_parts import Contents, DefinitionRead, PostsLive, WeekFigures
from analytics.top_posts import top_posts
from analytics.totals import BASKET, engagement, gains_frame, sum_up
from analytics.trend import WEEKS_SHOWN, TrendPoint, compare, trend
from analytics.weekly_reach import weekly_reach
from analytics.weeks import Week
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.tables import CAMPAIGN
from connectors.contract import Metric, Network


class NoCampaignError(Exception):
    """Nothing has been applied yet, so there is nothing to report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report(Contents):
    """One week of one campaign, as known at `as_of`."""

    def to_json(self, banner: str | None = None) -> dict[str, Any]:
        """Return the report as JSON values; a banner such as "made up" becomes a key."""
        return report_values(self, banner)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    connection: Connection
    week: Week
    as_of: datetime
    networks: Mapping[str, Network]
    schedule: Schedule


def build_report(
    connection: Connection, *, week: Week, as_of: datetime, networks: Mapping[str, Network]
) -> Report:
    """Return the report of a week with what was known at `as_of`.

    Raises `NoCampaignError` where no schedule has been applied.
    """
    row = connection.execute(select(CAMPAIGN.c.schedule_json)).first()
    if row is None:
        message = "no schedule has been applied yet, so there is no week to report"
        raise NoCampaignError(message)
    asked = _Asked(
        connection=connection,
        week=week,
        as_of=as_of,
        networks=networks,
        schedule=Schedule.model_validate_json(row.schedule_json),
    )
    return _report(asked, _known(asked, weeks=2), _trend(asked))


def _report(asked: _Asked, known: Known, points: Sequence[TrendPoint]) -> Report:
    week, schedule = asked.week, asked.schedule
    metrics = reported_metrics(known.posts, asked.networks)
    rows = weekly_gains(known, week, metrics)
    frame = gains_frame(rows)
    due = due_between(asked.connection, week.start_at, week.end_at)
    partners = partner_rows(schedule, due, frame, as_of=asked.as_of)
    this = _figures(asked, week, rows)
    return Report(
        campaign=schedule.campaign,
        title=schedule.title or schedule.campaign,
        week=week,
        as_of=asked.as_of,
        headline=headline(week, this, as_of=asked.as_of),
        comparison=compare(points),
        this=this,
        before=_before(asked, known),
        gains=tuple(rows),
        partners=tuple(partners),
        take_up=take_up(partners),
        amplification=amplification(partners, frame),
        trend=tuple(points),
        top_posts=tuple(top_posts(asked.connection, known.posts, week, as_of=asked.as_of)),
        next_week=_posts_of(asked, week.shifted(1)),
        caveats=tuple(list_caveats(this, rows, known, week)),
        definitions=tuple(_definitions(rows, asked.networks)),
        networks={str(name): one.title for name, one in asked.networks.items()},
        universe_source=schedule.audience.source if schedule.audience else None,
    )


def _before(asked: _Asked, known: Known) -> WeekFigures:
    """Return what the page shows of the week before."""
    week = asked.week.shifted(-1)
    metrics = (Metric.IMPRESSIONS, Metric.REACH, *BASKET)
    return _figures(asked, week, weekly_gains(known, week, metrics))


def _known(asked: _Asked, *, weeks: int, metrics: Iterable[Metric] | None = None) -> Known:
    """Read what decides so many weeks up to the asked one, of all metrics or a few."""
    span = span_up_to(asked.week, weeks, as_of=asked.as_of, networks=asked.networks)
    wanted = None if metrics is None else tuple(metrics)
    return read_known(asked.connection, span, asked.networks, wanted)


def _trend(asked: _Asked) -> list[TrendPoint]:
    return trend(_known(asked, weeks=WEEKS_SHOWN, metrics=[Metric.IMPRESSIONS]), asked.week)


def _figures(asked: _Asked, week: Week, rows: Sequence[GainRow]) -> WeekFigures:
    frame = gains_frame(rows)
    audience = asked.schedule.audience
    return WeekFigures(
        posts=_posts_of(asked, week),
        totals=tuple(sum_up(frame)),
        reach=weekly_reach(rows, audience.universe if audience else None),
        engagement=engagement(frame),
    )


def _posts_of(asked: _Asked, week: Week) -> PostsLive:
    due = due_between(asked.connection, week.start_at, week.end_at)
    # What went out after `as_of` was in a state by then that the rows no longer tell.
    open_rows = [row for row in due if row.state != State.PUBLISHED]
    waiting = Counter(_state(row) for row in open_rows)
    return PostsLive(
        planned=len(due),
        live=sum(is_out(row, asked.as_of) for row in due),
        waiting=dict(sorted(waiting.items())),
    )


def _state(row: Row[Any]) -> str:
    return str(row.state)


def _definitions(rows: Iterable[GainRow], networks: Mapping[str, Network]) -> list[DefinitionRead]:
    """List what each number that is in the report counts, channel by channel."""
    words = {
        definition.id: definition
        for network in networks.values()
        for definition in network.capabilities.metrics
    }
    used: dict[tuple[str, str, str], list[GainRow]] = {}
    for row in rows:
        if row.gain is not None and row.definition is not None:
            used.setdefault((row.channel, row.network, row.definition), []).append(row)
    return [
        DefinitionRead(
            id=name,
            network=network,
            channel=channel,
            raw_name=words[name].raw_name if name in words else name,
            words=words[name].words if name in words else "No longer in use.",
            evidence=tuple(sorted({str(row.evidence) for row in found})),
            read_to=max(
                (at for row in found if row.gain and (at := row.gain.read_to)), default=None
            ),
        )
        for (channel, network, name), found in sorted(used.items())
    ]
