"""Which links are tried when, and what is kept of it.

A link is tried once when its content is first found approved, which is what later looks are
compared with, and once within the day before each time it goes out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from campaign.link_checks.judging import Verdict, judge, page_of
from campaign.link_checks.trying import Seen
from campaign.payload import payload_from_json
from campaign.states import State
from campaign.store.backends import insert
from campaign.store.barriers import active_stops
from campaign.store.database import Store
from campaign.store.tables import DELIVERY, LINK_CHECK, PAYLOAD

AHEAD = timedelta(days=1)
AT_MOST_EVERY = timedelta(hours=20)
"""Less than a day, so that a look which is a little late does not push the next one out."""
PAGES_AT_ONCE = 20
CONTENTS_AT_ONCE = 2_000
"""How many contents that nobody has looked at are read in one look: those that go out first."""
ROWS_AT_ONCE = 500
"""How many are written in one go, since nobody sends meanwhile: some milliseconds on SQLite."""
NO_PAGE = ""
_TOLD = ("first_title", "state", "words", "checked_at")
_UNSENT = (State.AWAITING_APPROVAL, State.PLANNED, State.HELD, State.WITH_PARTNER)
_LINK = re.compile(r"https?://[^\s<>\"\u201c\u201d]+[^\s<>\"\u201c\u201d.,;:!?)\]\u2019']")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One link that a person has to look at, and what goes out with it."""

    page: str
    state: str
    words: str
    deliveries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    content_hash: str
    page: str
    first_title: str | None


def check_links(store: Store, now: datetime, try_one: Callable[[str], Seen]) -> int:
    """Try what is due to be tried, each page once; return how many pages that were."""
    with store.read() as connection:
        if any(one.scope == "all" for one in active_stops(connection)):
            return 0
        fresh, again = _never_seen(connection, now), _due(connection, now)
    contents = [list(group) for _, group in groupby(fresh, key=attrgetter("content_hash"))]
    pages = _pages([*([one] for one in again), *contents])
    seen = {page: try_one(page) for page in pages}
    whole = [each for one in contents if _are_all_in(seen, one) for each in one]
    known = [*(one for one in again if one.page in seen), *whole]
    _write(store, [_judged(one, seen.get(one.page), now) for one in known])
    return len(pages)


def troubles(connection: Connection, now: datetime) -> list[Trouble]:
    """Return the links of what goes out within a day that a person has to look at."""
    query = (
        select(LINK_CHECK, DELIVERY.c.id)
        .join(DELIVERY, DELIVERY.c.content_hash == LINK_CHECK.c.content_hash)
        .where(DELIVERY.c.state.in_(_UNSENT), DELIVERY.c.due_at <= now + AHEAD)
        .where(LINK_CHECK.c.state != Verdict.FINE)
        .order_by(LINK_CHECK.c.page, DELIVERY.c.due_at, DELIVERY.c.id)
    )
    found: dict[str, Trouble] = {}
    for row in connection.execute(query):
        before = found[row.page].deliveries if row.page in found else ()
        found[row.page] = Trouble(
            page=row.page, state=row.state, words=row.words, deliveries=(*before, row.id)
        )
    return list(found.values())


def pages_in(body: str) -> list[str]:
    """Return the pages that a content links to, each once."""
    payload = payload_from_json(body)
    urls = [payload.link.url] if payload.link else []
    urls += _LINK.findall(payload.text)
    return list(dict.fromkeys(page_of(one) for one in urls))


def _never_seen(connection: Connection, now: datetime) -> list[_Known]:
    """Return the links that nobody has looked at: of what is approved, or due within a day."""
    soon = and_(DELIVERY.c.state.in_(_UNSENT), DELIVERY.c.due_at <= now + AHEAD)
    seen = select(LINK_CHECK.c.content_hash)
    first = (
        select(DELIVERY.c.content_hash, func.min(DELIVERY.c.due_at).label("due_at"))
        .where(DELIVERY.c.content_hash.not_in(seen))
        .where(or_(DELIVERY.c.state == State.PLANNED, soon))
        .group_by(DELIVERY.c.content_hash)
        .order_by("due_at", DELIVERY.c.content_hash)
        .limit(CONTENTS_AT_ONCE)
        .subquery()
    )
    query = (
        select(PAYLOAD.c.content_hash, PAYLOAD.c.body)
        .join(first, first.c.content_hash == PAYLOAD.c.content_hash)
        .order_by(first.c.due_at, PAYLOAD.c.content_hash)
    )
    return [
        _Known(row.content_hash, page, None)
        for row in connection.execute(query)
        for page in pages_in(row.body) or [NO_PAGE]
    ]


def _due(connection: Connection, now: datetime) -> list[_Known]:
    """Return the links of what goes out within a day that were not tried in the last one."""
    query = (
        select(LINK_CHECK.c.content_hash, LINK_CHECK.c.page, LINK_CHECK.c.first_title)
        .join(DELIVERY, DELIVERY.c.content_hash == LINK_CHECK.c.content_hash)
        .where(DELIVERY.c.state.in_(_UNSENT), LINK_CHECK.c.page != NO_PAGE)
        .where(and_(DELIVERY.c.due_at >= now, DELIVERY.c.due_at <= now + AHEAD))
        .where(LINK_CHECK.c.checked_at <= now - AT_MOST_EVERY)
        .distinct()
        .order_by(LINK_CHECK.c.page, LINK_CHECK.c.content_hash)
    )
    return [_Known(*row) for row in connection.execute(query)]


def _pages(groups: Iterable[Sequence[_Known]]) -> list[str]:
    """Choose what to try in one look: of a content all its pages, since it is looked at as one."""
    chosen: dict[str, None] = {}
    for group in groups:
        more = {one.page: None for one in group if one.page != NO_PAGE}
        if chosen and len(chosen | more) > PAGES_AT_ONCE:
            break
        chosen |= more
    return list(chosen)


def _are_all_in(seen: Mapping[str, Seen], content: Sequence[_Known]) -> bool:
    return all(one.page in seen or one.page == NO_PAGE for one in content)


def _judged(known: _Known, seen: Seen | None, now: datetime) -> Mapping[str, Any]:
    if seen is None:
        return _row(known.content_hash, NO_PAGE, Verdict.FINE, now)
    verdict, words = judge(known.page, seen, known.first_title)
    title = known.first_title if known.first_title is not None else seen.title
    return {**_row(known.content_hash, known.page, verdict, now), "words": words} | {
        "first_title": title
    }


def _row(content_hash: str, page: str, verdict: Verdict, now: datetime) -> dict[str, Any]:
    return {
        "content_hash": content_hash,
        "page": page,
        "first_title": None,
        "state": str(verdict),
        "words": "",
        "checked_at": now,
    }


def _write(store: Store, rows: Sequence[Mapping[str, Any]]) -> None:
    for part in _parts(rows):
        with store.write() as connection:
            statement = insert(connection, LINK_CHECK)
            told = {name: statement.excluded[name] for name in _TOLD}
            keys = [LINK_CHECK.c.content_hash, LINK_CHECK.c.page]
            connection.execute(
                statement.on_conflict_do_update(index_elements=keys, set_=told), part
            )


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the rows in parts; a content of which one row stands is taken for looked at."""
    part: list[Mapping[str, Any]] = []
    for _, group in groupby(rows, key=itemgetter("content_hash")):
        own = list(group)
        if part and len(part) + len(own) > ROWS_AT_ONCE:
            yield part
            part = []
        part += own
    if part:
        yield part
