"""Slows down whoever tries passwords or tokens: by the name and by the address it comes from.

A try is written, and counted, before it is judged: a hundred at the same moment count as a hundred.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from campaign.store.tables import SIGN_IN_TRY

WITHIN = timedelta(minutes=15)
MOST_BY_PERSON, MOST_BY_ADDRESS = 5, 30
_LONGEST_NAME = 100


def try_is_let_pass(connection: Connection, person: str, address: str, now: datetime) -> bool:
    """Write down a try and say whether it may be judged; False where there were too many.

    In a transaction of `Store.write`: beside others each would count only its own.
    """
    since = now - WITHIN
    connection.execute(delete(SIGN_IN_TRY).where(SIGN_IN_TRY.c.at <= since))
    name = person[:_LONGEST_NAME]
    by_person = _tries(connection, SIGN_IN_TRY.c.person == name)
    by_address = _tries(connection, SIGN_IN_TRY.c.address == address)
    if by_person >= MOST_BY_PERSON or by_address >= MOST_BY_ADDRESS:
        return False  # not written: whoever goes on trying would else never be let in again
    connection.execute(insert(SIGN_IN_TRY).values(person=name, address=address, at=now))
    return True


def guess_is_let_pass(connection: Connection, address: str, now: datetime) -> bool:
    """Whether a token from this address may be looked at; False after too many wrong ones.

    They are counted apart from passwords: a program with an old token must keep nobody out.
    """
    wrong = and_(SIGN_IN_TRY.c.address == _for_tokens(address), SIGN_IN_TRY.c.at > now - WITHIN)
    return _tries(connection, wrong) < MOST_BY_ADDRESS


def note_guess(connection: Connection, address: str, now: datetime) -> None:
    """Write down that a wrong token came from an address."""
    connection.execute(delete(SIGN_IN_TRY).where(SIGN_IN_TRY.c.at <= now - WITHIN))
    values = {"person": "", "address": _for_tokens(address), "at": now}
    connection.execute(insert(SIGN_IN_TRY).values(**values))


def forget_tries(connection: Connection, person: str) -> None:
    """Start anew for somebody who has signed in."""
    connection.execute(delete(SIGN_IN_TRY).where(SIGN_IN_TRY.c.person == person))


def _tries(connection: Connection, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(SIGN_IN_TRY).where(condition)
    return int(connection.execute(query).scalar_one())


def _for_tokens(address: str) -> str:
    return f"token {address}"
