"""Every page of the desk, from the app's own list of routes, with an address that leads somewhere.

A page that is added is here by itself. One whose address holds a part of a new name makes `fill`
ask for a value; nothing else is to be written for it.
"""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlmodel import SQLModel

from campaign.access.people import person_in
from campaign.access.rights import Action, can
from campaign.web import visitors
from campaign.web.app import ROUTERS
from campaign.web.headers import CONTENT_SECURITY_POLICY
from campaign.web.visitors import COOKIE
from tests.web.odd import LIVE, WEEK, OddOffice
from tests.web.partners import ID
from tests.web.people import ROLES, Browser
from tests.web.reading import all_forms

CHUNK = 64 * 1024
_PART = re.compile(r"\{(\w+)(?::path)?\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One route with one method."""

    method: str
    path: str
    """As the route has it."""
    action: Action | None
    """The right that it asks for; None where nobody has to be signed in."""

    @property
    def parts(self) -> list[str]:
        """The names of what its address holds."""
        return _PART.findall(self.path)

    @property
    def takes_link(self) -> bool:
        """Whether a link of a partner or of somebody outside opens it, and no account does."""
        return self.path.startswith(("/partner/{token}", "/outside/{token}"))


def every_page() -> list[Page]:
    """Return every page of the app, in the order of its routes."""
    routes = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    return [
        Page(method=method, path=route.path, action=_action_of(route))
        for route in routes
        for method in sorted(route.methods or ())
    ]


def questions() -> list[tuple[Page, list[str]]]:
    """Return every page that reads something behind its address, with the names of that."""
    routes = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
    asked = {one.path: _asked_in(one.dependant) for one in routes if "GET" in (one.methods or ())}
    return [(one, asked[one.path]) for one in every_page() if one.method == "GET"]


def _asked_in(dependant: Dependant) -> list[str]:
    own = [one.alias for one in dependant.query_params]
    return own + [name for one in dependant.dependencies for name in _asked_in(one)]


def _action_of(route: APIRoute) -> Action | None:
    asked = (visitors.action_of(one.call) for one in route.dependant.dependencies)
    return next((one for one in asked if one is not None), None)


def known_parts(office: OddOffice) -> dict[str, str]:
    """Return what the parts of addresses stand for here; `under name` where a name has two."""
    return {
        "delivery_id": LIVE,
        "delivery": ID,
        "post": "odd-words",
        "entry": "law-helps",
        "sha256": office.picture,
        "file": "door.png",
        "figure": "reactions",
        "number": "1",
        "token_id": office.token_id,
        "/people name": "ama",
        "/subscribers name": "intranet",
        "/reports name": WEEK,
        "/sign-in token": office.sign_in_token,
        "/outside token": office.outside_path.rpartition("/")[2],
        "/preview token": office.preview_token,
        "/partner token": office.partner_path.rpartition("/")[2],
    }


def fill(page: Page, known: dict[str, str], **other: str) -> str:
    """Return the page's address with what it stands for here, or with something `other` in it."""
    under = f"/{page.path.split('/')[1]}"

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in other:
            return other[name]
        found = known.get(f"{under} {name}", known.get(name))
        assert found is not None, f"say in known_parts what “{name}” stands for in {page.path}"
        return quote(found)

    return _PART.sub(value, page.path)


def is_let_in(office: OddOffice, page: Page, role: str) -> bool:
    """Whether somebody of a role may open a page."""
    name = ROLES[role]
    person = person_in(office.people, name) if name else None
    return page.action is None or (person is not None and can(person, page.action))


def somebody_for(office: OddOffice, page: Page) -> str | None:
    """Return somebody who may open a page; nobody in particular where everybody may."""
    if page.action is None:
        return "ama"
    return next(name for role, name in ROLES.items() if is_let_in(office, page, role))


def check_headers(answer: Any) -> None:
    """Refuse an answer without what every answer says to a browser."""
    headers, where = answer.headers, f"{answer.request.method} {answer.url} {answer.status_code}"
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["X-Frame-Options"] == "DENY", where
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, where
    kept = headers["Cache-Control"]
    is_static = urlsplit(str(answer.url)).path.startswith("/static/")
    assert kept == "no-store" or is_static or "private" in kept, where
    assert "Server" not in headers, where


class Sweeper(Browser):
    """A browser that refuses an answer without its headers, and any fault of ours."""

    statuses: set[int]

    def request(self, *args: Any, **words: Any) -> Any:
        """Ask, and look at what every answer has to have."""
        answer = super().request(*args, **words)
        check_headers(answer)
        assert answer.status_code < 500, f"{args}: {answer.text[:2000]}"
        return answer


class _Looked(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "odd" or (tag == "script" and not known.get("src", "").startswith("/static/")):
            self.wrong.append(f"<{tag}>")
        for name, value in known.items():
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} {name}")
            is_address = name in {"href", "src", "action", "formaction"}
            if is_address and value.lower().lstrip().startswith("javascript:"):
                self.wrong.append(f"{tag} {name}={value}")
            self.words.append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def look_at(page: str) -> tuple[list[str], list[str]]:
    """Return what broke out of its place in a page, and everything that is worded in it."""
    looked = _Looked()
    looked.feed(page)
    return looked.wrong, looked.words


def words_in(page: str) -> str:
    """Return everything that a page says, with what its fields hold."""
    return " ".join(look_at(page)[1])


def fields_by_address(
    browsers: dict[str | None, "Sweeper"], office: OddOffice, known: dict[str, str]
) -> dict[str, set[str]]:
    """Return the names of the fields of all forms of all pages, by where each form goes."""
    found: dict[str, set[str]] = {}
    for page in every_page():
        if page.method != "GET":
            continue
        address = fill(page, known)
        answer = browsers[somebody_for(office, page)].get(address)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for form in all_forms(answer.text):
                names = {*form.fields, *(name for name, _ in form.buttons)} - {"form_token"}
                found.setdefault(form.action.partition("?")[0] or address, set()).update(names)
    return found


def everything_in(office: OddOffice) -> str:
    """Return one name for all that is kept: the database but for sign-ins, and the files."""
    known = hashlib.sha256()
    with office.desk.store.read() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in {"visit", "sign_in_try"}:
                rows = sorted(map(repr, connection.execute(select(table))))
                known.update(f"{table.name}{rows}".encode())
    for file in sorted((office.folder).rglob("*")):
        if file.is_file() and "campaign.db" not in file.name:
            known.update(file.name.encode() + file.read_bytes())
    return known.hexdigest()


def form_token(office: OddOffice, browser: Browser) -> str:
    """Return what every form of a browser holds, without asking for a page."""
    signing = office.app.state.signing
    visit_id = signing.visit_in(browser.cookies.get(COOKIE, ""))
    return str(signing.form_token(visit_id))


def ask_without_end(app: Any, path: str, cookie: str) -> tuple[int, int]:
    """Send a form that never ends and does not say so; return the bytes that were read, and the
    status of the answer.
    """
    read, statuses = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += CHUNK
        assert read < 64 * 1024 * 1024, "it reads on and on"
        return {"type": "http.request", "body": b"x" * CHUNK, "more_body": True}

    async def send(message: Any) -> None:
        statuses.append(message.get("status"))

    sent = {
        "host": "desk.example",
        "sec-fetch-site": "same-origin",
        "cookie": f"{COOKIE}={cookie}",
        "content-type": "application/x-www-form-urlencoded",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("desk.example", 443),
        "scheme": "https",
        "http_version": "1.1",
        "root_path": "",
    }
    asyncio.run(app(scope, receive, send))
    return read, statuses[0]
