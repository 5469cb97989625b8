"""A campaign with a partner that posts by hand, and a phone with the partner's link."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from campaign.clock import SteppedClock
from campaign.partner_links.links import Wanted, make_link
from campaign.public_settings import Public
from campaign.secret_keys import new_key
from campaign.store.deliveries import Change
from campaign.wiring import Desk
from rehearsal.server import Rehearsal
from tests.campaign.office import MONDAY
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
