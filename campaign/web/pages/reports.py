"""Weekly reports: the shelf, one week with its figures and files, and how each figure came."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.responses import Response

from analytics.charts import Chart
from analytics.due import due_in
from analytics.explain import FIGURES, explain, rows_behind
from analytics.gain_rows import GainRow
from analytics.issues import Press
from analytics.numbers import exact
from analytics.report_parts import Contents
from analytics.tiles import tiles
from analytics.weeks import NoSuchWeekError, Week, parse_week
from campaign.access.rights import Action
from campaign.desk_views.report_shelf import WeekReports, shelf, week_reports
from campaign.models_reports import ReportIssue
from campaign.store.tables import REPORT_FILE, REPORT_ISSUE
from campaign.web.addresses import Number
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form
from campaign.web.light_pictures import lightened
from campaign.web.pages.built_reports import built_reports
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
SeesReports = Annotated[Visitor, Depends(may(Action.SEE_REPORTS))]
ON_PAGE = 200
"""Lines that an explanation shows; the CSV of the report has them all."""
POSTS_LIVE = "posts-live"
TILES = (POSTS_LIVE, "times-shown", "people", "engagement-rate")
"""What each figure at the head of the page is called where it is explained, in their order."""


@router.get("/reports")
def show_shelf(visitor: SeesReports) -> Response:
    """Show every week that is over."""
    with visitor.desk.store.read() as connection:
        weeks = shelf(connection, visitor.schedule, visitor.now)
    return desk_page(visitor, "pages/reports.html", weeks=weeks)


@router.get("/reports/{name}")
def show_week(visitor: SeesReports, name: str) -> Response:
    """Show one week: its figures, what people said of it, and what has gone out."""
    return week_page(visitor, week_of_name(visitor, name), NO_FORM, Faults())


@router.get("/reports/{name}/chart/{number}")
def chart(visitor: SeesReports, name: str, number: Number, at: str = "") -> Response:
    """Show a chart of a week as a picture; `at` makes its address that of one report."""
    week = week_of_name(visitor, name)
    _, charts = _made(visitor, week, _as_of(visitor, week))
    if not 0 <= number < len(charts):
        raise NotFoundError
    kept = {"Cache-Control": "private, max-age=3600" if at else "no-store"}
    return Response(lightened(charts[number].png), media_type="image/png", headers=kept)


@router.get("/reports/{name}/files/{number}/{file}")
def download(visitor: SeesReports, name: str, number: Number, file: str) -> Response:
    """Give out a file of a released report, byte for byte as it was sent."""
    week = week_of_name(visitor, name)
    query = (
        select(REPORT_FILE.c.content, REPORT_FILE.c.media_type, REPORT_FILE.c.sha256)
        .join(REPORT_ISSUE, REPORT_ISSUE.c.id == REPORT_FILE.c.issue_id)
        .where(REPORT_ISSUE.c.week == week.name, REPORT_ISSUE.c.number == number)
        .where(REPORT_FILE.c.name == file, REPORT_ISSUE.c.released_at.is_not(None))
    )
    with visitor.desk.store.read() as connection:
        found = connection.execute(query).first()
    if found is None:
        raise NotFoundError("No such file was sent with a report of that week.")
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "ETag": f'"{found.sha256}"'}
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/reports/{name}/explain/{figure}")
def explain_figure(visitor: SeesReports, name: str, figure: str, delivery: str = "") -> Response:
    """Show what a figure is made of, down to the readings of one delivery."""
    week = week_of_name(visitor, name)
    as_of = _as_of(visitor, week)
    report, _ = _made(visitor, week, as_of)
    if figure == POSTS_LIVE:
        with visitor.desk.store.read() as connection:
            due = due_in(connection, week, as_of)
        return desk_page(visitor, "pages/explain-posts.html", report=report, due=due, week=week)
    if figure not in FIGURES:
        raise NotFoundError(f"There is no figure “{figure}” in the report.")
    rows = [row for metric in FIGURES[figure] for row in rows_behind(report, metric)]
    chosen = [row for row in rows if row.delivery == delivery] if delivery else rows[:ON_PAGE]
    if delivery and not chosen:
        raise NotFoundError(f"No line of {week.name} is of “{delivery}”.")
    with visitor.desk.store.read() as connection:
        found = explain(connection, chosen, week, as_of)
    return desk_page(
        visitor,
        "pages/explain.html",
        report=report,
        week=week,
        exact=exact,
        how=_how,
        figure=figure,
        delivery=delivery,
        found=found,
        number=len(rows),
    )


def week_page(visitor: Visitor, week: Week, form: Form, faults: Faults) -> Response:
    """Return the page of one week, with a form that was sent and what is wrong with it."""
    with visitor.desk.store.read() as connection:
        known = week_reports(connection, week, visitor.now)
    report, charts = _of_week(visitor, known)
    on = visitor.now.astimezone(week.zone).date()
    reporting = visitor.schedule.report
    may_release = visitor.can(Action.RELEASE_REPORT) and (
        reporting is None or visitor.person.id in reporting.releasers(on)
    )
    return desk_page(
        visitor,
        "pages/report.html",
        status=422 if faults else 200,
        week=week,
        known=known,
        report=report,
        tiles=list(zip(TILES, tiles(report), strict=True)) if report else [],
        charts=charts,
        may_release=may_release,
        releasers=reporting.releasers(on) if reporting else (),
        form=form,
        faults=faults,
    )


def press_of(visitor: Visitor) -> Press:
    """Return what reports are made with."""
    desk = visitor.desk
    return Press(store=desk.store, networks=desk.networks_by_name, schedule=visitor.schedule)


def week_of_name(visitor: Visitor, name: str) -> Week:
    """Return the week of an address; raise `NotFoundError` where that is none."""
    try:
        return parse_week(name, zone=visitor.schedule.zone, now=visitor.now)
    except (NoSuchWeekError, OverflowError) as error:
        raise NotFoundError(f"“{name}” is no week; write for example 2027-W03.") from error


def _of_week(visitor: Visitor, known: WeekReports) -> tuple[Contents | None, tuple[Chart, ...]]:
    """Return the report that readers hold, else the prepared one; none before that."""
    held = known.released or (known.issues[-1] if known.issues else None)
    return _made(visitor, known.week, held.issue.as_of) if held else (None, ())


def _made(visitor: Visitor, week: Week, as_of: datetime) -> tuple[Contents, tuple[Chart, ...]]:
    return built_reports(visitor.request).of(press_of(visitor), week, as_of)


def _as_of(visitor: Visitor, week: Week) -> datetime:
    with visitor.desk.store.read() as connection:
        query = select(REPORT_ISSUE.c.as_of, REPORT_ISSUE.c.released_at)
        rows = connection.execute(
            query.where(REPORT_ISSUE.c.week == week.name).order_by(REPORT_ISSUE.c.number)
        ).all()
    if not rows:
        raise NotFoundError(f"No report of {week.name} has been prepared yet.")
    sent: list[ReportIssue] = [row for row in rows if row.released_at is not None]  # type: ignore[misc]
    as_of: datetime = (sent or rows)[-1].as_of
    return as_of


def _how(row: GainRow) -> str:
    if row.gain is None:
        return row.reason or "no reading"
    how = str(row.gain.method)
    how += "" if row.counted else ", not counted: a surer source or the owner's post is"
    return f"{how}, provisional" if row.provisional else how
