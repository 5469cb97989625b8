"""How the stand-ins for LinkedIn and Meta's networks let apps in, around `rehearsal.oauth2`.

LinkedIn: authorization code flow, programmatic refresh tokens, organization access control
(202609). Meta: manual login flow, long-lived tokens, `me/accounts`, `debug_token`; Threads:
authorization window and long-lived tokens (2026). The person who says yes looks after every page
of the rehearsal.
"""

from datetime import timedelta
from typing import Any

from rehearsal import facebook_shapes as shapes
from rehearsal.accounts import Account
from rehearsal.exchange import Answer, RefusedError, Visit, as_json
from rehearsal.oauth2 import Authority, Client, Issued, Policy
from rehearsal.sign_ins import at, routes
from rehearsal.world import World

DAYS_60 = timedelta(days=60)
YEAR = timedelta(days=365)
DATA_ACCESS = timedelta(days=90)
YOUNGEST_RENEWED = timedelta(hours=24)


class LinkedInSignIns:
    """Sixty days, with a refresh token that stays the same for a year."""

    def __init__(self, world: World) -> None:
        self._world = world
        policy = Policy(
            field_name="ACCESS_TOKEN", prefix="AQ", access_life=DAYS_60, renews_with="always"
        )
        self.authority = Authority(world, "linkedin", policy)
        self.routes = routes(
            self.authority,
            "/oauth/v2/authorization",
            at("POST", "/oauth/v2/accessToken", self._token),
        )

    def _token(self, visit: Visit) -> Answer:
        form = visit.form.to_dict()
        client = self.authority.client_of(form)
        if form.get("grant_type") == "refresh_token":
            issued = self.authority.renew(client, form.get("refresh_token", ""))
        else:
            issued = self.authority.exchange(client, form)
        return as_json(
            200,
            {
                "access_token": issued.access_token,
                "expires_in": self.authority.access_life_s,
                "refresh_token": issued.refresh_token,
                "refresh_token_expires_in": int(YEAR.total_seconds()),
                "scope": ",".join(issued.scopes),
            },
        )


def organisations(world: World) -> Answer:
    """List every page as one that the member administers."""
    elements = [
        {
            "role": "ADMINISTRATOR",
            "state": "APPROVED",
            "organization": f"urn:li:organization:{one.remote_id}",
            "roleAssignee": "urn:li:person:rehearsed",
        }
        for one in world.accounts.on("linkedin")
    ]
    return as_json(200, {"elements": elements, "paging": {"count": 10, "start": 0, "links": []}})


