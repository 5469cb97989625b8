"""Asks people without an account for their yes: once the campaign's own people have said theirs.

So nobody outside judges what may still change, or sees what may not be shown: under an embargo, a
stop or a quiet time nobody is asked. Each ring looks at the rows, so it does not matter how often
it rings. After an edit or a move to another time the same people are asked anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import groupby

from sqlalchemy import Connection, select

from campaign.mailing.outbox import PLANNED, write_letters
from campaign.models import Delivery
from campaign.models_reports import Letter
from campaign.outside.links import Asking, Link, asked_for, links_about, make_link, take_back
from campaign.outside.office import Office
from campaign.people import has_applied
from campaign.publishing.verdict import latest_at
from campaign.states import State
from campaign.store.barriers import quiet_at
from campaign.store.deliveries import Change, delivery_of, get_deliveries
from campaign.store.embargoes import under_embargo
from campaign.store.gates import closed_kinds
from campaign.store.tables import DELIVERY, GATE

LASTS_FOR = timedelta(days=14)
PURPOSE = "outside-link"
PARTNERS_GATE = "partner"
CLOCK = "campaign"


def ask_outside(connection: Connection, office: Office) -> list[Link]:
    """Ask for everything that waits for somebody outside and was not asked for as it stands."""
    holders = office.holders()
    waiting = _waiting(connection, holders) if holders else []
    if not waiting:
        return []
    closed = closed_kinds(connection, waiting)
    asked = _asked(connection, waiting)
    links = []
    for deliveries in _cards(waiting):
        if _waits_inside(deliveries, closed, holders) or _is_hidden(connection, deliveries, office):
            continue
        for kind, people in holders.items():
            for person in people:
                new = tuple(
                    one
                    for one in deliveries
                    if kind in closed.get(one.id, ())
                    and not has_applied(person, one.applied_by)
                    and (person, kind, one.id, one.content_hash, one.wall_time) not in asked
                )
                links += _ask(connection, (person, kind, new), office, CLOCK)
    return links


def ask_again(connection: Connection, link: Link, office: Office, by: str) -> list[Link]:
    """Ask anew for what a link asked for and still waits as it was; the old link is void."""
    there = get_deliveries(connection, [one.delivery for one in asked_for(connection, link)])
    closed = closed_kinds(connection, list(there.values()))
    still = tuple(
        one
        for one in there.values()
        if one.state == State.AWAITING_APPROVAL and link.kind in closed.get(one.id, ())
    )
    if not still or _is_hidden(connection, still, office):
        return []
    take_back(connection, link, Change(who=by, at=office.now, why="asked again"))
    return _ask(connection, (link.person, link.kind, still), office, by)


def _waiting(connection: Connection, holders: Iterable[str]) -> list[Delivery]:
    theirs = select(GATE.c.delivery_id).where(GATE.c.kind.in_(list(holders)))
    said_no = select(GATE.c.delivery_id).where(
        GATE.c.delivery_id == DELIVERY.c.id,
        GATE.c.decision == "no",
        GATE.c.content_hash == DELIVERY.c.content_hash,
    )
    query = (
        select(DELIVERY)
        .where(DELIVERY.c.state == State.AWAITING_APPROVAL, DELIVERY.c.id.in_(theirs))
        .where(~said_no.exists())
        .order_by(DELIVERY.c.entry, DELIVERY.c.run, DELIVERY.c.due_at, DELIVERY.c.id)
    )
    return [delivery_of(row) for row in connection.execute(query)]


def _cards(waiting: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    """Put together what goes out as one: all that waits of one run of an entry."""
    for _, some in groupby(waiting, key=lambda one: (one.entry, one.run)):
        yield list(some)


def _waits_inside(
    deliveries: Iterable[Delivery],
    closed: Mapping[str, list[str]],
    holders: Mapping[str, tuple[str, ...]],
) -> bool:
    outside = {PARTNERS_GATE, *holders}
    return any(set(closed.get(one.id, ())) - outside for one in deliveries)


def _is_hidden(connection: Connection, deliveries: Iterable[Delivery], office: Office) -> bool:
    listed = list(deliveries)
    if any(quiet_at(connection, listed, office.now).get(one.id) for one in listed):
        return True
    return bool(under_embargo(connection, [one.id for one in listed], office.now))


def _asked(
    connection: Connection, waiting: Iterable[Delivery]
) -> set[tuple[str, str, str, str, str]]:
    """Return what somebody was asked for and has a link to, unless the link is of no use any more.

    A link is bound to all that it asks for: once a part of that has changed, none of it is asked.
    """
    found = set()
    for link in links_about(connection, [one.id for one in waiting]):
        shown = asked_for(connection, link)
        there = get_deliveries(connection, [one.delivery for one in shown])
        now = {(one.id, one.content_hash, one.wall_time) for one in there.values()}
        those = [(one.delivery, one.content_hash, one.wall_time) for one in shown]
        if link.decision is not None or now.issuperset(those):
            found |= {(link.person, link.kind, *one) for one in those}
    return found


def _ask(
    connection: Connection,
    what: tuple[str, str, tuple[Delivery, ...]],
    office: Office,
    by: str,
) -> list[Link]:
    person, kind, deliveries = what
    last = max((latest_at(one) for one in deliveries), default=office.now)
    if last <= office.now:
        return []
    asking = Asking(
        person=person,
        kind=kind,
        deliveries=deliveries,
        expires_at=min(last, office.now + LASTS_FOR).replace(microsecond=0),
    )
    change = Change(who=by, at=office.now, why="")
    link, token = make_link(connection, asking, change, office.keys)
    write_letters(connection, [_letter(link, token, deliveries, office)])
    return [link]


def _letter(link: Link, token: str, deliveries: tuple[Delivery, ...], office: Office) -> Letter:
    known = office.schedule.people[link.person]
    channels = "1 channel" if len(deliveries) == 1 else f"{len(deliveries)} channels"
    post = deliveries[0].post.replace("-", " ").capitalize()
    text = (
        f"Dear {known.name},\n\n"
        f"{office.owner} asks for your yes ({link.kind}) to a post of “{office.title}”: “{post}”, "
        f"on {channels},\nfirst due {office.when(deliveries[0].due_at)}.\n\n"
        f"See exactly what would go out, and say yes or send it back:\n{office.address}/{token}\n\n"
        f"The link works once, until {office.when(link.expires_at)}, and needs no password, so\n"
        f"please do not pass it on: whoever has it can answer in your name. Without your yes it\n"
        f"does not go out. Should a word of it change, you are asked anew.\n"
    )
    return Letter(
        id=f"{PURPOSE}/{link.number}",
        purpose=PURPOSE,
        person=link.person,
        address=known.email or "",
        subject=f"Your yes, please: “{post}” ({office.title})",
        text=text,
        state=PLANNED,
        created_at=office.now,
        good_until=link.expires_at,
    )
