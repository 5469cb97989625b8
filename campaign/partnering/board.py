"""The truth about one post: what became of it on every channel, and who put it there.

Counted from the rows, so that the numbers of the sentence add up to all there are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from campaign.decisions.approvals import CannotDecideError
from campaign.models import Delivery
from campaign.states import PEOPLES_WORDS, State
from campaign.store.database import Store
from campaign.store.deliveries import delivery_of, modes
from campaign.store.leaders import is_repost
from campaign.store.payloads import read_to_show
from campaign.store.tables import DELIVERY, MOVE, PAYLOAD

COUNTED_AS: Mapping[State, str] = {
    State.PUBLISHED: "live",
    State.UNKNOWN: "to check",
    State.REFUSED: "to check",
    State.HELD: "to check",
    State.MISSED: "to check",
    State.DECLINED: "declined",
    State.NO_ANSWER: "without an answer",
    State.WITH_PARTNER: "with the partner",
    State.AWAITING_APPROVAL: "to come",
    State.PLANNED: "to come",
    State.SENDING: "to come",
    State.WITHDRAWN: "withdrawn",
    State.CANCELLED: "cancelled",
}
"""What a state counts as in the sentence; what a person has to look at is `to check`."""

THE_PROGRAM = "the program"
NOBODY = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    """One delivery of the post."""

    delivery: str
    entry: str
    """Its line in the schedule, which names who answers replies."""
    channel: str
    partner: str
    network: str
    mode: str
    state: str
    words: str
    """The state as people read it."""
    counted_as: str
    due_at: datetime
    wall_time: str
    wording: str
    """What was or will be said there; of a repost, what is passed on."""
    url: str | None
    published_at: datetime | None
    posted_by: str
    """The program, or whoever did it by hand: a pack's partner, else a person; empty if nobody."""
    told_by: str
    """Whose word that is; empty where the network said so."""
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One post on all its channels."""

    post: str
    rows: tuple[BoardRow, ...]
    counts: Mapping[str, int]
    """How many rows count as what, in the order of the sentence."""

    @property
    def sentence(self) -> str:
        """Say it in one line: 12 of 15 live, 2 to check, 1 declined."""
        rest = [f"{number} {what}" for what, number in self.counts.items() if what != "live"]
        return ", ".join([f"{self.counts.get('live', 0)} of {len(self.rows)} live", *rest])

    def to_json(self) -> dict[str, Any]:
        """Return what `campaign board --json` prints."""
        return {
            "post": self.post,
            "sentence": self.sentence,
            "counts": dict(self.counts),
            "rows": [_row_to_json(one) for one in self.rows],
        }


def board(store: Store, post_id: str) -> Board:
    """Return where a post stands on each channel, earliest first; one row for each delivery.

    Raises `CannotDecideError` where no delivery is of that post.
    """
    with store.read() as connection:
        deliveries = _of(connection, post_id)
        if not deliveries:
            raise CannotDecideError(
                f"there is no delivery of “{post_id}”; `campaign status` lists them all"
            )
        mode_of = modes(connection)
        said = _wordings(connection, deliveries)
        told = _told_by(connection, deliveries)
    rows = tuple(
        _row(one, mode_of[one.channel], said[one.content_hash], told.get(one.id, NOBODY))
        for one in deliveries
    )
    return Board(post=post_id, rows=rows, counts=_counts(rows))


def _counts(rows: Sequence[BoardRow]) -> dict[str, int]:
    found = Counter(one.counted_as for one in rows)
    return {what: found[what] for what in dict.fromkeys(COUNTED_AS.values()) if found[what]}


def _of(connection: Connection, post_id: str) -> list[Delivery]:
    query = select(DELIVERY).where(DELIVERY.c.post == post_id)
    rows = connection.execute(query.order_by(DELIVERY.c.due_at, DELIVERY.c.id))
    return [delivery_of(row) for row in rows]


def _wordings(connection: Connection, deliveries: Sequence[Delivery]) -> dict[str, str]:
    hashes = {one.content_hash for one in deliveries}
    query = select(PAYLOAD.c.content_hash, PAYLOAD.c.body)
    rows = connection.execute(query.where(PAYLOAD.c.content_hash.in_(hashes)))
    found = {row.content_hash: row.body for row in rows}
    return {name: read_to_show(found.get(name), name).text for name in hashes}


def _told_by(connection: Connection, deliveries: Sequence[Delivery]) -> dict[str, str]:
    """Return on whose word each delivery counts as posted, where a person's word it is."""
    by_hand = [one.id for one in deliveries if one.evidence == "person"]
    query = (
        select(MOVE.c.delivery_id, MOVE.c.who)
        .where(MOVE.c.delivery_id.in_(by_hand), MOVE.c.to_state == State.PUBLISHED)
        .order_by(MOVE.c.id)
    )
    return {row.delivery_id: row.who for row in connection.execute(query)}


def _posted_by(one: Delivery, mode: str, told_by: str) -> str:
    if one.published_at is None:
        return NOBODY
    if not told_by:
        return THE_PROGRAM
    return one.partner if mode == "pack" else told_by


def _row(one: Delivery, mode: str, wording: str, told_by: str) -> BoardRow:
    state = State(one.state)
    return BoardRow(
        delivery=one.id,
        entry=one.entry,
        channel=one.channel,
        partner=one.partner,
        network=one.network,
        mode="repost" if is_repost(one) else mode,
        state=state,
        words=PEOPLES_WORDS[state],
        counted_as=COUNTED_AS[state],
        due_at=one.due_at,
        wall_time=one.wall_time,
        wording=wording,
        url=one.url,
        published_at=one.published_at,
        posted_by=_posted_by(one, mode, told_by),
        told_by=told_by,
        note=one.note,
    )


def _row_to_json(row: BoardRow) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(row).items()
    }
