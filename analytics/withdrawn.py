"""Why posts were withdrawn, for the report that has to say so of posts that are gone."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from campaign.states import State
from campaign.store.tables import DELIVERY, WITHDRAWAL


def reasons_withdrawn(connection: Connection) -> Mapping[str, str]:
    """Return the reason given for each post that was live and was taken down, by delivery.

    When it was seen to be gone stands in the delivery; nothing is said here of later ones.
    """
    query = (
        select(WITHDRAWAL.c.delivery_id, WITHDRAWAL.c.reason)
        .join(DELIVERY, DELIVERY.c.id == WITHDRAWAL.c.delivery_id)
        .where(DELIVERY.c.state == State.WITHDRAWN)
    )
    return {row.delivery_id: row.reason for row in connection.execute(query)}
