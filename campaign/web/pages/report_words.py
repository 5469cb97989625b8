"""What people decide about a weekly report: prepare it, say what was learned, release, correct."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from analytics.issues import (
    LONGEST_REASON,
    CannotReleaseError,
    check_releaser,
    prepare,
    reissue_week,
    release_week,
    write_sentence,
)
from analytics.weeks import Week
from campaign.access.rights import Action
from campaign.desk_views.report_shelf import (
    ReadOtherwiseError,
    check_week_read,
    week_reports,
)
from campaign.people import NotAllowedError
from campaign.store.deeds import note_deed
from campaign.store.reports import ASK, LEARNING
from campaign.web.forms import Faults, Form, Posted
from campaign.web.page import go
from campaign.web.pages.reports import press_of, week_of_name, week_page
from campaign.web.visitors import Visitor, may

router = APIRouter()
Releases = Annotated[Visitor, Depends(may(Action.RELEASE_REPORT))]


@router.post("/reports/{name}/prepare")
def prepare_week(visitor: Releases, form: Posted, name: str) -> Response:
    """Fix the instant at which the week's figures are taken."""
    week = week_of_name(visitor, name)

    def do() -> str:
        if week.end_at > visitor.now:
            message = f"{week.name} is not over yet"
            raise CannotReleaseError(message)
        with visitor.desk.store.write() as connection:
            if prepare(connection, week, visitor.now).as_of == visitor.now:
                note_deed(connection, visitor.change(""), "prepared report", week.name)
        return "The report is prepared. Read it, write what was learned, and release it."

    return _try(visitor, week, form, "prepare", do)


@router.post("/reports/{name}/sentence")
def write(visitor: Releases, form: Posted, name: str) -> Response:
    """Keep what was learned, or what is needed from readers."""
    week = week_of_name(visitor, name)
    ask = form.text("kind") == ASK
    field = "ask" if ask else "learning"

    def do() -> str:
        _check_read(visitor, form, week)
        by = (visitor.person.id, visitor.now)
        kind = ASK if ask else LEARNING
        write_sentence(visitor.desk.store, week, kind, form.text(field), by=by)
        what = "What is needed from readers" if ask else "What was learned"
        return f"{what} is {'written' if form.text(field) else 'taken back'}."

    return _try(visitor, week, form, field, do)


@router.post("/reports/{name}/release")
def release(visitor: Releases, form: Posted, name: str) -> Response:
    """Release the week: freeze it and send it to its readers, once."""
    week = week_of_name(visitor, name)

    def do() -> str:
        _check(visitor, week)
        if not _is_out(visitor, week):
            _check_read(visitor, form, week)
        mail = visitor.desk.settings.mail is not None and not form.has("mail", "no")
        if not mail and visitor.schedule.readers() and not form.has("mail", "no"):
            message = "no mail server is set, so the readers would get nothing; tick “files alone”"
            raise CannotReleaseError(message)
        done = release_week(press_of(visitor), week, visitor.person.id, visitor.now, mail=mail)
        if not done.anew:
            return f"{week.name} had been released already. Nothing was sent twice."
        letters = f"{done.letters} e-mails wait to be sent" if done.letters else "no e-mail"
        return f"{week.name} is released: {len(done.files)} files are kept, {letters}."

    return _try(visitor, week, form, "release", do)


@router.post("/reports/{name}/correct")
def correct(visitor: Releases, form: Posted, name: str) -> Response:
    """Send a corrected report to those who got the one before."""
    week = week_of_name(visitor, name)

    def do() -> str:
        _check(visitor, week)
        _check_read(visitor, form, week)
        reason = " ".join(form.text("reason").split())
        if not 0 < len(reason) <= LONGEST_REASON:
            message = f"write why in a sentence of at most {LONGEST_REASON} characters"
            raise CannotReleaseError(message)
        who = visitor.person.id
        done = reissue_week(press_of(visitor), week, who, visitor.now, reason=reason)
        return f"Correction {done.issue.number - 1} of {week.name} is released."

    return _try(visitor, week, form, "reason", do)


def _check(visitor: Visitor, week: Week) -> None:
    on = visitor.now.astimezone(week.zone).date()
    check_releaser(visitor.schedule, visitor.person.id, on)


def _check_read(visitor: Visitor, form: Form, week: Week) -> None:
    """Refuse what is decided on a page that somebody else has made untrue meanwhile."""
    with visitor.desk.store.read() as connection:
        check_week_read(connection, week, form.raw("seen"), visitor.now)


def _is_out(visitor: Visitor, week: Week) -> bool:
    with visitor.desk.store.read() as connection:
        return week_reports(connection, week, visitor.now).released is not None


def _try(visitor: Visitor, week: Week, form: Form, field: str, do: Callable[[], str]) -> Response:
    faults = Faults()
    try:
        said = do()
    except (CannotReleaseError, NotAllowedError, ReadOtherwiseError) as error:
        sentence = str(error)
        faults.add(field, f"{sentence[0].upper()}{sentence[1:]}")
        return week_page(visitor, week, form, faults)
    return go(visitor, f"/reports/{week.name}", said=said)
