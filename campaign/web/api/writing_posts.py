"""Writing posts: a draft is begun, written, and sent for approval by the rules of the pages.

Files stay the truth: what is written goes into `posts/` and `schedule.yaml`, comments kept. A post
is written on what its writer has read of it, and sent as it was shown.
"""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.apply import StalePlanError
from campaign.composing.folder import (
    ChangedMeanwhileError,
    NoSuchPostError,
    Opened,
    open_post,
    save_post,
)
from campaign.composing.judging import judge
from campaign.composing.manuscript import Manuscript
from campaign.composing.sending import CannotSendError, Submission, propose_sending, send
from campaign.composing.starting import start_post
from campaign.schedule.faults import FaultsFound
from campaign.schedule.rewriting import CannotRewriteError
from campaign.web.api.caller import Caller, may
from campaign.web.api.manuscripts import (
    LONGEST_TEXT,
    EntryShape,
    FindingShape,
    ManuscriptBody,
    WrittenShape,
    body_of,
    finding_shape,
    manuscript_of,
)
from campaign.web.api.plans import LineShape, bench_of, lines_of
from campaign.web.api.posts import PostId
from campaign.web.api.problems import ProblemError, Wrong, documented
from campaign.web.api.shapes import Asking, Shape, example
from campaign.web.api.writing import Condition, Done, Writes, once_in_files

router = APIRouter(tags=["writing"])
Authors = Annotated[Caller, Depends(may(Action.WRITE))]
_WRITES = documented("not-understood", "conflict", "key-reused", "too-large", "not-json", "invalid")
_ON_READ = documented(
    *("not-understood", "not-found", "conflict", "key-reused", "stale"),
    *("too-large", "not-json", "invalid", "no-condition"),
)


