"""Reminds partners of what they post by hand: once before the slot, once after, then no more.

One letter names everything of one day. What nobody has reported a week after its slot reads “no
answer”: that is neither missed nor published, and it can still be recorded.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, exists, select, update

from campaign.mailing.keeping_back import AFTER, BEFORE
from campaign.models import Delivery
from campaign.partnering.addresses import STOP_PATH
from campaign.partnering.letters import Matter, Office, what, write
from campaign.schedule.local_time import wall_clock
from campaign.schedule.model import Schedule
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.barriers import stop_on_partner, stop_on_posts
from campaign.store.database import Store
from campaign.store.deliveries import Change, delivery_of, move
from campaign.store.leaving import left
from campaign.store.tables import CAMPAIGN, DELIVERY, PARTNER_ADDRESS, PARTNER_REMINDER

A_DAY = timedelta(days=1)
REPORTED_WITHIN = timedelta(days=7)
"""How long after its slot a post by hand is waited for."""
Days = dict[tuple[str, date], list[Delivery]]


def remind_partners(connection: Connection, office: Office) -> int:
    """Write the reminders that are due by now; return how many deliveries they are about."""
    now = office.now
    before = _in_hand(connection, BEFORE, now, now + 2 * A_DAY)
    soon = {day: some for day, some in _by_day(before, office).items() if _is_soon(some, now)}
    after = _in_hand(connection, AFTER, now - REPORTED_WITHIN, now)
    late = {day: some for day, some in _by_day(after, office).items() if _is_late(some, now)}
    done = _remind(connection, BEFORE, soon, office)
    return done + _remind(connection, AFTER, late, office)


def close_unreported(connection: Connection, now: datetime) -> list[str]:
    """Let what nobody has reported for a week read “no answer”; return which those are."""
    query = select(DELIVERY).where(
        DELIVERY.c.state == State.WITH_PARTNER, DELIVERY.c.due_at <= now - REPORTED_WITHIN
    )
    why = f"nobody said within {REPORTED_WITHIN.days} days whether it was posted"
    change = Change(who="campaign", at=now, why=why)
    return [
        one.id
        for one in (delivery_of(row) for row in connection.execute(query).all())
        if move(connection, one, State.NO_ANSWER, change, {"note": why})
    ]


def stop_reminders(store: Store, token_or_contact: str, now: datetime) -> str | None:
    """Send no more reminders to an address, named by its link's token or by itself.

    Returns the address, or None where nobody is reminded there. Saying it twice changes nothing.
    What a partner is asked, and what it is told of a withdrawal, still reaches it.
    """
    given = token_or_contact.strip().rpartition(STOP_PATH)[2]
    with store.write() as connection:
        by_token = select(PARTNER_ADDRESS.c.address).where(PARTNER_ADDRESS.c.token == given)
        address = connection.execute(by_token).scalar() or _known(connection, given.lower())
        if address is None:
            return None
        fresh = {"address": address, "token": f"none:{address}", "stopped_at": now}
        statement = insert(connection, PARTNER_ADDRESS).values(**fresh)
        connection.execute(statement.on_conflict_do_nothing())
        unstopped = PARTNER_ADDRESS.c.stopped_at.is_(None)
        here = PARTNER_ADDRESS.c.address == address
        connection.execute(update(PARTNER_ADDRESS).where(here, unstopped).values(stopped_at=now))
    return str(address)


def _known(connection: Connection, address: str) -> str | None:
    """Return an address if somebody at a partner has it, or had."""
    here = select(PARTNER_ADDRESS.c.address).where(PARTNER_ADDRESS.c.address == address)
    text = connection.execute(select(CAMPAIGN.c.schedule_json)).scalar()
    partners = Schedule.model_validate_json(text).partners if text else {}
    named = {contact.email.lower() for one in partners.values() for contact in one.contacts}
    return address if address in named else connection.execute(here).scalar()


def _in_hand(connection: Connection, kind: str, since: datetime, until: datetime) -> list[Delivery]:
    """Return what partners have in hand, due between two instants, and were not reminded of.

    What a stop of a theme covers is left out, and found again once that is lifted.
    """
    said = exists().where(
        PARTNER_REMINDER.c.delivery_id == DELIVERY.c.id,
        PARTNER_REMINDER.c.kind == kind,
        PARTNER_REMINDER.c.due_at == DELIVERY.c.due_at,
    )
    query = select(DELIVERY).where(
        DELIVERY.c.state == State.WITH_PARTNER,
        DELIVERY.c.due_at > since,
        DELIVERY.c.due_at <= until,
        ~said,
    )
    rows = connection.execute(query.order_by(DELIVERY.c.due_at, DELIVERY.c.id))
    found = [delivery_of(row) for row in rows]
    quiet = stop_on_posts(connection, {one.post for one in found})
    return [one for one in found if one.post not in quiet]


def _by_day(deliveries: Iterable[Delivery], office: Office) -> Days:
    grouped: Days = {}
    for one in deliveries:
        day = wall_clock(one.due_at, office.schedule.zone).date()
        grouped.setdefault((one.partner, day), []).append(one)
    return grouped


def _is_soon(some: list[Delivery], now: datetime) -> bool:
    return min(one.due_at for one in some) <= now + A_DAY


def _is_late(some: list[Delivery], now: datetime) -> bool:
    return max(one.due_at for one in some) <= now - A_DAY


def _remind(connection: Connection, kind: str, days: Days, office: Office) -> int:
    done = 0
    for (partner, _), some in days.items():
        if partner in left(connection) or stop_on_partner(connection, partner):
            continue
        rows = [
            {"delivery_id": one.id, "kind": kind, "due_at": one.due_at, "said_at": office.now}
            for one in some
        ]
        connection.execute(insert(connection, PARTNER_REMINDER).on_conflict_do_nothing(), rows)
        make = _before if kind == BEFORE else _after
        write(connection, partner, make(some, office), office)
        done += len(some)
    return done


def _before(some: list[Delivery], office: Office) -> Matter:
    posts = "1 post" if len(some) == 1 else f"{len(some)} posts"
    return Matter(
        purpose=BEFORE,
        subject=f"Coming up: {posts} of {office.campaign} for you to put out",
        lead="These are yours to post by hand, as your pack has them:",
        lines=tuple(what(one, office) for one in some),
        closing="Please send us the address of each post when it is out.",
        about=tuple(some),
        good_until=max(one.due_at for one in some),
        is_reminder=True,
    )


def _after(some: list[Delivery], office: Office) -> Matter:
    posts = "this post" if len(some) == 1 else f"these {len(some)} posts"
    return Matter(
        purpose=AFTER,
        subject=f"Is it out? {office.campaign}",
        lead=f"We have not heard what became of {posts}:",
        lines=tuple(what(one, office) for one in some),
        closing="Please send us the address if it is out, or tell us that it will not go out.\n"
        "This is the only time we ask.",
        about=tuple(some),
        good_until=max(one.due_at for one in some) + REPORTED_WITHIN,
        is_reminder=True,
    )
