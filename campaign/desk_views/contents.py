"""What deliveries will say, or said, without the bytes of their pictures."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from campaign.payload import Payload
from campaign.store.payloads import read_to_show
from campaign.store.tables import PAYLOAD


def contents(connection: Connection, hashes: Iterable[str]) -> dict[str, Payload]:
    """Return contents by their hashes; raise `DamagedError` where one is not what was stored."""
    wanted = set(hashes)
    query = select(PAYLOAD.c.content_hash, PAYLOAD.c.body)
    found = query.where(PAYLOAD.c.content_hash.in_(sorted(wanted)))
    bodies = {row.content_hash: row.body for row in connection.execute(found)}
    return {one: read_to_show(bodies.get(one), one) for one in wanted}
