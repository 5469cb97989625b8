"""Signing a channel in and out: what `campaign connect`, `disconnect` and the partner's page do.

A sign-in is refused where it is for another account than the schedule names: a post would go out
in a stranger's name. What the network gave then is given back.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection

from campaign.credentials.means import CannotSignInError, Means, is_same_account, origin_of
from campaign.credentials.sealing import Belonging, SealError
from campaign.publishing.accounts import Account
from campaign.publishing.outcome import forget_refusals
from campaign.store.credentials import Kept, begin_leaving, forget, keep, kept_for
from campaign.store.deeds import note_deed
from campaign.store.deliveries import Change
from campaign.store.kept_sessions import forget_session
from connectors.contract import ConnectorError, SignIn
from connectors.grants import App, AppPassword, Asked, Brought, Grant


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A sign-in that waits for its owner to come back from the network."""

    account: Account
    address: str
    """Where the owner says yes."""
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    app: App


class OtherAnswerError(CannotSignInError):
    """An answer that belongs to another sign-in, or to none."""


def start(means: Means, account: Account, redirect_uri: str) -> Started:
    """Begin a sign-in; raise `CannotSignInError` or a `ConnectorError` where it cannot."""
    means.ready(account)
    page = _page(means, account)
    verifier = secrets.token_urlsafe(64)
    state = secrets.token_urlsafe(32)
    asked = Asked(redirect_uri=redirect_uri, state=state, challenge=challenge_of(verifier))
    consent = page.begin(means.reach(account), means.app_at(account), asked)
    return Started(
        account=account,
        address=consent.address,
        redirect_uri=redirect_uri,
        state=state,
        verifier=verifier,
        app=consent.app,
    )


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def code_in(started: Started, address: str) -> str:
    """Return the code in the address that the network sent the owner back to.

    Raises:
        OtherAnswerError: the state is not the one that was sent along.
        CannotSignInError: the owner said no, or the address holds no code.
    """
    parts = urlsplit(address.strip())
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if not hmac.compare_digest(query.get("state", "").encode(), started.state.encode()):
        message = "this answer belongs to another sign-in, or its address is not whole"
        raise OtherAnswerError(message)
    if "error" in query:
        said = query.get("error_description") or query["error"]
        message = f"the network says that nobody agreed ({said[:200]}); nothing was kept"
        raise CannotSignInError(message)
    if not query.get("code"):
        message = "the network's answer holds no code; start the sign-in again"
        raise CannotSignInError(message)
    return query["code"]


def finish(means: Means, started: Started, code: str, by: str) -> Grant:
    """Turn the code into a grant for the schedule's account, and keep it."""
    brought = Brought(code=code, verifier=started.verifier, redirect_uri=started.redirect_uri)
    page, account = _page(means, started.account), started.account
    grants = page.finish(means.reach(account), started.app, brought)
    fitting = [one for one in grants if is_same_account(account.handle, one.account)]
    if len(fitting) != 1:
        for one in grants:
            _give_back(means, account, one)
        raise CannotSignInError(_not_the_account(account, grants))
    keep_grant(means, account, fitting[0], by)
    return fitting[0]


def take_password(means: Means, account: Account, typed: Mapping[str, str], by: str) -> Grant:
    """Try an app password and keep it."""
    means.ready(account)
    sign_in = means.network_of(account).sign_in
    if not isinstance(sign_in, AppPassword):
        raise CannotSignInError(_no_way(means, account))
    grant = sign_in.take(replace(means.reach(account), credentials=dict(typed)))
    if not is_same_account(account.handle, grant.account):
        raise CannotSignInError(_not_the_account(account, [grant]))
    keep_grant(means, account, grant, by)
    return grant


