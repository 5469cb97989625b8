"""A campaign with a partner that posts by hand, and a phone with the partner's link."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from campaign.clock import SteppedClock
from campaign.partner_links.links import Wanted, make_link
from campaign.public_settings import Public
from campaign.secret_keys import new_key
from campaign.store.deliveries import Change
from campaign.store.tables import SIGHTING
from campaign.wiring import Desk
from rehearsal.server import Rehearsal
from tests.campaign.office import DUE, MONDAY
from tests.connectors.pictures import png
from tests.web.people import Browser, WebOffice

KEYS = (new_key(),)
PAT = "pat@npcc.example"
POST = """\
---
title: The law helps you share
theme: myth
sectors: [all]
link: https://ico.example/share
media:
  - file: door.png
    alt: A nursery's door, with a hand on its handle.
---
Data protection law helps you share information to protect a child.

Think: what could happen if you do not?
"""
ENTRY = """\
  - post: law-helps
    at: 2027-01-12 08:30
    send_to: [npcc-linkedin, npcc-x, ico-linkedin]
"""
SEEN_AT = "https://www.linkedin.com/feed/update/urn:li:share:7012345678901234567"
ID, ON_X, THEIRS = "law-helps/npcc-linkedin/1", "law-helps/npcc-x/1", "law-helps/ico-linkedin/1"
CHANNELS = """\
  npcc-x: {network: x, partner: npcc, mode: pack, handle: "@npcc.example"}
  ico-linkedin: {network: linkedin, partner: ico, mode: pack, handle: ico.example}
"""


class PartnerOffice(WebOffice):
    """The office, with posts that a partner puts out by hand."""

    consent = "automatic"

    def open(self, transport: Any = None) -> Desk:
        """Open it with a key and an address of its own."""
        desk = super().open(transport)
        public = Public(url="https://desk.example")
        desk.settings = replace(desk.settings, secret_keys=KEYS, public=public)
        return desk

    def write_schedule(self, *args: Any, **words: Any) -> None:
        """Write schedule.yaml with a contact and more channels."""
        super().write_schedule(*args or (ENTRY,), **words)
        self.write_post("law-helps", POST, ("door.png",), size=(640, 400))
        file = self.folder / "schedule.yaml"
        text = file.read_text(encoding="utf-8")
        contacts = f"consent: {self.consent}, contacts: [{{name: Pat, email: {PAT}}}]"
        text = text.replace("sectors: [police]", f"sectors: [police], {contacts}")
        file.write_text(text.replace("slots:\n", f"{CHANNELS}slots:\n"), encoding="utf-8")

    def ask_first(self) -> None:
        """Let the partner accept every post itself."""
        self.consent = "accept-each"
        self.write_schedule()
        self.apply()

    def link(self, partner: str = "npcc", contact: str = PAT) -> str:
        """Make a link; return its path."""
        wanted = Wanted(partner=partner, contact=contact)
        change = Change(who="ama", at=self.clock.now(), why="")
        with self.desk.store.write() as connection:
            _, token = make_link(connection, wanted, change, KEYS)
        return f"/partner/{token}"

    def phone(self, path: str | None = None) -> "Phone":
        """Return a partner's phone with its link open."""
        return Phone(self.app, path or self.link())


class Phone(Browser):
    """A browser without any account, and the link that was sent to it."""

    def __init__(self, app: Any, path: str) -> None:
        super().__init__(app)
        self.path = path

    def look(self, page: str = "") -> str:
        """Open one of the link's pages and return it."""
        answer = self.get(f"{self.path}{page}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def say(self, what: str, delivery: str = ID, **fields: Any) -> Any:
        """Send one of a post's forms."""
        return self.post(f"{self.path}/{what}/{delivery}", data=fields)


def offer_sighting(office: PartnerOffice) -> None:
    """Let a post be found on the partner's account that is only like ours."""
    facts = {"remote_id": SEEN_AT, "url": SEEN_AT, "published_at": DUE, "seen_at": DUE}
    words = {"why": "nearly the same words", "outcome": ""}
    with office.desk.store.write() as connection:
        connection.execute(insert(SIGHTING).values(delivery_id=ID, **words, **facts))


def send_screenshot(office: PartnerOffice, content: bytes = b"") -> None:
    """Let the partner report its post, and an hour later send a picture of its counts."""
    phone = office.phone()
    assert phone.say("posted", url=SEEN_AT, time="2027-01-12T08:40").status_code == 303
    office.clock.advance(timedelta(hours=1))
    files = {"picture": ("s.png", content or png(40, 30), "image/png")}
    data = {"taken_at": "2027-01-12T10:00"}
    sent = phone.post(f"{phone.path}/screenshot/{ID}", files=files, data=data)
    assert sent.status_code == 303


@contextmanager
def open_partner_office(folder: Path) -> Iterator[PartnerOffice]:
    """Open the office, applied by Ama and approved by Ben."""
    clock = SteppedClock(MONDAY)
    with Rehearsal(now=clock.now) as rehearsal:
        place = PartnerOffice(folder, rehearsal, clock)
        place.apply()
        place.approve()
        yield place
        place.close()
