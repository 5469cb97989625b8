"""The page of somebody outside who is asked for a yes: no account, no cookie, that post alone."""

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from campaign.decisions.approvals import CannotDecideError
from campaign.outside.answering import Answer, answer
from campaign.outside.office import UNDER, Office
from campaign.outside.seeing import Seen, seen_by
from campaign.partner_page.invitations import LinkError
from campaign.people import NotAllowedError
from campaign.store.media import file_of
from campaign.web.answers import NotFoundError
from campaign.web.forms import NO_FORM, Faults, Form
from campaign.web.partner.guests import PostedByLink
from campaign.web.partner.looks import HEADERS, bare_page, go_on
from campaign.web.partner.post_page import ENDINGS
from campaign.web.partner.typed import typed_words
from campaign.web.streaming import streamed
from campaign.web.visitors import Anyone, Visitor, anyone, visitor_of

router = APIRouter(prefix="/outside/{token}", dependencies=[Depends(anyone)])
LONGEST_COMMENT = 1_000
GONE, CONFLICT = 404, 409


class OutsideGoneError(Exception):
    """A link that opens nothing; the message says why and what to do."""


@router.get("")
def show(visitor: Anyone, token: str) -> Response:
    """Show exactly what would go out, or in a sentence why there is nothing to decide."""
    return _page(visitor, token, NO_FORM, Faults())


@router.post("")
def say(visitor: Anyone, token: str, form: PostedByLink) -> Response:
    """Take a yes or a no to what the link is bound to."""
    faults = Faults()
    way = faults.one_of(form, "do", ("approve", "send-back"), "Choose to approve or to send back")
    comment = form.text("comment")
    if way == "send-back" and not comment:
        faults.add("comment", "Write what is to be mended, so that the author knows")
    if len(comment) > LONGEST_COMMENT:
        faults.add("comment", f"Write at most {LONGEST_COMMENT} characters")
    if faults:
        return _page(visitor, token, form, faults)
    said = Answer(token=token, is_yes=way == "approve", comment=comment)
    try:
        with visitor.desk.store.write() as connection:
            answer(connection, said, _office(visitor))
    except LinkError as error:
        raise OutsideGoneError(str(error)) from error
    except (CannotDecideError, NotAllowedError):
        # The page says what stands in the way, in words for somebody outside.
        return _page(visitor, token, form, Faults(), status=CONFLICT)
    return go_on(f"{UNDER}/{token}", "said")


@router.get("/picture/{sha256}")
def picture(visitor: Anyone, token: str, sha256: str) -> Response:
    """Show a picture of what may be seen; nothing else."""
    seen = _seen(visitor, token)
    known = {one.sha256 for payload in seen.payloads() for one in payload.all_media()}
    file = None
    if sha256 in known:
        with visitor.desk.store.read() as connection:
            file = file_of(connection, sha256)
    if file is None:
        raise NotFoundError("There is no such picture, or it is not shown for now.")
    ending = ENDINGS.get(file.media_type, "bin")
    how = "attachment" if ending == "bin" else "inline"
    headers = {"Content-Disposition": f'{how}; filename="{sha256[:6]}.{ending}"'}
    return streamed(file.content, media_type=file.media_type, headers=HEADERS | headers)


async def tell_gone(request: Request, error: Exception) -> Response:
    """Answer a link that opens nothing; a comment typed meanwhile is shown, to be copied."""
    if not isinstance(error, OutsideGoneError):
        raise error
    texts = await typed_words(request)

    def told() -> Response:
        values = {"fault": str(error), "texts": texts}
        visitor = visitor_of(request)
        return bare_page(visitor, "partner/outside-gone.html", status=GONE, **values)

    return await run_in_threadpool(told)


def _page(
    visitor: Visitor, token: str, form: Form, faults: Faults, *, status: int = 200
) -> Response:
    seen = _seen(visitor, token)
    person = _office(visitor).schedule.people[seen.link.person]
    return bare_page(
        visitor,
        "partner/outside.html",
        status=422 if faults else status,
        seen=seen,
        base=f"{UNDER}/{token}",
        person=person,
        networks=visitor.desk.networks_by_name,
        form=form,
        faults=faults,
        texts=[one for one in [form.text("comment")] if one],
    )


def _seen(visitor: Visitor, token: str) -> Seen:
    office = _office(visitor)
    try:
        with visitor.desk.store.read() as connection:
            return seen_by(connection, office.schedule, token, office.keys, office.now)
    except LinkError as error:
        raise OutsideGoneError(str(error)) from error


def _office(visitor: Visitor) -> Office:
    schedule, settings = visitor.facts.schedule(), visitor.desk.settings
    if schedule is None or not settings.secret_keys:
        raise OutsideGoneError("This link does not work here. Ask whoever sent it.")
    public = settings.public.url if settings.public else settings.pages_url
    return Office(
        schedule=schedule, keys=settings.secret_keys, address=f"{public}{UNDER}", now=visitor.now
    )