def keep_grant(means: Means, account: Account, grant: Grant, by: str) -> None:
    """Seal a grant and write it; the channel may be used again at once."""
    belonging = Belonging(
        channel=account.id, origin=origin_of(account.server), grant_id=secrets.token_hex(16)
    )
    row = means.row_of(belonging, grant) | {
        "channel": account.id,
        "grant_id": belonging.grant_id,
        "origin": belonging.origin,
        "account": grant.account,
        "connected_at": means.clock.now(),
        "connected_by": by,
    }
    with means.store.write() as connection:
        keep(connection, row)
        forget_session(connection, account.id)
        forget_refusals(connection, [account.id])
        change = Change(who=by, at=means.clock.now(), why=f"as {grant.account}")
        note_deed(connection, change, "connected", account.id)


def sign_out(means: Means, account: Account, by: str, *, only_here: bool = False) -> str:
    """Disconnect a channel and say what is left to do, in a sentence.

    From the first commit on nothing is sent with it. Then the network is asked to revoke it, and
    only after that it is forgotten: where the network cannot be asked, the command can be repeated.
    """
    with means.store.write() as connection:
        kept = kept_for(connection, account.id)
        if kept is None:
            message = f"{account.id} is not signed in here"
            raise CannotSignInError(message)
        begin_leaving(connection, account.id, means.clock.now())
        _note(connection, means, by, "disconnected", account)
    revoked = False
    if not only_here and means.page_of(account) is not None:
        # Asked where it was given, whatever the schedule says by now: no other server may see it.
        there = replace(account, server=kept.origin or None)
        revoked = _revoke(means, there, kept)
    with means.store.write() as connection:
        forget(connection, kept)
        forget_session(connection, account.id)
        _note(connection, means, by, "forgot sign-in", account)
    return _left_to_do(means, account, revoked=revoked)


def owner_page(means: Means, account: Account) -> str:
    """Return where the owner ends it at the network."""
    sign_in = means.network_of(account).sign_in
    return sign_in.owner_page if sign_in else ""


def _note(connection: Connection, means: Means, by: str, what: str, account: Account) -> None:
    note_deed(connection, Change(who=by, at=means.clock.now(), why=""), what, account.id)


def _revoke(means: Means, account: Account, kept: Kept) -> bool:
    try:
        app, grant = means.app_at(account), means.seal.open(kept)
        return _page(means, account).revoke(means.reach(account), app, grant)
    except (ConnectorError, CannotSignInError, SealError) as error:
        why = str(error).rstrip(".")
        message = (
            f"nothing is sent with {account.id} any more, but the network did not revoke it: "
            f"{why}. Try again, or forget it here with --only-here and end it at the network: "
            f"{owner_page(means, account)}"
        )
        raise CannotSignInError(message) from None


def _give_back(means: Means, account: Account, grant: Grant) -> None:
    """Have the network forget what was given for another account; the sentence says the rest."""
    try:
        _page(means, account).revoke(means.reach(account), means.app_at(account), grant)
    except (ConnectorError, CannotSignInError):
        return


def _page(means: Means, account: Account) -> SignIn:
    page = means.page_of(account)
    if page is None:
        raise CannotSignInError(_no_way(means, account))
    return page


def _no_way(means: Means, account: Account) -> str:
    title = means.network_of(account).title
    return (
        f"{title} has no such sign-in; set its secrets in the environment, see docs/operations.md"
    )


def _not_the_account(account: Account, grants: Sequence[Grant]) -> str:
    names = ", ".join(one.account or "an account without a name" for one in grants) or "no account"
    return (
        f"this sign-in is for {names}, but the schedule says {account.handle}; nothing was kept. "
        f"Sign out at the network, or correct the handle"
    )


def _left_to_do(means: Means, account: Account, *, revoked: bool) -> str:
    title = means.network_of(account).title
    if revoked:
        return f"{account.id} is disconnected: {title} has revoked it, and it is forgotten here"
    return (
        f"{account.id} is disconnected and forgotten here; {title} is not told by us, so end it "
        f"there as well: {owner_page(means, account)}"
    )
