"""What a channel may be used with right now, renewed ahead of its end.

One process renews at a time: it takes a lease in the row, asks the network, and commits what came
before anybody uses it. The others go on with the old token, which still works. Between the
network's answer and that commit there is a moment in which a crash loses a refresh token that is
good for one use: the next renewal is then refused, the row says so, and posting goes on until the
old access token ends, which a renewal an hour ahead of its end leaves time for.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy.exc import DBAPIError

from campaign.credentials.means import Means, belonging_of, origin_of
from campaign.credentials.sealing import SealError
from campaign.publishing.accounts import Account
from campaign.store.credentials import (
    Kept,
    begin_renewal,
    fail_renewal,
    finish_renewal,
    kept_for,
)
from campaign.store.database import explain
from connectors.contract import AccessRefused, ConnectorError, NetworkName, NotSent
from connectors.grants import Grant

log = logging.getLogger("campaign")

LEASE = timedelta(minutes=3)
"""Longer than a renewal's calls may take, so that two never use one refresh token."""
AGAIN = timedelta(minutes=2)
"""After a renewal that reached nobody."""
AGAIN_AFTER_NO = timedelta(hours=6)
"""After one that was refused: a person has to sign in again, and a network may change its mind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A sign-in as it stands."""

    grant_id: str
    edition: int
    credentials: dict[str, str] = field(repr=False)


class Holder:
    """Hands out what was signed in with."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._opened: dict[str, Held] = {}
        self._unwritten: dict[str, tuple[Kept, dict[str, Any]]] = {}
        self._lock = Lock()

    def held(self, account: Account) -> Held | None:
        """Return what a channel is used with; None where nobody signed in here.

        Raises:
            NotSent: it was disconnected, given by another server, or no key opens it.
            AccessRefused: it has ended.
        """
        kept = self._read(account)
        if kept is None:
            return None
        self._check(account, kept)
        if kept.renew_at is not None and kept.renew_at <= self._means.clock.now():
            kept = self.renewed(account, kept)
            self._check(account, kept)
        _insist_on_life(account, kept, self._means.clock.now())
        return self._open(account, kept)

    def is_current(self, account: Account, held: Held) -> bool:
        """Whether nobody has renewed or replaced what a call was made with."""
        kept = self._read(account)
        return kept is None or (kept.grant_id, kept.edition) == (held.grant_id, held.edition)

    def why_gone(self, account: Account, held: Held) -> str | None:
        """Say why nothing may be done any more with what is held; asked before every call."""
        try:
            kept = self._read(account)
        except DBAPIError as error:  # who cannot ask must not call
            return explain(error)
        if kept is None or kept.leaving_at is not None or kept.grant_id != held.grant_id:
            return f"{account.id} was disconnected while this was under way"
        return None

    def renewed(self, account: Account, kept: Kept) -> Kept:
        """Renew what is kept if nobody else does; return the row as it stands then."""
        means, now = self._means, self._means.clock.now()
        if means.stopped(account):
            return kept
        with means.store.write() as connection:
            if not begin_renewal(connection, kept, now, now + LEASE):
                return kept
        try:
            fresh = self._ask(account, kept)
        except (ConnectorError, SealError) as error:
            self._failed(account, kept, error)
        else:
            self._write(account, kept, means.row_of(belonging_of(kept), fresh))
        return self._read(account) or kept

    def _ask(self, account: Account, kept: Kept) -> Grant:
        means = self._means
        page = means.page_of(account)
        grant = means.seal.open(kept)
        if page is None:
            return grant
        access = replace(means.reach(account), forbidden=lambda: means.stopped(account))
        return page.renew(access, means.app_at(account), grant)

    def _write(self, account: Account, kept: Kept, values: dict[str, Any]) -> None:
        """Commit what the network gave; kept in memory where the database is away just now."""
        try:
            with self._means.store.write() as connection:
                finish_renewal(connection, kept, values)
        except DBAPIError as error:
            with self._lock:
                self._unwritten[account.id] = kept, values
            raise NotSent(explain(error), network=NetworkName(account.network)) from error
        log.info("renewed the sign-in of %s", account.id)

    def _failed(self, account: Account, kept: Kept, error: Exception) -> None:
        wait = AGAIN_AFTER_NO if isinstance(error, AccessRefused) else AGAIN
        why = str(error)
        if isinstance(error, AccessRefused) and kept.renewing_until and not kept.trouble:
            why = f"a renewal was broken off, and the network does not take the old token: {why}"
        with self._means.store.write() as connection:
            fail_renewal(connection, kept, why, self._means.clock.now() + wait)
        log.warning("the sign-in of %s was not renewed: %s", account.id, why)

    def _read(self, account: Account) -> Kept | None:
        with self._lock:
            waiting = self._unwritten.pop(account.id, None)
        if waiting is not None:
            self._write(account, *waiting)
        with self._means.store.read() as connection:
            return kept_for(connection, account.id)

    def _check(self, account: Account, kept: Kept) -> None:
        network = NetworkName(account.network)
        if kept.leaving_at is not None:
            message = f"{account.id}: was disconnected; run `campaign connect {account.id}`"
            raise NotSent(message, network=network)
        if kept.origin != origin_of(account.server):
            message = (
                f"{account.id}: signed in at {kept.origin or 'the network itself'}, and the "
                f"schedule says {account.server or 'no server'} now; run `campaign connect "
                f"{account.id}` again"
            )
            raise NotSent(message, network=network)

    def _open(self, account: Account, kept: Kept) -> Held:
        found = self._opened.get(account.id)
        if found is None or (found.grant_id, found.edition) != (kept.grant_id, kept.edition):
            try:
                credentials = dict(self._means.seal.open(kept).credentials)
            except SealError as error:
                message = f"{account.id}: {error}"
                raise NotSent(message, network=NetworkName(account.network)) from None
            found = Held(grant_id=kept.grant_id, edition=kept.edition, credentials=credentials)
            self._opened[account.id] = found
        return found


def _insist_on_life(account: Account, kept: Kept, now: datetime) -> None:
    if kept.expires_at is None or now < kept.expires_at:
        return
    why = f" ({kept.trouble})" if kept.trouble else ""
    message = f"{account.id}: the sign-in has ended{why}; run `campaign connect {account.id}` again"
    raise AccessRefused(message, network=NetworkName(account.network))


def renew_due(
    holder: Holder, means: Means, accounts: dict[str, Account], rows: list[Kept]
) -> Counter[str]:
    """Renew whatever is to be renewed by now; return how many were and were not."""
    done: Counter[str] = Counter()
    now = means.clock.now()
    for kept in rows:
        account = accounts.get(kept.channel)
        due = kept.renew_at is not None and kept.renew_at <= now and kept.leaving_at is None
        if account is None or not due or origin_of(account.server) != kept.origin:
            continue
        after = holder.renewed(account, kept)
        done["renewed" if after.edition > kept.edition else "not renewed"] += 1
    return done
