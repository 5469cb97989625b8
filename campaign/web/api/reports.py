"""The weekly reports: the archive, one as JSON, and what stands behind a figure of it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from analytics.due import due_in
from analytics.explain import FIGURES, explain, explain_top, rows_behind
from analytics.explain_json import (
    POSTS_LIVE,
    TOP_POSTS,
    figure_values,
    posts_live_values,
    top_posts_values,
)
from analytics.issues import Press
from analytics.json_values import moment
from analytics.report_json import report_values
from analytics.report_parts import Contents
from analytics.weeks import NoSuchWeekError, Week, parse_week
from campaign.access.rights import Action
from campaign.desk_views.report_shelf import OnShelf, shelf, week_reports
from campaign.web.api.caller import Caller, may
from campaign.web.api.problems import ProblemError, documented
from campaign.web.api.shapes import Moment, Shape
from campaign.web.pages.built_reports import built_reports

router = APIRouter(tags=["reports"])
SeesReports = Annotated[Caller, Depends(may(Action.SEE_REPORTS))]
WeekName = Annotated[
    str,
    Path(pattern="^[0-9]{4}-W[0-9]{2}$", description="An ISO week.", examples=["2027-W03"]),
]
Figure = Annotated[
    str,
    Path(
        pattern="^[a-z-]{1,40}$",
        description=f"One of {', '.join((*FIGURES, POSTS_LIVE, TOP_POSTS))}.",
        examples=["times-shown"],
    ),
]


class WeekShape(Shape):
    """One week that is over."""

    week: str = Field(examples=["2027-W03"])
    start_at: Moment = Field(alias="from")
    end_at: Moment = Field(alias="to")
    number: int | None = Field(description="Which issue; null where none was prepared.")
    as_of: Moment | None = Field(description="What was known then stands in it.")
    released_at: Moment | None = Field(description="Null until somebody has released it.")
    released_by: str | None


class ReportsShape(Shape):
    """The archive, the latest week first."""

    reports: list[WeekShape]


class ReportShape(BaseModel):
    """The report as `campaign report --format json` writes it: these keys, and more.

    A number that is missing is null, never 0, and `reason` beside it says why.
    """

    model_config = ConfigDict(extra="allow")
    campaign: str
    week: str = Field(examples=["2027-W03"])
    start_at: Moment = Field(alias="from")
    end_at: Moment = Field(alias="to")
    as_of: Moment = Field(description="What was known then stands in it.")
    headline: str
    gains: list[dict[str, Any]] = Field(
        description="One of each delivery and metric: `net`, `gross`, `correction`, `method`, "
        "`lower`, `upper`, `provisional`, `definition`, `read_from`, `read_to`, `evidence`."
    )
    totals: list[dict[str, Any]] = Field(description="One of each metric, with its `coverage`.")
    reach: dict[str, Any] = Field(
        description="People newly reached in the week by at least one post, as `lower` and "
        "`upper`: reach is never summed. `without` names the channels that give none."
    )
    partners: list[dict[str, Any]]
    caveats: list[str] = Field(description="What was missing, in sentences.")


class ExplainedShape(Shape):
    """What a figure is made of, as `campaign explain --json` has it."""

    week: str
    as_of: Moment
    figure: str
    lines: list[dict[str, Any]] = Field(
        description="Gains with the readings at both ends of the week; of `posts-live` and "
        "`top-posts`, the deliveries."
    )


@router.get("/reports", responses=documented("not-found"))
def list_reports(caller: SeesReports) -> ReportsShape:
    """List every week of the campaign that is over."""
    with caller.desk.store.read() as connection:
        weeks = shelf(connection, caller.schedule, caller.now)
    return ReportsShape(reports=[_week(one) for one in weeks])


@router.get("/reports/{week}", responses=documented("not-found", "invalid"))
def show_report(caller: SeesReports, week: WeekName) -> ReportShape:
    """Return the report of a week as its readers hold it, or else as it waits for its release."""
    found = week_of(caller, week)
    return ReportShape.model_validate(report_values(_report(caller, found)))


@router.get("/reports/{week}/figures/{figure}", responses=documented("not-found", "invalid"))
def explain_figure(
    caller: SeesReports,
    week: WeekName,
    figure: Figure,
    delivery: Annotated[
        str | None, Query(pattern="^[ -~]{1,400}$", description="Only this delivery's lines.")
    ] = None,
) -> ExplainedShape:
    """Return what a figure of the report is made of, down to the readings."""
    found = week_of(caller, week)
    if figure not in (*FIGURES, POSTS_LIVE, TOP_POSTS):
        raise ProblemError("not-found", f"There is no figure “{figure}” in the report")
    return ExplainedShape.model_validate(_explained(caller, found, figure, delivery))


def _explained(caller: Caller, week: Week, figure: str, delivery: str | None) -> dict[str, Any]:
    report = _report(caller, week)
    with caller.desk.store.read() as connection:
        if figure == POSTS_LIVE:
            due = due_in(connection, week, report.as_of)
            return posts_live_values(report, [one for one in due if delivery in (None, one.id)])
        if figure == TOP_POSTS:
            posts = [one for one in report.top_posts if delivery in (None, one.delivery)]
            steps = explain_top(connection, posts, report.as_of)
            return top_posts_values(report, posts, steps)
        rows = [row for metric in FIGURES[figure] for row in rows_behind(report, metric)]
        rows = [row for row in rows if delivery in (None, row.delivery)]
        return figure_values(report, figure, explain(connection, rows, week, report.as_of))


def _report(caller: Caller, week: Week) -> Contents:
    desk = caller.desk
    press = Press(store=desk.store, networks=desk.networks_by_name, schedule=caller.schedule)
    as_of = _as_of(caller, week)
    return built_reports(caller.request).without_charts(press, week, as_of)


def _as_of(caller: Caller, week: Week) -> datetime:
    with caller.desk.store.read() as connection:
        known = week_reports(connection, week, caller.now)
    held = known.released or (known.issues[-1] if known.issues else None)
    if held is None:
        raise ProblemError("not-found", f"No report of {week.name} has been prepared yet")
    return held.issue.as_of


def week_of(caller: Caller, name: str) -> Week:
    """Return the week of an address; raise a problem where it names none."""
    try:
        return parse_week(name, zone=caller.schedule.zone, now=caller.now)
    except (NoSuchWeekError, OverflowError) as error:
        raise ProblemError("not-found", f"“{name}” is no week; write 2027-W03") from error


def _week(one: OnShelf) -> WeekShape:
    issue = one.issue
    return WeekShape.model_validate(
        {
            "week": one.week.name,
            "from": moment(one.week.start_at),
            "to": moment(one.week.end_at),
            "number": issue.number if issue else None,
            "as_of": moment(issue.as_of if issue else None),
            "released_at": moment(issue.released_at if issue else None),
            "released_by": issue.released_by if issue else None,
        }
    )
