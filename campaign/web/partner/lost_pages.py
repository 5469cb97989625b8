"""What stands where a link opens nothing: how to get a new one, without saying who is known."""

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from campaign.partner_links.lost import ANSWER, Post, ask_again
from campaign.partnering.reminders import stop_reminders
from campaign.web.partner.guests import UNDER, PostedByLink
from campaign.web.partner.looks import bare_page
from campaign.web.partner.typed import typed_words
from campaign.web.visitors import Anyone, anyone, visitor_of

router = APIRouter(prefix="/partner", dependencies=[Depends(anyone)])
STOPPED = "No more reminders come to this address. What you are asked, and what is withdrawn, does."
NO_SUCH = "This link stops nothing: it is not whole. Open it as it stands in the e-mail."


@router.get("/lost")
def lost(visitor: Anyone) -> Response:
    """Show how to ask for a new link."""
    return bare_page(visitor, "partner/lost.html", fault="", answer="", texts=())


@router.post("/lost")
def ask(visitor: Anyone, form: PostedByLink) -> Response:
    """Take a request for a lost link; whoever asks is told the same."""
    schedule, settings = visitor.facts.schedule(), visitor.desk.settings
    if schedule is not None and settings.secret_keys and settings.public is not None:
        post = Post(
            schedule=schedule, keys=settings.secret_keys, address=f"{settings.public.url}{UNDER}"
        )
        with visitor.desk.store.write() as connection:
            ask_again(connection, post, form.text("address"), visitor.now)
    return bare_page(visitor, "partner/lost.html", fault="", answer=ANSWER, texts=())


@router.get("/stop/{token}")
def before_stop(visitor: Anyone, token: str) -> Response:
    """Ask whether reminders shall stop; opening the link changes nothing, since scanners do so."""
    return bare_page(visitor, "partner/stop.html", token=token, told="")


@router.post("/stop/{token}")
def stop(visitor: Anyone, token: str, form: PostedByLink) -> Response:
    """Stop the reminders to an address: by its page, or at once by a mail program (RFC 8058)."""
    del form  # a mail program sends `List-Unsubscribe=One-Click`; there is nothing else to say
    known = stop_reminders(visitor.desk.store, token, visitor.now) if "@" not in token else None
    told = NO_SUCH if known is None else STOPPED
    return bare_page(
        visitor, "partner/stop.html", status=200 if known else 404, token=token, told=told
    )


async def tell_link_gone(request: Request, error: Exception) -> Response:
    """Answer a link that opens nothing; what somebody wrote meanwhile is shown, to be copied."""
    texts = await typed_words(request)

    def told() -> Response:
        values = {"fault": str(error), "answer": "", "texts": texts}
        return bare_page(visitor_of(request), "partner/lost.html", status=404, **values)

    return await run_in_threadpool(told)
