"""Seals everything that is sealed with the first key, and proves that this key alone opens it.

What networks gave, their kept sessions, what people's codes are made from, and what messages to
subscribers are signed with. A session that no key opens is dropped, since whoever needs it opens
another; anything else that none opens stops the whole, and nothing is changed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Connection, Table, func, select, update

from campaign.access.codes import seal_codes_anew
from campaign.credentials.sealing import Seal, SealError
from campaign.store.credentials import all_kept, seal_anew
from campaign.store.kept_sessions import forget_session
from campaign.store.tables import CREDENTIAL, KEPT_SESSION, PERSON, SUBSCRIBER

Say = Callable[[str], str]
_SEALED: tuple[tuple[Table, str, Say], ...] = (
    (CREDENTIAL, "sealed", lambda channel: f"the sign-in of {channel}"),
    (KEPT_SESSION, "sealed", lambda channel: f"the session of {channel}"),
    (PERSON, "code_sealed", lambda person: f"the codes of {person}"),
    (SUBSCRIBER, "secret_sealed", lambda name: f"the secret of the subscriber {name}"),
    (SUBSCRIBER, "old_secret_sealed", lambda name: f"the old secret of the subscriber {name}"),
)
"""Every column that holds something sealed; the key of its row says whose it is."""


def seal_everything_anew(connection: Connection, keys: Sequence[str]) -> int:
    """Seal all of it with the first key, in a transaction of `Store.write`; return how many.

    Raises `SealError` or `CodeError` where no key opens one; then nothing may be committed.
    """
    seal = Seal(keys)
    for kept in all_kept(connection):
        seal_anew(connection, kept, seal.anew(kept))
    box = MultiFernet([Fernet(one) for one in keys])
    _seal_sessions_anew(connection, box)
    for table, name, say in _SEALED:
        if table is SUBSCRIBER:
            _seal_column_anew(connection, box, table.c[name], say)
    seal_codes_anew(connection, keys)
    return count_sealed(connection)


def count_sealed(connection: Connection) -> int:
    """Return how many secrets are sealed in the database."""
    return sum(
        connection.execute(select(func.count(table.c[name]))).scalar_one()
        for table, name, _ in _SEALED
    )


def sealed_otherwise(connection: Connection, keys: Sequence[str]) -> list[str]:
    """Return what the first key alone does not open, in words; it opens each to find out."""
    first, found = Fernet(keys[0]), []
    for table, name, say in _SEALED:
        key = _key_of(table)
        query = select(key, table.c[name]).where(table.c[name].is_not(None)).order_by(key)
        rows = connection.execute(query)
        found += [say(whose) for whose, sealed in rows if not _opens(first, sealed)]
    return found


def _seal_sessions_anew(connection: Connection, box: MultiFernet) -> None:
    for row in connection.execute(select(KEPT_SESSION)).all():
        try:
            anew = box.rotate(row.sealed)
        except InvalidToken:
            forget_session(connection, row.channel)
            continue
        mine = update(KEPT_SESSION).where(KEPT_SESSION.c.channel == row.channel)
        connection.execute(mine.values(sealed=anew))


def _seal_column_anew(
    connection: Connection, box: MultiFernet, column: Column[bytes], say: Say
) -> None:
    key = _key_of(column.table)
    query = select(key, column).where(column.is_not(None)).order_by(key)
    for whose, sealed in connection.execute(query).all():
        try:
            anew = box.rotate(sealed)
        except InvalidToken:
            message = f"{say(whose)} was sealed with another key than any that is set"
            raise SealError(message) from None
        connection.execute(update(column.table).where(key == whose).values({column: anew}))


def _opens(box: Fernet, sealed: bytes) -> bool:
    try:
        box.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _key_of(table: Any) -> Column[str]:
    key: Column[str]
    (key,) = table.primary_key.columns
    return key
