"""What a partner says about one of its posts: yes, no, other words, or where it stands."""

from collections.abc import Callable

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.decisions.approvals import CannotDecideError
from campaign.partner_links.posts import PartnerPost
from campaign.partner_links.reporting import Report, ReportError, report
from campaign.partnering.answers import accept as say_yes
from campaign.partnering.answers import ask_for_change
from campaign.partnering.answers import decline as say_no
from campaign.web.answers import ConflictError
from campaign.web.forms import Faults, Form
from campaign.web.partner.guests import Guest, Invited, PostedByLink
from campaign.web.partner.looks import go_on
from campaign.web.partner.post_page import post_page
from campaign.web.partner.times import TimeError, time_in
from campaign.web.visitors import anyone

router = APIRouter(prefix="/partner/{token}", dependencies=[Depends(anyone)])
MOVED_ON = "This post has just been changed. Open it again to see where it stands now."
LONGEST = 2_000
"""Characters of a reason or a wish."""


@router.post("/accept/{delivery:path}")
def accept(guest: Invited, delivery: str, form: PostedByLink) -> Response:
    """Take a yes to what was seen: to other words it is none."""
    post = guest.post(delivery)
    if not post.may_accept or form.text("seen") != post.delivery.content_hash:
        raise ConflictError(MOVED_ON)
    _say(lambda: say_yes(guest.store, post.id, guest.who, guest.now))
    return go_on(guest.path_of(post), "accepted")


@router.post("/decline/{delivery:path}")
def decline(guest: Invited, delivery: str, form: PostedByLink) -> Response:
    """Take a no, with a reason if there is one."""
    post = guest.post(delivery)
    if not post.may_decline:
        raise ConflictError(MOVED_ON)
    faults = Faults()
    reason = _text(form, "reason", faults)
    if faults:
        return post_page(guest, post, form=form, faults=faults)
    _say(lambda: say_no(guest.store, post.id, guest.who, reason, guest.now))
    return go_on(guest.path_of(post), "declined")


@router.post("/change/{delivery:path}")
def change(guest: Invited, delivery: str, form: PostedByLink) -> Response:
    """Take a wish for other words: the post goes back to its author and approvers."""
    post = guest.post(delivery)
    if not (post.may_decline and post.payload):
        raise ConflictError(MOVED_ON)
    faults = Faults()
    faults.wanted(form, "wish", "Say what should be different.")
    wish = _text(form, "wish", faults)
    if faults:
        return post_page(guest, post, form=form, faults=faults)
    _say(lambda: ask_for_change(guest.store, post.id, guest.who, wish, guest.now))
    return go_on(guest.path_of(post), "asked")


@router.post("/posted/{delivery:path}")
def posted(guest: Invited, delivery: str, form: PostedByLink) -> Response:
    """Record that a post is out, if its address is of that network and account."""
    post, faults = guest.post(delivery), Faults()
    url = faults.wanted(form, "url", "Paste the address of your post.")
    new = None
    try:
        if not faults:
            new = _report(guest, post, url, form)
    except TimeError as error:
        faults.add("time", str(error))
    except ReportError as error:
        faults.add(error.field, str(error))
    if new is None:
        return post_page(guest, post, form=form, faults=faults)
    return go_on(guest.path_of(post), "reported" if new else "known")


def _report(guest: Guest, post: PartnerPost, url: str, form: Form) -> bool:
    at = time_in(form.text("time"), guest.schedule.zone)
    said = Report(url=url, published_at=at, who=guest.who)
    with guest.store.write() as connection:
        return report(connection, post, guest.network_of(post), said, guest.now)


def _text(form: Form, field: str, faults: Faults) -> str:
    text = form.text(field)
    if len(text) > LONGEST:
        faults.add(field, f"Write at most {LONGEST:,} characters; these are {len(text):,}.")
    return text


def _say(word: Callable[[], object]) -> None:
    """Take an answer; where it no longer applies, tell the partner without names of ours."""
    try:
        word()
    except CannotDecideError as error:
        raise ConflictError(MOVED_ON) from error
