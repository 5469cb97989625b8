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

from sqlalchemy import Connection, select

from analytics.caveats import list_caveats
from analytics.coming import coming
from analytics.comparison import compare_weeks
from analytics.definitions import definitions_read
from analytics.due import Due, due_in
from analytics.frames import Span, span_up_to
from analytics.gain_rows import GainRow
from analytics.gains import weekly_gains
from analytics.headline import headline, quotation
from analytics.known import Known, read_known, read_live, reported_metrics
from analytics.missed import with_missed
from analytics.needs import list_needs, numbers_owed
from analytics.objectives import progress
from analytics.partners import amplification, partner_rows, punctuality, take_up
from analytics.report_json import report_values
from analytics.report_parts import Contents, Learning, PostsLive, Restated, WeekFigures
from analytics.restated import restated_trend, restated_week
from analytics.sectors import sector_rows
from analytics.top_posts import top_posts
from analytics.totals import BASKET, engagement, gains_frame, sum_up
from analytics.trend import WEEKS_SHOWN, TrendPoint, compare, trend
from analytics.weekly_reach import weekly_reach
from analytics.weeks import Week
from campaign.models_reports import ReportNote
from campaign.schedule.model import Schedule
from campaign.store.reports import ASK, last_released, learning_of, notes_of
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
    longer = _span(asked, WEEKS_SHOWN)
    live = read_live(connection, longer, networks)
    known = with_missed(read_known(connection, _span(asked, 2), networks, live), week)
    shown = read_known(connection, longer, networks, live, [Metric.IMPRESSIONS])
    return _report(asked, known, trend(shown, week))


def _report(asked: _Asked, known: Known, points: Sequence[TrendPoint]) -> Report:
    week, schedule = asked.week, asked.schedule
    rows = weekly_gains(known, week, reported_metrics(known.facts, asked.networks))
    rows_before = _rows_before(asked, known)
    frame = gains_frame(rows)
    due, due_next = _due(asked, week), _due(asked, week.shifted(1))
    partners = partner_rows(schedule, due, frame)
    this = _figures(asked, week, rows)
    before = _figures(asked, week.shifted(-1), rows_before)
    networks = {str(name): one.title for name, one in asked.networks.items()}
    return Report(
        campaign=schedule.campaign,
        title=schedule.title or schedule.campaign,
        week=week,
        as_of=asked.as_of,
        correction=None,
        headline=headline(week, this, as_of=asked.as_of),
        quotation=quotation(
            schedule.title or schedule.campaign, week, this, networks=networks, as_of=asked.as_of
        ),
        provisional=_is_provisional(asked, rows),
        needed=tuple(_needed(asked, rows, [*due, *due_next])),
        restated=tuple(_restated(asked, points, (this, rows), (before, rows_before))),
        compared=compare_weeks(rows, rows_before),
        learning=_learning(asked),
        comparison=compare(points),
        this=this,
        before=before,
        gains=tuple(rows),
        partners=tuple(partners),
        take_up=take_up(partners),
        punctuality=punctuality(schedule, due),
        amplification=amplification(partners, frame),
        trend=tuple(points),
        top_posts=tuple(top_posts(asked.connection, known.posts, week, as_of=asked.as_of)),
        sectors=tuple(sector_rows(schedule, partners)),
        objectives=tuple(progress(asked.connection, schedule, week, asked.as_of)),
        next_week=_posts_of(due_next),
        coming=coming(due_next, week),
        missed=known.missed,
        caveats=tuple(list_caveats(this, rows, known, week)),
        definitions=tuple(definitions_read(rows, asked.networks)),
        networks=networks,
        universe_source=schedule.audience.source if schedule.audience else None,
    )


def _rows_before(asked: _Asked, known: Known) -> Sequence[GainRow]:
    """Return the gains of the week before, as far as the page shows them."""
    metrics = (Metric.IMPRESSIONS, Metric.REACH, Metric.PAID_IMPRESSIONS, *BASKET)
    return weekly_gains(known, asked.week.shifted(-1), metrics)


def _due(asked: _Asked, week: Week) -> list[Due]:
    return due_in(asked.connection, week, asked.as_of)


def _is_provisional(asked: _Asked, rows: Iterable[GainRow]) -> bool:
    running = asked.as_of < asked.week.end_at
    return running or any(row.counted and row.provisional for row in rows)


def _needed(asked: _Asked, rows: Iterable[GainRow], due: Sequence[Due]) -> list[str]:
    asks = notes_of(asked.connection, asked.week.name, ASK, asked.as_of)
    by_rule = list_needs(asked.connection, asked.schedule, due, asked.week, asked.as_of)
    owed = numbers_owed(asked.connection, asked.schedule, rows)
    return [*(note.text for note in asks), *by_rule, *owed]


def _learning(asked: _Asked) -> Learning | None:
    note = learning_of(asked.connection, asked.week.name, asked.as_of)
    return None if note is None else learning_from(note, asked.schedule)


def learning_from(note: ReportNote, schedule: Schedule) -> Learning:
    """Return a person's sentence under the name that people know."""
    person = schedule.people.get(note.person)
    return Learning(text=note.text, person=person.name if person else note.person)


Counted = tuple[WeekFigures, Sequence[GainRow]]


def _restated(
    asked: _Asked, points: Sequence[TrendPoint], this: Counted, before: Counted
) -> list[Restated]:
    """List what differs from the reports that were sent: of this week, the last, the trend's."""
    earlier = [point.week.name for point in points]
    last = asked.week.shifted(-1).name
    sent = last_released(asked.connection, [*earlier, asked.week.name, last], asked.as_of)
    found = []
    for name, (figures, rows) in ((asked.week.name, this), (last, before)):
        if name in sent:
            found += restated_week(sent[name], figures, rows)
    older = {name: one for name, one in sent.items() if name < last}
    return found + restated_trend(older, points, sent.get(last))


def _span(asked: _Asked, weeks: int) -> Span:
    """Return so many weeks up to the asked one."""
    return span_up_to(asked.week, weeks, as_of=asked.as_of, networks=asked.networks)


def _figures(asked: _Asked, week: Week, rows: Sequence[GainRow]) -> WeekFigures:
    frame = gains_frame(rows)
    audience = asked.schedule.audience
    return WeekFigures(
        posts=_posts_of(_due(asked, week)),
        totals=tuple(sum_up(frame)),
        reach=weekly_reach(rows, audience.universe if audience else None),
        engagement=engagement(frame),
    )


def _posts_of(due: Sequence[Due]) -> PostsLive:
    """Count posts: a thread once, by its first part, and a repost in the post it passes on."""
    posts = [one for one in due if not (one.is_later_part or one.is_repost)]
    waiting = Counter(str(one.state) for one in posts if not one.is_out)
    return PostsLive(
        planned=len(posts),
        live=sum(one.is_out for one in posts),
        waiting=dict(sorted(waiting.items())),
    )
