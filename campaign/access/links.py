"""Links that sign one person in: once, for a quarter of an hour, and only when they say so.

Opening the address shows whom it is for and spends nothing, since programs that look through mail
open addresses, too; the button on that page spends it.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from campaign.access.visits import hashed
from campaign.store.tables import SIGN_IN_LINK

LASTS_FOR = timedelta(minutes=15)


def make_link(connection: Connection, person: str, made_by: str, now: datetime) -> str:
    """Return the token of a new link; the person's earlier ones are void."""
    token = secrets.token_urlsafe(32)
    void_links(connection, person)
    connection.execute(delete(SIGN_IN_LINK).where(SIGN_IN_LINK.c.until <= now))
    connection.execute(
        insert(SIGN_IN_LINK).values(
            token_hash=hashed(token), person=person, made_by=made_by, until=now + LASTS_FOR
        )
    )
    return token


def person_of_link(connection: Connection, token: str, now: datetime) -> str | None:
    """Return whom a link would sign in; None where it is spent, void or over."""
    query = select(SIGN_IN_LINK.c.person).where(
        SIGN_IN_LINK.c.token_hash == hashed(token), SIGN_IN_LINK.c.until > now
    )
    found = connection.execute(query).scalar()
    return None if found is None else str(found)


def spend_link(connection: Connection, token: str, now: datetime) -> str | None:
    """Use a link up and return whom it signs in; None for the second who tries."""
    person = person_of_link(connection, token, now)
    spent = delete(SIGN_IN_LINK).where(SIGN_IN_LINK.c.token_hash == hashed(token))
    return person if connection.execute(spent).rowcount == 1 else None


def void_links(connection: Connection, person: str) -> None:
    """Let no link sign somebody in."""
    connection.execute(delete(SIGN_IN_LINK).where(SIGN_IN_LINK.c.person == person))
