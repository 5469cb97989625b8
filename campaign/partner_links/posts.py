"""What a partner sees of the campaign: its own posts, and of those what it may see right now.

What of them it may see is `campaign.store.sight`'s to say, as for packs and calendars: each look
asks anew, also for a single picture. Whatever is another partner's does not exist here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from campaign.models import Delivery
from campaign.payload import Form, Payload, PayloadMedia
from campaign.states import State
from campaign.store.barriers import quiet_at
from campaign.store.embargoes import embargoes
from campaign.store.gates import closed_kinds
from campaign.store.media import File, file_of
from campaign.store.payloads import read_to_show
from campaign.store.sight import Because, Place, may_see, out_of_sight
from campaign.store.tables import CHANNEL, DELIVERY, PARTNER_QUESTION, PAYLOAD, WITHDRAWAL

PARTNERS_GATE = "partner"
BY_HAND = "pack"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """What stands between a partner and one of its posts at one instant."""

    waits_for: tuple[str, ...]
    """The kinds of gates that are closed."""
    embargo_until: datetime | None
    """None where there is no embargo, or none any more."""
    hidden: Because | None
    """Why words and pictures are not shown; None where they are."""
    quiet: str
    """Why nobody should post it now; empty where nothing is in the way."""
    withdrawn: bool
    is_past: bool
    """Whether its time has come."""
    answer_by: datetime | None
    """Until when the partner is asked for its yes; None where nobody has asked yet."""


@dataclass(frozen=True, kw_only=True)
class PartnerPost:
    """One post on one of the partner's channels, as the partner may see it at one instant."""

    delivery: Delivery
    handle: str
    server: str | None
    mode: str
    sight: Sight
    body: str | None = field(repr=False)
    """The content as it is stored; None while it may not be seen."""

    @cached_property
    def payload(self) -> Payload | None:
        """What to post, media without their bytes; None while it may not be seen.

        Read when it is asked for, since of a long list most is only counted; a sentence in place of
        its words where they were let go under a rule of keeping.
        """
        return read_to_show(self.body, self.delivery.content_hash) if self.is_seen else None

    @property
    def is_seen(self) -> bool:
        """Whether the partner may see its words and pictures."""
        return self.body is not None

    @property
    def id(self) -> str:
        """The delivery's id."""
        return self.delivery.id

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.delivery.state)

    @property
    def waits_for_partner(self) -> bool:
        """Whether all but the partner have said yes, and its own yes still counts."""
        return not self.sight.withdrawn and _is_asked(self.state, self.sight)

    @property
    def may_accept(self) -> bool:
        """Whether the partner can say yes: to what it can see."""
        return self.waits_for_partner and self.is_seen

    @property
    def may_decline(self) -> bool:
        """Whether the partner can say no, also to what it has said yes to."""
        is_open = self.waits_for_partner or self.state in {State.PLANNED, State.WITH_PARTNER}
        return is_open and not self.sight.withdrawn

    @property
    def is_to_be_posted(self) -> bool:
        """Whether it is for the partner to post it by hand."""
        return self.state is State.WITH_PARTNER and not self.sight.withdrawn

    @property
    def may_report(self) -> bool:
        """Whether the partner can say that it is out: also after all."""
        by_hand = self.mode == BY_HAND and not self.sight.withdrawn
        return by_hand and self.state in {State.WITH_PARTNER, State.NO_ANSWER, State.DECLINED}

    @property
    def may_count(self) -> bool:
        """Whether the partner is the one who brings its numbers."""
        return self.mode == BY_HAND and self.state is State.PUBLISHED

    @property
    def is_repost(self) -> bool:
        """Whether it passes on the owner's post."""
        return self.payload is not None and self.payload.form is Form.REPOST


def posts_of(connection: Connection, partner: str, now: datetime) -> list[PartnerPost]:
    """Return the partner's posts, earliest first, each as it may be seen at this instant."""
    query = _QUERY.where(DELIVERY.c.partner == partner)
    rows = connection.execute(query.order_by(DELIVERY.c.due_at, DELIVERY.c.id)).all()
    return _seen(connection, rows, now)


def post_of(
    connection: Connection, partner: str, delivery_id: str, now: datetime
) -> PartnerPost | None:
    """Return one of the partner's posts; None where there is none, or it is another's."""
    query = _QUERY.where(DELIVERY.c.partner == partner, DELIVERY.c.id == delivery_id)
    found = _seen(connection, connection.execute(query).all(), now)
    return found[0] if found else None


def picture_of(connection: Connection, post: PartnerPost, sha256: str) -> File | None:
    """Return a file of a post that may be seen; None where it is none of that post."""
    media = {one.sha256: one for one in _files(post.payload)}
    if sha256 not in media:
        return None
    # What was approved is what is shown, or nothing is.
    return file_of(connection, sha256)


_QUERY = (
    select(
        DELIVERY,
        CHANNEL.c.handle.label("channel_handle"),
        CHANNEL.c.server.label("channel_server"),
        CHANNEL.c.mode.label("channel_mode"),
        PAYLOAD.c.body.label("payload_body"),
        WITHDRAWAL.c.delivery_id.label("withdrawn_id"),
        PARTNER_QUESTION.c.answer_by.label("answer_by"),
    )
    .join(CHANNEL, CHANNEL.c.id == DELIVERY.c.channel)
    .join(PAYLOAD, PAYLOAD.c.content_hash == DELIVERY.c.content_hash)
    .outerjoin(WITHDRAWAL, WITHDRAWAL.c.delivery_id == DELIVERY.c.id)
    .outerjoin(
        PARTNER_QUESTION,
        and_(
            PARTNER_QUESTION.c.delivery_id == DELIVERY.c.id,
            PARTNER_QUESTION.c.content_hash == DELIVERY.c.content_hash,
            PARTNER_QUESTION.c.due_at == DELIVERY.c.due_at,
        ),
    )
)


_NAMES = tuple(column.name for column in DELIVERY.columns)


def _files(payload: Payload | None) -> Sequence[PayloadMedia]:
    return payload.all_media() if payload else ()


def _seen(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[PartnerPost]:
    deliveries = [_delivery(row) for row in rows]
    gates = closed_kinds(connection, deliveries)
    quiet = quiet_at(connection, deliveries, now)
    hidden = out_of_sight(connection, deliveries, now)
    until = embargoes(connection)
    found = []
    for row, one in zip(rows, deliveries, strict=True):
        embargo = until.get(one.post)
        out = hidden.get(one.id)
        is_seen = may_see(out, Place.PAGE)
        sight = Sight(
            waits_for=tuple(gates.get(one.id, ())),
            embargo_until=embargo if embargo and now < embargo else None,
            hidden=None if is_seen or out is None else out.because,
            quiet=quiet.get(one.id, ""),
            withdrawn=row.withdrawn_id is not None,
            is_past=one.due_at <= now,
            answer_by=row.answer_by,
        )
        found.append(
            PartnerPost(
                delivery=one,
                handle=row.channel_handle,
                server=row.channel_server,
                mode=row.channel_mode,
                sight=sight,
                body=row.payload_body if is_seen else None,
            )
        )
    return found


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery.model_construct(**dict(zip(_NAMES, row, strict=False)))  # they come first


def _is_asked(state: State, sight: Sight) -> bool:
    """Whether the partner is the only one left to say yes; a late yes counts until the slot."""
    if sight.waits_for != (PARTNERS_GATE,):
        return False
    return state is State.AWAITING_APPROVAL or (state is State.NO_ANSWER and not sight.is_past)
