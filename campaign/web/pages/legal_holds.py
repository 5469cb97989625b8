"""Legal holds: which stand, placing one for a matter, and lifting it; for admins."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection, select
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.models_records import LegalHold
from campaign.records.asked import NothingAskedError
from campaign.records.holds import ALL, Wanted, all_holds, lift_hold, place_hold
from campaign.records.question import day_in
from campaign.store.tables import DELIVERY
from campaign.web.forms import NO_FORM, Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.desk_page import desk_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Holds = Annotated[Visitor, Depends(may(Action.HOLD_RECORDS))]


@router.get("/legal-holds")
def show(visitor: Holds) -> Response:
    """Show the holds that stand and those that are over, and ask for a new one."""
    return _page(visitor, NO_FORM, Faults())


@router.post("/legal-holds")
def place(visitor: Holds, form: Posted) -> Response:
    """Place a hold: nothing that it covers is deleted from now on."""
    faults = Faults()
    matter = faults.wanted(form, "matter", "Write what it is for, such as the number of a claim")
    reason = faults.wanted(form, "reason", "Write why; it stands in the record")
    first, last, ends = (_day(form, faults, name) for name in ("from", "until", "ends"))
    if not faults:
        scope, _, target = form.text("covers").partition(":")
        wanted = Wanted(
            matter=matter,
            scope=scope or ALL,
            target=target,
            from_on=first,
            until_on=last,
            ends_at=_after(visitor, ends),
        )
        try:
            with visitor.desk.store.write() as connection:
                number = place_hold(connection, wanted, visitor.change(reason))
        except NothingAskedError as error:
            faults.add("covers", _as_sentence(error))
        else:
            said = f"Legal hold {number} is placed: nothing that it covers is deleted."
            return go(visitor, "/legal-holds", said=said)
    return _page(visitor, form, faults)


@router.post("/legal-holds/lift")
def lift(visitor: Holds, form: Posted) -> Response:
    """Lift a hold; what is past its time then goes with the next round."""
    faults = Faults()
    number = form.text("hold")
    reason = faults.wanted(form, "why", "Write why it may end; it stands in the audit")
    if not faults:
        try:
            with visitor.desk.store.write() as connection:
                lift_hold(connection, _number(number), visitor.change(reason))
        except NothingAskedError:
            faults.add("why", "That hold does not stand any more: somebody has lifted it")
        else:
            return go(visitor, "/legal-holds", said=f"Legal hold {number} is lifted.")
    return _page(visitor, form, faults)


def _number(text: str) -> int:
    """Return the number of a hold; one that none can have where it is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(form: Form, faults: Faults, name: str) -> date | None:
    try:
        return day_in(form.text(name))
    except NothingAskedError as error:
        faults.add(name, _as_sentence(error))
        return None


def _after(visitor: Visitor, last: date | None) -> datetime | None:
    """Return when a hold ends whose last day is given: the midnight after it."""
    if last is None:
        return None
    return datetime.combine(last + timedelta(days=1), time(), visitor.facts.zone())


def _as_sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}"


def _page(visitor: Visitor, form: Form, faults: Faults) -> Response:
    with visitor.desk.store.read() as connection:
        holds = all_holds(connection)
        posts = _posts(connection)
    schedule = visitor.schedule
    standing = [one for one in holds if _stands(one, visitor.now)]
    return desk_page(
        visitor,
        "pages/legal-holds.html",
        status=422 if faults else 200,
        standing=standing,
        past=[one for one in reversed(holds) if one not in standing],
        groups=[
            (
                "A partner",
                [(f"partner:{one}", known.name) for one, known in schedule.partners.items()],
            ),
            ("A channel", [(f"channel:{one}", one) for one in schedule.channels]),
            ("A post", [(f"post:{one}", one) for one in posts]),
        ],
        form=form,
        faults=faults,
    )


def _posts(connection: Connection) -> list[str]:
    query = select(DELIVERY.c.post).distinct().order_by(DELIVERY.c.post)
    return list(connection.execute(query).scalars())


def _stands(one: LegalHold, now: datetime) -> bool:
    return one.lifted_by is None and (one.ends_at is None or one.ends_at > now)
