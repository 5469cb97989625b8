"""Taking a post out of the schedule: what that cancels is shown first, then done as it was shown.

The rules are those of the page: what is out stays out, and nothing is done on an older look.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.composing.taking_out import TakingOut
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.api.caller import Caller, may
from campaign.web.api.plans import LineShape, bench_of, lines_of
from campaign.web.api.posts import PostId
from campaign.web.api.problems import ProblemError, documented
from campaign.web.api.shapes import Asking, Shape, example
from campaign.web.api.writing import Done, Writes, once_in_files
from campaign.web.taking_out import Shown, carry_out_of, propose_out

router = APIRouter(tags=["writing"])
Applies = Annotated[Caller, Depends(may(Action.APPLY))]
EntryName = Annotated[
    str,
    Path(
        pattern="^[ -~]{1,200}$",
        description="The entry's own name, else that of its post or queue.",
        examples=["law-helps"],
    ),
]
ADDRESS = "/posts/{post}/entries/{entry}/taking-out"
CHANGED = "Things have changed since you read this; look again"
_WRITES = documented(
    *("not-understood", "not-found", "conflict", "key-reused"),
    *("too-large", "not-json", "invalid"),
)


class TakingOutShape(Shape):
    """What taking a post out of the schedule does; hand `plan` back to do exactly that."""

    post: str = Field(examples=["law-helps"])
    entry: str = Field(examples=["law-helps"])
    plan: str
    deliveries: list[LineShape] = Field(
        description="Those that are cancelled; of a queue also those that move up."
    )
    facts: list[str] = Field(description="What else changes in the schedule, in words.")
    stays: list[str] = Field(description="Sentences on what nothing is done to, and why.")


class TakenOut(Asking):
    """That a post shall be taken out as it was shown."""

    model_config = example(plan="9f86d0…", reason="Overtaken by events")
    plan: str = Field(max_length=64, description="As `GET` at this address shows it.")
    reason: str = Field(default="", max_length=1_000, description="Why; it stands in the record.")


@router.get(ADDRESS, responses=documented("not-found", "conflict", "invalid"))
def show_taking_out(caller: Applies, post: PostId, entry: EntryName) -> TakingOutShape:
    """Return what taking a post out of the schedule would cancel, and what it would leave."""
    return _shape(post, _proposed(caller, post, entry))


@router.post(ADDRESS, response_model=TakingOutShape, responses=_WRITES)
def take_post_out(
    caller: Applies, writing: Writes, post: PostId, entry: EntryName, body: TakenOut
) -> Response:
    """Take a post out of the schedule, unless what was shown has changed since.

    What is out stays out. What is cancelled is not planned again: put back later, its entry needs
    another name.
    """

    def act() -> Done:
        shown = _proposed(caller, post, entry)
        if body.plan != shown.fingerprint:
            raise ProblemError("conflict", CHANGED)
        try:
            carry_out_of(caller, bench_of(caller), shown, body.reason.strip())
        except StalePlanError as error:
            raise ProblemError("conflict", str(error)) from error
        except OSError as error:
            raise ProblemError("fault", cannot_write(error)) from error
        return Done(_shape(post, shown))

    return once_in_files(caller, writing, body, act)


def cannot_write(error: OSError) -> str:
    """Say why nothing was done."""
    return f"schedule.yaml cannot be written ({error.strerror}); nothing was done"


def _proposed(caller: Caller, post: str, entry: str) -> Shown:
    try:
        return propose_out(caller, bench_of(caller), post, entry)
    except LookupError as error:
        raise ProblemError("not-found", str(error)) from error
    except CannotRewriteError as error:
        raise ProblemError("conflict", f"It cannot be taken out here: {error}") from error
    except FaultsFound as error:
        first = error.faults[0]
        detail = f"it has to be mended first: {first.file}, line {first.line}: {first.message}"
        raise ProblemError("conflict", detail) from error


def _shape(post: str, shown: Shown) -> TakingOutShape:
    found = shown.difference
    stays = shown.stays if isinstance(shown, TakingOut) else ()
    return TakingOutShape(
        post=post,
        entry=shown.entry,
        plan=shown.fingerprint,
        deliveries=lines_of(found),
        facts=list(found.facts),
        stays=[*found.frozen, *found.notes, *stays],
    )
