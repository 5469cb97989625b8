"""A campaign with somebody for every role, and browsers in which they are signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from campaign.access import visits
from campaign.clock import SteppedClock
from campaign.secret_keys import new_key
from campaign.web.app import make_app
from campaign.web.visitors import COOKIE
from campaign.wiring import Desk
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY, Office

KEY = new_key()
ORIGIN = "https://desk.example"
PEOPLE = """\
people:
  ama: {name: Ama Mensah, roles: [author], email: ama@ico.example}
  ben: {name: Ben Archer, roles: [approver]}
  cat: {name: Cat Okafor, roles: [approver]}
  lea: {name: Lea Lindqvist, roles: [legal]}
  dev: {name: Dev Sharma, roles: [admin]}
  frank: {name: Frank Osei, roles: [reader]}
  elin: {name: Elin Price, roles: [partner], partner: npcc}
  nina: {name: Nina Roy, roles: [partner], partner: ico}
"""
ROLES = {
    "author": "ama",
    "approver": "ben",
    "legal": "lea",
    "admin": "dev",
    "reader": "frank",
    "partner": "elin",
    "nobody": None,
}
"""Somebody for each role; `nobody` is not signed in."""


class WebOffice(Office):
    """The office, with people for every role and pages."""

    def open(self, transport: Any = None) -> Desk:
        """Open the desk as the office does, with a key to seal with."""
        desk = super().open(transport)
        desk.settings = replace(desk.settings, secret_keys=(KEY,))
        return desk

    def write_schedule(self, *args: Any, **words: Any) -> None:
        """Write schedule.yaml as the office does, with these people."""
        super().write_schedule(*args, **words)
        file = self.folder / "schedule.yaml"
        text = file.read_text(encoding="utf-8")
        before, _, rest = text.partition("people:\n")
        file.write_text(before + PEOPLE + rest[rest.index("channels:") :], encoding="utf-8")

    def browser(self, person: str | None = None) -> "Browser":
        """Return a browser of somebody, signed in; of nobody without a name."""
        browser = Browser(self.app)
        if person is not None:
            browser.cookies.set(COOKIE, self.cookie_of(person))
        return browser

    def cookie_of(self, person: str) -> str:
        """Sign somebody in as a page would, and return what their browser holds."""
        with self.desk.store.write() as connection:
            visit_id = visits.begin(
                connection, person, self.clock.now(), way="password", browser="A test"
            )
        return str(self.app.state.signing.sign_visit(visit_id))

    @property
    def app(self) -> Any:
        """The application, made at the first call."""
        if not hasattr(self, "_app"):
            self._app = make_app(self.desk)
        return self._app


class Browser(TestClient):
    """Asks as a browser does, with the headers that tell where a request comes from."""

    def __init__(self, app: Any) -> None:
        super().__init__(app, base_url=ORIGIN, follow_redirects=False)
        self.headers["Sec-Fetch-Site"] = "same-origin"

    def token(self) -> str:
        """Return a form's token, as any page with a form gives this browser."""
        return token_in(self.get("/you").text) or token_in(self.get("/sign-in").text)

    def submit(self, address: str, **fields: Any) -> Any:
        """Send a form of ours with these fields; a list is a field that is there several times."""
        return self.post(address, data={"form_token": self.token(), **fields})


def token_in(page: str) -> str:
    """Return the token of the first form of a page, nothing where there is none."""
    _, _, rest = page.partition('name="form_token" value="')
    return rest.partition('"')[0]


@contextmanager
def open_web_office(folder: Path, database_url: str = "") -> Iterator[WebOffice]:
    """Open the office, applied by Ama: three deliveries wait for Tuesday 08:30."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = WebOffice(folder, rehearsal, clock, database_url=database_url)
        place.apply()
        yield place
        place.close()
