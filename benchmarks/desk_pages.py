"""The desk's pages over 20,000 deliveries: how long each takes to make, and what it weighs.

Asked over HTTP on this machine, signed in, as `campaign web` serves them. The time is that until
the whole page has arrived; beside it stands what the processor spent on it, which does not grow
when other programs want it, too.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from benchmarks.desk_fill import CONTACT, fill, write_campaign
from benchmarks.tables import Section, progress, table
from campaign.access import visits
from campaign.clock import SteppedClock
from campaign.partner_links.links import Wanted, make_link
from campaign.secret_keys import new_key
from campaign.settings import Settings
from campaign.store.deliveries import Change
from campaign.web.app import make_app
from campaign.web.serving import Serving
from campaign.web.visitors import COOKIE
from campaign.wiring import Desk, open_desk

DELIVERIES = 20_000
ASKED_MS = 100
NOW = datetime(2027, 3, 1, 9, 5, tzinfo=UTC)
SOME, BY_HAND = "post-0300/channel-03/1", "post-0400/channel-39/1"
KEYS = (new_key(),)
PARTNERS = "partner"
"""In place of a person: whoever has the partner's link."""
PAGES = {
    "Now": ("ben", "/now"),
    "approvals": ("ben", "/approvals"),
    "a delivery": ("ben", f"/deliveries/{SOME}"),
    "the board of a post": ("ben", "/board/post-0300"),
    "stop": ("ben", "/stop"),
    "the week": ("ben", "/calendar"),
    "the month": ("ben", "/calendar/month"),
    "a day": ("ben", "/calendar/day"),
    "from partners": ("ben", "/from-partners"),
    "reports": ("ben", "/reports"),
    "a prepared report": ("ben", "/reports/2027-W08"),
    "posts": ("ama", "/posts"),
    "writing a post": ("ama", "/posts/post-0400"),
    "sending a post": ("ama", "/posts/post-0400/send"),
    "taking a post out": ("ama", "/posts/post-0400/take-out?entry=post-0400"),
    "moving a post": ("ama", "/move/post-0400?by=1"),
    "people": ("dev", "/people"),
    "a person": ("dev", "/people/ama"),
    "records": ("dev", "/records"),
    "subscribers": ("dev", "/subscribers"),
    "a partner's posts": (PARTNERS, ""),
    "a partner's post": (PARTNERS, f"/post/{BY_HAND}"),
    "a partner's results": (PARTNERS, "/results"),
}
TIMES = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one page cost in one round."""

    page: str
    seconds: float
    """Median until it had arrived."""
    cpu_seconds: float
    """Median of what this process spent meanwhile: server, and the little that asking takes."""
    size: int
    """Bytes over the wire, compressed, without style sheets and scripts."""


def measure(rounds: int) -> Section:
    """Ask for every page in turn, many times."""
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        folder = Path(name)
        desk = _open(folder)
        try:
            write_campaign(folder, DELIVERIES, NOW)
            fill(desk, NOW)
            costs = [progress(cost) for _ in range(rounds) for cost in _asked(desk)]
        finally:
            desk.close()
    return Section(
        name="desk",
        title=f"the desk's pages, {DELIVERIES:,} deliveries",
        text=table(
            ["page", "ms", f"of {ASKED_MS} ms", "processor ms", "kB"],
            [_row(page, [one for one in costs if one.page == page]) for page in PAGES],
        ),
        figures=[asdict(one) for one in costs],
    )


def _open(folder: Path) -> Desk:
    url = f"sqlite:///{folder}/campaign.db"
    settings = Settings(folder=folder, database_url=url, environment={}, secret_keys=KEYS)
    return open_desk(settings, clock=SteppedClock(NOW))


def _asked(desk: Desk) -> list[Cost]:
    app = make_app(desk)
    serving = Serving(app, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{serving.port}"
    sessions = {person: _session(desk, app, person) for person, _ in PAGES.values()}
    began = {PARTNERS: f"{address}{_partners_link(desk)}"}
    try:
        _prepare(sessions["ben"], address)
        return [
            _cost(sessions[person], name, f"{began.get(person, address)}{path}")
            for name, (person, path) in PAGES.items()
        ]
    finally:
        for session in sessions.values():
            session.close()
        serving.close()


def _session(desk: Desk, app: Any, person: str) -> requests.Session:
    """Return what asks as a browser does in which somebody is signed in."""
    session = requests.Session()
    session.headers["Sec-Fetch-Site"] = "same-origin"
    if person != PARTNERS:
        with desk.store.write() as connection:
            visit = visits.begin(connection, person, NOW, way="password", browser="A benchmark")
        session.headers["Cookie"] = f"{COOKIE}={app.state.signing.sign_visit(visit)}"
    return session


def _partners_link(desk: Desk) -> str:
    wanted = Wanted(partner="npcc", contact=CONTACT)
    with desk.store.write() as connection:
        _, token = make_link(connection, wanted, Change(who="ama", at=NOW, why=""), KEYS)
    return f"/partner/{token}"


def _prepare(session: requests.Session, address: str) -> None:
    """Let a report be prepared, as the clock does every Tuesday."""
    page = session.get(f"{address}/reports/2027-W08", timeout=60).text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    fields = {"form_token": token}
    session.post(f"{address}/reports/2027-W08/prepare", data=fields, timeout=60)


def _cost(session: requests.Session, name: str, url: str) -> Cost:
    session.get(url, timeout=60).raise_for_status()  # the first builds what is kept afterwards
    seconds, cpu, size = [], [], 0
    for _ in range(TIMES):
        began, spent = time.perf_counter(), time.process_time()
        answer = session.get(url, timeout=60, stream=True)
        size = len(answer.raw.read(decode_content=False))
        seconds.append(time.perf_counter() - began)
        cpu.append(time.process_time() - spent)
        answer.raise_for_status()
    return Cost(
        page=name,
        seconds=statistics.median(seconds),
        cpu_seconds=statistics.median(cpu),
        size=size,
    )


def _row(page: str, costs: Sequence[Cost]) -> list[str]:
    took = 1000 * statistics.median(one.seconds for one in costs)
    spent = 1000 * statistics.median(one.cpu_seconds for one in costs)
    share = f"{took / ASKED_MS:.0%}"
    return [page, f"{took:.0f}", share, f"{spent:.0f}", f"{costs[0].size / 1000:.1f}"]
