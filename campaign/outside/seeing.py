"""What somebody outside sees by their link: that one post as it would go out, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from campaign.decisions.as_shown import Shown
from campaign.models import Delivery
from campaign.outside.links import ENDED, TAKEN_BACK, Link, asked_for, link_in
from campaign.partner_page.invitations import LinkError
from campaign.payload import Payload
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.barriers import quiet_at
from campaign.store.deliveries import get_deliveries
from campaign.store.embargoes import under_embargo
from campaign.store.gates import closed_kinds
from campaign.store.payloads import load_payload
from campaign.store.tables import CHANNEL

USED_YES = "You have said yes. That is written down, and there is nothing more to do."
USED_NO = "You have sent this back. You are asked again once it has been changed."
CHANGED = "This has changed since you were asked. A new link comes once it is ready for you."
NOT_WANTED = "Your answer is not needed any more: it was decided otherwise, or does not go out."
NOT_NOW = "This is not shown for now. Open the link again later."


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What goes out with the same words, pictures and link, and on which accounts."""

    content: Payload
    content_hash: str
    where: tuple[tuple[str, str], ...]
    """Account and network of each, such as @ico.example and x."""
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a link shows at one instant."""

    link: Link
    shown: tuple[Shown, ...]
    why_not: str
    """Why there is nothing to decide, in a sentence; empty where there is."""
    wordings: tuple[Wording, ...]
    post: str

    def payloads(self) -> tuple[Payload, ...]:
        """Return the contents, for their pictures."""
        return tuple(one.content for one in self.wordings)


def seen_by(
    connection: Connection, schedule: Schedule, token: str, keys: Sequence[str], now: datetime
) -> Seen:
    """Return what a link shows; raise `LinkError` where it is forged, taken back or over."""
    link = link_in(connection, schedule, token, keys)
    shown = tuple(asked_for(connection, link))
    there = get_deliveries(connection, [one.delivery for one in shown])
    why_not = _why_not(connection, link, shown, there, now)
    listed = [there[one.delivery] for one in shown if one.delivery in there]
    return Seen(
        link=link,
        shown=shown,
        why_not=why_not,
        wordings=() if why_not else tuple(_wordings(connection, listed)),
        post=listed[0].post.replace("-", " ").capitalize() if listed else "",
    )


def _why_not(
    connection: Connection,
    link: Link,
    shown: Sequence[Shown],
    there: dict[str, Delivery],
    now: datetime,
) -> str:
    if link.decision is not None:
        return USED_YES if link.decision == "yes" else USED_NO
    if link.ended_at is not None:
        raise LinkError(TAKEN_BACK)
    if now >= link.expires_at:
        raise LinkError(ENDED)
    asked = {(one.delivery, one.content_hash, one.wall_time) for one in shown}
    if {(one.id, one.content_hash, one.wall_time) for one in there.values()} != asked:
        return CHANGED
    closed = closed_kinds(connection, list(there.values()))
    waits = (
        one.state == State.AWAITING_APPROVAL and link.kind in closed.get(one.id, ())
        for one in there.values()
    )
    if not all(waits):
        return NOT_WANTED
    listed = list(there.values())
    quiet = quiet_at(connection, listed, now)
    hidden = under_embargo(connection, list(there), now)
    return NOT_NOW if hidden or any(quiet.get(one.id) for one in listed) else ""


def _wordings(connection: Connection, deliveries: Sequence[Delivery]) -> list[Wording]:
    handles = {row.id: row.handle for row in connection.execute(select(CHANNEL))}
    found: dict[object, list[Delivery]] = {}
    contents: dict[str, Payload] = {}
    for one in sorted(deliveries, key=lambda one: (one.due_at, one.id)):
        content = contents.setdefault(one.content_hash, load_payload(connection, one.content_hash))
        same = (content.text, content.media, content.link, content.form)
        found.setdefault(same, []).append(one)
    return [
        Wording(
            content=contents[some[0].content_hash],
            content_hash=", ".join(dict.fromkeys(one.content_hash[:12] for one in some)),
            where=tuple((handles[one.channel] or one.channel, one.network) for one in some),
            due_at=some[0].due_at,
        )
        for some in found.values()
    ]
