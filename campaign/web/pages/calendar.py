"""The calendar: a week of channels by days, a month, or a day; and moving an entry by a form."""

from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.calendar_files.feeds import team_feed
from campaign.desk_views.calendar import (
    IN_CELL,
    ON_DAY_PAGE,
    Filters,
    day_list,
    month,
    week_grid,
)
from campaign.schedule.model import SingleEntry
from campaign.states import PEOPLES_WORDS, State
from campaign.web.answers import NotFoundError
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
SeesDesk = Annotated[Visitor, Depends(may(Action.SEE_DESK))]
_FIRST, _LAST = date(2000, 1, 3), date(2199, 12, 1)


def filters(
    partner: str = "", network: str = "", channel: str = "", post: str = "", state: str = ""
) -> Filters:
    """Return the filters of an address; what nobody knows finds nothing."""
    return Filters(
        partner=partner or None,
        network=network or None,
        channel=channel or None,
        post=post or None,
        state=state or None,
    )


Filtered = Annotated[Filters, Depends(filters)]


@router.get("/calendar")
def week(visitor: SeesDesk, by: Filtered, on: str = "") -> Response:
    """Show the week that a day lies in."""
    day = _day(visitor, on)
    monday = day - timedelta(days=day.weekday())
    with visitor.desk.store.read() as connection:
        grid = week_grid(connection, monday, visitor.schedule.zone, by)
    around = (monday - timedelta(days=7), monday + timedelta(days=7))
    values = {"grid": grid, "in_cell": IN_CELL, "movable": _movable(visitor)}
    return _page(visitor, "pages/calendar-week.html", by, day, around, **values)


@router.get("/calendar/team.ics")
def for_a_calendar_program(visitor: SeesDesk) -> Response:
    """Hand over the whole calendar as it stands; of what is under embargo only that it is there."""
    with visitor.desk.store.read() as connection:
        content = team_feed(connection, visitor.now)
    headers = {"Content-Disposition": 'attachment; filename="campaign.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/calendar/month")
def whole_month(visitor: SeesDesk, by: Filtered, on: str = "") -> Response:
    """Show the month that a day lies in."""
    day = _day(visitor, on)
    first = day.replace(day=1)
    with visitor.desk.store.read() as connection:
        days = month(connection, first, visitor.schedule.zone, by)
    around = ((first - timedelta(days=1)).replace(day=1), first + timedelta(days=len(days)))
    blank = first.weekday()
    return _page(visitor, "pages/calendar-month.html", by, day, around, days=days, blank=blank)


@router.get("/calendar/day")
def one_day(
    visitor: SeesDesk,
    by: Filtered,
    on: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Show everything of one day, by time."""
    day = _day(visitor, on)
    with visitor.desk.store.read() as connection:
        found = day_list(connection, day, visitor.schedule.zone, by, page=page)
    around = (day - timedelta(days=1), day + timedelta(days=1))
    pages = max(1, -(-found.total // ON_DAY_PAGE))
    values = {"found": found, "number": page, "pages_in_all": pages}
    return _page(visitor, "pages/calendar-day.html", by, day, around, **values)


def _movable(visitor: Visitor) -> frozenset[str]:
    """Return the entries that may be dragged to another day: with one time of their own."""
    if not visitor.can(Action.APPLY):
        return frozenset()
    entries = visitor.schedule.schedule
    single = [one for one in entries if isinstance(one, SingleEntry) and one.every is None]
    return frozenset(one.name for one in single)


def _day(visitor: Visitor, text: str) -> date:
    if not text:
        return visitor.now.astimezone(visitor.schedule.zone).date()
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFoundError(f"“{text}” is no day; write for example 2027-01-12.") from error
    if not _FIRST <= day <= _LAST:
        raise NotFoundError("The calendar knows the years 2000 to 2199.")
    return day


def _page(
    visitor: Visitor,
    template: str,
    by: Filters,
    day: date,
    around: tuple[date, date],
    **values: Any,
) -> Response:
    chosen = {
        name: getattr(by, name) for name in ("partner", "network", "channel", "post", "state")
    }
    narrowed = {name: value for name, value in chosen.items() if value}
    query = f"&{urlencode(narrowed)}" if narrowed else ""
    today = visitor.now.astimezone(visitor.schedule.zone).date()
    given: dict[str, Any] = {
        "day": day,
        "today": today,
        "before": around[0],
        "after": around[1],
        "chosen": chosen,
        "narrowed": narrowed,
        "query": query,
        "states": [(str(one), PEOPLES_WORDS[one]) for one in State],
    }
    return desk_page(visitor, template, **(given | values))
