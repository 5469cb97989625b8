"""Releasing a weekly report: what was learned, and its release, by whoever may on that day.

The rule is that of the page: the schedule's named person or the deputy of the day, and a token
never allows more than its person. A report that nobody releases is held.
"""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from analytics.issues import (
    LONGEST_SENTENCE,
    CannotReleaseError,
    Press,
    check_releaser,
    release_week,
    write_sentence,
)
from analytics.json_values import moment
from analytics.weeks import Week
from campaign.access.rights import Action
from campaign.desk_views.report_shelf import WeekReports, week_reports
from campaign.people import NotAllowedError
from campaign.store.reports import ASK, LEARNING
from campaign.web.api.caller import Caller, may
from campaign.web.api.problems import ProblemError, documented
from campaign.web.api.reports import WeekName, week_of
from campaign.web.api.shapes import Asking, Moment, Shape, example
from campaign.web.api.writing import Condition, Done, Writes, once_in_files

router = APIRouter(tags=["releasing"])
Releases = Annotated[Caller, Depends(may(Action.RELEASE_REPORT))]
KINDS = {"learning": LEARNING, "ask": ASK}
_ON_READ = documented(
    *("not-understood", "not-found", "conflict", "key-reused", "stale"),
    *("too-large", "not-json", "invalid", "no-condition"),
)


class ReleaseShape(Shape):
    """How a week's report stands; its `ETag` stands for the figures and sentences of it."""

    week: str = Field(examples=["2027-W03"])
    waits: bool = Field(description="Whether it is prepared and held until somebody releases it.")
    as_of: Moment | None = Field(description="What was known then stands in it.")
    learning: str = Field(description="What was learned; empty where nobody has said.")
    asks: list[str] = Field(description="What is needed from readers.")
    released_at: Moment | None
    released_by: str | None
    may_release: bool = Field(description="Whether the token's person may release it today.")


class Sentence(Asking):
    """A sentence that stands on the report's page."""

    model_config = example(kind="learning", text="Ask partners early.")
    kind: Literal["learning", "ask"]
    text: str = Field(max_length=LONGEST_SENTENCE, description="An empty one takes it back.")


class Release(Asking):
    """That the report shall go out as it was read."""

    model_config = example(mail=True)
    mail: bool = Field(description="False keeps its files alone: no reader gets a letter.")


@router.get("/reports/{week}/release", responses=documented("not-found", "invalid"))
def show_release(caller: Releases, week: WeekName, response: Response) -> ReleaseShape:
    """Return how a week's report stands, for whoever is to release it."""
    known = _known(caller, week_of(caller, week))
    response.headers["ETag"] = _tag(known)
    return _shape(caller, known)


@router.post("/reports/{week}/sentence", response_model=ReleaseShape, responses=_ON_READ)
def write_report_sentence(
    caller: Releases, writing: Writes, week: WeekName, body: Sentence, if_match: Condition = None
) -> Response:
    """Keep what was learned, or what is needed from readers."""
    found = week_of(caller, week)

    def act() -> Done:
        _check_read(_known(caller, found), if_match)
        by = (caller.person.id, caller.now)
        write_sentence(caller.desk.store, found, KINDS[body.kind], body.text, by=by)
        return _done(caller, found)

    return once_in_files(caller, writing, body, act, condition=if_match)


@router.post("/reports/{week}/release", response_model=ReleaseShape, responses=_ON_READ)
def release_report(
    caller: Releases, writing: Writes, week: WeekName, body: Release, if_match: Condition = None
) -> Response:
    """Release a prepared report: its files are frozen and its readers get it, once."""
    found = week_of(caller, week)

    def act() -> Done:
        check_releaser(caller.schedule, caller.person.id, _today(caller, found))
        known = _known(caller, found)
        if known.waits:  # else it is out, perhaps by a request that was broken off
            _check_read(known, if_match)
            _release(caller, found, mail=body.mail)
        elif known.released is None:
            raise ProblemError("conflict", f"No report of {found.name} has been prepared yet")
        return _done(caller, found)

    return once_in_files(caller, writing, body, act, condition=if_match)


def _release(caller: Caller, week: Week, *, mail: bool) -> None:
    desk = caller.desk
    if mail and desk.settings.mail is None and caller.schedule.readers():
        detail = "no mail server is set, so the readers would get nothing; send `mail: false`"
        raise ProblemError("conflict", detail)
    press = Press(store=desk.store, networks=desk.networks_by_name, schedule=caller.schedule)
    try:
        mail = mail and desk.settings.mail is not None
        release_week(press, week, caller.person.id, caller.now, mail=mail)
    except CannotReleaseError as error:
        raise ProblemError("conflict", str(error)) from error


def _known(caller: Caller, week: Week) -> WeekReports:
    with caller.desk.store.read() as connection:
        return week_reports(connection, week, caller.now)


def _check_read(known: WeekReports, condition: str | None) -> None:
    if condition is None:
        raise ProblemError("no-condition", "Send the ETag of `GET /reports/WEEK/release`")
    if condition.strip() not in {"*", _tag(known)}:
        raise ProblemError("stale", f"{known.week.name} has been changed since you read it")


def _done(caller: Caller, week: Week) -> Done:
    known = _known(caller, week)
    return Done(_shape(caller, known), etag=_tag(known))


def _tag(known: WeekReports) -> str:
    return f'"{known.fingerprint}"'


def _today(caller: Caller, week: Week) -> date:
    return caller.now.astimezone(week.zone).date()


def _shape(caller: Caller, known: WeekReports) -> ReleaseShape:
    last = known.issues[-1].issue if known.issues else None
    return ReleaseShape(
        week=known.week.name,
        waits=known.waits,
        as_of=moment(last.as_of if last else None),
        learning=known.learning.text if known.learning else "",
        asks=[one.text for one in known.asks],
        released_at=moment(last.released_at if last else None),
        released_by=last.released_by if last else None,
        may_release=_may(caller, known.week),
    )


def _may(caller: Caller, week: Week) -> bool:
    try:
        check_releaser(caller.schedule, caller.person.id, _today(caller, week))
    except NotAllowedError:
        return False
    return True
