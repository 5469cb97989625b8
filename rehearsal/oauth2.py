"""The authorisation server of a stand-in network: consent, codes, tokens, renewal, revocation.

RFC 6749, 7009 and 7636 as the networks keep them; where one differs, its own file says how. Codes
and refresh tokens that rotate are good for one use, by the rehearsal's clock.
"""

import base64
import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """How one network deals out tokens."""

    field_name: str
    """The credential that the network's door looks for."""
    prefix: str = ""
    access_life: timedelta | None = None
    rotates: bool = False
    renews_with: str = ""
    """The scope without which there is no refresh token; empty where none is given at all."""
    code_life: timedelta = timedelta(minutes=10)
    wants_challenge: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """An app that is known to the network."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What an owner said yes to."""

    account: Account
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """Tokens that were given together."""

    account: Account
    client_id: str
    scopes: tuple[str, ...]
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class Authority:
    """One network's authorisation server."""

    def __init__(self, world: World, network: str, policy: Policy) -> None:
        self._world = world
        self._network = network
        self._policy = policy
        self._clients: dict[str, Client] = {}
        self._codes: dict[str, Said] = {}
        self._refreshable: dict[str, Issued] = {}
        self._given = 0

    def add_client(self, redirect_uri: str) -> Client:
        """Register an app that may send people back to an address."""
        client = Client(
            client_id=self._made("client")[:20],
            client_secret=self._made("client secret"),
            redirect_uris=tuple(redirect_uri.split()),
        )
        self._clients[client.client_id] = client
        return client

    def show(self, visit: Visit) -> Answer:
        """Show the page on which an owner says yes or no; it never goes to a stranger's address."""
        client = self._client_sent(visit)
        accounts = self._world.accounts.on(self._network)
        choice = "".join(
            f'<option value="{html.escape(one.handle)}">{html.escape(one.handle)}</option>'
            for one in accounts
        )
        scopes = html.escape(visit.query.get("scope", ""))
        page = (
            f"<!doctype html><title>Rehearsal of {self._network}</title><h1>Let {client.client_id} "
            f"in?</h1><p>It asks for: {scopes}</p><form method=post><select name=account>{choice}"
            "</select><button name=decision value=allow>Yes</button>"
            "<button name=decision value=deny>No</button></form>"
        )
        return Answer(status=200, body=page.encode(), media_type="text/html; charset=utf-8")

    def decide(self, visit: Visit) -> Answer:
        """Send the owner back with a code, or with the word that nobody agreed."""
        self._client_sent(visit)
        back = {"state": visit.query.get("state", "")}
        account = self._world.accounts.get(self._network, visit.form.get("account", ""))
        if visit.form.get("decision") != "allow" or account is None:
            back |= {"error": "access_denied", "error_description": "The owner said no"}
        else:
            back["code"] = self._code(visit, account)
        address = f"{visit.query['redirect_uri']}?{urlencode(back)}"
        return Answer(status=302, body=b"", media_type="text/plain", headers={"Location": address})

    def client_of(self, fields: Mapping[str, str], *, may_be_public: bool = False) -> Client:
        """Return the app that a request proves to come from."""
        client = self._clients.get(fields.get("client_id", ""))
        secret = fields.get("client_secret", "")
        known = client is not None and (
            secret == client.client_secret or (may_be_public and not secret)
        )
        if client is None or not known:
            raise RefusedError(problem(401, "invalid_client", "The app is not known"))
        return client

    def exchange(self, client: Client, form: Mapping[str, str]) -> Issued:
        """Turn a code into tokens, once."""
        said = self._codes.pop(form.get("code", ""), None)
        if said is None or said.until <= self._world.now() or said.client_id != client.client_id:
            raise RefusedError(problem(400, "invalid_grant", "The code is not good any more"))
        if said.redirect_uri != form.get("redirect_uri"):
            raise RefusedError(problem(400, "invalid_grant", "The address is another one"))
        if said.challenge and said.challenge != _challenge_of(form.get("code_verifier", "")):
            raise RefusedError(problem(400, "invalid_grant", "The verifier does not fit"))
        return self.issue(said.account, client.client_id, said.scopes)

    def renew(self, client: Client, refresh_token: str) -> Issued:
        """Give new tokens; a refresh token that rotates is void from now on."""
        issued = self._refreshable.get(refresh_token)
        if issued is None or issued.client_id != client.client_id:
            words = "Value passed for the token was invalid."
            raise RefusedError(problem(400, "invalid_request", words))
        if not self._policy.rotates:
            fresh = self.issue(issued.account, client.client_id, issued.scopes, refresh_token)
            self._refreshable[refresh_token] = fresh
            return fresh
        del self._refreshable[refresh_token]
        return self.issue(issued.account, client.client_id, issued.scopes)

    def issue(
        self, account: Account, client_id: str, scopes: tuple[str, ...], again: str = ""
    ) -> Issued:
        """Give an access token, and a refresh token where the policy has one."""
        policy = self._policy
        renewable = bool(policy.renews_with) and policy.renews_with in (*scopes, "always")
        issued = Issued(
            account=account,
            client_id=client_id,
            scopes=scopes,
            access_token=policy.prefix + self._made("access"),
            refresh_token=again or (self._made("refresh") if renewable else ""),
        )
        until = self._world.now() + policy.access_life if policy.access_life else None
        book = self._world.accounts
        book.issue(self._network, policy.field_name, issued.access_token, account, until)
        if issued.refresh_token:
            self._refreshable[issued.refresh_token] = issued
        return issued

    def revoke(self, token: str) -> None:
        """Forget a token, and what came with it."""
        found = self._refreshable.pop(token, None)
        self._world.accounts.withdraw(self._network, found.access_token if found else token)

    @property
    def access_life_s(self) -> int:
        """How long an access token lasts, in seconds; 0 for ever."""
        life = self._policy.access_life
        return int(life.total_seconds()) if life else 0

    def _client_sent(self, visit: Visit) -> Client:
        client = self._clients.get(visit.query.get("client_id", ""))
        if client is None or visit.query.get("redirect_uri") not in client.redirect_uris:
            raise RefusedError(problem(400, "invalid_request", "The app or its address is unknown"))
        if visit.query.get("response_type") != "code":
            raise RefusedError(problem(400, "unsupported_response_type", "It has to be code"))
        if self._policy.wants_challenge and visit.query.get("code_challenge_method") != "S256":
            raise RefusedError(problem(400, "invalid_request", "A challenge by S256 is needed"))
        return client

    def _code(self, visit: Visit, account: Account) -> str:
        code = self._made("code")
        self._codes[code] = Said(
            account=account,
            client_id=visit.query["client_id"],
            redirect_uri=visit.query["redirect_uri"],
            challenge=visit.query.get("code_challenge", ""),
            scopes=tuple(visit.query.get("scope", "").replace(",", " ").split()),
            until=self._world.now() + self._policy.code_life,
        )
        return code

    def _made(self, what: str) -> str:
        self._given += 1
        return self._world.accounts.secret(self._network, str(self._given), label=what)


def problem(status: int, error: str, words: str) -> Answer:
    """Answer with the error shape of RFC 6749, 5.2."""
    return as_json(status, {"error": error, "error_description": words})


def _challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
