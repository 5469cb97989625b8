"""Letters: which ones somebody wants, on their own page, and those that did not get there."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from campaign.access.people import PARTNER, READER
from campaign.access.rights import Action
from campaign.mailing.outbox import letters_of, settle
from campaign.notices.choices import ALL, choose
from campaign.notices.kinds import DIGEST, TROUBLE, WORDS, Kind
from campaign.store.deeds import note_deed
from campaign.web.answers import ConflictError
from campaign.web.forms import Faults, Posted
from campaign.web.page import go
from campaign.web.visitors import SeesSelf, Visitor, may

router = APIRouter()
Settles = Annotated[Visitor, Depends(may(Action.SETTLE))]
OTHERS_ALONE = "Turned off, it still comes for posts that you look after."
WAYS = ("arrived", "again")


def offered_to(visitor: Visitor) -> list[dict[str, Any]]:
    """Return what somebody may choose; nothing for those who get no such letters."""
    person = visitor.person
    if not person.email or not person.roles - {READER, PARTNER}:
        return []
    kinds = [
        {"value": str(kind), "text": words.choice, "hint": OTHERS_ALONE if kind in TROUBLE else ""}
        for kind, words in WORDS.items()
    ]
    hint = "Once a day, what is still open. Nothing open, no letter."
    return [*kinds, {"value": DIGEST, "text": "The daily letter", "hint": hint}]


@router.post("/you/letters")
def choose_letters(visitor: SeesSelf, form: Posted) -> Response:
    """Write which letters somebody wants."""
    wanted = {one for one in form.all("wanted") if one in {*map(str, Kind), DIGEST}}
    with visitor.desk.store.write() as connection:
        choose(connection, visitor.person.id, wanted, visitor.change("chose on the page"))
    said = "You get every letter." if len(wanted) == len(ALL) else "Your choice is kept."
    return go(visitor, "/you", said=said)


@router.post("/letters/settle")
def settle_letter(visitor: Settles, form: Posted) -> Response:
    """Take a person's word on a letter: it has arrived, or it is to be sent again."""
    faults = Faults()
    way = faults.one_of(form, "do", WAYS, "Say whether it has arrived")
    letter_id, seen = form.text("letter"), form.text("seen")
    with visitor.desk.store.write() as connection:
        found = [one for one in letters_of(connection, letter_id) if one.id == letter_id]
        fits = bool(found) and str(found[0].attempt) == seen and not faults
        if not (fits and settle(connection, found[0], arrived=way == "arrived", now=visitor.now)):
            message = "This letter has moved on since the page was made. Look again."
            raise ConflictError(message)
        note_deed(connection, visitor.change("said on the page"), f"letter {way}", letter_id)
    said = "Kept: it has arrived." if way == "arrived" else "It is sent again within a minute."
    return go(visitor, "/now", said=said)
