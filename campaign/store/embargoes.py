"""Until when nobody outside may see a post: kept as it was applied, looked up to the second."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from campaign.store.prepared import Prepared
from campaign.store.tables import DELIVERY, EMBARGO

_UNDER = Prepared(
    select(DELIVERY.c.id, EMBARGO.c.until_at)
    .join(EMBARGO, EMBARGO.c.post == DELIVERY.c.post)
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
)


def save_embargoes(connection: Connection, wanted: Mapping[str, datetime]) -> None:
    """Keep exactly these embargoes, by post."""
    connection.execute(delete(EMBARGO))
    rows = [{"post": post, "until_at": until} for post, until in wanted.items()]
    if rows:
        connection.execute(insert(EMBARGO), rows)


def embargoes(connection: Connection) -> dict[str, datetime]:
    """Return the first instant at which each post may be seen, for posts that have an embargo."""
    return {row.post: row.until_at for row in connection.execute(select(EMBARGO))}


def under_embargo(
    connection: Connection, ids: Collection[str], at: datetime
) -> dict[str, datetime]:
    """Return, by delivery, until when those that may not be seen at an instant may not be."""
    rows = _UNDER.rows(connection, {"ids": list(ids)})
    return {row.id: row.until_at for row in rows if at < row.until_at}
