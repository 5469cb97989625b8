"""Stops: what stands and what it holds, thrown by one person, lifted by another."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from analytics.json_values import moment
from campaign.access.rights import Action, Thing
from campaign.content.themes import theme_key
from campaign.decisions import stops
from campaign.desk_views.stop_lists import Scope, Standing, check_read, standing_stops
from campaign.models import Stop
from campaign.store.barriers import THEME
from campaign.web.api.caller import Caller, may
from campaign.web.api.problems import documented
from campaign.web.api.shapes import Asking, Id, Moment, Shape, example
from campaign.web.api.writing import Done, Writes, once

router = APIRouter(tags=["stops"])
SeesDesk = Annotated[Caller, Depends(may(Action.SEE_DESK))]
Stops = Annotated[Caller, Depends(may(Action.STOP))]
Lifts = Annotated[Caller, Depends(may(Action.LIFT_STOP))]
Kind = Literal["all", "channel", "partner", "network", "theme"]
Target = Annotated[
    str,
    Field(
        max_length=120,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="The channel, partner, network or theme; empty for `all`.",
    ),
]
Why = Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"\S")]
_WRITES = documented("not-understood", "conflict", "key-reused", "too-large", "not-json", "invalid")


class StopShape(Shape):
    """A stop that somebody threw."""

    reason: str
    stopped_by: str
    stopped_at: Moment


class StandingShape(Shape):
    """The stops of one scope, and what they hold."""

    scope: str = Field(description="`all`, `channel`, `partner`, `network` or `theme`.")
    target: str = Field(description="Empty for `all`.")
    stops: list[StopShape]
    held: list[Id] = Field(description="The first of the deliveries that are held.")
    held_in_all: int = Field(ge=0)
    fingerprint: str = Field(
        description="Names exactly what is held; hand it back to lift the stops of this scope."
    )
    may_lift: bool = Field(description="Whether the token and its person may lift them.")


class StopsShape(Shape):
    """Everything that stands."""

    stopped: bool
    standing: list[StandingShape]


class Covering(Asking):
    """What a stop covers."""

    scope: Kind
    target: Target = ""

    def covers(self) -> Scope:
        """Return it as stops know it, whatever the capitals of a theme."""
        target = theme_key(self.target) if self.scope == THEME else self.target
        return Scope(kind=self.scope, target=target)


class Thrown(Covering):
    """What is to be stopped, and why."""

    model_config = example(scope="network", target="x", reason="A wrong link is in three posts")
    reason: Why = Field(description="Everybody who asks is told.")


class ThrownShape(Shape):
    """The stop that was thrown."""

    scope: str
    target: str
    reason: str
    stopped_by: str
    stopped_at: Moment


class Lifted(Covering):
    """The stops of one scope that are to end."""

    model_config = example(
        scope="network", target="x", reason="The link is mended", fingerprint="9f86d0…"
    )
    reason: Why
    fingerprint: str = Field(
        max_length=64, description="From `GET /stops`: that this very list was read by a person."
    )


class LiftedShape(Shape):
    """What a lifted stop leaves for people to decide on; nothing of it is sent by the lifting."""

    held: list[Id]


@router.get("/stops")
def show_stops(caller: SeesDesk) -> StopsShape:
    """Return what stands, with what each holds."""
    with caller.desk.store.read() as connection:
        found = standing_stops(connection, caller.now)
    return StopsShape(stopped=bool(found), standing=[_standing(caller, one) for one in found])


@router.post("/stops", status_code=201, response_model=ThrownShape, responses=_WRITES)
def stop(caller: Stops, writing: Writes, body: Thrown) -> Response:
    """Throw a stop: within five seconds no call leaves any more within its scope."""

    def act(connection: Connection) -> Done:
        scope = body.covers()
        stops.check_target(connection, caller.schedule, scope.kind, scope.target)
        change = caller.change(body.reason.strip())
        stops.stop(connection, scope.kind, scope.target, change)
        told = ThrownShape(
            scope=scope.kind,
            target=scope.target,
            reason=change.why,
            stopped_by=change.who,
            stopped_at=str(moment(change.at)),
        )
        return Done(told, status=201)

    return once(caller, writing, body, act)


@router.post("/stops/lift", response_model=LiftedShape, responses=_WRITES)
def lift(caller: Lifts, writing: Writes, body: Lifted) -> Response:
    """Lift the stops of one scope that others threw, once what they held was read."""

    def act(connection: Connection) -> Done:
        scope = body.covers()
        for one in standing_stops(connection, caller.now):
            if one.scope == scope:
                _check_others(caller, one)
        check_read(connection, scope, body.fingerprint, caller.now)
        change = caller.change(body.reason.strip())
        held = stops.resume(connection, scope.kind, scope.target, change)
        return Done(LiftedShape(held=[one.id for one in held]))

    return once(caller, writing, body, act)


def _check_others(caller: Caller, standing: Standing) -> None:
    for one in standing.stops:
        caller.check(Action.LIFT_STOP, Thing(stopped_by=one.stopped_by))


def _standing(caller: Caller, one: Standing) -> StandingShape:
    return StandingShape(
        scope=one.scope.kind,
        target=one.scope.target,
        stops=[_stop(each) for each in one.stops],
        held=[row.id for row in one.held.rows],
        held_in_all=one.held.total,
        fingerprint=one.fingerprint,
        may_lift=all(
            caller.can(Action.LIFT_STOP, Thing(stopped_by=each.stopped_by)) for each in one.stops
        ),
    )


def _stop(one: Stop) -> StopShape:
    at = str(moment(one.stopped_at))
    return StopShape(reason=one.reason, stopped_by=one.stopped_by, stopped_at=at)
