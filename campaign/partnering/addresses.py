"""The addresses that reminders go to, and the links by which their owners stop them."""

import secrets

from sqlalchemy import Connection, select

from campaign.mailing.message import BY_MAIL
from campaign.store.backends import insert
from campaign.store.tables import PARTNER_ADDRESS

STOP_PATH = "/partner/stop/"
"""Where the page is that stops reminders; the token follows."""


def stop_link(connection: Connection, address: str, public_url: str) -> str:
    """Return the link that stops the reminders to an address; by mail where we have no page."""
    if not public_url:
        return BY_MAIL
    fresh = {"address": address.lower(), "token": secrets.token_urlsafe(24)}
    statement = insert(connection, PARTNER_ADDRESS).values(**fresh)
    connection.execute(statement.on_conflict_do_nothing())
    query = select(PARTNER_ADDRESS.c.token).where(PARTNER_ADDRESS.c.address == fresh["address"])
    return f"{public_url}{STOP_PATH}{connection.execute(query).scalar_one()}"