class Begun(Asking):
    """A new draft, which goes nowhere yet."""

    model_config = example(title="Ask early", text="Ask early, and write down why.")
    title: str = Field(min_length=1, max_length=500, pattern=r"\S")
    text: str = Field(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")


class SendingShape(Shape):
    """What sending a post for approval would do; hand `plan` back to do exactly that."""

    post: str
    ready: bool
    plan: str = Field(description="Empty where something has to be mended first.")
    deliveries: list[LineShape]
    findings: list[FindingShape]


class Sent(Asking):
    """That a post shall be sent for approval as it was shown."""

    model_config = example(plan="9f86d0…", reason="For Tuesday")
    plan: str = Field(max_length=64, description="From `GET /posts/POST/sending`.")
    reason: str = Field(default="", max_length=1_000)


@router.post("/posts", status_code=201, response_model=WrittenShape, responses=_WRITES)
def begin_post(caller: Authors, writing: Writes, body: Begun) -> Response:
    """Begin a post: a draft of its own, named after its title."""

    def act() -> Done:
        title = " ".join(body.title.split())
        try:
            post = start_post(caller.desk.settings.folder, title, body.text.strip())
        except (CannotRewriteError, FaultsFound) as error:
            wrong = Wrong(at="body.text", what=str(error))
            raise ProblemError("invalid", str(error), errors=[wrong]) from error
        opened = _opened(caller, post)
        return Done(_written(caller, opened), status=201, etag=_tag(opened))

    return once_in_files(caller, writing, body, act)


@router.get("/posts/{post}/manuscript", responses=documented("not-found", "conflict", "invalid"))
def show_manuscript(caller: Authors, post: PostId, response: Response) -> WrittenShape:
    """Return a post as its files have it, with what there is to say about it."""
    opened = _opened(caller, post)
    response.headers["ETag"] = _tag(opened)
    return _written(caller, opened)


@router.post("/posts/{post}/manuscript", response_model=WrittenShape, responses=_ON_READ)
def write_post(
    caller: Authors,
    writing: Writes,
    post: PostId,
    body: ManuscriptBody,
    if_match: Condition = None,
) -> Response:
    """Write a post and its time into the files; nothing is sent by this."""

    def act() -> Done:
        opened = _opened(caller, post)
        wanted = manuscript_of(body, opened.manuscript)
        saved = opened
        if opened.manuscript != wanted:  # else a request that was broken off has done it
            _check_read(opened, if_match)
            saved = _saved(caller, opened, wanted)
        return Done(_written(caller, saved), etag=_tag(saved))

    return once_in_files(caller, writing, body, act, condition=if_match)


@router.get("/posts/{post}/sending", responses=documented("not-found", "conflict", "invalid"))
def show_sending(caller: Authors, post: PostId) -> SendingShape:
    """Return what sending a post for approval would add, change and cancel."""
    return _sending_shape(post, _proposed(caller, post))


@router.post("/posts/{post}/sending", response_model=SendingShape, responses=_ON_READ)
def send_post(caller: Authors, writing: Writes, post: PostId, body: Sent) -> Response:
    """Send a post for approval, unless what was shown has changed since."""

    def act() -> Done:
        found = _proposed(caller, post)
        if not isinstance(found, Submission):
            errors = [Wrong(at=one.at, what=one.what) for one in found]
            raise ProblemError("conflict", "Something has to be mended first", errors=errors)
        if body.plan != found.fingerprint:
            raise ProblemError("conflict", "Things have changed since you read this; look again")
        reason = body.reason.strip()
        change = replace(caller.change(reason or "sent for approval"), reason=reason)
        try:
            send(bench_of(caller), caller.desk.store, found, change)
        except StalePlanError as error:
            raise ProblemError("conflict", str(error)) from error
        return Done(_sending_shape(post, found))

    return once_in_files(caller, writing, body, act)


def _opened(caller: Caller, post: str) -> Opened:
    try:
        return open_post(caller.desk.settings.folder, post)
    except NoSuchPostError as error:
        raise ProblemError("not-found", str(error)) from error
    except FaultsFound as error:
        first = error.faults[0]
        detail = f"“{post}” has to be mended in its files first, line {first.line}: {first.message}"
        raise ProblemError("conflict", detail) from error


def _saved(caller: Caller, opened: Opened, wanted: Manuscript) -> Opened:
    try:
        return save_post(caller.desk.settings.folder, opened.post, wanted, opened.mark)
    except ChangedMeanwhileError as error:
        raise ProblemError("stale", str(error)) from error
    except (CannotRewriteError, FaultsFound) as error:
        found = judge(bench_of(caller), opened, wanted).findings
        shapes = [finding_shape(one) for one in found if one.blocks]
        errors = [Wrong(at=one.at, what=one.what) for one in shapes]
        detail = "It could not be read again as it is meant, so nothing was written"
        raise ProblemError("invalid", detail, errors=errors) from error


def _check_read(opened: Opened, condition: str | None) -> None:
    if condition is None:
        raise ProblemError("no-condition", "Send the ETag of the manuscript in If-Match")
    if condition.strip() not in {"*", _tag(opened)}:
        raise ProblemError("stale", f"“{opened.post}” has been changed since you read it")


def _proposed(caller: Caller, post: str) -> Submission | tuple[FindingShape, ...]:
    _opened(caller, post)
    store, schedule = caller.desk.store, caller.schedule
    try:
        return propose_sending(bench_of(caller), store, schedule, post, caller.now)
    except CannotSendError as error:
        return tuple(finding_shape(one) for one in error.findings)
    except FaultsFound as error:
        return tuple(FindingShape(at="body", what=one.message, blocks=True) for one in error.faults)


def _sending_shape(post: str, found: Submission | tuple[FindingShape, ...]) -> SendingShape:
    if not isinstance(found, Submission):
        return SendingShape(post=post, ready=False, plan="", deliveries=[], findings=list(found))
    return SendingShape(
        post=post,
        ready=True,
        plan=found.fingerprint,
        deliveries=lines_of(found.difference),
        findings=[finding_shape(one) for one in found.judgement.findings],
    )


def _written(caller: Caller, opened: Opened) -> WrittenShape:
    judgement = judge(bench_of(caller), opened, opened.manuscript)
    return WrittenShape(
        post=opened.post,
        draft=opened.manuscript.draft,
        manuscript=body_of(opened.manuscript),
        entries=[EntryShape(name=name, queue=queue) for name, queue in opened.entries.items()],
        findings=[finding_shape(one) for one in judgement.findings],
        page=f"{caller.desk.settings.pages_url}/posts/{opened.post}",
    )


def _tag(opened: Opened) -> str:
    return f'"{opened.mark}"'
