"""doctor's look at the public address: whether the networks that fetch pictures reach us there."""

from sqlalchemy import select

from campaign.cli.output import counted
from campaign.cli.session import Session
from campaign.payload import payload_from_json
from campaign.public_settings import MISSING
from campaign.states import State
from campaign.store.tables import CHANNEL, DELIVERY, PAYLOAD

AHEAD = (State.AWAITING_APPROVAL, State.PLANNED, State.HELD)


def look(session: Session) -> tuple[bool, str] | None:
    """Return whether all is well and what was seen; None where nothing is to be fetched."""
    public = session.desk.settings.public
    if public is None:
        waiting = _to_be_fetched(session)
        if not waiting:
            return None
        what = counted(waiting, "delivery", "deliveries")
        return False, f"none, and {what} ahead with pictures that a network fetches. {MISSING}"
    why = session.desk.showing.open()
    if session.desk.showing.is_reached(public.url):
        return True, f"{public.url} leads here"
    remedy = why or (
        f"let the reverse proxy hand on what is asked there to {public.host}:{public.port}"
    )
    return False, f"{public.url} does not lead here: {remedy}"


def _to_be_fetched(session: Session) -> int:
    """Count the deliveries still to go out whose pictures a network fetches."""
    fetching = [
        str(name)
        for name, one in session.desk.networks.items()
        if one.capabilities.fetches_media and one.connect is not None
    ]
    query = (
        select(PAYLOAD.c.body)
        .join(DELIVERY, DELIVERY.c.content_hash == PAYLOAD.c.content_hash)
        .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
        .where(DELIVERY.c.network.in_(fetching), DELIVERY.c.state.in_(AHEAD))
        .where(CHANNEL.c.mode != "pack")
    )
    with session.desk.store.read() as connection:
        bodies = connection.execute(query).scalars()
        return sum(bool(payload_from_json(one).media) for one in bodies)