class PageSignIns:
    """A person's token, made longer, and a token for each page; Facebook's and Instagram's."""

    def __init__(self, world: World, network: str, field_name: str) -> None:
        self._world = world
        self._network, self._field_name = network, field_name
        policy = Policy(field_name="PERSON_TOKEN", prefix="EAA", access_life=DAYS_60)
        self.authority = Authority(world, network, policy)
        self._scopes: dict[str, tuple[str, ...]] = {}
        base = "/<version>"
        self.routes = routes(
            self.authority,
            f"{base}/dialog/oauth",
            at("GET", f"{base}/oauth/access_token", self._token),
            at("GET", f"{base}/me/accounts", self._pages),
            at("GET", f"{base}/debug_token", self._debug),
        )

    def _token(self, visit: Visit) -> Answer:
        query = visit.query.to_dict()
        client = _meta_client(self.authority, query)
        if query.get("grant_type") == "fb_exchange_token":
            issued = self._longer(client, query.get("fb_exchange_token", ""))
        else:
            issued = self.authority.exchange(client, query)
        self._scopes[issued.access_token] = issued.scopes
        life = self.authority.access_life_s
        return as_json(
            200, {"access_token": issued.access_token, "token_type": "bearer", "expires_in": life}
        )

    def _longer(self, client: Client, token: str) -> Issued:
        person = self._person(token)
        return self.authority.issue(person, client.client_id, self._scopes.get(token, ()))

    def _pages(self, visit: Visit) -> Answer:
        token = visit.bearer() or ""
        self._person(token)
        asked = visit.query.get("fields", "")
        accounts = self._world.accounts.on(self._network)
        return as_json(200, {"data": [self._page(one, token, asked) for one in accounts]})

    def _page(self, one: Account, token: str, asked: str) -> dict[str, Any]:
        """Return a page; that of an Instagram account has a number of its own."""
        shown: dict[str, Any] = {
            "id": one.remote_id,
            "name": one.name,
            "username": one.name,
            "access_token": self._page_token(one, token),
            "tasks": ["ANALYZE", "CREATE_CONTENT", "MODERATE"],
        }
        if self._network == "instagram":
            shown["id"] = str(int(one.remote_id) // 100)
            if "instagram_business_account" in asked:
                account = {"id": one.remote_id, "username": one.name}
                shown["instagram_business_account"] = account
        return shown

    def _page_token(self, page: Account, token: str) -> str:
        made = "EAA" + self._world.accounts.secret(self._network, page.handle, label=f"of {token}")
        self._world.accounts.issue(self._network, self._field_name, made, page, None)
        self._scopes[made] = self._scopes.get(token, ())
        return made

    def _debug(self, visit: Visit) -> Answer:
        self._person(visit.bearer() or "")
        token = visit.query.get("input_token", "")
        until = self._world.now() + DATA_ACCESS
        data: dict[str, Any] = {
            "is_valid": token in self._scopes,
            "expires_at": 0,
            "data_access_expires_at": int(until.timestamp()),
            "scopes": list(self._scopes.get(token, ())),
        }
        return as_json(200, {"data": data})

    def _person(self, token: str) -> Account:
        found = self._world.accounts.by_credential(self._network, "PERSON_TOKEN", value=token)
        if found is None:
            raise RefusedError(shapes.bad_token("Invalid OAuth access token."))
        return found


class ThreadsSignIns:
    """An hour, then sixty days, renewed once a day old and before the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        policy = Policy(field_name="ACCESS_TOKEN", prefix="THA", access_life=DAYS_60)
        self.authority = Authority(world, "threads", policy)
        self._short: dict[str, Issued] = {}
        self._long: dict[str, tuple[Issued, Any]] = {}
        self.routes = routes(
            self.authority,
            "/oauth/authorize",
            at("POST", "/oauth/access_token", self._token),
            at("GET", "/access_token", self._exchange),
            at("GET", "/refresh_access_token", self._refresh),
        )

    def _token(self, visit: Visit) -> Answer:
        form = visit.form.to_dict()
        issued = self.authority.exchange(_meta_client(self.authority, form), form)
        self._short[issued.access_token] = issued
        said = {"access_token": issued.access_token, "user_id": issued.account.remote_id}
        return as_json(200, said)

    def _exchange(self, visit: Visit) -> Answer:
        issued = self._short.get(visit.query.get("access_token", ""))
        is_asked = visit.query.get("grant_type") == "th_exchange_token"
        if issued is None or not is_asked or not visit.query.get("client_secret"):
            raise RefusedError(shapes.bad_token("Error validating access token"))
        return self._given(issued)

    def _refresh(self, visit: Visit) -> Answer:
        token = visit.query.get("access_token", "")
        known = self._world.accounts.by_credential("threads", "ACCESS_TOKEN", value=token)
        issued, made_at = self._long.get(token, (None, None))
        if known is None or issued is None or made_at is None:
            raise RefusedError(shapes.bad_token("Error validating access token", subcode=463))
        if self._world.now() - made_at < YOUNGEST_RENEWED:
            raise RefusedError(shapes.invalid("The token is not 24 hours old"))
        return self._given(issued)

    def _given(self, before: Issued) -> Answer:
        issued = self.authority.issue(before.account, before.client_id, before.scopes)
        self._long[issued.access_token] = issued, self._world.now()
        life = self.authority.access_life_s
        return as_json(
            200, {"access_token": issued.access_token, "token_type": "bearer", "expires_in": life}
        )


def _meta_client(authority: Authority, fields: dict[str, str]) -> Client:
    try:
        return authority.client_of(fields)
    except RefusedError:
        words = "Error validating client secret."
        raise RefusedError(shapes.error(1, words)) from None
