"""Keeps a network's session where every process of the campaign finds it, sealed."""

import logging
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from campaign.clock import Clock
from campaign.credentials.sealing import Belonging, Seal
from campaign.store.database import Store, explain
from campaign.store.kept_sessions import keep_session, session_of

log = logging.getLogger("campaign")


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionShelf:
    """One channel's place; `connectors.contract.Shelf` says what it is for.

    Without a secret key nothing is kept. Where the database cannot be used there is nothing on it:
    a session more is opened, and no call fails for it.
    """

    store: Store
    clock: Clock
    seal: Seal
    belonging: Belonging

    def read(self) -> str | None:
        """Return the session that any process has put here last, None where there is none."""
        if not self.seal.has_key:
            return None
        try:
            with self.store.read() as connection:
                sealed = session_of(connection, self.belonging.channel)
        except DBAPIError as error:
            log.warning("no session is taken from the database: %s", explain(error))
            return None
        return None if sealed is None else self.seal.open_text(self.belonging, sealed)

    def put(self, text: str) -> None:
        """Keep a session for the others."""
        if not self.seal.has_key:
            return
        sealed, to = self.seal.seal_text(self.belonging, text), self.belonging
        try:
            with self.store.write_one() as connection:
                keep_session(connection, to.channel, sealed, self.clock.now())
        except DBAPIError as error:
            log.warning("the session of %s is not kept: %s", to.channel, explain(error))
