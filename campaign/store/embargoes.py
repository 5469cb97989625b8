"""Keeps until when posts are under embargo, as the schedule was last applied."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from campaign.store.tables import EMBARGO


def embargoes(connection: Connection) -> dict[str, datetime]:
    """Return the first instant at which each post under embargo may be seen, by post."""
    return {row.post: row.until_at for row in connection.execute(select(EMBARGO))}


def write_embargoes(connection: Connection, wanted: Mapping[str, datetime]) -> None:
    """Put these embargoes in the place of all there were."""
    connection.execute(delete(EMBARGO))
    rows = [{"post": post, "until_at": until} for post, until in sorted(wanted.items())]
    if rows:
        connection.execute(insert(EMBARGO), rows)
