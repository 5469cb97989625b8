"""Writes down what people do beside the deliveries, in the transaction in which they do it."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert

from campaign.store.deliveries import Change
from campaign.store.tables import DEED


def note_deed(connection: Connection, change: Change, what: str, about: str) -> None:
    """Write one deed: who did it, when and why stand in the change."""
    note_deeds(connection, change, what, [about])


def note_deeds(connection: Connection, change: Change, what: str, about: Iterable[str]) -> None:
    """Write the same deed of many things."""
    rows = [
        {"at": change.at, "who": change.who, "what": what, "about": one, "words": change.why}
        for one in about
    ]
    if rows:
        connection.execute(insert(DEED), rows)
