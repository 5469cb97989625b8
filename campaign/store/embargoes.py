"""Until when nobody outside may see a post: kept as it was applied, looked up to the second."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from campaign.store.tables import EMBARGO


def save_embargoes(connection: Connection, wanted: Mapping[str, datetime]) -> None:
    """Keep exactly these embargoes, by post."""
    connection.execute(delete(EMBARGO))
    rows = [{"post": post, "until_at": until} for post, until in wanted.items()]
    if rows:
        connection.execute(insert(EMBARGO), rows)


def embargoes(connection: Connection) -> dict[str, datetime]:
    """Return the first instant at which each post may be seen, for posts that have an embargo."""
    return {row.post: row.until_at for row in connection.execute(select(EMBARGO))}
