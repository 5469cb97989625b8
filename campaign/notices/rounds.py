"""One round: note what happened, write the letters whose time has come, and today's daily letter.

All of a round is one transaction, so that a process which dies in the middle has noted and written
nothing, and the next round, here or elsewhere, does it once.
"""

from dataclasses import dataclass
from datetime import time

from sqlalchemy import Connection

from campaign.models_reports import Letter
from campaign.notices.bureau import Bureau
from campaign.notices.digest import digest_due, write_digests
from campaign.notices.finding import find_untold
from campaign.notices.noting import note_all
from campaign.notices.standing_in import standing_in_due, tell_deputies
from campaign.notices.telling import anything_waits, tell_due
from campaign.store.database import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What one round came to."""

    letters: tuple[Letter, ...] = ()
    unheard: int = 0
    """Matters of which nobody could be told."""


def make_round(store: Store, bureau: Bureau, digest_at: time | None) -> Round:
    """Do what is due; the database is only written to where something is."""
    with store.read() as connection:
        if not _is_anything_due(connection, bureau, digest_at):
            return Round()
    with store.write() as connection:
        return round_in(connection, bureau, digest_at)


def round_in(connection: Connection, bureau: Bureau, digest_at: time | None) -> Round:
    """Do what is due inside a transaction of the caller's."""
    unheard = note_all(connection, find_untold(connection), bureau.concerned, bureau.now)
    letters = [*tell_deputies(connection, bureau), *tell_due(connection, bureau)]
    if digest_at is not None and digest_due(connection, bureau, digest_at):
        letters += write_digests(connection, bureau)
    return Round(letters=tuple(letters), unheard=unheard)


def _is_anything_due(connection: Connection, bureau: Bureau, digest_at: time | None) -> bool:
    if anything_waits(connection) or find_untold(connection):
        return True
    if standing_in_due(connection, bureau):
        return True
    return digest_at is not None and digest_due(connection, bureau, digest_at)
