"""A person's word on one delivery: settle, send now, move, drop, withdraw.

Each is made by the function that the pages and the command line make it with, on the state that
the caller has read, and answers with the delivery as it stands then.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from campaign.access.rights import Action
from campaign.decisions import settling, times, withdrawing, witnessed
from campaign.publishing.takedown import take_down
from campaign.schedule.local_time import NoSuchTimeError
from campaign.schedule.values import read_wall_time
from campaign.web.api.caller import Caller, may
from campaign.web.api.deliveries import DeliveryId
from campaign.web.api.one_delivery import check_condition, delivery_at, etag_of, read_one
from campaign.web.api.problems import ProblemError, Wrong, documented
from campaign.web.api.shapes import Asking, OneDeliveryShape, example
from campaign.web.api.writing import Condition, Done, Writes, once

router = APIRouter(tags=["decisions"])
Decides = Annotated[Caller, Depends(may(Action.DECIDE))]
Settles = Annotated[Caller, Depends(may(Action.SETTLE))]
Withdraws = Annotated[Caller, Depends(may(Action.WITHDRAW))]
Reason = Annotated[str, Field(max_length=1_000, description="Why; it stands in the record.")]
WORKER = "api"
_ALL = documented(
    *("not-understood", "not-found", "conflict", "key-reused", "stale"),
    *("too-large", "not-json", "invalid", "no-condition"),
)


class Settled(Asking):
    """A person's word on what nobody knew."""

    model_config = example(url="https://x.example/ico/status/1")
    url: str | None = Field(
        max_length=2_000,
        description="Where the live post was found; null where it did not go out.",
    )


class Again(Asking):
    """That it shall go out now."""

    model_config = example(reason="The link works again")
    reason: Reason = ""


class MovedTo(Asking):
    """That it shall go out at another time."""

    model_config = example(to="2027-01-12 14:00", reason="After the press conference")
    to: str = Field(
        max_length=40,
        description="By the campaign's clocks, within its hours; an offset may follow.",
        examples=["2027-01-12 14:00"],
    )
    reason: Reason = ""


class Dropped(Asking):
    """That it shall not go out."""

    model_config = example(reason="Overtaken by the news")
    reason: Reason = ""


class WithdrawnFor(Asking):
    """That a post shall not stand."""

    model_config = example(reason="The figure in it is wrong")
    reason: str = Field(
        min_length=1,
        max_length=1_000,
        pattern=r"\S",
        description="Why; it stands in the record, and partners whom it concerns read it.",
    )


@router.post(
    "/deliveries/{delivery_id:path}/settle", response_model=OneDeliveryShape, responses=_ALL
)
def settle(
    caller: Settles,
    writing: Writes,
    delivery_id: DeliveryId,
    body: Settled,
    if_match: Condition = None,
) -> Response:
    """Say whether an unknown is out: at an address, or not at all."""
    if body.url is not None and not witnessed.is_address(body.url):
        wrong = Wrong(at="body.url", what="Write the address of the post, or null.")
        raise ProblemError("invalid", "Wrong or missing: body.url", errors=[wrong])

    def act(connection: Connection) -> object:
        if body.url is None:
            change = caller.change("looked: it did not go out")
            return settling.settle_not_published(connection, delivery_id, change)
        delivery = delivery_at(connection, delivery_id)
        change = caller.change(f"looked: it is out at {body.url}")
        network, first = caller.desk.network_of(delivery), caller.desk.first_read_at
        return witnessed.settle_seen(connection, change, network, (delivery_id, body.url), first)

    return _decide(caller, writing, (delivery_id, if_match), body, act)


@router.post(
    "/deliveries/{delivery_id:path}/send-now", response_model=OneDeliveryShape, responses=_ALL
)
def send_now(
    caller: Decides,
    writing: Writes,
    delivery_id: DeliveryId,
    body: Again,
    if_match: Condition = None,
) -> Response:
    """Send what is held, missed or refused at once, as far as it is approved."""

    def act(connection: Connection) -> object:
        when = times.at_once(caller.schedule, caller.now)
        change = caller.change(body.reason or "send now")
        return settling.send_at(connection, delivery_id, change, when, caller.roles)

    return _decide(caller, writing, (delivery_id, if_match), body, act)


@router.post("/deliveries/{delivery_id:path}/move", response_model=OneDeliveryShape, responses=_ALL)
def move(
    caller: Decides,
    writing: Writes,
    delivery_id: DeliveryId,
    body: MovedTo,
    if_match: Condition = None,
) -> Response:
    """Give what is held, missed or refused a time to come."""

    def act(connection: Connection) -> object:
        try:
            due_at = read_wall_time(body.to.replace("T", " ")).instant(caller.schedule.zone)
        except (NoSuchTimeError, ValueError, OverflowError) as error:
            wrong = Wrong(at="body.to", what=str(error))
            raise ProblemError("invalid", "Wrong or missing: body.to", errors=[wrong]) from error
        when = times.later(caller.schedule, caller.now, due_at)
        change = caller.change(body.reason or "moved")
        return settling.send_at(connection, delivery_id, change, when, caller.roles)

    return _decide(caller, writing, (delivery_id, if_match), body, act)


@router.post("/deliveries/{delivery_id:path}/drop", response_model=OneDeliveryShape, responses=_ALL)
def drop(
    caller: Decides,
    writing: Writes,
    delivery_id: DeliveryId,
    body: Dropped,
    if_match: Condition = None,
) -> Response:
    """Take what is held, missed or refused out for good."""

    def act(connection: Connection) -> object:
        change = caller.change(body.reason or "dropped")
        return settling.drop(connection, delivery_id, change)

    return _decide(caller, writing, (delivery_id, if_match), body, act)


@router.post(
    "/deliveries/{delivery_id:path}/withdraw", response_model=OneDeliveryShape, responses=_ALL
)
def withdraw(
    caller: Withdraws,
    writing: Writes,
    delivery_id: DeliveryId,
    body: WithdrawnFor,
    if_match: Condition = None,
) -> Response:
    """Withdraw a post with what comes after it in its thread.

    What has not gone out is cancelled at once; what is live is taken down after this answer, as
    `withdrawal.stage` tells when it is read again.
    """
    ids: list[str] = []

    def act(connection: Connection) -> object:
        ids.extend(withdrawing.with_later_parts(connection, [delivery_id]))
        mail = caller.desk.settings.mail is not None
        change = caller.change(body.reason.strip())
        schedule = caller.schedule
        return withdrawing.withdraw_all(connection, ids, change, schedule, mail=mail)

    answer = _decide(caller, writing, (delivery_id, if_match), body, act)
    rig = caller.desk.rig(WORKER)
    for one in ids:  # none where it was done before: then whoever did it has seen to this
        take_down(rig, one)
    return answer


def _decide(
    caller: Caller,
    writing: Writes,
    on: tuple[str, str | None],
    body: Asking,
    act: Callable[[Connection], object],
) -> Response:
    """Decide once, on the delivery as it was read, and answer with it as it stands then."""
    delivery_id, condition = on

    def done(connection: Connection) -> Done:
        check_condition(connection, caller, delivery_id, condition)
        act(connection)
        shape = read_one(connection, caller, delivery_id)
        return Done(shape, etag=etag_of(shape))

    return once(caller, writing, body, done, condition=condition)
