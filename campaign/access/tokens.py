"""Access tokens: what programs show to do something for a person who made one for them.

A token is `desk_ID_SECRET`. It is shown once; the database has the hash of its secret. It ends at a
day that was chosen when it was made, when it is revoked, and with its person's leaving. Revoking
deletes it: what it was and who ended it stands among the deeds.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from campaign.access.scopes import Scope
from campaign.store.deeds import note_deed, note_deeds
from campaign.store.deliveries import Change
from campaign.store.tables import ACCESS_TOKEN, PERSON

PREFIX = "desk"
MOST = 20
"""Tokens of one person."""
LONGEST_NAME = 60
LONGEST_DAYS = 366
USED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a token was last used: a write for every call would be too many."""


class TokenError(Exception):
    """A token that cannot be made; the message says what is wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """The token that somebody wants."""

    person: str
    name: str
    """What it is for."""
    scopes: Collection[Scope]
    days: int
    """How long it is to work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token as it is kept."""

    id: str
    person: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    made_by: str
    until: datetime
    used_at: datetime | None


def make_token(connection: Connection, wish: Wish, change: Change) -> str:
    """Make a token and return it: nobody can read it from the database.

    Raises `TokenError` with a sentence where the wish cannot be granted.
    """
    _check(connection, wish)
    name = wish.name.strip()
    token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    until = change.at + timedelta(days=wish.days)
    scopes = " ".join(one for one in Scope if one in wish.scopes)
    connection.execute(
        insert(ACCESS_TOKEN).values(
            id=token_id,
            secret_hash=_hashed(secret),
            person=wish.person,
            name=name,
            scopes=scopes,
            made_at=change.at,
            made_by=change.who,
            until=until,
        )
    )
    why = f"for {scopes}, until {until:%Y-%m-%d}"
    note_deed(connection, _because(change, why), "made token", _about(wish.person, name))
    return f"{PREFIX}_{token_id}_{secret}"


def find_token(connection: Connection, text: str) -> Token | None:
    """Return the token that a program shows, also one that is past its end; None where none is.

    One of somebody who has left is none.
    """
    prefix, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    query = (
        select(ACCESS_TOKEN)
        .where(ACCESS_TOKEN.c.id == token_id)
        .where(~exists().where(PERSON.c.id == ACCESS_TOKEN.c.person, PERSON.c.left_at.is_not(None)))
    )
    row = connection.execute(query).first()
    if row is None or not hmac.compare_digest(row.secret_hash, _hashed(secret)):
        return None
    return _token(row)


def note_use(connection: Connection, token: Token, now: datetime) -> None:
    """Write down that a token was used."""
    used = update(ACCESS_TOKEN).where(ACCESS_TOKEN.c.id == token.id)
    connection.execute(used.values(used_at=now))


def is_to_be_noted(token: Token, now: datetime) -> bool:
    """Whether it is time to write down that a token is in use."""
    return token.used_at is None or now >= token.used_at + USED_EVERY


def tokens_of(connection: Connection, person: str) -> list[Token]:
    """Return somebody's tokens, the newest first; those past their end are among them."""
    query = select(ACCESS_TOKEN).where(ACCESS_TOKEN.c.person == person)
    ordered = query.order_by(ACCESS_TOKEN.c.made_at.desc(), ACCESS_TOKEN.c.id)
    return [_token(row) for row in connection.execute(ordered)]


def revoke(connection: Connection, person: str, token_id: str, change: Change) -> Token | None:
    """End one token of somebody; return it, None where they have no such token."""
    found = [one for one in tokens_of(connection, person) if one.id == token_id]
    if not found:
        return None
    connection.execute(delete(ACCESS_TOKEN).where(ACCESS_TOKEN.c.id == token_id))
    note_deed(connection, change, "revoked token", _about(person, found[0].name))
    return found[0]


def revoke_all(connection: Connection, person: str, change: Change) -> int:
    """End every token of somebody; return how many there were."""
    found = tokens_of(connection, person)
    connection.execute(delete(ACCESS_TOKEN).where(ACCESS_TOKEN.c.person == person))
    note_deeds(connection, change, "revoked token", [_about(person, one.name) for one in found])
    return len(found)


def _check(connection: Connection, wish: Wish) -> None:
    if not wish.name.strip() or len(wish.name.strip()) > LONGEST_NAME:
        raise TokenError(f"say in 1 to {LONGEST_NAME} characters what the token is for")
    if not wish.scopes:
        raise TokenError("choose at least one thing that the token is to open")
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise TokenError(f"a token works for 1 to {LONGEST_DAYS} days")
    if len(tokens_of(connection, wish.person)) >= MOST:
        raise TokenError(f"{wish.person} has {MOST} tokens already; revoke one first")


def _because(change: Change, why: str) -> Change:
    return Change(who=change.who, at=change.at, why=why)


def _about(person: str, name: str) -> str:
    return f"{person}: {name}"


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Row[tuple[object, ...]]) -> Token:
    fields = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    del fields["secret_hash"]
    return Token(**fields | {"scopes": tuple(map(Scope, fields["scopes"].split()))})
