"""Programs that work for somebody of the office, with an access token."""

import itertools
from typing import Any

from fastapi.testclient import TestClient

from campaign.access.scopes import Scope
from campaign.access.tokens import Wish, make_token
from campaign.store.deliveries import Change
from campaign.web.api.app import ROOT
from tests.web.people import ORIGIN, WebOffice

X, MASTODON = "law-helps/ico-x/1", "law-helps/ico-mastodon/1"
_KEYS = itertools.count(1)


class Program(TestClient):
    """Asks the API as a program does: with a token, without a cookie."""

    def __init__(self, app: Any, token: str) -> None:
        super().__init__(app, base_url=f"{ORIGIN}{ROOT}", follow_redirects=False)
        self.token = token
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def tag(self, delivery: str) -> str:
        """Return the ETag of a delivery as it stands."""
        return str(self.get(f"/deliveries/{delivery}").headers["ETag"])

    def write(self, address: str, body: Any, *, key: str = "", tag: str | None = None) -> Any:
        """Send a write, under a key of its own unless one is given."""
        headers = {"Idempotency-Key": key or f"key-{next(_KEYS)}"}
        headers |= {} if tag is None else {"If-Match": tag}
        return self.post(address, json=body, headers=headers)


def token_for(office: WebOffice, person: str, *scopes: Scope, days: int = 30) -> str:
    """Make a token of somebody, for everything unless scopes are given."""
    wish = Wish(person=person, name="A test", scopes=scopes or tuple(Scope), days=days)
    change = Change(who=person, at=office.clock.now(), why="a test")
    with office.desk.store.write() as connection:
        return make_token(connection, wish, change)


def program(office: WebOffice, person: str, *scopes: Scope) -> Program:
    """Return a program that works for somebody."""
    return Program(office.app, token_for(office, person, *scopes))
