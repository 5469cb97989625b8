"""Asks partners for their yes, and asks once more before silence becomes a no.

A partner is asked once everybody else has said yes, so that it never judges what may still change,
and only while its slot is to come. Under a stop nobody is asked and nobody is reminded.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, exists, or_, select

from campaign.mailing.keeping_back import NUDGE, QUESTION
from campaign.models import Delivery
from campaign.partnering.letters import Matter, Office, what, write
from campaign.states import State
from campaign.store.barriers import stop_on_partner, stop_on_posts
from campaign.store.deliveries import Change, delivery_of, log_line
from campaign.store.leaders import root_of
from campaign.store.leaving import left
from campaign.store.questions import (
    Question,
    ask,
    forget_settled,
    note_nudged,
    to_nudge,
    unanswered,
)
from campaign.store.tables import DELIVERY, GATE, PARTNER_QUESTION

AT_ONCE = 1_000
"""Deliveries whose gates are looked at together."""
HOW = (
    "Say yes or no on your page if you have its link, or by answering this e-mail.\n"
    "You can also ask for other words. Without an answer by then it does not go out."
)
Asked = tuple[Delivery, Question]


def ask_partners(connection: Connection, office: Office) -> list[Question]:
    """Ask about everything that waits for its partner alone and was not asked about before."""
    forget_settled(connection)
    found: list[Asked] = []
    for one in _to_ask(connection, office):
        known = office.schedule.partners.get(one.partner)
        within = known.answer_within if known else None
        question = ask(connection, one, within, office.now)
        if question:
            found.append((one, question))
            words = f"{one.partner} is asked, answer by {office.when(question.answer_by)}"
            log_line(connection, one, Change(who="campaign", at=office.now, why=words))
    for partner, asked in _by_partner(found).items():
        write(connection, partner, _question(asked, office), office)
    return [question for _, question in found]


def nudge_partners(connection: Connection, office: Office) -> list[Question]:
    """Remind those who have not answered, once for each question."""
    waiting = to_nudge(connection, office.now)
    quiet = stop_on_posts(connection, {delivery.post for _, delivery in waiting})
    found = [
        (delivery, question)
        for question, delivery in waiting
        if delivery.post not in quiet
        and not _is_silenced(connection, delivery.partner)
        and note_nudged(connection, question, office.now)
    ]
    for one, _ in found:
        words = f"{one.partner} is asked once more"
        log_line(connection, one, Change(who="campaign", at=office.now, why=words))
    for partner, asked in _by_partner(found).items():
        write(connection, partner, _nudge(asked, office), office)
    return [question for _, question in found]


def _to_ask(connection: Connection, office: Office) -> list[Delivery]:
    others = exists().where(
        GATE.c.delivery_id == DELIVERY.c.id,
        GATE.c.kind != "partner",
        or_(
            GATE.c.decision.is_distinct_from("yes"),
            GATE.c.content_hash.is_distinct_from(DELIVERY.c.content_hash),
        ),
    )
    asked = exists().where(
        PARTNER_QUESTION.c.delivery_id == DELIVERY.c.id,
        PARTNER_QUESTION.c.content_hash == DELIVERY.c.content_hash,
        PARTNER_QUESTION.c.due_at == DELIVERY.c.due_at,
    )
    mine = exists().where(GATE.c.delivery_id == DELIVERY.c.id, GATE.c.kind == "partner")
    query = (
        select(DELIVERY)
        .where(DELIVERY.c.state == State.AWAITING_APPROVAL, DELIVERY.c.due_at > office.now)
        .where(mine, ~others, ~asked)
        .order_by(DELIVERY.c.due_at, DELIVERY.c.id)
    )
    rows = [delivery_of(row) for row in connection.execute(query)]
    silenced = {name for name in {one.partner for one in rows} if _is_silenced(connection, name)}
    quiet = stop_on_posts(connection, {one.post for one in rows})
    heard = [one for one in rows if one.partner not in silenced and one.post not in quiet]
    firsts = [one for one in heard if root_of(one.id) == one.id]
    chunks = (firsts[start : start + AT_ONCE] for start in range(0, len(firsts), AT_ONCE))
    return [one for some in chunks for one in unanswered(connection, some)]


def _is_silenced(connection: Connection, partner: str) -> bool:
    return partner in left(connection) or stop_on_partner(connection, partner) is not None


def _by_partner(found: Iterable[Asked]) -> dict[str, list[Asked]]:
    grouped: dict[str, list[Asked]] = {}
    for delivery, question in found:
        grouped.setdefault(delivery.partner, []).append((delivery, question))
    return grouped


def _lines(asked: list[Asked], office: Office) -> tuple[str, ...]:
    return tuple(
        f"{what(one, office)}\n  answer by {office.when(question.answer_by)}"
        for one, question in asked
    )


def _question(asked: list[Asked], office: Office) -> Matter:
    posts = "1 post" if len(asked) == 1 else f"{len(asked)} posts"
    return Matter(
        purpose=QUESTION,
        subject=f"Your yes or no, please: {posts} of {office.campaign}",
        lead=f"These posts of {office.campaign} are ready for your channels. Their owner has "
        "said yes to them; you decide.",
        lines=_lines(asked, office),
        closing=HOW,
        about=tuple(one for one, _ in asked),
        good_until=max(question.answer_by for _, question in asked),
        is_reminder=False,
        wants_an_answer=True,
    )


def _nudge(asked: list[Asked], office: Office) -> Matter:
    posts = "1 post waits" if len(asked) == 1 else f"{len(asked)} posts wait"
    return Matter(
        purpose=NUDGE,
        subject=f"Still open: {posts} for your yes or no ({office.campaign})",
        lead="We asked you about these posts and have not heard from you.",
        lines=_lines(asked, office),
        closing=HOW,
        about=tuple(one for one, _ in asked),
        good_until=max(question.answer_by for _, question in asked),
        is_reminder=True,
        wants_an_answer=True,
    )
