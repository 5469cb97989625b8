"""Reads a post's and an account's numbers on Bluesky.

They come from the public index, which is silent about a post that it has not seen yet as well as
about one that is gone; the account's own server tells the two apart.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.bluesky_facts import ACCOUNT_METRICS, CAPABILITIES, METRICS
from connectors.bluesky_repository import Place, get, place_of
from connectors.bluesky_session import BlueskySession, Xrpc
from connectors.contract import AccountReading, MetricReading, Missing, NotSent, RemoteId
from connectors.http import Purpose
from connectors.readings import account_reading, post_reading, unread_post


def read_posts(
    session: BlueskySession, remote_ids: Sequence[RemoteId], *, now: Callable[[], datetime]
) -> list[MetricReading]:
    """Read counts in the order asked, 25 to a call."""
    readings = []
    for start in range(0, len(remote_ids), CAPABILITIES.read_batch):
        batch = remote_ids[start : start + CAPABILITIES.read_batch]
        places = {one: _place(session, one) for one in batch}
        counts = _counts(session, [str(one) for one in places.values() if one])
        observed_at = now()
        readings += [_reading(session, one, places[one], counts, observed_at) for one in batch]
    return readings


def read_followers(session: BlueskySession, *, now: Callable[[], datetime]) -> AccountReading:
    """Read the account's followers (`app.bsky.actor.getProfile`)."""
    query = (("actor", session.who().did),)
    call = Xrpc(purpose=Purpose.READ, name="app.bsky.actor.getProfile", query=query)
    answer = session.ask_index(call)
    if not answer.ok or "did" not in answer.mapping():
        raise session.error(answer, Purpose.READ)
    return account_reading(answer.mapping(), ACCOUNT_METRICS, observed_at=now())


def _place(session: BlueskySession, remote_id: RemoteId) -> Place | None:
    """Put the DID where an address names the account's handle: the index knows only DIDs."""
    place = place_of(remote_id)
    if place is None or place.account.startswith("did:"):
        return place
    return Place(account=session.who().did, key=place.key)


def _counts(session: BlueskySession, uris: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    if not uris:
        return {}
    query = tuple(("uris", one) for one in uris)
    call = Xrpc(purpose=Purpose.READ, name="app.bsky.feed.getPosts", query=query)
    answer = session.ask_index(call)
    posts = answer.mapping().get("posts")
    if not answer.ok or not isinstance(posts, list):
        raise session.error(answer, Purpose.READ)
    return {str(one.get("uri")): one for one in posts if isinstance(one, dict)}


def _reading(
    session: BlueskySession,
    remote_id: RemoteId,
    place: Place | None,
    counts: Mapping[str, Mapping[str, Any]],
    observed_at: datetime,
) -> MetricReading:
    if place is None:
        reason = Missing.NETWORK_ERROR
    elif str(place) in counts:
        return post_reading(remote_id, counts[str(place)], METRICS, observed_at=observed_at)
    else:
        reason = _why_not_counted(session, place)
    return unread_post(remote_id, reason, METRICS, observed_at=observed_at)


def _why_not_counted(session: BlueskySession, place: Place) -> Missing:
    try:
        return Missing.POST_GONE if get(session, place) is None else Missing.NOT_YET
    except NotSent:
        # One post that cannot be looked up must not cost the readings of all others.
        return Missing.NETWORK_ERROR
