"""How the stand-in for YouTube lets apps in: Google's addresses around `rehearsal.oauth2`.

From Google's documentation of OAuth 2.0 for web server and desktop apps, 2026. A token that renews
is given only where the page was asked for `access_type=offline`, and it stays the same.
"""

from datetime import timedelta

from rehearsal.exchange import Answer, Visit, as_json
from rehearsal.oauth2 import Authority, Issued, Policy, problem
from rehearsal.sign_ins import at, routes
from rehearsal.world import World


class YouTubeSignIns:
    """An hour, PKCE, and a refresh token that stays."""

    def __init__(self, world: World) -> None:
        policy = Policy(
            field_name="ACCESS_TOKEN",
            prefix="ya29.",
            access_life=timedelta(hours=1),
            renews_with="always",
            wants_challenge=True,
        )
        self.authority = Authority(world, "youtube", policy)
        page = "/o/oauth2/v2/auth"
        self.routes = routes(
            self.authority,
            page,
            at("POST", "/token", self._token),
            at("POST", "/revoke", self._revoke),
        )
        self.routes = tuple(
            at("GET", page, self._show) if one.path == page and one.method == "GET" else one
            for one in self.routes
        )

    def _show(self, visit: Visit) -> Answer:
        if visit.query.get("access_type") != "offline":
            return problem(400, "invalid_request", "The rehearsal lets nobody in for an hour only")
        return self.authority.show(visit)

    def _token(self, visit: Visit) -> Answer:
        form = visit.form.to_dict()
        client = self.authority.client_of(form)
        if form.get("grant_type") == "refresh_token":
            issued = self.authority.renew(client, form.get("refresh_token", ""))
            return self._given(issued, again=False)
        return self._given(self.authority.exchange(client, form), again=True)

    def _given(self, issued: Issued, *, again: bool) -> Answer:
        said = {
            "access_token": issued.access_token,
            "expires_in": self.authority.access_life_s,
            "token_type": "Bearer",
            "scope": " ".join(issued.scopes),
        }
        return as_json(200, said | ({"refresh_token": issued.refresh_token} if again else {}))

    def _revoke(self, visit: Visit) -> Answer:
        self.authority.revoke(visit.form.get("token", ""))
        return as_json(200, {})
