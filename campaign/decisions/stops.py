"""The stop switch: thrown by anybody, lifted by somebody else, and nothing resumes by itself."""

from sqlalchemy import ColumnElement, Connection, insert, select, update

from campaign.decisions.approvals import CannotDecideError
from campaign.models import Delivery
from campaign.people import NotAllowedError
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.barriers import THEME, active_stops, barrier
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change, delivery_of, modes, move
from campaign.store.tables import DELIVERY, STOP
from campaign.store.themes import known_themes, posts_about


def stop(connection: Connection, scope: str, target: str, change: Change) -> None:
    """Throw a stop; every call to a network from now on is forbidden within its scope."""
    connection.execute(
        insert(STOP).values(
            scope=scope,
            target=target,
            reason=change.why,
            stopped_by=change.who,
            stopped_at=change.at,
        )
    )
    note_deed(connection, change, "stop", f"{scope} {target}".strip())


def promise(scope: str) -> str:
    """Say what a stop of this scope lets through."""
    if scope == THEME:
        return "Nothing about it leaves any more but to take posts down; counts are still read"
    return "No call leaves any more but to take posts down"


def check_target(connection: Connection, schedule: Schedule, scope: str, target: str) -> None:
    """Refuse a stop of what neither the schedule nor any applied post knows."""
    known = {
        "all": [""],
        "channel": list(schedule.channels),
        "partner": list(schedule.partners),
        "network": sorted({one.network for one in schedule.channels.values()}),
        THEME: known_themes(connection) if scope == THEME else [],
    }.get(scope, [])
    if target not in known:
        raise CannotDecideError(f"there is no {scope} “{target}”; known are: {', '.join(known)}")


def resume(connection: Connection, scope: str, target: str, change: Change) -> list[Delivery]:
    """Lift the stops of one scope; return what they held, for a person to go through.

    What was held stays held, what was missed stays missed, and what became due while no worker
    was there to hold it is held first: a stop's end sends nothing. Whoever threw a stop cannot
    lift it.
    """
    mine = [one for one in active_stops(connection) if (one.scope, one.target) == (scope, target)]
    if not mine:
        standing = "; ".join(
            f"{one.scope} {one.target}".strip() for one in active_stops(connection)
        )
        raise CannotDecideError(f"no such stop is on; standing: {standing or 'none'}")
    for one in mine:
        if one.stopped_by == change.who:
            raise NotAllowedError(f"{change.who} threw this stop; another person has to lift it")
    _hold_what_is_due(connection, change)
    ids = [one.id for one in mine]
    connection.execute(
        update(STOP).where(STOP.c.id.in_(ids)).values(lifted_by=change.who, lifted_at=change.at)
    )
    note_deed(connection, change, "lift stop", f"{scope} {target}".strip())
    query = select(DELIVERY).where(DELIVERY.c.state == State.HELD, *covered(scope, target))
    rows = connection.execute(query.order_by(DELIVERY.c.due_at))
    return [delivery_of(row) for row in rows]


def covered(scope: str, target: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a delivery lies in the scope of a stop."""
    if scope == "all":
        return ()
    if scope == THEME:
        return (DELIVERY.c.post.in_(posts_about(target)),)
    return (DELIVERY.c[scope] == target,)


def _hold_what_is_due(connection: Connection, change: Change) -> None:
    mode_of = modes(connection)
    query = select(DELIVERY).where(
        DELIVERY.c.state.in_([State.PLANNED, State.AWAITING_APPROVAL]),
        DELIVERY.c.due_at <= change.at,
    )
    for one in [delivery_of(row) for row in connection.execute(query)]:
        why = barrier(connection, one, change.at)
        if why and mode_of[one.channel] != "pack":
            held = Change(who="campaign", at=change.at, why=why)
            move(connection, one, State.HELD, held, {"note": why})
