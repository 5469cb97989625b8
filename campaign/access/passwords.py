"""Passwords of people: kept as Argon2id, checked at the same price whether somebody exists or not.

A password is the way in before an OpenID provider is set up, or while it is away.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from campaign.store.backends import insert
from campaign.store.tables import PERSON

SHORTEST, LONGEST = 12, 256
"""NIST SP 800-63B 3.1.1.2 asks for length and for no rule about kinds of letters."""


class PasswordError(Exception):
    """A password that is not taken; the message says why."""


def set_password(connection: Connection, person: str, password: str, now: datetime) -> None:
    """Give somebody a password, in place of any before it."""
    check_fit(password, person)
    values = {"password_hash": _hasher().hash(password), "changed_at": now}
    statement = insert(connection, PERSON).values(id=person, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[PERSON.c.id], set_=values))


def is_password(connection: Connection, person: str, password: str) -> bool:
    """Whether this is somebody's password; as slow for a name that nobody has."""
    query = select(PERSON.c.password_hash).where(PERSON.c.id == person)
    kept = connection.execute(query).scalar()
    fits = bool(_hasher().verify(password[:LONGEST], kept or _of_nobody()))
    return fits and kept is not None


def check_fit(password: str, person: str) -> None:
    """Raise `PasswordError` for a password that is too short, too long or the person's name."""
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"a password has {SHORTEST} to {LONGEST} characters; three words make a good one"
        raise PasswordError(message)
    if person.lower() in password.lower() or len(set(password)) < 5:
        message = "this password is too easy to guess; three words that do not belong together do"
        raise PasswordError(message)


@cache
def _hasher() -> Any:
    from pwdlib import PasswordHash  # noqa: PLC0415 - slow to load, and few commands need it

    return PasswordHash.recommended()


@cache
def _of_nobody() -> str:
    return str(_hasher().hash("the password of nobody"))
