"""What somebody does not want to be written about: chosen on their own page, kept by person.

What went wrong with a post cannot be turned off by whoever looks after it: the network refused it,
nobody knows whether it is out, or it missed its time. Nobody else would see to it.
"""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from campaign.notices.kinds import DIGEST, Kind
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.tables import NOTICE_CHOICE

ALL = (*Kind, DIGEST)


def unwanted(connection: Connection) -> frozenset[tuple[str, str]]:
    """Return every person and kind that somebody has turned off."""
    query = select(NOTICE_CHOICE.c.person, NOTICE_CHOICE.c.kind)
    return frozenset((row.person, row.kind) for row in connection.execute(query))


def unwanted_by(connection: Connection, person: str) -> frozenset[str]:
    """Return the kinds that one person has turned off."""
    return frozenset(kind for name, kind in unwanted(connection) if name == person)


def choose(connection: Connection, person: str, wanted: Collection[str], change: Change) -> None:
    """Write which kinds somebody wants; all others are off from now on."""
    before = unwanted_by(connection, person)
    off = frozenset(ALL) - frozenset(wanted)
    if off == before:
        return
    connection.execute(delete(NOTICE_CHOICE).where(NOTICE_CHOICE.c.person == person))
    rows = [{"person": person, "kind": str(one), "chosen_at": change.at} for one in sorted(off)]
    if rows:
        connection.execute(insert(NOTICE_CHOICE), rows)
    said = f"does without: {', '.join(sorted(off)) or 'nothing'}"
    note_deed(connection, change, "chose letters", f"{person} {said}")
