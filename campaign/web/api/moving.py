"""Moving an entry of the schedule: what that changes is shown first, then done as it was shown.

The rules are those of the page: only the entry and what gives way to it is planned, and what others
have written in the files since the last apply stays where it is.
"""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.composing.moving import Moving, NewTime, move, propose_moving
from campaign.schedule.faults import FaultsFound
from campaign.schedule.model import SingleEntry
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.api.caller import Caller, may
from campaign.web.api.plans import LineShape, bench_of, lines_of
from campaign.web.api.posts import PostId
from campaign.web.api.problems import ProblemError, documented
from campaign.web.api.shapes import Asking, Shape, example
from campaign.web.api.taking_out import CHANGED, EntryName, cannot_write
from campaign.web.api.writing import Done, Writes, once_in_files

router = APIRouter(tags=["writing"])
Applies = Annotated[Caller, Depends(may(Action.APPLY))]
ADDRESS = "/posts/{post}/entries/{entry}/moving"
WHEN = "By the campaign's clocks, as schedule.yaml has it; an offset may follow."
PRINTED = "^[ -~]{1,40}$"
_WRITES = documented(
    *("not-understood", "not-found", "conflict", "key-reused"),
    *("too-large", "not-json", "invalid"),
)


class MovingShape(Shape):
    """What moving an entry does; hand `to` and `plan` back to do exactly that."""

    post: str = Field(examples=["law-helps"])
    entry: str = Field(examples=["law-helps"])
    to: str = Field(examples=["2027-01-12 14:00"])
    plan: str
    deliveries: list[LineShape] = Field(description="Those that change, others' that give way too.")
    stays: list[str] = Field(description="Sentences on what can change no more, and what follows.")


class MovedBy(Asking):
    """That an entry shall be moved as it was shown."""

    model_config = example(to="2027-01-12 14:00", plan="9f86d0…", reason="After the conference")
    to: str = Field(pattern=PRINTED, description=WHEN)
    plan: str = Field(max_length=64, description="As `GET` at this address shows it.")
    reason: str = Field(default="", max_length=1_000, description="Why; it stands in the record.")


@router.get(ADDRESS, responses=documented("not-found", "conflict", "invalid"))
def show_moving(
    caller: Applies,
    post: PostId,
    entry: EntryName,
    to: Annotated[
        str,
        Query(pattern=PRINTED, description=WHEN, examples=["2027-01-12 14:00"]),
    ],
) -> MovingShape:
    """Return what moving a post's entry to another time would change."""
    return _shape(post, _proposed(caller, post, NewTime(entry, to)))


@router.post(ADDRESS, response_model=MovingShape, responses=_WRITES)
def move_entry(
    caller: Applies, writing: Writes, post: PostId, entry: EntryName, body: MovedBy
) -> Response:
    """Move a post's entry, unless what was shown has changed since.

    Within its day an approval stays; on another day it has to be given again.
    """

    def act() -> Done:
        shown = _proposed(caller, post, NewTime(entry, body.to))
        if body.plan != shown.fingerprint:
            raise ProblemError("conflict", CHANGED)
        reason = body.reason.strip()
        change = replace(caller.change(reason or f"moved to {body.to}"), reason=reason)
        try:
            move(bench_of(caller), caller.desk.store, shown, change)
        except FaultsFound as error:
            raise _to_mend(error) from error
        except StalePlanError as error:
            raise ProblemError("conflict", str(error)) from error
        except OSError as error:
            raise ProblemError("fault", cannot_write(error)) from error
        return Done(_shape(post, shown))

    return once_in_files(caller, writing, body, act)


def _proposed(caller: Caller, post: str, wanted: NewTime) -> Moving:
    listed = caller.schedule.schedule
    known = next((one for one in listed if one.name == wanted.entry), None)
    if not isinstance(known, SingleEntry) or known.post != post:
        detail = f"“{post}” has no applied entry “{wanted.entry}” with a time of its own"
        raise ProblemError("not-found", detail)
    store = caller.desk.store
    try:
        return propose_moving(bench_of(caller), store, caller.schedule, wanted, caller.now)
    except CannotRewriteError as error:
        raise ProblemError("conflict", f"It cannot be moved so: {error}") from error
    except FaultsFound as error:
        raise _to_mend(error) from error


def _to_mend(error: FaultsFound) -> ProblemError:
    sentences = "; ".join(one.message for one in error.faults)
    return ProblemError("conflict", f"It cannot be moved so: {sentences}")


def _shape(post: str, shown: Moving) -> MovingShape:
    found, wanted = shown.difference, shown.wanted
    return MovingShape(
        post=post,
        entry=wanted.entry,
        to=wanted.at,
        plan=shown.fingerprint,
        deliveries=lines_of(found),
        stays=[*found.frozen, *found.notes],
    )
